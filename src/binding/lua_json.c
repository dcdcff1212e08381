/* ses.core.json */
#include "binding.h"

/* json.is_plain(text) -> whether it stands in a JSON string without an escape */
static int json_is_plain(lua_State *L) {
    lua_pushboolean(L, ses_json_is_plain(ses_check_span(L, 1)));
    return 1;
}

/* json.quote(text) -> text, which must be UTF-8, as a JSON string */
static int json_quote(lua_State *L) {
    struct ses_span text = ses_check_span(L, 1);
    struct ses_buf *out = ses_push_buf(L, false);
    return ses_return_buf(L, out, ses_json_append_string(out, text), NULL);
}

static const luaL_Reg functions[] = {
    {"is_plain", json_is_plain}, {"quote", json_quote}, {NULL, NULL}};

int ses_open_json(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
