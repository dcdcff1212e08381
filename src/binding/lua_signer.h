/* lua_signer.h: the signer userdata, for the other files of the binding. */
#ifndef SES_BINDING_LUA_SIGNER_H
#define SES_BINDING_LUA_SIGNER_H

#include "binding.h"

#include "ses/sigv4.h"

#define SES_SIGNER_CLASS "ses.signer"

/* Registers the class, and pushes the function that makes a signer. */
void ses_push_signer_new(lua_State *L);

/* The field "time" of the options at `index`, whole seconds; -1, which the core refuses, where it
 * is absent or out of range. */
int64_t ses_time_field(lua_State *L, int index);

/* The field "region_set" of the options at `index`, which asks for SigV4a, or else "region". */
struct ses_span ses_region_field(lua_State *L, int index, enum ses_sigv4_algorithm *algorithm);

#endif
