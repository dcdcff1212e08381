#include "check.h"

#include "ses/credentials_cache.h"

#include <math.h>

static ses_credentials *credentials(int64_t expiration, enum ses_credentials_source source) {
    const struct ses_credentials_options options = {.access_key_id = SES_SPAN("ASIAEXAMPLE"),
                                                    .secret_access_key = SES_SPAN("secret"),
                                                    .session_token = SES_SPAN("token"),
                                                    .source = source,
                                                    .expiration = expiration};
    ses_credentials *made = NULL;
    CHECK(ses_credentials_new(&options, &made, NULL) == SES_OK);
    return made;
}

static ses_credentials_cache *cache_new(void) {
    ses_credentials_cache *cache = NULL;
    CHECK(ses_credentials_cache_new(NULL, &cache, NULL) == SES_OK);
    return cache;
}

static enum ses_status put(ses_credentials_cache *cache, uint64_t round, int64_t expiration,
                           enum ses_credentials_source source, double now) {
    ses_credentials *made = credentials(expiration, source);
    enum ses_status status = ses_credentials_cache_put(cache, round, made, now, 0);
    ses_credentials_free(made);
    return status;
}

/* What the cache says; the reference to the credentials is given back at once. */
static struct ses_cache_found get(ses_credentials_cache *cache, double now, uint64_t waited_for) {
    struct ses_cache_found found;
    struct ses_error error = {0};
    ses_credentials_cache_get(cache, now, waited_for, &found, &error);
    if (found.action == SES_CACHE_FAILED)
        CHECK(error.status != SES_OK);
    ses_credentials_free(found.credentials);
    return found;
}

static const struct ses_error unreachable = {.status = SES_ERR_NETWORK, .message = "no answer"};

static void elects_one_and_lets_the_others_wait(void) {
    ses_credentials_cache *cache = cache_new();
    struct ses_cache_found first = get(cache, 1000, 0);
    CHECK(first.action == SES_CACHE_REFRESH && first.credentials == NULL && first.round > 0);
    struct ses_cache_found second = get(cache, 1000, 0);
    CHECK(second.action == SES_CACHE_WAIT && second.round == first.round);
    CHECK(!ses_credentials_cache_wait(cache, second.round, 1));
    CHECK(put(cache, first.round, 5000, SES_CREDENTIALS_CONTAINER, 1001) == SES_OK);
    CHECK(ses_credentials_cache_wait(cache, second.round, 1000));
    second = get(cache, 1001, second.round);
    CHECK(second.action == SES_CACHE_USE && second.credentials != NULL);
    CHECK(second.until == 5000 - 300);
    ses_credentials_cache_free(cache);
}

static void gives_a_failure_to_all_who_waited(void) {
    ses_credentials_cache *cache = cache_new();
    uint64_t round = get(cache, 1000, 0).round;
    (void)get(cache, 1000, 0);
    ses_credentials_cache_failed(cache, round, &unreachable, 1001, 0);
    struct ses_cache_found found;
    struct ses_error error = {0};
    ses_credentials_cache_get(cache, 1001, round, &found, &error);
    CHECK(found.action == SES_CACHE_FAILED && found.credentials == NULL);
    CHECK(strcmp(error.message, "no answer") == 0);
    /* Who comes new tries again, and who waited for the one before then still has its answer. */
    struct ses_cache_found next = get(cache, 1001, 0);
    CHECK(next.action == SES_CACHE_REFRESH && next.round > round);
    CHECK(get(cache, 1001, round).action == SES_CACHE_FAILED);
    CHECK(get(cache, 1001, next.round).action == SES_CACHE_WAIT);
    ses_credentials_cache_free(cache);
}

static void keeps_those_that_never_expire(void) {
    ses_credentials_cache *cache = cache_new();
    CHECK(put(cache, 0, 0, SES_CREDENTIALS_STATIC, 1000) == SES_OK);
    struct ses_cache_found found = get(cache, 9e12, 0);
    CHECK(found.action == SES_CACHE_USE && isinf(found.until));
    ses_credentials_cache_free(cache);
}

static void sends_nobody_from_one_fetch_to_the_next(void) {
    ses_credentials_cache *cache = cache_new();
    uint64_t round = get(cache, 1000, 0).round;
    CHECK(put(cache, round, 1200, SES_CREDENTIALS_CONTAINER, 1000) == SES_OK);
    CHECK(get(cache, 1000, round).action == SES_CACHE_USE);
    CHECK(get(cache, 1000, 0).action == SES_CACHE_REFRESH);
    ses_credentials_cache_free(cache);
}

static void fetches_five_minutes_before_the_end(void) {
    ses_credentials_cache *cache = cache_new();
    (void)put(cache, 0, 10000, SES_CREDENTIALS_CONTAINER, 1000);
    CHECK(get(cache, 9699, 0).action == SES_CACHE_USE);
    struct ses_cache_found elected = get(cache, 9700, 0);
    CHECK(elected.action == SES_CACHE_REFRESH && elected.credentials != NULL);
    CHECK(get(cache, 9700, 0).action == SES_CACHE_USE);
    CHECK(put(cache, elected.round, 20000, SES_CREDENTIALS_CONTAINER, 9701) == SES_OK);
    struct ses_cache_found found = get(cache, 9701, 0);
    CHECK(found.action == SES_CACHE_USE && found.until == 20000 - 300);
    ses_credentials_cache_free(cache);
}

static void uses_on_what_has_not_expired_while_fetching_fails(void) {
    ses_credentials_cache *cache = cache_new();
    (void)put(cache, 0, 10000, SES_CREDENTIALS_CONTAINER, 1000);
    double now = 9700;
    unsigned tries = 0;
    for (; now < 10000; now += 0.5) {
        struct ses_cache_found found = get(cache, now, 0);
        CHECK(found.credentials != NULL);
        if (found.action != SES_CACHE_REFRESH)
            continue;
        tries++;
        ses_credentials_cache_failed(cache, found.round, &unreachable, now, 0);
    }
    /* Pauses of 1, 2, 4, … and then 60 seconds. */
    CHECK(tries >= 8 && tries <= 12);
    struct ses_cache_state state;
    ses_credentials_cache_state(cache, now, &state);
    CHECK(state.failures == tries && state.last_error.status == SES_ERR_NETWORK && !state.extended);
    struct ses_cache_found found = get(cache, 10000, 0);
    CHECK(found.action == SES_CACHE_REFRESH && found.credentials == NULL);
    ses_credentials_cache_failed(cache, found.round, &unreachable, 10000, 0);
    CHECK(get(cache, 10000, found.round).action == SES_CACHE_FAILED);
    ses_credentials_cache_free(cache);
}

static void extends_those_of_the_metadata_service(void) {
    ses_credentials_cache *cache = cache_new();
    (void)put(cache, 0, 10000, SES_CREDENTIALS_IMDS, 1000);
    struct ses_cache_found found = get(cache, 10001, 0);
    CHECK(found.action == SES_CACHE_REFRESH && found.credentials == NULL);
    ses_credentials_cache_failed(cache, found.round, &unreachable, 10001, 0.5);
    struct ses_cache_state state;
    ses_credentials_cache_state(cache, 10001, &state);
    CHECK(state.extended && state.usable_until == 10001 + 450 && state.expiration == 10000);
    CHECK(get(cache, 10001, found.round).credentials != NULL);
    /* It is asked again before the extension ends, and extended again where it gives nothing. */
    found = get(cache, 10100, 0);
    CHECK(found.action == SES_CACHE_REFRESH && found.credentials != NULL);
    ses_credentials_cache_failed(cache, found.round, &unreachable, 10100, 0);
    ses_credentials_cache_state(cache, 10100, &state);
    CHECK(state.usable_until == 10400);
    found = get(cache, 10399, 0);
    CHECK(put(cache, found.round, 20000, SES_CREDENTIALS_IMDS, 10399) == SES_OK);
    ses_credentials_cache_state(cache, 10399, &state);
    CHECK(!state.extended && state.failures == 0 && state.last_error.status == SES_OK);
    ses_credentials_cache_free(cache);
}

static void takes_expired_ones_from_the_metadata_service_alone(void) {
    ses_credentials_cache *cache = cache_new();
    uint64_t round = get(cache, 1000, 0).round;
    CHECK(put(cache, round, 999, SES_CREDENTIALS_PROCESS, 1000) == SES_ERR_EXPIRED);
    CHECK(get(cache, 1000, round).action == SES_CACHE_FAILED);
    CHECK(put(cache, get(cache, 1000, 0).round, 999, SES_CREDENTIALS_IMDS, 1000) == SES_OK);
    struct ses_cache_found found = get(cache, 1000, 0);
    CHECK(found.action == SES_CACHE_USE && found.credentials != NULL);
    ses_credentials_cache_free(cache);
}

static void asks_a_source_of_short_lived_ones_no_more_than_it_must(void) {
    ses_credentials_cache *cache = cache_new();
    unsigned tries = 0;
    for (double now = 1000; now < 1060; now += 0.1) {
        struct ses_cache_found found = get(cache, now, 0);
        if (found.action != SES_CACHE_REFRESH)
            continue;
        tries++;
        (void)put(cache, found.round, (int64_t)now + 200, SES_CREDENTIALS_PROCESS, now);
    }
    CHECK(tries >= 2 && tries <= 8);
    ses_credentials_cache_free(cache);
}

static void gives_an_unfinished_round_to_another(void) {
    ses_credentials_cache *cache = cache_new();
    uint64_t round = get(cache, 1000, 0).round;
    CHECK(get(cache, 1059, 0).action == SES_CACHE_WAIT);
    struct ses_cache_found found = get(cache, 1060, 0);
    CHECK(found.action == SES_CACHE_REFRESH && found.round > round);
    /* What the first one says of its failure no longer counts, what it brings does. */
    ses_credentials_cache_failed(cache, round, &unreachable, 1061, 0);
    CHECK(get(cache, 1061, found.round).action == SES_CACHE_WAIT);
    CHECK(put(cache, round, 9000, SES_CREDENTIALS_PROCESS, 1062) == SES_OK);
    CHECK(get(cache, 1062, 0).action == SES_CACHE_USE);
    CHECK(put(cache, found.round, 9500, SES_CREDENTIALS_PROCESS, 1063) == SES_OK);
    CHECK(put(cache, round, 9100, SES_CREDENTIALS_PROCESS, 1064) == SES_OK);
    CHECK(get(cache, 1064, 0).until == 9500 - 300);
    /* A clock that is set back makes no lease longer. */
    round = get(cache, 9300, 0).round;
    CHECK(get(cache, 9300, 0).action == SES_CACHE_USE);
    /* Nor does a thread that read its time a little earlier begin a second round. */
    CHECK(get(cache, 9299.999, 0).action == SES_CACHE_USE);
    ses_credentials_cache_abandon(cache, round);
    CHECK(get(cache, 9300, 0).action == SES_CACHE_REFRESH);
    ses_credentials_cache_free(cache);
}

static void fetches_anew_what_the_service_rejects(void) {
    ses_credentials_cache *cache = cache_new();
    ses_credentials *first = credentials(10000, SES_CREDENTIALS_IMDS);
    (void)ses_credentials_cache_put(cache, 0, first, 1000, 0);
    ses_credentials_cache_reject(cache, first);
    struct ses_cache_found found = get(cache, 1001, 0);
    CHECK(found.action == SES_CACHE_REFRESH && found.credentials == NULL);
    CHECK(put(cache, found.round, 20000, SES_CREDENTIALS_IMDS, 1001) == SES_OK);
    ses_credentials_cache_reject(cache, first); /* no longer those that it has */
    CHECK(get(cache, 1001, 0).action == SES_CACHE_USE);
    ses_credentials_free(first);
    ses_credentials_cache_free(cache);
}

static void refuses_options_that_cannot_be(void) {
    ses_credentials_cache *cache;
    struct ses_error error = {0};
    const struct ses_credentials_cache_options options = {.refresh_before = -1};
    CHECK(ses_credentials_cache_new(&options, &cache, &error) == SES_ERR_RANGE);
    CHECK(strcmp(error.field, "refresh_before") == 0 && cache == NULL);
    ses_credentials_cache_free(NULL);
}

int main(void) {
    RUN(elects_one_and_lets_the_others_wait);
    RUN(gives_a_failure_to_all_who_waited);
    RUN(keeps_those_that_never_expire);
    RUN(sends_nobody_from_one_fetch_to_the_next);
    RUN(fetches_five_minutes_before_the_end);
    RUN(uses_on_what_has_not_expired_while_fetching_fails);
    RUN(extends_those_of_the_metadata_service);
    RUN(takes_expired_ones_from_the_metadata_service_alone);
    RUN(asks_a_source_of_short_lived_ones_no_more_than_it_must);
    RUN(gives_an_unfinished_round_to_another);
    RUN(fetches_anew_what_the_service_rejects);
    RUN(refuses_options_that_cannot_be);
    return check_done();
}
