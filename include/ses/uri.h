/* ses/uri.h: percent-encoding and paths (RFC 3986), as AWS asks for them.
 *
 * All functions are pure and thread-safe. Each appends to `out`, which must not hold the input, and
 * leaves it unchanged on failure. Errors: SES_ERR_NOMEM.
 */
#ifndef SES_URI_H
#define SES_URI_H

#include "ses/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Encodes every byte but A-Z, a-z, 0-9 and "-._~" as %XX with upper-case digits; "/" stays as it
 * is where `keep_slash`. */
SES_API enum ses_status ses_uri_encode(struct ses_buf *out, struct ses_span text, bool keep_slash);

/* Puts a byte in the place of each %XX. A "%" without two hexadecimal digits behind it stands for
 * itself, and so does "+". */
SES_API enum ses_status ses_uri_decode(struct ses_buf *out, struct ses_span text);

/* Takes "." and ".." segments and repeated slashes out of a path. The result begins with "/" and
 * ends with one where the path does: "/a//b/../c/" becomes "/a/c/", and "" becomes "/". */
SES_API enum ses_status ses_uri_normalize_path(struct ses_buf *out, struct ses_span path);

#ifdef __cplusplus
}
#endif
#endif
