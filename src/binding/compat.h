/* compat.h: every difference between LuaJIT (5.1) and Lua 5.4 that the binding meets. */
#ifndef SES_BINDING_COMPAT_H
#define SES_BINDING_COMPAT_H

#include <lauxlib.h>
#include <lua.h>

/* LuaJIT has luaL_newlib, plain Lua 5.1 has not. */
#if !(LUA_VERSION_NUM == 504 || (LUA_VERSION_NUM == 501 && defined(luaL_newlib)))
#error "ses runs on Lua 5.4 and LuaJIT 2.1: for LuaJIT name the folder of its headers (LUA_INCDIR)"
#endif

#if LUA_VERSION_NUM < 502

#define lua_rawlen(L, i) lua_objlen(L, (i))
#define lua_newuserdatauv(L, size, values) lua_newuserdata(L, (size))

static inline int ses_absindex(lua_State *L, int index) {
    return index > 0 || index <= LUA_REGISTRYINDEX ? index : lua_gettop(L) + index + 1;
}
#define lua_absindex(L, i) ses_absindex(L, (i))

/* The one value of a userdata, a table; before the first set it is some other one. */
#define ses_set_uservalue(L, i) ((void)lua_setfenv(L, (i)))
#define ses_get_uservalue(L, i) lua_getfenv(L, (i))

#else

#define ses_set_uservalue(L, i) ((void)lua_setiuservalue(L, (i), 1))
#define ses_get_uservalue(L, i) ((void)lua_getiuservalue(L, (i), 1))

#endif
#endif
