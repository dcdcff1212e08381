/* ses/timestamp.h: points in time, as credential services write them.
 *
 * All functions are pure and thread-safe, and know nothing of the locale or the time zone.
 */
#ifndef SES_TIMESTAMP_H
#define SES_TIMESTAMP_H

#include "ses/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reads a date and time (RFC 3339, section 5.6), "2026-03-01T12:30:00Z" or with a fraction and an
 * offset, into seconds since 1970-01-01T00:00:00Z, the fraction included. Years from 0001; the
 * second 60 counts as the next one; "T" and "Z" in either case; a space may stand for "T".
 * Errors: SES_ERR_PARSE, also for a day that its month does not have; `*out` is then 0. */
SES_API enum ses_status ses_timestamp_parse(struct ses_span text, double *out);

/* Appends `seconds` since 1970-01-01T00:00:00Z as "2026-03-01T12:30:00Z", a fraction dropped.
 * Errors: SES_ERR_RANGE outside of the years 1970 to 9999, SES_ERR_NOMEM. */
SES_API enum ses_status ses_timestamp_append(struct ses_buf *out, double seconds);

#ifdef __cplusplus
}
#endif
#endif
