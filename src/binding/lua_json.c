/* ses.core.json */
#include "binding.h"

/* json.escape(text) -> text, which must be UTF-8, as it stands between the quotes of a JSON string;
 * where nothing in it needs an escape, the string itself; nil for what is no string */
static int json_escape(lua_State *L) {
    if (lua_type(L, 1) != LUA_TSTRING) {
        lua_pushnil(L);
        return 1;
    }
    struct ses_span text = ses_check_span(L, 1);
    if (ses_json_is_plain(text)) {
        lua_settop(L, 1);
        return 1;
    }
    struct ses_buf *out = ses_push_buf(L, false);
    return ses_return_buf(L, out, ses_json_append_escaped(out, text), NULL);
}

/* json.has_long_number(text) -> whether 16 decimal digits stand in a row in it */
static int json_has_long_number(lua_State *L) {
    lua_pushboolean(L, ses_json_has_long_number(ses_check_span(L, 1)));
    return 1;
}

static const luaL_Reg functions[] = {
    {"escape", json_escape}, {"has_long_number", json_has_long_number}, {NULL, NULL}};

int ses_open_json(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
