/* ses.core.secret: secrets as userdata that give codes away, and never themselves. */
#include "binding.h"

#include <string.h>

#define CLASS "ses.secret"

static const char *check_name(lua_State *L, int index) {
    struct ses_span name = ses_check_span(L, index);
    luaL_argcheck(L, name.len > 0 && strlen(name.data) == name.len, index,
                  "must not be empty or hold a NUL byte");
    return name.data;
}

static int return_secret(lua_State *L, struct ses_box *box, ses_secret *secret,
                         enum ses_status status, const struct ses_error *error) {
    if (status != SES_OK)
        return ses_push_failure(L, status, error);
    box->object = secret;
    return 1;
}

/* secret.new(bytes) -> secret | nil, failure */
static int secret_new(lua_State *L) {
    struct ses_span bytes = ses_check_span(L, 1);
    struct ses_box *box = ses_push_box(L, CLASS);
    ses_secret *secret = NULL;
    enum ses_status status = ses_secret_new(bytes, &secret);
    return return_secret(L, box, secret, status, NULL);
}

/* secret.from_environment(name) -> secret | nil, failure */
static int secret_from_environment(lua_State *L) {
    const char *name = check_name(L, 1);
    struct ses_box *box = ses_push_box(L, CLASS);
    struct ses_error error = {0};
    ses_secret *secret = NULL;
    enum ses_status status = ses_secret_from_environment(ses_host_system(), name, &secret, &error);
    return return_secret(L, box, secret, status, &error);
}

/* secret.from_file(path) -> secret | nil, failure */
static int secret_from_file(lua_State *L) {
    const char *path = check_name(L, 1);
    struct ses_box *box = ses_push_box(L, CLASS);
    struct ses_error error = {0};
    ses_secret *secret = NULL;
    enum ses_status status = ses_secret_from_file(ses_host_system(), path, &secret, &error);
    return return_secret(L, box, secret, status, &error);
}

/* secret.is_secret(value) -> whether it is a secret that is not closed */
static int secret_is_secret(lua_State *L) {
    struct ses_box *box = lua_touserdata(L, 1);
    bool is_secret = box != NULL && lua_getmetatable(L, 1);
    if (is_secret) {
        luaL_getmetatable(L, CLASS);
        is_secret = lua_rawequal(L, -1, -2) && box->object != NULL;
    }
    lua_pushboolean(L, is_secret);
    return 1;
}

/* secret:length() -> how many bytes it has */
static int secret_length(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)ses_secret_span(ses_check_box(L, 1, CLASS)).len);
    return 1;
}

/* secret:hmac_sha256(message) -> 32 bytes */
static int secret_hmac_sha256(lua_State *L) {
    const ses_secret *secret = ses_check_box(L, 1, CLASS);
    unsigned char code[SES_SHA256_LEN];
    ses_secret_hmac_sha256(secret, ses_check_span(L, 2), code);
    lua_pushlstring(L, (const char *)code, sizeof code);
    return 1;
}

/* secret:is_hmac_sha256(message, code) -> whether it is, in constant time */
static int secret_is_hmac_sha256(lua_State *L) {
    const ses_secret *secret = ses_check_box(L, 1, CLASS);
    struct ses_span message = ses_check_span(L, 2);
    lua_pushboolean(L, ses_secret_is_hmac_sha256(secret, message, ses_check_span(L, 3)));
    return 1;
}

static int secret_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, CLASS);
    ses_secret_free(box->object);
    box->object = NULL;
    return 0;
}

static int secret_tostring(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, CLASS);
    if (box->object == NULL)
        lua_pushliteral(L, CLASS " (closed)");
    else
        lua_pushliteral(L, CLASS " (" SES_REDACTED ")");
    return 1;
}

static const luaL_Reg methods[] = {{"length", secret_length},
                                   {"hmac_sha256", secret_hmac_sha256},
                                   {"is_hmac_sha256", secret_is_hmac_sha256},
                                   {NULL, NULL}};

static const luaL_Reg meta[] = {{"__tostring", secret_tostring}, {NULL, NULL}};

static const luaL_Reg functions[] = {{"new", secret_new},
                                     {"from_environment", secret_from_environment},
                                     {"from_file", secret_from_file},
                                     {"is_secret", secret_is_secret},
                                     {NULL, NULL}};

int ses_open_secret(lua_State *L) {
    ses_bind_class(L, CLASS, methods, meta, secret_close);
    luaL_newlib(L, functions);
    return 1;
}
