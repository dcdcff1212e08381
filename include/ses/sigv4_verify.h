/* ses/sigv4_verify.h: AWS Signature Version 4 and 4A, the verifying side.
 *
 * Two steps, so that the caller can look the secret up between them: ses_sigv4_claim_new reads who
 * signed and for what, ses_sigv4_verify tells whether it is true. Both forms are known, the
 * Authorization header and the query of a presigned request. All functions are thread-safe; a claim
 * never changes after it is made.
 *
 * Whoever has no secret learns nothing from a refusal: the signature that would be right is never
 * given out, comparison takes the same time wherever the difference is, and what is shown of a
 * request has its session token redacted.
 */
#ifndef SES_SIGV4_VERIFY_H
#define SES_SIGV4_VERIFY_H

#include "ses/sigv4.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a request says of its signature. */
typedef struct ses_sigv4_claim ses_sigv4_claim;

/* Reads the claim; keeps nothing of `request`. Must be there: Host and, in the header form,
 * X-Amz-Date, both signed; every signed header; X-Amz-Content-Sha256 and X-Amz-Target signed where
 * they are sent; with SES_SIGV4_ECDSA X-Amz-Region-Set, signed. Signed names must be in lower case
 * and in order. `*out` is the caller's, freed by ses_sigv4_claim_free. Errors: SES_ERR_PARSE naming
 * the header or the parameter, SES_ERR_NOMEM. */
SES_API enum ses_status ses_sigv4_claim_new(const struct ses_sigv4_request *request,
                                            ses_sigv4_claim **out, struct ses_error *error);
/* NULL is a no-op. */
SES_API void ses_sigv4_claim_free(ses_sigv4_claim *claim);

/* All borrowed until the claim is freed. */
SES_API struct ses_span ses_sigv4_claim_access_key_id(const ses_sigv4_claim *claim);
SES_API struct ses_span ses_sigv4_claim_day(const ses_sigv4_claim *claim);    /* "20150830" */
SES_API struct ses_span ses_sigv4_claim_region(const ses_sigv4_claim *claim); /* or region set */
SES_API struct ses_span ses_sigv4_claim_service(const ses_sigv4_claim *claim);
SES_API enum ses_sigv4_algorithm ses_sigv4_claim_algorithm(const ses_sigv4_claim *claim);
SES_API bool ses_sigv4_claim_is_presigned(const ses_sigv4_claim *claim);
SES_API int64_t ses_sigv4_claim_time(const ses_sigv4_claim *claim); /* seconds since 1970 */

struct ses_sigv4_verify_options {
    struct ses_span secret_access_key;
    struct ses_span session_token; /* that the request must carry; empty: it must carry none */
    struct ses_span region;        /* that it, or its region set, must be good for; empty for any */
    struct ses_span service;       /* the same */
    int64_t time;                  /* now, seconds since 1970, 0 to SES_SIGV4_TIME_MAX */
    unsigned max_skew_s;           /* how far a request's time may be from now */
    bool keep_path;                /* as in ses_sigv4_options */
};

/* What the verifier made of a request, to be shown beside what the client made of it. */
struct ses_sigv4_trace {
    struct ses_buf canonical_request;
    struct ses_buf string_to_sign;
};

/* Every trace that was initialised is to be freed. */
SES_API void ses_sigv4_trace_init(struct ses_sigv4_trace *trace);
SES_API void ses_sigv4_trace_free(struct ses_sigv4_trace *trace);

/* Checks scope, time, session token and body digest, then the signature, of the request that
 * `claim` was made from. `trace` (may be NULL) is filled where the signature itself is wrong.
 * Errors: SES_ERR_SIGNATURE; SES_ERR_EXPIRED where it is too old, too new, or past its
 * X-Amz-Expires; SES_ERR_RANGE for options out of range; SES_ERR_NOMEM. */
SES_API enum ses_status ses_sigv4_verify(const struct ses_sigv4_request *request,
                                         const ses_sigv4_claim *claim,
                                         const struct ses_sigv4_verify_options *options,
                                         struct ses_sigv4_trace *trace, struct ses_error *error);

/* Reads "20150830T123600Z". Errors: SES_ERR_PARSE. */
SES_API enum ses_status ses_sigv4_parse_time(struct ses_span text, int64_t *out);

#ifdef __cplusplus
}
#endif
#endif
