/* ses.core.http: requests and responses as userdata. */
#include "binding.h"

#include "lua_dkim.h"
#include "lua_http.h"

#include <stdint.h>

ses_http_request *ses_check_request(lua_State *L, int index) {
    return ses_check_box(L, index, SES_REQUEST_CLASS);
}

/* http.request(method, url) -> request | nil, failure */
static int request_new(lua_State *L) {
    struct ses_span method = ses_check_span(L, 1);
    struct ses_span url = ses_check_span(L, 2);
    struct ses_box *box = ses_push_box(L, SES_REQUEST_CLASS);
    struct ses_error error = {0};
    ses_http_request *request = NULL;
    enum ses_status status = ses_http_request_new(method, url, &request, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    box->object = request;
    return 1;
}

static int request_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, SES_REQUEST_CLASS);
    ses_http_request_free(box->object);
    box->object = NULL;
    return 0;
}

/* request:add_header(name, value) -> true | nil, failure */
static int request_add_header(lua_State *L) {
    ses_http_request *request = ses_check_request(L, 1);
    struct ses_error error = {0};
    enum ses_status status = ses_http_request_add_header(request, ses_check_span(L, 2),
                                                         ses_check_span(L, 3), false, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    lua_pushboolean(L, 1);
    return 1;
}

/* request:remove_header(name) -> how many there were */
static int request_remove_header(lua_State *L) {
    ses_http_request *request = ses_check_request(L, 1);
    size_t removed = ses_http_request_remove_header(request, ses_check_span(L, 2));
    lua_pushinteger(L, (lua_Integer)removed);
    return 1;
}

/* The piece at the top: a string, or a key of ses.core.dkim, which stands for its private half. */
static struct ses_span check_piece(lua_State *L) {
    if (lua_isuserdata(L, -1))
        return ses_dkim_private_key(ses_check_dkim(L, -1));
    return ses_check_span(L, -1);
}

/* Whether the piece on top of the stack is { base64 = bytes }, and the bytes then, which the table
 * keeps. */
static bool is_blob(lua_State *L, struct ses_span *bytes) {
    if (!lua_istable(L, -1))
        return false;
    lua_getfield(L, -1, "base64");
    bool given = !lua_isnil(L, -1);
    lua_pop(L, 1);
    if (!given)
        luaL_error(L, "a piece of a body is a table without 'base64'");
    *bytes = ses_opt_span(L, -1, "base64", SES_SPAN(""));
    return true;
}

static size_t size_of_pieces(lua_State *L, int index, size_t count) {
    size_t size = 0;
    for (size_t i = 1; i <= count; i++) {
        struct ses_span bytes;
        lua_rawgeti(L, index, (int)i);
        size += is_blob(L, &bytes) ? (bytes.len + 2) / 3 * 4 : check_piece(L).len;
        lua_pop(L, 1);
    }
    return size;
}

/* Puts the pieces of the list at `index` together where Lua does not see the whole. */
static enum ses_status set_pieces(lua_State *L, ses_http_request *request, int index) {
    size_t count = lua_rawlen(L, index);
    enum ses_status status = ses_http_request_set_body(request, SES_SPAN(""));
    if (status == SES_OK)
        status = ses_http_request_reserve_body(request, size_of_pieces(L, index, count));
    for (size_t i = 1; status == SES_OK && i <= count; i++) {
        struct ses_span bytes;
        lua_rawgeti(L, index, (int)i);
        status = is_blob(L, &bytes) ? ses_http_request_append_base64(request, bytes)
                                    : ses_http_request_append_body(request, check_piece(L));
        lua_pop(L, 1);
    }
    return status;
}

/* request:set_body(bytes) -> true | nil, failure; `bytes` may be a list of strings, of keys of
 * ses.core.dkim, which become the base64 of the private key, and of { base64 = bytes }. */
static int request_set_body(lua_State *L) {
    ses_http_request *request = ses_check_request(L, 1);
    enum ses_status status = lua_istable(L, 2)
                                 ? set_pieces(L, request, 2)
                                 : ses_http_request_set_body(request, ses_check_span(L, 2));
    if (status != SES_OK)
        return ses_push_failure(L, status, NULL);
    lua_pushboolean(L, 1);
    return 1;
}

static int request_method(lua_State *L) {
    ses_push_span(L, ses_http_request_method(ses_check_request(L, 1)));
    return 1;
}

static int request_url(lua_State *L) {
    ses_push_span(L, ses_http_request_url(ses_check_request(L, 1)));
    return 1;
}

static int request_body(lua_State *L) {
    ses_push_span(L, ses_http_request_body(ses_check_request(L, 1)));
    return 1;
}

static void push_header_value(lua_State *L, struct ses_http_header header) {
    ses_push_span(L, header.secret ? SES_SPAN(SES_REDACTED) : header.value);
}

/* request:header(name) -> the first value of that name, or nil; "[REDACTED]" for a secret one */
static int request_header(lua_State *L) {
    ses_http_request *request = ses_check_request(L, 1);
    struct ses_span name = ses_check_span(L, 2);
    for (size_t i = 0; i < ses_http_request_header_count(request); i++) {
        struct ses_http_header header = ses_http_request_header(request, i);
        if (ses_span_equal_nocase(header.name, name)) {
            push_header_value(L, header);
            return 1;
        }
    }
    lua_pushnil(L);
    return 1;
}

/* request:headers() -> { {name, value}, … } in the order they were added, secrets redacted */
static int request_headers(lua_State *L) {
    ses_http_request *request = ses_check_request(L, 1);
    size_t count = ses_http_request_header_count(request);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        struct ses_http_header header = ses_http_request_header(request, i);
        lua_createtable(L, 2, 0);
        ses_push_span(L, header.name);
        lua_rawseti(L, -2, 1);
        push_header_value(L, header);
        lua_rawseti(L, -2, 2);
        lua_rawseti(L, -2, (int)i + 1);
    }
    return 1;
}

static enum ses_status append_lines(struct ses_buf *out, const ses_http_request *request,
                                    bool secret) {
    enum ses_status status = SES_OK;
    for (size_t i = 0; status == SES_OK && i < ses_http_request_header_count(request); i++) {
        struct ses_http_header header = ses_http_request_header(request, i);
        if (header.secret != secret)
            continue;
        status = ses_buf_append(out, header.name);
        if (status == SES_OK)
            status = ses_buf_append(out, SES_SPAN(": "));
        if (status == SES_OK)
            status = ses_buf_append(out, header.value);
        if (status == SES_OK)
            status = ses_buf_append(out, SES_SPAN("\r\n"));
    }
    return status;
}

/* request:wire_headers() -> "Name: value\r\n…" for a host that has to send the request itself,
 * without the lines that hold a secret. Host and Content-Length are not in it unless they were
 * added. */
static int request_wire_headers(lua_State *L) {
    ses_http_request *request = ses_check_request(L, 1);
    struct ses_buf *lines = ses_push_buf(L, false);
    return ses_return_buf(L, lines, append_lines(lines, request, false), NULL);
}

/* Overwrites the bytes of the string that request_wire_secrets gave. Lua takes strings for constant
 * and finds them by their hash; one that no longer has the content of its hash is found by nobody,
 * which is what is meant. Two requests may have got the same string, if they are to send the same
 * secrets: so this happens where a host says so, after it has sent, and never in a finalizer. */
static void wipe_wire(lua_State *L, int index) {
    ses_get_uservalue(L, index);
    if (lua_istable(L, -1)) {
        lua_rawgeti(L, -1, 1);
        size_t len = 0;
        const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &len) : NULL;
        if (text != NULL)
            ses_wipe((void *)(uintptr_t)text, len);
        lua_pop(L, 1);
        lua_pushnil(L);
        lua_rawseti(L, -2, 1);
    }
    lua_pop(L, 1);
}

/* request:wire_secrets() -> the lines that wire_headers leaves out. Not for logs, and not to be
 * kept or taken apart: the host gives it to the network at once, without letting other tasks run
 * between, and then calls wipe_secrets, which overwrites the string's bytes. */
static int request_wire_secrets(lua_State *L) {
    ses_http_request *request = ses_check_request(L, 1);
    wipe_wire(L, 1);
    struct ses_buf *lines = ses_push_buf(L, true);
    enum ses_status status = append_lines(lines, request, true);
    lua_createtable(L, 1, 0);
    lua_pushvalue(L, -1);
    ses_set_uservalue(L, 1);
    if (ses_return_buf(L, lines, status, NULL) == 1) {
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, 1);
        return 1;
    }
    return 2;
}

/* request:wipe_secrets(): wipes the string of the last wire_secrets. */
static int request_wipe_secrets(lua_State *L) {
    (void)ses_check_request(L, 1);
    wipe_wire(L, 1);
    return 0;
}

static int request_tostring(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, SES_REQUEST_CLASS);
    if (box->object == NULL) {
        lua_pushliteral(L, "ses.http_request (closed)");
        return 1;
    }
    lua_pushliteral(L, "ses.http_request ");
    ses_push_span(L, ses_http_request_method(box->object));
    lua_pushliteral(L, " ");
    ses_push_span(L, ses_http_request_parts(box->object)->authority);
    ses_push_span(L, ses_http_request_parts(box->object)->path);
    lua_concat(L, 5);
    return 1;
}

static const luaL_Reg request_methods[] = {
    {"add_header", request_add_header},
    {"remove_header", request_remove_header},
    {"set_body", request_set_body},
    {"method", request_method},
    {"url", request_url},
    {"body", request_body},
    {"header", request_header},
    {"headers", request_headers},
    {"wire_headers", request_wire_headers},
    {"wire_secrets", request_wire_secrets},
    {"wipe_secrets", request_wipe_secrets},
    {NULL, NULL},
};

static const luaL_Reg request_meta[] = {{"__tostring", request_tostring}, {NULL, NULL}};

ses_http_response *ses_check_response(lua_State *L, int index) {
    return ses_check_box(L, index, SES_RESPONSE_CLASS);
}

static int response_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, SES_RESPONSE_CLASS);
    ses_http_response_free(box->object);
    box->object = NULL;
    return 0;
}

/* response:status() -> integer */
static int response_status(lua_State *L) {
    lua_pushinteger(L, ses_http_response_status(ses_check_response(L, 1)));
    return 1;
}

/* response:size() -> bytes of the body */
static int response_size(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)ses_http_response_body(ses_check_response(L, 1)).len);
    return 1;
}

static int response_tostring(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, SES_RESPONSE_CLASS);
    if (box->object == NULL)
        lua_pushliteral(L, SES_RESPONSE_CLASS " (closed)");
    else
        lua_pushfstring(L, SES_RESPONSE_CLASS " (%d)", ses_http_response_status(box->object));
    return 1;
}

/* There is none that shows headers or body: a response is kept as userdata so that they do not
 * become Lua strings. */
static const luaL_Reg response_methods[] = {
    {"status", response_status}, {"size", response_size}, {NULL, NULL}};

static const luaL_Reg response_meta[] = {{"__tostring", response_tostring}, {NULL, NULL}};

static const luaL_Reg functions[] = {{"request", request_new}, {NULL, NULL}};

int ses_open_http(lua_State *L) {
    ses_bind_class(L, SES_REQUEST_CLASS, request_methods, request_meta, request_close);
    ses_bind_class(L, SES_RESPONSE_CLASS, response_methods, response_meta, response_close);
    luaL_newlib(L, functions);
    return 1;
}
