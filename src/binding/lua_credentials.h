/* lua_credentials.h: the credentials userdata, for the other files of the binding. */
#ifndef SES_BINDING_LUA_CREDENTIALS_H
#define SES_BINDING_LUA_CREDENTIALS_H

#include "binding.h"

#define SES_CREDENTIALS_CLASS "ses.credentials"

/* The credentials at `index`; raises an argument error where there are none or they are closed. */
ses_credentials *ses_check_credentials(lua_State *L, int index);

#endif
