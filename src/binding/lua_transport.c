/* ses.core.transport: many HTTP exchanges at once over libcurl. */
#include "binding.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>

#include "lua_http.h"

#define TRANSPORT_CLASS "ses.transport"

/* The context of an exchange whose response is to stay a userdata. */
static char kept_response;

static ses_transport *check_transport(lua_State *L, int index) {
    return ses_check_box(L, index, TRANSPORT_CLASS);
}

/* transport.new{ max_connections =, idle_timeout_ms =, max_lifetime_ms =, max_response_bytes =,
 * user_agent = } -> transport | nil, failure */
static int transport_new(lua_State *L) {
    struct ses_transport_options options = {0};
    if (!lua_isnoneornil(L, 1)) {
        luaL_checktype(L, 1, LUA_TTABLE);
        options.max_connections = (unsigned)ses_opt_count(L, 1, "max_connections");
        options.idle_timeout_ms = ses_opt_count(L, 1, "idle_timeout_ms");
        options.max_lifetime_ms = ses_opt_count(L, 1, "max_lifetime_ms");
        options.max_response = ses_opt_count(L, 1, "max_response_bytes");
        options.user_agent = ses_opt_span(L, 1, "user_agent", SES_SPAN(""));
    }
    struct ses_box *box = ses_push_box(L, TRANSPORT_CLASS);
    struct ses_error error = {0};
    ses_transport *transport = NULL;
    enum ses_status status = ses_transport_new(&options, &transport, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    box->object = transport;
    return 1;
}

static int transport_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, TRANSPORT_CLASS);
    ses_transport_free(box->object);
    box->object = NULL;
    return 0;
}

/* transport:start(request, { connect_timeout_ms =, timeout_ms =, verify_ssl = true, ca_bundle =,
 * direct = false (through no proxy), keep_response = false (the response comes as userdata) })
 * -> id | nil, failure */
static int transport_start(lua_State *L) {
    ses_transport *transport = check_transport(L, 1);
    const ses_http_request *request = ses_check_request(L, 2);
    struct ses_exchange_options options = {0};
    if (!lua_isnoneornil(L, 3)) {
        luaL_checktype(L, 3, LUA_TTABLE);
        options.connect_timeout_ms = ses_opt_count(L, 3, "connect_timeout_ms");
        options.timeout_ms = ses_opt_count(L, 3, "timeout_ms");
        options.insecure = !ses_opt_bool(L, 3, "verify_ssl", true);
        options.ca_bundle = ses_opt_span(L, 3, "ca_bundle", SES_SPAN(""));
        options.direct = ses_opt_bool(L, 3, "direct", false);
        options.context = ses_opt_bool(L, 3, "keep_response", false) ? &kept_response : NULL;
    }
    unsigned long long id = 0;
    struct ses_error error = {0};
    enum ses_status status = ses_transport_start(transport, request, &options, &id, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    lua_pushinteger(L, (lua_Integer)id);
    return 1;
}

/* Lines of one name become one value, joined as RFC 9110, section 5.3, has it. */
static void push_headers(lua_State *L, const ses_http_response *response) {
    size_t count = ses_http_response_header_count(response);
    lua_createtable(L, 0, (int)count);
    for (size_t i = 0; i < count; i++) {
        struct ses_http_header header = ses_http_response_header(response, i);
        luaL_Buffer name;
        luaL_buffinit(L, &name);
        for (size_t k = 0; k < header.name.len; k++) {
            char c = header.name.data[k];
            luaL_addchar(&name, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
        }
        luaL_pushresult(&name);
        lua_pushvalue(L, -1);
        lua_rawget(L, -3);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            ses_push_span(L, header.value);
        } else {
            lua_pushliteral(L, ", ");
            ses_push_span(L, header.value);
            lua_concat(L, 3);
        }
        lua_rawset(L, -3);
    }
}

static void push_timings(lua_State *L, const struct ses_exchange_timings *timings) {
    const struct {
        const char *name;
        unsigned long long time;
    } phases[] = {
        {"queue", timings->queue},
        {"namelookup", timings->namelookup},
        {"connect", timings->connect},
        {"appconnect", timings->appconnect},
        {"pretransfer", timings->pretransfer},
        {"starttransfer", timings->starttransfer},
        {"total", timings->total},
    };
    lua_createtable(L, 0, sizeof phases / sizeof *phases);
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
        lua_pushnumber(L, (lua_Number)phases[i].time / 1e6);
        lua_setfield(L, -2, phases[i].name);
    }
}

static void push_response(lua_State *L, const struct ses_exchange_result *result) {
    lua_createtable(L, 0, 5);
    lua_pushinteger(L, ses_http_response_status(result->response));
    lua_setfield(L, -2, "status");
    push_headers(L, result->response);
    lua_setfield(L, -2, "headers");
    ses_push_span(L, ses_http_response_body(result->response));
    lua_setfield(L, -2, "body");
    push_timings(L, &result->timings);
    lua_setfield(L, -2, "timings");
    lua_pushboolean(L, result->reused);
    lua_setfield(L, -2, "reused");
}

static void push_exchange_failure(lua_State *L, const struct ses_exchange_result *result) {
    (void)ses_push_failure(L, result->status, &result->error);
    lua_remove(L, -2);
    lua_pushstring(L, result->code);
    lua_setfield(L, -2, "code");
    lua_pushboolean(L, result->retryable);
    lua_setfield(L, -2, "retryable");
}

/* Moves the response out of its owner's box into one that Lua sees. */
static void push_kept_response(lua_State *L, struct ses_box *owner) {
    struct ses_box *kept = ses_push_box(L, SES_RESPONSE_CLASS);
    kept->object = owner->object;
    owner->object = NULL;
}

static void push_result(lua_State *L, const struct ses_exchange_result *result,
                        struct ses_box *owner) {
    lua_createtable(L, 0, 3);
    lua_pushinteger(L, (lua_Integer)result->id);
    lua_setfield(L, -2, "id");
    if (result->status == SES_OK) {
        if (result->context == &kept_response)
            push_kept_response(L, owner);
        else
            push_response(L, result);
        lua_setfield(L, -2, "response");
        return;
    }
    push_exchange_failure(L, result);
    lua_setfield(L, -2, "failure");
    lua_pushboolean(L, result->in_doubt);
    lua_setfield(L, -2, "in_doubt");
}

static int opt_wait(lua_State *L, int index) {
    lua_Number wait = luaL_optnumber(L, index, -1);
    if (!(wait >= 0))
        return -1;
    return wait > INT_MAX ? INT_MAX : (int)wait;
}

/* transport:step(wait_ms) -> { { id =, response = { status =, headers =, body =, timings =,
 * reused = } (or a userdata, by keep_response) } | { id =, failure = { status =, code =, message =,
 * retryable = }, in_doubt = }, … } | nil, failure */
static int transport_step(lua_State *L) {
    ses_transport *transport = check_transport(L, 1);
    struct ses_error error = {0};
    enum ses_status status = ses_transport_step(transport, opt_wait(L, 2), &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    lua_newtable(L);
    struct ses_exchange_result result;
    /* Owns the response while Lua, which may run out of memory, copies it. */
    struct ses_box *owner = ses_push_box(L, SES_RESPONSE_CLASS);
    for (int i = 1; ses_transport_next(transport, &result); i++) {
        owner->object = result.response;
        push_result(L, &result, owner);
        lua_rawseti(L, -3, i);
        ses_http_response_free(owner->object);
        owner->object = NULL;
    }
    lua_pop(L, 1);
    return 1;
}

/* transport:cancel(id) -> whether there was such an exchange, whether it is in doubt */
static int transport_cancel(lua_State *L) {
    ses_transport *transport = check_transport(L, 1);
    lua_Integer id = luaL_checkinteger(L, 2);
    bool in_doubt = false;
    lua_pushboolean(L, ses_transport_cancel(transport, (unsigned long long)id, &in_doubt));
    lua_pushboolean(L, in_doubt);
    return 2;
}

/* transport:open() -> how many exchanges have been started and not been handed out by step */
static int transport_open(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)ses_transport_open(check_transport(L, 1)));
    return 1;
}

/* transport.wait({ transport, … }, timeout_ms) -> true | nil, failure. Waits until one of them has
 * work for step, the time is over, or a signal handler has run; with none, it sleeps. */
static int transport_wait(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    int wait = opt_wait(L, 2);
    int count = (int)lua_rawlen(L, 1);
    struct pollfd *fds = lua_newuserdatauv(L, sizeof *fds * (size_t)(count + 1), 0);
    memset(fds, 0, sizeof *fds * (size_t)(count + 1));
    for (int i = 0; i < count; i++) {
        lua_rawgeti(L, 1, i + 1);
        const ses_transport *transport = check_transport(L, -1);
        int timeout = ses_transport_timeout(transport);
        if (timeout >= 0 && (wait < 0 || timeout < wait))
            wait = timeout;
        fds[i] = (struct pollfd){.fd = ses_transport_fd(transport), .events = POLLIN};
        lua_pop(L, 1);
    }
    if (poll(fds, (nfds_t)count, wait) < 0 && errno != EINTR)
        return ses_push_failure(L, SES_ERR_IO, NULL);
    lua_pushboolean(L, 1);
    return 1;
}

static int transport_tostring(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, TRANSPORT_CLASS);
    if (box->object == NULL)
        lua_pushliteral(L, TRANSPORT_CLASS " (closed)");
    else
        lua_pushfstring(L, TRANSPORT_CLASS " (%d exchanges)", (int)ses_transport_open(box->object));
    return 1;
}

static const luaL_Reg transport_methods[] = {
    {"start", transport_start},
    {"step", transport_step},
    {"cancel", transport_cancel},
    {"open", transport_open},
    {NULL, NULL},
};

static const luaL_Reg transport_meta[] = {{"__tostring", transport_tostring}, {NULL, NULL}};

static const luaL_Reg functions[] = {
    {"new", transport_new},
    {"wait", transport_wait},
    {NULL, NULL},
};

int ses_open_transport(lua_State *L) {
    ses_bind_class(L, TRANSPORT_CLASS, transport_methods, transport_meta, transport_close);
    luaL_newlib(L, functions);
    return 1;
}
