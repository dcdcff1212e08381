/* ses/send_rate.h: the client's own limit on its requests, as the adaptive retry mode has it.
 *
 * Nothing is limited until the service throttles for the first time. From then on a bucket of
 * tokens gives one a request. Its rate is what was measured of the client's own sending, cut to 0.7
 * at each throttling, and grown again after it along a cubic curve: fast at first, slowly near the
 * rate at which the service throttled, faster beyond; never above twice the measured rate. As the
 * adaptive mode of the AWS SDKs does it ("Retry behavior", AWS SDKs and Tools Reference Guide); the
 * curve is CUBIC's (RFC 9438), its time in seconds and its window a rate.
 *
 * Requests go in the order in which they asked: each has a place in the queue, and asks again when
 * the time it was told is over, since the rate may have changed meanwhile.
 *
 * Pure state: time is a parameter, in seconds of a monotonic clock. A clock that jumps back gives
 * no tokens and takes none. Threads: any number may share it; it has a lock of its own. Freeing it
 * while another thread uses it is not safe.
 */
#ifndef SES_SEND_RATE_H
#define SES_SEND_RATE_H

#include "ses/status.h"
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ses_send_rate ses_send_rate;

/* `*out` is the caller's, freed by ses_send_rate_free. Errors: SES_ERR_RANGE where `now` is no
 * time, SES_ERR_NOMEM. */
SES_API enum ses_status ses_send_rate_new(double now, ses_send_rate **out, struct ses_error *error);
/* NULL is a no-op. */
SES_API void ses_send_rate_free(ses_send_rate *rate);

/* Takes a place in the queue, from 1; 0 where nothing is limited yet. Each place is left by going,
 * or by ses_send_rate_leave. */
SES_API uint64_t ses_send_rate_enter(ses_send_rate *rate, double now);

/* How many seconds the request at `place` is still to wait; 0: it may go. `now` that is no number
 * counts as the time of the last call. */
SES_API double ses_send_rate_wait(ses_send_rate *rate, uint64_t place, double now);

/* The request at `place` does not go. Only the last place can be given to another. */
SES_API void ses_send_rate_leave(ses_send_rate *rate, uint64_t place);

/* An answer came: one that throttles, or another. */
SES_API void ses_send_rate_update(ses_send_rate *rate, bool throttled, double now);

/* Requests a second, as it is now; infinite where nothing is limited yet. */
SES_API double ses_send_rate_rate(ses_send_rate *rate);
/* What was measured of the client's own answers a second, smoothed. */
SES_API double ses_send_rate_measured(ses_send_rate *rate);

#ifdef __cplusplus
}
#endif
#endif
