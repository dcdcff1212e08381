/* runtime.h: what only the `ses` program has, beside the modules that ses/lua.h gives to any host.
 */
#ifndef SES_RUNTIME_H
#define SES_RUNTIME_H

#include <lua.h>

/* The Lua module ses.runtime.
 *
 * - executable: the absolute path of the running program, nil where it cannot be told
 * - prefix: the folder above the program's own: PREFIX of `make install`, or the source tree; nil
 *   where it cannot be told
 * - interrupted(): how often SIGINT or SIGTERM came since the program began
 * - raise_interrupts(): from now on the first SIGINT raises the error "interrupted!" out of the Lua
 *   code that runs, as in the stock interpreter; SIGTERM ends the program
 * - end_by_sigpipe(): ends the program as a write to a pipe that nobody reads would have; does
 *   nothing where whoever started it wants SIGPIPE ignored
 * - is_tty(fd): whether the file descriptor is a terminal
 * - terminal_width(): columns of the terminal at stdout or stderr, nil where neither is one
 * - pid(): the process id
 * - line_editor(completer): an editor of lines at the terminal (line_editor.h), or nil and why
 * there is none; completer(before) -> what to put in at the cursor, what to show below the line,
 * each a text or nil. editor:read(prompt) -> a line, nil at the end of the input;
 * editor:remember(line); editor:close()
 */
int luaopen_ses_runtime(lua_State *L);

/* Counts SIGINT and SIGTERM from now on. The second of a kind puts the system's own reaction back,
 * so that a third ends the program whatever it does. Process-wide; `L` must outlive the process's
 * last signal. */
void ses_interrupts_count(lua_State *L);

#endif
