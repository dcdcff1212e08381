/* A C program that hosts Lua 5.4 and leaves its mail to a script. No file of ses is needed when it
 * runs: every module is in libses-lua. README.md says how to build it.
 *
 *     ./host notify.lua letters@lantern.example reader@example.com "The Sea"
 *
 * Ends with 0 where SES took the message, 1 where it was not sent, 2 for wrong arguments, and 3
 * where the message may have been sent and nobody knows.
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <ses/lua.h>
#include <stdio.h>
#include <stdlib.h>

enum outcome { SENT = 0, NOT_SENT = 1, IN_DOUBT = 3 };

/* Opens the standard library and makes ses known to `require`. In a call of its own, so that what
 * goes wrong is an error that lua_pcall gives, and not the end of the program. */
static int open_libraries(lua_State *L) {
    luaL_openlibs(L);
    ses_lua_preload(L);
    return 0;
}

/* Runs the script, which returns the function to call, and leaves that on the stack. */
static int load_script(lua_State *L, const char *path) {
    lua_pushcfunction(L, open_libraries);
    if (lua_pcall(L, 0, 0, 0) != LUA_OK || luaL_loadfile(L, path) != LUA_OK)
        return 0;
    return lua_pcall(L, 0, 1, 0) == LUA_OK;
}

/* Calls the function on the stack with `count` texts: id; or nil, what went wrong, in doubt. */
static enum outcome notify(lua_State *L, char **texts, int count) {
    for (int i = 0; i < count; i++)
        lua_pushstring(L, texts[i]);
    if (lua_pcall(L, count, 3, 0) != LUA_OK) {
        fprintf(stderr, "host: %s\n", luaL_tolstring(L, -1, NULL));
        return NOT_SENT;
    }
    if (lua_isstring(L, -3)) {
        printf("sent as %s\n", lua_tostring(L, -3));
        return SENT;
    }
    enum outcome outcome = lua_toboolean(L, -1) ? IN_DOUBT : NOT_SENT;
    fprintf(stderr, "host: %s\n", luaL_tolstring(L, -2, NULL));
    return outcome;
}

int main(int argc, char **argv) {
    int outcome = NOT_SENT;
    if (argc != 5) {
        fprintf(stderr, "usage: host SCRIPT FROM TO BOOK\n");
        return 2;
    }
    lua_State *L = luaL_newstate();
    if (L == NULL) {
        fprintf(stderr, "host: not enough memory\n");
        return outcome;
    }
    if (load_script(L, argv[1]))
        outcome = notify(L, argv + 2, argc - 2);
    else
        fprintf(stderr, "host: %s\n", luaL_tolstring(L, -1, NULL));
    /* Closes the client as well: its connections end, and its secrets are wiped. */
    lua_close(L);
    return outcome;
}
