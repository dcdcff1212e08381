#include "check.h"
#include "ses/backoff.h"

#include <limits.h>
#include <math.h>

static double delay(unsigned attempt, double random) {
    double ms = -1;
    struct ses_backoff_options options = {attempt, 100, 20000, 2, random};
    CHECK(ses_backoff_delay(&options, &ms, NULL) == SES_OK);
    return ms;
}

static bool near(double a, double b) {
    return fabs(a - b) < 1e-6;
}

static void doubles_up_to_the_bound(void) {
    static const double bounds[] = {100, 200, 400, 800, 1600, 3200, 6400, 12800, 20000, 20000};
    for (unsigned i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        CHECK(near(delay(i + 1, 0.5), bounds[i] * 0.5));
        CHECK(near(delay(i + 1, 0), 0));
        CHECK(delay(i + 1, 0.999999) < bounds[i]);
    }
}

static void takes_any_number_of_attempts(void) {
    CHECK(near(delay(5000, 0.5), 10000));
    CHECK(near(delay(UINT_MAX, 0.5), 10000));
    double ms = -1;
    struct ses_backoff_options options = {UINT_MAX, 0, 20000, 100, 0.5};
    CHECK(ses_backoff_delay(&options, &ms, NULL) == SES_OK && near(ms, 0));
    options = (struct ses_backoff_options){UINT_MAX, 100, 20000, 1, 0.5};
    CHECK(ses_backoff_delay(&options, &ms, NULL) == SES_OK && near(ms, 50));
    options = (struct ses_backoff_options){1, 100, 20, 2, 0.5};
    CHECK(ses_backoff_delay(&options, &ms, NULL) == SES_OK && near(ms, 10));
}

static void names_the_option_that_is_wrong(void) {
    static const struct {
        struct ses_backoff_options options;
        const char *field;
    } rows[] = {
        {{0, 100, 200, 2, 0.5}, "attempt"},       {{1, -1, 200, 2, 0.5}, "initial_ms"},
        {{1, 100, NAN, 2, 0.5}, "max_ms"},        {{1, 100, 200, 0.5, 0.5}, "multiplier"},
        {{1, 100, 200, 2, 1}, "random"},          {{1, 100, 200, 2, -0.1}, "random"},
        {{1, INFINITY, 200, 2, 0}, "initial_ms"}, {{1, 100, 200, 2, NAN}, "random"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ses_error error = {0};
        double ms = -1;
        CHECK(ses_backoff_delay(&rows[i].options, &ms, &error) == SES_ERR_RANGE);
        CHECK(strcmp(error.field, rows[i].field) == 0);
        CHECK(near(ms, 0));
    }
}

int main(void) {
    RUN(doubles_up_to_the_bound);
    RUN(takes_any_number_of_attempts);
    RUN(names_the_option_that_is_wrong);
    return check_done();
}
