/* ses.core.dkim: RSA keys as userdata whose private half never becomes a Lua string. */
#include "lua_dkim.h"

#include <string.h>

const ses_dkim_key *ses_check_dkim(lua_State *L, int index) {
    return ses_check_box(L, index, SES_DKIM_CLASS);
}

static const char *check_path(lua_State *L, int index) {
    struct ses_span path = ses_check_span(L, index);
    luaL_argcheck(L, path.len > 0 && strlen(path.data) == path.len, index, "must be a path");
    return path.data;
}

static int return_key(lua_State *L, struct ses_box *box, ses_dkim_key *key, enum ses_status status,
                      const struct ses_error *error) {
    if (status != SES_OK)
        return ses_push_failure(L, status, error);
    box->object = key;
    return 1;
}

/* dkim.generate{ bits = 2048 } -> key | nil, failure. Computes for tenths of a second. */
static int dkim_generate(lua_State *L) {
    lua_Number bits = SES_DKIM_BITS_MAX;
    if (!lua_isnoneornil(L, 1)) {
        luaL_checktype(L, 1, LUA_TTABLE);
        bits = ses_opt_number(L, 1, "bits", SES_DKIM_BITS_MAX);
    }
    struct ses_box *box = ses_push_box(L, SES_DKIM_CLASS);
    struct ses_error error = {0};
    ses_dkim_key *key = NULL;
    bool whole = bits >= 0 && bits <= 65536 && bits == (lua_Number)(unsigned)bits;
    enum ses_status status = ses_dkim_generate(whole ? (unsigned)bits : 0, &key, &error);
    return return_key(L, box, key, status, &error);
}

/* dkim.parse(text) -> key | nil, failure */
static int dkim_parse(lua_State *L) {
    struct ses_span text = ses_check_span(L, 1);
    struct ses_box *box = ses_push_box(L, SES_DKIM_CLASS);
    struct ses_error error = {0};
    ses_dkim_key *key = NULL;
    enum ses_status status = ses_dkim_parse(text, &key, &error);
    return return_key(L, box, key, status, &error);
}

/* dkim.load(path) -> key | nil, failure */
static int dkim_load(lua_State *L) {
    const char *path = check_path(L, 1);
    struct ses_box *box = ses_push_box(L, SES_DKIM_CLASS);
    struct ses_error error = {0};
    ses_dkim_key *key = NULL;
    enum ses_status status = ses_dkim_load(path, &key, &error);
    return return_key(L, box, key, status, &error);
}

/* dkim.is_key(value) -> whether it is a key that is not closed */
static int dkim_is_key(lua_State *L) {
    struct ses_box *box = lua_touserdata(L, 1);
    bool is_key = box != NULL && lua_getmetatable(L, 1);
    if (is_key) {
        luaL_getmetatable(L, SES_DKIM_CLASS);
        is_key = lua_rawequal(L, -1, -2) && box->object != NULL;
    }
    lua_pushboolean(L, is_key);
    return 1;
}

/* dkim.save(key, path) -> true | nil, failure */
static int dkim_save(lua_State *L) {
    const ses_dkim_key *key = ses_check_dkim(L, 1);
    struct ses_error error = {0};
    enum ses_status status = ses_dkim_save(key, check_path(L, 2), &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    lua_pushboolean(L, 1);
    return 1;
}

/* key:public_key() -> base64, as the DNS has it */
static int key_public_key(lua_State *L) {
    ses_push_span(L, ses_dkim_public_key(ses_check_dkim(L, 1)));
    return 1;
}

/* key:bits() -> integer */
static int key_bits(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)ses_dkim_bits(ses_check_dkim(L, 1)));
    return 1;
}

static int key_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, SES_DKIM_CLASS);
    ses_dkim_free(box->object);
    box->object = NULL;
    return 0;
}

static int key_tostring(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, SES_DKIM_CLASS);
    if (box->object == NULL)
        lua_pushliteral(L, SES_DKIM_CLASS " (closed)");
    else
        lua_pushfstring(L, SES_DKIM_CLASS " (RSA, %d bits, " SES_REDACTED ")",
                        (int)ses_dkim_bits(box->object));
    return 1;
}

static const luaL_Reg key_methods[] = {
    {"public_key", key_public_key}, {"bits", key_bits}, {NULL, NULL}};

static const luaL_Reg key_meta[] = {{"__tostring", key_tostring}, {NULL, NULL}};

static const luaL_Reg functions[] = {
    {"generate", dkim_generate}, {"parse", dkim_parse},   {"load", dkim_load},
    {"save", dkim_save},         {"is_key", dkim_is_key}, {NULL, NULL},
};

/* `methods` is the table of a key's methods: ses.dkim adds `save` with errors of its own. */
int ses_open_dkim(lua_State *L) {
    ses_bind_class(L, SES_DKIM_CLASS, key_methods, key_meta, key_close);
    luaL_newlib(L, functions);
    luaL_getmetatable(L, SES_DKIM_CLASS);
    lua_getfield(L, -1, "__index");
    lua_setfield(L, -3, "methods");
    lua_pop(L, 1);
    return 1;
}
