#include "ses/sigv4.h"

#include "ses/secret.h"
#include "ses/sigv4a.h"
#include "sigv4_canonical.h"

#include <stdio.h>
#include <string.h>

void ses_sigv4_result_init(struct ses_sigv4_result *result) {
    *result = (struct ses_sigv4_result){0};
    ses_buf_init_secret(&result->canonical_request);
    ses_buf_init_secret(&result->string_to_sign);
    ses_buf_init_secret(&result->authorization);
    ses_buf_init_secret(&result->query);
}

void ses_sigv4_result_free(struct ses_sigv4_result *result) {
    ses_buf_free(&result->canonical_request);
    ses_buf_free(&result->string_to_sign);
    ses_buf_free(&result->authorization);
    ses_buf_free(&result->query);
    ses_wipe(result->signature, sizeof result->signature);
}

/* A result may be used again, and must hold nothing of before where signing fails. */
static void result_clear(struct ses_sigv4_result *result) {
    ses_buf_clear(&result->canonical_request);
    ses_buf_clear(&result->string_to_sign);
    ses_buf_clear(&result->authorization);
    ses_buf_clear(&result->query);
    result->timestamp[0] = result->body_sha256[0] = result->signature[0] = '\0';
}

static bool is_listed(struct ses_span name, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (ses_span_equal_nocase(name, ses_span_from(names[i])))
            return true;
    return false;
}

bool ses_sigv4_is_unsigned_header(struct ses_span name) {
    static const char *const names[] = {"connection",
                                        "expect",
                                        "keep-alive",
                                        "proxy-authenticate",
                                        "proxy-authorization",
                                        "te",
                                        "trailer",
                                        "transfer-encoding",
                                        "upgrade",
                                        "user-agent",
                                        "x-amzn-trace-id"};
    return is_listed(name, names, sizeof names / sizeof *names);
}

static struct ses_span host_of(const ses_http_request *request) {
    const struct ses_url *url = ses_http_request_parts(request);
    unsigned own = ses_span_equal_nocase(url->scheme, SES_SPAN("https")) ? 443 : 80;
    return url->port == own ? url->host : url->authority;
}

void ses_sigv4_view(const ses_http_request *request, struct ses_http_header *headers,
                    struct ses_sigv4_request *out) {
    const struct ses_url *url = ses_http_request_parts(request);
    size_t count = ses_http_request_header_count(request);
    bool has_host = false;
    for (size_t i = 0; i < count; i++) {
        headers[i] = ses_http_request_header(request, i);
        has_host = has_host || ses_span_equal_nocase(headers[i].name, SES_SPAN("host"));
    }
    if (!has_host)
        headers[count++] = (struct ses_http_header){SES_SPAN("Host"), host_of(request), false};
    *out = (struct ses_sigv4_request){.method = ses_http_request_method(request),
                                      .path = url->path,
                                      .query = url->query,
                                      .headers = headers,
                                      .header_count = count,
                                      .body = ses_http_request_body(request)};
}

/* The civil date of a count of days since 1970-01-01. Years are counted from the March of year 0,
 * so that the leap day is a year's last; 146,097 days make 400 years. */
static void civil_date(int64_t days, unsigned *year, unsigned *month, unsigned *day) {
    unsigned since = (unsigned)(days + 719468);
    unsigned era = since / 146097;
    unsigned of_era = since % 146097;
    unsigned year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    unsigned of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned shifted = (5 * of_year + 2) / 153;
    *day = of_year - (153 * shifted + 2) / 5 + 1;
    *month = shifted < 10 ? shifted + 3 : shifted - 9;
    *year = era * 400 + year_of_era + (*month <= 2);
}

enum ses_status ses_sigv4_format_time(int64_t time, char out[SES_SIGV4_TIMESTAMP_LEN + 1]) {
    out[0] = '\0';
    if (time < 0 || time > SES_SIGV4_TIME_MAX)
        return SES_ERR_RANGE;
    unsigned year, month, day;
    civil_date(time / 86400, &year, &month, &day);
    unsigned second = (unsigned)(time % 86400);
    (void)snprintf(out, SES_SIGV4_TIMESTAMP_LEN + 1, "%04u%02u%02uT%02u%02u%02uZ", year % 10000,
                   month % 100, day % 100, second / 3600 % 100, second / 60 % 60, second % 60);
    return SES_OK;
}

enum ses_status ses_sigv4_signing_key(struct ses_span secret_access_key, struct ses_span day,
                                      struct ses_span region, struct ses_span service,
                                      unsigned char out[SES_SHA256_LEN]) {
    struct ses_buf first;
    ses_buf_init_secret(&first);
    enum ses_status status = ses_buf_append(&first, SES_SPAN("AWS4"));
    if (status == SES_OK)
        status = ses_buf_append(&first, secret_access_key);
    if (status == SES_OK) {
        const struct ses_span key = {(const char *)out, SES_SHA256_LEN};
        ses_hmac_sha256(ses_buf_span(&first), day, out);
        ses_hmac_sha256(key, region, out);
        ses_hmac_sha256(key, service, out);
        ses_hmac_sha256(key, SES_SPAN("aws4_request"), out);
    }
    ses_buf_free(&first);
    return status;
}

/* What can still fail behind the checks of the input. */
static enum ses_status failed(enum ses_status status, struct ses_error *error) {
    return ses_error_set(error, status, NULL, "%s",
                         status == SES_ERR_NOMEM ? "out of memory" : "the signing key is unfit");
}

/* Visible ASCII, and none of what sets the parts of a credential apart. */
static bool is_scope_part(struct ses_span text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~' || strchr("/,=", text.data[i]) != NULL)
            return false;
    return text.len > 0;
}

/* Parts of a scope, with commas between them. */
static bool is_region_set(struct ses_span text) {
    bool holds = text.len > 0 && text.data[text.len - 1] != ',';
    while (holds && text.len > 0)
        holds = is_scope_part(ses_span_split(&text, ','));
    return holds;
}

static bool is_visible(struct ses_span text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~')
            return false;
    return true;
}

static enum ses_status check_options(const struct ses_sigv4_options *options,
                                     struct ses_error *error) {
    const char *field = NULL;
    bool set = options->algorithm == SES_SIGV4_ECDSA;
    if (!is_scope_part(options->access_key_id))
        field = "access_key_id";
    else if (set && !is_region_set(options->region))
        return ses_error_set(error, SES_ERR_INVALID, "region_set",
                             "must be \"*\", or regions with commas between them");
    else if (!set && !is_scope_part(options->region))
        field = "region";
    else if (!is_scope_part(options->service))
        field = "service";
    if (field != NULL)
        return ses_error_set(error, SES_ERR_INVALID, field,
                             "must be visible ASCII characters without \"/\", \",\" and \"=\"");
    if (options->signing_key == NULL && options->secret_access_key.len == 0)
        return ses_error_set(error, SES_ERR_INVALID, "secret_access_key", "is empty");
    if (!is_visible(options->session_token))
        return ses_error_set(error, SES_ERR_INVALID, "session_token",
                             "holds a character that is not visible ASCII");
    return SES_OK;
}

/* A field value, which may be folded: its line breaks are white space where a space or a tab comes
 * behind them (RFC 9112, 5.2). Any other would begin a header of its own. */
static bool is_value(struct ses_span text) {
    for (size_t i = 0; i < text.len; i++) {
        size_t rest = text.len - i;
        if (rest > 1 && text.data[i] == '\r' && text.data[i + 1] == '\n')
            continue;
        bool folded = rest > 1 && (text.data[i + 1] == ' ' || text.data[i + 1] == '\t');
        if (text.data[i] == '\0' || text.data[i] == '\r' || (text.data[i] == '\n' && !folded))
            return false;
    }
    return true;
}

static enum ses_status check_request(const struct ses_sigv4_request *request,
                                     struct ses_error *error) {
    if (!ses_http_is_token(request->method))
        return ses_error_set(error, SES_ERR_INVALID, "method", "is not an HTTP method");
    if (request->path.len > 0 && request->path.data[0] != '/')
        return ses_error_set(error, SES_ERR_INVALID, "path", "must begin with \"/\"");
    size_t hosts = 0;
    for (size_t i = 0; i < request->header_count; i++) {
        const struct ses_http_header *header = &request->headers[i];
        if (!ses_http_is_token(header->name))
            return ses_error_set(error, SES_ERR_INVALID, "headers", "a name is not an HTTP token");
        if (!is_value(header->value))
            return ses_error_set(error, SES_ERR_INVALID, "headers",
                                 "the value of %.*s holds a NUL, or a CR or LF that folds no line",
                                 header->name.len > 100 ? 100 : (int)header->name.len,
                                 header->name.data);
        hosts += ses_span_equal_nocase(header->name, SES_SPAN("host"));
    }
    if (hosts != 1)
        return ses_error_set(error, SES_ERR_INVALID, "headers", "must have one Host");
    return SES_OK;
}

/* Clears the result and fills in what both forms begin with. */
static enum ses_status begin(const struct ses_sigv4_request *request,
                             const struct ses_sigv4_options *options,
                             struct ses_sigv4_result *result, struct ses_error *error) {
    result_clear(result);
    enum ses_status status = check_options(options, error);
    if (status == SES_OK)
        status = check_request(request, error);
    if (status != SES_OK)
        return status;
    if (ses_sigv4_format_time(options->time, result->timestamp) != SES_OK)
        return ses_error_set(error, SES_ERR_RANGE, "time",
                             "must be seconds from 1970 to the year 9999");
    unsigned char digest[SES_SHA256_LEN];
    ses_sha256(request->body, digest);
    ses_hex_digest(digest, result->body_sha256);
    return SES_OK;
}

bool ses_sigv4_replaces_header(const struct ses_sigv4_options *options, bool presign,
                               struct ses_span name) {
    if (ses_span_equal_nocase(name, SES_SPAN("authorization")) ||
        ses_span_equal_nocase(name, SES_SPAN("x-amz-date")))
        return true;
    if (ses_span_equal_nocase(name, SES_SPAN("x-amz-security-token")))
        return presign || options->session_token.len > 0;
    if (ses_span_equal_nocase(name, SES_SPAN("x-amz-region-set")))
        return options->algorithm == SES_SIGV4_ECDSA;
    return ses_span_equal_nocase(name, SES_SPAN("x-amz-content-sha256")) &&
           (presign || options->sign_body);
}

static enum ses_status add_headers(struct ses_fields *fields,
                                   const struct ses_sigv4_request *request,
                                   const struct ses_sigv4_options *options, bool presign) {
    enum ses_status status = SES_OK;
    for (size_t i = 0; status == SES_OK && i < request->header_count; i++) {
        struct ses_span name = request->headers[i].name;
        if (!ses_sigv4_is_unsigned_header(name) &&
            !ses_sigv4_replaces_header(options, presign, name))
            status = ses_fields_add(fields, name, request->headers[i].value);
    }
    return status;
}

static enum ses_status add_own_headers(struct ses_fields *fields,
                                       const struct ses_sigv4_options *options,
                                       const struct ses_sigv4_result *result) {
    enum ses_status status =
        ses_fields_add(fields, SES_SPAN("x-amz-date"), ses_span_from(result->timestamp));
    if (status == SES_OK && options->session_token.len > 0)
        status = ses_fields_add(fields, SES_SPAN("x-amz-security-token"), options->session_token);
    if (status == SES_OK && options->sign_body)
        status = ses_fields_add(fields, SES_SPAN("x-amz-content-sha256"),
                                ses_span_from(result->body_sha256));
    if (status == SES_OK && options->algorithm == SES_SIGV4_ECDSA)
        status = ses_fields_add(fields, SES_SPAN("x-amz-region-set"), options->region);
    return status;
}

static struct ses_scope scope_of(const struct ses_sigv4_options *options) {
    return (struct ses_scope){options->algorithm, options->region, options->service};
}

static enum ses_status find_key(const struct ses_sigv4_options *options, struct ses_span day,
                                unsigned char key[SES_SHA256_LEN]) {
    if (options->signing_key != NULL) {
        memcpy(key, options->signing_key, SES_SHA256_LEN);
        return SES_OK;
    }
    if (options->algorithm == SES_SIGV4_ECDSA)
        return ses_sigv4a_private_key(options->access_key_id, options->secret_access_key, key);
    return ses_sigv4_signing_key(options->secret_access_key, day, options->region, options->service,
                                 key);
}

static enum ses_status sign_string(const struct ses_sigv4_options *options,
                                   const unsigned char key[SES_SHA256_LEN],
                                   struct ses_sigv4_result *result) {
    struct ses_span text = ses_buf_span(&result->string_to_sign);
    if (options->algorithm == SES_SIGV4_ECDSA)
        return ses_sigv4a_sign_message(key, text, result->signature);
    unsigned char signature[SES_SHA256_LEN];
    ses_hmac_sha256((struct ses_span){(const char *)key, SES_SHA256_LEN}, text, signature);
    ses_hex_digest(signature, result->signature);
    return SES_OK;
}

/* From sorted headers and query to the signature. */
static enum ses_status compute_signature(const struct ses_sigv4_request *request,
                                         const struct ses_sigv4_options *options,
                                         const struct ses_fields *headers,
                                         const struct ses_fields *query,
                                         struct ses_sigv4_result *result) {
    const struct ses_scope scope = scope_of(options);
    enum ses_status status = ses_canonical_request(&result->canonical_request, request, headers,
                                                   query, options->keep_path, result->body_sha256);
    if (status == SES_OK)
        status = ses_string_to_sign(&result->string_to_sign, &scope, result->timestamp,
                                    ses_buf_span(&result->canonical_request));
    unsigned char key[SES_SHA256_LEN] = {0};
    if (status == SES_OK)
        status = find_key(options, (struct ses_span){result->timestamp, 8}, key);
    if (status == SES_OK)
        status = sign_string(options, key, result);
    ses_wipe(key, sizeof key);
    return status;
}

/* Appends "AKID/20150830/us-east-1/ses/aws4_request" or, for SigV4a, the same without a region. */
static enum ses_status append_credential(struct ses_buf *out,
                                         const struct ses_sigv4_options *options,
                                         const struct ses_sigv4_result *result) {
    enum ses_status status = ses_buf_append(out, options->access_key_id);
    if (status == SES_OK)
        status = ses_buf_append_char(out, '/');
    const struct ses_scope scope = scope_of(options);
    return status == SES_OK
               ? ses_canonical_scope(out, &scope, (struct ses_span){result->timestamp, 8})
               : status;
}

static enum ses_status append_authorization(const struct ses_sigv4_options *options,
                                            const struct ses_fields *headers,
                                            struct ses_sigv4_result *result) {
    struct ses_buf *out = &result->authorization;
    enum ses_status status = ses_buf_append(out, ses_sigv4_algorithm_name(options->algorithm));
    if (status == SES_OK)
        status = ses_buf_append(out, SES_SPAN(" Credential="));
    if (status == SES_OK)
        status = append_credential(out, options, result);
    if (status == SES_OK)
        status = ses_buf_append(out, SES_SPAN(", SignedHeaders="));
    if (status == SES_OK)
        status = ses_canonical_names(out, headers);
    if (status == SES_OK)
        status = ses_buf_append(out, SES_SPAN(", Signature="));
    return status == SES_OK ? ses_buf_append_text(out, result->signature) : status;
}

enum ses_status ses_sigv4_sign(const struct ses_sigv4_request *request,
                               const struct ses_sigv4_options *options,
                               struct ses_sigv4_result *result, struct ses_error *error) {
    enum ses_status status = begin(request, options, result, error);
    if (status != SES_OK)
        return status;
    struct ses_fields headers, query;
    ses_fields_init(&headers);
    ses_fields_init(&query);
    status = add_headers(&headers, request, options, false);
    if (status == SES_OK)
        status = add_own_headers(&headers, options, result);
    if (status == SES_OK)
        status = ses_fields_add_query(&query, request->query, NULL, NULL, 0);
    if (status == SES_OK) {
        ses_fields_sort_headers(&headers);
        ses_fields_sort_query(&query);
        status = compute_signature(request, options, &headers, &query, result);
    }
    if (status == SES_OK)
        status = append_authorization(options, &headers, result);
    ses_fields_free(&headers);
    ses_fields_free(&query);
    if (status != SES_OK) {
        result_clear(result);
        return failed(status, error);
    }
    return SES_OK;
}

/* Adds the request's parameters and those of the signature, less the signature itself. */
static enum ses_status add_signed_query(struct ses_fields *query,
                                        const struct ses_sigv4_request *request,
                                        const struct ses_sigv4_options *options,
                                        struct ses_span signed_names,
                                        const struct ses_sigv4_result *result) {
    static const char *const own[] = {
        "X-Amz-Algorithm",      "X-Amz-Credential",    "X-Amz-Date",
        "X-Amz-Expires",        "X-Amz-SignedHeaders", "X-Amz-Signature",
        "X-Amz-Security-Token", "X-Amz-Region-Set",    NULL};
    char expires[16];
    (void)snprintf(expires, sizeof expires, "%u", options->expires_s);
    struct ses_buf credential;
    ses_buf_init(&credential);
    enum ses_status status = append_credential(&credential, options, result);
    struct ses_field more[7] = {
        {SES_SPAN("X-Amz-Algorithm"), ses_sigv4_algorithm_name(options->algorithm), 0},
        {SES_SPAN("X-Amz-Credential"), ses_buf_span(&credential), 0},
        {SES_SPAN("X-Amz-Date"), ses_span_from(result->timestamp), 0},
        {SES_SPAN("X-Amz-Expires"), ses_span_from(expires), 0},
        {SES_SPAN("X-Amz-SignedHeaders"), signed_names, 0}};
    size_t count = 5;
    if (options->session_token.len > 0)
        more[count++] =
            (struct ses_field){SES_SPAN("X-Amz-Security-Token"), options->session_token, 0};
    if (options->algorithm == SES_SIGV4_ECDSA)
        more[count++] = (struct ses_field){SES_SPAN("X-Amz-Region-Set"), options->region, 0};
    if (status == SES_OK)
        status = ses_fields_add_query(query, request->query, own, more, count);
    ses_buf_free(&credential);
    return status;
}

static enum ses_status append_signed_query(const struct ses_fields *query,
                                           struct ses_sigv4_result *result) {
    enum ses_status status = ses_canonical_query(&result->query, query);
    if (status == SES_OK)
        status = ses_buf_append(&result->query, SES_SPAN("&X-Amz-Signature="));
    return status == SES_OK ? ses_buf_append_text(&result->query, result->signature) : status;
}

enum ses_status ses_sigv4_presign(const struct ses_sigv4_request *request,
                                  const struct ses_sigv4_options *options,
                                  struct ses_sigv4_result *result, struct ses_error *error) {
    enum ses_status status = begin(request, options, result, error);
    if (status != SES_OK)
        return status;
    if (options->expires_s < 1 || options->expires_s > SES_SIGV4_EXPIRES_MAX)
        return ses_error_set(error, SES_ERR_RANGE, "expires", "must be from 1 to %d seconds",
                             SES_SIGV4_EXPIRES_MAX);
    struct ses_fields headers, query;
    struct ses_buf names;
    ses_fields_init(&headers);
    ses_fields_init(&query);
    ses_buf_init(&names);
    status = add_headers(&headers, request, options, true);
    ses_fields_sort_headers(&headers);
    if (status == SES_OK)
        status = ses_canonical_names(&names, &headers);
    if (status == SES_OK)
        status = add_signed_query(&query, request, options, ses_buf_span(&names), result);
    ses_fields_sort_query(&query);
    if (status == SES_OK)
        status = compute_signature(request, options, &headers, &query, result);
    if (status == SES_OK)
        status = append_signed_query(&query, result);
    ses_buf_free(&names);
    ses_fields_free(&headers);
    ses_fields_free(&query);
    if (status != SES_OK) {
        result_clear(result);
        return failed(status, error);
    }
    return SES_OK;
}
