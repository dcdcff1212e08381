/* binding.h: what the files of the binding share. Nothing here decides anything. */
#ifndef SES_BINDING_H
#define SES_BINDING_H

#include "compat.h"
#include "ses/ses.h"

/* A userdata is a box around one pointer of the core; NULL once closed. */
struct ses_box {
    void *object;
};

/* Registers the metatable `name` ("ses.credentials", …) with its methods in __index and `close` as
 * __gc, __close and the method "close". */
void ses_bind_class(lua_State *L, const char *name, const luaL_Reg *methods,
                    const luaL_Reg *metamethods, lua_CFunction close);

/* Pushes an empty box of the class, so that its memory is there before the object is. */
struct ses_box *ses_push_box(lua_State *L, const char *name);

/* The object in the box at `index`; raises an argument error where it is of another class or
 * closed. */
void *ses_check_box(lua_State *L, int index, const char *name);

/* The bytes of the string at `index`; raises where there is none. Borrowed from Lua. */
struct ses_span ses_check_span(lua_State *L, int index);

/* Fields of an options table at `index`. Absent fields give `fallback`; a field of a wrong type
 * raises an error that names it. Strings are borrowed from the table. */
struct ses_span ses_opt_span(lua_State *L, int index, const char *field, struct ses_span fallback);
lua_Number ses_opt_number(lua_State *L, int index, const char *field, lua_Number fallback);
/* A count of which 0, or none, stands for no limit: a part of one counts as one. Raises where it is
 * not 0 to INT_MAX. */
unsigned long ses_opt_count(lua_State *L, int index, const char *field);
bool ses_opt_bool(lua_State *L, int index, const char *field, bool fallback);

/* Pushes bytes as a Lua string. */
void ses_push_span(lua_State *L, struct ses_span bytes);

/* Pushes an empty buffer that Lua frees, so that nothing leaks where a later push raises an error;
 * `secret` as in ses_buf_init_secret. */
struct ses_buf *ses_push_buf(lua_State *L, bool secret);

/* Ends a function that filled a buffer of ses_push_buf: pushes its bytes as a string, or the
 * failure as ses_push_failure does; empties the buffer; returns how many values it pushed. */
int ses_return_buf(lua_State *L, struct ses_buf *buf, enum ses_status status,
                   const struct ses_error *error);

/* Pushes nil and an error table { status = "…", field = "…", message = "…" }; returns 2. The Lua
 * side turns it into an error of ses.errors. `error` may be NULL. */
int ses_push_failure(lua_State *L, enum ses_status status, const struct ses_error *error);

/* Each pushes the table of one sub-module of ses.core. */
int ses_open_address(lua_State *L);
int ses_open_backoff(lua_State *L);
int ses_open_base64(lua_State *L);
int ses_open_breaker(lua_State *L);
int ses_open_clock(lua_State *L);
int ses_open_credentials(lua_State *L);
int ses_open_digest(lua_State *L);
int ses_open_dkim(lua_State *L);
int ses_open_html(lua_State *L);
int ses_open_http(lua_State *L);
int ses_open_idna(lua_State *L);
int ses_open_json(lua_State *L);
int ses_open_limiter(lua_State *L);
int ses_open_log_text(lua_State *L);
int ses_open_otlp(lua_State *L);
int ses_open_private_file(lua_State *L);
int ses_open_process(lua_State *L);
int ses_open_profile(lua_State *L);
int ses_open_random(lua_State *L);
int ses_open_retry(lua_State *L);
int ses_open_seal(lua_State *L);
int ses_open_secret(lua_State *L);
int ses_open_send_rate(lua_State *L);
int ses_open_shape(lua_State *L);
int ses_open_sigv4(lua_State *L);
int ses_open_sigv4a(lua_State *L);
int ses_open_sns(lua_State *L);
int ses_open_transport(lua_State *L);
int ses_open_utf8(lua_State *L);

#endif
