#include "ses/http.h"

#include "http_body.h"
#include "redact.h"
#include "ses/base64.h"
#include "ses/secret.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Name and value stand behind each other in one allocation of the list's own. */
struct header {
    char *bytes;
    size_t name_len;
    size_t value_len;
    bool secret;
};

struct header_list {
    struct header *items;
    size_t count;
    size_t capacity;
};

struct ses_http_request {
    struct ses_buf method;
    struct ses_buf url;
    struct ses_url parts; /* borrows from url */
    struct header_list headers;
    ses_http_body *body;
};

struct ses_http_body {
    atomic_uint holders;
    struct ses_buf bytes;
};

struct ses_http_response {
    int status;
    struct header_list headers;
    struct ses_buf body;
};

static void header_free(struct header *header) {
    ses_wipe(header->bytes, header->name_len + header->value_len);
    free(header->bytes);
}

static void list_clear(struct header_list *list) {
    for (size_t i = 0; i < list->count; i++)
        header_free(&list->items[i]);
    list->count = 0;
}

static void list_free(struct header_list *list) {
    list_clear(list);
    free(list->items);
    *list = (struct header_list){0};
}

static enum ses_status list_add(struct header_list *list, struct ses_span name,
                                struct ses_span value, bool secret) {
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 8 : list->capacity * 2;
        struct header *items = realloc(list->items, capacity * sizeof *items);
        if (items == NULL)
            return SES_ERR_NOMEM;
        list->items = items;
        list->capacity = capacity;
    }
    char *bytes = malloc(name.len + value.len + 1);
    if (bytes == NULL)
        return SES_ERR_NOMEM;
    if (name.len > 0)
        memcpy(bytes, name.data, name.len);
    if (value.len > 0)
        memcpy(bytes + name.len, value.data, value.len);
    list->items[list->count++] = (struct header){bytes, name.len, value.len, secret};
    return SES_OK;
}

static struct ses_http_header list_get(const struct header_list *list, size_t index) {
    if (index >= list->count)
        return (struct ses_http_header){{NULL, 0}, {NULL, 0}, false};
    const struct header *header = &list->items[index];
    return (struct ses_http_header){{header->bytes, header->name_len},
                                    {header->bytes + header->name_len, header->value_len},
                                    header->secret};
}

bool ses_http_is_token(struct ses_span text) {
    static const char marks[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!alnum && (c == '\0' || strchr(marks, c) == NULL))
            return false;
    }
    return text.len > 0;
}

bool ses_http_is_value(struct ses_span text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] == '\r' || text.data[i] == '\n' || text.data[i] == '\0')
            return false;
    return true;
}

/* Visible ASCII alone: all else in a URL is percent-encoded. */
static bool is_url_text(struct ses_span text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~')
            return false;
    return true;
}

static bool parse_port(struct ses_span digits, unsigned *out) {
    unsigned port = 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9')
            return false;
        port = port * 10 + (unsigned)(digits.data[i] - '0');
        if (port > 65535)
            return false;
    }
    *out = port;
    return digits.len > 0 && port > 0;
}

static bool parse_authority(struct ses_span authority, struct ses_url *url) {
    url->authority = authority;
    if (authority.len == 0 || memchr(authority.data, '@', authority.len) != NULL)
        return false;
    size_t host = 0;
    if (authority.data[0] == '[') {
        const char *close = memchr(authority.data, ']', authority.len);
        if (close == NULL)
            return false;
        host = (size_t)(close - authority.data) + 1;
    } else {
        while (host < authority.len && authority.data[host] != ':')
            host++;
    }
    url->host = (struct ses_span){authority.data, host};
    if (host == authority.len)
        return host > 0;
    return host > 0 && authority.data[host] == ':' &&
           parse_port((struct ses_span){authority.data + host + 1, authority.len - host - 1},
                      &url->port);
}

enum ses_status ses_url_parse(struct ses_span text, struct ses_url *out, struct ses_error *error) {
    struct ses_url url = {0};
    if (text.len >= 8 &&
        ses_span_equal_nocase((struct ses_span){text.data, 8}, SES_SPAN("https://")))
        url.scheme = (struct ses_span){text.data, 5};
    else if (text.len >= 7 &&
             ses_span_equal_nocase((struct ses_span){text.data, 7}, SES_SPAN("http://")))
        url.scheme = (struct ses_span){text.data, 4};
    else
        return ses_error_set(error, SES_ERR_PARSE, "url", "must begin with http:// or https://");
    if (!is_url_text(text))
        return ses_error_set(error, SES_ERR_PARSE, "url",
                             "holds a character that has to be percent-encoded");
    if (memchr(text.data, '#', text.len) != NULL)
        return ses_error_set(error, SES_ERR_PARSE, "url", "must not have a fragment");
    size_t skip = url.scheme.len + 3;
    struct ses_span rest = {text.data + skip, text.len - skip};
    size_t end = 0;
    while (end < rest.len && rest.data[end] != '/' && rest.data[end] != '?')
        end++;
    if (!parse_authority((struct ses_span){rest.data, end}, &url))
        return ses_error_set(error, SES_ERR_PARSE, "url", "has no usable host");
    struct ses_span target = {rest.data + end, rest.len - end};
    url.path = ses_span_split(&target, '?');
    url.query = target;
    if (url.path.len == 0)
        url.path = SES_SPAN("/");
    *out = url;
    return SES_OK;
}

enum ses_status ses_http_request_new(struct ses_span method, struct ses_span url,
                                     ses_http_request **out, struct ses_error *error) {
    *out = NULL;
    if (!ses_http_is_token(method))
        return ses_error_set(error, SES_ERR_INVALID, "method", "is not an HTTP method");
    ses_http_request *request = calloc(1, sizeof *request);
    if (request == NULL)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    ses_buf_init_secret(&request->url);
    enum ses_status status = ses_buf_append(&request->method, method);
    if (status == SES_OK)
        status = ses_buf_append(&request->url, url);
    if (status != SES_OK)
        (void)ses_error_set(error, status, NULL, "out of memory");
    else
        status = ses_url_parse(ses_buf_span(&request->url), &request->parts, error);
    if (status != SES_OK) {
        ses_http_request_free(request);
        return status == SES_ERR_PARSE ? SES_ERR_INVALID : status;
    }
    *out = request;
    return SES_OK;
}

void ses_http_request_free(ses_http_request *request) {
    if (request == NULL)
        return;
    ses_buf_free(&request->method);
    ses_buf_free(&request->url);
    list_free(&request->headers);
    ses_http_body_release(request->body);
    free(request);
}

enum ses_status ses_http_request_add_header(ses_http_request *request, struct ses_span name,
                                            struct ses_span value, bool secret,
                                            struct ses_error *error) {
    if (!ses_http_is_token(name))
        return ses_error_set(error, SES_ERR_INVALID, "headers", "a name is not an HTTP token");
    if (!ses_http_is_value(value))
        return ses_error_set(error, SES_ERR_INVALID, "headers",
                             "the value of %.*s holds a CR, LF or NUL",
                             name.len > 100 ? 100 : (int)name.len, name.data);
    enum ses_status status = list_add(&request->headers, name, value, secret);
    if (status != SES_OK)
        return ses_error_set(error, status, NULL, "out of memory");
    return SES_OK;
}

size_t ses_http_request_remove_header(ses_http_request *request, struct ses_span name) {
    struct header_list *list = &request->headers;
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct ses_span candidate = {list->items[i].bytes, list->items[i].name_len};
        if (ses_span_equal_nocase(candidate, name))
            header_free(&list->items[i]);
        else
            list->items[kept++] = list->items[i];
    }
    size_t removed = list->count - kept;
    list->count = kept;
    return removed;
}

/* ---- the body ---- */

ses_http_body *ses_http_request_hold_body(const ses_http_request *request) {
    if (request->body != NULL)
        atomic_fetch_add_explicit(&request->body->holders, 1, memory_order_relaxed);
    return request->body;
}

void ses_http_body_release(ses_http_body *body) {
    if (body == NULL || atomic_fetch_sub_explicit(&body->holders, 1, memory_order_acq_rel) > 1)
        return;
    ses_buf_free(&body->bytes);
    free(body);
}

struct ses_span ses_http_body_bytes(const ses_http_body *body) {
    return body == NULL ? (struct ses_span){NULL, 0} : ses_buf_span(&body->bytes);
}

/* A body of the request's own with the same bytes and room for `extra` more. */
static enum ses_status own_body(ses_http_request *request, struct ses_span bytes, size_t extra) {
    ses_http_body *body = calloc(1, sizeof *body);
    if (body == NULL)
        return SES_ERR_NOMEM;
    atomic_init(&body->holders, 1);
    ses_buf_init_secret(&body->bytes);
    enum ses_status status = extra > SIZE_MAX - bytes.len
                                 ? SES_ERR_NOMEM
                                 : ses_buf_reserve(&body->bytes, bytes.len + extra);
    if (status == SES_OK)
        status = ses_buf_append(&body->bytes, bytes);
    if (status != SES_OK) {
        ses_http_body_release(body);
        return status;
    }
    ses_http_body_release(request->body);
    request->body = body;
    return SES_OK;
}

enum ses_status ses_http_request_set_body(ses_http_request *request, struct ses_span body) {
    return own_body(request, body, 0);
}

/* What can be appended to: an exchange that holds the body is to send it as it was. */
static enum ses_status prepare_body(ses_http_request *request, size_t extra) {
    if (request->body != NULL &&
        atomic_load_explicit(&request->body->holders, memory_order_acquire) == 1)
        return ses_buf_reserve(&request->body->bytes, extra);
    return own_body(request, ses_http_body_bytes(request->body), extra);
}

enum ses_status ses_http_request_reserve_body(ses_http_request *request, size_t extra) {
    return prepare_body(request, extra);
}

enum ses_status ses_http_request_append_body(ses_http_request *request, struct ses_span piece) {
    enum ses_status status = prepare_body(request, piece.len);
    return status == SES_OK ? ses_buf_append(&request->body->bytes, piece) : status;
}

enum ses_status ses_http_request_append_base64(ses_http_request *request, struct ses_span bytes) {
    enum ses_status status = prepare_body(request, 0);
    return status == SES_OK ? ses_base64_encode(&request->body->bytes, bytes) : status;
}

/* ---- the parts of a request ---- */

struct ses_span ses_http_request_method(const ses_http_request *request) {
    return ses_buf_span(&request->method);
}

struct ses_span ses_http_request_url(const ses_http_request *request) {
    return ses_buf_span(&request->url);
}

const struct ses_url *ses_http_request_parts(const ses_http_request *request) {
    return &request->parts;
}

struct ses_span ses_http_request_body(const ses_http_request *request) {
    return ses_http_body_bytes(request->body);
}

size_t ses_http_request_header_count(const ses_http_request *request) {
    return request->headers.count;
}

struct ses_http_header ses_http_request_header(const ses_http_request *request, size_t index) {
    return list_get(&request->headers, index);
}

enum ses_status ses_http_response_new(ses_http_response **out) {
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return SES_ERR_NOMEM;
    ses_buf_init_secret(&(*out)->body);
    return SES_OK;
}

void ses_http_response_free(ses_http_response *response) {
    if (response == NULL)
        return;
    list_free(&response->headers);
    ses_buf_free(&response->body);
    free(response);
}

void ses_http_response_set_status(ses_http_response *response, int status) {
    response->status = status;
}

enum ses_status ses_http_response_add_header(ses_http_response *response, struct ses_span name,
                                             struct ses_span value) {
    return list_add(&response->headers, name, value, false);
}

enum ses_status ses_http_response_append_body(ses_http_response *response, struct ses_span bytes) {
    return ses_buf_append(&response->body, bytes);
}

void ses_http_response_reset(ses_http_response *response) {
    response->status = 0;
    list_clear(&response->headers);
    ses_buf_clear(&response->body);
}

void ses_http_response_hide(ses_http_response *response, struct ses_span secret) {
    ses_redact_encoded(response->body.data, response->body.len, secret, '*');
    for (size_t i = 0; i < response->headers.count; i++) {
        struct header *header = &response->headers.items[i];
        ses_redact_encoded(header->bytes + header->name_len, header->value_len, secret, '*');
    }
}

int ses_http_response_status(const ses_http_response *response) {
    return response->status;
}

size_t ses_http_response_header_count(const ses_http_response *response) {
    return response->headers.count;
}

struct ses_http_header ses_http_response_header(const ses_http_response *response, size_t index) {
    return list_get(&response->headers, index);
}

struct ses_span ses_http_response_body(const ses_http_response *response) {
    return ses_buf_span(&response->body);
}
