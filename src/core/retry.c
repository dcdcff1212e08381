#include "ses/retry.h"
#include "ses/backoff.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

/* What a success gives that needed no retry. */
#define EASY_SUCCESS 1u
/* By how much `x-amz-retry-after` may lengthen a wait. */
#define LONGER_MS 5000.0

struct ses_retry {
    pthread_mutex_t lock; /* of `quota` */
    struct ses_retry_options options;
    unsigned quota;
};

static enum ses_status check_ms(const char *field, double value, struct ses_error *error) {
    if (isfinite(value) && value >= 0)
        return SES_OK;
    return ses_error_set(error, SES_ERR_RANGE, field, "must be 0 or more");
}

static enum ses_status check(const struct ses_retry_options *options, struct ses_error *error) {
    enum ses_status status = check_ms("initial_backoff_ms", options->initial_backoff_ms, error);
    if (status == SES_OK)
        status = check_ms("throttled_backoff_ms", options->throttled_backoff_ms, error);
    if (status == SES_OK)
        status = check_ms("max_backoff_ms", options->max_backoff_ms, error);
    if (status != SES_OK)
        return status;
    if (!isfinite(options->multiplier) || options->multiplier < 1)
        return ses_error_set(error, SES_ERR_RANGE, "multiplier", "must be 1 or more");
    if (options->quota < 1)
        return ses_error_set(error, SES_ERR_RANGE, "quota", "must be 1 or more");
    return SES_OK;
}

enum ses_status ses_retry_new(const struct ses_retry_options *options, ses_retry **out,
                              struct ses_error *error) {
    *out = NULL;
    enum ses_status status = check(options, error);
    if (status != SES_OK)
        return status;
    ses_retry *retry = calloc(1, sizeof *retry);
    if (retry == NULL)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    if (pthread_mutex_init(&retry->lock, NULL) != 0) {
        free(retry);
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    }
    retry->options = *options;
    retry->quota = options->quota;
    *out = retry;
    return SES_OK;
}

void ses_retry_free(ses_retry *retry) {
    if (retry == NULL)
        return;
    (void)pthread_mutex_destroy(&retry->lock);
    free(retry);
}

/* A header's value that is no number of milliseconds is none. */
static double as_asked(const struct ses_retry *retry, const struct ses_retry_failure *failure,
                       double wait) {
    double asked = failure->amz_retry_after_ms;
    if (asked >= 0)
        return fmax(wait, fmin(asked, wait + LONGER_MS));
    asked = failure->retry_after_ms;
    return asked >= 0 ? fmax(wait, fmin(asked, retry->options.max_backoff_ms)) : wait;
}

static enum ses_status find_wait(const struct ses_retry *retry,
                                 const struct ses_retry_failure *failure, double *wait,
                                 struct ses_error *error) {
    const struct ses_retry_options *options = &retry->options;
    struct ses_backoff_options backoff = {
        .attempt = failure->attempts,
        .initial_ms =
            failure->throttled ? options->throttled_backoff_ms : options->initial_backoff_ms,
        .max_ms = options->max_backoff_ms,
        .multiplier = options->multiplier,
        .random = failure->random,
    };
    enum ses_status status = ses_backoff_delay(&backoff, wait, error);
    if (status == SES_OK)
        *wait = as_asked(retry, failure, *wait);
    return status;
}

static bool take(ses_retry *retry, unsigned cost) {
    (void)pthread_mutex_lock(&retry->lock);
    bool enough = retry->quota >= cost;
    if (enough)
        retry->quota -= cost;
    (void)pthread_mutex_unlock(&retry->lock);
    return enough;
}

enum ses_status ses_retry_decide(ses_retry *retry, const struct ses_retry_failure *failure,
                                 struct ses_retry_decision *out, struct ses_error *error) {
    *out = (struct ses_retry_decision){.verdict = SES_RETRY_ATTEMPTS};
    enum ses_status status = find_wait(retry, failure, &out->wait_ms, error);
    if (status != SES_OK || failure->attempts > retry->options.max_retries)
        return status;
    unsigned cost = failure->throttled ? retry->options.throttled_cost : retry->options.cost;
    if (!(out->wait_ms < failure->left_ms)) {
        out->verdict = SES_RETRY_DEADLINE;
    } else if (!take(retry, cost)) {
        out->verdict = SES_RETRY_QUOTA;
    } else {
        out->verdict = SES_RETRY_AGAIN;
        out->cost = cost;
    }
    return SES_OK;
}

void ses_retry_succeed(ses_retry *retry, unsigned cost) {
    unsigned back = cost > 0 ? cost : EASY_SUCCESS;
    (void)pthread_mutex_lock(&retry->lock);
    unsigned room = retry->options.quota - retry->quota;
    retry->quota += back < room ? back : room;
    (void)pthread_mutex_unlock(&retry->lock);
}

unsigned ses_retry_quota(ses_retry *retry) {
    (void)pthread_mutex_lock(&retry->lock);
    unsigned quota = retry->quota;
    (void)pthread_mutex_unlock(&retry->lock);
    return quota;
}

const char *ses_retry_verdict_name(enum ses_retry_verdict verdict) {
    switch (verdict) {
    case SES_RETRY_AGAIN:
        return "again";
    case SES_RETRY_ATTEMPTS:
        return "attempts";
    case SES_RETRY_DEADLINE:
        return "deadline";
    case SES_RETRY_QUOTA:
        return "quota";
    }
    return "unknown";
}
