#include "check.h"
#include "ses/limiter.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

static uint64_t seed;

/* From [0, 1). */
static double uniform(void) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) / 9007199254740992.0;
}

static bool near(double a, double b) {
    return fabs(a - b) < 1e-9;
}

static double reserve(ses_limiter *limiter, double cost, double now) {
    double wait = -1;
    CHECK(ses_limiter_reserve(limiter, cost, now, &wait, NULL, NULL) == SES_OK);
    return wait;
}

static void lets_the_burst_through_and_then_the_rate(void) {
    ses_limiter *limiter = NULL;
    CHECK(ses_limiter_new(10, 5, 100, &limiter, NULL) == SES_OK);
    CHECK(near(reserve(limiter, 3, 100), 0));
    CHECK(near(reserve(limiter, 2, 100), 0));
    CHECK(near(reserve(limiter, 1, 100), 0.1));
    CHECK(near(reserve(limiter, 4, 100), 0.5));
    CHECK(near(ses_limiter_available(limiter, 100.2), -3));
    CHECK(near(reserve(limiter, 1, 100.5), 0.1));
    CHECK(near(ses_limiter_available(limiter, 1000), 5));
    ses_limiter_free(limiter);
    ses_limiter_free(NULL);
}

static void lets_one_that_is_larger_than_the_burst_wait(void) {
    ses_limiter *limiter = NULL;
    CHECK(ses_limiter_new(10, 5, 0, &limiter, NULL) == SES_OK);
    CHECK(near(reserve(limiter, 50, 0), 4.5));
    CHECK(near(reserve(limiter, 1, 0), 4.6));
    ses_limiter_free(limiter);
}

static void gives_back_only_the_last_reservation(void) {
    ses_limiter *limiter = NULL;
    uint64_t first, second;
    double wait;
    CHECK(ses_limiter_new(10, 5, 0, &limiter, NULL) == SES_OK);
    CHECK(!ses_limiter_cancel(limiter, 0));
    CHECK(ses_limiter_reserve(limiter, 5, 0, &wait, &first, NULL) == SES_OK);
    CHECK(ses_limiter_reserve(limiter, 2, 0, &wait, &second, NULL) == SES_OK);
    CHECK(!ses_limiter_cancel(limiter, first));
    CHECK(ses_limiter_cancel(limiter, second));
    CHECK(!ses_limiter_cancel(limiter, second));
    CHECK(!ses_limiter_cancel(limiter, first));
    CHECK(near(reserve(limiter, 1, 0), 0.1));
    ses_limiter_free(limiter);
}

static void keeps_promises_when_the_rate_changes(void) {
    ses_limiter *limiter = NULL;
    CHECK(ses_limiter_new(10, 1, 0, &limiter, NULL) == SES_OK);
    CHECK(near(reserve(limiter, 11, 0), 1));
    CHECK(ses_limiter_set_rate(limiter, 100, 0, NULL) == SES_OK);
    CHECK(near(reserve(limiter, 1, 0), 1.01));
    CHECK(ses_limiter_set_rate(limiter, 1, 0, NULL) == SES_OK);
    CHECK(near(reserve(limiter, 1, 0), 2.01));
    CHECK(near(ses_limiter_rate(limiter), 1));
    ses_limiter_free(limiter);
}

static void bears_a_clock_that_jumps(void) {
    ses_limiter *limiter = NULL;
    CHECK(ses_limiter_new(10, 5, 1000, &limiter, NULL) == SES_OK);
    CHECK(near(reserve(limiter, 5, 1000), 0));
    CHECK(near(reserve(limiter, 1, 0), 0.1));
    CHECK(near(reserve(limiter, 1, 0.2), 0));
    ses_limiter_free(limiter);
}

static void refuses_what_is_no_amount(void) {
    ses_limiter *limiter = NULL;
    struct ses_error error = {0};
    double wait;
    CHECK(ses_limiter_new(0, 5, 0, &limiter, &error) == SES_ERR_RANGE);
    CHECK(strcmp(error.field, "rate") == 0);
    CHECK(ses_limiter_new(1, NAN, 0, &limiter, &error) == SES_ERR_RANGE);
    CHECK(ses_limiter_new(1, 1, INFINITY, &limiter, &error) == SES_ERR_RANGE);
    CHECK(limiter == NULL);
    CHECK(ses_limiter_new(1, 1, 0, &limiter, NULL) == SES_OK);
    CHECK(ses_limiter_reserve(limiter, -1, 0, &wait, NULL, &error) == SES_ERR_RANGE);
    CHECK(strcmp(error.field, "cost") == 0);
    CHECK(ses_limiter_reserve(limiter, 1, NAN, &wait, NULL, &error) == SES_ERR_RANGE);
    CHECK(ses_limiter_set_rate(limiter, -1, 0, &error) == SES_ERR_RANGE);
    CHECK(near(ses_limiter_available(limiter, 0), 1));
    ses_limiter_free(limiter);
}

static void gives_back_what_came_meanwhile(void) {
    ses_limiter *limiter = NULL;
    CHECK(ses_limiter_new(10, 5, 0, &limiter, NULL) == SES_OK);
    CHECK(near(reserve(limiter, 4, 0), 0));
    CHECK(near(ses_limiter_available(limiter, 0.2), 3));
    CHECK(ses_limiter_cancel(limiter, 0));
    CHECK(near(ses_limiter_available(limiter, 0.2), 5));
    CHECK(near(reserve(limiter, 7, 0.2), 0.2));
    CHECK(near(ses_limiter_available(limiter, 0.6), 2));
    CHECK(ses_limiter_cancel(limiter, 0));
    CHECK(near(ses_limiter_available(limiter, 0.6), 5));
    ses_limiter_free(limiter);
}

static void falls_when_the_service_throttles_and_recovers(void) {
    ses_limiter *limiter = NULL;
    CHECK(ses_limiter_new(100, 10, 0, &limiter, NULL) == SES_OK);
    ses_limiter_throttled(limiter, 5);
    CHECK(near(ses_limiter_rate_at(limiter, 5), 70));
    CHECK(near(ses_limiter_available(limiter, 5), 0));
    CHECK(near(reserve(limiter, 7, 5), 0.1));
    ses_limiter_throttled(limiter, 5.9);
    ses_limiter_throttled(limiter, NAN);
    CHECK(near(ses_limiter_rate_at(limiter, 6), 70));
    CHECK(near(ses_limiter_rate_at(limiter, 9), 80));
    CHECK(near(ses_limiter_rate_at(limiter, 15), 100));
    CHECK(near(ses_limiter_rate(limiter), 100));
    for (double now = 6; now < 100; now += 1)
        ses_limiter_throttled(limiter, now);
    CHECK(near(ses_limiter_rate_at(limiter, 99), 100.0 / 32));
    CHECK(near(ses_limiter_rate_at(limiter, 1000), 100));
    ses_limiter_free(limiter);
}

/* What it supplies while it recovers, summed in small steps. */
static void supplies_what_the_growing_rate_gives(void) {
    ses_limiter *limiter = NULL;
    CHECK(ses_limiter_new(100, 5000, 0, &limiter, NULL) == SES_OK);
    ses_limiter_throttled(limiter, 0);
    double sum = 0;
    for (unsigned i = 0; i < 20000; i++)
        sum += ses_limiter_rate_at(limiter, (i + 0.5) / 1000) / 1000;
    CHECK(fabs(ses_limiter_available(limiter, 20) - sum) < 0.01);
    ses_limiter_free(limiter);
}

static void changes_its_burst(void) {
    ses_limiter *limiter = NULL;
    CHECK(ses_limiter_new(10, 5, 0, &limiter, NULL) == SES_OK);
    CHECK(ses_limiter_set_burst(limiter, 20, NULL) == SES_OK);
    CHECK(near(ses_limiter_available(limiter, 0), 5));
    CHECK(near(ses_limiter_available(limiter, 10), 20));
    CHECK(ses_limiter_set_burst(limiter, 2, NULL) == SES_OK);
    CHECK(near(ses_limiter_available(limiter, 10), 2));
    CHECK(ses_limiter_set_burst(limiter, 0, NULL) == SES_ERR_RANGE);
    ses_limiter_free(limiter);
}

static void goes_on_from_what_it_saved(void) {
    ses_limiter *limiter = NULL, *other = NULL;
    struct ses_limiter_state state, wrong;
    struct ses_error error = {0};
    CHECK(ses_limiter_new(10, 5, 0, &limiter, NULL) == SES_OK);
    CHECK(ses_limiter_new(99, 5, 0, &other, NULL) == SES_OK);
    CHECK(near(reserve(limiter, 7, 0), 0.2));
    ses_limiter_save(limiter, &state);
    CHECK(ses_limiter_restore(other, &state, NULL) == SES_OK);
    CHECK(near(reserve(other, 1, 0), 0.3));
    wrong = state;
    wrong.rate = -1;
    CHECK(ses_limiter_restore(other, &wrong, &error) == SES_ERR_RANGE);
    CHECK(strcmp(error.field, "state") == 0);
    wrong = state;
    wrong.at = NAN;
    CHECK(ses_limiter_restore(other, &wrong, NULL) == SES_ERR_RANGE);
    CHECK(near(reserve(other, 1, 0), 0.4));
    ses_limiter_free(limiter);
    ses_limiter_free(other);
}

enum { STEPS = 200 };

/* What one run let through, and the bound that it must keep. */
struct run {
    double at[STEPS];
    double cost[STEPS];
    size_t count;
    double rate; /* the highest of the run */
    double burst;
};

/* In no span of time from one that went to another went more than burst + rate * t. */
static bool keeps_its_promise(const struct run *run) {
    for (size_t from = 0; from < run->count; from++) {
        double sum = 0;
        for (size_t to = from; to < run->count; to++) {
            if (to > 0 && run->at[to] < run->at[to - 1] - 1e-9)
                return false;
            sum += run->cost[to];
            if (sum > run->burst + run->rate * (run->at[to] - run->at[from]) + 1e-6)
                return false;
        }
    }
    return true;
}

static void step(struct run *run, ses_limiter *limiter, double *now, double most) {
    double cost = floor(uniform() * most) + 1;
    if (cost > run->burst)
        run->burst = cost;
    double wait = reserve(limiter, cost, *now);
    if (uniform() < 0.1) {
        CHECK(ses_limiter_cancel(limiter, 0));
    } else {
        run->at[run->count] = *now + wait;
        run->cost[run->count++] = cost;
    }
    if (uniform() < 0.1) {
        double rate = 0.5 + uniform() * 100;
        run->rate = rate > run->rate ? rate : run->rate;
        CHECK(ses_limiter_set_rate(limiter, rate, *now, NULL) == SES_OK);
    }
    if (uniform() < 0.05)
        ses_limiter_throttled(limiter, *now);
    /* Callers come in crowds and pauses. */
    if (uniform() < 0.3)
        *now += uniform() * 20 * most / run->rate;
}

static void never_lets_more_through_than_it_says(void) {
    for (size_t round = 0; round < 300; round++) {
        uint64_t start = seed;
        struct run run = {.rate = 0.5 + uniform() * 100, .burst = 1 + floor(uniform() * 50)};
        double now = uniform() * 1e6;
        /* Every other round has costs above the burst as well. */
        double most = round % 2 == 0 ? run.burst : run.burst * 3;
        ses_limiter *limiter = NULL;
        CHECK(ses_limiter_new(run.rate, run.burst, now, &limiter, NULL) == SES_OK);
        for (size_t i = 0; i < STEPS; i++)
            step(&run, limiter, &now, most);
        CHECK(keeps_its_promise(&run));
        if (!keeps_its_promise(&run))
            fprintf(stderr, "  round %zu: SPEC_SEED=%llu\n", round, (unsigned long long)start);
        ses_limiter_free(limiter);
    }
}

/* A clock that jumps back takes the reservations with it: what went before the jump and what goes
 * after it keep the promise together, on a clock without the jump. */
static void keeps_its_promise_on_a_clock_that_jumps_back(void) {
    for (size_t round = 0; round < 200; round++) {
        struct run run = {.rate = 0.5 + uniform() * 100, .burst = 1 + floor(uniform() * 50)};
        double now = uniform() * 1e3, jumped = 0;
        ses_limiter *limiter = NULL;
        CHECK(ses_limiter_new(run.rate, run.burst, now, &limiter, NULL) == SES_OK);
        for (; run.count < STEPS; run.count++) {
            double cost = 1 + floor(uniform() * run.burst);
            double wait = reserve(limiter, cost, now);
            run.at[run.count] = now + jumped + wait;
            run.cost[run.count] = cost;
            if (uniform() < 0.3)
                now += uniform() * 20 * run.burst / run.rate;
            if (uniform() < 0.05) {
                /* The limiter sees the jump at its next call; until then no time passes. */
                (void)ses_limiter_available(limiter, now);
                double back = uniform() * 1e3;
                now -= back;
                jumped += back;
            }
        }
        run.burst += 1e-3;
        CHECK(keeps_its_promise(&run));
        ses_limiter_free(limiter);
    }
}

int main(void) {
    const char *given = getenv("SPEC_SEED");
    seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    fprintf(stderr, "SPEC_SEED=%llu\n", (unsigned long long)seed);
    RUN(lets_the_burst_through_and_then_the_rate);
    RUN(lets_one_that_is_larger_than_the_burst_wait);
    RUN(gives_back_only_the_last_reservation);
    RUN(keeps_promises_when_the_rate_changes);
    RUN(bears_a_clock_that_jumps);
    RUN(refuses_what_is_no_amount);
    RUN(gives_back_what_came_meanwhile);
    RUN(falls_when_the_service_throttles_and_recovers);
    RUN(supplies_what_the_growing_rate_gives);
    RUN(changes_its_burst);
    RUN(goes_on_from_what_it_saved);
    RUN(keeps_its_promise_on_a_clock_that_jumps_back);
    RUN(never_lets_more_through_than_it_says);
    return check_done();
}
