/* Eight threads on one credential cache, one breaker, one limiter and one signer. Run by `make
 * tsan` under ThreadSanitizer; what it checks by itself holds without it as well. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include "ses/breaker.h"
#include "ses/credentials_cache.h"
#include "ses/limiter.h"
#include "ses/signer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

enum { THREADS = 8, TURNS = 400 };

/* The clock that all threads share, in steps of a second; credentials last a hundred. */
static atomic_long steps;
static atomic_long fetches, fetching, most_fetching, failures, misses;
static double admitted[THREADS], taken[THREADS];

static ses_credentials_cache *cache;
static ses_breaker *breaker;
static ses_limiter *limiter;
static ses_signer *signer;

static double now(void) {
    return (double)atomic_load(&steps);
}

static void tick(void) {
    (void)atomic_fetch_add(&steps, 1);
}

static ses_credentials *make_credentials(long number) {
    char id[32];
    char secret[32];
    (void)snprintf(id, sizeof id, "ASIA%ld", number);
    (void)snprintf(secret, sizeof secret, "secret-%ld", number);
    const struct ses_credentials_options options = {.access_key_id = ses_span_from(id),
                                                    .secret_access_key = ses_span_from(secret),
                                                    .source = SES_CREDENTIALS_CONTAINER,
                                                    .expiration = (int64_t)now() + 100};
    ses_credentials *made = NULL;
    return ses_credentials_new(&options, &made, NULL) == SES_OK ? made : NULL;
}

/* Every fifth fetch fails. */
static void fetch(uint64_t round) {
    static const struct ses_error why = {.status = SES_ERR_NETWORK, .message = "no answer"};
    long at_once = atomic_fetch_add(&fetching, 1) + 1;
    if (at_once > atomic_load(&most_fetching))
        atomic_store(&most_fetching, at_once);
    long number = atomic_fetch_add(&fetches, 1) + 1;
    ses_credentials *made = number % 5 == 0 ? NULL : make_credentials(number);
    (void)atomic_fetch_sub(&fetching, 1);
    if (made == NULL)
        ses_credentials_cache_failed(cache, round, &why, now(), 0.5);
    else
        (void)ses_credentials_cache_put(cache, round, made, now(), 0.5);
    ses_credentials_free(made);
}

/* NULL where the round that was waited for failed. */
static ses_credentials *get_credentials(void) {
    uint64_t waited_for = 0;
    for (;;) {
        struct ses_cache_found found;
        struct ses_error error = {0};
        ses_credentials_cache_get(cache, now(), waited_for, &found, &error);
        if (found.action == SES_CACHE_REFRESH)
            fetch(found.round);
        if (found.credentials != NULL)
            return found.credentials;
        if (found.action == SES_CACHE_FAILED) {
            (void)atomic_fetch_add(&failures, 1);
            return NULL;
        }
        if (found.action == SES_CACHE_WAIT)
            (void)ses_credentials_cache_wait(cache, found.round, 1000);
        waited_for = found.round;
    }
}

static bool sign(const ses_credentials *credentials) {
    ses_http_request *request = NULL;
    const struct ses_signer_options options = {
        .region = SES_SPAN("us-east-1"), .service = SES_SPAN("ses"), .time = 1700000000};
    bool signed_ = ses_http_request_new(SES_SPAN("GET"), SES_SPAN("https://x.example/"), &request,
                                        NULL) == SES_OK &&
                   ses_signer_sign(signer, request, credentials, &options, NULL) == SES_OK;
    ses_http_request_free(request);
    return signed_ && ses_signer_key_count(signer) <= SES_SIGNER_KEYS_MAX;
}

/* Returns the tokens that were taken for good. */
static double reserve(int turn) {
    double wait = 0;
    uint64_t ticket = 0;
    if (ses_limiter_reserve(limiter, 1, now(), &wait, &ticket, NULL) != SES_OK)
        return 0;
    (void)ses_limiter_available(limiter, now());
    return turn % 16 == 0 && ses_limiter_cancel(limiter, ticket) ? 0 : 1;
}

static double try_breaker(int turn) {
    uint64_t generation = 0;
    double wait = 0;
    (void)ses_breaker_state(breaker, now());
    if (!ses_breaker_allow(breaker, now(), &generation, &wait))
        return 0;
    if (turn % 7 == 0)
        ses_breaker_failure(breaker, now(), generation);
    else if (turn % 11 == 0)
        ses_breaker_cancel(breaker, generation);
    else
        ses_breaker_success(breaker, now(), generation);
    return 1;
}

static void *work(void *user) {
    int index = *(int *)user;
    for (int turn = 0; turn < TURNS; turn++) {
        tick();
        ses_credentials *credentials = get_credentials();
        if (credentials != NULL && !sign(credentials))
            (void)atomic_fetch_add(&misses, 1);
        if (credentials != NULL && turn % 50 == 0)
            ses_credentials_cache_reject(cache, credentials);
        ses_credentials_free(credentials);
        taken[index] += reserve(turn);
        admitted[index] += try_breaker(turn);
        struct ses_cache_state state;
        ses_credentials_cache_state(cache, now(), &state);
    }
    return NULL;
}

static void make_all(void) {
    const struct ses_breaker_options options = {
        .failure_threshold = 2, .reset_timeout = 20, .half_open_requests = 3};
    const struct ses_credentials_cache_options times = {.refresh_before = 30, .lease = 1e6};
    CHECK(ses_credentials_cache_new(&times, &cache, NULL) == SES_OK);
    CHECK(ses_breaker_new(&options, &breaker, NULL) == SES_OK);
    CHECK(ses_limiter_new(1e-9, 1e6, 0, &limiter, NULL) == SES_OK);
    CHECK(ses_signer_new(&signer) == SES_OK);
}

static void free_all(void) {
    ses_credentials_cache_free(cache);
    ses_breaker_free(breaker);
    ses_limiter_free(limiter);
    ses_signer_free(signer);
}

static void shares_all_among_threads(void) {
    make_all();
    pthread_t threads[THREADS];
    int numbers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        CHECK(pthread_create(&threads[i], NULL, work, &numbers[i]) == 0);
    }
    double tokens = 0;
    double requests = 0;
    for (int i = 0; i < THREADS; i++) {
        (void)pthread_join(threads[i], NULL);
        tokens += taken[i];
        requests += admitted[i];
    }
    CHECK(atomic_load(&misses) == 0);
    CHECK(atomic_load(&most_fetching) == 1);
    CHECK(atomic_load(&fetches) > 10);
    CHECK(requests > 0);
    /* No token was lost between threads. */
    double left = ses_limiter_available(limiter, now());
    CHECK(left + tokens > 1e6 - 0.01 && left + tokens < 1e6 + 0.01);
    free_all();
}

int main(void) {
    RUN(shares_all_among_threads);
    return check_done();
}
