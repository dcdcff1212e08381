/* ses/sigv4a.h: the keys and signatures of AWS Signature Version 4A, the asymmetric one.
 *
 * A request signed so is good in a set of regions, "*" for all, which multi-region endpoints need.
 * ses_sigv4_sign, ses_sigv4_presign, ses_signer_sign and ses_sigv4_verify do it where their options
 * or the request ask for SES_SIGV4_ECDSA; here is what lies beneath: ECDSA over P-256 and SHA-256
 * with a private key that both sides derive from the access key.
 *
 * The nonce is RFC 6979's, so that no bad randomness can give the private key away, and one request
 * has one signature. Whatever a computation leaves on the stack is wiped. All functions are pure
 * and thread-safe. "Signature Version 4A" in AWS's IAM user guide; NIST SP 800-108 (KDF in counter
 * mode); FIPS 186-4.
 */
#ifndef SES_SIGV4A_H
#define SES_SIGV4A_H

#include "ses/sigv4.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SES_SIGV4A_ALGORITHM "AWS4-ECDSA-P256-SHA256"

#define SES_SIGV4A_PRIVATE_KEY_LEN 32
#define SES_SIGV4A_PUBLIC_KEY_LEN 65 /* 4, then X and Y of 32 bytes each */

/* Derives the private key of an access key, a big-endian number; the caller wipes it. It depends on
 * neither day, region nor service. Errors: SES_ERR_NOMEM; SES_ERR_INTERNAL where no counter gives a
 * number below the group's order, whose chance is one in 2^8000. */
SES_API enum ses_status ses_sigv4a_private_key(struct ses_span access_key_id,
                                               struct ses_span secret_access_key,
                                               unsigned char out[SES_SIGV4A_PRIVATE_KEY_LEN]);

/* The public key of a private one. Errors: SES_ERR_INVALID where that is not from 1 to the group's
 * order less one. */
SES_API enum ses_status
ses_sigv4a_public_key(const unsigned char private_key[SES_SIGV4A_PRIVATE_KEY_LEN],
                      unsigned char out[SES_SIGV4A_PUBLIC_KEY_LEN]);

/* Signs the SHA-256 of `message`: ASN.1 DER in lower-case hexadecimal digits, and a NUL.
 * Errors: SES_ERR_INVALID as ses_sigv4a_public_key, `out` then empty. */
SES_API enum ses_status
ses_sigv4a_sign_message(const unsigned char private_key[SES_SIGV4A_PRIVATE_KEY_LEN],
                        struct ses_span message, char out[SES_SIGV4_SIGNATURE_MAX + 1]);

/* Whether `signature`, hexadecimal digits of either case, is one of `message` by the holder of
 * `public_key`. Errors: SES_ERR_SIGNATURE, also where either is malformed. */
SES_API enum ses_status
ses_sigv4a_check_message(const unsigned char public_key[SES_SIGV4A_PUBLIC_KEY_LEN],
                         struct ses_span message, struct ses_span signature);

/* Whether `region` lies in `region_set`, names parted by commas in which "*" stands for any run of
 * characters ("*", "eu-*"). */
SES_API bool ses_sigv4a_covers(struct ses_span region_set, struct ses_span region);

#ifdef __cplusplus
}
#endif
#endif
