/* ses/http.h: an HTTP request and an HTTP response as values.
 *
 * Nothing here does I/O. A request is built by the caller, gets its signature headers from
 * ses/sigv4.h, and is given to a transport (ses/transport.h, or a host's own). Requests and
 * responses own copies of all that is put into them, in memory that is wiped when it is given up: a
 * mail is confidential, and the answer of a credential source is a secret. Header values that hold
 * a secret are marked as such, so that printing code does not show them.
 *
 * Objects are not to be shared by threads without a lock.
 */
#ifndef SES_HTTP_H
#define SES_HTTP_H

#include "ses/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ses_http_request ses_http_request;
typedef struct ses_http_response ses_http_response;

/* One header line, borrowed from the message that it is in. */
struct ses_http_header {
    struct ses_span name;
    struct ses_span value;
    bool secret;
};

/* A URL's parts, borrowed from the text that was parsed. `path` is "/" where there is none, still
 * percent-encoded; `query` lacks the "?"; `port` is 0 where the scheme's own is meant. */
struct ses_url {
    struct ses_span scheme;
    struct ses_span host;
    unsigned port;
    struct ses_span authority; /* host, and ":port" where it is written: the Host header */
    struct ses_span path;
    struct ses_span query;
};

/* Takes an absolute http or https URL apart (RFC 3986, section 3). User information and fragments
 * are refused. Errors: SES_ERR_PARSE. */
SES_API enum ses_status ses_url_parse(struct ses_span text, struct ses_url *out,
                                      struct ses_error *error);

/* Whether `text` is a token (RFC 9110, section 5.6.2), as methods and header names are. */
SES_API bool ses_http_is_token(struct ses_span text);

/* Whether `text` can be a header's value: it holds no CR, LF or NUL. */
SES_API bool ses_http_is_value(struct ses_span text);

/* `method` is an HTTP token, `url` an absolute http or https URL, percent-encoded. The request has
 * no headers yet: Host and Content-Length are added by the transport.
 * `*out` is the caller's, freed by ses_http_request_free. Errors: SES_ERR_INVALID, SES_ERR_NOMEM.
 */
SES_API enum ses_status ses_http_request_new(struct ses_span method, struct ses_span url,
                                             ses_http_request **out, struct ses_error *error);
/* Wipes and frees. NULL is a no-op. */
SES_API void ses_http_request_free(ses_http_request *request);

/* Adds a header line. The name must be a token (RFC 9110, section 5.1), the value free of CR, LF
 * and NUL. `secret` marks a value that is not to be shown. Errors: SES_ERR_INVALID naming the
 * header, SES_ERR_NOMEM. */
SES_API enum ses_status ses_http_request_add_header(ses_http_request *request, struct ses_span name,
                                                    struct ses_span value, bool secret,
                                                    struct ses_error *error);

/* Removes every header of that name, in any case; returns how many there were. */
SES_API size_t ses_http_request_remove_header(ses_http_request *request, struct ses_span name);

/* Copies `body`, in place of the one before. Errors: SES_ERR_NOMEM. */
SES_API enum ses_status ses_http_request_set_body(ses_http_request *request, struct ses_span body);

/* Appends to the body, for one that is put together of pieces. Errors: SES_ERR_NOMEM. */
SES_API enum ses_status ses_http_request_append_body(ses_http_request *request,
                                                     struct ses_span piece);

/* The same with `bytes` in base64 (RFC 4648, section 4). Errors: SES_ERR_NOMEM. */
SES_API enum ses_status ses_http_request_append_base64(ses_http_request *request,
                                                       struct ses_span bytes);

/* Makes room for `extra` more bytes of the body, so that appending them copies nothing. Errors:
 * SES_ERR_NOMEM. */
SES_API enum ses_status ses_http_request_reserve_body(ses_http_request *request, size_t extra);

/* All borrowed until the request changes or is freed. */
SES_API struct ses_span ses_http_request_method(const ses_http_request *request);
SES_API struct ses_span ses_http_request_url(const ses_http_request *request);
SES_API const struct ses_url *ses_http_request_parts(const ses_http_request *request);
SES_API struct ses_span ses_http_request_body(const ses_http_request *request);
SES_API size_t ses_http_request_header_count(const ses_http_request *request);
/* `index` from 0; an empty header where there is none. */
SES_API struct ses_http_header ses_http_request_header(const ses_http_request *request,
                                                       size_t index);

/* A response to be filled by a transport. Errors: SES_ERR_NOMEM. */
SES_API enum ses_status ses_http_response_new(ses_http_response **out);
/* Wipes and frees. NULL is a no-op. */
SES_API void ses_http_response_free(ses_http_response *response);
/* The status code, 0 until it is set. */
SES_API void ses_http_response_set_status(ses_http_response *response, int status);
/* Each copies what it adds, which need not be checked: an answer is as it came. Errors:
 * SES_ERR_NOMEM, the response unchanged. */
SES_API enum ses_status ses_http_response_add_header(ses_http_response *response,
                                                     struct ses_span name, struct ses_span value);
SES_API enum ses_status ses_http_response_append_body(ses_http_response *response,
                                                      struct ses_span bytes);
/* Forgets status, headers and body: a transport calls it when an interim (1xx) answer ends. */
SES_API void ses_http_response_reset(ses_http_response *response);

/* Writes "*" over each place of body and header values that repeats a secret of the request, or 23
 * bytes of one or more, as it is, escaped as in JSON or HTML, or percent-encoded. Secrets of less
 * than 8 bytes are left alone. Where there is no memory to look for those forms, all is written
 * over. */
SES_API void ses_http_response_hide(ses_http_response *response, struct ses_span secret);

/* All borrowed until the response changes or is freed. `index` from 0; an empty header where there
 * is none. */
SES_API int ses_http_response_status(const ses_http_response *response);
SES_API size_t ses_http_response_header_count(const ses_http_response *response);
SES_API struct ses_http_header ses_http_response_header(const ses_http_response *response,
                                                        size_t index);
SES_API struct ses_span ses_http_response_body(const ses_http_response *response);

#ifdef __cplusplus
}
#endif
#endif
