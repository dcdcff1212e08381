/* ses.core.html */
#include "binding.h"

/* html.escape(text) -> the text escaped, the string itself where nothing has to be; nil where it is
 * not UTF-8 */
static int html_escape(lua_State *L) {
    struct ses_span text = ses_check_span(L, 1);
    size_t size = 0;
    if (!ses_html_escaped_size(text, &size)) {
        lua_pushnil(L);
        return 1;
    }
    if (size == text.len) {
        lua_settop(L, 1);
        return 1;
    }
    char small[1024];
    char *out = size <= sizeof small ? small : lua_newuserdata(L, size);
    ses_html_escape(text, out);
    lua_pushlstring(L, out, size);
    return 1;
}

static const luaL_Reg functions[] = {{"escape", html_escape}, {NULL, NULL}};

int ses_open_html(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
