#define _POSIX_C_SOURCE 200809L

#include "interrupt.h"

#include <lauxlib.h>
#include <signal.h>

#include "runtime.h"

static volatile sig_atomic_t seen;
static volatile sig_atomic_t seen_of_kind[2];
static lua_State *interrupted_state;

static void set_handler(int number, void (*handler)(int)) {
    /* Without SA_RESTART a wait for the network ends early and the flag is seen at once. */
    struct sigaction action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

static void count(int number) {
    volatile sig_atomic_t *kind = &seen_of_kind[number == SIGINT ? 0 : 1];
    seen = seen + 1;
    *kind = *kind + 1;
    if (*kind >= 2)
        set_handler(number, SIG_DFL);
}

static void raise_error(lua_State *L, lua_Debug *record) {
    (void)record;
    lua_sethook(L, NULL, 0, 0);
    luaL_error(L, "interrupted!");
}

/* lua_sethook is the one function of Lua that a signal handler may call. */
static void raise_by_hook(int number) {
    int whatever = LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT;
    seen = seen + 1;
    set_handler(number, SIG_DFL);
    lua_sethook(interrupted_state, raise_error, whatever, 1);
}

int ses_interrupts_seen(void) {
    return seen;
}

void ses_interrupts_count(lua_State *L) {
    interrupted_state = L;
    set_handler(SIGINT, count);
    set_handler(SIGTERM, count);
}

void ses_interrupts_raise(void) {
    if (interrupted_state == NULL)
        return;
    set_handler(SIGINT, raise_by_hook);
    set_handler(SIGTERM, SIG_DFL);
}
