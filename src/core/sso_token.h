/* sso_token.h: the login of IAM Identity Center that `aws sso login` has left. Not installed.
 *
 * The token cache is ~/.aws/sso/cache/<SHA-1 of the session's name, or of the start URL where the
 * profile has no session>.json, as the AWS CLI and the SDKs share it.
 */
#ifndef SES_SSO_TOKEN_H
#define SES_SSO_TOKEN_H

#include "credentials_source.h"
#include "ses/json.h"

/* What the profile says, borrowed from its files. */
struct ses_sso_settings {
    struct ses_span session; /* empty: a profile of the old kind */
    struct ses_span start_url;
    struct ses_span region;
    struct ses_span account_id;
    struct ses_span role_name;
};

/* NOTHING where the profile asks for no SSO role, FAILED (SES_ERR_INVALID naming the property)
 * where half of what is needed is missing or profile and session contradict each other; else
 * EFFECT. */
enum ses_source_result ses_sso_settings_read(const struct ses_source_context *context,
                                             struct ses_sso_settings *out, struct ses_error *error);

/* A token; all spans are borrowed from `json`. */
struct ses_sso_token {
    ses_json *json;
    struct ses_span access;
    double expires;
    struct ses_span refresh; /* empty, like those below, where the login cannot be refreshed */
    struct ses_span client_id;
    struct ses_span client_secret;
    struct ses_span registered_until; /* as it is written */
};

/* The cache file's path, ended by a NUL. Errors: SES_ERR_NOT_FOUND where there is no home
 * directory, SES_ERR_NOMEM. */
enum ses_status ses_sso_token_path(const struct ses_source_context *context,
                                   const struct ses_sso_settings *settings, struct ses_buf *out,
                                   struct ses_error *error);

/* Reads the file into `*out`, in place of what was there; unchanged on failure.
 * Errors: SES_ERR_CREDENTIALS where there is no file (nobody has logged in), SES_ERR_PARSE naming
 * it, those of the host, SES_ERR_NOMEM. */
enum ses_status ses_sso_token_load(const struct ses_source_context *context, const char *path,
                                   struct ses_sso_token *out, struct ses_error *error);
void ses_sso_token_free(struct ses_sso_token *token);

/* Whether CreateToken may give a new one: a login of a session, with a refresh token and a client
 * that is registered still. */
bool ses_sso_token_is_refreshable(const struct ses_sso_token *token,
                                  const struct ses_sso_settings *settings, double now);

/* Appends CreateToken's body. Errors: SES_ERR_NOMEM. */
enum ses_status ses_sso_token_write_request(const struct ses_sso_token *token, struct ses_buf *out);

/* Puts CreateToken's answer in the place of `*token` and, where the host writes files, into the
 * cache file; that this fails is no failure, as the token is good. `*token` is unchanged on
 * failure.
 * Errors: SES_ERR_PARSE, SES_ERR_RANGE, SES_ERR_NOMEM. */
enum ses_status ses_sso_token_renew(const struct ses_source_context *context,
                                    const struct ses_sso_settings *settings, const char *path,
                                    struct ses_span answer, double now, struct ses_sso_token *token,
                                    struct ses_error *error);

#endif
