/* ses.core.process: a program whose output stays in the core. */
#include "lua_process.h"

#include <limits.h>
#include <string.h>

static ses_process *check_process(lua_State *L, int index) {
    return ses_check_box(L, index, SES_PROCESS_CLASS);
}

struct ses_span ses_check_output(lua_State *L, int index) {
    if (lua_type(L, index) == LUA_TUSERDATA)
        return ses_process_output(check_process(L, index));
    return ses_check_span(L, index);
}

/* process.start(command, { timeout_ms = 60000, max_output = 65536, by_shell = false })
 *   -> process | nil, failure */
static int process_start(lua_State *L) {
    struct ses_span command = ses_check_span(L, 1);
    struct ses_process_options options = {0};
    if (!lua_isnoneornil(L, 2)) {
        luaL_checktype(L, 2, LUA_TTABLE);
        options.timeout_ms = ses_opt_count(L, 2, "timeout_ms");
        options.max_output = ses_opt_count(L, 2, "max_output");
        options.by_shell = ses_opt_bool(L, 2, "by_shell", false);
    }
    struct ses_box *box = ses_push_box(L, SES_PROCESS_CLASS);
    struct ses_error error = {0};
    ses_process *process = NULL;
    enum ses_status status = ses_process_start(command, &options, &process, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    box->object = process;
    return 1;
}

/* process.split(command) -> { word, … } | nil, failure; for a host that starts programs itself */
static int process_split(lua_State *L) {
    struct ses_span command = ses_check_span(L, 1);
    struct ses_buf *words = ses_push_buf(L, true);
    struct ses_error error = {0};
    size_t count;
    enum ses_status status = ses_process_split(command, words, &count, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    lua_createtable(L, (int)count, 0);
    const char *word = words->data;
    for (size_t i = 0; i < count; i++) {
        lua_pushstring(L, word);
        lua_rawseti(L, -2, (int)i + 1);
        word += strlen(word) + 1;
    }
    ses_buf_free(words);
    return 1;
}

static int process_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, SES_PROCESS_CLASS);
    ses_process_free(box->object);
    box->object = NULL;
    return 0;
}

/* process:step(wait_ms = as long as it takes) -> false where it still runs | true, exit status
 * | nil, failure */
static int process_step(lua_State *L) {
    ses_process *process = check_process(L, 1);
    lua_Number wait = luaL_optnumber(L, 2, -1);
    int wait_ms = wait < 0 ? -1 : wait > INT_MAX ? INT_MAX : (int)wait;
    struct ses_error error = {0};
    bool done;
    enum ses_status status = ses_process_step(process, wait_ms, &done, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    lua_pushboolean(L, done);
    if (!done)
        return 1;
    lua_pushinteger(L, ses_process_exit_status(process));
    return 2;
}

/* process:size() -> bytes that it has written so far */
static int process_size(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)ses_process_output(check_process(L, 1)).len);
    return 1;
}

static int process_tostring(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, SES_PROCESS_CLASS);
    lua_pushstring(L, box->object == NULL ? SES_PROCESS_CLASS " (closed)" : SES_PROCESS_CLASS);
    return 1;
}

/* What it has written is shown by none: the process itself is what ses.core takes it from. */
static const luaL_Reg process_methods[] = {
    {"step", process_step}, {"size", process_size}, {NULL, NULL}};

static const luaL_Reg process_meta[] = {{"__tostring", process_tostring}, {NULL, NULL}};

static const luaL_Reg functions[] = {
    {"start", process_start}, {"split", process_split}, {NULL, NULL}};

int ses_open_process(lua_State *L) {
    ses_bind_class(L, SES_PROCESS_CLASS, process_methods, process_meta, process_close);
    luaL_newlib(L, functions);
    return 1;
}
