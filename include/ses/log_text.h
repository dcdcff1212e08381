/* ses/log_text.h: texts that a log or a trace may show as they are.
 *
 * All functions are pure and thread-safe.
 */
#ifndef SES_LOG_TEXT_H
#define SES_LOG_TEXT_H

#include "ses/span.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The most bytes that a harmless text has. */
#define SES_LOG_TEXT_MAX 500

/* Whether nothing in `text` can be an address, a URL, a key, a token or a signed query, to judge by
 * its bytes alone: an id, a number, a time, a name, a few words in lower case. False is no verdict:
 * such a text is to be looked at in full before it is shown. True only for ASCII without control
 * characters, of at most SES_LOG_TEXT_MAX bytes. */
SES_API bool ses_log_text_is_harmless(struct ses_span text);

#ifdef __cplusplus
}
#endif
#endif
