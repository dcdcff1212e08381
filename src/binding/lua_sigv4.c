/* ses.core.sigv4: signing and verifying of plain tables. Programs that hold a secret use the signer
 * of lua_signer.c, whose secrets are no Lua strings. */
#include "binding.h"

#include "lua_credentials.h"
#include "lua_http.h"
#include "lua_signer.h"

#include <string.h>

#define RESULT_CLASS "ses.sigv4_result"
#define CLAIM_CLASS "ses.sigv4_claim"
#define TRACE_CLASS "ses.sigv4_trace"

/* The list { {name, value}, … } at the top of the stack, into `headers`. Strings are borrowed. */
static void read_header_list(lua_State *L, struct ses_http_header *headers, size_t count) {
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, -1, (int)i + 1);
        if (!lua_istable(L, -1))
            luaL_error(L, "headers[%d] must be { name, value }", (int)i + 1);
        lua_rawgeti(L, -1, 1);
        lua_rawgeti(L, -2, 2);
        if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING)
            luaL_error(L, "headers[%d] must be { name, value }, both strings", (int)i + 1);
        struct ses_http_header *header = &headers[i];
        header->name.data = lua_tolstring(L, -2, &header->name.len);
        header->value.data = lua_tolstring(L, -1, &header->value.len);
        header->secret = false;
        lua_pop(L, 3);
    }
}

/* Reads what is to be signed or verified from the options at `index`; pushes one value that keeps
 * the list of headers. All is borrowed from the options: they must not change meanwhile. */
static void read_request(lua_State *L, int index, struct ses_sigv4_request *out) {
    lua_getfield(L, index, "headers");
    if (!lua_istable(L, -1))
        luaL_error(L, "field 'headers' must be a list of { name, value }");
    size_t count = lua_rawlen(L, -1);
    struct ses_http_header *headers = lua_newuserdatauv(L, (count + 1) * sizeof *headers, 0);
    lua_insert(L, -2);
    read_header_list(L, headers, count);
    lua_pop(L, 1);
    *out = (struct ses_sigv4_request){.method = ses_opt_span(L, index, "method", SES_SPAN("")),
                                      .path = ses_opt_span(L, index, "path", SES_SPAN("/")),
                                      .query = ses_opt_span(L, index, "query", SES_SPAN("")),
                                      .headers = headers,
                                      .header_count = count,
                                      .body = ses_opt_span(L, index, "body", SES_SPAN(""))};
}

static void set_span(lua_State *L, const char *field, struct ses_span value) {
    ses_push_span(L, value);
    lua_setfield(L, -2, field);
}

/* Pushes a header's value, folded lines made one as they must be sent. */
static void push_value(lua_State *L, struct ses_span value) {
    ses_push_span(L, value);
    if (value.len == 0 || memchr(value.data, '\n', value.len) == NULL)
        return;
    (void)luaL_gsub(L, luaL_gsub(L, lua_tostring(L, -1), "\r", " "), "\n", " ");
    lua_replace(L, -3);
    lua_pop(L, 1);
}

static void append_header(lua_State *L, struct ses_span name, struct ses_span value) {
    lua_createtable(L, 2, 0);
    ses_push_span(L, name);
    lua_rawseti(L, -2, 1);
    push_value(L, value);
    lua_rawseti(L, -2, 2);
    lua_rawseti(L, -2, (int)lua_rawlen(L, -2) + 1);
}

/* Pushes the list of all headers to send. */
static void push_headers(lua_State *L, const struct ses_sigv4_request *request,
                         const struct ses_sigv4_options *options,
                         const struct ses_sigv4_result *result, bool presign) {
    lua_createtable(L, (int)request->header_count + 4, 0);
    for (size_t i = 0; i < request->header_count; i++)
        if (!ses_sigv4_replaces_header(options, presign, request->headers[i].name))
            append_header(L, request->headers[i].name, request->headers[i].value);
    if (presign)
        return;
    append_header(L, SES_SPAN("X-Amz-Date"), ses_span_from(result->timestamp));
    if (options->session_token.len > 0)
        append_header(L, SES_SPAN("X-Amz-Security-Token"), options->session_token);
    if (options->sign_body)
        append_header(L, SES_SPAN("X-Amz-Content-Sha256"), ses_span_from(result->body_sha256));
    if (options->algorithm == SES_SIGV4_ECDSA)
        append_header(L, SES_SPAN("X-Amz-Region-Set"), options->region);
    append_header(L, SES_SPAN("Authorization"), ses_buf_span(&result->authorization));
}

static int result_free(lua_State *L) {
    ses_sigv4_result_free(lua_touserdata(L, 1));
    return 0;
}

static struct ses_sigv4_result *push_result(lua_State *L) {
    struct ses_sigv4_result *result = lua_newuserdatauv(L, sizeof *result, 0);
    ses_sigv4_result_init(result);
    luaL_getmetatable(L, RESULT_CLASS);
    lua_setmetatable(L, -2);
    return result;
}

static unsigned seconds_field(lua_State *L, const char *field, lua_Number fallback) {
    lua_Number seconds = ses_opt_number(L, 1, field, fallback);
    return seconds >= 0 && seconds <= 1e9 ? (unsigned)seconds : 0;
}

/* sigv4.sign{ method =, path =, query =, headers = { {name, value}, … }, body =,
 *   region = | region_set = (by SigV4a; "*", "eu-west-1,us-east-1"), service =, access_key_id =,
 * secret_access_key =, session_token =, time =, normalize_path = true, sign_body = false, presign =
 * false, expires = 3600 }
 * -> { canonical_request =, string_to_sign =, signature =, headers = all that are to be sent,
 *      authorization = without presign, query = the whole query with presign } | nil, failure */
static int sigv4_sign(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    struct ses_sigv4_request request;
    read_request(L, 1, &request);
    struct ses_sigv4_options options = {
        .access_key_id = ses_opt_span(L, 1, "access_key_id", SES_SPAN("")),
        .secret_access_key = ses_opt_span(L, 1, "secret_access_key", SES_SPAN("")),
        .session_token = ses_opt_span(L, 1, "session_token", SES_SPAN("")),
        .service = ses_opt_span(L, 1, "service", SES_SPAN("")),
        .time = ses_time_field(L, 1),
        .keep_path = !ses_opt_bool(L, 1, "normalize_path", true),
        .sign_body = ses_opt_bool(L, 1, "sign_body", false),
        .expires_s = seconds_field(L, "expires", 3600)};
    options.region = ses_region_field(L, 1, &options.algorithm);
    bool presign = ses_opt_bool(L, 1, "presign", false);
    struct ses_sigv4_result *result = push_result(L);
    struct ses_error error = {0};
    enum ses_status status =
        (presign ? ses_sigv4_presign : ses_sigv4_sign)(&request, &options, result, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    lua_createtable(L, 0, 5);
    set_span(L, "canonical_request", ses_buf_span(&result->canonical_request));
    set_span(L, "string_to_sign", ses_buf_span(&result->string_to_sign));
    set_span(L, "signature", ses_span_from(result->signature));
    set_span(L, presign ? "query" : "authorization",
             ses_buf_span(presign ? &result->query : &result->authorization));
    push_headers(L, &request, &options, result, presign);
    lua_setfield(L, -2, "headers");
    return 1;
}

/* As read_request, and besides from the field "request", a request userdata. */
static void read_any_request(lua_State *L, struct ses_sigv4_request *out) {
    lua_getfield(L, 1, "request");
    bool is_userdata = !lua_isnil(L, -1);
    if (is_userdata) {
        const ses_http_request *request = ses_check_request(L, -1);
        size_t count = ses_http_request_header_count(request);
        struct ses_http_header *headers = lua_newuserdatauv(L, (count + 1) * sizeof *headers, 0);
        ses_sigv4_view(request, headers, out);
        lua_insert(L, -2);
    }
    lua_pop(L, 1);
    if (!is_userdata)
        read_request(L, 1, out);
}

static int claim_free(lua_State *L) {
    struct ses_box *box = lua_touserdata(L, 1);
    ses_sigv4_claim_free(box->object);
    box->object = NULL;
    return 0;
}

static int trace_free(lua_State *L) {
    ses_sigv4_trace_free(lua_touserdata(L, 1));
    return 0;
}

static struct ses_sigv4_trace *push_trace(lua_State *L) {
    struct ses_sigv4_trace *trace = lua_newuserdatauv(L, sizeof *trace, 0);
    ses_sigv4_trace_init(trace);
    luaL_getmetatable(L, TRACE_CLASS);
    lua_setmetatable(L, -2);
    return trace;
}

/* Pushes the secret and the session token of the claim's access key, or two nils where it is not
 * known: by the options' lookup function, else from the options themselves. */
static void push_secret(lua_State *L, const ses_sigv4_claim *claim) {
    struct ses_span id = ses_sigv4_claim_access_key_id(claim);
    lua_getfield(L, 1, "lookup");
    if (!lua_isnil(L, -1)) {
        ses_push_span(L, id);
        lua_call(L, 1, 2);
        return;
    }
    lua_pop(L, 1);
    if (ses_span_equal(ses_opt_span(L, 1, "access_key_id", SES_SPAN("")), id)) {
        lua_getfield(L, 1, "secret_access_key");
        lua_getfield(L, 1, "session_token");
    } else {
        lua_pushnil(L);
        lua_pushnil(L);
    }
}

/* Reads what push_secret pushed; false where there is no such key. Borrowed from the stack. */
static bool read_secret(lua_State *L, struct ses_sigv4_verify_options *options) {
    if (lua_isuserdata(L, -2)) {
        const ses_credentials *credentials = ses_check_credentials(L, lua_absindex(L, -2));
        options->secret_access_key = ses_credentials_secret(credentials);
        options->session_token = ses_credentials_session_token(credentials);
        return true;
    }
    if (lua_type(L, -2) == LUA_TSTRING)
        options->secret_access_key.data = lua_tolstring(L, -2, &options->secret_access_key.len);
    else if (lua_toboolean(L, -2))
        luaL_error(L, "a secret access key must be a string or credentials, not a %s",
                   luaL_typename(L, -2));
    if (lua_type(L, -1) == LUA_TSTRING)
        options->session_token.data = lua_tolstring(L, -1, &options->session_token.len);
    return options->secret_access_key.len > 0;
}

static int return_claim(lua_State *L, const ses_sigv4_claim *claim) {
    lua_pushboolean(L, 1);
    lua_createtable(L, 0, 6);
    set_span(L, "access_key_id", ses_sigv4_claim_access_key_id(claim));
    set_span(L, "date", ses_sigv4_claim_day(claim));
    bool set = ses_sigv4_claim_algorithm(claim) == SES_SIGV4_ECDSA;
    set_span(L, set ? "region_set" : "region", ses_sigv4_claim_region(claim));
    set_span(L, "service", ses_sigv4_claim_service(claim));
    lua_pushnumber(L, (lua_Number)ses_sigv4_claim_time(claim));
    lua_setfield(L, -2, "time");
    lua_pushboolean(L, ses_sigv4_claim_is_presigned(claim));
    lua_setfield(L, -2, "presigned");
    return 2;
}

static int return_refusal(lua_State *L, enum ses_status status, const struct ses_error *error,
                          const struct ses_sigv4_trace *trace) {
    int count = ses_push_failure(L, status, error);
    if (trace != NULL && trace->canonical_request.len > 0) {
        set_span(L, "canonical_request", ses_buf_span(&trace->canonical_request));
        set_span(L, "string_to_sign", ses_buf_span(&trace->string_to_sign));
    }
    return count;
}

/* sigv4.verify{ method =, path =, query =, headers =, body = | request =, time =, max_skew = 300,
 *   region =, service =, normalize_path = true,
 *   lookup = function(access_key_id) -> secret_access_key[, session_token] | credentials | nil
 *   | access_key_id =, secret_access_key =, session_token = }
 * -> true, { access_key_id =, date = "20150830", region = | region_set = (signed by SigV4a),
 *    service =, time =, presigned = }
 *  | nil, failure whose status is "parse", "not_found", "expired" or "signature", the last with
 *    canonical_request and string_to_sign where it is the signature itself that is wrong */
static int sigv4_verify(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    struct ses_sigv4_request request;
    read_any_request(L, &request);
    struct ses_box *box = ses_push_box(L, CLAIM_CLASS);
    struct ses_error error = {0};
    ses_sigv4_claim *claim = NULL;
    enum ses_status status = ses_sigv4_claim_new(&request, &claim, &error);
    if (status != SES_OK)
        return return_refusal(L, status, &error, NULL);
    box->object = claim;
    struct ses_sigv4_trace *trace = push_trace(L);
    push_secret(L, claim);
    struct ses_sigv4_verify_options options = {0};
    if (!read_secret(L, &options)) {
        (void)ses_error_set(&error, SES_ERR_NOT_FOUND, "access_key_id", "is not known");
        return return_refusal(L, SES_ERR_NOT_FOUND, &error, NULL);
    }
    /* Lookup may have changed the options that all this is borrowed from. */
    read_any_request(L, &request);
    options.region = ses_opt_span(L, 1, "region", SES_SPAN(""));
    options.service = ses_opt_span(L, 1, "service", SES_SPAN(""));
    options.time = ses_time_field(L, 1);
    options.max_skew_s = seconds_field(L, "max_skew", 300);
    options.keep_path = !ses_opt_bool(L, 1, "normalize_path", true);
    status = ses_sigv4_verify(&request, claim, &options, trace, &error);
    return status == SES_OK ? return_claim(L, claim) : return_refusal(L, status, &error, trace);
}

static void bind_plain(lua_State *L, const char *name, lua_CFunction gc) {
    luaL_newmetatable(L, name);
    lua_pushcfunction(L, gc);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
}

static const luaL_Reg functions[] = {{"sign", sigv4_sign}, {"verify", sigv4_verify}, {NULL, NULL}};

int ses_open_sigv4(lua_State *L) {
    bind_plain(L, RESULT_CLASS, result_free);
    bind_plain(L, CLAIM_CLASS, claim_free);
    bind_plain(L, TRACE_CLASS, trace_free);
    luaL_newlib(L, functions);
    ses_push_signer_new(L);
    lua_setfield(L, -2, "signer");
    return 1;
}
