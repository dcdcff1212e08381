/* ses/credentials_resolver.h: the whole search for credentials, without I/O of its own.
 *
 * A resolver looks through the sources in the order of the AWS SDKs and says what is to be done
 * next: an HTTP exchange, a process to run, a code to ask the user for. The host does it in its own
 * way (blocking, in a loop, in nginx), feeds the outcome back, and asks again:
 *
 *     while (ses_credentials_resolver_next(r, now, &effect), effect.kind > SES_EFFECT_FAILED) {
 *         … do it, feed it back, ses_effect_free(&effect) …
 *     }
 *     status = ses_credentials_resolver_take(r, &credentials, &error);
 *
 * Sources, in order: explicit options; the environment; the environment's web identity
 * (AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN); IAM Identity Center (SSO) of the profile; the
 * profile (a role with source_profile, credential_source or a web identity; static keys;
 * credential_process); the container's endpoint; the instance's metadata service. The first that
 * has credentials ends the search. A source that is not configured is passed over; one that is and
 * fails ends the search too, since the next would be somebody else.
 *
 * A resolver serves one search. Environment and files are read through the host that it was made
 * with, when a source needs them, never before. It belongs to one thread at a time. What it holds
 * of secrets is wiped when it is freed. No message has a secret in it.
 *
 * Source: "Standardized credential providers", AWS SDKs and Tools Reference Guide; botocore where
 * that is silent.
 */
#ifndef SES_CREDENTIALS_RESOLVER_H
#define SES_CREDENTIALS_RESOLVER_H

#include "ses/credentials.h"
#include "ses/http.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ses_credentials_resolver ses_credentials_resolver;

/* What is to be done now. */
enum ses_effect_kind {
    SES_EFFECT_DONE,    /* credentials are there: ses_credentials_resolver_take */
    SES_EFFECT_FAILED,  /* no source has any: ses_credentials_resolver_take tells why */
    SES_EFFECT_HTTP,    /* send `request`; answer by feed_response or feed_failure */
    SES_EFFECT_PROCESS, /* run `command`; answer by feed_process or feed_failure */
    SES_EFFECT_MFA      /* ask for the code of `mfa_serial`; answer by feed_mfa or feed_failure */
};

struct ses_effect {
    enum ses_effect_kind kind;
    enum ses_credentials_source source; /* who wants it, or has given the credentials */
    /* HTTP: the caller's, freed by ses_effect_free. It is signed for the time of the call. */
    ses_http_request *request;
    unsigned long connect_timeout_ms; /* HTTP: from name to TLS; not 0 */
    unsigned long timeout_ms;         /* HTTP, PROCESS: all of it; not 0 */
    unsigned long delay_ms;           /* HTTP: to be waited for before sending; 0 at a first try */
    bool direct;                      /* HTTP: link-local or loopback; not through a proxy */
    /* PROCESS: the command line as the profile has it, to be split as a shell would but run without
     * one. MFA: the device. Borrowed until the next call of the resolver. A command line may hold a
     * secret: not for logs. */
    struct ses_span command;
    struct ses_span mfa_serial;
};

/* Frees the request. Safe for any effect that ses_credentials_resolver_next filled. */
SES_API void ses_effect_free(struct ses_effect *effect);

/* A set of sources, for `sources` below. */
#define SES_CREDENTIALS_BIT(source) (1u << (source))

/* What to search by. Spans are copied. A zero gives the default. */
struct ses_credentials_resolver_options {
    const struct ses_credentials_options *explicit_options; /* NULL: none are given */
    struct ses_profile_options profile;
    /* SES_CREDENTIALS_BIT of the sources that may be asked; 0: all. ASSUME_ROLE and PROCESS stand
     * for what a profile may say; without PROFILE each is asked for by itself, in the profile. */
    unsigned sources;
    /* A profile that the program named itself outranks the environment's keys and web identity. */
    bool skip_environment;
    bool use_imds;          /* without it the metadata service is never asked */
    struct ses_span region; /* of STS; else AWS_REGION, AWS_DEFAULT_REGION, the profile's; else the
                               global endpoint */
    bool use_fips;
    bool use_dualstack;
    /* A role's session where neither profile nor environment says: a name ("ses-" and the time),
     * and seconds (3,600). */
    struct ses_span role_session_name;
    unsigned role_duration_s; /* 900 to 43,200 */
    unsigned max_attempts;    /* of one exchange that fails in passing; 3 */
};

/* One source that was tried, and why it gave nothing. */
struct ses_credentials_tried {
    enum ses_credentials_source source;
    struct ses_error error;
};

/* What a resolver tried without success, in its order. */
struct ses_resolver_report {
    size_t count;
    bool ended; /* the last one was meant to be used and failed, which ended the search */
    struct ses_credentials_tried tried[SES_CREDENTIALS_SOURCES];
};

/* `host` must stay good as long as the resolver; nothing is asked of it yet. `*out` is the
 * caller's, freed by ses_credentials_resolver_free.
 * Errors: SES_ERR_INVALID and SES_ERR_RANGE naming the option (explicit credentials that cannot be
 * right among them), SES_ERR_NOMEM. */
SES_API enum ses_status
ses_credentials_resolver_new(const struct ses_credentials_resolver_options *options,
                             const struct ses_host *host, ses_credentials_resolver **out,
                             struct ses_error *error);

/* Wipes and frees. NULL is a no-op. */
SES_API void ses_credentials_resolver_free(ses_credentials_resolver *resolver);

/* Fills `*out` with what is to be done now, at wall-clock time `now` (seconds since 1970). Asked
 * again before anything was fed, it gives the same effect again. After DONE or FAILED it gives that
 * for ever. Want of memory ends the search as FAILED. */
SES_API void ses_credentials_resolver_next(ses_credentials_resolver *resolver, double now,
                                           struct ses_effect *out);

/* What came of the effect that ses_credentials_resolver_next gave last. All are borrowed for the
 * call. Errors: SES_ERR_STATE where nothing of that kind is awaited, which changes nothing; what is
 * wrong with an answer shows at the next call of ses_credentials_resolver_next. */

/* For HTTP: the whole answer, of whatever status. It stays the caller's. */
SES_API enum ses_status ses_credentials_resolver_feed_response(ses_credentials_resolver *resolver,
                                                               const ses_http_response *response,
                                                               double now);

/* For every kind of effect: there is no answer, because of `status` (SES_ERR_NETWORK, TLS, TIMEOUT,
 * IO, CANCELLED, …). `message`, a clause without a secret, is shown to the user; it is cut where it
 * is long, and characters that do not print are replaced. */
SES_API enum ses_status ses_credentials_resolver_feed_failure(ses_credentials_resolver *resolver,
                                                              enum ses_status status,
                                                              struct ses_span message, double now);

/* For PROCESS: `exit_status` is 0 for success; a death by signal is told as any other number.
 * `output` is what the process wrote to its standard output. */
SES_API enum ses_status ses_credentials_resolver_feed_process(ses_credentials_resolver *resolver,
                                                              int exit_status,
                                                              struct ses_span output, double now);

/* For MFA: the code that the user gave. */
SES_API enum ses_status ses_credentials_resolver_feed_mfa(ses_credentials_resolver *resolver,
                                                          struct ses_span code, double now);

/* After DONE: the credentials, the caller's, freed by ses_credentials_free; they are given once.
 * Errors, `*out` being NULL: after FAILED what ended the search, SES_ERR_CREDENTIALS where no
 * source has anything; else SES_ERR_STATE. */
SES_API enum ses_status ses_credentials_resolver_take(ses_credentials_resolver *resolver,
                                                      ses_credentials **out,
                                                      struct ses_error *error);

/* What was tried without success so far; borrowed until the next call of the resolver. */
SES_API const struct ses_resolver_report *
ses_credentials_resolver_report(const ses_credentials_resolver *resolver);

#ifdef __cplusplus
}
#endif
#endif
