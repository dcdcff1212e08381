#define _POSIX_C_SOURCE 200809L
#include "ses/credentials_cache.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

/* Static stability: five minutes and a random part of another five, as in the AWS SDKs. */
static const double EXTENSION = 300;

struct ses_credentials_cache {
    pthread_mutex_t lock;
    pthread_cond_t ended; /* some round has */
    struct ses_credentials_cache_options options;

    ses_credentials *credentials; /* NULL: none yet */
    double expiration;            /* infinite where they do not expire */
    double usable_until;          /* not before `expiration`, but for rejected ones */
    double refresh_at;            /* not before this */
    bool rejected;                /* by the service, as expired */

    uint64_t rounds; /* how many were begun; the last one's number */
    bool under_way;  /* the last one is */
    double lease_end;
    uint64_t failed_round; /* the last that failed */
    unsigned failures;     /* in a row */
    double pause;          /* the last one between tries; 0: none */
    struct ses_error why;
};

static enum ses_status take_option(const char *field, double *value, double fallback,
                                   struct ses_error *error) {
    if (!isfinite(*value) || *value < 0 || *value > 1e9)
        return ses_error_set(error, SES_ERR_RANGE, field, "must be 0 to 1000000000 seconds");
    if (*value <= 0)
        *value = fallback;
    return SES_OK;
}

static enum ses_status take_options(struct ses_credentials_cache_options *options,
                                    struct ses_error *error) {
    enum ses_status status = take_option("refresh_before", &options->refresh_before, 300, error);
    if (status == SES_OK)
        status = take_option("lease", &options->lease, 60, error);
    if (status == SES_OK)
        status = take_option("retry_min", &options->retry_min, 1, error);
    if (status == SES_OK)
        status = take_option("retry_max", &options->retry_max, 60, error);
    return status;
}

static bool init_locks(ses_credentials_cache *cache) {
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return false;
    bool ready = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
                 pthread_cond_init(&cache->ended, &attributes) == 0;
    (void)pthread_condattr_destroy(&attributes);
    if (!ready)
        return false;
    if (pthread_mutex_init(&cache->lock, NULL) == 0)
        return true;
    (void)pthread_cond_destroy(&cache->ended);
    return false;
}

enum ses_status ses_credentials_cache_new(const struct ses_credentials_cache_options *options,
                                          ses_credentials_cache **out, struct ses_error *error) {
    *out = NULL;
    struct ses_credentials_cache_options taken = {0};
    if (options != NULL)
        taken = *options;
    enum ses_status status = take_options(&taken, error);
    if (status != SES_OK)
        return status;
    ses_credentials_cache *cache = calloc(1, sizeof *cache);
    if (cache == NULL || !init_locks(cache)) {
        free(cache);
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    }
    cache->options = taken;
    *out = cache;
    return SES_OK;
}

void ses_credentials_cache_free(ses_credentials_cache *cache) {
    if (cache == NULL)
        return;
    ses_credentials_free(cache->credentials);
    (void)pthread_mutex_destroy(&cache->lock);
    (void)pthread_cond_destroy(&cache->ended);
    free(cache);
}

static bool is_usable(const ses_credentials_cache *cache, double now) {
    return cache->credentials != NULL && now < cache->usable_until;
}

/* Whether a fetch is due and nobody is at it. */
static bool may_begin(const ses_credentials_cache *cache, double now, bool usable) {
    /* A clock that was set back must not make a lease much longer; another thread may all the same
     * have read its time before the one that holds the lease. */
    double left = cache->lease_end - now;
    if (cache->under_way && left > 0 && left <= 2 * cache->options.lease)
        return false;
    return !usable || now >= cache->refresh_at;
}

static void begin(ses_credentials_cache *cache, double now, struct ses_cache_found *found) {
    cache->rounds++;
    cache->under_way = true;
    cache->lease_end = now + cache->options.lease;
    found->action = SES_CACHE_REFRESH;
    found->round = cache->rounds;
}

/* While a round is under way, another may be due when its lease ends. */
static double same_until(const ses_credentials_cache *cache) {
    double until = cache->refresh_at;
    if (cache->under_way && cache->lease_end > until)
        until = cache->lease_end;
    return until < cache->usable_until ? until : cache->usable_until;
}

static void look(ses_credentials_cache *cache, double now, uint64_t waited_for,
                 struct ses_cache_found *found, struct ses_error *error) {
    bool usable = is_usable(cache, now);
    if (usable)
        found->credentials = ses_credentials_retain(cache->credentials);
    if (!usable && waited_for != 0 && waited_for <= cache->failed_round) {
        found->action = SES_CACHE_FAILED;
        if (error != NULL)
            *error = cache->why;
    } else if (!(usable && waited_for != 0) && may_begin(cache, now, usable)) {
        begin(cache, now, found);
    } else if (usable) {
        found->action = SES_CACHE_USE;
        found->until = same_until(cache);
    } else {
        found->action = SES_CACHE_WAIT;
        found->round = cache->rounds;
    }
}

void ses_credentials_cache_get(ses_credentials_cache *cache, double now, uint64_t waited_for,
                               struct ses_cache_found *found, struct ses_error *error) {
    *found = (struct ses_cache_found){0};
    (void)pthread_mutex_lock(&cache->lock);
    look(cache, now, waited_for, found, error);
    (void)pthread_mutex_unlock(&cache->lock);
}

/* The pause before the next try: twice the last one, and a random part of it less. */
static double next_pause(ses_credentials_cache *cache, double jitter) {
    double pause = cache->pause <= 0 ? cache->options.retry_min : cache->pause * 2;
    if (pause > cache->options.retry_max)
        pause = cache->options.retry_max;
    cache->pause = pause;
    return pause * (1 - jitter / 4);
}

static double extension(double jitter) {
    return EXTENSION * (1 + jitter);
}

static void end_round(ses_credentials_cache *cache, uint64_t round) {
    if (round == 0 || round != cache->rounds)
        return;
    cache->under_way = false;
    (void)pthread_cond_broadcast(&cache->ended);
}

/* Expired credentials of IMDS are used on, and asked for again before that ends. */
static void extend(ses_credentials_cache *cache, double now, double jitter) {
    cache->usable_until = now + extension(jitter);
    cache->refresh_at = now + next_pause(cache, jitter);
}

static void fail(ses_credentials_cache *cache, uint64_t round, const struct ses_error *why,
                 double now, double jitter) {
    cache->why = *why;
    cache->failed_round = round;
    cache->failures++;
    bool expired = cache->credentials != NULL && !cache->rejected && now >= cache->expiration;
    if (expired && ses_credentials_source(cache->credentials) == SES_CREDENTIALS_IMDS)
        extend(cache, now, jitter);
    else
        cache->refresh_at = now + next_pause(cache, jitter);
}

/* What a round brings whose lease is over may be older than what is there. */
static bool is_older(const ses_credentials_cache *cache, uint64_t round, int64_t expiration) {
    return round != 0 && round != cache->rounds && cache->credentials != NULL && expiration != 0 &&
           (double)expiration < cache->expiration;
}

/* Takes the reference. */
static void accept(ses_credentials_cache *cache, ses_credentials *credentials, double now,
                   double jitter) {
    int64_t expiration = ses_credentials_expiration(credentials);
    bool first = cache->credentials == NULL;
    ses_credentials_free(cache->credentials);
    cache->credentials = credentials;
    cache->expiration = expiration == 0 ? (double)INFINITY : (double)expiration;
    cache->usable_until = cache->expiration;
    cache->refresh_at = cache->expiration - cache->options.refresh_before;
    cache->rejected = false;
    cache->failures = 0;
    cache->why = (struct ses_error){0};
    if (now >= cache->expiration)
        extend(cache, now, jitter);
    else if (now < cache->refresh_at || first)
        cache->pause = 0;
    else /* New ones that are nearly over already: the source has no better ones yet. */
        cache->refresh_at = now + next_pause(cache, jitter);
}

enum ses_status ses_credentials_cache_put(ses_credentials_cache *cache, uint64_t round,
                                          ses_credentials *credentials, double now, double jitter) {
    int64_t expiration = ses_credentials_expiration(credentials);
    bool expired = expiration != 0 && now >= (double)expiration &&
                   ses_credentials_source(credentials) != SES_CREDENTIALS_IMDS;
    (void)pthread_mutex_lock(&cache->lock);
    enum ses_status status = SES_OK;
    if (expired) {
        struct ses_error why = {0};
        status = ses_error_set(&why, SES_ERR_EXPIRED, NULL,
                               "the credentials that the source gave have expired");
        if (round == cache->rounds)
            fail(cache, round, &why, now, jitter);
    } else if (!is_older(cache, round, expiration)) {
        accept(cache, ses_credentials_retain(credentials), now, jitter);
    }
    end_round(cache, round);
    (void)pthread_mutex_unlock(&cache->lock);
    return status;
}

void ses_credentials_cache_failed(ses_credentials_cache *cache, uint64_t round,
                                  const struct ses_error *why, double now, double jitter) {
    (void)pthread_mutex_lock(&cache->lock);
    if (round == cache->rounds && cache->under_way) {
        fail(cache, round, why, now, jitter);
        end_round(cache, round);
    }
    (void)pthread_mutex_unlock(&cache->lock);
}

void ses_credentials_cache_abandon(ses_credentials_cache *cache, uint64_t round) {
    (void)pthread_mutex_lock(&cache->lock);
    end_round(cache, round);
    (void)pthread_mutex_unlock(&cache->lock);
}

bool ses_credentials_cache_reject(ses_credentials_cache *cache,
                                  const ses_credentials *credentials) {
    (void)pthread_mutex_lock(&cache->lock);
    bool current = credentials == cache->credentials;
    /* Those that do not expire would only be fetched to be the same. */
    if (current && isfinite(cache->expiration)) {
        cache->rejected = true;
        cache->usable_until = -(double)INFINITY;
        cache->refresh_at = -(double)INFINITY;
    }
    (void)pthread_mutex_unlock(&cache->lock);
    return current;
}

static struct timespec deadline(unsigned long timeout_ms) {
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_sec += (time_t)(timeout_ms / 1000);
    time.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
    if (time.tv_nsec >= 1000000000) {
        time.tv_sec++;
        time.tv_nsec -= 1000000000;
    }
    return time;
}

bool ses_credentials_cache_wait(ses_credentials_cache *cache, uint64_t round,
                                unsigned long timeout_ms) {
    struct timespec until = deadline(timeout_ms);
    (void)pthread_mutex_lock(&cache->lock);
    int waited = 0;
    while (waited == 0 && cache->under_way && cache->rounds == round)
        waited = pthread_cond_timedwait(&cache->ended, &cache->lock, &until);
    bool over = !cache->under_way || cache->rounds != round;
    (void)pthread_mutex_unlock(&cache->lock);
    return over;
}

void ses_credentials_cache_state(ses_credentials_cache *cache, double now,
                                 struct ses_cache_state *out) {
    *out = (struct ses_cache_state){0};
    (void)pthread_mutex_lock(&cache->lock);
    out->failures = cache->failures;
    out->last_error = cache->why;
    if (cache->credentials != NULL) {
        out->present = true;
        out->source = ses_credentials_source(cache->credentials);
        out->expiration = ses_credentials_expiration(cache->credentials);
        out->usable_until = cache->usable_until;
        out->extended = now >= cache->expiration && now < cache->usable_until;
    }
    (void)pthread_mutex_unlock(&cache->lock);
}
