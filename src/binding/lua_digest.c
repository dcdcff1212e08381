/* ses.core.digest */
#include "binding.h"

/* digest.sha256(bytes) -> 64 hexadecimal digits in lower case */
static int digest_sha256(lua_State *L) {
    struct ses_span bytes = ses_check_span(L, 1);
    struct ses_buf *out = ses_push_buf(L, false);
    return ses_return_buf(L, out, ses_sha256_append_hex(out, bytes), NULL);
}

static const luaL_Reg functions[] = {{"sha256", digest_sha256}, {NULL, NULL}};

int ses_open_digest(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
