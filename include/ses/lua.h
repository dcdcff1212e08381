/* ses/lua.h: the whole of ses for a C program that hosts Lua 5.4.
 *
 * The one header that is not of libses but of libses-lua, which has every Lua module of ses and
 * ses.core in it, so that scripts need no file of ses. ses/ses.h does not include it, and it
 * includes no header of Lua's. What the modules themselves need the host has to see to: `require
 * "ses"` needs the module cjson (lua-cjson), templates rendered on this side need lpeg, the journal
 * of campaigns and the emulator's store need luasql.sqlite3 or luasql.postgres. Each is looked for
 * as `require` looks for any module.
 *
 * Lua 5.4 alone: other Lua versions and LuaJIT load the modules from files.
 */
#ifndef SES_LUA_H
#define SES_LUA_H

#include "ses/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lua_State;

/* Makes every module of ses known to `require` in this state (package.preload), where it wins over
 * a file of that name. Loads none of them; the standard library need not be open yet, but `package`
 * has to be by the time a script requires something. May be called again, for other states too,
 * each of which belongs to one thread at a time, as ever in Lua.
 *
 * Returns 0 and changes nothing on the stack, so that it is a lua_CFunction as well. Raises a Lua
 * error where memory runs out or the Lua that runs is not 5.4: a host that no lua_pcall surrounds
 * would be ended by it, and calls it so:
 *
 *     lua_pushcfunction(L, ses_lua_preload);
 *     if (lua_pcall(L, 0, 0, 0) != LUA_OK) …
 */
SES_API int ses_lua_preload(struct lua_State *L);

#ifdef __cplusplus
}
#endif
#endif
