#include "ses/send_rate.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

/* AWS's numbers. */
#define MIN_RATE 0.5
#define MIN_CAPACITY 1.0
#define BETA 0.7
#define SCALE 0.4
#define SMOOTH 0.8
/* Requests are counted by this time, in seconds. */
#define SPAN 0.5

struct ses_send_rate {
    pthread_mutex_t lock;
    bool limited;
    double seen;     /* the time of the last call */
    double rate;     /* tokens a second */
    double capacity; /* of the bucket */
    double supply;   /* all tokens there ever were */
    uint64_t places; /* all that were ever taken; the bucket holds supply - places */
    double measured;
    double counted_from;
    uint64_t count;
    double last_max; /* the rate at the last throttling */
    double throttled_at;
};

enum ses_status ses_send_rate_new(double now, ses_send_rate **out, struct ses_error *error) {
    *out = NULL;
    if (!isfinite(now))
        return ses_error_set(error, SES_ERR_RANGE, "now", "must be a time in seconds");
    ses_send_rate *rate = calloc(1, sizeof *rate);
    if (rate == NULL)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    if (pthread_mutex_init(&rate->lock, NULL) != 0) {
        free(rate);
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    }
    rate->seen = now;
    rate->rate = MIN_RATE;
    rate->capacity = MIN_CAPACITY;
    rate->counted_from = floor(now / SPAN) * SPAN;
    rate->throttled_at = now;
    *out = rate;
    return SES_OK;
}

void ses_send_rate_free(ses_send_rate *rate) {
    if (rate == NULL)
        return;
    (void)pthread_mutex_destroy(&rate->lock);
    free(rate);
}

/* The bucket holds no more than its capacity. */
static void spill(ses_send_rate *rate) {
    double most = (double)rate->places + rate->capacity;
    if (rate->supply > most)
        rate->supply = most;
}

/* Fills the bucket up to `now`. A clock that went back takes all other times along. */
static void advance(ses_send_rate *rate, double now) {
    if (!isfinite(now))
        return;
    double passed = now - rate->seen;
    rate->seen = now;
    if (passed < 0) {
        rate->counted_from += passed;
        rate->throttled_at += passed;
    } else {
        rate->supply += passed * rate->rate;
        spill(rate);
    }
}

uint64_t ses_send_rate_enter(ses_send_rate *rate, double now) {
    (void)pthread_mutex_lock(&rate->lock);
    uint64_t place = 0;
    if (rate->limited) {
        advance(rate, now);
        place = ++rate->places;
    }
    (void)pthread_mutex_unlock(&rate->lock);
    return place;
}

double ses_send_rate_wait(ses_send_rate *rate, uint64_t place, double now) {
    (void)pthread_mutex_lock(&rate->lock);
    advance(rate, now);
    /* As many fractions as a rounded wait may have lost. */
    double missing = (double)place - rate->supply - 1e-6;
    double wait = missing > 0 ? missing / rate->rate : 0;
    (void)pthread_mutex_unlock(&rate->lock);
    return wait;
}

void ses_send_rate_leave(ses_send_rate *rate, uint64_t place) {
    (void)pthread_mutex_lock(&rate->lock);
    if (place > 0 && place == rate->places)
        rate->places--;
    spill(rate);
    (void)pthread_mutex_unlock(&rate->lock);
}

static void measure(ses_send_rate *rate) {
    double span = floor(rate->seen / SPAN) * SPAN;
    rate->count++;
    if (span <= rate->counted_from)
        return;
    double now = (double)rate->count / (span - rate->counted_from);
    rate->measured = now * SMOOTH + rate->measured * (1 - SMOOTH);
    rate->count = 0;
    rate->counted_from = span;
}

static double after_throttling(ses_send_rate *rate) {
    bool slower = rate->limited && rate->rate < rate->measured;
    rate->last_max = slower ? rate->rate : rate->measured;
    rate->throttled_at = rate->seen;
    rate->limited = true;
    return rate->last_max * BETA;
}

static double after_success(const ses_send_rate *rate) {
    double window = cbrt(rate->last_max * (1 - BETA) / SCALE);
    double t = rate->seen - rate->throttled_at - window;
    return SCALE * t * t * t + rate->last_max;
}

void ses_send_rate_update(ses_send_rate *rate, bool throttled, double now) {
    (void)pthread_mutex_lock(&rate->lock);
    advance(rate, now);
    measure(rate);
    double wanted = throttled ? after_throttling(rate) : after_success(rate);
    wanted = fmin(wanted, 2 * rate->measured);
    rate->rate = fmax(wanted, MIN_RATE);
    rate->capacity = fmax(wanted, MIN_CAPACITY);
    spill(rate);
    (void)pthread_mutex_unlock(&rate->lock);
}

double ses_send_rate_rate(ses_send_rate *rate) {
    (void)pthread_mutex_lock(&rate->lock);
    double now = rate->limited ? rate->rate : INFINITY;
    (void)pthread_mutex_unlock(&rate->lock);
    return now;
}

double ses_send_rate_measured(ses_send_rate *rate) {
    (void)pthread_mutex_lock(&rate->lock);
    double measured = rate->measured;
    (void)pthread_mutex_unlock(&rate->lock);
    return measured;
}
