#include "check.h"
#include "random_input.h"
#include "ses/retry.h"

#include <math.h>
#include <string.h>

static const struct ses_retry_options usual = SES_RETRY_DEFAULTS;

static bool near(double a, double b) {
    return fabs(a - b) < 1e-6;
}

static ses_retry *make(struct ses_retry_options options) {
    ses_retry *retry = NULL;
    CHECK(ses_retry_new(&options, &retry, NULL) == SES_OK);
    return retry;
}

static struct ses_retry_failure failed(unsigned attempts, bool throttled, double random) {
    return (struct ses_retry_failure){
        .attempts = attempts,
        .throttled = throttled,
        .amz_retry_after_ms = -1,
        .retry_after_ms = -1,
        .left_ms = 1e9,
        .random = random,
    };
}

static struct ses_retry_decision decide(ses_retry *retry, struct ses_retry_failure failure) {
    struct ses_retry_decision decision;
    CHECK(ses_retry_decide(retry, &failure, &decision, NULL) == SES_OK);
    return decision;
}

static void waits_longer_where_the_service_throttles(void) {
    ses_retry *retry = make(usual);
    static const double transient[] = {100, 200, 400}, throttled[] = {1000, 2000, 4000};
    for (unsigned i = 0; i < 3; i++) {
        CHECK(near(decide(retry, failed(i + 1, false, 0.5)).wait_ms, transient[i] / 2));
        CHECK(near(decide(retry, failed(i + 1, true, 0.25)).wait_ms, throttled[i] / 4));
    }
    CHECK(ses_retry_quota(retry) == 500 - 3 * 14 - 3 * 5);
    ses_retry_free(retry);
    ses_retry_free(NULL);
}

static void ends_after_so_many_retries(void) {
    ses_retry *retry = make(usual);
    CHECK(decide(retry, failed(3, false, 0)).verdict == SES_RETRY_AGAIN);
    struct ses_retry_decision last = decide(retry, failed(4, false, 0.5));
    CHECK(last.verdict == SES_RETRY_ATTEMPTS && last.cost == 0);
    CHECK(ses_retry_quota(retry) == 486);
    ses_retry_free(retry);
}

static void ends_where_the_wait_would_outlast_the_deadline(void) {
    ses_retry *retry = make(usual);
    struct ses_retry_failure failure = failed(1, false, 0.5);
    failure.left_ms = 50;
    CHECK(decide(retry, failure).verdict == SES_RETRY_DEADLINE);
    failure.left_ms = NAN;
    CHECK(decide(retry, failure).verdict == SES_RETRY_DEADLINE);
    CHECK(ses_retry_quota(retry) == 500);
    failure.left_ms = 50.1;
    CHECK(decide(retry, failure).verdict == SES_RETRY_AGAIN);
    ses_retry_free(retry);
}

static void ends_when_the_quota_is_used_up(void) {
    ses_retry *retry = make(usual);
    for (unsigned i = 0; i < 500 / 14; i++)
        CHECK(decide(retry, failed(1, false, 0)).verdict == SES_RETRY_AGAIN);
    CHECK(ses_retry_quota(retry) == 10);
    struct ses_retry_decision refused = decide(retry, failed(1, false, 0));
    CHECK(refused.verdict == SES_RETRY_QUOTA && refused.cost == 0);
    CHECK(decide(retry, failed(1, true, 0)).cost == 5);
    CHECK(decide(retry, failed(1, true, 0)).cost == 5);
    CHECK(decide(retry, failed(1, true, 0)).verdict == SES_RETRY_QUOTA);
    CHECK(ses_retry_quota(retry) == 0);
    ses_retry_succeed(retry, 14);
    CHECK(ses_retry_quota(retry) == 14);
    ses_retry_succeed(retry, 0);
    CHECK(ses_retry_quota(retry) == 15);
    ses_retry_succeed(retry, 1000);
    CHECK(ses_retry_quota(retry) == 500);
    ses_retry_free(retry);
}

/* Of a first wait of 50 ms. */
static double asked(double amz_ms, double http_ms) {
    ses_retry *retry = make(usual);
    struct ses_retry_failure failure = failed(1, false, 0.5);
    failure.amz_retry_after_ms = amz_ms;
    failure.retry_after_ms = http_ms;
    double wait = decide(retry, failure).wait_ms;
    ses_retry_free(retry);
    return wait;
}

static void waits_as_the_service_asks_within_bounds(void) {
    CHECK(near(asked(1500, -1), 1500));
    CHECK(near(asked(10, -1), 50));
    CHECK(near(asked(60000, -1), 5050));
    CHECK(near(asked(0, -1), 50));
    CHECK(near(asked(NAN, -1), 50));
    CHECK(near(asked(-1, 7000), 7000));
    CHECK(near(asked(-1, 7), 50));
    CHECK(near(asked(-1, 3600000), 20000));
    CHECK(near(asked(-1, INFINITY), 20000));
    CHECK(near(asked(100, 7000), 100));
}

static void refuses_options_that_make_no_sense(void) {
    static const struct {
        struct ses_retry_options options;
        const char *field;
    } rows[] = {
        {{3, -1, 1000, 20000, 2, 500, 14, 5}, "initial_backoff_ms"},
        {{3, 1, NAN, 20000, 2, 500, 14, 5}, "throttled_backoff_ms"},
        {{3, 1, 1000, INFINITY, 2, 500, 14, 5}, "max_backoff_ms"},
        {{3, 1, 1000, 20000, 0.5, 500, 14, 5}, "multiplier"},
        {{3, 1, 1000, 20000, 2, 0, 14, 5}, "quota"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ses_retry *retry = NULL;
        struct ses_error error = {0};
        CHECK(ses_retry_new(&rows[i].options, &retry, &error) == SES_ERR_RANGE);
        CHECK(retry == NULL && strcmp(error.field, rows[i].field) == 0);
    }
    ses_retry *retry = make(usual);
    struct ses_retry_failure failure = failed(1, false, 1);
    struct ses_retry_decision decision;
    struct ses_error error = {0};
    CHECK(ses_retry_decide(retry, &failure, &decision, &error) == SES_ERR_RANGE);
    CHECK(strcmp(error.field, "random") == 0);
    CHECK(ses_retry_quota(retry) == 500);
    ses_retry_free(retry);
}

/* The quota as a plain number beside it, under any events: it never leaves its bounds, each verdict
 * is the model's, and every wait keeps its own. */
static void agrees_with_a_model_under_any_events(void) {
    for (unsigned round = 0; round < 200; round++) {
        struct ses_retry_options options = {
            .max_retries = (unsigned)random_below(6),
            .initial_backoff_ms = (double)random_below(500),
            .throttled_backoff_ms = (double)random_below(3000),
            .max_backoff_ms = (double)random_below(5000),
            .multiplier = 1 + (double)random_below(300) / 100,
            .quota = 1 + (unsigned)random_below(600),
            .cost = (unsigned)random_below(40),
            .throttled_cost = (unsigned)random_below(20),
        };
        ses_retry *retry = make(options);
        unsigned quota = options.quota;
        for (unsigned i = 0; i < 500; i++) {
            if (random_below(4) == 0) {
                unsigned cost = (unsigned)random_below(3) * options.cost;
                ses_retry_succeed(retry, cost);
                quota += cost > 0 ? cost : 1;
                if (quota > options.quota)
                    quota = options.quota;
            } else {
                struct ses_retry_failure failure =
                    failed(1 + (unsigned)random_below(8), random_below(2) == 0,
                           (double)random_below(1000) / 1000);
                failure.left_ms = (double)random_below(30000) - 100;
                if (random_below(3) == 0)
                    failure.amz_retry_after_ms = (double)random_below(20000);
                if (random_below(3) == 0)
                    failure.retry_after_ms = (double)random_below(100000);
                unsigned cost = failure.throttled ? options.throttled_cost : options.cost;
                enum ses_retry_verdict expected = SES_RETRY_AGAIN;
                struct ses_retry_decision decision = decide(retry, failure);
                if (failure.attempts > options.max_retries)
                    expected = SES_RETRY_ATTEMPTS;
                else if (decision.wait_ms >= failure.left_ms)
                    expected = SES_RETRY_DEADLINE;
                else if (quota < cost)
                    expected = SES_RETRY_QUOTA;
                else
                    quota -= cost;
                CHECK(decision.verdict == expected);
                CHECK(decision.wait_ms >= 0 && decision.wait_ms <= options.max_backoff_ms + 5000);
            }
            CHECK(ses_retry_quota(retry) == quota && quota <= options.quota);
        }
        ses_retry_free(retry);
    }
}

int main(void) {
    random_start();
    RUN(waits_longer_where_the_service_throttles);
    RUN(ends_after_so_many_retries);
    RUN(ends_where_the_wait_would_outlast_the_deadline);
    RUN(ends_when_the_quota_is_used_up);
    RUN(waits_as_the_service_asks_within_bounds);
    RUN(refuses_options_that_make_no_sense);
    RUN(agrees_with_a_model_under_any_events);
    return check_done();
}
