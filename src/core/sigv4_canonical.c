#include "sigv4_canonical.h"

#include "ses/secret.h"
#include "ses/sigv4a.h"
#include "ses/uri.h"

#include <stdlib.h>
#include <string.h>

void ses_fields_init(struct ses_fields *fields) {
    *fields = (struct ses_fields){0};
    ses_buf_init_secret(&fields->text);
}

void ses_fields_free(struct ses_fields *fields) {
    free(fields->items);
    ses_buf_free(&fields->text);
    ses_fields_init(fields);
}

enum ses_status ses_fields_add(struct ses_fields *fields, struct ses_span name,
                               struct ses_span value) {
    if (fields->count == fields->capacity) {
        size_t capacity = fields->capacity == 0 ? 16 : 2 * fields->capacity;
        struct ses_field *items = realloc(fields->items, capacity * sizeof *items);
        if (items == NULL)
            return SES_ERR_NOMEM;
        fields->items = items;
        fields->capacity = capacity;
    }
    fields->items[fields->count] = (struct ses_field){name, value, fields->count};
    fields->count++;
    return SES_OK;
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static int compare_bytes(struct ses_span a, struct ses_span b) {
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared == 0 ? 0 : memcmp(a.data, b.data, shared);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare_nocase(struct ses_span a, struct ses_span b) {
    for (size_t i = 0; i < a.len && i < b.len; i++) {
        unsigned char x = (unsigned char)lower(a.data[i]);
        unsigned char y = (unsigned char)lower(b.data[i]);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (a.len > b.len) - (a.len < b.len);
}

/* Lines of one name keep their order, which qsort alone would not promise. */
static int by_header(const void *left, const void *right) {
    const struct ses_field *a = left, *b = right;
    int order = compare_nocase(a->name, b->name);
    return order != 0 ? order : (a->order > b->order) - (a->order < b->order);
}

static int by_parameter(const void *left, const void *right) {
    const struct ses_field *a = left, *b = right;
    int order = compare_bytes(a->name, b->name);
    return order != 0 ? order : compare_bytes(a->value, b->value);
}

static void sort(struct ses_fields *fields, int (*compare)(const void *, const void *)) {
    if (fields->count > 1)
        qsort(fields->items, fields->count, sizeof *fields->items, compare);
}

void ses_fields_sort_headers(struct ses_fields *fields) {
    sort(fields, by_header);
}

void ses_fields_sort_query(struct ses_fields *fields) {
    sort(fields, by_parameter);
}

/* Appends `text` encoded to the list's own text, which has room, and returns where it stands. */
static struct ses_span own_encoded(struct ses_fields *fields, struct ses_span text) {
    size_t start = fields->text.len;
    (void)ses_uri_encode(&fields->text, text, false);
    return (struct ses_span){fields->text.data + start, fields->text.len - start};
}

static enum ses_status own_reencoded(struct ses_fields *fields, struct ses_span text,
                                     struct ses_buf *plain, struct ses_span *out) {
    ses_buf_clear(plain);
    enum ses_status status = ses_uri_decode(plain, text);
    if (status == SES_OK)
        *out = own_encoded(fields, ses_buf_span(plain));
    return status;
}

static bool is_listed(struct ses_span name, const char *const *names) {
    for (; names != NULL && *names != NULL; names++)
        if (ses_span_equal(name, ses_span_from(*names)))
            return true;
    return false;
}

/* Spans into the text stay good only while it does not grow, so it is given all its room here. */
static enum ses_status reserve_text(struct ses_fields *fields, struct ses_span query,
                                    const struct ses_field *more, size_t more_count) {
    size_t len = query.len;
    for (size_t i = 0; i < more_count; i++)
        len += more[i].name.len + more[i].value.len;
    return len > SIZE_MAX / 4 ? SES_ERR_NOMEM : ses_buf_reserve(&fields->text, 3 * len);
}

enum ses_status ses_fields_add_query(struct ses_fields *fields, struct ses_span query,
                                     const char *const *without, const struct ses_field *more,
                                     size_t more_count) {
    struct ses_buf plain;
    ses_buf_init_secret(&plain);
    enum ses_status status = reserve_text(fields, query, more, more_count);
    struct ses_span rest = query;
    while (status == SES_OK && rest.len > 0) {
        struct ses_span value = ses_span_split(&rest, '&');
        if (value.len == 0)
            continue;
        struct ses_span name = ses_span_split(&value, '=');
        status = own_reencoded(fields, name, &plain, &name);
        if (status == SES_OK && !is_listed(name, without)) {
            status = own_reencoded(fields, value, &plain, &value);
            if (status == SES_OK)
                status = ses_fields_add(fields, name, value);
        }
    }
    for (size_t i = 0; status == SES_OK && i < more_count; i++) {
        struct ses_span name = own_encoded(fields, more[i].name);
        status = ses_fields_add(fields, name, own_encoded(fields, more[i].value));
    }
    ses_buf_free(&plain);
    return status;
}

enum ses_status ses_canonical_query(struct ses_buf *out, const struct ses_fields *query) {
    enum ses_status status = SES_OK;
    for (size_t i = 0; status == SES_OK && i < query->count; i++) {
        if (i > 0)
            status = ses_buf_append_char(out, '&');
        if (status == SES_OK)
            status = ses_buf_append(out, query->items[i].name);
        if (status == SES_OK)
            status = ses_buf_append_char(out, '=');
        if (status == SES_OK)
            status = ses_buf_append(out, query->items[i].value);
    }
    return status;
}

static enum ses_status append_lower(struct ses_buf *out, struct ses_span text) {
    enum ses_status status = ses_buf_reserve(out, text.len);
    if (status == SES_OK)
        for (size_t i = 0; i < text.len; i++)
            out->data[out->len++] = lower(text.data[i]);
    return status;
}

static bool is_repeated(const struct ses_fields *headers, size_t i) {
    return i > 0 && ses_span_equal_nocase(headers->items[i].name, headers->items[i - 1].name);
}

enum ses_status ses_canonical_names(struct ses_buf *out, const struct ses_fields *headers) {
    enum ses_status status = SES_OK;
    for (size_t i = 0; status == SES_OK && i < headers->count; i++) {
        if (is_repeated(headers, i))
            continue;
        if (i > 0)
            status = ses_buf_append_char(out, ';');
        if (status == SES_OK)
            status = append_lower(out, headers->items[i].name);
    }
    return status;
}

/* Without white space at the ends, and one space for each run of it within; a line break is white
 * space too, so that no value can begin a line of the canonical request. */
static enum ses_status append_trimmed(struct ses_buf *out, struct ses_span value) {
    value = ses_span_trim(value);
    enum ses_status status = ses_buf_reserve(out, value.len);
    if (status != SES_OK)
        return status;
    bool blank = false;
    for (size_t i = 0; i < value.len; i++) {
        char c = value.data[i];
        bool is_blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (!is_blank)
            out->data[out->len++] = c;
        else if (!blank)
            out->data[out->len++] = ' ';
        blank = is_blank;
    }
    return SES_OK;
}

static enum ses_status append_headers(struct ses_buf *out, const struct ses_fields *headers) {
    enum ses_status status = SES_OK;
    for (size_t i = 0; status == SES_OK && i < headers->count; i++) {
        if (is_repeated(headers, i)) {
            status = ses_buf_append_char(out, ',');
        } else {
            if (i > 0)
                status = ses_buf_append_char(out, '\n');
            if (status == SES_OK)
                status = append_lower(out, headers->items[i].name);
            if (status == SES_OK)
                status = ses_buf_append_char(out, ':');
        }
        if (status == SES_OK)
            status = append_trimmed(out, headers->items[i].value);
    }
    return status == SES_OK ? ses_buf_append_char(out, '\n') : status;
}

/* The path is encoded once more than it is on the wire: every service but S3 wants it so. */
static enum ses_status append_path(struct ses_buf *out, struct ses_span path, bool keep_path) {
    if (path.len == 0)
        path = SES_SPAN("/");
    if (keep_path)
        return ses_uri_encode(out, path, true);
    struct ses_buf normal;
    ses_buf_init(&normal);
    enum ses_status status = ses_uri_normalize_path(&normal, path);
    if (status == SES_OK)
        status = ses_uri_encode(out, ses_buf_span(&normal), true);
    ses_buf_free(&normal);
    return status;
}

enum ses_status ses_canonical_request(struct ses_buf *out, const struct ses_sigv4_request *request,
                                      const struct ses_fields *headers,
                                      const struct ses_fields *query, bool keep_path,
                                      const char *body_sha256) {
    enum ses_status status = ses_buf_append(out, request->method);
    if (status == SES_OK)
        status = ses_buf_append_char(out, '\n');
    if (status == SES_OK)
        status = append_path(out, request->path, keep_path);
    if (status == SES_OK)
        status = ses_buf_append_char(out, '\n');
    if (status == SES_OK)
        status = ses_canonical_query(out, query);
    if (status == SES_OK)
        status = ses_buf_append_char(out, '\n');
    if (status == SES_OK)
        status = append_headers(out, headers);
    if (status == SES_OK)
        status = ses_buf_append_char(out, '\n');
    if (status == SES_OK)
        status = ses_canonical_names(out, headers);
    if (status == SES_OK)
        status = ses_buf_append_char(out, '\n');
    return status == SES_OK ? ses_buf_append_text(out, body_sha256) : status;
}

struct ses_span ses_sigv4_algorithm_name(enum ses_sigv4_algorithm algorithm) {
    return algorithm == SES_SIGV4_ECDSA ? SES_SPAN(SES_SIGV4A_ALGORITHM)
                                        : SES_SPAN(SES_SIGV4_ALGORITHM);
}

enum ses_status ses_canonical_scope(struct ses_buf *out, const struct ses_scope *scope,
                                    struct ses_span day) {
    bool regional = scope->algorithm == SES_SIGV4_HMAC;
    const struct ses_span none = {0};
    const struct ses_span parts[] = {day,
                                     SES_SPAN("/"),
                                     regional ? scope->region : none,
                                     regional ? SES_SPAN("/") : none,
                                     scope->service,
                                     SES_SPAN("/aws4_request")};
    enum ses_status status = SES_OK;
    for (size_t i = 0; status == SES_OK && i < sizeof parts / sizeof *parts; i++)
        status = ses_buf_append(out, parts[i]);
    return status;
}

enum ses_status ses_string_to_sign(struct ses_buf *out, const struct ses_scope *scope,
                                   const char *timestamp, struct ses_span canonical_request) {
    enum ses_status status = ses_buf_append(out, ses_sigv4_algorithm_name(scope->algorithm));
    if (status == SES_OK)
        status = ses_buf_append_char(out, '\n');
    if (status == SES_OK)
        status = ses_buf_append_text(out, timestamp);
    if (status == SES_OK)
        status = ses_buf_append_char(out, '\n');
    if (status == SES_OK)
        status = ses_canonical_scope(out, scope, (struct ses_span){timestamp, 8});
    if (status == SES_OK)
        status = ses_buf_append_char(out, '\n');
    return status == SES_OK ? ses_sha256_append_hex(out, canonical_request) : status;
}

void ses_hex_digest(const unsigned char digest[SES_SHA256_LEN], char out[2 * SES_SHA256_LEN + 1]) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < SES_SHA256_LEN; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[2 * SES_SHA256_LEN] = '\0';
}
