/* lua_profile.h: which profile an options table asks for. */
#ifndef SES_BINDING_LUA_PROFILE_H
#define SES_BINDING_LUA_PROFILE_H

#include "binding.h"

/* The fields profile, config_file and credentials_file of the table at `index`; nil and an absent
 * argument ask for the environment's choice. Raises for fields of a wrong type. */
struct ses_profile_options ses_opt_profile(lua_State *L, int index);

#endif
