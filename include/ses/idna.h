/* ses/idna.h: internationalised domain names as mail and TLS carry them.
 *
 * IDNA 2008 with the non-transitional mapping of UTS #46, by libidn2. Thread-safe.
 */
#ifndef SES_IDNA_H
#define SES_IDNA_H

#include "ses/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Appends the ASCII form of `domain` (UTF-8), in lower case: labels of letters, digits and hyphens
 * (RFC 5321, section 4.1.2), none empty, 63 bytes at most each and 253 together. `out` is unchanged
 * on failure. Messages do not hold the domain.
 * Errors: SES_ERR_INVALID, SES_ERR_NOMEM. */
SES_API enum ses_status ses_idna_to_ascii(struct ses_buf *out, struct ses_span domain,
                                          struct ses_error *error);

#ifdef __cplusplus
}
#endif
#endif
