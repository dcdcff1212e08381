/* ses.core.limiter: a rate limit as userdata. */
#include "binding.h"

#include <string.h>

#define LIMITER_CLASS "ses.limiter"

static ses_limiter *check_limiter(lua_State *L) {
    return ses_check_box(L, 1, LIMITER_CLASS);
}

/* limiter.new{ rate =, burst = rate, now = 0 } -> limiter | nil, failure */
static int limiter_new(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Number rate = ses_opt_number(L, 1, "rate", 0);
    lua_Number burst = ses_opt_number(L, 1, "burst", rate < 1 ? 1 : rate);
    lua_Number now = ses_opt_number(L, 1, "now", 0);
    struct ses_box *box = ses_push_box(L, LIMITER_CLASS);
    struct ses_error error = {0};
    ses_limiter *limiter = NULL;
    enum ses_status status = ses_limiter_new(rate, burst, now, &limiter, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    box->object = limiter;
    return 1;
}

static int limiter_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, LIMITER_CLASS);
    ses_limiter_free(box->object);
    box->object = NULL;
    return 0;
}

/* limiter:reserve(cost, now) -> seconds to wait, ticket | nil, failure */
static int limiter_reserve(lua_State *L) {
    ses_limiter *limiter = check_limiter(L);
    struct ses_error error = {0};
    double wait;
    uint64_t ticket;
    enum ses_status status = ses_limiter_reserve(limiter, luaL_checknumber(L, 2),
                                                 luaL_checknumber(L, 3), &wait, &ticket, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    lua_pushnumber(L, wait);
    lua_pushnumber(L, (lua_Number)ticket);
    return 2;
}

/* limiter:cancel(cost, ticket = the last one's) -> whether the tokens came back: only those of the
 * last reservation can, and only where it was of that cost */
static int limiter_cancel(lua_State *L) {
    ses_limiter *limiter = check_limiter(L);
    lua_Number cost = luaL_checknumber(L, 2);
    lua_Number ticket = luaL_optnumber(L, 3, 0);
    bool same = cost > 0 && cost >= ses_limiter_last_cost(limiter) &&
                cost <= ses_limiter_last_cost(limiter) && ticket >= 0;
    lua_pushboolean(L, same && ses_limiter_cancel(limiter, (uint64_t)ticket));
    return 1;
}

/* limiter:set_rate(rate, now) -> true | nil, failure */
static int limiter_set_rate(lua_State *L) {
    ses_limiter *limiter = check_limiter(L);
    struct ses_error error = {0};
    enum ses_status status =
        ses_limiter_set_rate(limiter, luaL_checknumber(L, 2), luaL_checknumber(L, 3), &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    lua_pushboolean(L, 1);
    return 1;
}

/* limiter:set_burst(burst) -> true | nil, failure */
static int limiter_set_burst(lua_State *L) {
    ses_limiter *limiter = check_limiter(L);
    struct ses_error error = {0};
    enum ses_status status = ses_limiter_set_burst(limiter, luaL_checknumber(L, 2), &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    lua_pushboolean(L, 1);
    return 1;
}

/* limiter:throttled(now): the rate falls for a while */
static int limiter_throttled(lua_State *L) {
    ses_limiter_throttled(check_limiter(L), luaL_checknumber(L, 2));
    return 0;
}

/* limiter:rate(now = none) -> tokens a second, as they are at `now`, or the full rate */
static int limiter_rate(lua_State *L) {
    ses_limiter *limiter = check_limiter(L);
    if (lua_isnoneornil(L, 2))
        lua_pushnumber(L, ses_limiter_rate(limiter));
    else
        lua_pushnumber(L, ses_limiter_rate_at(limiter, luaL_checknumber(L, 2)));
    return 1;
}

/* limiter:save() -> its state as bytes, for the store that processes share */
static int limiter_save(lua_State *L) {
    struct ses_limiter_state state;
    ses_limiter_save(check_limiter(L), &state);
    lua_pushlstring(L, (const char *)&state, sizeof state);
    return 1;
}

/* limiter:restore(bytes) -> true | nil, failure */
static int limiter_restore(lua_State *L) {
    ses_limiter *limiter = check_limiter(L);
    struct ses_span bytes = ses_check_span(L, 2);
    struct ses_limiter_state state = {0};
    struct ses_error error = {0};
    if (bytes.len == sizeof state)
        memcpy(&state, bytes.data, sizeof state);
    enum ses_status status = ses_limiter_restore(limiter, &state, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    lua_pushboolean(L, 1);
    return 1;
}

/* limiter:available(now) -> tokens, below 0 where reservations wait */
static int limiter_available(lua_State *L) {
    ses_limiter *limiter = check_limiter(L);
    lua_pushnumber(L, ses_limiter_available(limiter, luaL_checknumber(L, 2)));
    return 1;
}

static int limiter_tostring(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, LIMITER_CLASS);
    if (box->object == NULL)
        lua_pushliteral(L, LIMITER_CLASS " (closed)");
    else
        lua_pushfstring(L, LIMITER_CLASS " (%f a second)", ses_limiter_rate(box->object));
    return 1;
}

static const luaL_Reg limiter_methods[] = {
    {"reserve", limiter_reserve},     {"cancel", limiter_cancel},
    {"set_rate", limiter_set_rate},   {"set_burst", limiter_set_burst},
    {"throttled", limiter_throttled}, {"rate", limiter_rate},
    {"available", limiter_available}, {"save", limiter_save},
    {"restore", limiter_restore},     {NULL, NULL},
};

static const luaL_Reg limiter_meta[] = {{"__tostring", limiter_tostring}, {NULL, NULL}};

static const luaL_Reg functions[] = {{"new", limiter_new}, {NULL, NULL}};

int ses_open_limiter(lua_State *L) {
    ses_bind_class(L, LIMITER_CLASS, limiter_methods, limiter_meta, limiter_close);
    luaL_newlib(L, functions);
    return 1;
}
