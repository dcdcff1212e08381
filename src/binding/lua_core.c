/* The Lua module ses.core: one table a module of the C core. */
#include "binding.h"

static const luaL_Reg modules[] = {
    {"address", ses_open_address},
    {"backoff", ses_open_backoff},
    {"base64", ses_open_base64},
    {"breaker", ses_open_breaker},
    {"clock", ses_open_clock},
    {"credentials", ses_open_credentials},
    {"digest", ses_open_digest},
    {"dkim", ses_open_dkim},
    {"html", ses_open_html},
    {"http", ses_open_http},
    {"idna", ses_open_idna},
    {"json", ses_open_json},
    {"limiter", ses_open_limiter},
    {"log_text", ses_open_log_text},
    {"otlp", ses_open_otlp},
    {"private_file", ses_open_private_file},
    {"process", ses_open_process},
    {"profile", ses_open_profile},
    {"random", ses_open_random},
    {"retry", ses_open_retry},
    {"seal", ses_open_seal},
    {"secret", ses_open_secret},
    {"send_rate", ses_open_send_rate},
    {"shape", ses_open_shape},
    {"sigv4", ses_open_sigv4},
    {"sigv4a", ses_open_sigv4a},
    {"sns", ses_open_sns},
    {"transport", ses_open_transport},
    {"utf8", ses_open_utf8},
    {NULL, NULL},
};

SES_API int luaopen_ses_core(lua_State *L);

int luaopen_ses_core(lua_State *L) {
    lua_newtable(L);
    lua_pushstring(L, ses_version());
    lua_setfield(L, -2, "version");
    for (const luaL_Reg *module = modules; module->name != NULL; module++) {
        module->func(L);
        lua_setfield(L, -2, module->name);
    }
    return 1;
}
