#include "ses/limiter.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#define LIMIT 1e9
/* What a throttling leaves of the rate, and the least that is left of the full one. */
#define FALL 0.7
#define LEAST (1.0 / 32)
/* Seconds in which the rate grows from nothing to the full one. */
#define RECOVERY 30.0
/* Throttlings so many seconds after a fall are the same one, and the rate stays low as long. */
#define ONE_THROTTLING 1.0

struct ses_limiter {
    pthread_mutex_t lock;
    double burst;
    struct ses_limiter_state state;
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

static double rate_at(const struct ses_limiter_state *state, double time) {
    double grown = fmax(0, time - state->fell_at - ONE_THROTTLING) / RECOVERY * state->rate;
    return fmin(state->rate, state->low + grown);
}

static double within(double value, double least, double most) {
    return fmin(fmax(value, least), most);
}

/* The tokens that come between two times: at the low rate, at the growing one, at the full one. */
static double supply(const struct ses_limiter_state *state, double from, double to) {
    double begins = state->fell_at + ONE_THROTTLING;
    double ends = begins + (state->rate - state->low) / state->rate * RECOVERY;
    begins = within(begins, from, to);
    ends = within(ends, from, to);
    double mean = (rate_at(state, begins) + rate_at(state, ends)) / 2;
    return state->low * (begins - from) + mean * (ends - begins) + state->rate * (to - ends);
}

/* A clock that went back takes all other times along. */
static void refill(ses_limiter *limiter, double now) {
    struct ses_limiter_state *state = &limiter->state;
    double back = state->seen - now;
    state->seen = now;
    if (back > 0) {
        state->at -= back;
        state->at_before -= back;
        state->at_after -= back;
        state->fell_at -= back;
    }
    if (now > state->at) {
        state->tokens = fmin(limiter->burst, state->tokens + supply(state, state->at, now));
        state->at = now;
    }
}

static void fill_first(ses_limiter *limiter, double rate, double burst, double now) {
    limiter->burst = burst;
    limiter->state = (struct ses_limiter_state){
        .rate = rate,
        .low = rate,
        .fell_at = now - ONE_THROTTLING,
        .tokens = burst,
        .at = now,
        .seen = now,
    };
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
    fill_first(limiter, rate, burst, now);
    *out = limiter;
    return SES_OK;
}

void ses_limiter_free(ses_limiter *limiter) {
    if (limiter == NULL)
        return;
    (void)pthread_mutex_destroy(&limiter->lock);
    free(limiter);
}

/* What the bucket does not hold is owed: it comes after all that was owed before, at the rate of
 * that time. As the rate only grows until then, nothing comes too early. */
static void take(struct ses_limiter_state *state, double cost) {
    state->tokens_before = state->tokens;
    state->at_before = state->at;
    state->last_cost = cost;
    state->last_ticket++;
    if (state->tokens >= cost) {
        state->tokens -= cost;
    } else {
        state->at += (cost - state->tokens) / rate_at(state, state->at);
        state->tokens = 0;
    }
    state->at_after = state->at;
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
    take(&limiter->state, cost);
    *wait = limiter->state.at - now;
    if (ticket != NULL)
        *ticket = limiter->state.last_ticket;
    unlock(limiter);
    return SES_OK;
}

static bool give_back(ses_limiter *limiter, uint64_t ticket) {
    struct ses_limiter_state *state = &limiter->state;
    if (state->last_cost <= 0 || (ticket != 0 && ticket != state->last_ticket))
        return false;
    /* Once what was owed is there, the bucket fills as it would have without it. */
    if (state->at_after > state->at_before && state->at <= state->at_after) {
        state->tokens = state->tokens_before;
        state->at = state->at_before;
    } else {
        state->tokens = fmin(limiter->burst, state->tokens + state->last_cost);
    }
    state->last_cost = 0;
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
    double cost = limiter->state.last_cost;
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
    struct ses_limiter_state *state = &limiter->state;
    refill(limiter, now);
    if (state->low >= state->rate || state->low > rate)
        state->low = rate;
    state->rate = rate;
    /* What the last reservation took is no longer worth what it was. */
    state->last_cost = 0;
    unlock(limiter);
    return SES_OK;
}

double ses_limiter_rate(const ses_limiter *limiter) {
    lock(limiter);
    double rate = limiter->state.rate;
    unlock(limiter);
    return rate;
}

enum ses_status ses_limiter_set_burst(ses_limiter *limiter, double burst, struct ses_error *error) {
    enum ses_status status = check_amount("burst", burst, false, error);
    if (status != SES_OK)
        return status;
    lock(limiter);
    limiter->burst = burst;
    limiter->state.tokens = fmin(limiter->state.tokens, burst);
    limiter->state.last_cost = 0;
    unlock(limiter);
    return SES_OK;
}

void ses_limiter_throttled(ses_limiter *limiter, double now) {
    if (!isfinite(now))
        return;
    lock(limiter);
    struct ses_limiter_state *state = &limiter->state;
    refill(limiter, now);
    if (now - state->fell_at >= ONE_THROTTLING) {
        state->low = fmax(rate_at(state, now) * FALL, state->rate * LEAST);
        state->fell_at = now;
        state->tokens = 0;
        state->last_cost = 0;
    }
    unlock(limiter);
}

double ses_limiter_rate_at(ses_limiter *limiter, double now) {
    lock(limiter);
    double rate = rate_at(&limiter->state, isfinite(now) ? now : limiter->state.seen);
    unlock(limiter);
    return rate;
}

double ses_limiter_available(ses_limiter *limiter, double now) {
    lock(limiter);
    if (isfinite(now))
        refill(limiter, now);
    const struct ses_limiter_state *state = &limiter->state;
    double tokens = state->tokens;
    if (state->at > state->seen)
        tokens -= (state->at - state->seen) * rate_at(state, state->seen);
    unlock(limiter);
    return tokens;
}

void ses_limiter_save(const ses_limiter *limiter, struct ses_limiter_state *out) {
    lock(limiter);
    *out = limiter->state;
    unlock(limiter);
}

static bool is_sound(const struct ses_limiter_state *state) {
    return isfinite(state->at) && isfinite(state->seen) && isfinite(state->fell_at) &&
           isfinite(state->at_before) && isfinite(state->at_after) && state->rate > 0 &&
           state->rate <= LIMIT && state->low > 0 && state->low <= state->rate &&
           state->tokens >= 0 && state->tokens <= LIMIT && state->tokens_before >= 0 &&
           state->tokens_before <= LIMIT && state->last_cost >= 0 && state->last_cost <= LIMIT;
}

enum ses_status ses_limiter_restore(ses_limiter *limiter, const struct ses_limiter_state *state,
                                    struct ses_error *error) {
    if (!is_sound(state))
        return ses_error_set(error, SES_ERR_RANGE, "state", "is none of a limiter");
    lock(limiter);
    limiter->state = *state;
    limiter->state.tokens = fmin(state->tokens, limiter->burst);
    unlock(limiter);
    return SES_OK;
}
