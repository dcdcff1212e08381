/* credentials.cache: credentials that are kept and fetched anew in time. */
#include "lua_credentials.h"

#include "lua_resolver.h"

#define CACHE_CLASS "ses.credentials_cache"

static ses_credentials_cache *check_cache(lua_State *L) {
    return ses_check_box(L, 1, CACHE_CLASS);
}

/* credentials.cache{ refresh_before = 300, lease = 60, retry_min = 1, retry_max = 60 }, in seconds
 *   -> cache | nil, failure */
static int cache_new(lua_State *L) {
    struct ses_credentials_cache_options options = {0};
    if (!lua_isnoneornil(L, 1)) {
        luaL_checktype(L, 1, LUA_TTABLE);
        options.refresh_before = ses_opt_number(L, 1, "refresh_before", 0);
        options.lease = ses_opt_number(L, 1, "lease", 0);
        options.retry_min = ses_opt_number(L, 1, "retry_min", 0);
        options.retry_max = ses_opt_number(L, 1, "retry_max", 0);
    }
    struct ses_box *box = ses_push_box(L, CACHE_CLASS);
    struct ses_error error = {0};
    ses_credentials_cache *cache = NULL;
    enum ses_status status = ses_credentials_cache_new(&options, &cache, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    box->object = cache;
    return 1;
}

static int cache_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, CACHE_CLASS);
    ses_credentials_cache_free(box->object);
    box->object = NULL;
    return 0;
}

static uint64_t opt_round(lua_State *L, int index) {
    lua_Number round = luaL_optnumber(L, index, 0);
    luaL_argcheck(L, round >= 0 && round < 9e15, index, "is no round");
    return (uint64_t)round;
}

/* At least 0 and less than 1. */
static double opt_jitter(lua_State *L, int index) {
    lua_Number jitter = luaL_optnumber(L, index, 0);
    luaL_argcheck(L, jitter >= 0 && jitter < 1, index, "must be at least 0 and less than 1");
    return jitter;
}

/* cache:get(now, waited_for = none)
 *   -> "use", credentials, until | "refresh", credentials or nil, round | "wait", nil, round
 *    | "failed", failure */
static int cache_get(lua_State *L) {
    ses_credentials_cache *cache = check_cache(L);
    lua_Number now = luaL_checknumber(L, 2);
    uint64_t waited_for = opt_round(L, 3);
    /* The box is there before the reference is. */
    struct ses_box *box = ses_push_box(L, SES_CREDENTIALS_CLASS);
    int credentials = lua_gettop(L);
    struct ses_cache_found found;
    struct ses_error error = {0};
    ses_credentials_cache_get(cache, now, waited_for, &found, &error);
    box->object = found.credentials;
    static const char *const actions[] = {
        [SES_CACHE_USE] = "use",
        [SES_CACHE_REFRESH] = "refresh",
        [SES_CACHE_WAIT] = "wait",
        [SES_CACHE_FAILED] = "failed",
    };
    lua_pushstring(L, actions[found.action]);
    if (found.action == SES_CACHE_FAILED) {
        (void)ses_push_failure(L, error.status, &error);
        lua_remove(L, -2);
        return 2;
    }
    if (found.credentials == NULL)
        lua_pushnil(L);
    else
        lua_pushvalue(L, credentials);
    lua_pushnumber(L, found.action == SES_CACHE_USE ? found.until : (lua_Number)found.round);
    return 3;
}

/* cache:put(round or 0, credentials, now, jitter = 0) -> true | nil, failure where they have
 * expired
 */
static int cache_put(lua_State *L) {
    ses_credentials_cache *cache = check_cache(L);
    uint64_t round = opt_round(L, 2);
    ses_credentials *credentials = ses_check_credentials(L, 3);
    lua_Number now = luaL_checknumber(L, 4);
    double jitter = opt_jitter(L, 5);
    enum ses_status status = ses_credentials_cache_put(cache, round, credentials, now, jitter);
    if (status != SES_OK) {
        struct ses_error error = {0};
        (void)ses_error_set(&error, status, NULL, "the credentials have expired already");
        return ses_push_failure(L, status, &error);
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* cache:failed(round, status, message, now, jitter = 0); `status` is a name of ses/status.h */
static int cache_failed(lua_State *L) {
    ses_credentials_cache *cache = check_cache(L);
    uint64_t round = opt_round(L, 2);
    struct ses_error why = {0};
    (void)ses_error_set(&why, ses_status_of(luaL_checkstring(L, 3)), NULL, "%s",
                        luaL_checkstring(L, 4));
    lua_Number now = luaL_checknumber(L, 5);
    ses_credentials_cache_failed(cache, round, &why, now, opt_jitter(L, 6));
    return 0;
}

/* cache:abandon(round) */
static int cache_abandon(lua_State *L) {
    ses_credentials_cache *cache = check_cache(L);
    ses_credentials_cache_abandon(cache, opt_round(L, 2));
    return 0;
}

/* cache:reject(credentials) -> whether the cache had them: the service says that they have expired
 */
static int cache_reject(lua_State *L) {
    ses_credentials_cache *cache = check_cache(L);
    lua_pushboolean(L, ses_credentials_cache_reject(cache, ses_check_credentials(L, 2)));
    return 1;
}

/* cache:state(now) -> { present =, source =, expiration =, extended =, failures =, last_error = };
 * the fields that do not apply are nil */
static int cache_state(lua_State *L) {
    ses_credentials_cache *cache = check_cache(L);
    struct ses_cache_state state;
    ses_credentials_cache_state(cache, luaL_checknumber(L, 2), &state);
    lua_createtable(L, 0, 6);
    lua_pushboolean(L, state.present);
    lua_setfield(L, -2, "present");
    lua_pushboolean(L, state.extended);
    lua_setfield(L, -2, "extended");
    lua_pushinteger(L, (lua_Integer)state.failures);
    lua_setfield(L, -2, "failures");
    if (state.present) {
        lua_pushstring(L, ses_credentials_source_name(state.source));
        lua_setfield(L, -2, "source");
    }
    if (state.expiration != 0) {
        lua_pushinteger(L, (lua_Integer)state.expiration);
        lua_setfield(L, -2, "expiration");
    }
    if (state.last_error.status != SES_OK) {
        lua_pushstring(L, state.last_error.message);
        lua_setfield(L, -2, "last_error");
    }
    return 1;
}

static const luaL_Reg methods[] = {
    {"get", cache_get},
    {"put", cache_put},
    {"failed", cache_failed},
    {"abandon", cache_abandon},
    {"reject", cache_reject},
    {"state", cache_state},
    {NULL, NULL},
};

void ses_push_credentials_cache_new(lua_State *L) {
    ses_bind_class(L, CACHE_CLASS, methods, NULL, cache_close);
    lua_pushcfunction(L, cache_new);
}
