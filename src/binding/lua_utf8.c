/* ses.core.utf8 */
#include "binding.h"

/* utf8.length(text) -> number of characters | nil, the byte at which it stops being UTF-8 */
static int utf8_length(lua_State *L) {
    size_t count = 0;
    if (ses_utf8_count(ses_check_span(L, 1), &count)) {
        lua_pushinteger(L, (lua_Integer)count);
        return 1;
    }
    lua_pushnil(L);
    lua_pushinteger(L, (lua_Integer)count + 1);
    return 2;
}

static const luaL_Reg functions[] = {{"length", utf8_length}, {NULL, NULL}};

int ses_open_utf8(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
