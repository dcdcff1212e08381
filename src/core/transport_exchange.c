#define _GNU_SOURCE
#include "transport_exchange.h"

#include "redact.h"
#include "ses/secret.h"
#include "tls_cleanse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_TIMEOUT_MS 5000UL
#define HEADER_LIMIT ((size_t)256 * 1024)
/* A body up to here goes to libcurl as a whole, which writes it together with the head. For a
 * larger one it makes a buffer each time, which is wiped afterwards. */
#define WHOLE_BODY ((size_t)16 * 1024)

/* ---- the request, copied ---- */

static bool request_has(const ses_http_request *request, struct ses_span name) {
    for (size_t i = 0; i < ses_http_request_header_count(request); i++)
        if (ses_span_equal_nocase(ses_http_request_header(request, i).name, name))
            return true;
    return false;
}

/* "Name: value", or "Name;" which is how libcurl is told to send an empty value. */
static enum ses_status append_line(struct ses_buf *text, struct ses_http_header header) {
    bool empty = ses_span_trim(header.value).len == 0;
    enum ses_status status = ses_buf_append(text, header.name);
    if (status == SES_OK)
        status = ses_buf_append_text(text, empty ? ";" : ": ");
    if (status == SES_OK && !empty)
        status = ses_buf_append(text, header.value);
    if (status == SES_OK)
        status = ses_buf_append_char(text, '\0');
    return status;
}

static size_t lines_size(const ses_http_request *request) {
    size_t size = 0;
    for (size_t i = 0; i < ses_http_request_header_count(request); i++) {
        struct ses_http_header header = ses_http_request_header(request, i);
        size += header.name.len + header.value.len + 3;
    }
    return size;
}

static void link_line(struct exchange *exchange, size_t index, char *line) {
    exchange->header_lines[index].data = line;
    if (index > 0)
        exchange->header_lines[index - 1].next = &exchange->header_lines[index];
}

/* libcurl copies the lists that it makes; these nodes are ours, over text that is wiped. */
static enum ses_status copy_headers(struct exchange *exchange, const ses_http_request *request) {
    /* Headers that libcurl would add of its own accord, each taken out by "Name:". */
    static char *const unwanted[] = {"Expect:", "Accept:", "Content-Type:"};
    size_t count = ses_http_request_header_count(request);
    size_t lines = 0;
    exchange->header_lines = calloc(count + 3, sizeof *exchange->header_lines);
    exchange->header_secret = calloc(count + 3, sizeof *exchange->header_secret);
    if (exchange->header_lines == NULL || exchange->header_secret == NULL ||
        ses_buf_reserve(&exchange->header_text, lines_size(request) + 1) != SES_OK)
        return SES_ERR_NOMEM;
    for (size_t i = 0; i < count; i++) {
        struct ses_http_header header = ses_http_request_header(request, i);
        if (ses_span_equal_nocase(header.name, SES_SPAN("Content-Length")))
            continue;
        /* Room for all was reserved: the text does not move while lines point into it. */
        char *line = exchange->header_text.data + exchange->header_text.len;
        enum ses_status status = append_line(&exchange->header_text, header);
        if (status != SES_OK)
            return status;
        exchange->header_secret[lines] = header.secret;
        link_line(exchange, lines++, line);
    }
    exchange->header_count = lines;
    for (size_t i = 0; i < 3; i++) {
        struct ses_span name = {unwanted[i], strlen(unwanted[i]) - 1};
        if (!request_has(request, name))
            link_line(exchange, lines++, unwanted[i]);
    }
    return SES_OK;
}

static enum ses_status copy_text(struct ses_buf *to, struct ses_span text) {
    enum ses_status status = ses_buf_append(to, text);
    return status == SES_OK ? ses_buf_append_char(to, '\0') : status;
}

static enum ses_status copy_peer(struct ses_buf *to, const struct ses_url *url) {
    unsigned port = url->port;
    if (port == 0)
        port = ses_span_equal_nocase(url->scheme, SES_SPAN("https")) ? 443 : 80;
    enum ses_status status = ses_buf_append(to, url->host);
    if (status == SES_OK)
        status = ses_buf_append_char(to, ':');
    if (status == SES_OK)
        status = ses_buf_append_uint(to, port);
    return status == SES_OK ? ses_buf_append_char(to, '\0') : status;
}

static enum ses_status copy_request(struct exchange *exchange, const ses_http_request *request) {
    enum ses_status status = copy_text(&exchange->method, ses_http_request_method(request));
    if (status == SES_OK)
        status = copy_text(&exchange->url, ses_http_request_url(request));
    if (status == SES_OK)
        status = copy_peer(&exchange->peer, ses_http_request_parts(request));
    exchange->held_body = ses_http_request_hold_body(request);
    exchange->body = ses_http_body_bytes(exchange->held_body);
    if (status == SES_OK)
        status = copy_headers(exchange, request);
    return status;
}

static enum ses_status copy_options(struct exchange *exchange,
                                    const struct ses_exchange_options *options) {
    exchange->connect_timeout_ms = CONNECT_TIMEOUT_MS;
    if (options == NULL)
        return SES_OK;
    if (options->connect_timeout_ms > 0)
        exchange->connect_timeout_ms = options->connect_timeout_ms;
    exchange->timeout_ms = options->timeout_ms;
    exchange->insecure = options->insecure;
    exchange->direct = options->direct;
    exchange->result.context = options->context;
    if (options->ca_bundle.len == 0)
        return SES_OK;
    return copy_text(&exchange->ca_bundle, options->ca_bundle);
}

enum ses_status ses_exchange_new(const ses_http_request *request,
                                 const struct ses_exchange_options *options, struct exchange **out,
                                 struct ses_error *error) {
    *out = NULL;
    if (request_has(request, SES_SPAN("Transfer-Encoding")))
        return ses_error_set(error, SES_ERR_INVALID, "headers",
                             "Transfer-Encoding is chosen by the transport");
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    ses_buf_init_secret(&exchange->url);
    ses_buf_init_secret(&exchange->header_text);
    ses_buf_init_secret(&exchange->header_line);
    enum ses_status status = copy_request(exchange, request);
    if (status == SES_OK)
        status = copy_options(exchange, options);
    if (status == SES_OK)
        status = ses_http_response_new(&exchange->response);
    if (status != SES_OK) {
        ses_exchange_free(exchange);
        return ses_error_set(error, status, NULL, "out of memory");
    }
    *out = exchange;
    return SES_OK;
}

void ses_exchange_free(struct exchange *exchange) {
    if (exchange == NULL)
        return;
    ses_buf_free(&exchange->method);
    ses_buf_free(&exchange->url);
    ses_buf_free(&exchange->peer);
    ses_buf_free(&exchange->ca_bundle);
    ses_http_body_release(exchange->held_body);
    ses_buf_free(&exchange->header_text);
    ses_buf_free(&exchange->header_line);
    free(exchange->header_lines);
    free(exchange->header_secret);
    ses_http_response_free(exchange->response);
    ses_http_response_free(exchange->result.response);
    free(exchange);
}

/* ---- callbacks ---- */

/* Comes before the request is written, and again when libcurl goes for a second connection after
 * the first one closed without an answer. That second time is refused: the first may have been
 * read. */
static int on_connected(void *user, char *peer_ip, char *local_ip, int peer_port, int local_port) {
    (void)peer_ip, (void)local_ip, (void)peer_port, (void)local_port;
    struct exchange *exchange = user;
    if (exchange->began) {
        exchange->repeat_refused = true;
        return CURL_PREREQFUNC_ABORT;
    }
    exchange->began = true;
    return CURL_PREREQFUNC_OK;
}

static size_t on_read(char *to, size_t size, size_t count, void *user) {
    struct exchange *exchange = user;
    size_t room = size * count;
    size_t rest = exchange->body.len - exchange->body_sent;
    size_t len = rest < room ? rest : room;
    if (len > 0)
        memcpy(to, exchange->body.data + exchange->body_sent, len);
    exchange->body_sent += len;
    return len;
}

/* The body is handed out once: libcurl cannot begin again with what it may have sent. */
static int on_seek(void *user, curl_off_t offset, int origin) {
    (void)offset, (void)origin;
    struct exchange *exchange = user;
    exchange->repeat_refused = true;
    return CURL_SEEKFUNC_FAIL;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *user) {
    struct exchange *exchange = user;
    size_t len = size * count;
    if (len > exchange->response_limit - exchange->response_bytes) {
        exchange->too_large = true;
        return 0;
    }
    exchange->response_bytes += len;
    struct ses_span span = {bytes, len};
    if (ses_http_response_append_body(exchange->response, span) != SES_OK) {
        exchange->out_of_memory = true;
        return 0;
    }
    return len;
}

static enum ses_status flush_header(struct exchange *exchange) {
    struct ses_span value = ses_buf_span(&exchange->header_line);
    enum ses_status status = SES_OK;
    struct ses_span name = ses_span_split(&value, ':');
    if (name.len > 0 && value.data != NULL)
        status = ses_http_response_add_header(exchange->response, ses_span_trim(name),
                                              ses_span_trim(value));
    ses_buf_clear(&exchange->header_line);
    return status;
}

static enum ses_status take_header(struct exchange *exchange, struct ses_span line) {
    enum ses_status status = SES_OK;
    if (line.len > 5 && memcmp(line.data, "HTTP/", 5) == 0) {
        ses_http_response_reset(exchange->response);
        ses_buf_clear(&exchange->header_line);
        exchange->headers_ended = false;
        return SES_OK;
    }
    if (exchange->headers_ended) /* a trailer */
        return SES_OK;
    struct ses_span text = ses_span_trim(line);
    bool folded = line.len > 0 && (line.data[0] == ' ' || line.data[0] == '\t');
    if (folded && text.len > 0)
        status = ses_buf_append_char(&exchange->header_line, ' ');
    else
        status = flush_header(exchange);
    if (status == SES_OK)
        status = ses_buf_append(&exchange->header_line, text);
    exchange->headers_ended = text.len == 0;
    return status;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *user) {
    struct exchange *exchange = user;
    size_t len = size * count;
    exchange->header_bytes += len;
    if (exchange->header_bytes > HEADER_LIMIT) {
        exchange->too_large = true;
        return 0;
    }
    struct ses_span line = {bytes, len};
    if (take_header(exchange, line) != SES_OK) {
        exchange->out_of_memory = true;
        return 0;
    }
    return len;
}

/* ---- options ---- */

/* Of each exchange. SES's answer to a mail has some 500 bytes. */
#define READ_BUFFER 2048L

/* Sets an option unless an earlier one failed. */
#define SET(option, value)                                                                         \
    do {                                                                                           \
        if (code == CURLE_OK)                                                                      \
            code = curl_easy_setopt(easy, (option), (value));                                      \
    } while (0)

/* What libcurl has as a whole it may have written at any time from then on. It could write it again
 * as well, which on_connected refuses. */
static CURLcode set_body(struct exchange *exchange, CURL *easy) {
    CURLcode code = CURLE_OK;
    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)exchange->body.len);
    if (exchange->body.len > 0 && exchange->body.len <= WHOLE_BODY) {
        SET(CURLOPT_POSTFIELDS, exchange->body.data);
        exchange->body_sent = exchange->body.len;
    }
    return code;
}

static CURLcode set_method(struct exchange *exchange, CURL *easy) {
    CURLcode code = CURLE_OK;
    const char *method = exchange->method.data;
    bool wants_body =
        strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 || strcmp(method, "PATCH") == 0;
    if (strcmp(method, "HEAD") == 0) {
        SET(CURLOPT_NOBODY, 1L);
    } else if (exchange->body.len > 0 || wants_body) {
        code = set_body(exchange, easy);
        SET(CURLOPT_CUSTOMREQUEST, method);
    } else {
        SET(CURLOPT_HTTPGET, 1L);
        SET(CURLOPT_CUSTOMREQUEST, method);
    }
    return code;
}

static CURLcode set_callbacks(struct exchange *exchange, CURL *easy) {
    CURLcode code = CURLE_OK;
    SET(CURLOPT_PRIVATE, exchange);
    SET(CURLOPT_ERRORBUFFER, exchange->curl_error);
    SET(CURLOPT_PREREQFUNCTION, on_connected);
    SET(CURLOPT_PREREQDATA, exchange);
    SET(CURLOPT_READFUNCTION, on_read);
    SET(CURLOPT_READDATA, exchange);
    SET(CURLOPT_SEEKFUNCTION, on_seek);
    SET(CURLOPT_SEEKDATA, exchange);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, exchange);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, exchange);
    return code;
}

static CURLcode set_tls(const struct exchange *exchange, CURL *easy) {
    CURLcode code = CURLE_OK;
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, exchange->insecure ? 0L : 1L);
    SET(CURLOPT_SSL_VERIFYHOST, exchange->insecure ? 0L : 2L);
    if (exchange->ca_bundle.len > 0) {
        SET(CURLOPT_CAINFO, exchange->ca_bundle.data);
        /* The system's folder would be trusted beside it. */
        SET(CURLOPT_CAPATH, NULL);
    }
    return code == CURLE_OK ? ses_tls_cleanse(easy) : code;
}

static CURLcode set_protocol(CURL *easy) {
    CURLcode code = CURLE_OK;
#if LIBCURL_VERSION_NUM >= 0x075500
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
    SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    /* Version 2 has its own rules for sending a request again. */
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    /* The signature covers the path as it is written. */
    SET(CURLOPT_PATH_AS_IS, 1L);
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_BUFFERSIZE, READ_BUFFER);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
    /* A name is looked up in a thread, which cannot be stopped: an exchange that ends meanwhile
     * would hold up all others until the resolver gives up. The thread is left to end by itself. */
    SET(CURLOPT_QUICK_EXIT, 1L);
#endif
    return code;
}

CURLcode ses_exchange_prepare(struct exchange *exchange, CURL *easy) {
    CURLcode code = set_callbacks(exchange, easy);
    if (code == CURLE_OK)
        code = set_protocol(easy);
    if (code == CURLE_OK)
        code = set_tls(exchange, easy);
    if (code == CURLE_OK)
        code = set_method(exchange, easy);
    SET(CURLOPT_URL, exchange->url.data);
    SET(CURLOPT_HTTPHEADER, exchange->header_lines);
    if (exchange->direct)
        SET(CURLOPT_PROXY, "");
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)exchange->connect_timeout_ms);
    /* What says beforehand that it is too large is not begun. */
    SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)exchange->response_limit);
    return code;
}

/* ---- results ---- */

struct ending {
    CURLcode curl;
    enum ses_status status;
    const char *code;
    bool retryable;
    const char *format; /* one %s: the peer */
    bool with_detail;   /* libcurl's own words follow */
};

static const struct ending endings[] = {
    {CURLE_COULDNT_RESOLVE_HOST, SES_ERR_NETWORK, "NameResolution", true,
     "cannot resolve the host of %s", false},
    {CURLE_COULDNT_RESOLVE_PROXY, SES_ERR_NETWORK, "ProxyError", true,
     "cannot resolve the proxy for %s", false},
    {CURLE_PROXY, SES_ERR_NETWORK, "ProxyError", true, "the proxy gave no way to %s", true},
    {CURLE_COULDNT_CONNECT, SES_ERR_NETWORK, "NetworkError", true, "cannot connect to %s", true},
    {CURLE_SEND_ERROR, SES_ERR_NETWORK, "ConnectionReset", true,
     "the connection to %s broke while the request was sent", false},
    {CURLE_RECV_ERROR, SES_ERR_NETWORK, "ConnectionReset", true,
     "the connection to %s broke before the answer was complete", false},
    {CURLE_GOT_NOTHING, SES_ERR_NETWORK, "ConnectionReset", true,
     "the connection to %s was closed before an answer came", false},
    {CURLE_PARTIAL_FILE, SES_ERR_NETWORK, "IncompleteResponse", true,
     "the connection to %s was closed in the middle of the answer", false},
    {CURLE_WEIRD_SERVER_REPLY, SES_ERR_NETWORK, "InvalidResponse", true,
     "the answer of %s is not HTTP", false},
    {CURLE_UNSUPPORTED_PROTOCOL, SES_ERR_NETWORK, "InvalidResponse", true,
     "the answer of %s is not HTTP", false},
    {CURLE_SSL_CONNECT_ERROR, SES_ERR_TLS, "TLSError", true, "TLS with %s failed", true},
    {CURLE_PEER_FAILED_VERIFICATION, SES_ERR_TLS, "TLSError", false,
     "the certificate of %s is not trusted", true},
    {CURLE_SSL_CACERT_BADFILE, SES_ERR_TLS, "TLSError", false,
     "the CA bundle for %s cannot be read", true},
    {CURLE_SSL_ISSUER_ERROR, SES_ERR_TLS, "TLSError", false, "the certificate of %s is not trusted",
     true},
    {CURLE_SSL_CIPHER, SES_ERR_TLS, "TLSError", false, "TLS with %s failed", true},
    {CURLE_SSL_CERTPROBLEM, SES_ERR_TLS, "TLSError", false, "TLS with %s failed", true},
    {CURLE_OUT_OF_MEMORY, SES_ERR_NOMEM, "OutOfMemory", false,
     "out of memory in the exchange with %s", false},
};

static const struct ending incomplete = {
    CURLE_PARTIAL_FILE,
    SES_ERR_NETWORK,
    "IncompleteResponse",
    true,
    "the connection to %s was closed in the middle of the answer",
    false};
static const struct ending invalid = {CURLE_WEIRD_SERVER_REPLY,
                                      SES_ERR_NETWORK,
                                      "InvalidResponse",
                                      true,
                                      "the answer of %s is not HTTP",
                                      false};
static const struct ending proxy_refusal = {
    CURLE_PROXY, SES_ERR_NETWORK, "ProxyError", false, "the proxy gave no way to %s", true};
static const struct ending proxy_failure = {
    CURLE_PROXY, SES_ERR_NETWORK, "ProxyError", true, "the proxy gave no way to %s", true};
static const struct ending other = {
    CURLE_OK, SES_ERR_NETWORK, "NetworkError", true, "the exchange with %s failed", true};
static const struct ending refused_repeat = {
    CURLE_ABORTED_BY_CALLBACK,
    SES_ERR_NETWORK,
    "ConnectionReset",
    true,
    "the kept connection to %s was closed before an answer came",
    false};
static const struct ending too_large = {CURLE_WRITE_ERROR,
                                        SES_ERR_NETWORK,
                                        "ResponseTooLarge",
                                        false,
                                        "the answer of %s is larger than allowed",
                                        false};
static const struct ending out_of_memory = {CURLE_OUT_OF_MEMORY,
                                            SES_ERR_NOMEM,
                                            "OutOfMemory",
                                            false,
                                            "out of memory in the exchange with %s",
                                            false};
static const struct ending connection_refused = {CURLE_COULDNT_CONNECT,       SES_ERR_NETWORK,
                                                 "ConnectionRefused",         true,
                                                 "%s refuses the connection", false};
static const struct ending host_unreachable = {
    CURLE_COULDNT_CONNECT, SES_ERR_NETWORK, "HostUnreachable", true, "no route to %s", false};
static const struct ending connection_timeout = {CURLE_OPERATION_TIMEDOUT,
                                                 SES_ERR_TIMEOUT,
                                                 "ConnectionTimeout",
                                                 true,
                                                 "no connection to %s within the time allowed",
                                                 false};
static const struct ending request_timeout = {CURLE_OPERATION_TIMEDOUT,
                                              SES_ERR_TIMEOUT,
                                              "RequestTimeout",
                                              true,
                                              "no complete answer of %s within the time allowed",
                                              false};
static const struct ending pool_timeout = {
    CURLE_OPERATION_TIMEDOUT,
    SES_ERR_TIMEOUT,
    "PoolTimeout",
    true,
    "all connections were busy for as long as the request to %s could wait",
    false};

static const struct ending *connect_ending(const struct exchange *exchange,
                                           const struct ending *general) {
    long number = 0;
    (void)curl_easy_getinfo(exchange->easy, CURLINFO_OS_ERRNO, &number);
    switch (number) {
    case ECONNREFUSED:
        return &connection_refused;
    case EHOSTUNREACH:
    case ENETUNREACH:
        return &host_unreachable;
    case ETIMEDOUT:
        return &connection_timeout;
    default:
        return general;
    }
}

/* libcurl has one code for a connection that broke, for a proxy that gives no way (before the
 * request is written, what fails to be received is its answer), and for chunks that are none. */
static const struct ending *receive_ending(const struct exchange *exchange,
                                           const struct ending *general) {
    long answered = 0;
    (void)curl_easy_getinfo(exchange->easy, CURLINFO_HTTP_CONNECTCODE, &answered);
    if (!exchange->began)
        return answered >= 300 && answered < 500 ? &proxy_refusal : &proxy_failure;
    if (exchange->headers_ended && strstr(exchange->curl_error, "chunk") != NULL)
        return &invalid;
    return general;
}

/* Up to version 8.5 libcurl says that its memory is at an end where one line of the header section
 * is longer than it takes. */
static bool has_giant_header(const struct exchange *exchange, CURLcode code) {
#if LIBCURL_VERSION_NUM >= 0x080600
    if (code == CURLE_TOO_LARGE)
        return true;
#endif
    return code == CURLE_OUT_OF_MEMORY && !exchange->out_of_memory && exchange->header_bytes > 0 &&
           !exchange->headers_ended;
}

static const struct ending *find_ending(const struct exchange *exchange, CURLcode code) {
    if (exchange->repeat_refused)
        return &refused_repeat;
    if (exchange->too_large || code == CURLE_FILESIZE_EXCEEDED || has_giant_header(exchange, code))
        return &too_large;
    if (code == CURLE_OK && !exchange->headers_ended)
        return &incomplete;
    if (code == CURLE_OK)
        return &out_of_memory;
    if (exchange->out_of_memory)
        return &out_of_memory;
    if (code == CURLE_OPERATION_TIMEDOUT)
        return exchange->began ? &request_timeout : &connection_timeout;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (endings[i].curl == code && code == CURLE_COULDNT_CONNECT)
            return connect_ending(exchange, &endings[i]);
        else if (endings[i].curl == code && code == CURLE_RECV_ERROR)
            return receive_ending(exchange, &endings[i]);
        else if (endings[i].curl == code)
            return &endings[i];
    return &other;
}

static void fail(struct exchange *exchange, const struct ending *ending, const char *detail) {
    struct ses_exchange_result *result = &exchange->result;
    char message[sizeof result->error.message];
    result->status = ending->status;
    result->code = ending->code;
    result->retryable = ending->retryable;
    struct ses_span peer = {exchange->peer.data, strlen(exchange->peer.data)};
    size_t used = 0;
    for (const char *at = ending->format; *at != '\0' && used < sizeof message - 1; at++) {
        if (at[0] != '%') {
            message[used++] = *at;
            continue;
        }
        size_t len = peer.len < sizeof message - 1 - used ? peer.len : sizeof message - 1 - used;
        memcpy(message + used, peer.data, len);
        used += len;
        at++;
    }
    message[used] = '\0';
    if (ending->with_detail)
        (void)ses_error_set(&result->error, ending->status, NULL, "%s: %s", message, detail);
    else
        (void)ses_error_set(&result->error, ending->status, NULL, "%s", message);
}

static unsigned long long microseconds(CURL *easy, CURLINFO info) {
    curl_off_t time = 0;
    (void)curl_easy_getinfo(easy, info, &time);
    return time > 0 ? (unsigned long long)time : 0;
}

/* libcurl counts from when it was given the exchange, we from when we were. */
static void take_timings(struct exchange *exchange) {
    struct ses_exchange_timings *timings = &exchange->result.timings;
    CURL *easy = exchange->easy;
    const struct {
        CURLINFO info;
        unsigned long long *to;
    } phases[] = {
        {CURLINFO_NAMELOOKUP_TIME_T, &timings->namelookup},
        {CURLINFO_CONNECT_TIME_T, &timings->connect},
        {CURLINFO_APPCONNECT_TIME_T, &timings->appconnect},
        {CURLINFO_PRETRANSFER_TIME_T, &timings->pretransfer},
        {CURLINFO_STARTTRANSFER_TIME_T, &timings->starttransfer},
        {CURLINFO_TOTAL_TIME_T, &timings->total},
    };
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
        unsigned long long time = microseconds(easy, phases[i].info);
        *phases[i].to = time == 0 ? 0 : time + timings->queue;
    }
}

bool ses_exchange_in_doubt(const struct exchange *exchange) {
    if (!exchange->began || exchange->easy == NULL)
        return false;
    /* Without its end, which libcurl has not even been given, a request is none. Of one that was
     * given as a whole nothing is known but whether anything was written. */
    if (exchange->body_sent < exchange->body.len)
        return false;
    long request_size = 0;
    curl_off_t uploaded = 0;
    (void)curl_easy_getinfo(exchange->easy, CURLINFO_REQUEST_SIZE, &request_size);
    (void)curl_easy_getinfo(exchange->easy, CURLINFO_SIZE_UPLOAD_T, &uploaded);
    return request_size > 0 || uploaded > 0;
}

/* A service that refuses may repeat what it was sent, in what it says of a signature, say. */
static void hide_secrets(struct exchange *exchange) {
    for (size_t i = 0; i < exchange->header_count; i++) {
        struct ses_span value = ses_span_from(exchange->header_lines[i].data);
        (void)ses_span_split(&value, ':');
        if (exchange->header_secret[i])
            ses_http_response_hide(exchange->response, ses_span_trim(value));
    }
}

void ses_exchange_finish(struct exchange *exchange, CURLcode code) {
    struct ses_exchange_result *result = &exchange->result;
    if (exchange->easy != NULL) {
        long connections = 0;
        (void)curl_easy_getinfo(exchange->easy, CURLINFO_NUM_CONNECTS, &connections);
        result->reused = exchange->began && connections == 0;
        take_timings(exchange);
    }
    /* libcurl is content with a header section that the connection's end cuts off. */
    if (code == CURLE_OK && exchange->headers_ended && flush_header(exchange) == SES_OK) {
        long status = 0;
        (void)curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
        ses_http_response_set_status(exchange->response, (int)status);
        if (status >= 400)
            hide_secrets(exchange);
        result->response = exchange->response;
        exchange->response = NULL;
        result->status = SES_OK;
        return;
    }
    result->in_doubt = ses_exchange_in_doubt(exchange);
    const char *detail = exchange->curl_error;
    fail(exchange, find_ending(exchange, code),
         detail[0] != '\0' ? detail : curl_easy_strerror(code));
}

void ses_exchange_starve(struct exchange *exchange) {
    fail(exchange, &pool_timeout, "");
}
