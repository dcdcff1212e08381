/* lua_signer.h: the signer userdata, for the other files of the binding. */
#ifndef SES_BINDING_LUA_SIGNER_H
#define SES_BINDING_LUA_SIGNER_H

#include "binding.h"

#define SES_SIGNER_CLASS "ses.signer"

/* Registers the class, and pushes the function that makes a signer. */
void ses_push_signer_new(lua_State *L);

/* The field "time" of the options at `index`, whole seconds; -1, which the core refuses, where it
 * is absent or out of range. */
int64_t ses_time_field(lua_State *L, int index);

#endif
