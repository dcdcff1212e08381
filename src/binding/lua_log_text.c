/* ses.core.log_text */
#include "binding.h"

/* log_text.is_harmless(text) -> whether it may be shown as it is */
static int log_text_is_harmless(lua_State *L) {
    lua_pushboolean(L, ses_log_text_is_harmless(ses_check_span(L, 1)));
    return 1;
}

static const luaL_Reg functions[] = {{"is_harmless", log_text_is_harmless}, {NULL, NULL}};

int ses_open_log_text(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
