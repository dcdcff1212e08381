#define _GNU_SOURCE
#include "check.h"
#include "ses/ses.h"
#include "sns_fixtures.h"

#define NOW (MADE + 86400.0)

static const struct ses_span none = {NULL, 0};

static ses_sns_message *parse(const char *text) {
    ses_sns_message *message = NULL;
    struct ses_error error = {0};
    if (ses_sns_message_parse(ses_span_from(text), &message, &error) != SES_OK)
        fprintf(stderr, "%s %s\n", error.field, error.message);
    CHECK(message != NULL);
    return message;
}

/* `text` with `now` in the place of `old`, which must stand there. */
static const char *changed(const char *text, const char *old, const char *now) {
    static char out[4096];
    const char *at = strstr(text, old);
    CHECK(at != NULL);
    if (at != NULL)
        (void)snprintf(out, sizeof out, "%.*s%s%s", (int)(at - text), text, now, at + strlen(old));
    return out;
}

static enum ses_status certify(const char *pem, const char *region, const ses_sns_trust *trust,
                               double now, struct ses_error *error) {
    ses_sns_certificate *certificate = NULL;
    enum ses_status status = ses_sns_certificate_new(ses_span_from(pem), ses_span_from(region),
                                                     trust, now, &certificate, error);
    CHECK((status == SES_OK) == (certificate != NULL));
    ses_sns_certificate_free(certificate);
    return status;
}

static enum ses_status verify(const char *text, struct ses_error *error) {
    ses_sns_message *message = parse(text);
    ses_sns_certificate *certificate = NULL;
    CHECK(ses_sns_certificate_new(ses_span_from(LEAF), SES_SPAN("us-west-2"), NULL, NOW,
                                  &certificate, NULL) == SES_OK);
    enum ses_status status = SES_ERR_INTERNAL;
    if (message != NULL && certificate != NULL)
        status = ses_sns_message_verify(message, certificate, error);
    ses_sns_certificate_free(certificate);
    ses_sns_message_free(message);
    return status;
}

static ses_sns_trust *trust_in(const char *anchors, const char *intermediates) {
    ses_sns_trust *trust = NULL;
    CHECK(ses_sns_trust_new(ses_span_from(anchors), ses_span_from(intermediates), &trust, NULL) ==
          SES_OK);
    return trust;
}

static void reads_a_message(void) {
    ses_sns_message *message = parse(NOTIFICATION_1);
    CHECK_SPAN(ses_sns_message_field(message, SES_SNS_TYPE), "Notification");
    CHECK_SPAN(ses_sns_message_field(message, SES_SNS_SUBJECT),
               "Amazon SES Email Event Notification");
    CHECK_SPAN(ses_sns_message_region(message), "us-west-2");
    CHECK(ses_sns_message_field(message, SES_SNS_TOKEN).data == NULL);
    CHECK(ses_sns_message_time(message) > 1777683246.6 &&
          ses_sns_message_time(message) < 1777683246.7);
    ses_sns_message_free(message);
    ses_sns_message_free(NULL);
}

static void writes_what_is_signed(void) {
    struct ses_buf text;
    ses_buf_init(&text);
    ses_sns_message *message = parse(NOTIFICATION_1);
    CHECK(ses_sns_message_string_to_sign(message, &text) == SES_OK);
    CHECK_SPAN(ses_buf_span(&text),
               "Message\n{\"eventType\":\"Send\",\n\"subject\":\"Gr\xc3\xbc\xc3\x9f"
               "e \xe2\x82\xac\"}\n\n"
               "MessageId\n22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324\n"
               "Subject\nAmazon SES Email Event Notification\n"
               "Timestamp\n2026-05-02T00:54:06.655Z\n"
               "TopicArn\narn:aws:sns:us-west-2:123456789012:events\n"
               "Type\nNotification\n");
    ses_sns_message_free(message);
    ses_buf_clear(&text);
    message = parse(SUBSCRIPTIONCONFIRMATION);
    CHECK(ses_sns_message_string_to_sign(message, &text) == SES_OK);
    CHECK(memmem(text.data, text.len, "\nSubscribeURL\nhttps:", 20) != NULL);
    CHECK(memmem(text.data, text.len, "\nTimestamp\n2026-05-02T00:54:06.655Z\nToken\n2336412f37\n",
                 53) != NULL);
    ses_sns_message_free(message);
    ses_buf_free(&text);
}

static void takes_what_was_signed(void) {
    CHECK(verify(NOTIFICATION_1, NULL) == SES_OK);
    CHECK(verify(NOTIFICATION_2, NULL) == SES_OK);
    CHECK(verify(SUBSCRIPTIONCONFIRMATION, NULL) == SES_OK);
    CHECK(verify(UNSUBSCRIBECONFIRMATION, NULL) == SES_OK);
    /* A subject that is null is none. */
    CHECK(verify(changed(NOTIFICATION_2, "{", "{\"Subject\":null,"), NULL) == SES_OK);
}

static void refuses_what_was_altered(void) {
    static const char *const changes[][2] = {
        {"Gr", "gr"},
        {"22b80b92", "22b80b93"},
        {"2026-05-02T00:54:06.655Z", "2026-05-02T00:54:06.656Z"},
        {"123456789012", "123456789013"},
        {"\"SignatureVersion\":\"2\"", "\"SignatureVersion\":\"1\""},
        {"{", "{\"Subject\":\"Other\","},
        {"\"Signature\":\"", "\"Signature\":\"AAAA"},
        {"\"Signature\":\"", "\"Signature\":\"!"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct ses_error error = {0};
        CHECK(verify(changed(NOTIFICATION_2, changes[i][0], changes[i][1]), &error) ==
              SES_ERR_SIGNATURE);
        CHECK(strcmp(error.field, "Signature") == 0);
    }
}

static void refuses_what_is_no_message(void) {
    static const struct {
        const char *old, *now, *field;
    } cases[] = {
        {"\"Type\":\"Notification\"", "\"Type\":\"Other\"", "Type"},
        {"\"Type\":\"Notification\"", "\"Type\":7", "Type"},
        {"\"Type\":\"Notification\"", "\"Type\":\"SubscriptionConfirmation\"", "SubscribeURL"},
        {"\"MessageId\"", "\"MessageID\"", "MessageId"},
        {"22b80b92-", "22b80b92\\n-", "MessageId"},
        {"\"Message\":", "\"message\":", "Message"},
        {"arn:aws:sns", "arn:aws:sqs", "TopicArn"},
        {"us-west-2:1", "s3-us-west-2:1", "TopicArn"},
        {":events", ":", "TopicArn"},
        {":events", ":events\\nType\\nNotification", "TopicArn"},
        {"2026-05-02T", "2026-05-32T", "Timestamp"},
        {"\"SignatureVersion\":\"2\"", "\"SignatureVersion\":\"3\"", "SignatureVersion"},
        {"{", "{\"Subject\":\"a\\nTimestamp\\nb\",", "Subject"},
        {"{", "{\"Subject\":{},", "Subject"},
        {"\"SigningCertURL\"", "\"SigningCertUrl\"", "SigningCertURL"},
        {"{", "{\"Type\":\"Notification\",", ""}, /* twice */
        {"{", "[", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = changed(NOTIFICATION_2, cases[i].old, cases[i].now);
        ses_sns_message *message = NULL;
        struct ses_error error = {0};
        CHECK(ses_sns_message_parse(ses_span_from(text), &message, &error) == SES_ERR_PARSE);
        CHECK(message == NULL);
        CHECK(strcmp(error.field, cases[i].field) == 0);
    }
}

static bool is_cert_url(const char *url, const char *region) {
    struct ses_span found = none;
    enum ses_status status = ses_sns_check_cert_url(ses_span_from(url), &found, NULL);
    CHECK(status == SES_OK || status == SES_ERR_INVALID);
    return status == SES_OK && check_span(found, region);
}

static void takes_the_urls_of_sns(void) {
    CHECK(is_cert_url("https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3.pem",
                      "us-west-2"));
    CHECK(is_cert_url("https://sns.ap-southeast-10.amazonaws.com:443/a.pem", "ap-southeast-10"));
    CHECK(is_cert_url("https://sns.us-gov-west-1.amazonaws.com/a.pem", "us-gov-west-1"));
    CHECK(is_cert_url("https://sns.cn-north-1.amazonaws.com.cn/a.pem", "cn-north-1"));
    CHECK(is_cert_url("https://sns.eusc-de-east-1.amazonaws.eu/a.pem", "eusc-de-east-1"));
}

static void takes_no_other_urls(void) {
    static const char *const urls[] = {
        "",
        "x",
        "http://sns.us-west-2.amazonaws.com/a.pem",
        "ftp://sns.us-west-2.amazonaws.com/a.pem",
        "https://sns.us-west-2.amazonaws.com:8443/a.pem",
        "https://sns.us-west-2.amazonaws.com/a.pem?x=1",
        "https://sns.us-west-2.amazonaws.com/a.pem?",
        "https://sns.us-west-2.amazonaws.com/?a=.pem",
        "https://sns.us-west-2.amazonaws.com/a.pem#b",
        "https://sns.us-west-2.amazonaws.com/a.crt",
        "https://sns.us-west-2.amazonaws.com/a%2fb.pem",
        "https://sns.us-west-2.amazonaws.com/../a.pem",
        "https://sns.us-west-2.amazonaws.com",
        "https://me@sns.us-west-2.amazonaws.com/a.pem",
        "https://sns.us-west-2.amazonaws.com@evil.example/a.pem",
        "https://sns.us-west-2.amazonaws.com.evil.example/a.pem",
        "https://sns.us-west-2.amazonaws.com.cn/a.pem",
        "https://sns.cn-north-1.amazonaws.com/a.pem",
        "https://evil.example/sns.us-west-2.amazonaws.com/a.pem",
        "https://xsns.us-west-2.amazonaws.com/a.pem",
        "https://sns.amazonaws.com/a.pem",
        "https://sns..amazonaws.com/a.pem",
        "https://sns.us-west-2.x.amazonaws.com/a.pem",
        "https://sns.us-west-2.amazonaws.com./a.pem",
        "https://SNS.us-west-2.amazonaws.com/a.pem",
        "https://sns.s3-us-west-2.amazonaws.com/a.pem", /* a bucket named "sns" */
        "https://sns.s3-accelerate.amazonaws.com/a.pem",
        "https://sns.us-west-2-.amazonaws.com/a.pem",
        "https://sns.us-west.amazonaws.com/a.pem",
        "https://sns.-us-west-2.amazonaws.com/a.pem",
    };
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct ses_error error = {0};
        bool refused =
            ses_sns_check_cert_url(ses_span_from(urls[i]), NULL, &error) == SES_ERR_INVALID;
        if (!refused)
            fprintf(stderr, "taken: %s\n", urls[i]);
        CHECK(refused && error.message[0] != '\0');
    }
}

static void confirms_at_sns_alone(void) {
    static const struct {
        const char *url;
        enum ses_status status;
    } cases[] = {
        {"https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=a", SES_OK},
        {"https://sns.us-west-2.amazonaws.com?Action=ConfirmSubscription", SES_OK},
        {"https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe", SES_ERR_INVALID},
        {"https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscriptions", SES_ERR_INVALID},
        {"https://sns.us-west-2.amazonaws.com/", SES_ERR_INVALID},
        {"https://sns.us-west-2.amazonaws.com/x?Action=ConfirmSubscription", SES_ERR_INVALID},
        {"http://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription", SES_ERR_INVALID},
        {"https://sns.evil.example/?Action=ConfirmSubscription", SES_ERR_INVALID},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK(ses_sns_check_subscribe_url(ses_span_from(cases[i].url), NULL, NULL) ==
              cases[i].status);
}

static void wants_urls_of_the_topics_region(void) {
    static const char *const changes[][2] = {
        {"https:\\/\\/sns.us-west-2.amazonaws.com\\/Simple", "SigningCertURL"},
        {"https:\\/\\/sns.us-west-2.amazonaws.com\\/?", "SubscribeURL"},
    };
    for (size_t i = 0; i < 2; i++) {
        char other[128];
        (void)snprintf(other, sizeof other, "https:\\/\\/sns.us-east-1%s", changes[i][0] + 22);
        ses_sns_message *message = parse(changed(SUBSCRIPTIONCONFIRMATION, changes[i][0], other));
        struct ses_error error = {0};
        CHECK(ses_sns_message_check_urls(message, &error) == SES_ERR_INVALID);
        CHECK(strcmp(error.field, changes[i][1]) == 0);
        CHECK(strcmp(error.message, "is of another region than the topic") == 0);
        ses_sns_message_free(message);
    }
}

static void wants_a_certificate_of_sns(void) {
    CHECK(certify(LEAF, "us-west-2", NULL, NOW, NULL) == SES_OK);
    CHECK(certify(LEAF_REGIONAL, "af-south-1", NULL, NOW, NULL) == SES_OK);
    CHECK(certify(LEAF_OF_CHINA, "cn-north-1", NULL, NOW, NULL) == SES_OK);
    CHECK(certify(LEAF_OF_GOVCLOUD, "us-gov-east-1", NULL, NOW, NULL) == SES_OK);
    CHECK(certify(LEAF_OF_GOVCLOUD, "us-gov-west-1", NULL, NOW, NULL) == SES_OK);
    CHECK(certify(LEAF_REGIONAL, "eu-south-1", NULL, NOW, NULL) == SES_ERR_TLS);
    CHECK(certify(LEAF, "cn-north-1", NULL, NOW, NULL) == SES_ERR_TLS);
    struct ses_error error = {0};
    CHECK(certify(LEAF_OF_ANOTHER, "us-west-2", NULL, NOW, &error) == SES_ERR_TLS);
    CHECK(strstr(error.message, "another name") != NULL);
    CHECK(certify(LEAF_SMALL, "us-west-2", NULL, NOW, NULL) == SES_ERR_TLS);
    CHECK(certify(LEAF_EC, "us-west-2", NULL, NOW, NULL) == SES_ERR_TLS);
    CHECK(certify(LEAF_AUTHORITY, "us-west-2", NULL, NOW, NULL) == SES_ERR_TLS);
    CHECK(certify(LEAF, "s3-us-west-2", NULL, NOW, NULL) == SES_ERR_TLS);
}

static void wants_a_certificate_in_pem(void) {
    static const char *const texts[] = {
        "",
        "x",
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nMIIF",
        "-----BEGIN CERTIFICATE-----\nTUlJRg==\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIF\n-----END RSA PRIVATE KEY-----\n",
        LEAF LEAF LEAF LEAF LEAF, /* more than are taken */
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct ses_error error = {0};
        CHECK(certify(texts[i], "us-west-2", NULL, NOW, &error) == SES_ERR_TLS);
        CHECK(strcmp(error.field, "SigningCertURL") == 0);
    }
    char *large = malloc(SES_SNS_CERTIFICATE_MAX + sizeof LEAF);
    CHECK(large != NULL);
    if (large == NULL)
        return;
    memset(large, '\n', SES_SNS_CERTIFICATE_MAX);
    memcpy(large + SES_SNS_CERTIFICATE_MAX, LEAF, sizeof LEAF);
    CHECK(certify(large, "us-west-2", NULL, NOW, NULL) == SES_ERR_TLS);
    CHECK(certify(large + sizeof LEAF, "us-west-2", NULL, NOW, NULL) == SES_OK);
    free(large);
}

static void keeps_to_the_certificates_dates(void) {
    static const double times[] = {0, MADE - 86400.0, MADE + 101 * 365.25 * 86400};
    for (size_t i = 0; i < 3; i++)
        CHECK(certify(LEAF, "us-west-2", NULL, times[i], NULL) == SES_ERR_EXPIRED);
    static const double no_times[] = {-1, 1e300};
    for (size_t i = 0; i < 2; i++)
        CHECK(certify(LEAF, "us-west-2", NULL, no_times[i], NULL) == SES_ERR_EXPIRED);
}

static void follows_the_chain(void) {
    ses_sns_trust *trust = trust_in(ROOT, INTERMEDIATE);
    CHECK(certify(LEAF, "us-west-2", trust, NOW, NULL) == SES_OK);
    CHECK(certify(LEAF INTERMEDIATE, "us-west-2", trust, NOW, NULL) == SES_OK);
    CHECK(certify(LEAF, "us-west-2", trust, MADE - 86400.0, NULL) == SES_ERR_EXPIRED);
    struct ses_error error = {0};
    CHECK(certify(LEAF_OF_LEAF LEAF INTERMEDIATE, "us-west-2", trust, NOW, &error) == SES_ERR_TLS);
    ses_sns_trust_free(trust);
    /* The intermediate may be among the anchors, or come with the certificate. */
    trust = trust_in(ROOT INTERMEDIATE, "");
    CHECK(ses_sns_trust_count(trust) == 2);
    CHECK(certify(LEAF, "us-west-2", trust, NOW, NULL) == SES_OK);
    ses_sns_trust_free(trust);
    trust = trust_in(ROOT, "");
    CHECK(certify(LEAF INTERMEDIATE, "us-west-2", trust, NOW, NULL) == SES_OK);
    CHECK(certify(LEAF, "us-west-2", trust, NOW, &error) == SES_ERR_TLS);
    CHECK(strstr(error.message, "no trusted authority") != NULL);
    ses_sns_trust_free(trust);
}

/* Authorities of the same names with keys of their own. */
static void trusts_no_strangers(void) {
    ses_sns_trust *trust = trust_in(STRANGE_ROOT, STRANGE_INTERMEDIATE);
    CHECK(certify(LEAF, "us-west-2", trust, NOW, NULL) == SES_ERR_TLS);
    CHECK(certify(LEAF INTERMEDIATE ROOT, "us-west-2", trust, NOW, NULL) == SES_ERR_TLS);
    ses_sns_trust_free(trust);
    /* The right intermediate is found among strange ones. */
    trust = trust_in(STRANGE_ROOT ROOT, STRANGE_INTERMEDIATE INTERMEDIATE STRANGE_INTERMEDIATE);
    CHECK(certify(LEAF, "us-west-2", trust, NOW, NULL) == SES_OK);
    ses_sns_trust_free(trust);
}

static void tells_what_no_trust_is_made_of(void) {
    static const struct {
        const char *anchors, *intermediates, *field;
        enum ses_status status;
    } cases[] = {
        {"", "", "anchors", SES_ERR_PARSE},
        {LEAF, "", "anchors", SES_ERR_PARSE},
        {"-----BEGIN CERTIFICATE-----\nMIIF", "", "anchors", SES_ERR_PARSE},
        {ROOT, LEAF, "intermediates", SES_ERR_PARSE},
        {ROOT, "-----BEGIN CERTIFICATE-----\nMIIF\n-----END CERTIFICATE-----", "intermediates",
         SES_ERR_PARSE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ses_sns_trust *trust = NULL;
        struct ses_error error = {0};
        CHECK(ses_sns_trust_new(ses_span_from(cases[i].anchors),
                                ses_span_from(cases[i].intermediates), &trust,
                                &error) == cases[i].status);
        CHECK(trust == NULL && strcmp(error.field, cases[i].field) == 0);
    }
    char many[(SES_SNS_INTERMEDIATES_MAX + 1) * sizeof INTERMEDIATE] = "";
    for (size_t i = 0; i <= SES_SNS_INTERMEDIATES_MAX; i++)
        (void)strcat(many, INTERMEDIATE);
    ses_sns_trust *trust = NULL;
    CHECK(ses_sns_trust_new(ses_span_from(ROOT), ses_span_from(many), &trust, NULL) ==
          SES_ERR_RANGE);
}

static void wants_the_certificate_of_the_region(void) {
    ses_sns_message *message = parse(NOTIFICATION_2);
    ses_sns_certificate *certificate = NULL;
    CHECK(ses_sns_certificate_new(ses_span_from(LEAF), SES_SPAN("us-east-1"), NULL, NOW,
                                  &certificate, NULL) == SES_OK);
    CHECK(ses_sns_message_verify(message, certificate, NULL) == SES_ERR_TLS);
    ses_sns_certificate_free(certificate);
    ses_sns_message_free(message);
}

int main(void) {
    RUN(reads_a_message);
    RUN(writes_what_is_signed);
    RUN(takes_what_was_signed);
    RUN(refuses_what_was_altered);
    RUN(refuses_what_is_no_message);
    RUN(takes_the_urls_of_sns);
    RUN(takes_no_other_urls);
    RUN(confirms_at_sns_alone);
    RUN(wants_urls_of_the_topics_region);
    RUN(wants_a_certificate_of_sns);
    RUN(wants_a_certificate_in_pem);
    RUN(keeps_to_the_certificates_dates);
    RUN(follows_the_chain);
    RUN(trusts_no_strangers);
    RUN(tells_what_no_trust_is_made_of);
    RUN(wants_the_certificate_of_the_region);
    return check_done();
}
