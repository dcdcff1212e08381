/* ses/backoff.h: how long to wait before a request is tried again.
 *
 * Exponential backoff with full jitter, as the AWS SDKs have it ("Retry behavior", AWS SDKs and
 * Tools Reference Guide): a time between nothing and a bound that grows with each attempt, so that
 * callers who failed together do not come back together. Pure, and thread-safe.
 */
#ifndef SES_BACKOFF_H
#define SES_BACKOFF_H

#include "ses/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ses_backoff_options {
    unsigned attempt;  /* how many attempts have failed, from 1 */
    double initial_ms; /* the bound after the first, 0 or more */
    double max_ms;     /* no bound is higher, 0 or more */
    double multiplier; /* by which it grows, 1 or more */
    double random;     /* from [0, 1), of a uniform distribution */
};

/* `*out_ms` becomes random * min(max_ms, initial_ms * multiplier^(attempt - 1)).
 * Errors: SES_ERR_RANGE naming the field. */
SES_API enum ses_status ses_backoff_delay(const struct ses_backoff_options *options, double *out_ms,
                                          struct ses_error *error);

#ifdef __cplusplus
}
#endif
#endif
