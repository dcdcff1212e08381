/* What credential sources answer in JSON, and the times in it: any bytes. */
#include "../src/core/credentials_answer.h"

#include "fuzz.h"

/* A time that can be written is read as the same second. */
static void read_time(struct ses_span text) {
    double time = 0, again = 0;
    struct ses_buf written;
    ses_buf_init(&written);
    if (ses_timestamp_parse(text, &time) == SES_OK &&
        ses_timestamp_append(&written, time) == SES_OK) {
        REQUIRE(ses_timestamp_parse(ses_buf_span(&written), &again) == SES_OK);
        REQUIRE(again <= time && time - again < 1);
    }
    ses_buf_free(&written);
}

static void walk(const ses_json_value *value) {
    struct ses_span text;
    int64_t number;
    switch (ses_json_type(value)) {
    case SES_JSON_STRING:
        REQUIRE(ses_json_string(value, &text));
        read_time(text);
        break;
    case SES_JSON_NUMBER:
        (void)ses_json_integer(value, &number);
        break;
    default:
        REQUIRE(!ses_json_string(value, &text) && text.len == 0);
    }
    bool object = ses_json_type(value) == SES_JSON_OBJECT;
    const ses_json_value *entry = ses_json_first(value);
    for (; entry != NULL; entry = ses_json_next(entry)) {
        /* No name comes twice, so that each finds its own member. */
        if (object)
            REQUIRE(ses_json_member(value, ses_json_name(entry)) == entry);
        walk(entry);
    }
}

static void read_answer(const ses_json_value *object, const struct ses_answer_fields *fields) {
    ses_credentials *credentials = NULL;
    struct ses_error error = {0};
    enum ses_status status =
        ses_answer_credentials(object, fields, SES_CREDENTIALS_STATIC, &credentials, &error);
    REQUIRE((status == SES_OK) == (credentials != NULL));
    require_error(status, &error);
    ses_credentials_free(credentials);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct ses_answer_fields process = {.id = "AccessKeyId",
                                                     .secret = "SecretAccessKey",
                                                     .token = "SessionToken",
                                                     .expiration = "Expiration",
                                                     .account_id = "AccountId"};
    static const struct ses_answer_fields sso = {.id = "accessKeyId",
                                                 .secret = "secretAccessKey",
                                                 .token = "sessionToken",
                                                 .expiration = "expiration",
                                                 .temporary = true};
    struct ses_span text = {(const char *)data, size};
    ses_json *json = NULL;
    struct ses_error error = {0};
    enum ses_status status = ses_json_parse(text, &json, &error);
    REQUIRE((status == SES_OK) == (json != NULL));
    require_error(status, &error);
    if (status == SES_OK) {
        const ses_json_value *root = ses_json_root(json);
        walk(root);
        read_answer(root, &ses_answer_metadata);
        read_answer(root, &process);
        read_answer(ses_json_member(root, SES_SPAN("roleCredentials")), &sso);
        (void)ses_answer_code(root, "Code");
    }
    ses_json_free(json);
    read_time(text);
    return 0;
}
