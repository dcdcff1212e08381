/* lua_http.h: the request and response userdata, for the other files of the binding. */
#ifndef SES_BINDING_LUA_HTTP_H
#define SES_BINDING_LUA_HTTP_H

#include "binding.h"

#define SES_REQUEST_CLASS "ses.http_request"
#define SES_RESPONSE_CLASS "ses.http_response"

/* The request at `index`; raises an argument error where there is none or it is closed. */
ses_http_request *ses_check_request(lua_State *L, int index);

/* The response at `index`; raises an argument error where there is none or it is closed. */
ses_http_response *ses_check_response(lua_State *L, int index);

#endif
