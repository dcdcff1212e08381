/* ses/digest.h: SHA-256 and HMAC-SHA-256 over bytes in memory.
 *
 * Nothing here allocates or fails. Whatever the computation leaves on the stack that depends on a
 * key is wiped. All functions are pure and thread-safe. FIPS 180-4; RFC 2104.
 */
#ifndef SES_DIGEST_H
#define SES_DIGEST_H

#include "ses/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SES_SHA256_LEN 32

/* The digest of `bytes`, in `out`. */
SES_API void ses_sha256(struct ses_span bytes, unsigned char out[SES_SHA256_LEN]);

/* The code of `message` under `key` (any length), in `out`, which may be where `key` lies. */
SES_API void ses_hmac_sha256(struct ses_span key, struct ses_span message,
                             unsigned char out[SES_SHA256_LEN]);

/* Appends the digest of `bytes` as 64 lower-case hexadecimal digits. Errors: SES_ERR_NOMEM. */
SES_API enum ses_status ses_sha256_append_hex(struct ses_buf *out, struct ses_span bytes);

#ifdef __cplusplus
}
#endif
#endif
