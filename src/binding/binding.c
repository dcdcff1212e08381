#include "binding.h"

#include <limits.h>
#include <math.h>
#include <string.h>

void ses_bind_class(lua_State *L, const char *name, const luaL_Reg *methods,
                    const luaL_Reg *metamethods, lua_CFunction close) {
    luaL_newmetatable(L, name);
    lua_pushstring(L, name);
    lua_setfield(L, -2, "__name");
    if (metamethods != NULL)
        luaL_setfuncs(L, metamethods, 0);
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    if (close != NULL) {
        lua_pushcfunction(L, close);
        lua_setfield(L, -2, "close");
    }
    lua_setfield(L, -2, "__index");
    if (close != NULL) {
        lua_pushcfunction(L, close);
        lua_setfield(L, -2, "__gc");
        lua_pushcfunction(L, close);
        lua_setfield(L, -2, "__close");
    }
    lua_pushliteral(L, "protected");
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

struct ses_box *ses_push_box(lua_State *L, const char *name) {
    struct ses_box *box = lua_newuserdatauv(L, sizeof *box, 1);
    box->object = NULL;
    luaL_getmetatable(L, name);
    lua_setmetatable(L, -2);
    return box;
}

void *ses_check_box(lua_State *L, int index, const char *name) {
    struct ses_box *box = luaL_checkudata(L, index, name);
    if (box->object == NULL)
        luaL_error(L, "this %s is closed", name);
    return box->object;
}

struct ses_span ses_check_span(lua_State *L, int index) {
    struct ses_span span;
    span.data = luaL_checklstring(L, index, &span.len);
    return span;
}

static void field_error(lua_State *L, const char *field, const char *expected) {
    luaL_error(L, "field '%s' must be a %s, not a %s", field, expected, luaL_typename(L, -1));
}

struct ses_span ses_opt_span(lua_State *L, int index, const char *field, struct ses_span fallback) {
    lua_getfield(L, index, field);
    struct ses_span span = fallback;
    if (lua_type(L, -1) == LUA_TSTRING)
        span.data = lua_tolstring(L, -1, &span.len);
    else if (!lua_isnil(L, -1))
        field_error(L, field, "string");
    lua_pop(L, 1);
    return span;
}

lua_Number ses_opt_number(lua_State *L, int index, const char *field, lua_Number fallback) {
    lua_getfield(L, index, field);
    lua_Number number = fallback;
    if (lua_type(L, -1) == LUA_TNUMBER)
        number = lua_tonumber(L, -1);
    else if (!lua_isnil(L, -1))
        field_error(L, field, "number");
    lua_pop(L, 1);
    return number;
}

unsigned long ses_opt_count(lua_State *L, int index, const char *field) {
    lua_Number number = ses_opt_number(L, index, field, 0);
    if (!(number >= 0 && number <= INT_MAX))
        luaL_error(L, "field '%s' must be 0 to %d", field, INT_MAX);
    return (unsigned long)ceil(number);
}

bool ses_opt_bool(lua_State *L, int index, const char *field, bool fallback) {
    lua_getfield(L, index, field);
    bool value = fallback;
    if (lua_type(L, -1) == LUA_TBOOLEAN)
        value = lua_toboolean(L, -1) != 0;
    else if (!lua_isnil(L, -1))
        field_error(L, field, "boolean");
    lua_pop(L, 1);
    return value;
}

void ses_push_span(lua_State *L, struct ses_span bytes) {
    lua_pushlstring(L, bytes.len == 0 ? "" : bytes.data, bytes.len);
}

static int buf_free(lua_State *L) {
    ses_buf_free(lua_touserdata(L, 1));
    return 0;
}

struct ses_buf *ses_push_buf(lua_State *L, bool secret) {
    struct ses_buf *buf = lua_newuserdatauv(L, sizeof *buf, 0);
    if (secret)
        ses_buf_init_secret(buf);
    else
        ses_buf_init(buf);
    if (luaL_newmetatable(L, "ses.buf")) {
        lua_pushcfunction(L, buf_free);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return buf;
}

int ses_return_buf(lua_State *L, struct ses_buf *buf, enum ses_status status,
                   const struct ses_error *error) {
    if (status != SES_OK)
        return ses_push_failure(L, status, error);
    ses_push_span(L, ses_buf_span(buf));
    ses_buf_free(buf);
    return 1;
}

int ses_push_failure(lua_State *L, enum ses_status status, const struct ses_error *error) {
    lua_pushnil(L);
    lua_createtable(L, 0, 3);
    lua_pushstring(L, ses_status_name(status));
    lua_setfield(L, -2, "status");
    bool told = error != NULL && error->status != SES_OK;
    if (told && error->field[0] != '\0') {
        lua_pushstring(L, error->field);
        lua_setfield(L, -2, "field");
    }
    lua_pushstring(L, told && error->message[0] != '\0' ? error->message : ses_status_name(status));
    lua_setfield(L, -2, "message");
    return 2;
}
