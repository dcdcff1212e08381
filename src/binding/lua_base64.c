/* ses.core.base64 */
#include "binding.h"

/* base64.encode(bytes) -> text */
static int base64_encode(lua_State *L) {
    struct ses_span bytes = ses_check_span(L, 1);
    struct ses_buf *out = ses_push_buf(L, false);
    return ses_return_buf(L, out, ses_base64_encode(out, bytes), NULL);
}

/* base64.decode(text) -> bytes | nil, failure */
static int base64_decode(lua_State *L) {
    struct ses_span text = ses_check_span(L, 1);
    struct ses_buf *out = ses_push_buf(L, false);
    struct ses_error error = {0};
    enum ses_status status = ses_base64_decode(out, text, &error);
    return ses_return_buf(L, out, status, &error);
}

static const luaL_Reg functions[] = {
    {"encode", base64_encode}, {"decode", base64_decode}, {NULL, NULL}};

int ses_open_base64(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
