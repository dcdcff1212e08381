/* The source "web_identity": STS's AssumeRoleWithWebIdentity for the token file that the
 * environment names, as EKS sets it up for service accounts. A profile's own is in
 * credentials_role.c. */
#include "credentials_sts.h"

#include <stdlib.h>

/* The variables are copied, as the environment may change between two steps. */
struct web_identity {
    struct ses_buf arn, session_name, token_file;
    struct ses_sts_role role;
    struct ses_sts_call call;
};

static void release(void *state) {
    struct web_identity *source = state;
    ses_sts_free(&source->call);
    ses_buf_free(&source->arn);
    ses_buf_free(&source->session_name);
    ses_buf_free(&source->token_file);
    free(source);
}

static struct web_identity *make(const struct ses_source_context *context,
                                 const struct ses_sts_role *variables) {
    struct web_identity *source = calloc(1, sizeof *source);
    if (source == NULL)
        return NULL;
    if (ses_buf_append(&source->arn, variables->arn) != SES_OK ||
        ses_buf_append(&source->session_name, variables->session_name) != SES_OK ||
        ses_buf_append(&source->token_file, variables->token_file) != SES_OK) {
        release(source);
        return NULL;
    }
    source->role = (struct ses_sts_role){.arn = ses_buf_span(&source->arn),
                                         .session_name = ses_buf_span(&source->session_name),
                                         .token_file = ses_buf_span(&source->token_file)};
    ses_sts_start(&source->call, context, &source->role, NULL);
    return source;
}

static enum ses_source_result open_source(const struct ses_source_context *context, double now,
                                          void **state, struct ses_error *error) {
    (void)now;
    *state = NULL;
    const struct ses_sts_role variables = {
        .arn = ses_source_variable(context, "AWS_ROLE_ARN"),
        .session_name = ses_source_variable(context, "AWS_ROLE_SESSION_NAME"),
        .token_file = ses_source_variable(context, "AWS_WEB_IDENTITY_TOKEN_FILE"),
    };
    if (variables.token_file.len == 0) {
        (void)ses_error_set(error, SES_ERR_CREDENTIALS, "AWS_WEB_IDENTITY_TOKEN_FILE",
                            "is not set");
        return SES_SOURCE_NOTHING;
    }
    if (variables.arn.len == 0)
        (void)ses_error_set(error, SES_ERR_INVALID, "AWS_ROLE_ARN",
                            "is not set, though AWS_WEB_IDENTITY_TOKEN_FILE is");
    else if ((*state = make(context, &variables)) == NULL)
        (void)ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    return *state == NULL ? SES_SOURCE_FAILED : SES_SOURCE_EFFECT;
}

static enum ses_source_result next(void *state, double now, struct ses_effect *effect,
                                   ses_credentials **credentials, struct ses_error *error) {
    return ses_sts_next(&((struct web_identity *)state)->call, now, effect, credentials, error);
}

static void feed(void *state, const struct ses_source_input *input, double now) {
    ses_sts_feed(&((struct web_identity *)state)->call, input, now);
}

const struct ses_source_class ses_source_web_identity = {.source = SES_CREDENTIALS_WEB_IDENTITY,
                                                         .files = SES_FILES_OPTIONAL,
                                                         .open = open_source,
                                                         .next = next,
                                                         .feed = feed,
                                                         .free = release};
