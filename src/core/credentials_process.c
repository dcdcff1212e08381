/* The source "process": a program of the user's that a profile names in credential_process. */
#include "credentials_answer.h"

#include <stdio.h>
#include <stdlib.h>

/* What the source holds between its steps. */
struct process {
    const struct ses_source_context *context;
    struct ses_span command; /* borrowed from the profile */
    ses_credentials *found;
    struct ses_error error; /* its status is SES_OK while the program has not answered */
};

/* Source: "Process credential provider", AWS SDKs and Tools Reference Guide. */
static const struct ses_answer_fields fields = {
    .id = "AccessKeyId",
    .secret = "SecretAccessKey",
    .token = "SessionToken",
    .expiration = "Expiration",
    .account_id = "AccountId",
};

static enum ses_source_result open_source(const struct ses_source_context *context, double now,
                                          void **state, struct ses_error *error) {
    (void)now;
    *state = NULL;
    struct ses_span command;
    if (!ses_source_property(context, "credential_process", &command)) {
        (void)ses_error_set(error, SES_ERR_CREDENTIALS, NULL,
                            "profile '%.*s' has no credential_process",
                            ses_source_width(context->profile, 64), context->profile.data);
        return SES_SOURCE_NOTHING;
    }
    struct process *source = calloc(1, sizeof *source);
    if (source == NULL) {
        (void)ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
        return SES_SOURCE_FAILED;
    }
    source->context = context;
    source->command = command;
    *state = source;
    return SES_SOURCE_EFFECT;
}

static enum ses_source_result next(void *state, double now, struct ses_effect *effect,
                                   ses_credentials **credentials, struct ses_error *error) {
    (void)now;
    struct process *source = state;
    if (source->found != NULL) {
        *credentials = ses_credentials_retain(source->found);
        return SES_SOURCE_DONE;
    }
    if (source->error.status != SES_OK) {
        *error = source->error;
        return SES_SOURCE_FAILED;
    }
    effect->kind = SES_EFFECT_PROCESS;
    effect->source = SES_CREDENTIALS_PROCESS;
    effect->command = source->command;
    return SES_SOURCE_EFFECT;
}

static void fail(struct process *source, enum ses_status status, const char *why) {
    struct ses_span profile = source->context->profile;
    ses_credentials_free(source->found);
    source->found = NULL;
    (void)ses_error_set(&source->error, status, "credential_process", "of profile '%.*s' %.170s",
                        ses_source_width(profile, 64), profile.data, why);
}

static void take_output(struct process *source, struct ses_span output, double now) {
    ses_json *json = NULL;
    struct ses_error why = {0};
    int64_t version = 0;
    struct ses_answer_fields names = fields;
    (void)ses_source_property(source->context, "aws_account_id", &names.account);
    enum ses_status status = ses_json_parse(output, &json, &why);
    const ses_json_value *root = ses_json_root(json);
    if (status == SES_OK &&
        !(ses_json_integer(ses_json_member(root, SES_SPAN("Version")), &version) && version == 1))
        status = ses_error_set(&why, SES_ERR_PARSE, NULL, "has no Version 1");
    if (status == SES_OK)
        status =
            ses_answer_credentials(root, &names, SES_CREDENTIALS_PROCESS, &source->found, &why);
    ses_json_free(json);
    char text[240];
    bool member = why.field[0] != '\0';
    (void)snprintf(text, sizeof text, "gave an answer %s%s %.120s", member ? "whose " : "that",
                   why.field, why.message);
    int64_t expiration = source->found == NULL ? 0 : ses_credentials_expiration(source->found);
    if (status != SES_OK)
        fail(source, status, status == SES_ERR_NOMEM ? "is out of memory" : text);
    else if (expiration != 0 && (double)expiration <= now)
        fail(source, SES_ERR_EXPIRED, "gave credentials that have expired");
}

static void feed(void *state, const struct ses_source_input *input, double now) {
    struct process *source = state;
    char why[200];
    if (input->kind == SES_INPUT_FAILURE) {
        (void)snprintf(why, sizeof why, "gave no answer: %.*s",
                       ses_source_width(input->message, 160), input->message.data);
        fail(source, input->status, why);
    } else if (input->exit_status != 0) {
        (void)snprintf(why, sizeof why, "ended with status %d", input->exit_status);
        fail(source, SES_ERR_CREDENTIALS, why);
    } else {
        take_output(source, input->bytes, now);
    }
}

static void release(void *state) {
    ses_credentials_free(((struct process *)state)->found);
    free(state);
}

const struct ses_source_class ses_source_process = {.source = SES_CREDENTIALS_PROCESS,
                                                    .files = SES_FILES_NEEDED,
                                                    .open = open_source,
                                                    .next = next,
                                                    .feed = feed,
                                                    .free = release};
