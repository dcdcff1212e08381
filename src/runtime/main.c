/* The `ses` program: Lua 5.4 with every module of ses built in. What the words of the command line
 * mean is decided in lua/ses/cli/init.lua. */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime.h"
#include "ses/lua.h"
#include "sigpipe.h"

struct command_line {
    int argc;
    char **argv;
};

/* require("ses.cli").main{ [0] = program, word, … }: the one result is the exit status. */
static int run(lua_State *L) {
    const struct command_line *line = lua_touserdata(L, 1);
    luaL_checkversion(L);
    luaL_openlibs(L);
    ses_lua_preload(L);
    luaL_requiref(L, "ses.runtime", luaopen_ses_runtime, 0);
    lua_getglobal(L, "require");
    lua_pushliteral(L, "ses.cli");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "main");
    lua_createtable(L, line->argc, 1);
    for (int i = 0; i < line->argc; i++) {
        lua_pushstring(L, line->argv[i]);
        lua_rawseti(L, -2, i);
    }
    lua_call(L, 1, 1);
    return 1;
}

int main(int argc, char **argv) {
    struct command_line line = {.argc = argc, .argv = argv};
    int status = EXIT_FAILURE;
    /* A reader that went away is an error of the write, not the end of a campaign. */
    ses_sigpipe_ignore();
    lua_State *L = luaL_newstate();
    if (L == NULL) {
        fprintf(stderr, "ses: not enough memory\n");
        return status;
    }
    ses_interrupts_count(L);
    lua_pushcfunction(L, run);
    lua_pushlightuserdata(L, &line);
    if (lua_pcall(L, 1, 1, 0) == LUA_OK)
        status = (int)lua_tointeger(L, -1);
    else
        fprintf(stderr, "ses: %s\n", luaL_tolstring(L, -1, NULL));
    lua_close(L);
    return status;
}
