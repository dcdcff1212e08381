/* ses/credentials.h: AWS credentials, and the sources that they come from.
 *
 * A `ses_credentials` holds an access key id, its secret access key and, for temporary credentials,
 * a session token, all in one ses_secret. It never changes after it is made and is counted by
 * reference: any number of threads may read one, retain it and give their own reference back.
 *
 * What reads the environment or a file does so through a `ses_host` (ses/host.h) and is as
 * thread-safe as that is.
 *
 * No function puts a secret into a message: errors name the field, the variable or the file.
 */
#ifndef SES_CREDENTIALS_H
#define SES_CREDENTIALS_H

#include "ses/profile.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ses_credentials ses_credentials;

/* Where credentials were found. */
enum ses_credentials_source {
    SES_CREDENTIALS_STATIC = 0,   /* given by the program */
    SES_CREDENTIALS_ENVIRONMENT,  /* AWS_ACCESS_KEY_ID and its companions */
    SES_CREDENTIALS_PROFILE,      /* a profile of the shared credentials or config file */
    SES_CREDENTIALS_WEB_IDENTITY, /* STS for a token file, as EKS has it */
    SES_CREDENTIALS_SSO,          /* IAM Identity Center */
    SES_CREDENTIALS_ASSUME_ROLE,  /* STS for a role that a profile names */
    SES_CREDENTIALS_PROCESS,      /* a program that a profile names */
    SES_CREDENTIALS_CONTAINER,    /* the endpoint of ECS or of EKS Pod Identity */
    SES_CREDENTIALS_IMDS,         /* the metadata service of an EC2 instance */
    SES_CREDENTIALS_CUSTOM        /* a function of the program's */
};
#define SES_CREDENTIALS_SOURCES 10

/* What credentials are made of. Spans are borrowed for the call. */
struct ses_credentials_options {
    struct ses_span access_key_id;     /* 1 to 128 visible ASCII characters, none of "/,=" */
    struct ses_span secret_access_key; /* 1 to 1,024 bytes without control characters */
    struct ses_span session_token;     /* at most 16,384 visible ASCII characters; empty: none */
    enum ses_credentials_source source;
    int64_t expiration;         /* seconds since 1970; 0: they do not expire */
    struct ses_span account_id; /* 12 digits, no secret; empty: not known */
};

/* Copies the parts into wiped memory. `*out` is the caller's, freed by ses_credentials_free.
 * Errors: SES_ERR_INVALID and SES_ERR_RANGE naming the field, SES_ERR_NOMEM. */
SES_API enum ses_status ses_credentials_new(const struct ses_credentials_options *options,
                                            ses_credentials **out, struct ses_error *error);

/* Another reference to the same credentials, to be given back by ses_credentials_free. NULL gives
 * NULL. Atomic. */
SES_API ses_credentials *ses_credentials_retain(ses_credentials *credentials);

/* Gives a reference back; the last one wipes and frees. NULL is a no-op. Atomic. */
SES_API void ses_credentials_free(ses_credentials *credentials);

/* Borrowed until the credentials are freed. The session token is empty where there is none. */
SES_API struct ses_span ses_credentials_access_key_id(const ses_credentials *credentials);
SES_API struct ses_span ses_credentials_secret(const ses_credentials *credentials);
SES_API struct ses_span ses_credentials_session_token(const ses_credentials *credentials);

/* Appends `text`, the words of a service, with SES_REDACTED in the place of the secret access key
 * and the session token, plain or percent-encoded, and of larger parts of them: what a service says
 * of a signature may repeat what was signed. Errors: SES_ERR_NOMEM, `out` unchanged. */
SES_API enum ses_status ses_credentials_redact(const ses_credentials *credentials,
                                               struct ses_span text, struct ses_buf *out);

/* Where they were found. */
SES_API enum ses_credentials_source ses_credentials_source(const ses_credentials *credentials);

/* When they expire, in seconds since 1970; 0 where they do not. */
SES_API int64_t ses_credentials_expiration(const ses_credentials *credentials);

/* Empty where it is not known. Borrowed until the credentials are freed. */
SES_API struct ses_span ses_credentials_account_id(const ses_credentials *credentials);

/* "static", "environment", "profile", "web_identity", "sso", "assume_role", "process", "container",
 * "imds", "custom"; never NULL. */
SES_API const char *ses_credentials_source_name(enum ses_credentials_source source);

/* Each source answers SES_ERR_CREDENTIALS where it has nothing to give, so that the next one may be
 * asked, and any other error where it was meant to be used and is not fit to be: half a key pair,
 * a file that cannot be parsed. `*out` is the caller's, freed by ses_credentials_free. */

/* AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN (or its old name
 * AWS_SECURITY_TOKEN); AWS_ACCOUNT_ID, which is left out where it is not of twelve digits. A
 * variable that is set to nothing counts as not set. Errors: SES_ERR_CREDENTIALS, SES_ERR_INVALID,
 * SES_ERR_RANGE, each naming the variable; SES_ERR_NOMEM. */
SES_API enum ses_status ses_credentials_from_environment(const struct ses_host *host,
                                                         ses_credentials **out,
                                                         struct ses_error *error);

/* aws_access_key_id, aws_secret_access_key, aws_session_token and aws_account_id (as in the
 * environment) of a loaded profile: all from the credentials file where that has the key id, else
 * all from the config file, as botocore does. Errors: SES_ERR_CREDENTIALS, also where the profile
 * asks for what a resolver alone can do (role_arn and the like, ses/credentials_resolver.h);
 * SES_ERR_INVALID, SES_ERR_RANGE, naming property and file; SES_ERR_NOMEM. */
SES_API enum ses_status ses_credentials_from_profile(const ses_profile *profile,
                                                     ses_credentials **out,
                                                     struct ses_error *error);

#ifdef __cplusplus
}
#endif
#endif
