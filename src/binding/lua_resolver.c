/* credentials.resolver: the search for credentials, as steps that Lua takes.
 *
 *     local resolver = assert(core.credentials.resolver{ profile = "work" })
 *     local kind, effect = resolver:next(now)
 *     while kind ~= "done" and kind ~= "failed" do … resolver:feed_…(…) … end
 *     local credentials, failure = resolver:take()
 */
#include "lua_resolver.h"

#include "lua_credentials.h"
#include "lua_http.h"
#include "lua_process.h"
#include "lua_profile.h"

#include <limits.h>
#include <string.h>

#define RESOLVER_CLASS "ses.credentials_resolver"

/* A box that knows the time of the last `next`, for what is fed without one. */
struct resolver_box {
    struct ses_box box;
    double now;
};

static struct resolver_box *check_resolver(lua_State *L) {
    (void)ses_check_box(L, 1, RESOLVER_CLASS);
    return lua_touserdata(L, 1);
}

static double opt_now(lua_State *L, int index, struct resolver_box *resolver) {
    resolver->now = luaL_optnumber(L, index, resolver->now);
    return resolver->now;
}

static unsigned opt_unsigned(lua_State *L, const char *field) {
    lua_Number number = ses_opt_number(L, 1, field, 0);
    if (!(number >= 0 && number <= INT_MAX))
        luaL_error(L, "field '%s' must be 0 to %d", field, INT_MAX);
    return (unsigned)number;
}

static unsigned source_bit(lua_State *L, const char *name) {
    for (int i = 0; i < SES_CREDENTIALS_SOURCES; i++)
        if (strcmp(name, ses_credentials_source_name((enum ses_credentials_source)i)) == 0)
            return SES_CREDENTIALS_BIT(i);
    luaL_error(L, "field 'sources' names '%s', which is no source", name);
    return 0;
}

/* The field `sources`, a list of names. */
static unsigned opt_sources(lua_State *L) {
    unsigned sources = 0;
    lua_getfield(L, 1, "sources");
    if (!lua_isnil(L, -1) && !lua_istable(L, -1))
        luaL_error(L, "field 'sources' must be a table, not a %s", luaL_typename(L, -1));
    int count = lua_istable(L, -1) ? (int)lua_rawlen(L, -1) : 0;
    for (int i = 1; i <= count; i++) {
        lua_rawgeti(L, -1, i);
        const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "?";
        sources |= source_bit(L, name);
        lua_pop(L, 1);
    }
    if (sources == 0 && lua_istable(L, -1))
        luaL_error(L, "field 'sources' must not be empty");
    lua_pop(L, 1);
    return sources;
}

static void read_options(lua_State *L, struct ses_credentials_resolver_options *options,
                         struct ses_credentials_options *given) {
    options->profile = ses_opt_profile(L, 1);
    if (lua_isnoneornil(L, 1)) {
        options->use_imds = true;
        return;
    }
    *given = ses_opt_credentials(L, 1);
    if (given->access_key_id.data != NULL || given->secret_access_key.data != NULL)
        options->explicit_options = given;
    options->sources = opt_sources(L);
    options->skip_environment = ses_opt_bool(L, 1, "skip_environment", false);
    options->use_imds = ses_opt_bool(L, 1, "use_imds", true);
    options->use_fips = ses_opt_bool(L, 1, "use_fips", false);
    options->use_dualstack = ses_opt_bool(L, 1, "use_dualstack", false);
    options->region = ses_opt_span(L, 1, "region", options->region);
    options->role_session_name =
        ses_opt_span(L, 1, "role_session_name", options->role_session_name);
    options->role_duration_s = opt_unsigned(L, "role_duration_s");
    options->max_attempts = opt_unsigned(L, "max_attempts");
}

/* credentials.resolver{ access_key_id =, secret_access_key =, session_token =, profile =,
 *     config_file =, credentials_file =, skip_environment = false, use_imds = true, sources = { …
 * }, region =, use_fips = false, use_dualstack = false, role_session_name =, role_duration_s =,
 *     max_attempts = } -> resolver | nil, failure */
int ses_resolver_new(lua_State *L) {
    struct ses_credentials_resolver_options options = {0};
    struct ses_credentials_options given = {0};
    read_options(L, &options, &given);
    struct resolver_box *resolver = lua_newuserdatauv(L, sizeof *resolver, 1);
    *resolver = (struct resolver_box){0};
    luaL_getmetatable(L, RESOLVER_CLASS);
    lua_setmetatable(L, -2);
    struct ses_error error = {0};
    ses_credentials_resolver *made = NULL;
    enum ses_status status =
        ses_credentials_resolver_new(&options, ses_host_system(), &made, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    resolver->box.object = made;
    return 1;
}

static int resolver_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, RESOLVER_CLASS);
    ses_credentials_resolver_free(box->object);
    box->object = NULL;
    return 0;
}

static void set_ms(lua_State *L, const char *field, unsigned long ms) {
    lua_pushnumber(L, (lua_Number)ms);
    lua_setfield(L, -2, field);
}

/* Puts what the effect asks for into the table at the top. */
static void set_effect(lua_State *L, const struct ses_effect *effect) {
    if (effect->kind != SES_EFFECT_FAILED) {
        lua_pushstring(L, ses_credentials_source_name(effect->source));
        lua_setfield(L, -2, "source");
    }
    if (effect->kind == SES_EFFECT_HTTP) {
        set_ms(L, "connect_timeout_ms", effect->connect_timeout_ms);
        set_ms(L, "delay_ms", effect->delay_ms);
        lua_pushboolean(L, effect->direct);
        lua_setfield(L, -2, "direct");
    }
    if (effect->kind == SES_EFFECT_HTTP || effect->kind == SES_EFFECT_PROCESS)
        set_ms(L, "timeout_ms", effect->timeout_ms);
    if (effect->kind == SES_EFFECT_PROCESS) {
        ses_push_span(L, effect->command);
        lua_setfield(L, -2, "command");
    }
    if (effect->kind == SES_EFFECT_MFA) {
        ses_push_span(L, effect->mfa_serial);
        lua_setfield(L, -2, "mfa_serial");
    }
}

int ses_push_effect(lua_State *L, const struct ses_effect *effect, int request_index) {
    static const char *const kinds[] = {
        [SES_EFFECT_DONE] = "done", [SES_EFFECT_FAILED] = "failed",
        [SES_EFFECT_HTTP] = "http", [SES_EFFECT_PROCESS] = "process",
        [SES_EFFECT_MFA] = "mfa",
    };
    lua_pushstring(L, kinds[effect->kind]);
    lua_createtable(L, 0, 6);
    set_effect(L, effect);
    if (effect->kind == SES_EFFECT_HTTP) {
        lua_pushvalue(L, request_index);
        lua_setfield(L, -2, "request");
    }
    return 2;
}

/* resolver:next(now) -> kind, effect
 *   "done", { source = }
 *   "failed", {}
 *   "http", { source =, request =, connect_timeout_ms =, timeout_ms =, delay_ms =, direct = }
 *   "process", { source =, command =, timeout_ms = }; the command may hold a secret: not for logs
 *   "mfa", { source =, mfa_serial = } */
static int resolver_next(lua_State *L) {
    struct resolver_box *resolver = check_resolver(L);
    resolver->now = luaL_checknumber(L, 2);
    lua_settop(L, 2);
    /* Owns the request from its first moment, whatever Lua runs out of. */
    struct ses_box *request = ses_push_box(L, SES_REQUEST_CLASS);
    struct ses_effect effect;
    ses_credentials_resolver_next(resolver->box.object, resolver->now, &effect);
    request->object = effect.request;
    return ses_push_effect(L, &effect, 3);
}

/* true, or raises: a feed that nothing waits for is a mistake of the program. */
static int fed(lua_State *L, enum ses_status status) {
    if (status == SES_ERR_STATE)
        return luaL_error(L, "the resolver does not wait for this");
    lua_pushboolean(L, 1);
    return 1;
}

static void check_built(lua_State *L, enum ses_status status) {
    if (status != SES_OK)
        luaL_error(L, "not enough memory");
}

/* Copies the headers of the map at the top. */
static void copy_headers(lua_State *L, ses_http_response *response) {
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        if (lua_type(L, -2) == LUA_TSTRING && lua_type(L, -1) == LUA_TSTRING) {
            struct ses_span name, value;
            name.data = lua_tolstring(L, -2, &name.len);
            value.data = lua_tolstring(L, -1, &value.len);
            check_built(L, ses_http_response_add_header(response, name, value));
        }
        lua_pop(L, 1);
    }
}

/* The response of the table at `index`; owned by a box that it leaves on the stack. */
static ses_http_response *response_of_table(lua_State *L, int index) {
    struct ses_box *owner = ses_push_box(L, SES_RESPONSE_CLASS);
    ses_http_response *response = NULL;
    check_built(L, ses_http_response_new(&response));
    owner->object = response;
    ses_http_response_set_status(response, (int)ses_opt_number(L, index, "status", 0));
    lua_getfield(L, index, "headers");
    if (lua_istable(L, -1))
        copy_headers(L, response);
    lua_pop(L, 1);
    struct ses_span body = ses_opt_span(L, index, "body", SES_SPAN(""));
    check_built(L, ses_http_response_append_body(response, body));
    return response;
}

const ses_http_response *ses_check_answer(lua_State *L, int index, struct ses_box **owner) {
    *owner = NULL;
    if (!lua_istable(L, index))
        return ses_check_response(L, index);
    const ses_http_response *response = response_of_table(L, index);
    *owner = lua_touserdata(L, -1);
    return response;
}

void ses_free_answer(struct ses_box *owner) {
    if (owner == NULL)
        return;
    ses_http_response_free(owner->object);
    owner->object = NULL;
}

/* resolver:feed_response(response, now = that of next) -> true. `response` is userdata that the
 * transport kept, or a table { status =, headers = { name = value }, body = }. */
static int resolver_feed_response(lua_State *L) {
    struct resolver_box *resolver = check_resolver(L);
    double now = opt_now(L, 3, resolver);
    struct ses_box *owner;
    const ses_http_response *response = ses_check_answer(L, 2, &owner);
    enum ses_status status =
        ses_credentials_resolver_feed_response(resolver->box.object, response, now);
    ses_free_answer(owner);
    return fed(L, status);
}

enum ses_status ses_status_of(const char *name) {
    for (int i = SES_OK + 1; i < SES_ERR_INTERNAL; i++)
        if (strcmp(name, ses_status_name((enum ses_status)i)) == 0)
            return (enum ses_status)i;
    return SES_ERR_INTERNAL;
}

/* resolver:feed_failure(status, message, now = that of next) -> true. `status` is one of
 * ses/status.h by its name: "network", "timeout", "tls", "io", "cancelled", … */
static int resolver_feed_failure(lua_State *L) {
    struct resolver_box *resolver = check_resolver(L);
    enum ses_status status = ses_status_of(luaL_checkstring(L, 2));
    struct ses_span message = lua_isnoneornil(L, 3) ? SES_SPAN("failed") : ses_check_span(L, 3);
    double now = opt_now(L, 4, resolver);
    return fed(L,
               ses_credentials_resolver_feed_failure(resolver->box.object, status, message, now));
}

/* resolver:feed_process(exit_status, output, now = that of next) -> true. `output` is what the
 * process printed: the process of core.process, or a string where the host has it as one. */
static int resolver_feed_process(lua_State *L) {
    struct resolver_box *resolver = check_resolver(L);
    int exit_status = (int)luaL_checkinteger(L, 2);
    struct ses_span output = ses_check_output(L, 3);
    double now = opt_now(L, 4, resolver);
    return fed(
        L, ses_credentials_resolver_feed_process(resolver->box.object, exit_status, output, now));
}

/* resolver:feed_mfa(code, now = that of next) -> true */
static int resolver_feed_mfa(lua_State *L) {
    struct resolver_box *resolver = check_resolver(L);
    struct ses_span code = ses_check_span(L, 2);
    return fed(
        L, ses_credentials_resolver_feed_mfa(resolver->box.object, code, opt_now(L, 3, resolver)));
}

/* resolver:take() -> credentials | nil, failure. failure.tried lists { source =, message = } for
 * each source that was tried, and failure.source is the one that ended the search, if one did. */
static int resolver_take(lua_State *L) {
    ses_credentials_resolver *resolver = check_resolver(L)->box.object;
    struct ses_box *box = ses_push_box(L, SES_CREDENTIALS_CLASS);
    struct ses_error error = {0};
    ses_credentials *made = NULL;
    enum ses_status status = ses_credentials_resolver_take(resolver, &made, &error);
    if (status == SES_OK) {
        box->object = made;
        return 1;
    }
    (void)ses_push_failure(L, status, &error);
    const struct ses_resolver_report *report = ses_credentials_resolver_report(resolver);
    if (status != SES_ERR_STATE)
        ses_add_tried(L, report->tried, report->count, report->ended);
    return 2;
}

static int resolver_tostring(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, RESOLVER_CLASS);
    lua_pushstring(L, box->object == NULL ? RESOLVER_CLASS " (closed)" : RESOLVER_CLASS);
    return 1;
}

static const luaL_Reg resolver_methods[] = {
    {"next", resolver_next},
    {"feed_response", resolver_feed_response},
    {"feed_failure", resolver_feed_failure},
    {"feed_process", resolver_feed_process},
    {"feed_mfa", resolver_feed_mfa},
    {"take", resolver_take},
    {NULL, NULL},
};

static const luaL_Reg resolver_meta[] = {{"__tostring", resolver_tostring}, {NULL, NULL}};

void ses_bind_resolver(lua_State *L) {
    ses_bind_class(L, RESOLVER_CLASS, resolver_methods, resolver_meta, resolver_close);
}
