/* ses/seal.h: credentials as bytes that may lie where others can read them.
 *
 * Processes that share memory, such as the workers of an nginx, hand credentials to each other by
 * it. What lies there is sealed by a key that was made at random before they were forked and is in
 * no file and in no shared memory: ChaCha20-Poly1305 (RFC 8439) with a random nonce. Sealed bytes
 * name the key that they were sealed by, so that those of another generation of processes are known
 * as such; a `context`, which is not in them, says what they are for and must be the same at
 * opening.
 *
 * A seal does not change after it is made: any number of threads may use one. Freeing it while
 * another thread uses it is not safe.
 */
#ifndef SES_SEAL_H
#define SES_SEAL_H

#include "ses/buf.h"
#include "ses/credentials.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ses_seal ses_seal;

/* Makes a key, which lives in memory as ses/secret.h has it; in a process that is forked off it is
 * locked again with its first use there. `*out` is the caller's, freed by ses_seal_free; NULL on
 * failure. Errors: SES_ERR_NOMEM, SES_ERR_IO where the system has no randomness to give. */
SES_API enum ses_status ses_seal_new(ses_seal **out);

/* Wipes and frees. NULL is a no-op. */
SES_API void ses_seal_free(ses_seal *seal);

/* 16 hexadecimal digits that name the key and say nothing of it. Borrowed until the seal is freed.
 */
SES_API struct ses_span ses_seal_id(const ses_seal *seal);

/* Appends the credentials, sealed for `context`: other bytes each time. Errors: SES_ERR_NOMEM,
 * SES_ERR_IO; `out` is unchanged then. */
SES_API enum ses_status ses_seal_credentials(ses_seal *seal, const ses_credentials *credentials,
                                             struct ses_span context, struct ses_buf *out);

/* Opens what ses_seal_credentials gave. `*out` is the caller's, freed by ses_credentials_free; NULL
 * on failure. Errors: SES_ERR_PARSE where the bytes are too few or of another format,
 * SES_ERR_NOT_FOUND where another key sealed them, SES_ERR_SIGNATURE where they were changed or
 * sealed for another context, SES_ERR_NOMEM. */
SES_API enum ses_status ses_seal_open_credentials(ses_seal *seal, struct ses_span sealed,
                                                  struct ses_span context, ses_credentials **out,
                                                  struct ses_error *error);

#ifdef __cplusplus
}
#endif
#endif
