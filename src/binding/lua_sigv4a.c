/* ses.core.sigv4a: keys and signatures beneath SigV4a. Requests are signed and verified by
 * ses.core.sigv4 and its signer, given a region_set. */
#include "binding.h"

#include <string.h>

/* sigv4a.public_key(access_key_id, secret_access_key) -> X and Y, 64 bytes | nil, failure */
static int sigv4a_public_key(lua_State *L) {
    struct ses_span id = ses_check_span(L, 1), secret = ses_check_span(L, 2);
    unsigned char private_key[SES_SIGV4A_PRIVATE_KEY_LEN], public_key[SES_SIGV4A_PUBLIC_KEY_LEN];
    enum ses_status status = ses_sigv4a_private_key(id, secret, private_key);
    if (status == SES_OK)
        status = ses_sigv4a_public_key(private_key, public_key);
    ses_wipe(private_key, sizeof private_key);
    if (status != SES_OK)
        return ses_push_failure(L, status, NULL);
    lua_pushlstring(L, (const char *)public_key + 1, sizeof public_key - 1);
    return 1;
}

/* sigv4a.check(public_key, message, signature) -> whether the signature, in hexadecimal digits, is
 * one of the message */
static int sigv4a_check(lua_State *L) {
    struct ses_span coordinates = ses_check_span(L, 1);
    unsigned char point[SES_SIGV4A_PUBLIC_KEY_LEN] = {4};
    luaL_argcheck(L, coordinates.len == sizeof point - 1, 1, "a public key has 64 bytes");
    memcpy(point + 1, coordinates.data, coordinates.len);
    lua_pushboolean(
        L, ses_sigv4a_check_message(point, ses_check_span(L, 2), ses_check_span(L, 3)) == SES_OK);
    return 1;
}

/* sigv4a.covers(region_set, region) -> whether the region lies in the set */
static int sigv4a_covers(lua_State *L) {
    lua_pushboolean(L, ses_sigv4a_covers(ses_check_span(L, 1), ses_check_span(L, 2)));
    return 1;
}

static const luaL_Reg functions[] = {{"public_key", sigv4a_public_key},
                                     {"check", sigv4a_check},
                                     {"covers", sigv4a_covers},
                                     {NULL, NULL}};

int ses_open_sigv4a(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
