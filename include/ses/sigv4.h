/* ses/sigv4.h: AWS Signature Version 4, the signing side.
 *
 * Nothing here does I/O or knows the time: it is given in the options. What is signed is borrowed
 * for the call; a result belongs to the caller. ses/signer.h signs a ses_http_request with a cache
 * of keys; ses/sigv4_verify.h is the mirror. Follows "Create a signed AWS API request" in AWS's IAM
 * user guide. All functions are pure and thread-safe.
 */
#ifndef SES_SIGV4_H
#define SES_SIGV4_H

#include "ses/buf.h"
#include "ses/digest.h"
#include "ses/http.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SES_SIGV4_ALGORITHM "AWS4-HMAC-SHA256"

/* "20150830T123600Z", without the NUL. */
#define SES_SIGV4_TIMESTAMP_LEN 16

/* The last second of the year 9999, and the seven days that a presigned request may live for. */
#define SES_SIGV4_TIME_MAX INT64_C(253402300799)
#define SES_SIGV4_EXPIRES_MAX 604800

/* The longest signature, in hexadecimal digits: SigV4a's. */
#define SES_SIGV4_SIGNATURE_MAX 144

enum ses_sigv4_algorithm {
    SES_SIGV4_HMAC = 0, /* AWS4-HMAC-SHA256: good in one region */
    SES_SIGV4_ECDSA     /* AWS4-ECDSA-P256-SHA256, "SigV4a": in a set of them; see ses/sigv4a.h */
};

/* What is signed, as it goes over the wire. */
struct ses_sigv4_request {
    struct ses_span method;
    struct ses_span path;                  /* percent-encoded where it needs to be; empty for "/" */
    struct ses_span query;                 /* without the "?" */
    const struct ses_http_header *headers; /* Host among them; a value's lines may be folded */
    size_t header_count;
    struct ses_span body;
};

struct ses_sigv4_options {
    struct ses_span access_key_id;     /* visible ASCII, none of "/,=" */
    struct ses_span secret_access_key; /* not needed where signing_key is given */
    struct ses_span session_token;     /* visible ASCII; empty for none */
    struct ses_span region; /* with SES_SIGV4_ECDSA the region set: "*", "eu-west-1,us-east-1" */
    struct ses_span service;
    enum ses_sigv4_algorithm algorithm;
    int64_t time;                     /* seconds since 1970, 0 to SES_SIGV4_TIME_MAX */
    bool keep_path;                   /* sign the path without normalising it */
    bool sign_body;                   /* header form: add and sign X-Amz-Content-Sha256 */
    unsigned expires_s;               /* query form: 1 to SES_SIGV4_EXPIRES_MAX */
    const unsigned char *signing_key; /* of ses_sigv4_signing_key for the same day, region and
                                         service, or of ses_sigv4a_private_key for the same access
                                         key; NULL to derive it here */
};

/* What signing made. All of it may hold the session token, so its buffers wipe themselves. */
struct ses_sigv4_result {
    struct ses_buf canonical_request;
    struct ses_buf string_to_sign;
    struct ses_buf authorization; /* header form: the value of the Authorization header */
    struct ses_buf query;         /* query form: the whole query to send, without the "?" */
    char timestamp[SES_SIGV4_TIMESTAMP_LEN + 1];
    char body_sha256[2 * SES_SHA256_LEN + 1];
    char signature[SES_SIGV4_SIGNATURE_MAX + 1];
};

/* Every result that was initialised is to be freed, which wipes it; it may be signed into any
 * number of times before. */
SES_API void ses_sigv4_result_init(struct ses_sigv4_result *result);
SES_API void ses_sigv4_result_free(struct ses_sigv4_result *result);

/* Signs by headers: all of the request's but those of ses_sigv4_is_unsigned_header, and those of
 * ses_sigv4_replaces_header, in whose place the caller sends what the result and the options have.
 * Errors: SES_ERR_INVALID and SES_ERR_RANGE naming the field, SES_ERR_NOMEM. */
SES_API enum ses_status ses_sigv4_sign(const struct ses_sigv4_request *request,
                                       const struct ses_sigv4_options *options,
                                       struct ses_sigv4_result *result, struct ses_error *error);

/* Signs by query parameters, good for `expires_s` seconds from `time`. The result's query replaces
 * the request's; signature parameters that it had are dropped. The same headers must be sent, less
 * those of ses_sigv4_replaces_header. Errors: as ses_sigv4_sign. */
SES_API enum ses_status ses_sigv4_presign(const struct ses_sigv4_request *request,
                                          const struct ses_sigv4_options *options,
                                          struct ses_sigv4_result *result, struct ses_error *error);

/* Whether a header is left out of the signature because clients, transports or proxies change it on
 * the way: User-Agent, Expect, X-Amzn-Trace-Id and the hop-by-hop ones of RFC 9110. */
SES_API bool ses_sigv4_is_unsigned_header(struct ses_span name);

/* Whether signing makes that header anew, so that the request's own must not be sent: Authorization
 * and X-Amz-Date always, X-Amz-Security-Token, X-Amz-Content-Sha256 and X-Amz-Region-Set by the
 * options. */
SES_API bool ses_sigv4_replaces_header(const struct ses_sigv4_options *options, bool presign,
                                       struct ses_span name);

/* Shows `request` as the transport sends it: where it has no Host header, the URL's authority less
 * a port that is the scheme's own. `headers` is the caller's and has room for one more than the
 * request has; it and `request` must stay unchanged while `*out` is used. */
SES_API void ses_sigv4_view(const ses_http_request *request, struct ses_http_header *headers,
                            struct ses_sigv4_request *out);

/* Writes the timestamp of `time` and a NUL. Errors: SES_ERR_RANGE. */
SES_API enum ses_status ses_sigv4_format_time(int64_t time, char out[SES_SIGV4_TIMESTAMP_LEN + 1]);

/* Derives the key of a day ("20150830"), a region and a service; the caller wipes it.
 * Errors: SES_ERR_NOMEM. */
SES_API enum ses_status ses_sigv4_signing_key(struct ses_span secret_access_key,
                                              struct ses_span day, struct ses_span region,
                                              struct ses_span service,
                                              unsigned char out[SES_SHA256_LEN]);

#ifdef __cplusplus
}
#endif
#endif
