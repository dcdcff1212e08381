/* lua_resolver.h: the resolver userdata, for ses.core.credentials. */
#ifndef SES_BINDING_LUA_RESOLVER_H
#define SES_BINDING_LUA_RESOLVER_H

#include "binding.h"

/* credentials.resolver{…}: see lua_resolver.c. */
int ses_resolver_new(lua_State *L);

/* Pushes an effect's kind and its table; the request at `request_index`, where there is one,
 * becomes a field of it. Returns 2. */
int ses_push_effect(lua_State *L, const struct ses_effect *effect, int request_index);

/* The response at `index`: a userdata's, or one made of a table { status =, headers = { name =
 * value }, body = }. `*owner` becomes the box of one that was made, left on the stack, for the
 * caller to empty by ses_free_answer; NULL otherwise. */
const ses_http_response *ses_check_answer(lua_State *L, int index, struct ses_box **owner);
void ses_free_answer(struct ses_box *owner);

/* The status of that name; SES_ERR_INTERNAL where there is none, as for a failure of Lua's own. */
enum ses_status ses_status_of(const char *name);

/* Registers the class. */
void ses_bind_resolver(lua_State *L);

#endif
