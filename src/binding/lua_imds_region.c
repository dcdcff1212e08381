/* credentials.imds_region: the region of the instance, as steps that Lua takes; the steps are those
 * of a resolver (lua_resolver.c). */
#include "lua_credentials.h"

#include "lua_http.h"
#include "lua_profile.h"
#include "lua_resolver.h"

#define IMDS_REGION_CLASS "ses.imds_region"

static ses_imds_region *check_region(lua_State *L) {
    return ses_check_box(L, 1, IMDS_REGION_CLASS);
}

/* credentials.imds_region{ profile =, config_file =, credentials_file = } -> look-up | nil, failure
 */
static int region_new(lua_State *L) {
    struct ses_profile_options profile = ses_opt_profile(L, 1);
    struct ses_box *box = ses_push_box(L, IMDS_REGION_CLASS);
    struct ses_error error = {0};
    ses_imds_region *region = NULL;
    enum ses_status status = ses_imds_region_new(&profile, ses_host_system(), &region, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    box->object = region;
    return 1;
}

static int region_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, IMDS_REGION_CLASS);
    ses_imds_region_free(box->object);
    box->object = NULL;
    return 0;
}

/* look-up:next(now) -> kind, effect; kind is "http", "done" or "failed" */
static int region_next(lua_State *L) {
    ses_imds_region *region = check_region(L);
    lua_settop(L, 1);
    struct ses_box *request = ses_push_box(L, SES_REQUEST_CLASS);
    struct ses_effect effect;
    ses_imds_region_next(region, &effect);
    request->object = effect.request;
    return ses_push_effect(L, &effect, 2);
}

static int fed(lua_State *L, enum ses_status status) {
    if (status == SES_ERR_STATE)
        return luaL_error(L, "the look-up does not wait for this");
    lua_pushboolean(L, 1);
    return 1;
}

/* look-up:feed_response(response) -> true */
static int region_feed_response(lua_State *L) {
    ses_imds_region *region = check_region(L);
    struct ses_box *owner;
    const ses_http_response *response = ses_check_answer(L, 2, &owner);
    enum ses_status status = ses_imds_region_feed_response(region, response);
    ses_free_answer(owner);
    return fed(L, status);
}

/* look-up:feed_failure(status, message) -> true */
static int region_feed_failure(lua_State *L) {
    ses_imds_region *region = check_region(L);
    enum ses_status status = ses_status_of(luaL_checkstring(L, 2));
    struct ses_span message = lua_isnoneornil(L, 3) ? SES_SPAN("failed") : ses_check_span(L, 3);
    return fed(L, ses_imds_region_feed_failure(region, status, message));
}

/* look-up:take() -> name | nil, failure */
static int region_take(lua_State *L) {
    struct ses_span name;
    struct ses_error error = {0};
    enum ses_status status = ses_imds_region_get(check_region(L), &name, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    ses_push_span(L, name);
    return 1;
}

static const luaL_Reg methods[] = {
    {"next", region_next},
    {"feed_response", region_feed_response},
    {"feed_failure", region_feed_failure},
    {"take", region_take},
    {NULL, NULL},
};

void ses_push_imds_region_new(lua_State *L) {
    ses_bind_class(L, IMDS_REGION_CLASS, methods, NULL, region_close);
    lua_pushcfunction(L, region_new);
}
