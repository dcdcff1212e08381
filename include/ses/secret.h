/* ses/secret.h: bytes that must not outlive their use.
 *
 * A `ses_secret` keeps a copy of secret bytes in memory of its own that is locked against swapping
 * and kept out of core files where the system allows it, and is wiped when it is freed. It never
 * becomes part of a message, a log or a trace: printing code shows SES_REDACTED in its place.
 *
 * A secret is not changed after it is made, so reading one from several threads is safe; freeing
 * it while another thread reads it is not.
 */
#ifndef SES_SECRET_H
#define SES_SECRET_H

#include "ses/span.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SES_REDACTED "[REDACTED]"

typedef struct ses_secret ses_secret;

struct ses_host;

/* Overwrites `len` bytes with zeros in a way that no compiler leaves out. */
SES_API void ses_wipe(void *data, size_t len);

/* Wipes what functions that have returned left on this thread's stack, as deep as the core's own
 * signing and parsing go. To be called by a function that worked on a secret, after the calls that
 * did, since what a compiler or another library puts on the stack nobody else can wipe. */
SES_API void ses_wipe_stack(void);

/* Compares in time that depends on the lengths alone. */
SES_API bool ses_equal_secret(struct ses_span a, struct ses_span b);

/* Copies `bytes`. `*out` is the caller's, to be freed by ses_secret_free; NULL on failure.
 * Errors: SES_ERR_NOMEM. */
SES_API enum ses_status ses_secret_new(struct ses_span bytes, ses_secret **out);

/* What the variable `name` of the environment holds. Errors: SES_ERR_NOT_FOUND where it is not set
 * or empty; SES_ERR_NOMEM. */
SES_API enum ses_status ses_secret_from_environment(const struct ses_host *host, const char *name,
                                                    ses_secret **out, struct ses_error *error);

/* What a file holds, without a line break at its end. Errors: SES_ERR_NOT_FOUND where there is no
 * such file, or it is empty; SES_ERR_IO; SES_ERR_RANGE; SES_ERR_NOMEM. */
SES_API enum ses_status ses_secret_from_file(const struct ses_host *host, const char *path,
                                             ses_secret **out, struct ses_error *error);

/* The bytes, borrowed until the secret is freed; an empty span for NULL. */
SES_API struct ses_span ses_secret_span(const ses_secret *secret);

/* The HMAC-SHA-256 of `message` under the secret, in `out`: 32 bytes (SES_SHA256_LEN). */
SES_API void ses_secret_hmac_sha256(const ses_secret *secret, struct ses_span message,
                                    unsigned char out[32]);

/* Whether `code` is the HMAC-SHA-256 of `message` under the secret, or the first bytes of it, 16 at
 * least (RFC 2104, section 5). Takes time that depends on the lengths alone. */
SES_API bool ses_secret_is_hmac_sha256(const ses_secret *secret, struct ses_span message,
                                       struct ses_span code);

/* Locks the secret's memory against swapping once more: a process that is forked off has it
 * unlocked. */
SES_API void ses_secret_lock(ses_secret *secret);

/* Wipes and frees. NULL is a no-op. */
SES_API void ses_secret_free(ses_secret *secret);

#ifdef __cplusplus
}
#endif
#endif
