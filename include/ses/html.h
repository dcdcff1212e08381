/* ses/html.h: text escaped for HTML, as Handlebars escapes it: & < > " ' ` and =, so that it can
 * stand in an element as well as in an attribute, quoted or not.
 *
 * All functions are pure and thread-safe.
 */
#ifndef SES_HTML_H
#define SES_HTML_H

#include "ses/span.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The bytes that `text` has once it is escaped, in `*size`: as many as before where nothing has to
 * be. False, and `*size` 0, where the text is not UTF-8. A text of more than SIZE_MAX / 6 bytes
 * must not be given. */
SES_API bool ses_html_escaped_size(struct ses_span text, size_t *size);

/* Writes `text` escaped, without a NUL at its end, into `out`, which has room for the bytes that
 * ses_html_escaped_size gives. */
SES_API void ses_html_escape(struct ses_span text, char *out);

#ifdef __cplusplus
}
#endif
#endif
