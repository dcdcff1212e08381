/* ses.core.clock: the system's clocks, for the clock port. */
#define _POSIX_C_SOURCE 200809L
#include "binding.h"

#include <time.h>

static lua_Number seconds(clockid_t clock) {
    struct timespec time;
    (void)clock_gettime(clock, &time);
    return (lua_Number)time.tv_sec + (lua_Number)time.tv_nsec / 1e9;
}

/* clock.now() -> seconds since the Unix epoch, with fractions */
static int clock_now(lua_State *L) {
    lua_pushnumber(L, seconds(CLOCK_REALTIME));
    return 1;
}

/* clock.monotonic() -> seconds since some moment, never set back */
static int clock_monotonic(lua_State *L) {
    lua_pushnumber(L, seconds(CLOCK_MONOTONIC));
    return 1;
}

/* clock.sleep(seconds) -> the seconds left: 0, or more where a signal ended it early */
static int clock_sleep(lua_State *L) {
    lua_Number wanted = luaL_checknumber(L, 1);
    luaL_argcheck(L, wanted <= 1e9, 1, "must be a number of seconds");
    if (!(wanted > 0)) {
        lua_pushnumber(L, 0);
        return 1;
    }
    time_t whole = (time_t)wanted;
    struct timespec time = {whole, (long)((wanted - (lua_Number)whole) * 1e9)};
    struct timespec left = {0, 0};
    if (nanosleep(&time, &left) == 0)
        left = (struct timespec){0, 0};
    lua_pushnumber(L, (lua_Number)left.tv_sec + (lua_Number)left.tv_nsec / 1e9);
    return 1;
}

static const luaL_Reg functions[] = {
    {"now", clock_now},
    {"monotonic", clock_monotonic},
    {"sleep", clock_sleep},
    {NULL, NULL},
};

int ses_open_clock(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
