/* ses.core.idna */
#include "binding.h"

/* idna.to_ascii(domain) -> ascii | nil, failure */
static int idna_to_ascii(lua_State *L) {
    struct ses_span domain = ses_check_span(L, 1);
    struct ses_buf *out = ses_push_buf(L, false);
    struct ses_error error = {0};
    enum ses_status status = ses_idna_to_ascii(out, domain, &error);
    return ses_return_buf(L, out, status, &error);
}

static const luaL_Reg functions[] = {{"to_ascii", idna_to_ascii}, {NULL, NULL}};

int ses_open_idna(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
