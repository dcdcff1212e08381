#include "check.h"
#include "random_input.h"
#include "ses/send_rate.h"

#include <math.h>

static bool near(double a, double b) {
    return fabs(a - b) <= 1e-6 * fmax(1, fabs(b));
}

static ses_send_rate *make(double now) {
    ses_send_rate *rate = NULL;
    CHECK(ses_send_rate_new(now, &rate, NULL) == SES_OK);
    return rate;
}

/* Answers at a steady rate for some seconds. */
static double steady(ses_send_rate *rate, double now, double per_second, double seconds) {
    for (double end = now + seconds; now < end; now += 1 / per_second)
        ses_send_rate_update(rate, false, now);
    return now;
}

static void limits_nothing_until_the_service_throttles(void) {
    ses_send_rate *rate = make(100);
    double now = steady(rate, 100, 50, 5);
    CHECK(ses_send_rate_enter(rate, now) == 0);
    CHECK(near(ses_send_rate_wait(rate, 0, now), 0));
    CHECK(isinf(ses_send_rate_rate(rate)));
    CHECK(fabs(ses_send_rate_measured(rate) - 50) < 2);
    ses_send_rate_free(rate);
    ses_send_rate_free(NULL);
}

static void falls_at_a_throttling_and_grows_back_along_a_cubic(void) {
    ses_send_rate *rate = make(0);
    double now = steady(rate, 0, 20, 10);
    ses_send_rate_update(rate, true, now);
    double most = ses_send_rate_measured(rate), low = ses_send_rate_rate(rate);
    CHECK(near(low, 0.7 * most));
    /* Back at the rate of the throttling after cbrt(most * 0.3 / 0.4) seconds. */
    double window = cbrt(most * 0.3 / 0.4), before = low;
    for (double t = 0.05; t < window + 2; t += 0.05) {
        ses_send_rate_update(rate, false, now + t);
        double next = ses_send_rate_rate(rate);
        CHECK(next >= before - 1e-9);
        if (t < window)
            CHECK(next <= most + 1e-6);
        before = next;
    }
    CHECK(before > most);
    ses_send_rate_free(rate);
}

static void lets_requests_go_in_their_order(void) {
    ses_send_rate *rate = make(0);
    double now = steady(rate, 0, 10, 10);
    ses_send_rate_update(rate, true, now);
    double speed = ses_send_rate_rate(rate), first = 0;
    for (unsigned i = 0; i < 20; i++) {
        double wait = ses_send_rate_wait(rate, ses_send_rate_enter(rate, now), now);
        CHECK(wait >= first);
        first = wait;
    }
    CHECK(first <= 20 / speed && first >= (20 - speed - 1) / speed);
    /* Whoever asks again is told by the rate as it has become. */
    ses_send_rate_update(rate, true, now);
    CHECK(ses_send_rate_wait(rate, 20, now) > first);
    /* The last place goes to the next that comes. */
    ses_send_rate_leave(rate, 20);
    CHECK(ses_send_rate_enter(rate, now) == 20);
    ses_send_rate_leave(rate, 3);
    CHECK(ses_send_rate_enter(rate, now) == 21);
    ses_send_rate_free(rate);
}

static void refuses_what_is_no_time(void) {
    ses_send_rate *rate = NULL;
    struct ses_error error = {0};
    CHECK(ses_send_rate_new(NAN, &rate, &error) == SES_ERR_RANGE);
    CHECK(rate == NULL && strcmp(error.field, "now") == 0);
}

/* The rate computed once more, step by step as the guide describes it, without a queue. */
struct model {
    bool limited;
    double rate, capacity, tokens, filled_at, last_max, throttled_at, measured, bucket;
    unsigned count;
};

static void model_fill(struct model *model, double now) {
    model->tokens = fmin(model->capacity, model->tokens + (now - model->filled_at) * model->rate);
    model->filled_at = now;
}

static void model_update(struct model *model, bool throttled, double now) {
    double bucket = floor(now * 2) / 2;
    model->count++;
    if (bucket > model->bucket) {
        double current = model->count / (bucket - model->bucket);
        model->measured = current * 0.8 + model->measured * 0.2;
        model->count = 0;
        model->bucket = bucket;
    }
    double calculated;
    if (throttled) {
        double used = model->limited ? fmin(model->measured, model->rate) : model->measured;
        model->last_max = used;
        model->throttled_at = now;
        model->limited = true;
        calculated = used * 0.7;
    } else {
        double window = pow(model->last_max * 0.3 / 0.4, 1.0 / 3);
        calculated = 0.4 * pow(now - model->throttled_at - window, 3) + model->last_max;
    }
    model_fill(model, now);
    double next = fmin(calculated, 2 * model->measured);
    model->rate = fmax(next, 0.5);
    model->capacity = fmax(next, 1);
    model->tokens = fmin(model->tokens, model->capacity);
}

/* One request at a time: it enters, waits as it is told, and is answered. */
static void agrees_with_a_model(void) {
    for (unsigned round = 0; round < 100; round++) {
        double now = 1000 + (double)random_below(1000) / 7;
        struct model model = {.rate = 0.5, .capacity = 1, .filled_at = now, .throttled_at = now};
        model.bucket = floor(now * 2) / 2;
        ses_send_rate *rate = make(now);
        size_t odds = 2 + random_below(30);
        for (unsigned i = 0; i < 300; i++) {
            now += (double)random_below(1000) / 4000;
            uint64_t place = ses_send_rate_enter(rate, now);
            double wait = ses_send_rate_wait(rate, place, now), expected = 0;
            CHECK((place > 0) == model.limited);
            if (model.limited) {
                model_fill(&model, now);
                if (model.tokens < 1)
                    expected = (1 - model.tokens) / model.rate;
                model.tokens -= 1;
            }
            CHECK(fabs(wait - expected) < 1e-5);
            now += wait;
            bool throttled = random_below(odds) == 0;
            ses_send_rate_update(rate, throttled, now);
            model_update(&model, throttled, now);
            CHECK(near(ses_send_rate_measured(rate), model.measured));
            CHECK(near(ses_send_rate_rate(rate), model.limited ? model.rate : INFINITY) ||
                  !model.limited);
        }
        ses_send_rate_free(rate);
    }
}

/* Any events at any times: the rate stays between 0.5 and twice what was measured, and whoever
 * waits as it is told gets through. */
static void stays_sound_under_any_events(void) {
    ses_send_rate *rate = make(0);
    double now = 0;
    for (size_t i = 0; i < 100000; i++) {
        now +=
            random_below(100) == 0 ? -(double)random_below(10000) : (double)random_below(100) / 200;
        double told = random_below(200) == 0 ? NAN : now;
        if (random_below(3) == 0) {
            ses_send_rate_update(rate, random_below(10) == 0, told);
            double speed = ses_send_rate_rate(rate), measured = ses_send_rate_measured(rate);
            CHECK(measured >= 0 && isfinite(measured));
            CHECK(isinf(speed) || (speed >= 0.5 && speed <= fmax(0.5, 2 * measured) + 1e-9));
            continue;
        }
        uint64_t place = ses_send_rate_enter(rate, told);
        if (random_below(4) == 0) {
            ses_send_rate_leave(rate, place);
            continue;
        }
        double wait = ses_send_rate_wait(rate, place, now);
        CHECK(wait >= 0 && isfinite(wait));
        now += wait;
        CHECK(ses_send_rate_wait(rate, place, now) <= 1e-6);
    }
    ses_send_rate_free(rate);
}

int main(void) {
    random_start();
    RUN(limits_nothing_until_the_service_throttles);
    RUN(falls_at_a_throttling_and_grows_back_along_a_cubic);
    RUN(lets_requests_go_in_their_order);
    RUN(refuses_what_is_no_time);
    RUN(agrees_with_a_model);
    RUN(stays_sound_under_any_events);
    return check_done();
}
