/* ses.core.address */
#include "binding.h"

/* address.is_plain(text) -> whether it is beyond doubt a mail address as it would be written */
static int address_is_plain(lua_State *L) {
    lua_pushboolean(L, ses_address_is_plain(ses_check_span(L, 1)));
    return 1;
}

static const luaL_Reg functions[] = {{"is_plain", address_is_plain}, {NULL, NULL}};

int ses_open_address(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
