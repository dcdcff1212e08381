/* lua_resolver.h: the resolver userdata, for ses.core.credentials. */
#ifndef SES_BINDING_LUA_RESOLVER_H
#define SES_BINDING_LUA_RESOLVER_H

#include "binding.h"

/* credentials.resolver{…}: see lua_resolver.c. */
int ses_resolver_new(lua_State *L);

/* Registers the class. */
void ses_bind_resolver(lua_State *L);

#endif
