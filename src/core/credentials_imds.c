/* The source "imds": the role of the EC2 instance, from its metadata service. */
#include "credentials_answer.h"
#include "imds.h"

#include <stdlib.h>
#include <string.h>

#define ROLES "/latest/meta-data/iam/security-credentials/"

static const char who[] = "the instance metadata service";

enum { ROLE_MAX = 512 };

enum stage { ROLE, KEYS, FOUND, NOTHING, FAILED };

struct instance {
    struct ses_imds imds;
    enum stage stage;
    struct ses_buf path; /* of the role's credentials */
    ses_credentials *found;
    struct ses_error failure;
};

static void instance_free(void *state) {
    struct instance *instance = state;
    ses_imds_close(&instance->imds);
    ses_buf_free(&instance->path);
    ses_credentials_free(instance->found);
    free(instance);
}

static enum ses_source_result instance_open(const struct ses_source_context *context, double now,
                                            void **state, struct ses_error *error) {
    (void)now;
    *state = NULL;
    struct instance *instance = calloc(1, sizeof *instance);
    if (instance == NULL) {
        (void)ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
        return SES_SOURCE_FAILED;
    }
    enum ses_source_result result = ses_imds_open(&instance->imds, context, error);
    if (result != SES_SOURCE_EFFECT) {
        instance_free(instance);
        return result;
    }
    *state = instance;
    return result;
}

static enum ses_source_result instance_next(void *state, double now, struct ses_effect *effect,
                                            ses_credentials **credentials,
                                            struct ses_error *error) {
    (void)now;
    struct instance *instance = state;
    switch (instance->stage) {
    case FOUND:
        *credentials = instance->found;
        instance->found = NULL;
        return SES_SOURCE_DONE;
    case NOTHING:
    case FAILED:
        *error = instance->failure;
        return instance->stage == FAILED ? SES_SOURCE_FAILED : SES_SOURCE_NOTHING;
    case ROLE:
    case KEYS:
        break;
    }
    struct ses_span path =
        instance->stage == ROLE ? SES_SPAN(ROLES) : ses_buf_span(&instance->path);
    if (ses_imds_request(&instance->imds, path, effect, error) != SES_OK)
        return SES_SOURCE_FAILED;
    return SES_SOURCE_EFFECT;
}

/* The characters that IAM allows in a role's name: none has a meaning in a URL's path. */
static bool is_role_name(struct ses_span text) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!alnum && (c == '\0' || strchr("+=,.@-_", c) == NULL))
            return false;
    }
    return text.len <= ROLE_MAX;
}

/* The list's first line names the role; an instance has one at most. */
static enum stage read_role(struct instance *instance, struct ses_span body) {
    struct ses_span rest = ses_span_trim(body);
    struct ses_span role = ses_span_trim(ses_span_split(&rest, '\n'));
    if (role.len == 0) {
        (void)ses_error_set(&instance->failure, SES_ERR_CREDENTIALS, NULL,
                            "the instance has no role");
        return NOTHING;
    }
    if (!is_role_name(role)) {
        if (ses_imds_try_again(&instance->imds))
            return ROLE;
        (void)ses_error_set(&instance->failure, SES_ERR_PARSE, NULL, "%s named no usable role",
                            who);
        return FAILED;
    }
    ses_imds_next_document(&instance->imds);
    if (ses_buf_append_text(&instance->path, ROLES) == SES_OK &&
        ses_buf_append(&instance->path, role) == SES_OK)
        return KEYS;
    (void)ses_error_set(&instance->failure, SES_ERR_NOMEM, NULL, "out of memory");
    return FAILED;
}

/* Credentials that have expired are given all the same: the service could not replace them yet, and
 * the SDKs use them on ("static stability"). What is done with them is the cache's decision. */
static enum ses_status read_object(struct instance *instance, const ses_json_value *object,
                                   struct ses_error *error) {
    struct ses_answer_fields fields = ses_answer_metadata;
    struct ses_span code;
    fields.temporary = true;
    if (ses_json_member_string(object, SES_SPAN("Code"), &code) &&
        !ses_span_equal(code, SES_SPAN("Success"))) {
        code = ses_answer_code(object, "Code");
        if (code.len == 0)
            code = SES_SPAN("it does not say why");
        return ses_error_set(error, SES_ERR_CREDENTIALS, NULL, "%s has no credentials: %.*s", who,
                             (int)code.len, code.data);
    }
    struct ses_error why = {0};
    if (ses_answer_credentials(object, &fields, SES_CREDENTIALS_IMDS, &instance->found, &why) ==
        SES_OK)
        return SES_OK;
    return ses_answer_malformed(who, &why, error);
}

static enum stage read_keys(struct instance *instance, struct ses_span body) {
    ses_json *json = NULL;
    struct ses_error why = {0};
    enum ses_status status = ses_json_parse(body, &json, &why);
    if (status == SES_OK)
        status = read_object(instance, ses_json_root(json), &instance->failure);
    else
        (void)ses_answer_malformed(who, &why, &instance->failure);
    ses_json_free(json);
    if (status == SES_OK)
        return FOUND;
    return status == SES_ERR_PARSE && ses_imds_try_again(&instance->imds) ? KEYS : FAILED;
}

static void instance_feed(void *state, const struct ses_source_input *input, double now) {
    (void)now;
    struct instance *instance = state;
    struct ses_span body;
    enum stage stage = instance->stage;
    switch (ses_imds_feed(&instance->imds, input, &body, &instance->failure)) {
    case SES_IMDS_AGAIN:
        return;
    case SES_IMDS_ANSWER:
        instance->stage = stage == ROLE ? read_role(instance, body) : read_keys(instance, body);
        return;
    case SES_IMDS_ABSENT:
        /* That an instance lists a role and then does not have it is no quiet absence. */
        instance->stage = stage == ROLE ? NOTHING : FAILED;
        return;
    case SES_IMDS_FAILED:
        instance->stage = FAILED;
        return;
    }
}

const struct ses_source_class ses_source_imds = {
    .source = SES_CREDENTIALS_IMDS,
    .files = SES_FILES_OPTIONAL,
    .open = instance_open,
    .next = instance_next,
    .feed = instance_feed,
    .free = instance_free,
};
