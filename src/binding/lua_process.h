/* lua_process.h: the output of a process, for the other files of the binding. */
#ifndef SES_BINDING_LUA_PROCESS_H
#define SES_BINDING_LUA_PROCESS_H

#include "binding.h"

#define SES_PROCESS_CLASS "ses.process"

/* The bytes at `index`: a string's, or what a process has written. Raises an argument error for
 * anything else. Borrowed from it. */
struct ses_span ses_check_output(lua_State *L, int index);

#endif
