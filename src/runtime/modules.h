/* modules.h: the Lua modules that tools/embed.lua turned into C data. */
#ifndef SES_RUNTIME_MODULES_H
#define SES_RUNTIME_MODULES_H

#include <stddef.h>

struct ses_lua_module {
    const char *name;   /* as for require: "ses.client" */
    const char *chunk;  /* as error messages name it: "@ses/client.lua" */
    const char *source; /* UTF-8 text */
    size_t size;        /* bytes of source */
};

/* In the order of their names; ends with a row whose name is NULL. */
extern const struct ses_lua_module ses_lua_modules[];

#endif
