/* lua_dkim.h: the DKIM key userdata, for the other files of the binding. */
#ifndef SES_BINDING_LUA_DKIM_H
#define SES_BINDING_LUA_DKIM_H

#include "binding.h"

#define SES_DKIM_CLASS "ses.dkim_key"

/* The key at `index`; raises an argument error where there is none or it is closed. */
const ses_dkim_key *ses_check_dkim(lua_State *L, int index);

#endif
