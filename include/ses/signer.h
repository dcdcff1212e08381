/* ses/signer.h: signs HTTP requests with credentials, and keeps the keys that it derived.
 *
 * A signing key is good for one day, region, service and secret, or with SES_SIGV4_ECDSA for one
 * access key. A signer keeps the last ten in wiped memory, so that signing costs two digests and
 * one HMAC.
 *
 * Threads: any number may sign with one signer at once, each its own request: a lock guards the
 * keys and is not held while a request is hashed. Freeing it while another thread uses it is not
 * safe.
 */
#ifndef SES_SIGNER_H
#define SES_SIGNER_H

#include "ses/credentials.h"
#include "ses/sigv4.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SES_SIGNER_KEYS_MAX 10

typedef struct ses_signer ses_signer;

struct ses_signer_options {
    struct ses_span region;
    struct ses_span service;
    int64_t time;                       /* seconds since 1970 */
    enum ses_sigv4_algorithm algorithm; /* SES_SIGV4_ECDSA: `region` is the region set */
};

/* `*out` is the caller's, freed by ses_signer_free. Errors: SES_ERR_NOMEM. */
SES_API enum ses_status ses_signer_new(ses_signer **out);

/* Wipes all keys and frees. NULL is a no-op. */
SES_API void ses_signer_free(ses_signer *signer);

/* Adds X-Amz-Date, Authorization and, with a session token, X-Amz-Security-Token to `request`, the
 * latter two marked as secret, and with SES_SIGV4_ECDSA X-Amz-Region-Set; in place of earlier ones,
 * so that it may be signed again for another try. What is signed is the request as ses_sigv4_view
 * shows it. On failure the request carries no signature. Errors: SES_ERR_INVALID and SES_ERR_RANGE
 * naming the field, SES_ERR_NOMEM.
 */
SES_API enum ses_status ses_signer_sign(ses_signer *signer, ses_http_request *request,
                                        const ses_credentials *credentials,
                                        const struct ses_signer_options *options,
                                        struct ses_error *error);

/* Writes the URL by which whoever has it may make the request, within `expires_s` seconds (1 to
 * SES_SIGV4_EXPIRES_MAX) of the options' time. The request does not change; it is to be sent by
 * that URL with the headers that it has, less those of ses_sigv4_replaces_header. The URL is as
 * secret as what it allows and holds the session token: `url` should be of ses_buf_init_secret. On
 * failure it is empty. Errors: as ses_signer_sign. */
SES_API enum ses_status ses_signer_presign(ses_signer *signer, const ses_http_request *request,
                                           const ses_credentials *credentials,
                                           const struct ses_signer_options *options,
                                           unsigned expires_s, struct ses_buf *url,
                                           struct ses_error *error);

/* How many keys it keeps, 0 to SES_SIGNER_KEYS_MAX. */
SES_API size_t ses_signer_key_count(const ses_signer *signer);

#ifdef __cplusplus
}
#endif
#endif
