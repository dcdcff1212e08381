#include "credentials_answer.h"

#include "ses/timestamp.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const struct ses_answer_fields ses_answer_metadata = {
    .id = "AccessKeyId",
    .secret = "SecretAccessKey",
    .token = "Token",
    .expiration = "Expiration",
    .account_id = "AccountId",
};

/* A string that is there and not empty. A JSON null counts as not there. */
static enum ses_status take_text(const ses_json_value *object, const char *name, bool needed,
                                 struct ses_span *out, struct ses_error *error) {
    *out = (struct ses_span){NULL, 0};
    if (name == NULL)
        return SES_OK;
    const ses_json_value *member = ses_json_member(object, ses_span_from(name));
    if (member != NULL && ses_json_type(member) != SES_JSON_NULL && !ses_json_string(member, out))
        return ses_error_set(error, SES_ERR_PARSE, name, "is no string");
    if (needed && out->len == 0)
        return ses_error_set(error, SES_ERR_PARSE, name, "is missing");
    return SES_OK;
}

/* 0 is kept for "does not expire". */
static int64_t whole_seconds(double seconds) {
    double whole = floor(seconds);
    return whole < 1 ? 1 : (int64_t)whole;
}

static enum ses_status take_expiration(const ses_json_value *object,
                                       const struct ses_answer_fields *fields, int64_t *out,
                                       struct ses_error *error) {
    const char *name = fields->expiration;
    struct ses_span text;
    int64_t milliseconds;
    double seconds;
    *out = 0;
    if (name == NULL)
        return SES_OK;
    const ses_json_value *member = ses_json_member(object, ses_span_from(name));
    if (ses_json_integer(member, &milliseconds)) {
        *out = whole_seconds((double)milliseconds / 1000);
        return SES_OK;
    }
    enum ses_status status = take_text(object, name, fields->temporary, &text, error);
    if (status != SES_OK || text.len == 0)
        return status;
    if (ses_timestamp_parse(text, &seconds) != SES_OK)
        return ses_error_set(error, SES_ERR_PARSE, name, "is no RFC 3339 time");
    *out = whole_seconds(seconds);
    return SES_OK;
}

/* What ses_credentials_new calls a part is a member here. */
static enum ses_status make(const struct ses_credentials_options *options,
                            const struct ses_answer_fields *fields, ses_credentials **out,
                            struct ses_error *error) {
    struct ses_error found = {0};
    enum ses_status status = ses_credentials_new(options, out, &found);
    if (status == SES_OK || status == SES_ERR_NOMEM)
        return status == SES_OK ? status : ses_error_set(error, status, NULL, "out of memory");
    const char *name = fields->token;
    if (strcmp(found.field, "access_key_id") == 0)
        name = fields->id;
    else if (strcmp(found.field, "secret_access_key") == 0)
        name = fields->secret;
    return ses_error_set(error, status, name, "%s", found.message);
}

enum ses_status ses_answer_credentials(const ses_json_value *object,
                                       const struct ses_answer_fields *fields,
                                       enum ses_credentials_source source, ses_credentials **out,
                                       struct ses_error *error) {
    *out = NULL;
    struct ses_credentials_options options = {.source = source};
    struct ses_span account = {NULL, 0};
    if (ses_json_type(object) != SES_JSON_OBJECT)
        return ses_error_set(error, SES_ERR_PARSE, NULL, "has no JSON object with credentials");
    enum ses_status status = take_text(object, fields->id, true, &options.access_key_id, error);
    if (status == SES_OK)
        status = take_text(object, fields->secret, true, &options.secret_access_key, error);
    if (status == SES_OK)
        status = take_text(object, fields->token, fields->temporary, &options.session_token, error);
    if (status == SES_OK)
        status = take_expiration(object, fields, &options.expiration, error);
    if (status != SES_OK)
        return status;
    if (fields->account_id != NULL)
        (void)ses_json_member_string(object, ses_span_from(fields->account_id), &account);
    options.account_id = ses_source_account_id(account.len > 0 ? account : fields->account);
    return make(&options, fields, out, error);
}

struct ses_span ses_answer_code(const ses_json_value *object, const char *name) {
    struct ses_span code;
    const struct ses_span none = {NULL, 0};
    (void)ses_json_member_string(object, ses_span_from(name), &code);
    while (code.len > 0 && memchr(code.data, '#', code.len) != NULL)
        (void)ses_span_split(&code, '#');
    if (code.len > 48)
        return none;
    for (size_t i = 0; i < code.len; i++) {
        char c = code.data[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'))
            return none;
    }
    return code;
}

enum ses_status ses_answer_refusal(const struct ses_source_input *input, const char *who,
                                   const char *name, struct ses_error *error) {
    if (input->kind != SES_INPUT_RESPONSE)
        return ses_error_set(error, input->status, NULL, "%s gave no answer: %.*s", who,
                             ses_source_width(input->message, 160), input->message.data);
    int answered = ses_http_response_status(input->response);
    ses_json *json = NULL;
    struct ses_span code = {NULL, 0};
    enum ses_status status = SES_OK;
    if (name != NULL)
        status = ses_json_parse(ses_http_response_body(input->response), &json, NULL);
    if (status == SES_ERR_NOMEM)
        return ses_error_set(error, status, NULL, "out of memory");
    if (json != NULL)
        code = ses_answer_code(ses_json_root(json), name);
    bool named = code.len > 0;
    status =
        ses_error_set(error, SES_ERR_CREDENTIALS, NULL, "%s answered %d%s%.*s%s", who, answered,
                      named ? " (" : "", (int)code.len, named ? code.data : "", named ? ")" : "");
    ses_json_free(json);
    return status;
}

enum ses_status ses_answer_malformed(const char *who, const struct ses_error *why,
                                     struct ses_error *error) {
    if (why->status == SES_ERR_NOMEM)
        return ses_error_set(error, why->status, NULL, "out of memory");
    if (why->field[0] != '\0')
        return ses_error_set(error, why->status, why->field, "in the answer of %s %.180s", who,
                             why->message);
    return ses_error_set(error, why->status, NULL, "%s gave an answer that %.180s", who,
                         why->message);
}
