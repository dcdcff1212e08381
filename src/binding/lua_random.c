/* ses.core.random */
#include "binding.h"

#define BYTES_MAX (1 << 20)

/* random.bytes(n) -> a string of n bytes, n at most 1 MiB | nil, failure. What is no longer than an
 * identifier is taken for one: a key is longer. */
static int random_bytes(lua_State *L) {
    lua_Number wanted = luaL_checknumber(L, 1);
    luaL_argcheck(L, wanted >= 0 && wanted <= BYTES_MAX, 1, "must be from 0 to 1048576");
    size_t len = (size_t)wanted;
    if (len <= SES_IDENTIFIER_MAX) {
        char identifier[SES_IDENTIFIER_MAX];
        enum ses_status status = ses_random_identifier(identifier, len);
        if (status != SES_OK)
            return ses_push_failure(L, status, NULL);
        lua_pushlstring(L, identifier, len);
        return 1;
    }
    struct ses_buf *out = ses_push_buf(L, true);
    enum ses_status status = ses_buf_reserve(out, len);
    if (status == SES_OK)
        status = ses_random_bytes(out->data, len);
    if (status == SES_OK)
        out->len = len;
    return ses_return_buf(L, out, status, NULL);
}

/* random.uniform() -> a number of [0, 1) | nil, failure */
static int random_uniform(lua_State *L) {
    double number = 0;
    enum ses_status status = ses_random_uniform(&number);
    if (status != SES_OK)
        return ses_push_failure(L, status, NULL);
    lua_pushnumber(L, number);
    return 1;
}

/* random.uuid(bytes) -> the UUID of version 4 that 16 random bytes make */
static int random_uuid(lua_State *L) {
    struct ses_span bytes = ses_check_span(L, 1);
    luaL_argcheck(L, bytes.len == 16, 1, "must be 16 bytes");
    char text[SES_UUID_LEN + 1];
    ses_uuid_v4((const unsigned char *)bytes.data, text);
    lua_pushlstring(L, text, SES_UUID_LEN);
    return 1;
}

static const luaL_Reg functions[] = {
    {"bytes", random_bytes}, {"uniform", random_uniform}, {"uuid", random_uuid}, {NULL, NULL}};

int ses_open_random(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
