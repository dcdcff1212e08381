/* ses/random.h: randomness from the operating system (getrandom), fit for keys and identifiers.
 *
 * Thread-safe. Nothing is kept but bytes for identifiers, of each thread its own, which a fork
 * throws away: a process that forks does not repeat itself.
 */
#ifndef SES_RANDOM_H
#define SES_RANDOM_H

#include "ses/span.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fills `out` with `len` random bytes. Errors: SES_ERR_IO where the system has none to give. */
SES_API enum ses_status ses_random_bytes(void *out, size_t len);

#define SES_IDENTIFIER_MAX 16

/* Fills `out` with `len` random bytes, SES_IDENTIFIER_MAX at most, of which the system is asked for
 * several hundred at a time: for identifiers, and not for keys, which should lie nowhere before
 * they are made. Errors: SES_ERR_INVALID (too many), SES_ERR_IO. */
SES_API enum ses_status ses_random_identifier(void *out, size_t len);

/* A number of [0, 1), each multiple of 2^-53 equally likely. Errors: SES_ERR_IO. */
SES_API enum ses_status ses_random_uniform(double *out);

#define SES_UUID_LEN 36

/* Writes 16 random bytes as a UUID (RFC 9562, version 4) in lower case, with a NUL behind it. */
SES_API void ses_uuid_v4(const unsigned char bytes[16], char out[SES_UUID_LEN + 1]);

#ifdef __cplusplus
}
#endif
#endif
