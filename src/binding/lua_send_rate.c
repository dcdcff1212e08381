/* ses.core.send_rate: the adaptive limit on requests as userdata. */
#include "binding.h"

#define SEND_RATE_CLASS "ses.send_rate"

static ses_send_rate *check_rate(lua_State *L) {
    return ses_check_box(L, 1, SEND_RATE_CLASS);
}

static uint64_t check_place(lua_State *L, int index) {
    lua_Number place = luaL_checknumber(L, index);
    luaL_argcheck(L, place >= 0 && place < 9e15, index, "is no place");
    return (uint64_t)place;
}

/* send_rate.new(now) -> rate | nil, failure */
static int send_rate_new(lua_State *L) {
    lua_Number now = luaL_checknumber(L, 1);
    struct ses_box *box = ses_push_box(L, SEND_RATE_CLASS);
    struct ses_error error = {0};
    ses_send_rate *rate = NULL;
    enum ses_status status = ses_send_rate_new(now, &rate, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    box->object = rate;
    return 1;
}

static int send_rate_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, SEND_RATE_CLASS);
    ses_send_rate_free(box->object);
    box->object = NULL;
    return 0;
}

/* rate:enter(now) -> place, 0 where nothing is limited */
static int send_rate_enter(lua_State *L) {
    lua_pushnumber(L, (lua_Number)ses_send_rate_enter(check_rate(L), luaL_checknumber(L, 2)));
    return 1;
}

/* rate:wait(place, now) -> seconds, 0 where the request may go */
static int send_rate_wait(lua_State *L) {
    lua_pushnumber(L, ses_send_rate_wait(check_rate(L), check_place(L, 2), luaL_checknumber(L, 3)));
    return 1;
}

/* rate:leave(place): the request does not go */
static int send_rate_leave(lua_State *L) {
    ses_send_rate_leave(check_rate(L), check_place(L, 2));
    return 0;
}

/* rate:update(throttled, now): an answer came */
static int send_rate_update(lua_State *L) {
    ses_send_rate_update(check_rate(L), lua_toboolean(L, 2) != 0, luaL_checknumber(L, 3));
    return 0;
}

/* rate:rate() -> requests a second, math.huge where nothing is limited */
static int send_rate_rate(lua_State *L) {
    lua_pushnumber(L, ses_send_rate_rate(check_rate(L)));
    return 1;
}

/* rate:measured() -> answers a second */
static int send_rate_measured(lua_State *L) {
    lua_pushnumber(L, ses_send_rate_measured(check_rate(L)));
    return 1;
}

static const luaL_Reg send_rate_methods[] = {
    {"enter", send_rate_enter},
    {"wait", send_rate_wait},
    {"leave", send_rate_leave},
    {"update", send_rate_update},
    {"rate", send_rate_rate},
    {"measured", send_rate_measured},
    {NULL, NULL},
};

static const luaL_Reg functions[] = {{"new", send_rate_new}, {NULL, NULL}};

static int send_rate_tostring(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, SEND_RATE_CLASS);
    lua_pushstring(L, box->object == NULL ? SEND_RATE_CLASS " (closed)" : SEND_RATE_CLASS);
    return 1;
}

static const luaL_Reg send_rate_meta[] = {{"__tostring", send_rate_tostring}, {NULL, NULL}};

int ses_open_send_rate(lua_State *L) {
    ses_bind_class(L, SEND_RATE_CLASS, send_rate_methods, send_rate_meta, send_rate_close);
    luaL_newlib(L, functions);
    return 1;
}
