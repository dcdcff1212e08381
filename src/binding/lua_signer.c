/* ses.core.sigv4.signer: signs request userdata with credentials userdata. */
#include "lua_signer.h"

#include "lua_credentials.h"
#include "lua_http.h"

int64_t ses_time_field(lua_State *L, int index) {
    lua_Number time = ses_opt_number(L, index, "time", -1);
    return time >= 0 && time <= (lua_Number)SES_SIGV4_TIME_MAX ? (int64_t)time : -1;
}

struct ses_span ses_region_field(lua_State *L, int index, enum ses_sigv4_algorithm *algorithm) {
    lua_getfield(L, index, "region_set");
    *algorithm = lua_isnil(L, -1) ? SES_SIGV4_HMAC : SES_SIGV4_ECDSA;
    lua_pop(L, 1);
    return ses_opt_span(L, index, *algorithm == SES_SIGV4_ECDSA ? "region_set" : "region",
                        SES_SPAN(""));
}

/* sigv4.signer() -> signer | nil, failure */
static int signer_new(lua_State *L) {
    struct ses_box *box = ses_push_box(L, SES_SIGNER_CLASS);
    ses_signer *signer = NULL;
    enum ses_status status = ses_signer_new(&signer);
    if (status != SES_OK)
        return ses_push_failure(L, status, NULL);
    box->object = signer;
    return 1;
}

static int signer_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, SES_SIGNER_CLASS);
    ses_signer_free(box->object);
    box->object = NULL;
    return 0;
}

static struct ses_signer_options read_options(lua_State *L, int index) {
    luaL_checktype(L, index, LUA_TTABLE);
    struct ses_signer_options options = {.service =
                                             ses_opt_span(L, index, "service", SES_SPAN("ses")),
                                         .time = ses_time_field(L, index)};
    options.region = ses_region_field(L, index, &options.algorithm);
    return options;
}

/* signer:sign(request, credentials, { region = | region_set =, service = "ses", time = })
 * -> true | nil, failure; with region_set by SigV4a. */
static int signer_sign(lua_State *L) {
    ses_signer *signer = ses_check_box(L, 1, SES_SIGNER_CLASS);
    ses_http_request *request = ses_check_request(L, 2);
    const ses_credentials *credentials = ses_check_credentials(L, 3);
    const struct ses_signer_options options = read_options(L, 4);
    struct ses_error error = {0};
    enum ses_status status = ses_signer_sign(signer, request, credentials, &options, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    lua_pushboolean(L, 1);
    return 1;
}

/* signer:presign(request, credentials, { region = | region_set =, service = "ses", time =,
 * expires = 3600 }) -> url | nil, failure. The URL is as secret as what it allows. */
static int signer_presign(lua_State *L) {
    ses_signer *signer = ses_check_box(L, 1, SES_SIGNER_CLASS);
    const ses_http_request *request = ses_check_request(L, 2);
    const ses_credentials *credentials = ses_check_credentials(L, 3);
    const struct ses_signer_options options = read_options(L, 4);
    lua_Number expires = ses_opt_number(L, 4, "expires", 3600);
    unsigned seconds = expires >= 1 && expires <= SES_SIGV4_EXPIRES_MAX ? (unsigned)expires : 0;
    struct ses_buf *url = ses_push_buf(L, true);
    struct ses_error error = {0};
    enum ses_status status =
        ses_signer_presign(signer, request, credentials, &options, seconds, url, &error);
    return ses_return_buf(L, url, status, &error);
}

static int signer_tostring(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, SES_SIGNER_CLASS);
    if (box->object == NULL)
        lua_pushliteral(L, "ses.signer (closed)");
    else
        lua_pushfstring(L, "ses.signer (%d keys)", (int)ses_signer_key_count(box->object));
    return 1;
}

static const luaL_Reg methods[] = {
    {"sign", signer_sign}, {"presign", signer_presign}, {NULL, NULL}};
static const luaL_Reg metamethods[] = {{"__tostring", signer_tostring}, {NULL, NULL}};

void ses_push_signer_new(lua_State *L) {
    ses_bind_class(L, SES_SIGNER_CLASS, methods, metamethods, signer_close);
    lua_pushcfunction(L, signer_new);
}
