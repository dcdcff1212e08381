/* ses/span.h: text and bytes by pointer and length.
 *
 * A span borrows: whoever made the bytes owns them, and the span is good for as long as they are.
 * Spans need not end in NUL and may hold any byte. All functions are pure and thread-safe.
 */
#ifndef SES_SPAN_H
#define SES_SPAN_H

#include "ses/status.h"
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ses_span {
    const char *data; /* may be NULL where len is 0 */
    size_t len;
};

/* A span over a string literal. */
#ifdef __cplusplus
#define SES_SPAN(literal) (ses_span{(literal), sizeof(literal) - 1})
#else
#define SES_SPAN(literal) ((struct ses_span){(literal), sizeof(literal) - 1})
#endif

/* A span over a C string; an empty span for NULL. */
SES_API struct ses_span ses_span_from(const char *text);

/* The same bytes. Not for secrets: see ses_equal_secret in ses/secret.h. */
SES_API bool ses_span_equal(struct ses_span a, struct ses_span b);

/* The same text where A-Z and a-z count as equal (ASCII only, whatever the locale). */
SES_API bool ses_span_equal_nocase(struct ses_span a, struct ses_span b);

/* Without the spaces, tabs, CRs and LFs at both ends. */
SES_API struct ses_span ses_span_trim(struct ses_span text);

/* Splits `*rest` at the first `separator`: returns what stands before it and moves `*rest` behind
 * it. Where there is none, returns all of `*rest` and leaves it empty with data NULL. */
SES_API struct ses_span ses_span_split(struct ses_span *rest, char separator);

#ifdef __cplusplus
}
#endif
#endif
