/* ses.core.credentials: credentials as userdata whose secret never becomes a Lua string. */
#include "lua_credentials.h"

#include "lua_profile.h"
#include "lua_resolver.h"

ses_credentials *ses_check_credentials(lua_State *L, int index) {
    return ses_check_box(L, index, SES_CREDENTIALS_CLASS);
}

struct ses_credentials_options ses_opt_credentials(lua_State *L, int index) {
    struct ses_span none = {NULL, 0};
    bool custom = ses_opt_bool(L, index, "custom", false);
    lua_Number expiration = ses_opt_number(L, index, "expiration", 0);
    /* The year 9999 ends before it; NaN fails the comparison. */
    if (!(expiration >= 0 && expiration <= 253402300799.0))
        luaL_error(L, "field 'expiration' must be seconds from 1970 to the year 9999");
    return (struct ses_credentials_options){
        .access_key_id = ses_opt_span(L, index, "access_key_id", none),
        .secret_access_key = ses_opt_span(L, index, "secret_access_key", none),
        .session_token = ses_opt_span(L, index, "session_token", none),
        .source = custom ? SES_CREDENTIALS_CUSTOM : SES_CREDENTIALS_STATIC,
        .expiration = (int64_t)expiration,
        .account_id = ses_opt_span(L, index, "account_id", none),
    };
}

/* credentials.static{ access_key_id =, secret_access_key =, session_token = nil, expiration = nil,
 *     account_id = nil, custom = false } -> credentials | nil, failure */
static int credentials_static(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    struct ses_credentials_options options = ses_opt_credentials(L, 1);
    struct ses_box *box = ses_push_box(L, SES_CREDENTIALS_CLASS);
    struct ses_error error = {0};
    ses_credentials *made = NULL;
    enum ses_status status = ses_credentials_new(&options, &made, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    box->object = made;
    return 1;
}

/* credentials.from_environment() -> credentials | nil, failure */
static int credentials_from_environment(lua_State *L) {
    struct ses_box *box = ses_push_box(L, SES_CREDENTIALS_CLASS);
    struct ses_error error = {0};
    ses_credentials *made = NULL;
    enum ses_status status = ses_credentials_from_environment(ses_host_system(), &made, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    box->object = made;
    return 1;
}

/* credentials.from_profile{ profile = nil, config_file = nil, credentials_file = nil }
 *   -> credentials | nil, failure */
static int credentials_from_profile(lua_State *L) {
    struct ses_profile_options options = ses_opt_profile(L, 1);
    struct ses_box *box = ses_push_box(L, SES_CREDENTIALS_CLASS);
    struct ses_error error = {0};
    ses_credentials *made = NULL;
    ses_profile *profile = NULL;
    enum ses_status status = ses_profile_load(&options, ses_host_system(), &profile, &error);
    if (status == SES_OK)
        status = ses_credentials_from_profile(profile, &made, &error);
    ses_profile_free(profile);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    box->object = made;
    return 1;
}

void ses_add_tried(lua_State *L, const struct ses_credentials_tried *tried, size_t count,
                   bool ended) {
    lua_createtable(L, (int)count, 0);
    lua_getfield(L, -2, "message");
    for (size_t i = 0; i < count; i++) {
        const char *source = ses_credentials_source_name(tried[i].source);
        const struct ses_error *why = &tried[i].error;
        const char *space = why->field[0] == '\0' ? "" : " ";
        lua_createtable(L, 0, 2);
        lua_pushstring(L, source);
        lua_setfield(L, -2, "source");
        lua_pushfstring(L, "%s%s%s", why->field, space, why->message);
        lua_setfield(L, -2, "message");
        lua_rawseti(L, -3, (int)i + 1);
        if (ended)
            continue;
        lua_pushfstring(L, "%s %s: %s%s%s", i == 0 ? ":" : ";", source, why->field, space,
                        why->message);
        lua_concat(L, 2);
    }
    lua_setfield(L, -3, "message");
    lua_setfield(L, -2, "tried");
    if (ended && count > 0) {
        lua_pushstring(L, ses_credentials_source_name(tried[count - 1].source));
        lua_setfield(L, -2, "source");
    }
}

static int credentials_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, SES_CREDENTIALS_CLASS);
    ses_credentials_free(box->object);
    box->object = NULL;
    return 0;
}

/* credentials:access_key_id() -> string; it is no secret */
static int credentials_access_key_id(lua_State *L) {
    ses_push_span(L, ses_credentials_access_key_id(ses_check_credentials(L, 1)));
    return 1;
}

/* credentials:redact(text) -> the text with "[REDACTED]" in the place of these secrets */
static int credentials_redact(lua_State *L) {
    const ses_credentials *credentials = ses_check_credentials(L, 1);
    struct ses_span text = ses_check_span(L, 2);
    struct ses_buf *out = ses_push_buf(L, true);
    return ses_return_buf(L, out, ses_credentials_redact(credentials, text, out), NULL);
}

/* credentials:source() -> "static", "environment", … as ses_credentials_source_name has them */
static int credentials_source(lua_State *L) {
    lua_pushstring(
        L, ses_credentials_source_name(ses_credentials_source(ses_check_credentials(L, 1))));
    return 1;
}

/* credentials:expiration() -> seconds since 1970, or nil where they do not expire */
static int credentials_expiration(lua_State *L) {
    int64_t expiration = ses_credentials_expiration(ses_check_credentials(L, 1));
    if (expiration == 0)
        lua_pushnil(L);
    else
        lua_pushinteger(L, (lua_Integer)expiration);
    return 1;
}

/* credentials:account_id() -> 12 digits, or nil where they are not known */
static int credentials_account_id(lua_State *L) {
    struct ses_span account = ses_credentials_account_id(ses_check_credentials(L, 1));
    if (account.len == 0)
        lua_pushnil(L);
    else
        ses_push_span(L, account);
    return 1;
}

static int credentials_tostring(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, SES_CREDENTIALS_CLASS);
    if (box->object == NULL) {
        lua_pushliteral(L, SES_CREDENTIALS_CLASS " (closed)");
        return 1;
    }
    lua_pushliteral(L, SES_CREDENTIALS_CLASS "(");
    ses_push_span(L, ses_credentials_access_key_id(box->object));
    lua_pushliteral(L, ", " SES_REDACTED ")");
    lua_concat(L, 3);
    return 1;
}

static const luaL_Reg credentials_methods[] = {
    {"access_key_id", credentials_access_key_id},
    {"redact", credentials_redact},
    {"source", credentials_source},
    {"expiration", credentials_expiration},
    {"account_id", credentials_account_id},
    {NULL, NULL},
};

static const luaL_Reg credentials_meta[] = {{"__tostring", credentials_tostring}, {NULL, NULL}};

static const luaL_Reg functions[] = {
    {"static", credentials_static},
    {"from_environment", credentials_from_environment},
    {"from_profile", credentials_from_profile},
    {"resolver", ses_resolver_new},
    {NULL, NULL},
};

int ses_open_credentials(lua_State *L) {
    ses_bind_class(L, SES_CREDENTIALS_CLASS, credentials_methods, credentials_meta,
                   credentials_close);
    ses_bind_resolver(L);
    luaL_newlib(L, functions);
    ses_push_credentials_cache_new(L);
    lua_setfield(L, -2, "cache");
    ses_push_imds_region_new(L);
    lua_setfield(L, -2, "imds_region");
    return 1;
}
