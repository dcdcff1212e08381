/* sigv4_canonical.h: what signing and verifying share; of no interest outside. */
#ifndef SES_SIGV4_CANONICAL_H
#define SES_SIGV4_CANONICAL_H

#include "ses/sigv4.h"

/* "AWS4-HMAC-SHA256" or "AWS4-ECDSA-P256-SHA256". */
struct ses_span ses_sigv4_algorithm_name(enum ses_sigv4_algorithm algorithm);

/* A header line or a query parameter. */
struct ses_field {
    struct ses_span name;
    struct ses_span value;
    size_t order;
};

struct ses_fields {
    struct ses_field *items;
    size_t count;
    size_t capacity;
    struct ses_buf text; /* backs the spans that ses_fields_add_query makes */
};

void ses_fields_init(struct ses_fields *fields);
void ses_fields_free(struct ses_fields *fields);

/* Both spans are borrowed. */
enum ses_status ses_fields_add(struct ses_fields *fields, struct ses_span name,
                               struct ses_span value);

/* Adds the parameters of `query`, each encoded as AWS wants it however it was written, but for
 * those of the names in `without` (NULL-terminated, may be NULL). `more` are added besides, from
 * plain text. To be called once for a list. */
enum ses_status ses_fields_add_query(struct ses_fields *fields, struct ses_span query,
                                     const char *const *without, const struct ses_field *more,
                                     size_t more_count);

void ses_fields_sort_headers(struct ses_fields *fields);
void ses_fields_sort_query(struct ses_fields *fields);

/* "a=b&c=d", sorted before. */
enum ses_status ses_canonical_query(struct ses_buf *out, const struct ses_fields *query);

/* "host;x-amz-date", sorted before. */
enum ses_status ses_canonical_names(struct ses_buf *out, const struct ses_fields *headers);

/* The canonical request. `headers` and `query` were sorted before. */
enum ses_status ses_canonical_request(struct ses_buf *out, const struct ses_sigv4_request *request,
                                      const struct ses_fields *headers,
                                      const struct ses_fields *query, bool keep_path,
                                      const char *body_sha256);

/* What a signature is good for, its time aside. */
struct ses_scope {
    enum ses_sigv4_algorithm algorithm;
    struct ses_span region;
    struct ses_span service;
};

/* Appends "20150830/us-east-1/ses/aws4_request"; with SES_SIGV4_ECDSA without the region. */
enum ses_status ses_canonical_scope(struct ses_buf *out, const struct ses_scope *scope,
                                    struct ses_span day);

/* Appends the string to sign of a canonical request. */
enum ses_status ses_string_to_sign(struct ses_buf *out, const struct ses_scope *scope,
                                   const char *timestamp, struct ses_span canonical_request);

/* Writes 64 hexadecimal digits and a NUL. */
void ses_hex_digest(const unsigned char digest[SES_SHA256_LEN], char out[2 * SES_SHA256_LEN + 1]);

#endif
