/* ses.core.seal: credentials as sealed bytes, for memory that processes share. */
#include "lua_credentials.h"

#define CLASS "ses.seal"

static ses_seal *check_seal(lua_State *L) {
    return ses_check_box(L, 1, CLASS);
}

/* seal.new() -> seal with a key of its own | nil, failure */
static int seal_new(lua_State *L) {
    struct ses_box *box = ses_push_box(L, CLASS);
    ses_seal *seal = NULL;
    enum ses_status status = ses_seal_new(&seal);
    if (status != SES_OK)
        return ses_push_failure(L, status, NULL);
    box->object = seal;
    return 1;
}

/* seal:id() -> 16 hexadecimal digits */
static int seal_id(lua_State *L) {
    ses_push_span(L, ses_seal_id(check_seal(L)));
    return 1;
}

/* seal:credentials(credentials, context) -> sealed bytes | nil, failure */
static int seal_credentials(lua_State *L) {
    ses_seal *seal = check_seal(L);
    const ses_credentials *credentials = ses_check_credentials(L, 2);
    struct ses_span context = ses_check_span(L, 3);
    struct ses_buf *out = ses_push_buf(L, false);
    return ses_return_buf(L, out, ses_seal_credentials(seal, credentials, context, out), NULL);
}

/* seal:open_credentials(sealed, context) -> credentials | nil, failure */
static int seal_open_credentials(lua_State *L) {
    ses_seal *seal = check_seal(L);
    struct ses_span sealed = ses_check_span(L, 2);
    struct ses_span context = ses_check_span(L, 3);
    struct ses_box *box = ses_push_box(L, SES_CREDENTIALS_CLASS);
    struct ses_error error = {0};
    ses_credentials *opened = NULL;
    enum ses_status status = ses_seal_open_credentials(seal, sealed, context, &opened, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    box->object = opened;
    return 1;
}

static int seal_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, CLASS);
    ses_seal_free(box->object);
    box->object = NULL;
    return 0;
}

static const luaL_Reg methods[] = {{"id", seal_id},
                                   {"credentials", seal_credentials},
                                   {"open_credentials", seal_open_credentials},
                                   {NULL, NULL}};

static const luaL_Reg functions[] = {{"new", seal_new}, {NULL, NULL}};

int ses_open_seal(lua_State *L) {
    ses_bind_class(L, CLASS, methods, NULL, seal_close);
    luaL_newlib(L, functions);
    return 1;
}
