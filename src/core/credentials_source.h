/* credentials_source.h: what a source of credentials is to the resolver. Not installed.
 *
 * A source is a file credentials_<name>.c with one `const struct ses_source_class`. The resolver
 * opens it, asks it by `next` what is to be done, and feeds it what came of that, until it has
 * credentials or none. The resolver keeps the order: `next`, one `feed` for each effect, `next`…
 */
#ifndef SES_CREDENTIALS_SOURCE_H
#define SES_CREDENTIALS_SOURCE_H

#include "ses/credentials_resolver.h"

/* What a source may look at. Outlives the source. */
struct ses_source_context {
    const struct ses_host *host;
    /* The loaded files; NULL where the source does not ask for them, or can do without and they
     * cannot be had. */
    const ses_profile *files;
    /* The profile that the source is asked for: not always the chosen one, as a role's
     * source_profile may lead here. */
    struct ses_span profile;
    struct ses_span region; /* empty where none is known */
    bool use_fips;
    bool use_dualstack;
    bool use_imds;
    struct ses_span role_session_name; /* may be empty */
    unsigned role_duration_s;          /* 0: STS's default */
    unsigned max_attempts;             /* 1 or more */
    unsigned sources;                  /* SES_CREDENTIALS_BITs that may be asked; never 0 */
};

/* How a source goes on. */
enum ses_source_result {
    SES_SOURCE_EFFECT,  /* `effect` is to be done: HTTP, PROCESS or MFA */
    SES_SOURCE_DONE,    /* `*credentials` are there, the resolver's to free */
    SES_SOURCE_NOTHING, /* not configured, or not there: the next source is asked */
    SES_SOURCE_FAILED   /* meant to be used and not fit to be: the search ends */
};

/* What came of an effect. */
enum ses_source_input_kind {
    SES_INPUT_RESPONSE,
    SES_INPUT_FAILURE,
    SES_INPUT_PROCESS,
    SES_INPUT_MFA
};

struct ses_source_input {
    enum ses_source_input_kind kind;
    const ses_http_response *response; /* RESPONSE */
    enum ses_status status;            /* FAILURE */
    struct ses_span message;           /* FAILURE: printable, at most 160 characters */
    int exit_status;                   /* PROCESS */
    struct ses_span bytes;             /* PROCESS: its output; MFA: the code */
};

/* Whether a source reads the profile's files. */
enum ses_source_files {
    SES_FILES_IGNORED,
    SES_FILES_OPTIONAL, /* does without where they cannot be loaded */
    SES_FILES_NEEDED    /* files that cannot be loaded end the search */
};

struct ses_source_class {
    enum ses_credentials_source source;
    enum ses_source_files files;
    /* Makes the source's state. Returns SES_SOURCE_EFFECT where `next` may be called and `*state`
     * is set (it may have nothing to do but to give credentials); NOTHING and FAILED with `*error`
     * filled and `*state` NULL. */
    enum ses_source_result (*open)(const struct ses_source_context *context, double now,
                                   void **state, struct ses_error *error);
    /* What is to be done now. Called again without a feed, it gives the same again. It fills
     * `effect` for EFFECT, `*credentials` for DONE, `*error` for NOTHING and FAILED.
     * `effect->request` is a new request that the caller frees; `effect->source` and an
     * `effect->connect_timeout_ms` or `effect->timeout_ms` of 0 are filled by the resolver. */
    enum ses_source_result (*next)(void *state, double now, struct ses_effect *effect,
                                   ses_credentials **credentials, struct ses_error *error);
    /* Takes what came of the effect; what follows from it is told by `next`. */
    void (*feed)(void *state, const struct ses_source_input *input, double now);
    /* Wipes and frees. Never called with NULL. */
    void (*free)(void *state);
};

extern const struct ses_source_class ses_source_environment;
extern const struct ses_source_class ses_source_web_identity; /* of the environment */
extern const struct ses_source_class ses_source_sso;
extern const struct ses_source_class ses_source_profile;
extern const struct ses_source_class ses_source_process;
extern const struct ses_source_class ses_source_container;
extern const struct ses_source_class ses_source_imds;

/* --- What sources share --- */

/* The variable's value; empty where it is not set or set to nothing. */
struct ses_span ses_source_variable(const struct ses_source_context *context, const char *name);

/* A property of the context's profile: the credentials file's, else the config file's. False where
 * neither has it with a value. */
bool ses_source_property(const struct ses_source_context *context, const char *key,
                         struct ses_span *value);

/* The static keys that one of the two files has for the context's profile, which must be loaded.
 * Errors: SES_ERR_CREDENTIALS where it has none; those of ses_credentials_from_profile. */
enum ses_status ses_source_file_keys(const struct ses_source_context *context,
                                     enum ses_profile_kind kind, ses_credentials **out,
                                     struct ses_error *error);

/* An account id of twelve digits; empty for any other text, as it is of no use then. */
struct ses_span ses_source_account_id(struct ses_span text);

/* A property of [sso-session name], with a value. */
bool ses_source_sso_property(const struct ses_source_context *context, struct ses_span name,
                             const char *key, struct ses_span *value);

/* Appends the base URL of an AWS service without a "/" at its end: AWS_ENDPOINT_URL_<variable>,
 * AWS_ENDPOINT_URL, `endpoint_url` of the profile's services section under `key`, the profile's own
 * `endpoint_url` (none of these with AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or
 * ignore_configured_endpoint_urls), else https://<prefix>[-fips].<region>.<suffix> of the region's
 * partition. `*configured` (may be NULL) tells that it is not AWS's own.
 * Errors: SES_ERR_INVALID for a region that is no host label or a URL that is none, SES_ERR_NOMEM.
 */
struct ses_source_service {
    const char *variable; /* "STS", "SSO", "SSO_OIDC" */
    const char *key;      /* "sts", "sso", "sso_oidc" */
    const char *prefix;   /* "sts", "portal.sso", "oidc" */
};
enum ses_status ses_source_endpoint(const struct ses_source_context *context,
                                    const struct ses_source_service *service,
                                    struct ses_span region, struct ses_buf *out, bool *configured,
                                    struct ses_error *error);

/* Counts the tries of one exchange. Zero it before the first. */
struct ses_source_tries {
    unsigned failed;
    unsigned long delay_ms; /* before the next try */
};

/* Whether the outcome is one that may pass: a network failure, a timeout, 429 and 500, 502, 503,
 * 504. */
bool ses_source_is_transient(const struct ses_source_input *input);

/* Counts a failed try; true where another is due, `tries->delay_ms` later (100, 200, 400 … ms by
 * half at least, at most 2,000). */
bool ses_source_try_again(const struct ses_source_context *context, struct ses_source_tries *tries);

/* Appends the text of a file that a setting names, less blanks at both ends. Errors:
 * SES_ERR_INVALID for a path with a NUL; those of the host's read_file; SES_ERR_NOMEM. */
enum ses_status ses_source_read_file(const struct ses_source_context *context, struct ses_span path,
                                     struct ses_buf *out, struct ses_error *error);

/* A span's length for %.*s, at most `most`. */
int ses_source_width(struct ses_span text, int most);

#endif
