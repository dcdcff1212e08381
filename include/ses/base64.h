/* ses/base64.h: the standard alphabet with padding (RFC 4648, section 4), without line breaks.
 *
 * All functions are pure and thread-safe.
 */
#ifndef SES_BASE64_H
#define SES_BASE64_H

#include "ses/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Appends `bytes` encoded. Errors: SES_ERR_NOMEM, `out` unchanged. */
SES_API enum ses_status ses_base64_encode(struct ses_buf *out, struct ses_span bytes);

/* Appends what `text` encodes. Only the one encoding that ses_base64_encode gives is taken: no
 * white space, padding complete, unused bits zero. `out` is unchanged on failure.
 * Errors: SES_ERR_PARSE with the place in the message, SES_ERR_NOMEM. */
SES_API enum ses_status ses_base64_decode(struct ses_buf *out, struct ses_span text,
                                          struct ses_error *error);

#ifdef __cplusplus
}
#endif
#endif
