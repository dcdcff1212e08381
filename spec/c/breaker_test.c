#include "check.h"
#include "ses/breaker.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

static ses_breaker *make(unsigned threshold, double timeout, unsigned trials) {
    ses_breaker *breaker = NULL;
    struct ses_breaker_options options = {threshold, timeout, trials};
    CHECK(ses_breaker_new(&options, &breaker, NULL) == SES_OK);
    return breaker;
}

static bool allowed(ses_breaker *breaker, double now) {
    return ses_breaker_allow(breaker, now, NULL, NULL);
}

static bool is(ses_breaker *breaker, double now, const char *state) {
    return strcmp(ses_breaker_state_name(ses_breaker_state(breaker, now)), state) == 0;
}

static void opens_at_the_threshold_of_failures_in_a_row(void) {
    ses_breaker *breaker = make(3, 30, 2);
    double wait = -1;
    for (int i = 0; i < 2; i++)
        ses_breaker_failure(breaker, 0, SES_BREAKER_ANY);
    ses_breaker_success(breaker, 0, SES_BREAKER_ANY);
    for (int i = 0; i < 2; i++)
        ses_breaker_failure(breaker, 1, SES_BREAKER_ANY);
    CHECK(is(breaker, 1, "closed"));
    CHECK(ses_breaker_allow(breaker, 1, NULL, &wait) && wait >= 0 && wait <= 0);
    ses_breaker_failure(breaker, 2, SES_BREAKER_ANY);
    CHECK(is(breaker, 2, "open"));
    CHECK(!ses_breaker_allow(breaker, 12, NULL, &wait));
    CHECK(fabs(wait - 20) < 1e-9);
    ses_breaker_free(breaker);
    ses_breaker_free(NULL);
}

static void closes_when_all_trials_succeed(void) {
    ses_breaker *breaker = make(1, 30, 2);
    ses_breaker_failure(breaker, 0, SES_BREAKER_ANY);
    CHECK(!allowed(breaker, 29.9));
    CHECK(is(breaker, 30, "half_open"));
    CHECK(allowed(breaker, 30) && allowed(breaker, 30) && !allowed(breaker, 30));
    ses_breaker_success(breaker, 31, SES_BREAKER_ANY);
    CHECK(is(breaker, 31, "half_open"));
    ses_breaker_success(breaker, 31, SES_BREAKER_ANY);
    CHECK(is(breaker, 31, "closed"));
    ses_breaker_free(breaker);
}

static void opens_again_when_a_trial_fails(void) {
    ses_breaker *breaker = make(1, 30, 2);
    ses_breaker_failure(breaker, 0, SES_BREAKER_ANY);
    CHECK(allowed(breaker, 30));
    ses_breaker_failure(breaker, 31, SES_BREAKER_ANY);
    CHECK(is(breaker, 60.9, "open"));
    CHECK(is(breaker, 61, "half_open"));
    ses_breaker_free(breaker);
}

static void has_another_trial_for_one_that_was_not_sent(void) {
    ses_breaker *breaker = make(1, 30, 1);
    ses_breaker_failure(breaker, 0, SES_BREAKER_ANY);
    CHECK(allowed(breaker, 30) && !allowed(breaker, 30));
    ses_breaker_cancel(breaker, SES_BREAKER_ANY);
    CHECK(allowed(breaker, 30) && !allowed(breaker, 30));
    ses_breaker_free(breaker);
}

static void gives_up_trials_that_are_never_told_of(void) {
    ses_breaker *breaker = make(1, 30, 2);
    ses_breaker_failure(breaker, 0, SES_BREAKER_ANY);
    CHECK(allowed(breaker, 30) && allowed(breaker, 30));
    ses_breaker_success(breaker, 31, SES_BREAKER_ANY);
    CHECK(!allowed(breaker, 59));
    CHECK(allowed(breaker, 60) && !allowed(breaker, 60));
    ses_breaker_success(breaker, 61, SES_BREAKER_ANY);
    CHECK(is(breaker, 61, "closed"));
    ses_breaker_free(breaker);
}

static void ignores_what_was_admitted_in_another_time(void) {
    ses_breaker *breaker = make(1, 30, 1);
    uint64_t early, trial;
    CHECK(ses_breaker_allow(breaker, 0, &early, NULL));
    ses_breaker_failure(breaker, 0, early);
    CHECK(ses_breaker_allow(breaker, 30, &trial, NULL));
    ses_breaker_failure(breaker, 31, early);
    ses_breaker_success(breaker, 31, early);
    ses_breaker_cancel(breaker, early);
    CHECK(is(breaker, 31, "half_open"));
    CHECK(!allowed(breaker, 31));
    ses_breaker_success(breaker, 31, trial);
    CHECK(is(breaker, 31, "closed"));
    ses_breaker_failure(breaker, 31, trial);
    CHECK(is(breaker, 31, "closed"));
    ses_breaker_free(breaker);
}

static void refuses_options_that_make_no_sense(void) {
    static const struct {
        struct ses_breaker_options options;
        const char *field;
    } rows[] = {
        {{0, 30, 1}, "failure_threshold"},
        {{1, 0, 1}, "reset_timeout"},
        {{1, NAN, 1}, "reset_timeout"},
        {{1, 30, 0}, "half_open_requests"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ses_breaker *breaker = NULL;
        struct ses_error error = {0};
        CHECK(ses_breaker_new(&rows[i].options, &breaker, &error) == SES_ERR_RANGE);
        CHECK(breaker == NULL && strcmp(error.field, rows[i].field) == 0);
    }
}

/* Another breaker, like the one given and in its state, which is freed. */
static ses_breaker *moved(ses_breaker *breaker) {
    struct ses_breaker_snapshot snapshot;
    ses_breaker_save(breaker, &snapshot);
    ses_breaker_free(breaker);
    breaker = make(3, 10, 2);
    CHECK(ses_breaker_restore(breaker, &snapshot, NULL) == SES_OK);
    return breaker;
}

static void refuses_a_snapshot_that_is_none_of_its_own(void) {
    ses_breaker *breaker = make(3, 10, 2);
    ses_breaker_failure(breaker, 0, SES_BREAKER_ANY);
    struct ses_breaker_snapshot good, wrong;
    ses_breaker_save(breaker, &good);
    struct ses_error error = {0};
    static const struct ses_breaker_snapshot rows[] = {
        {0},
        {0, 1, 3, 0, 0, 0},
        {NAN, 1, 0, 0, 0, 0},
        {0, 1, 0, 3, 0, 0},
        {0, 1, 2, 0, 3, 0},
        {0, 1, 2, 0, 1, 2},
        {0, 1, 2, 0, 2, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        wrong = rows[i];
        CHECK(ses_breaker_restore(breaker, &wrong, &error) == SES_ERR_RANGE);
        CHECK(strcmp(error.field, "snapshot") == 0);
    }
    ses_breaker_failure(breaker, 0, SES_BREAKER_ANY);
    ses_breaker_failure(breaker, 0, SES_BREAKER_ANY);
    CHECK(is(breaker, 0, "open"));
    CHECK(ses_breaker_restore(breaker, &good, NULL) == SES_OK);
    CHECK(is(breaker, 0, "closed"));
    ses_breaker_free(breaker);
}

/* How many requests in a row it lets through at one moment. */
static unsigned crowd(ses_breaker *breaker, double now, uint64_t *generation) {
    unsigned count = 0;
    double wait = 0;
    while (count < 10 && ses_breaker_allow(breaker, now, generation, &wait))
        count++;
    CHECK(count == 10 || (wait > 0 && wait <= 10));
    return count;
}

/* One event drawn from `draw`, of a request of this generation or of an unknown one. */
static void happen(ses_breaker *breaker, unsigned draw, double now, uint64_t generation) {
    uint64_t told = draw % 5 == 0 ? SES_BREAKER_ANY : generation;
    if (draw % 4 == 0)
        ses_breaker_success(breaker, now, told);
    else if (draw % 4 == 1)
        ses_breaker_failure(breaker, now, told);
    else if (draw % 4 == 2)
        ses_breaker_cancel(breaker, told);
    else if (draw % 16 == 3)
        (void)ses_breaker_allow(breaker, NAN, NULL, NULL);
}

/* Any events at any times, a clock that jumps back and times that are no numbers included: it never
 * admits more trials than it may, and is never shut for longer than the timeout. */
static void stays_sound_under_any_events(void) {
    const char *given = getenv("SPEC_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    fprintf(stderr, "SPEC_SEED=%llu\n", (unsigned long long)seed);
    ses_breaker *breaker = make(3, 10, 2);
    double now = 0;
    uint64_t generation = 0;
    size_t seen[3] = {0};
    for (size_t i = 0; i < 100000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        unsigned draw = (unsigned)(seed >> 33);
        now += draw % 100 < 2 ? -25 : (double)(draw % 100) / 25;
        enum ses_breaker_state state = ses_breaker_state(breaker, now);
        seen[state]++;
        if (draw % 3 == 0) {
            unsigned count = crowd(breaker, now, &generation);
            CHECK(count <= (state == SES_BREAKER_OPEN        ? 0u
                            : state == SES_BREAKER_HALF_OPEN ? 2u
                                                             : 10u));
        }
        happen(breaker, draw >> 8, now, generation);
        if (draw % 20 == 0)
            breaker = moved(breaker);
        if (draw % 50 == 0) {
            now += 10;
            CHECK(ses_breaker_state(breaker, now) != SES_BREAKER_OPEN);
            CHECK(allowed(breaker, now));
        }
    }
    CHECK(seen[0] > 100 && seen[1] > 100 && seen[2] > 100);
    ses_breaker_free(breaker);
}

/* The breaker once more, as the states' table says it. */
struct model {
    enum ses_breaker_state state;
    double since;
    unsigned failures, trials, successes, generation;
};

static void model_enter(struct model *model, enum ses_breaker_state state, double now) {
    unsigned generation = model->generation + 1;
    *model = (struct model){.state = state, .since = now, .generation = generation};
}

/* What time does: 3 failures open, 10 seconds, 2 trials. */
static void model_pass(struct model *model, double now) {
    if (model->state == SES_BREAKER_CLOSED)
        return;
    if (now < model->since)
        model->since = now;
    if (now - model->since < 10)
        return;
    if (model->state == SES_BREAKER_OPEN) {
        model_enter(model, SES_BREAKER_HALF_OPEN, now);
    } else {
        model->since = now;
        model->trials = model->successes;
    }
}

static bool model_allow(struct model *model, double now) {
    model_pass(model, now);
    if (model->state == SES_BREAKER_CLOSED)
        return true;
    if (model->state == SES_BREAKER_OPEN || model->trials == 2)
        return false;
    model->trials++;
    return true;
}

static void model_success(struct model *model, double now) {
    if (model->state == SES_BREAKER_CLOSED)
        model->failures = 0;
    else if (model->state == SES_BREAKER_HALF_OPEN && model->successes < model->trials &&
             ++model->successes == 2)
        model_enter(model, SES_BREAKER_CLOSED, now);
}

static void model_failure(struct model *model, double now) {
    if (model->state == SES_BREAKER_HALF_OPEN ||
        (model->state == SES_BREAKER_CLOSED && ++model->failures == 3))
        model_enter(model, SES_BREAKER_OPEN, now);
}

static void model_cancel(struct model *model) {
    if (model->state == SES_BREAKER_HALF_OPEN && model->trials > model->successes)
        model->trials--;
}

/* Times are eighths, so that sums are exact. */
static void agrees_with_a_model_under_any_events(void) {
    const char *given = getenv("SPEC_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    fprintf(stderr, "SPEC_SEED=%llu\n", (unsigned long long)seed);
    ses_breaker *breaker = make(3, 10, 2);
    struct model model = {.generation = 1};
    double now = 0;
    uint64_t generation = 1;
    for (size_t i = 0; i < 100000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        unsigned draw = (unsigned)(seed >> 33);
        now += draw % 100 < 2 ? -25 : (double)(draw % 40) / 8;
        unsigned event = (draw >> 8) % 8;
        bool counts = generation == model.generation;
        if (event < 4) {
            double wait = 0;
            bool allowed_now = ses_breaker_allow(breaker, now, &generation, &wait);
            CHECK(allowed_now == model_allow(&model, now));
            CHECK(!allowed_now || generation == model.generation);
        } else if (event == 4) {
            ses_breaker_success(breaker, now, generation);
            if (counts)
                model_success(&model, now);
        } else if (event < 7) {
            ses_breaker_failure(breaker, now, generation);
            if (counts)
                model_failure(&model, now);
        } else {
            ses_breaker_cancel(breaker, generation);
            if (counts)
                model_cancel(&model);
        }
        model_pass(&model, now);
        CHECK(ses_breaker_state(breaker, now) == model.state);
    }
    ses_breaker_free(breaker);
}

int main(void) {
    RUN(opens_at_the_threshold_of_failures_in_a_row);
    RUN(closes_when_all_trials_succeed);
    RUN(opens_again_when_a_trial_fails);
    RUN(has_another_trial_for_one_that_was_not_sent);
    RUN(gives_up_trials_that_are_never_told_of);
    RUN(ignores_what_was_admitted_in_another_time);
    RUN(refuses_options_that_make_no_sense);
    RUN(refuses_a_snapshot_that_is_none_of_its_own);
    RUN(agrees_with_a_model_under_any_events);
    RUN(stays_sound_under_any_events);
    return check_done();
}
