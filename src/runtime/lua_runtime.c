#define _GNU_SOURCE

#include <lauxlib.h>
#include <limits.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "interrupt.h"
#include "lua_line_editor.h"
#include "runtime.h"
#include "sigpipe.h"

/* interrupted() -> integer */
static int runtime_interrupted(lua_State *L) {
    lua_pushinteger(L, ses_interrupts_seen());
    return 1;
}

/* raise_interrupts() */
static int runtime_raise_interrupts(lua_State *L) {
    (void)L;
    ses_interrupts_raise();
    return 0;
}

/* end_by_sigpipe() */
static int runtime_end_by_sigpipe(lua_State *L) {
    (void)L;
    ses_sigpipe_end();
    return 0;
}

/* is_tty(fd) -> boolean */
static int runtime_is_tty(lua_State *L) {
    lua_Integer fd = luaL_checkinteger(L, 1);
    lua_pushboolean(L, fd >= 0 && fd <= INT_MAX && isatty((int)fd) == 1);
    return 1;
}

/* terminal_width() -> columns | nil */
static int runtime_terminal_width(lua_State *L) {
    static const int outputs[] = {STDOUT_FILENO, STDERR_FILENO};
    for (size_t i = 0; i < sizeof outputs / sizeof outputs[0]; i++) {
        struct winsize size;
        if (ioctl(outputs[i], TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
            lua_pushinteger(L, size.ws_col);
            return 1;
        }
    }
    lua_pushnil(L);
    return 1;
}

/* pid() -> integer */
static int runtime_pid(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)getpid());
    return 1;
}

/* The length of a path without its last part and the slash before it. */
static size_t folder_of(const char *path, size_t size) {
    while (size > 0 && path[size - 1] != '/')
        size--;
    return size > 1 ? size - 1 : size;
}

static void set_paths(lua_State *L) {
    char path[PATH_MAX];
    ssize_t got = readlink("/proc/self/exe", path, sizeof path);
    if (got <= 0 || (size_t)got >= sizeof path)
        return;
    size_t size = (size_t)got;
    lua_pushlstring(L, path, size);
    lua_setfield(L, -2, "executable");
    lua_pushlstring(L, path, folder_of(path, folder_of(path, size)));
    lua_setfield(L, -2, "prefix");
}

static const luaL_Reg functions[] = {
    {"interrupted", runtime_interrupted},       {"raise_interrupts", runtime_raise_interrupts},
    {"end_by_sigpipe", runtime_end_by_sigpipe}, {"is_tty", runtime_is_tty},
    {"terminal_width", runtime_terminal_width}, {"pid", runtime_pid},
    {"line_editor", ses_lua_line_editor},       {NULL, NULL},
};

int luaopen_ses_runtime(lua_State *L) {
    luaL_newlib(L, functions);
    set_paths(L);
    return 1;
}
