/* ses/limiter.h: a rate limit by reservation in advance.
 *
 * A token bucket that may run into debt: whoever needs tokens takes them at once and is told how
 * long to wait before going. Callers so go in the order in which they asked, and nobody has to ask
 * again. SES counts recipients, so a token is a recipient.
 *
 * Where the service throttles all the same, because others use up its rate as well, the rate falls
 * to 0.7 of what it was and the bucket is emptied; throttlings within a second are the same one.
 * After that second it grows by a thirtieth of the full rate a second until it is whole again. It
 * never falls below a thirty-second of the full rate.
 *
 * What it promises: in no span of t seconds are more than burst + rate * t tokens let through, as
 * long as the clock given does not run backwards and callers wait as they are told. A single
 * reservation of more than `burst` tokens waits until the bucket would have held them and goes as a
 * whole; in spans around it, its cost stands in for `burst`.
 *
 * Pure state: time is a parameter, in seconds of a monotonic clock. A clock that jumps back gives
 * no tokens and takes none.
 *
 * Threads: any number may share a limiter; it has a lock of its own, held for no longer than a few
 * sums take. Freeing it while another thread uses it is not safe.
 */
#ifndef SES_LIMITER_H
#define SES_LIMITER_H

#include "ses/status.h"
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ses_limiter ses_limiter;

/* `rate` in tokens a second and `burst` in tokens, each above 0 and at most 1e9. The bucket is full
 * at first. `*out` is the caller's, freed by ses_limiter_free.
 * Errors: SES_ERR_RANGE naming the field, SES_ERR_NOMEM. */
SES_API enum ses_status ses_limiter_new(double rate, double burst, double now, ses_limiter **out,
                                        struct ses_error *error);
/* NULL is a no-op. */
SES_API void ses_limiter_free(ses_limiter *limiter);

/* Takes `cost` tokens, from 0 to 1e9. `*wait` becomes the seconds to wait before going, 0 for at
 * once. `*ticket`, which may be NULL, becomes this reservation's number, never 0.
 * Errors: SES_ERR_RANGE naming the field; nothing is taken. */
SES_API enum ses_status ses_limiter_reserve(ses_limiter *limiter, double cost, double now,
                                            double *wait, uint64_t *ticket,
                                            struct ses_error *error);

/* Gives back a reservation that is not going to be used. Only the last one made can be: those made
 * after it have their times already, and its tokens on top of theirs would be too many at once.
 * `ticket` 0 stands for the last. Returns whether the tokens came back. */
SES_API bool ses_limiter_cancel(ses_limiter *limiter, uint64_t ticket);

/* The tokens that the last reservation took; 0 where it was cancelled or there was none. */
SES_API double ses_limiter_last_cost(const ses_limiter *limiter);

/* Changes the rate. Reservations keep the times that they were given, and later ones queue behind
 * them at the new rate. Errors: SES_ERR_RANGE. */
SES_API enum ses_status ses_limiter_set_rate(ses_limiter *limiter, double rate, double now,
                                             struct ses_error *error);
/* The full rate, in tokens a second. */
SES_API double ses_limiter_rate(const ses_limiter *limiter);

/* Changes how many tokens the bucket can hold. Errors: SES_ERR_RANGE. */
SES_API enum ses_status ses_limiter_set_burst(ses_limiter *limiter, double burst,
                                              struct ses_error *error);

/* The service throttled: the rate falls for a while. `now` that is no number changes nothing. */
SES_API void ses_limiter_throttled(ses_limiter *limiter, double now);
/* The rate as it is at `now`: the full rate, or less after a throttling. */
SES_API double ses_limiter_rate_at(ses_limiter *limiter, double now);

/* The tokens there are at `now`, at most `burst`; below 0, what is owed to reservations that wait.
 */
SES_API double ses_limiter_available(ses_limiter *limiter, double now);

/* All that a limiter knows but `burst`, to be kept in memory that processes share. Copied as it is;
 * its fields are nobody else's. */
struct ses_limiter_state {
    double rate;
    double low; /* the rate to which it fell at `fell_at` */
    double fell_at;
    double tokens; /* at the time `at`, which is ahead where tokens are owed */
    double at;
    double seen;                                          /* the time of the last call */
    double tokens_before, at_before, at_after, last_cost; /* of the last reservation */
    uint64_t last_ticket;
};

/* Fills `*out`. */
SES_API void ses_limiter_save(const ses_limiter *limiter, struct ses_limiter_state *out);
/* Errors: SES_ERR_RANGE where `state` is none that ses_limiter_save gives; the limiter stays as it
 * is. */
SES_API enum ses_status ses_limiter_restore(ses_limiter *limiter,
                                            const struct ses_limiter_state *state,
                                            struct ses_error *error);

#ifdef __cplusplus
}
#endif
#endif
