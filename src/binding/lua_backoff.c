/* ses.core.backoff: the wait before a request is tried again. */
#include "binding.h"

#include <limits.h>

/* backoff.delay{ attempt =, initial_ms =, max_ms =, multiplier =, random = }
 *   -> milliseconds | nil, failure */
static int backoff_delay(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Number attempt = ses_opt_number(L, 1, "attempt", 1);
    struct ses_backoff_options options = {
        .attempt = attempt >= 1 ? (attempt < UINT_MAX ? (unsigned)attempt : UINT_MAX) : 0,
        .initial_ms = ses_opt_number(L, 1, "initial_ms", 100),
        .max_ms = ses_opt_number(L, 1, "max_ms", 20000),
        .multiplier = ses_opt_number(L, 1, "multiplier", 2),
        .random = ses_opt_number(L, 1, "random", -1),
    };
    struct ses_error error = {0};
    double delay;
    enum ses_status status = ses_backoff_delay(&options, &delay, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    lua_pushnumber(L, delay);
    return 1;
}

static const luaL_Reg functions[] = {{"delay", backoff_delay}, {NULL, NULL}};

int ses_open_backoff(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
