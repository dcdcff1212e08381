#include "ses/sigv4_verify.h"

#include "ses/secret.h"
#include "ses/sigv4a.h"
#include "ses/uri.h"
#include "sigv4_canonical.h"

#include <stdlib.h>
#include <string.h>

struct ses_sigv4_claim {
    struct ses_buf text; /* owns what the spans show; never grows once they are made */
    struct ses_span access_key_id;
    struct ses_span day;
    struct ses_span region;
    struct ses_span service;
    struct ses_span timestamp;
    struct ses_span signed_names;
    struct ses_span signature;
    struct ses_span session_token;
    int64_t time;
    int64_t expires_s;
    enum ses_sigv4_algorithm algorithm;
    bool presigned;
};

/* The parts of a signature as they are written, before they are looked into. */
struct raw_claim {
    struct ses_span algorithm;
    struct ses_span credential;
    struct ses_span timestamp;
    struct ses_span expires;
    struct ses_span signed_names;
    struct ses_span signature;
    struct ses_span session_token;
    struct ses_span region_set;
};

static enum ses_status refuse(struct ses_error *error, const char *field, const char *why) {
    return ses_error_set(error, SES_ERR_PARSE, field, "%s", why);
}

static enum ses_status out_of_memory(struct ses_error *error) {
    return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
}

static bool read_digits(struct ses_span text, size_t at, size_t count, int64_t *out) {
    int64_t number = 0;
    for (size_t i = at; i < at + count; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        number = number * 10 + (text.data[i] - '0');
    }
    *out = number;
    return true;
}

static bool is_leap(int64_t year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days since 1970-01-01 of a date that is checked; false where there is no such day. */
static bool civil_days(int64_t year, int64_t month, int64_t day, int64_t *out) {
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    if (year < 1970 || month < 1 || month > 12)
        return false;
    int64_t leap = month == 2 && is_leap(year);
    if (day < 1 || day > before[month] - before[month - 1] + leap)
        return false;
    int64_t past = year - 1;
    int64_t leap_days = past / 4 - past / 100 + past / 400 - 477; /* 477 of them up to 1969 */
    *out = (year - 1970) * 365 + leap_days + before[month - 1] + (month > 2 && is_leap(year)) +
           day - 1;
    return true;
}

enum ses_status ses_sigv4_parse_time(struct ses_span text, int64_t *out) {
    int64_t year, month, day, hour, minute, second, days;
    if (text.len != SES_SIGV4_TIMESTAMP_LEN || text.data[8] != 'T' || text.data[15] != 'Z' ||
        !read_digits(text, 0, 4, &year) || !read_digits(text, 4, 2, &month) ||
        !read_digits(text, 6, 2, &day) || !read_digits(text, 9, 2, &hour) ||
        !read_digits(text, 11, 2, &minute) || !read_digits(text, 13, 2, &second) ||
        !civil_days(year, month, day, &days) || hour > 23 || minute > 59 || second > 59)
        return SES_ERR_PARSE;
    *out = days * 86400 + hour * 3600 + minute * 60 + second;
    return SES_OK;
}

/* Copies into the claim's text, which was given room for it. */
static struct ses_span keep(ses_sigv4_claim *claim, struct ses_span bytes) {
    size_t start = claim->text.len;
    (void)ses_buf_append(&claim->text, bytes);
    return (struct ses_span){claim->text.data + start, bytes.len};
}

static struct ses_span keep_decoded(ses_sigv4_claim *claim, struct ses_span text) {
    size_t start = claim->text.len;
    (void)ses_uri_decode(&claim->text, text);
    return (struct ses_span){claim->text.data + start, claim->text.len - start};
}

/* The header of that name: how many there are, and in `value` the first of them. */
static size_t find_header(const struct ses_sigv4_request *request, struct ses_span name,
                          struct ses_span *value) {
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++)
        if (ses_span_equal_nocase(request->headers[i].name, name) && count++ == 0)
            *value = ses_span_trim(request->headers[i].value);
    return count;
}

#define ALGORITHMS SES_SIGV4_ALGORITHM " or " SES_SIGV4A_ALGORITHM

static bool is_algorithm(struct ses_span name) {
    return ses_span_equal(name, SES_SPAN(SES_SIGV4_ALGORITHM)) ||
           ses_span_equal(name, SES_SPAN(SES_SIGV4A_ALGORITHM));
}

static enum ses_sigv4_algorithm algorithm_of(struct ses_span name) {
    return ses_span_equal(name, SES_SPAN(SES_SIGV4A_ALGORITHM)) ? SES_SIGV4_ECDSA : SES_SIGV4_HMAC;
}

/* Takes "Credential=…, SignedHeaders=…, Signature=…" apart, in any order. */
static enum ses_status read_authorization(struct ses_span value, struct raw_claim *raw,
                                          struct ses_error *error) {
    raw->algorithm = ses_span_split(&value, ' ');
    if (!is_algorithm(raw->algorithm))
        return refuse(error, "authorization", "is not by " ALGORITHMS);
    while (value.len > 0) {
        struct ses_span part = ses_span_trim(ses_span_split(&value, ','));
        struct ses_span name = ses_span_split(&part, '=');
        struct ses_span *into = NULL;
        if (ses_span_equal(name, SES_SPAN("Credential")))
            into = &raw->credential;
        else if (ses_span_equal(name, SES_SPAN("SignedHeaders")))
            into = &raw->signed_names;
        else if (ses_span_equal(name, SES_SPAN("Signature")))
            into = &raw->signature;
        if (into == NULL || into->len > 0 || part.len == 0)
            return refuse(error, "authorization",
                          "must have Credential, SignedHeaders and Signature, each once");
        *into = part;
    }
    return SES_OK;
}

static enum ses_status read_headers(const struct ses_sigv4_request *request, ses_sigv4_claim *claim,
                                    struct ses_error *error) {
    struct ses_span authorization = {0};
    struct raw_claim raw = {0};
    (void)find_header(request, SES_SPAN("authorization"), &authorization);
    enum ses_status status = read_authorization(authorization, &raw, error);
    if (status != SES_OK)
        return status;
    if (find_header(request, SES_SPAN("x-amz-date"), &raw.timestamp) != 1)
        return refuse(error, "x-amz-date", "must be there once");
    if (find_header(request, SES_SPAN("x-amz-security-token"), &raw.session_token) > 1)
        return refuse(error, "x-amz-security-token", "is there more than once");
    claim->algorithm = algorithm_of(raw.algorithm);
    if (claim->algorithm == SES_SIGV4_ECDSA &&
        find_header(request, SES_SPAN("x-amz-region-set"), &raw.region_set) != 1)
        return refuse(error, "x-amz-region-set", "must be there once");
    if (ses_buf_reserve(&claim->text, authorization.len + raw.timestamp.len +
                                          raw.session_token.len + raw.region_set.len) != SES_OK)
        return out_of_memory(error);
    claim->region = keep(claim, raw.region_set);
    claim->access_key_id = keep(claim, raw.credential);
    claim->signed_names = keep(claim, raw.signed_names);
    claim->signature = keep(claim, raw.signature);
    claim->timestamp = keep(claim, raw.timestamp);
    claim->session_token = keep(claim, raw.session_token);
    return SES_OK;
}

/* Which part of a presigned query `name` is, with how it is called in errors; NULL for none. */
static struct ses_span *presigned_part(struct raw_claim *raw, struct ses_span name,
                                       const char **called) {
    const struct {
        const char *name;
        struct ses_span *part;
    } parts[] = {{"X-Amz-Algorithm", &raw->algorithm},
                 {"X-Amz-Credential", &raw->credential},
                 {"X-Amz-Date", &raw->timestamp},
                 {"X-Amz-Expires", &raw->expires},
                 {"X-Amz-SignedHeaders", &raw->signed_names},
                 {"X-Amz-Signature", &raw->signature},
                 {"X-Amz-Security-Token", &raw->session_token},
                 {"X-Amz-Region-Set", &raw->region_set}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (ses_span_equal(name, ses_span_from(parts[i].name))) {
            *called = parts[i].name;
            return parts[i].part;
        }
    return NULL;
}

static enum ses_status read_parameters(struct ses_span query, struct raw_claim *raw,
                                       struct ses_error *error) {
    while (query.len > 0) {
        struct ses_span value = ses_span_split(&query, '&');
        struct ses_span name = ses_span_split(&value, '=');
        const char *called = NULL;
        struct ses_span *into = presigned_part(raw, name, &called);
        if (into == NULL)
            continue;
        if (into->len > 0 || value.len == 0)
            return refuse(error, called, "must be there once, and not empty");
        *into = value;
    }
    const struct ses_span needed[] = {raw->credential, raw->timestamp, raw->expires,
                                      raw->signed_names, raw->signature};
    static const char *const names[] = {"X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires",
                                        "X-Amz-SignedHeaders", "X-Amz-Signature"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (needed[i].len == 0)
            return refuse(error, names[i], "is missing");
    return SES_OK;
}

static enum ses_status read_query(const struct ses_sigv4_request *request, ses_sigv4_claim *claim,
                                  struct ses_error *error) {
    struct raw_claim raw = {0};
    enum ses_status status = read_parameters(request->query, &raw, error);
    if (status != SES_OK)
        return status;
    if (!is_algorithm(raw.algorithm))
        return refuse(error, "X-Amz-Algorithm", "is not " ALGORITHMS);
    claim->algorithm = algorithm_of(raw.algorithm);
    if (ses_buf_reserve(&claim->text, request->query.len) != SES_OK)
        return out_of_memory(error);
    claim->presigned = true;
    if (claim->algorithm == SES_SIGV4_ECDSA)
        claim->region = keep_decoded(claim, raw.region_set);
    claim->access_key_id = keep_decoded(claim, raw.credential);
    claim->signed_names = keep_decoded(claim, raw.signed_names);
    claim->signature = keep_decoded(claim, raw.signature);
    claim->timestamp = keep_decoded(claim, raw.timestamp);
    claim->session_token = keep_decoded(claim, raw.session_token);
    struct ses_span expires = keep_decoded(claim, raw.expires);
    if (expires.len > 6 || !read_digits(expires, 0, expires.len, &claim->expires_s) ||
        claim->expires_s < 1 || claim->expires_s > SES_SIGV4_EXPIRES_MAX)
        return refuse(error, "X-Amz-Expires", "must be from 1 to 604800 seconds");
    return SES_OK;
}

static bool has_parameter(struct ses_span query, struct ses_span wanted) {
    while (query.len > 0) {
        struct ses_span pair = ses_span_split(&query, '&');
        if (ses_span_equal(ses_span_split(&pair, '='), wanted))
            return true;
    }
    return false;
}

/* Takes "AKID/20150830/us-east-1/ses/aws4_request", kept as access_key_id so far, apart. SigV4a's
 * has no region: that is the region set. */
static enum ses_status read_credential(ses_sigv4_claim *claim, struct ses_error *error) {
    const char *field = claim->presigned ? "X-Amz-Credential" : "authorization";
    struct ses_span rest = claim->access_key_id;
    claim->access_key_id = ses_span_split(&rest, '/');
    claim->day = ses_span_split(&rest, '/');
    bool regional = claim->algorithm == SES_SIGV4_HMAC;
    if (regional)
        claim->region = ses_span_split(&rest, '/');
    claim->service = ses_span_split(&rest, '/');
    int64_t day;
    if (!ses_span_equal(rest, SES_SPAN("aws4_request")) || claim->access_key_id.len == 0 ||
        (regional && claim->region.len == 0) || claim->service.len == 0 || claim->day.len != 8 ||
        !read_digits(claim->day, 0, 8, &day))
        return ses_error_set(error, SES_ERR_PARSE, field,
                             "has a credential that is not of the form KEY/DATE/%sSERVICE/"
                             "aws4_request",
                             regional ? "REGION/" : "");
    if (claim->region.len == 0)
        return refuse(error, claim->presigned ? "X-Amz-Region-Set" : "x-amz-region-set",
                      "is missing");
    return SES_OK;
}

static bool is_signature(enum ses_sigv4_algorithm algorithm, struct ses_span text) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
    }
    if (algorithm == SES_SIGV4_ECDSA)
        return text.len > 0 && text.len <= SES_SIGV4_SIGNATURE_MAX && text.len % 2 == 0;
    return text.len == 2 * SES_SHA256_LEN;
}

static bool is_lower(struct ses_span text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] >= 'A' && text.data[i] <= 'Z')
            return false;
    return true;
}

static bool is_signed(struct ses_span names, struct ses_span wanted) {
    while (names.len > 0)
        if (ses_span_equal(ses_span_split(&names, ';'), wanted))
            return true;
    return false;
}

static bool is_before(struct ses_span a, struct ses_span b) {
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared == 0 ? 0 : memcmp(a.data, b.data, shared);
    return order < 0 || (order == 0 && a.len < b.len);
}

static enum ses_status check_names(const struct ses_sigv4_request *request, struct ses_span names,
                                   const char *field, struct ses_error *error) {
    struct ses_span before = {0}, rest = names;
    do {
        struct ses_span name = ses_span_split(&rest, ';'), value;
        if (!ses_http_is_token(name) || !is_lower(name) || !is_before(before, name))
            return refuse(error, field,
                          "must list the signed headers in lower case, sorted, each once");
        if (find_header(request, name, &value) == 0)
            return ses_error_set(error, SES_ERR_PARSE, field,
                                 "lists a header that the request does not have: %.*s",
                                 name.len > 100 ? 100 : (int)name.len, name.data);
        before = name;
    } while (rest.data != NULL);
    return SES_OK;
}

/* What must be signed, or whoever sits in between could change it. */
static enum ses_status check_signed(const struct ses_sigv4_request *request,
                                    const ses_sigv4_claim *claim, struct ses_error *error) {
    static const char *const names[] = {"host", "x-amz-date", "x-amz-content-sha256",
                                        "x-amz-target", "x-amz-region-set"};
    size_t count = sizeof names / sizeof *names;
    if (claim->algorithm == SES_SIGV4_HMAC || claim->presigned)
        count--; /* the header says nothing */
    struct ses_span value;
    if (find_header(request, SES_SPAN("host"), &value) != 1)
        return refuse(error, "host", "must be there once");
    for (size_t i = 0; i < count; i++) {
        struct ses_span name = ses_span_from(names[i]);
        if (find_header(request, name, &value) > 0 && !is_signed(claim->signed_names, name))
            return refuse(error, names[i], "must be a signed header");
    }
    return SES_OK;
}

static enum ses_status read_claim(const struct ses_sigv4_request *request, ses_sigv4_claim *claim,
                                  struct ses_error *error) {
    struct ses_span value;
    size_t headers = find_header(request, SES_SPAN("authorization"), &value);
    bool presigned = has_parameter(request->query, SES_SPAN("X-Amz-Signature"));
    if (headers == 0 && !presigned)
        return refuse(error, "authorization", "is missing");
    if (headers + (size_t)presigned > 1)
        return refuse(error, "authorization", "is there more than once");
    enum ses_status status =
        presigned ? read_query(request, claim, error) : read_headers(request, claim, error);
    if (status == SES_OK)
        status = read_credential(claim, error);
    if (status != SES_OK)
        return status;
    if (ses_sigv4_parse_time(claim->timestamp, &claim->time) != SES_OK)
        return refuse(error, presigned ? "X-Amz-Date" : "x-amz-date",
                      "is not of the form 20150830T123600Z");
    if (!is_signature(claim->algorithm, claim->signature))
        return ses_error_set(error, SES_ERR_PARSE, presigned ? "X-Amz-Signature" : "authorization",
                             "has a signature that is not %s hexadecimal digits in lower case",
                             claim->algorithm == SES_SIGV4_ECDSA ? "up to 144" : "64");
    status = check_names(request, claim->signed_names,
                         presigned ? "X-Amz-SignedHeaders" : "authorization", error);
    return status == SES_OK ? check_signed(request, claim, error) : status;
}

enum ses_status ses_sigv4_claim_new(const struct ses_sigv4_request *request, ses_sigv4_claim **out,
                                    struct ses_error *error) {
    *out = NULL;
    ses_sigv4_claim *claim = calloc(1, sizeof *claim);
    if (claim == NULL)
        return out_of_memory(error);
    ses_buf_init_secret(&claim->text);
    enum ses_status status = read_claim(request, claim, error);
    if (status == SES_OK)
        *out = claim;
    else
        ses_sigv4_claim_free(claim);
    return status;
}

void ses_sigv4_claim_free(ses_sigv4_claim *claim) {
    if (claim == NULL)
        return;
    ses_buf_free(&claim->text);
    free(claim);
}

struct ses_span ses_sigv4_claim_access_key_id(const ses_sigv4_claim *claim) {
    return claim->access_key_id;
}

struct ses_span ses_sigv4_claim_day(const ses_sigv4_claim *claim) {
    return claim->day;
}

struct ses_span ses_sigv4_claim_region(const ses_sigv4_claim *claim) {
    return claim->region;
}

enum ses_sigv4_algorithm ses_sigv4_claim_algorithm(const ses_sigv4_claim *claim) {
    return claim->algorithm;
}

struct ses_span ses_sigv4_claim_service(const ses_sigv4_claim *claim) {
    return claim->service;
}

bool ses_sigv4_claim_is_presigned(const ses_sigv4_claim *claim) {
    return claim->presigned;
}

int64_t ses_sigv4_claim_time(const ses_sigv4_claim *claim) {
    return claim->time;
}

void ses_sigv4_trace_init(struct ses_sigv4_trace *trace) {
    ses_buf_init(&trace->canonical_request);
    ses_buf_init(&trace->string_to_sign);
}

void ses_sigv4_trace_free(struct ses_sigv4_trace *trace) {
    ses_buf_free(&trace->canonical_request);
    ses_buf_free(&trace->string_to_sign);
}

static enum ses_status mismatch(struct ses_error *error, const char *field, const char *why) {
    return ses_error_set(error, SES_ERR_SIGNATURE, field, "%s", why);
}

static enum ses_status check_scope(const ses_sigv4_claim *claim,
                                   const struct ses_sigv4_verify_options *options,
                                   struct ses_error *error) {
    if (!ses_span_equal(claim->day, (struct ses_span){claim->timestamp.data, 8}))
        return mismatch(error, "credential", "is of another day than X-Amz-Date");
    bool covered = claim->algorithm == SES_SIGV4_ECDSA
                       ? ses_sigv4a_covers(claim->region, options->region)
                       : ses_span_equal(claim->region, options->region);
    if (options->region.len > 0 && !covered)
        return mismatch(error, "credential", "is scoped to another region");
    if (options->service.len > 0 && !ses_span_equal(claim->service, options->service))
        return mismatch(error, "credential", "is scoped to another service");
    return SES_OK;
}

static enum ses_status expired(struct ses_error *error, const ses_sigv4_claim *claim,
                               const char *relation, int64_t limit) {
    char text[SES_SIGV4_TIMESTAMP_LEN + 1];
    if (ses_sigv4_format_time(limit, text) != SES_OK)
        text[0] = '\0';
    return ses_error_set(error, SES_ERR_EXPIRED, "X-Amz-Date", "%.*s %s %s",
                         SES_SIGV4_TIMESTAMP_LEN, claim->timestamp.data, relation, text);
}

static enum ses_status check_time(const ses_sigv4_claim *claim,
                                  const struct ses_sigv4_verify_options *options,
                                  struct ses_error *error) {
    if (options->time < 0 || options->time > SES_SIGV4_TIME_MAX)
        return ses_error_set(error, SES_ERR_RANGE, "time",
                             "must be seconds from 1970 to the year 9999");
    int64_t skew = (int64_t)options->max_skew_s;
    if (claim->time > options->time + skew)
        return expired(error, claim, "is later than", options->time + skew);
    if (claim->presigned && options->time > claim->time + claim->expires_s)
        return expired(error, claim, "was good until", claim->time + claim->expires_s);
    if (!claim->presigned && claim->time < options->time - skew)
        return expired(error, claim, "is earlier than", options->time - skew);
    return SES_OK;
}

static enum ses_status collect_headers(const struct ses_sigv4_request *request,
                                       struct ses_span names, bool redact,
                                       struct ses_fields *headers) {
    enum ses_status status = SES_OK;
    while (status == SES_OK && names.len > 0) {
        struct ses_span name = ses_span_split(&names, ';');
        bool hide = redact && ses_span_equal(name, SES_SPAN("x-amz-security-token"));
        for (size_t i = 0; status == SES_OK && i < request->header_count; i++)
            if (ses_span_equal_nocase(request->headers[i].name, name))
                status = ses_fields_add(headers, name,
                                        hide ? SES_SPAN(SES_REDACTED) : request->headers[i].value);
    }
    ses_fields_sort_headers(headers);
    return status;
}

static enum ses_status collect_query(const struct ses_sigv4_request *request, bool presigned,
                                     bool redact, struct ses_fields *query) {
    const struct ses_field token = {SES_SPAN("X-Amz-Security-Token"), SES_SPAN(SES_REDACTED), 0};
    const char *without[3] = {NULL};
    size_t count = 0;
    if (presigned)
        without[count++] = "X-Amz-Signature";
    if (redact)
        without[count++] = "X-Amz-Security-Token";
    bool hidden = redact && has_parameter(request->query, token.name);
    enum ses_status status =
        ses_fields_add_query(query, request->query, without, &token, hidden ? 1 : 0);
    ses_fields_sort_query(query);
    return status;
}

/* The canonical request as the claim has it; with `redact`, without the session token. */
static enum ses_status canonicalise(const struct ses_sigv4_request *request,
                                    const ses_sigv4_claim *claim, bool keep_path, bool redact,
                                    const char *body_sha256, struct ses_buf *out) {
    struct ses_fields headers, query;
    ses_fields_init(&headers);
    ses_fields_init(&query);
    enum ses_status status = collect_headers(request, claim->signed_names, redact, &headers);
    if (status == SES_OK)
        status = collect_query(request, claim->presigned, redact, &query);
    if (status == SES_OK)
        status = ses_canonical_request(out, request, &headers, &query, keep_path, body_sha256);
    ses_fields_free(&headers);
    ses_fields_free(&query);
    return status;
}

/* What must have been signed. */
static enum ses_status expected_string(const struct ses_sigv4_request *request,
                                       const ses_sigv4_claim *claim, bool keep_path,
                                       const char *body_sha256, struct ses_buf *out) {
    const struct ses_scope scope = {claim->algorithm, claim->region, claim->service};
    char timestamp[SES_SIGV4_TIMESTAMP_LEN + 1] = {0};
    memcpy(timestamp, claim->timestamp.data, SES_SIGV4_TIMESTAMP_LEN);
    struct ses_buf canonical;
    ses_buf_init_secret(&canonical);
    enum ses_status status =
        canonicalise(request, claim, keep_path, false, body_sha256, &canonical);
    if (status == SES_OK)
        status = ses_string_to_sign(out, &scope, timestamp, ses_buf_span(&canonical));
    ses_buf_free(&canonical);
    return status;
}

/* Whether the claim's signature is that of `text`: SES_OK, SES_ERR_SIGNATURE or SES_ERR_NOMEM. */
static enum ses_status compare_code(const ses_sigv4_claim *claim, struct ses_span secret,
                                    struct ses_span text) {
    unsigned char key[SES_SHA256_LEN] = {0}, code[SES_SHA256_LEN] = {0};
    char expected[2 * SES_SHA256_LEN + 1];
    enum ses_status status =
        ses_sigv4_signing_key(secret, claim->day, claim->region, claim->service, key);
    ses_hmac_sha256((struct ses_span){(const char *)key, sizeof key}, text, code);
    ses_hex_digest(code, expected);
    if (status == SES_OK &&
        !ses_equal_secret(claim->signature, (struct ses_span){expected, sizeof expected - 1}))
        status = SES_ERR_SIGNATURE;
    ses_wipe(key, sizeof key);
    ses_wipe(code, sizeof code);
    ses_wipe(expected, sizeof expected);
    return status;
}

/* The same for SigV4a, whose verifier has the secret too and derives the public key from it. */
static enum ses_status check_asymmetric(const ses_sigv4_claim *claim, struct ses_span secret,
                                        struct ses_span text) {
    unsigned char key[SES_SIGV4A_PRIVATE_KEY_LEN], point[SES_SIGV4A_PUBLIC_KEY_LEN];
    enum ses_status status = ses_sigv4a_private_key(claim->access_key_id, secret, key);
    if (status == SES_OK)
        status = ses_sigv4a_public_key(key, point);
    ses_wipe(key, sizeof key);
    return status == SES_OK ? ses_sigv4a_check_message(point, text, claim->signature) : status;
}

static enum ses_status fill_trace(const struct ses_sigv4_request *request,
                                  const ses_sigv4_claim *claim, bool keep_path,
                                  const char *body_sha256, struct ses_span string_to_sign,
                                  struct ses_sigv4_trace *trace) {
    ses_buf_clear(&trace->canonical_request);
    ses_buf_clear(&trace->string_to_sign);
    enum ses_status status =
        canonicalise(request, claim, keep_path, true, body_sha256, &trace->canonical_request);
    return status == SES_OK ? ses_buf_append(&trace->string_to_sign, string_to_sign) : status;
}

static enum ses_status check_signature(const struct ses_sigv4_request *request,
                                       const ses_sigv4_claim *claim,
                                       const struct ses_sigv4_verify_options *options,
                                       const char *body_sha256, struct ses_sigv4_trace *trace,
                                       struct ses_error *error) {
    struct ses_buf text;
    ses_buf_init(&text);
    enum ses_status status =
        expected_string(request, claim, options->keep_path, body_sha256, &text);
    if (status == SES_OK)
        status = (claim->algorithm == SES_SIGV4_ECDSA ? check_asymmetric : compare_code)(
            claim, options->secret_access_key, ses_buf_span(&text));
    if (status == SES_ERR_SIGNATURE) {
        enum ses_status filled = SES_OK;
        if (trace != NULL)
            filled = fill_trace(request, claim, options->keep_path, body_sha256,
                                ses_buf_span(&text), trace);
        status = filled == SES_OK
                     ? mismatch(error, NULL, "the signature does not match the request")
                     : filled;
    }
    ses_buf_free(&text);
    return status == SES_ERR_NOMEM ? out_of_memory(error) : status;
}

enum ses_status ses_sigv4_verify(const struct ses_sigv4_request *request,
                                 const ses_sigv4_claim *claim,
                                 const struct ses_sigv4_verify_options *options,
                                 struct ses_sigv4_trace *trace, struct ses_error *error) {
    enum ses_status status = check_scope(claim, options, error);
    if (status == SES_OK)
        status = check_time(claim, options, error);
    if (status != SES_OK)
        return status;
    if (!ses_equal_secret(claim->session_token, options->session_token))
        return mismatch(error, "X-Amz-Security-Token", "is not that of the credentials");
    unsigned char digest[SES_SHA256_LEN];
    char body_sha256[2 * SES_SHA256_LEN + 1];
    ses_sha256(request->body, digest);
    ses_hex_digest(digest, body_sha256);
    struct ses_span stated;
    if (find_header(request, SES_SPAN("x-amz-content-sha256"), &stated) > 0 &&
        !ses_span_equal(stated, ses_span_from(body_sha256)))
        return mismatch(error, "X-Amz-Content-Sha256", "is not the digest of the body");
    return check_signature(request, claim, options, body_sha256, trace, error);
}
