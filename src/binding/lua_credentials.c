/* ses.core.credentials: credentials as userdata whose secret never becomes a Lua string. */
#include "lua_credentials.h"

ses_credentials *ses_check_credentials(lua_State *L, int index) {
    return ses_check_box(L, index, SES_CREDENTIALS_CLASS);
}

/* credentials.static{ access_key_id =, secret_access_key =, session_token = nil }
 *   -> credentials | nil, failure */
static int credentials_static(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    struct ses_span none = {NULL, 0};
    struct ses_credentials_options options = {
        .access_key_id = ses_opt_span(L, 1, "access_key_id", none),
        .secret_access_key = ses_opt_span(L, 1, "secret_access_key", none),
        .session_token = ses_opt_span(L, 1, "session_token", none),
        .source = SES_CREDENTIALS_STATIC,
    };
    struct ses_box *box = ses_push_box(L, SES_CREDENTIALS_CLASS);
    struct ses_error error = {0};
    ses_credentials *made = NULL;
    enum ses_status status = ses_credentials_new(&options, &made, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    box->object = made;
    return 1;
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

/* credentials:source() -> "static" | "environment" | "profile" */
static int credentials_source(lua_State *L) {
    lua_pushstring(
        L, ses_credentials_source_name(ses_credentials_source(ses_check_credentials(L, 1))));
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
    {"source", credentials_source},
    {NULL, NULL},
};

static const luaL_Reg credentials_meta[] = {{"__tostring", credentials_tostring}, {NULL, NULL}};

static const luaL_Reg functions[] = {{"static", credentials_static}, {NULL, NULL}};

int ses_open_credentials(lua_State *L) {
    ses_bind_class(L, SES_CREDENTIALS_CLASS, credentials_methods, credentials_meta,
                   credentials_close);
    luaL_newlib(L, functions);
    return 1;
}
