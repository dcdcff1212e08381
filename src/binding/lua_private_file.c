/* ses.core.private_file */
#include "binding.h"

#include <string.h>

static int call(lua_State *L, enum ses_status (*act)(const char *, struct ses_error *)) {
    struct ses_span path = ses_check_span(L, 1);
    luaL_argcheck(L, path.len > 0 && strlen(path.data) == path.len, 1,
                  "must not be empty or hold a NUL byte");
    struct ses_error error = {0};
    enum ses_status status = act(path.data, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    lua_pushboolean(L, true);
    return 1;
}

/* private_file.make(path) -> true | nil, failure */
static int private_file_make(lua_State *L) {
    return call(L, ses_private_file_make);
}

/* private_file.sync(path) -> true | nil, failure */
static int private_file_sync(lua_State *L) {
    return call(L, ses_private_file_sync);
}

/* private_file.sync_folder(path) -> true | nil, failure */
static int private_file_sync_folder(lua_State *L) {
    return call(L, ses_private_file_sync_folder);
}

static const luaL_Reg functions[] = {{"make", private_file_make},
                                     {"sync", private_file_sync},
                                     {"sync_folder", private_file_sync_folder},
                                     {NULL, NULL}};

int ses_open_private_file(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
