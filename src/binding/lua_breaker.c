/* ses.core.breaker: a circuit breaker as userdata. */
#include "binding.h"

#include <limits.h>
#include <string.h>

#define BREAKER_CLASS "ses.breaker"

static ses_breaker *check_breaker(lua_State *L) {
    return ses_check_box(L, 1, BREAKER_CLASS);
}

/* What is no whole number above 0 becomes 0, which the core refuses. */
static unsigned opt_count(lua_State *L, const char *field, unsigned fallback) {
    lua_Number number = ses_opt_number(L, 1, field, fallback);
    if (!(number >= 1 && number <= INT_MAX))
        return 0;
    return (unsigned)number;
}

/* breaker.new{ failure_threshold = 5, reset_timeout = 30, half_open_requests = 3 }
 *   -> breaker | nil, failure; the timeout is in seconds */
static int breaker_new(lua_State *L) {
    if (lua_isnoneornil(L, 1)) {
        lua_settop(L, 0);
        lua_newtable(L);
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    struct ses_breaker_options options = {
        .failure_threshold = opt_count(L, "failure_threshold", 5),
        .reset_timeout = ses_opt_number(L, 1, "reset_timeout", 30),
        .half_open_requests = opt_count(L, "half_open_requests", 3),
    };
    struct ses_box *box = ses_push_box(L, BREAKER_CLASS);
    struct ses_error error = {0};
    ses_breaker *breaker = NULL;
    enum ses_status status = ses_breaker_new(&options, &breaker, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    box->object = breaker;
    return 1;
}

static int breaker_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, BREAKER_CLASS);
    ses_breaker_free(box->object);
    box->object = NULL;
    return 0;
}

/* breaker:allow(now) -> true, generation | false, seconds until it is worth asking again */
static int breaker_allow(lua_State *L) {
    ses_breaker *breaker = check_breaker(L);
    uint64_t generation = 0;
    double wait = 0;
    bool allowed = ses_breaker_allow(breaker, luaL_checknumber(L, 2), &generation, &wait);
    lua_pushboolean(L, allowed);
    lua_pushnumber(L, allowed ? (lua_Number)generation : wait);
    return 2;
}

static uint64_t opt_generation(lua_State *L, int index) {
    lua_Number generation = luaL_optnumber(L, index, 0);
    luaL_argcheck(L, generation >= 0 && generation < 9e15, index, "is no generation");
    return (uint64_t)generation;
}

/* breaker:success(now, generation = any) */
static int breaker_success(lua_State *L) {
    ses_breaker *breaker = check_breaker(L);
    ses_breaker_success(breaker, luaL_checknumber(L, 2), opt_generation(L, 3));
    return 0;
}

/* breaker:failure(now, generation = any) */
static int breaker_failure(lua_State *L) {
    ses_breaker *breaker = check_breaker(L);
    ses_breaker_failure(breaker, luaL_checknumber(L, 2), opt_generation(L, 3));
    return 0;
}

/* breaker:cancel(generation = any): the request that was let through was never sent */
static int breaker_cancel(lua_State *L) {
    ses_breaker *breaker = check_breaker(L);
    ses_breaker_cancel(breaker, opt_generation(L, 2));
    return 0;
}

/* breaker:state(now) -> "closed" | "open" | "half_open" */
static int breaker_state(lua_State *L) {
    ses_breaker *breaker = check_breaker(L);
    lua_pushstring(L, ses_breaker_state_name(ses_breaker_state(breaker, luaL_checknumber(L, 2))));
    return 1;
}

/* breaker:save() -> its state as bytes, for the store that processes share */
static int breaker_save(lua_State *L) {
    struct ses_breaker_snapshot snapshot;
    ses_breaker_save(check_breaker(L), &snapshot);
    lua_pushlstring(L, (const char *)&snapshot, sizeof snapshot);
    return 1;
}

/* breaker:restore(bytes) -> true | nil, failure */
static int breaker_restore(lua_State *L) {
    ses_breaker *breaker = check_breaker(L);
    struct ses_span bytes = ses_check_span(L, 2);
    struct ses_breaker_snapshot snapshot = {0};
    struct ses_error error = {0};
    if (bytes.len == sizeof snapshot)
        memcpy(&snapshot, bytes.data, sizeof snapshot);
    enum ses_status status = ses_breaker_restore(breaker, &snapshot, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    lua_pushboolean(L, 1);
    return 1;
}

static int breaker_tostring(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, BREAKER_CLASS);
    lua_pushstring(L, box->object == NULL ? BREAKER_CLASS " (closed)" : BREAKER_CLASS);
    return 1;
}

static const luaL_Reg breaker_methods[] = {
    {"allow", breaker_allow},     {"success", breaker_success},
    {"failure", breaker_failure}, {"cancel", breaker_cancel},
    {"state", breaker_state},     {"save", breaker_save},
    {"restore", breaker_restore}, {NULL, NULL},
};

static const luaL_Reg breaker_meta[] = {{"__tostring", breaker_tostring}, {NULL, NULL}};

static const luaL_Reg functions[] = {{"new", breaker_new}, {NULL, NULL}};

int ses_open_breaker(lua_State *L) {
    ses_bind_class(L, BREAKER_CLASS, breaker_methods, breaker_meta, breaker_close);
    luaL_newlib(L, functions);
    return 1;
}
