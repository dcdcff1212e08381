/* lua_http.h: the request userdata, for the other files of the binding. */
#ifndef SES_BINDING_LUA_HTTP_H
#define SES_BINDING_LUA_HTTP_H

#include "binding.h"

#define SES_REQUEST_CLASS "ses.http_request"

/* The request at `index`; raises an argument error where there is none or it is closed. */
ses_http_request *ses_check_request(lua_State *L, int index);

#endif
