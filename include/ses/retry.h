/* ses/retry.h: whether a failed request is tried again, and after how long.
 *
 * The standard mode of the AWS SDKs, in the form that became their default in November 2026
 * ("Retry behavior", AWS SDKs and Tools Reference Guide). All requests of a client share a quota of
 * tokens. A retry takes some out, one after a throttling fewer than one after another transient
 * failure; a success puts back what its last retry took, or one where it needed none. With the
 * quota used up, because most requests fail, errors are given at once and the service is left to
 * recover.
 *
 * The wait has full jitter (ses/backoff.h), with a longer base where the service throttles. A
 * service may ask for another: `x-amz-retry-after` counts as far as it is no shorter than the wait
 * computed and no more than 5 seconds longer; HTTP's `Retry-After` makes it longer, up to
 * `max_backoff_ms`.
 *
 * Pure state. Threads: any number may share it; it has a lock of its own. Freeing it while another
 * thread uses it is not safe.
 */
#ifndef SES_RETRY_H
#define SES_RETRY_H

#include "ses/status.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ses_retry ses_retry;

struct ses_retry_options {
    unsigned max_retries;        /* tries after the first */
    double initial_backoff_ms;   /* the first wait's bound, 0 or more */
    double throttled_backoff_ms; /* the same after a throttling */
    double max_backoff_ms;       /* no bound is higher, 0 or more */
    double multiplier;           /* by which the bound grows, 1 or more */
    unsigned quota;              /* tokens, 1 or more */
    unsigned cost;               /* of a retry */
    unsigned throttled_cost;     /* of a retry after a throttling */
};

/* AWS's numbers; of the first wait's bound, which AWS has at 50 ms, ours. */
#define SES_RETRY_DEFAULTS                                                                         \
    { 3, 100, 1000, 20000, 2, 500, 14, 5 }

/* How a try failed. Its failure must be one that another try may mend. */
struct ses_retry_failure {
    unsigned attempts;         /* made so far, from 1 */
    bool throttled;            /* the service refused for the rate */
    double amz_retry_after_ms; /* as the service asked; negative: it did not */
    double retry_after_ms;     /* the same, of HTTP's header */
    double left_ms;            /* until the operation's deadline */
    double random;             /* from [0, 1), of a uniform distribution */
};

enum ses_retry_verdict {
    SES_RETRY_AGAIN,
    SES_RETRY_ATTEMPTS, /* `max_retries` are used up */
    SES_RETRY_DEADLINE, /* the wait would outlast the deadline */
    SES_RETRY_QUOTA     /* the quota is */
};

struct ses_retry_decision {
    enum ses_retry_verdict verdict;
    double wait_ms; /* before the next try, whatever the verdict */
    unsigned cost;  /* what was taken; a later success is told with it. 0 unless SES_RETRY_AGAIN */
};

/* `*out` is the caller's, freed by ses_retry_free.
 * Errors: SES_ERR_RANGE naming the field, SES_ERR_NOMEM. */
SES_API enum ses_status ses_retry_new(const struct ses_retry_options *options, ses_retry **out,
                                      struct ses_error *error);
/* NULL is a no-op. */
SES_API void ses_retry_free(ses_retry *retry);

/* Decides, and takes the tokens where there is to be another try.
 * Errors: SES_ERR_RANGE naming the field; nothing is taken. */
SES_API enum ses_status ses_retry_decide(ses_retry *retry, const struct ses_retry_failure *failure,
                                         struct ses_retry_decision *out, struct ses_error *error);

/* A request has succeeded. `cost` is what its last retry took, 0 where it had none. */
SES_API void ses_retry_succeed(ses_retry *retry, unsigned cost);

/* The tokens left, from 0 to `quota`. */
SES_API unsigned ses_retry_quota(ses_retry *retry);

/* "again", "attempts", "deadline" or "quota"; never NULL. */
SES_API const char *ses_retry_verdict_name(enum ses_retry_verdict verdict);

#ifdef __cplusplus
}
#endif
#endif
