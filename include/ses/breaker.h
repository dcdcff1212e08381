/* ses/breaker.h: a circuit breaker.
 *
 * Closed, it lets every request through and counts failures in a row; at `failure_threshold` it
 * opens and refuses all. After `reset_timeout` seconds it is half-open: it admits up to
 * `half_open_requests` trial requests. When all of them succeed it closes, when one fails it opens
 * again. Trials of which nothing is heard within another `reset_timeout` are given up, and others
 * admitted in their place.
 *
 * Each change of state begins a new generation. A request is given the generation in which it was
 * admitted; an outcome told with it counts only while that generation lasts, so that a failure
 * which took longer than `reset_timeout` to come does not end the trials of another time.
 *
 * Pure state: time is a parameter, in seconds of a monotonic clock. A clock that jumps back can
 * make it wait longer, by no more than `reset_timeout`.
 *
 * Threads: any number may share a breaker; it has a lock of its own. Freeing it while another
 * thread uses it is not safe.
 */
#ifndef SES_BREAKER_H
#define SES_BREAKER_H

#include "ses/status.h"
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ses_breaker ses_breaker;

enum ses_breaker_state { SES_BREAKER_CLOSED, SES_BREAKER_OPEN, SES_BREAKER_HALF_OPEN };

struct ses_breaker_options {
    unsigned failure_threshold;  /* 1 or more; 5 is usual */
    double reset_timeout;        /* seconds, above 0; 30 is usual */
    unsigned half_open_requests; /* 1 or more; 3 is usual */
};

/* For an outcome whose request's generation is not known: it counts in any. */
#define SES_BREAKER_ANY ((uint64_t)0)

/* `*out` is the caller's, freed by ses_breaker_free.
 * Errors: SES_ERR_RANGE naming the field, SES_ERR_NOMEM. */
SES_API enum ses_status ses_breaker_new(const struct ses_breaker_options *options,
                                        ses_breaker **out, struct ses_error *error);
/* NULL is a no-op. */
SES_API void ses_breaker_free(ses_breaker *breaker);

/* Whether a request may go. If so `*generation` becomes what its outcome is to be told with; if
 * not, `*wait` becomes the seconds until it is worth asking again. Either may be NULL. Each request
 * that was let through must end in one of the three calls below. */
SES_API bool ses_breaker_allow(ses_breaker *breaker, double now, uint64_t *generation,
                               double *wait);

/* The service answered. */
SES_API void ses_breaker_success(ses_breaker *breaker, double now, uint64_t generation);
/* The service failed, or was not reached. */
SES_API void ses_breaker_failure(ses_breaker *breaker, double now, uint64_t generation);
/* The request says nothing of the service, because it was never sent, say. */
SES_API void ses_breaker_cancel(ses_breaker *breaker, uint64_t generation);

/* As it is at `now`: an open one whose `reset_timeout` is over counts as half-open. */
SES_API enum ses_breaker_state ses_breaker_state(ses_breaker *breaker, double now);

/* All that a breaker knows but its options, to be kept in memory that processes share. Copied as it
 * is; its fields are nobody else's. */
struct ses_breaker_snapshot {
    double since;        /* when the state began; in half-open, when the trials did */
    uint64_t generation; /* from 1 */
    uint32_t state;      /* of enum ses_breaker_state */
    uint32_t failures;   /* in a row, while closed */
    uint32_t trials;     /* admitted, while half-open */
    uint32_t successes;  /* of them */
};

/* Fills `*out`. */
SES_API void ses_breaker_save(ses_breaker *breaker, struct ses_breaker_snapshot *out);
/* Errors: SES_ERR_RANGE where `snapshot` is none that ses_breaker_save gives with the same options;
 * the breaker stays as it is. */
SES_API enum ses_status ses_breaker_restore(ses_breaker *breaker,
                                            const struct ses_breaker_snapshot *snapshot,
                                            struct ses_error *error);

/* "closed", "open" or "half_open"; never NULL. */
SES_API const char *ses_breaker_state_name(enum ses_breaker_state state);

#ifdef __cplusplus
}
#endif
#endif
