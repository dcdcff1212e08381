/* lua_credentials.h: the credentials userdata, for the other files of the binding. */
#ifndef SES_BINDING_LUA_CREDENTIALS_H
#define SES_BINDING_LUA_CREDENTIALS_H

#include "binding.h"

#define SES_CREDENTIALS_CLASS "ses.credentials"

/* The credentials at `index`; raises an argument error where there are none or they are closed. */
ses_credentials *ses_check_credentials(lua_State *L, int index);

/* The fields access_key_id, secret_access_key, session_token, expiration (seconds since 1970),
 * account_id and custom (a boolean: a function of the program's gave them) of the table at `index`.
 * Raises for fields of a wrong type. */
struct ses_credentials_options ses_opt_credentials(lua_State *L, int index);

/* Adds to the failure at the top what was tried: `tried`, a list of { source =, message = }; where
 * `ended`, the last one ended the search and becomes `source`; else all are told in the message. */
void ses_add_tried(lua_State *L, const struct ses_credentials_tried *tried, size_t count,
                   bool ended);

/* Each registers a class and pushes the function that makes one: credentials.cache and
 * credentials.imds_region. */
void ses_push_credentials_cache_new(lua_State *L);
void ses_push_imds_region_new(lua_State *L);

#endif
