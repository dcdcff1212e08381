/* ses/credentials_cache.h: keeps credentials and says when, and by whom, they are to be fetched
 * anew.
 *
 * The cache fetches nothing. Who needs credentials asks it by ses_credentials_cache_get, and the
 * answer's `action` says what to do:
 *
 * - SES_CACHE_USE: the credentials are good.
 * - SES_CACHE_REFRESH: this caller, and no other, is to fetch now, and to end that by
 *   ses_credentials_cache_put, _failed or _abandon with `round`. Where the answer has credentials
 *   as well, they are good meanwhile, so that the fetch may be left to the background. After
 *   _failed it is worth asking again with `round`: expired credentials may have been extended.
 * - SES_CACHE_WAIT: there are none, and somebody else is at it. The caller waits until `round` has
 *   ended (ses_credentials_cache_wait, or the host's own way), then asks again with `round`.
 * - SES_CACHE_FAILED: the round that the caller asked with came to nothing; `error` tells why.
 *
 * Credentials that do not expire are used for ever. Others are fetched anew from `refresh_before`
 * seconds before they expire; while that fails they go on being used until they expire, with a
 * growing pause between the tries. Credentials of the metadata service of EC2 that expired while it
 * gives no new ones go on being used for another five to ten minutes at a time, as in the AWS SDKs
 * ("static stability"): the services accept them.
 *
 * A round that is neither ended nor given up within `lease` seconds is given to another caller, so
 * that a task which was killed holds up nobody for ever; what it puts later still counts.
 *
 * Time is a parameter: the wall clock, in seconds since 1970.
 * Threads: any number may share a cache. Freeing it while another thread uses it is not safe.
 */
#ifndef SES_CREDENTIALS_CACHE_H
#define SES_CREDENTIALS_CACHE_H

#include "ses/credentials.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ses_credentials_cache ses_credentials_cache;

/* A zero gives the default. */
struct ses_credentials_cache_options {
    double refresh_before; /* seconds before the expiration; 300 */
    double lease;          /* seconds that a round may take; 60 */
    double retry_min;      /* seconds between tries that fail, doubled each time; 1 */
    double retry_max;      /* at most; 60 */
};

enum ses_cache_action { SES_CACHE_USE, SES_CACHE_REFRESH, SES_CACHE_WAIT, SES_CACHE_FAILED };

struct ses_cache_found {
    enum ses_cache_action action;
    /* The caller's reference, freed by ses_credentials_free; NULL for WAIT and FAILED, and for
     * REFRESH where there are none that could be used. */
    ses_credentials *credentials;
    uint64_t round; /* for REFRESH and WAIT; never 0 */
    /* For USE: before this time asking again gives the same; infinite where they do not expire. */
    double until;
};

/* What a cache holds, without a secret. */
struct ses_cache_state {
    bool present;
    enum ses_credentials_source source;
    int64_t expiration;  /* of the credentials; 0 for none */
    double usable_until; /* later than `expiration` where it was extended; infinite for none */
    bool extended;       /* they have expired and are used on all the same */
    unsigned failures;   /* rounds in a row that failed */
    struct ses_error last_error; /* of the last one; SES_OK where none failed since */
};

/* `options` may be NULL. `*out` is the caller's, freed by ses_credentials_cache_free.
 * Errors: SES_ERR_RANGE naming the option, SES_ERR_NOMEM. */
SES_API enum ses_status
ses_credentials_cache_new(const struct ses_credentials_cache_options *options,
                          ses_credentials_cache **out, struct ses_error *error);

/* Gives its reference to the credentials back. No thread may wait in it. NULL is a no-op. */
SES_API void ses_credentials_cache_free(ses_credentials_cache *cache);

/* Fills `*found`. `waited_for` is the round that the caller has waited for or ended itself, 0 at
 * first: who comes from a fetch is not sent to the next one as long as there is something to use.
 * `error` (may be NULL) is filled for SES_CACHE_FAILED. */
SES_API void ses_credentials_cache_get(ses_credentials_cache *cache, double now,
                                       uint64_t waited_for, struct ses_cache_found *found,
                                       struct ses_error *error);

/* Ends a round with these credentials, of which the cache takes a reference of its own. `jitter`,
 * at least 0 and less than 1, spreads what many hosts do at once. Who has credentials and no round
 * to end passes 0 for `round`. Errors: SES_ERR_EXPIRED where they have expired and may not be used
 * on: the round has failed. */
SES_API enum ses_status ses_credentials_cache_put(ses_credentials_cache *cache, uint64_t round,
                                                  ses_credentials *credentials, double now,
                                                  double jitter);

/* Ends a round that gave nothing. `why` is kept for those who wait. A round that is no longer the
 * one under way changes nothing. */
SES_API void ses_credentials_cache_failed(ses_credentials_cache *cache, uint64_t round,
                                          const struct ses_error *why, double now, double jitter);

/* Gives a round up without an outcome, because the caller was cancelled, say: the next to ask gets
 * it. */
SES_API void ses_credentials_cache_abandon(ses_credentials_cache *cache, uint64_t round);

/* The service has refused `credentials` as expired: where the cache still has them, they are
 * fetched anew before anything else. Returns whether it had them. */
SES_API bool ses_credentials_cache_reject(ses_credentials_cache *cache,
                                          const ses_credentials *credentials);

/* Waits until `round` has ended, for at most `timeout_ms` milliseconds of the monotonic clock.
 * Returns whether it has. */
SES_API bool ses_credentials_cache_wait(ses_credentials_cache *cache, uint64_t round,
                                        unsigned long timeout_ms);

/* Fills `*out` with what the cache holds at `now`. */
SES_API void ses_credentials_cache_state(ses_credentials_cache *cache, double now,
                                         struct ses_cache_state *out);

#ifdef __cplusplus
}
#endif
#endif
