#include "ses/sns.h"

#include "ses/base64.h"
#include "ses/json.h"
#include "ses/timestamp.h"
#include "sns_certificate.h"

#include <stdlib.h>
#include <string.h>

struct ses_sns_message {
    ses_json *json; /* has the fields' bytes */
    struct ses_span fields[SES_SNS_FIELDS];
    struct ses_span region;
    double time;
};

static const char *const names[SES_SNS_FIELDS] = {
    [SES_SNS_TYPE] = "Type",
    [SES_SNS_MESSAGE_ID] = "MessageId",
    [SES_SNS_TOPIC_ARN] = "TopicArn",
    [SES_SNS_SUBJECT] = "Subject",
    [SES_SNS_MESSAGE] = "Message",
    [SES_SNS_TIMESTAMP] = "Timestamp",
    [SES_SNS_TOKEN] = "Token",
    [SES_SNS_SUBSCRIBE_URL] = "SubscribeURL",
    [SES_SNS_SIGNATURE_VERSION] = "SignatureVersion",
    [SES_SNS_SIGNATURE] = "Signature",
    [SES_SNS_SIGNING_CERT_URL] = "SigningCertURL",
};

/* What is signed, in this order: that of the names' bytes. */
static const enum ses_sns_field of_notification[] = {
    SES_SNS_MESSAGE,   SES_SNS_MESSAGE_ID, SES_SNS_SUBJECT,
    SES_SNS_TIMESTAMP, SES_SNS_TOPIC_ARN,  SES_SNS_TYPE,
};
static const enum ses_sns_field of_confirmation[] = {
    SES_SNS_MESSAGE, SES_SNS_MESSAGE_ID, SES_SNS_SUBSCRIBE_URL, SES_SNS_TIMESTAMP,
    SES_SNS_TOKEN,   SES_SNS_TOPIC_ARN,  SES_SNS_TYPE,
};

struct signed_fields {
    const enum ses_sns_field *list;
    size_t count;
};

/* Of a type that there is not: none. */
static struct signed_fields signed_fields(struct ses_span type) {
    if (ses_span_equal(type, SES_SPAN("Notification")))
        return (struct signed_fields){of_notification,
                                      sizeof of_notification / sizeof *of_notification};
    if (ses_span_equal(type, SES_SPAN("SubscriptionConfirmation")) ||
        ses_span_equal(type, SES_SPAN("UnsubscribeConfirmation")))
        return (struct signed_fields){of_confirmation,
                                      sizeof of_confirmation / sizeof *of_confirmation};
    return (struct signed_fields){NULL, 0};
}

const char *ses_sns_field_name(enum ses_sns_field field) {
    return (unsigned)field < SES_SNS_FIELDS ? names[field] : "";
}

struct ses_span ses_sns_message_field(const ses_sns_message *message, enum ses_sns_field field) {
    return (unsigned)field < SES_SNS_FIELDS ? message->fields[field] : (struct ses_span){NULL, 0};
}

struct ses_span ses_sns_message_region(const ses_sns_message *message) {
    return message->region;
}

double ses_sns_message_time(const ses_sns_message *message) {
    return message->time;
}

static enum ses_status fault(struct ses_error *error, enum ses_sns_field field, const char *what) {
    return ses_error_set(error, SES_ERR_PARSE, names[field], "%s", what);
}

/* The text that is signed has a line for each name and each value: only the value that stands first
 * in it, Message, may hold line breaks, or its lines could be shared out among the fields otherwise
 * than they were signed. */
static bool is_one_line(struct ses_span text) {
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7f)
            return false;
    return text.len > 0;
}

static enum ses_status take_field(ses_sns_message *message, enum ses_sns_field field,
                                  struct ses_error *error) {
    const ses_json_value *value =
        ses_json_member(ses_json_root(message->json), ses_span_from(names[field]));
    if (field == SES_SNS_SUBJECT &&
        (ses_json_type(value) == SES_JSON_NONE || ses_json_type(value) == SES_JSON_NULL))
        return SES_OK;
    if (!ses_json_string(value, &message->fields[field]))
        return fault(error, field, value == NULL ? "is missing" : "must be a string");
    if (field != SES_SNS_MESSAGE && !is_one_line(message->fields[field]))
        return fault(error, field, "must be one line of text");
    return SES_OK;
}

/* arn:PARTITION:sns:REGION:ACCOUNT:NAME */
static bool read_topic(struct ses_span arn, struct ses_span *region) {
    bool fine = ses_span_equal(ses_span_split(&arn, ':'), SES_SPAN("arn"));
    fine = ses_span_split(&arn, ':').len > 0 && fine;
    fine = ses_span_equal(ses_span_split(&arn, ':'), SES_SPAN("sns")) && fine;
    *region = ses_span_split(&arn, ':');
    fine = ses_span_split(&arn, ':').len > 0 && fine;
    return fine && arn.len > 0 && ses_sns_is_region(*region);
}

static enum ses_status take_fields(ses_sns_message *message, struct ses_error *error) {
    enum ses_status status = take_field(message, SES_SNS_TYPE, error);
    if (status != SES_OK)
        return status;
    struct signed_fields fields = signed_fields(message->fields[SES_SNS_TYPE]);
    if (fields.count == 0)
        return fault(error, SES_SNS_TYPE, "is none that SNS has");
    for (size_t i = 0; status == SES_OK && i < fields.count; i++)
        status = take_field(message, fields.list[i], error);
    static const enum ses_sns_field others[] = {SES_SNS_SIGNATURE_VERSION, SES_SNS_SIGNATURE,
                                                SES_SNS_SIGNING_CERT_URL};
    for (size_t i = 0; status == SES_OK && i < sizeof others / sizeof *others; i++)
        status = take_field(message, others[i], error);
    return status;
}

static enum ses_status read_fields(ses_sns_message *message, struct ses_error *error) {
    enum ses_status status = take_fields(message, error);
    if (status != SES_OK)
        return status;
    if (!read_topic(message->fields[SES_SNS_TOPIC_ARN], &message->region))
        return fault(error, SES_SNS_TOPIC_ARN, "is not the ARN of a topic");
    if (ses_timestamp_parse(message->fields[SES_SNS_TIMESTAMP], &message->time) != SES_OK)
        return fault(error, SES_SNS_TIMESTAMP, "is not a time");
    struct ses_span version = message->fields[SES_SNS_SIGNATURE_VERSION];
    if (!ses_span_equal(version, SES_SPAN("1")) && !ses_span_equal(version, SES_SPAN("2")))
        return fault(error, SES_SNS_SIGNATURE_VERSION, "must be 1 or 2");
    return SES_OK;
}

enum ses_status ses_sns_message_parse(struct ses_span text, ses_sns_message **out,
                                      struct ses_error *error) {
    *out = NULL;
    ses_sns_message *message = calloc(1, sizeof *message);
    if (message == NULL)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    enum ses_status status = ses_json_parse(text, &message->json, error);
    if (status == SES_OK && ses_json_type(ses_json_root(message->json)) != SES_JSON_OBJECT)
        status = ses_error_set(error, SES_ERR_PARSE, NULL, "must be a JSON object");
    if (status == SES_OK)
        status = read_fields(message, error);
    if (status != SES_OK) {
        ses_sns_message_free(message);
        return status;
    }
    *out = message;
    return SES_OK;
}

void ses_sns_message_free(ses_sns_message *message) {
    if (message == NULL)
        return;
    ses_json_free(message->json);
    free(message);
}

enum ses_status ses_sns_message_string_to_sign(const ses_sns_message *message,
                                               struct ses_buf *out) {
    struct signed_fields fields = signed_fields(message->fields[SES_SNS_TYPE]);
    size_t size = 0;
    for (size_t i = 0; i < fields.count; i++)
        size += strlen(names[fields.list[i]]) + message->fields[fields.list[i]].len + 2;
    enum ses_status status = ses_buf_reserve(out, size);
    for (size_t i = 0; status == SES_OK && i < fields.count; i++) {
        struct ses_span value = message->fields[fields.list[i]];
        if (value.data == NULL)
            continue;
        /* There is room for all: these cannot fail. */
        (void)ses_buf_append_text(out, names[fields.list[i]]);
        (void)ses_buf_append_char(out, '\n');
        (void)ses_buf_append(out, value);
        (void)ses_buf_append_char(out, '\n');
    }
    return status;
}

/* The hash of what is signed. → its length */
static size_t hash_of(const ses_sns_message *message, struct ses_span text,
                      unsigned char out[br_sha256_SIZE]) {
    if (ses_span_equal(message->fields[SES_SNS_SIGNATURE_VERSION], SES_SPAN("1"))) {
        br_sha1_context sha1;
        br_sha1_init(&sha1);
        br_sha1_update(&sha1, text.data, text.len);
        br_sha1_out(&sha1, out);
        return br_sha1_SIZE;
    }
    br_sha256_context sha256;
    br_sha256_init(&sha256);
    br_sha256_update(&sha256, text.data, text.len);
    br_sha256_out(&sha256, out);
    return br_sha256_SIZE;
}

static bool is_signed(const ses_sns_message *message, struct ses_span text,
                      struct ses_span signature, const br_rsa_public_key *key) {
    unsigned char hash[br_sha256_SIZE], found[br_sha256_SIZE];
    size_t len = hash_of(message, text, hash);
    const unsigned char *oid = len == br_sha1_SIZE ? BR_HASH_OID_SHA1 : BR_HASH_OID_SHA256;
    return br_rsa_pkcs1_vrfy_get_default()((const unsigned char *)signature.data, signature.len,
                                           oid, len, key, found) == 1 &&
           memcmp(found, hash, len) == 0;
}

static enum ses_status check_signature(const ses_sns_message *message, const br_rsa_public_key *key,
                                       struct ses_error *error) {
    struct ses_buf text, signature;
    ses_buf_init(&text);
    ses_buf_init(&signature);
    enum ses_status status = ses_sns_message_string_to_sign(message, &text);
    if (status == SES_OK)
        status = ses_base64_decode(&signature, message->fields[SES_SNS_SIGNATURE], NULL);
    if (status == SES_ERR_NOMEM)
        (void)ses_error_set(error, status, NULL, "out of memory");
    else if (status != SES_OK ||
             !is_signed(message, ses_buf_span(&text), ses_buf_span(&signature), key))
        status = ses_error_set(error, SES_ERR_SIGNATURE, "Signature", "does not match the message");
    ses_buf_free(&text);
    ses_buf_free(&signature);
    return status;
}

enum ses_status ses_sns_message_verify(const ses_sns_message *message,
                                       const ses_sns_certificate *certificate,
                                       struct ses_error *error) {
    enum ses_status status = ses_sns_message_check_urls(message, error);
    if (status != SES_OK)
        return status;
    struct ses_span region = {certificate->region, certificate->region_len};
    if (!ses_span_equal(region, message->region))
        return ses_error_set(error, SES_ERR_TLS, "SigningCertURL",
                             "gave the certificate of another region");
    return check_signature(message, &certificate->key, error);
}
