/* ses/utf8.h: UTF-8 checked and counted (RFC 3629): no over-long form, no surrogate, nothing above
 * U+10FFFF.
 *
 * All functions are pure and thread-safe.
 */
#ifndef SES_UTF8_H
#define SES_UTF8_H

#include "ses/span.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The length of the sequence that `text` begins with; 0 where there is none that is well-formed. */
SES_API size_t ses_utf8_sequence(struct ses_span text);

/* How many characters (code points) `text` has, in `*count`. False where it is not UTF-8: `*count`
 * is then the number of bytes before the first that is not. */
SES_API bool ses_utf8_count(struct ses_span text, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
