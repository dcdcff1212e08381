#include "ses/backoff.h"

#include <math.h>
#include <stdbool.h>

static bool in_range(double value, double least) {
    return isfinite(value) && value >= least;
}

static enum ses_status check(const struct ses_backoff_options *options, struct ses_error *error) {
    if (options->attempt < 1)
        return ses_error_set(error, SES_ERR_RANGE, "attempt", "must be 1 or more");
    if (!in_range(options->initial_ms, 0))
        return ses_error_set(error, SES_ERR_RANGE, "initial_ms", "must be 0 or more");
    if (!in_range(options->max_ms, 0))
        return ses_error_set(error, SES_ERR_RANGE, "max_ms", "must be 0 or more");
    if (!in_range(options->multiplier, 1))
        return ses_error_set(error, SES_ERR_RANGE, "multiplier", "must be 1 or more");
    if (!(options->random >= 0 && options->random < 1))
        return ses_error_set(error, SES_ERR_RANGE, "random", "must be from 0 to below 1");
    return SES_OK;
}

/* By squaring, so that no attempt number costs more than its bits. May be infinite. */
static double power(double base, unsigned exponent) {
    double result = 1;
    for (; exponent > 0; exponent >>= 1, base *= base)
        if ((exponent & 1) != 0)
            result *= base;
    return result;
}

enum ses_status ses_backoff_delay(const struct ses_backoff_options *options, double *out_ms,
                                  struct ses_error *error) {
    *out_ms = 0;
    enum ses_status status = check(options, error);
    if (status != SES_OK)
        return status;
    /* Nothing times infinity would be no number. */
    if (options->initial_ms > 0) {
        double bound = options->initial_ms * power(options->multiplier, options->attempt - 1);
        *out_ms = options->random * (bound < options->max_ms ? bound : options->max_ms);
    }
    return SES_OK;
}
