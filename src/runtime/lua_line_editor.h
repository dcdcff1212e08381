#ifndef SES_LUA_LINE_EDITOR_H
#define SES_LUA_LINE_EDITOR_H

#include <lua.h>

/* line_editor([completer]) -> userdata | nil, reason; see runtime.h. */
int ses_lua_line_editor(lua_State *L);

#endif
