/* The source "environment" of ses/credentials.h. */
#include "credentials_source.h"

#include <string.h>

static struct ses_span variable(const struct ses_host *host, const char *name) {
    return ses_span_from(host->getenv(host->context, name));
}

/* What ses_credentials_new calls a part is a variable here. */
static const char *variable_of(const char *field) {
    if (strcmp(field, "access_key_id") == 0)
        return "AWS_ACCESS_KEY_ID";
    if (strcmp(field, "secret_access_key") == 0)
        return "AWS_SECRET_ACCESS_KEY";
    return "AWS_SESSION_TOKEN";
}

enum ses_status ses_credentials_from_environment(const struct ses_host *host, ses_credentials **out,
                                                 struct ses_error *error) {
    *out = NULL;
    struct ses_credentials_options options = {
        .access_key_id = variable(host, "AWS_ACCESS_KEY_ID"),
        .secret_access_key = variable(host, "AWS_SECRET_ACCESS_KEY"),
        .session_token = variable(host, "AWS_SESSION_TOKEN"),
        .source = SES_CREDENTIALS_ENVIRONMENT,
        .account_id = ses_source_account_id(variable(host, "AWS_ACCOUNT_ID")),
    };
    if (options.access_key_id.len == 0)
        return ses_error_set(error, SES_ERR_CREDENTIALS, "AWS_ACCESS_KEY_ID", "is not set");
    if (options.secret_access_key.len == 0)
        return ses_error_set(error, SES_ERR_INVALID, "AWS_SECRET_ACCESS_KEY",
                             "is not set, though AWS_ACCESS_KEY_ID is");
    if (options.session_token.len == 0)
        options.session_token = variable(host, "AWS_SECURITY_TOKEN");
    struct ses_error found = {0};
    enum ses_status status = ses_credentials_new(&options, out, &found);
    if (status != SES_OK)
        return ses_error_set(error, status,
                             found.field[0] == '\0' ? NULL : variable_of(found.field), "%s",
                             found.message);
    return SES_OK;
}

/* The state of the source is the credentials themselves. */
static enum ses_source_result open_source(const struct ses_source_context *context, double now,
                                          void **state, struct ses_error *error) {
    (void)now;
    ses_credentials *found;
    enum ses_status status = ses_credentials_from_environment(context->host, &found, error);
    *state = found;
    if (status == SES_OK)
        return SES_SOURCE_EFFECT;
    return status == SES_ERR_CREDENTIALS ? SES_SOURCE_NOTHING : SES_SOURCE_FAILED;
}

static enum ses_source_result next(void *state, double now, struct ses_effect *effect,
                                   ses_credentials **credentials, struct ses_error *error) {
    (void)now;
    (void)effect;
    (void)error;
    *credentials = ses_credentials_retain(state);
    return SES_SOURCE_DONE;
}

static void release(void *state) {
    ses_credentials_free(state);
}

const struct ses_source_class ses_source_environment = {
    .source = SES_CREDENTIALS_ENVIRONMENT, .open = open_source, .next = next, .free = release};
