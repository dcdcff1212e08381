/* ses/credentials.h: AWS credentials, and the sources that they come from.
 *
 * A `ses_credentials` holds an access key id, its secret access key and, for temporary credentials,
 * a session token, all in one ses_secret. It never changes after it is made: any number of threads
 * may read one; freeing it while another thread reads it is not safe.
 *
 * No function puts a secret into a message: errors name the field, the variable or the file.
 */
#ifndef SES_CREDENTIALS_H
#define SES_CREDENTIALS_H

#include "ses/span.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ses_credentials ses_credentials;

/* Where credentials were found. */
enum ses_credentials_source {
    SES_CREDENTIALS_STATIC = 0,  /* given by the program */
    SES_CREDENTIALS_ENVIRONMENT, /* AWS_ACCESS_KEY_ID and its companions */
    SES_CREDENTIALS_PROFILE      /* a profile of the shared credentials or config file */
};

/* What credentials are made of. Spans are borrowed for the call. */
struct ses_credentials_options {
    struct ses_span access_key_id;     /* 1 to 128 visible ASCII characters, none of "/,=" */
    struct ses_span secret_access_key; /* 1 to 1,024 bytes without control characters */
    struct ses_span session_token;     /* at most 16,384 visible ASCII characters; empty: none */
    enum ses_credentials_source source;
};

/* Copies the parts into wiped memory. `*out` is the caller's, freed by ses_credentials_free.
 * Errors: SES_ERR_INVALID and SES_ERR_RANGE naming the field, SES_ERR_NOMEM. */
SES_API enum ses_status ses_credentials_new(const struct ses_credentials_options *options,
                                            ses_credentials **out, struct ses_error *error);

/* Wipes and frees. NULL is a no-op. */
SES_API void ses_credentials_free(ses_credentials *credentials);

/* Borrowed until the credentials are freed. The session token is empty where there is none. */
SES_API struct ses_span ses_credentials_access_key_id(const ses_credentials *credentials);
SES_API struct ses_span ses_credentials_secret(const ses_credentials *credentials);
SES_API struct ses_span ses_credentials_session_token(const ses_credentials *credentials);

SES_API enum ses_credentials_source ses_credentials_source(const ses_credentials *credentials);

/* "static", "environment" or "profile"; never NULL. */
SES_API const char *ses_credentials_source_name(enum ses_credentials_source source);

#ifdef __cplusplus
}
#endif
#endif
