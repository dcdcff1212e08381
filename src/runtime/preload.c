#include "ses/lua.h"

#include <lauxlib.h>

#include "modules.h"

/* Of src/binding/lua_core.c. */
int luaopen_ses_core(lua_State *L);

/* The searcher's loader of one embedded module, which is its first upvalue. */
static int load_module(lua_State *L) {
    const struct ses_lua_module *module = lua_touserdata(L, lua_upvalueindex(1));
    if (luaL_loadbufferx(L, module->source, module->size, module->chunk, "t") != LUA_OK)
        return lua_error(L);
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

int ses_lua_preload(lua_State *L) {
    luaL_checkversion(L);
    luaL_checkstack(L, 3, "no room for the modules of ses");
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    for (const struct ses_lua_module *module = ses_lua_modules; module->name != NULL; module++) {
        lua_pushlightuserdata(L, (void *)module);
        lua_pushcclosure(L, load_module, 1);
        lua_setfield(L, -2, module->name);
    }
    lua_pushcfunction(L, luaopen_ses_core);
    lua_setfield(L, -2, "ses.core");
    lua_pop(L, 1);
    return 0;
}
