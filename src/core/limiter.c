#include "ses/limiter.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#define LIMIT 1e9

struct ses_limiter {
    pthread_mutex_t lock;
    double rate;
    double burst;
    double tokens; /* at the time `at` */
    double at;
    uint64_t last_ticket; /* counts up and is never used twice */
    double last_cost;     /* 0 once it cannot be cancelled */
};

static enum ses_status check_amount(const char *field, double value, bool zero,
                                    struct ses_error *error) {
    if (isfinite(value) && value <= LIMIT && (value > 0 || (zero && value == 0)))
        return SES_OK;
    return ses_error_set(error, SES_ERR_RANGE, field, "must be %s and at most 1000000000",
                         zero ? "0 or more" : "above 0");
}

static enum ses_status check_time(double now, struct ses_error *error) {
    if (isfinite(now))
        return SES_OK;
    return ses_error_set(error, SES_ERR_RANGE, "now", "must be a time in seconds");
}

/* Reading needs the lock too, and a reader has the limiter as const. */
static void lock(const ses_limiter *limiter) {
    (void)pthread_mutex_lock((pthread_mutex_t *)&limiter->lock);
}

static void unlock(const ses_limiter *limiter) {
    (void)pthread_mutex_unlock((pthread_mutex_t *)&limiter->lock);
}

/* A clock that went back starts afresh from where it is. */
static void refill(ses_limiter *limiter, double now) {
    if (now > limiter->at) {
        limiter->tokens += limiter->rate * (now - limiter->at);
        if (limiter->tokens > limiter->burst)
            limiter->tokens = limiter->burst;
    }
    limiter->at = now;
}

enum ses_status ses_limiter_new(double rate, double burst, double now, ses_limiter **out,
                                struct ses_error *error) {
    *out = NULL;
    enum ses_status status = check_amount("rate", rate, false, error);
    if (status == SES_OK)
        status = check_amount("burst", burst, false, error);
    if (status == SES_OK)
        status = check_time(now, error);
    if (status != SES_OK)
        return status;
    ses_limiter *limiter = calloc(1, sizeof *limiter);
    if (limiter == NULL)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    if (pthread_mutex_init(&limiter->lock, NULL) != 0) {
        free(limiter);
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    }
    limiter->rate = rate;
    limiter->burst = burst;
    limiter->tokens = burst;
    limiter->at = now;
    *out = limiter;
    return SES_OK;
}

void ses_limiter_free(ses_limiter *limiter) {
    if (limiter == NULL)
        return;
    (void)pthread_mutex_destroy(&limiter->lock);
    free(limiter);
}

enum ses_status ses_limiter_reserve(ses_limiter *limiter, double cost, double now, double *wait,
                                    uint64_t *ticket, struct ses_error *error) {
    enum ses_status status = check_amount("cost", cost, true, error);
    if (status == SES_OK)
        status = check_time(now, error);
    if (status != SES_OK)
        return status;
    lock(limiter);
    refill(limiter, now);
    limiter->tokens -= cost;
    limiter->last_cost = cost;
    limiter->last_ticket++;
    *wait = limiter->tokens < 0 ? -limiter->tokens / limiter->rate : 0;
    if (ticket != NULL)
        *ticket = limiter->last_ticket;
    unlock(limiter);
    return SES_OK;
}

static bool give_back(ses_limiter *limiter, uint64_t ticket) {
    if (limiter->last_cost <= 0 || (ticket != 0 && ticket != limiter->last_ticket))
        return false;
    limiter->tokens += limiter->last_cost;
    if (limiter->tokens > limiter->burst)
        limiter->tokens = limiter->burst;
    limiter->last_cost = 0;
    return true;
}

bool ses_limiter_cancel(ses_limiter *limiter, uint64_t ticket) {
    lock(limiter);
    bool given = give_back(limiter, ticket);
    unlock(limiter);
    return given;
}

double ses_limiter_last_cost(const ses_limiter *limiter) {
    lock(limiter);
    double cost = limiter->last_cost;
    unlock(limiter);
    return cost;
}

enum ses_status ses_limiter_set_rate(ses_limiter *limiter, double rate, double now,
                                     struct ses_error *error) {
    enum ses_status status = check_amount("rate", rate, false, error);
    if (status == SES_OK)
        status = check_time(now, error);
    if (status != SES_OK)
        return status;
    lock(limiter);
    refill(limiter, now);
    /* A debt is a time that was promised, so it is the time that stays. What the last reservation
     * took is no longer worth what it was. */
    if (limiter->tokens < 0) {
        limiter->tokens *= rate / limiter->rate;
        limiter->last_cost = 0;
    }
    limiter->rate = rate;
    unlock(limiter);
    return SES_OK;
}

double ses_limiter_rate(const ses_limiter *limiter) {
    lock(limiter);
    double rate = limiter->rate;
    unlock(limiter);
    return rate;
}

double ses_limiter_available(ses_limiter *limiter, double now) {
    lock(limiter);
    if (isfinite(now))
        refill(limiter, now);
    double tokens = limiter->tokens;
    unlock(limiter);
    return tokens;
}
