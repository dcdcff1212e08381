#include "ses/breaker.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

/* Seconds that a sum of times may lose, so that whoever waits as told is not refused again. */
#define ROUNDING 1e-6

struct ses_breaker {
    pthread_mutex_t lock;
    struct ses_breaker_options options;
    enum ses_breaker_state state;
    uint64_t generation; /* from 1 */
    double since;        /* when the state began; in half-open, when the trials did */
    unsigned failures;   /* in a row, while closed */
    unsigned trials;     /* admitted, while half-open */
    unsigned successes;  /* of them */
};

static enum ses_status check(const struct ses_breaker_options *options, struct ses_error *error) {
    if (options->failure_threshold < 1)
        return ses_error_set(error, SES_ERR_RANGE, "failure_threshold", "must be 1 or more");
    if (!isfinite(options->reset_timeout) || options->reset_timeout <= 0)
        return ses_error_set(error, SES_ERR_RANGE, "reset_timeout", "must be above 0");
    if (options->half_open_requests < 1)
        return ses_error_set(error, SES_ERR_RANGE, "half_open_requests", "must be 1 or more");
    return SES_OK;
}

enum ses_status ses_breaker_new(const struct ses_breaker_options *options, ses_breaker **out,
                                struct ses_error *error) {
    *out = NULL;
    enum ses_status status = check(options, error);
    if (status != SES_OK)
        return status;
    ses_breaker *breaker = calloc(1, sizeof *breaker);
    if (breaker == NULL)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    if (pthread_mutex_init(&breaker->lock, NULL) != 0) {
        free(breaker);
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    }
    breaker->options = *options;
    breaker->generation = 1;
    *out = breaker;
    return SES_OK;
}

void ses_breaker_free(ses_breaker *breaker) {
    if (breaker == NULL)
        return;
    (void)pthread_mutex_destroy(&breaker->lock);
    free(breaker);
}

static void enter(ses_breaker *breaker, enum ses_breaker_state state, double now) {
    breaker->state = state;
    breaker->generation++;
    if (isfinite(now))
        breaker->since = now;
    breaker->failures = 0;
    breaker->trials = 0;
    breaker->successes = 0;
}

/* What time alone changes. A clock that went back starts the wait anew; a time that is no number is
 * none. */
static void advance(ses_breaker *breaker, double now) {
    if (breaker->state == SES_BREAKER_CLOSED || !isfinite(now))
        return;
    if (now < breaker->since)
        breaker->since = now;
    if (now - breaker->since < breaker->options.reset_timeout - ROUNDING)
        return;
    if (breaker->state == SES_BREAKER_OPEN) {
        enter(breaker, SES_BREAKER_HALF_OPEN, now);
    } else {
        breaker->trials = breaker->successes;
        breaker->since = now;
    }
}

static bool refuse(const ses_breaker *breaker, double now, double *wait) {
    double passed = isfinite(now) ? now - breaker->since : 0;
    if (wait != NULL)
        *wait = breaker->options.reset_timeout - passed;
    return false;
}

static bool admit(ses_breaker *breaker, double now, uint64_t *generation, double *wait) {
    advance(breaker, now);
    if (breaker->state == SES_BREAKER_OPEN)
        return refuse(breaker, now, wait);
    if (breaker->state == SES_BREAKER_HALF_OPEN) {
        if (breaker->trials == breaker->options.half_open_requests)
            return refuse(breaker, now, wait);
        breaker->trials++;
    }
    if (generation != NULL)
        *generation = breaker->generation;
    if (wait != NULL)
        *wait = 0;
    return true;
}

bool ses_breaker_allow(ses_breaker *breaker, double now, uint64_t *generation, double *wait) {
    (void)pthread_mutex_lock(&breaker->lock);
    bool admitted = admit(breaker, now, generation, wait);
    (void)pthread_mutex_unlock(&breaker->lock);
    return admitted;
}

static bool counts(const ses_breaker *breaker, uint64_t generation) {
    return generation == SES_BREAKER_ANY || generation == breaker->generation;
}

static void note_success(ses_breaker *breaker, double now, uint64_t generation) {
    if (!counts(breaker, generation))
        return;
    if (breaker->state == SES_BREAKER_CLOSED)
        breaker->failures = 0;
    else if (breaker->state == SES_BREAKER_HALF_OPEN && breaker->successes < breaker->trials &&
             ++breaker->successes == breaker->options.half_open_requests)
        enter(breaker, SES_BREAKER_CLOSED, now);
}

void ses_breaker_success(ses_breaker *breaker, double now, uint64_t generation) {
    (void)pthread_mutex_lock(&breaker->lock);
    note_success(breaker, now, generation);
    (void)pthread_mutex_unlock(&breaker->lock);
}

static void note_failure(ses_breaker *breaker, double now, uint64_t generation) {
    if (!counts(breaker, generation))
        return;
    if (breaker->state == SES_BREAKER_HALF_OPEN)
        enter(breaker, SES_BREAKER_OPEN, now);
    else if (breaker->state == SES_BREAKER_CLOSED &&
             ++breaker->failures >= breaker->options.failure_threshold)
        enter(breaker, SES_BREAKER_OPEN, now);
}

void ses_breaker_failure(ses_breaker *breaker, double now, uint64_t generation) {
    (void)pthread_mutex_lock(&breaker->lock);
    note_failure(breaker, now, generation);
    (void)pthread_mutex_unlock(&breaker->lock);
}

static void note_cancel(ses_breaker *breaker, uint64_t generation) {
    if (counts(breaker, generation) && breaker->state == SES_BREAKER_HALF_OPEN &&
        breaker->trials > breaker->successes)
        breaker->trials--;
}

void ses_breaker_cancel(ses_breaker *breaker, uint64_t generation) {
    (void)pthread_mutex_lock(&breaker->lock);
    note_cancel(breaker, generation);
    (void)pthread_mutex_unlock(&breaker->lock);
}

enum ses_breaker_state ses_breaker_state(ses_breaker *breaker, double now) {
    (void)pthread_mutex_lock(&breaker->lock);
    advance(breaker, now);
    enum ses_breaker_state state = breaker->state;
    (void)pthread_mutex_unlock(&breaker->lock);
    return state;
}

void ses_breaker_save(ses_breaker *breaker, struct ses_breaker_snapshot *out) {
    (void)pthread_mutex_lock(&breaker->lock);
    *out = (struct ses_breaker_snapshot){
        .since = breaker->since,
        .generation = breaker->generation,
        .state = (uint32_t)breaker->state,
        .failures = breaker->failures,
        .trials = breaker->trials,
        .successes = breaker->successes,
    };
    (void)pthread_mutex_unlock(&breaker->lock);
}

static bool is_sound(const ses_breaker *breaker, const struct ses_breaker_snapshot *snapshot) {
    const struct ses_breaker_options *options = &breaker->options;
    return isfinite(snapshot->since) && snapshot->generation > 0 &&
           snapshot->state <= SES_BREAKER_HALF_OPEN &&
           snapshot->failures < options->failure_threshold &&
           snapshot->trials <= options->half_open_requests &&
           snapshot->successes <= snapshot->trials &&
           snapshot->successes < options->half_open_requests;
}

enum ses_status ses_breaker_restore(ses_breaker *breaker,
                                    const struct ses_breaker_snapshot *snapshot,
                                    struct ses_error *error) {
    if (!is_sound(breaker, snapshot))
        return ses_error_set(error, SES_ERR_RANGE, "snapshot", "is none of a breaker like this");
    (void)pthread_mutex_lock(&breaker->lock);
    breaker->since = snapshot->since;
    breaker->generation = snapshot->generation;
    breaker->state = (enum ses_breaker_state)snapshot->state;
    breaker->failures = snapshot->failures;
    breaker->trials = snapshot->trials;
    breaker->successes = snapshot->successes;
    (void)pthread_mutex_unlock(&breaker->lock);
    return SES_OK;
}

const char *ses_breaker_state_name(enum ses_breaker_state state) {
    switch (state) {
    case SES_BREAKER_CLOSED:
        return "closed";
    case SES_BREAKER_OPEN:
        return "open";
    case SES_BREAKER_HALF_OPEN:
        return "half_open";
    }
    return "unknown";
}
