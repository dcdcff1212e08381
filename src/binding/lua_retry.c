/* ses.core.retry: whether a failed request is tried again, as userdata. */
#include "binding.h"

#include <limits.h>

#define RETRY_CLASS "ses.retry"

static ses_retry *check_retry(lua_State *L, int index) {
    return ses_check_box(L, index, RETRY_CLASS);
}

static unsigned opt_count(lua_State *L, int index, const char *field, unsigned fallback) {
    lua_Number number = ses_opt_number(L, index, field, fallback);
    if (!(number >= 0))
        return 0;
    return number < INT_MAX ? (unsigned)number : INT_MAX;
}

/* retry.new{ max_retries = 3, initial_backoff_ms = 100, throttled_backoff_ms = 1000,
 *            max_backoff_ms = 20000, multiplier = 2, quota = 500, cost = 14, throttled_cost = 5 }
 *   -> retry | nil, failure */
static int retry_new(lua_State *L) {
    if (lua_isnoneornil(L, 1)) {
        lua_settop(L, 0);
        lua_newtable(L);
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    const struct ses_retry_options usual = SES_RETRY_DEFAULTS;
    struct ses_retry_options options = {
        .max_retries = opt_count(L, 1, "max_retries", usual.max_retries),
        .initial_backoff_ms = ses_opt_number(L, 1, "initial_backoff_ms", usual.initial_backoff_ms),
        .throttled_backoff_ms =
            ses_opt_number(L, 1, "throttled_backoff_ms", usual.throttled_backoff_ms),
        .max_backoff_ms = ses_opt_number(L, 1, "max_backoff_ms", usual.max_backoff_ms),
        .multiplier = ses_opt_number(L, 1, "multiplier", usual.multiplier),
        .quota = opt_count(L, 1, "quota", usual.quota),
        .cost = opt_count(L, 1, "cost", usual.cost),
        .throttled_cost = opt_count(L, 1, "throttled_cost", usual.throttled_cost),
    };
    struct ses_box *box = ses_push_box(L, RETRY_CLASS);
    struct ses_error error = {0};
    ses_retry *retry = NULL;
    enum ses_status status = ses_retry_new(&options, &retry, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    box->object = retry;
    return 1;
}

static int retry_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, RETRY_CLASS);
    ses_retry_free(box->object);
    box->object = NULL;
    return 0;
}

/* retry:decide{ attempts =, throttled = false, amz_retry_after_ms =, retry_after_ms =, left_ms =,
 *               random = }
 *   -> "again" | "attempts" | "deadline" | "quota", milliseconds to wait, tokens taken
 *    | nil, failure */
static int retry_decide(lua_State *L) {
    ses_retry *retry = check_retry(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    struct ses_retry_failure failure = {
        .attempts = opt_count(L, 2, "attempts", 0),
        .throttled = ses_opt_bool(L, 2, "throttled", false),
        .amz_retry_after_ms = ses_opt_number(L, 2, "amz_retry_after_ms", -1),
        .retry_after_ms = ses_opt_number(L, 2, "retry_after_ms", -1),
        .left_ms = ses_opt_number(L, 2, "left_ms", 0),
        .random = ses_opt_number(L, 2, "random", -1),
    };
    struct ses_error error = {0};
    struct ses_retry_decision decision;
    enum ses_status status = ses_retry_decide(retry, &failure, &decision, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    lua_pushstring(L, ses_retry_verdict_name(decision.verdict));
    lua_pushnumber(L, decision.wait_ms);
    lua_pushnumber(L, decision.cost);
    return 3;
}

/* retry:succeed(tokens that the last retry took = 0) */
static int retry_succeed(lua_State *L) {
    ses_retry *retry = check_retry(L, 1);
    lua_Number cost = luaL_optnumber(L, 2, 0);
    luaL_argcheck(L, cost >= 0 && cost <= INT_MAX, 2, "is no number of tokens");
    ses_retry_succeed(retry, (unsigned)cost);
    return 0;
}

/* retry:quota() -> the tokens left */
static int retry_quota(lua_State *L) {
    lua_pushnumber(L, ses_retry_quota(check_retry(L, 1)));
    return 1;
}

static int retry_tostring(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, RETRY_CLASS);
    if (box->object == NULL)
        lua_pushliteral(L, RETRY_CLASS " (closed)");
    else
        lua_pushfstring(L, RETRY_CLASS " (%d tokens)", (int)ses_retry_quota(box->object));
    return 1;
}

static const luaL_Reg retry_methods[] = {
    {"decide", retry_decide},
    {"succeed", retry_succeed},
    {"quota", retry_quota},
    {NULL, NULL},
};

static const luaL_Reg retry_meta[] = {{"__tostring", retry_tostring}, {NULL, NULL}};

static const luaL_Reg functions[] = {{"new", retry_new}, {NULL, NULL}};

int ses_open_retry(lua_State *L) {
    ses_bind_class(L, RETRY_CLASS, retry_methods, retry_meta, retry_close);
    luaL_newlib(L, functions);
    return 1;
}
