/* ses.runtime.line_editor */
#define _POSIX_C_SOURCE 200809L

#include "lua_line_editor.h"

#include <lauxlib.h>
#include <string.h>

#include "line_editor.h"

#define TYPE "ses.runtime.LineEditor"

struct box {
    struct ses_line_editor *editor;
    lua_State *L; /* where a line is read, as long as it is */
};

static struct box *check(lua_State *L) {
    struct box *box = luaL_checkudata(L, 1, TYPE);
    luaL_argcheck(L, box->editor != NULL, 1, "is closed");
    return box;
}

static char *copy(lua_State *L, int index) {
    const char *text = lua_tostring(L, index);
    return text != NULL ? strdup(text) : NULL;
}

/* The completer is the user value of the editor, which stands at 1 while a line is read. Whatever
 * it raises completes nothing: no error may pass through libedit. */
static void complete(void *context, const char *before, size_t size,
                     struct ses_line_completion *found) {
    lua_State *L = ((struct box *)context)->L;
    int top = lua_gettop(L);
    if (lua_checkstack(L, 4) && lua_getiuservalue(L, 1, 1) == LUA_TFUNCTION) {
        lua_pushlstring(L, before, size);
        if (lua_pcall(L, 1, 2, 0) == LUA_OK) {
            found->insert = copy(L, -2);
            found->show = copy(L, -1);
        }
    }
    lua_settop(L, top);
}

/* editor:read(prompt) -> line | nil */
static int editor_read(lua_State *L) {
    struct box *box = check(L);
    const char *prompt = luaL_checkstring(L, 2);
    size_t size = 0;
    box->L = L;
    const char *line = ses_line_editor_read(box->editor, prompt, &size);
    if (line == NULL)
        lua_pushnil(L);
    else
        lua_pushlstring(L, line, size);
    return 1;
}

/* editor:remember(line) */
static int editor_remember(lua_State *L) {
    struct box *box = check(L);
    ses_line_editor_remember(box->editor, luaL_checkstring(L, 2));
    return 0;
}

/* editor:close() */
static int editor_close(lua_State *L) {
    struct box *box = luaL_checkudata(L, 1, TYPE);
    ses_line_editor_free(box->editor);
    box->editor = NULL;
    return 0;
}

static const luaL_Reg methods[] = {
    {"read", editor_read}, {"remember", editor_remember}, {"close", editor_close}, {NULL, NULL}};

static void set_metatable(lua_State *L) {
    if (luaL_newmetatable(L, TYPE)) {
        lua_pushcfunction(L, editor_close);
        lua_setfield(L, -2, "__gc");
        luaL_newlib(L, methods);
        lua_setfield(L, -2, "__index");
    }
    lua_setmetatable(L, -2);
}

int ses_lua_line_editor(lua_State *L) {
    const char *reason = NULL;
    lua_settop(L, 1);
    struct box *box = lua_newuserdatauv(L, sizeof *box, 1);
    *box = (struct box){0};
    set_metatable(L);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
    box->editor = ses_line_editor_new(&reason);
    if (box->editor == NULL) {
        lua_pushnil(L);
        lua_pushstring(L, reason != NULL ? reason : "it is not there");
        return 2;
    }
    ses_line_editor_complete_by(box->editor, complete, box);
    return 1;
}
