/* What is posted as a message of SNS, what its URL gives as a certificate, and the certificate's
 * own bytes: any bytes. */
#include "../src/core/sns_trust.h"

#include "fuzz.h"

/* 2026-06-01: within the dates of the corpus's certificates. */
static const double now = 1780272000;

/* Whether `text` is "sns.", something, and a domain of AWS, up to its path. */
static bool is_host_of_aws(struct ses_span url) {
    struct ses_span rest = url;
    for (int i = 0; i < 2; i++)
        (void)ses_span_split(&rest, '/');
    struct ses_span host = ses_span_split(&rest, '?');
    host = ses_span_split(&host, '/');
    host = ses_span_split(&host, ':');
    bool begins = host.len > 4 && memcmp(host.data, "sns.", 4) == 0;
    static const char *const domains[] = {".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu"};
    for (size_t i = 0; i < 3; i++) {
        size_t len = strlen(domains[i]);
        if (begins && host.len > len && memcmp(host.data + host.len - len, domains[i], len) == 0)
            return true;
    }
    return false;
}

static void check_urls(struct ses_span text) {
    struct ses_error error = {0};
    struct ses_span region;
    if (ses_sns_check_cert_url(text, &region, &error) == SES_OK)
        REQUIRE(is_host_of_aws(text) && region.len > 0 &&
                memcmp(text.data + text.len - 4, ".pem", 4) == 0);
    if (ses_sns_check_subscribe_url(text, &region, &error) == SES_OK)
        REQUIRE(is_host_of_aws(text) && region.len > 0);
}

/* What is signed can be read in one way: from its end, line by line. */
static void check_signed_text(const ses_sns_message *message) {
    struct ses_buf text;
    ses_buf_init(&text);
    REQUIRE(ses_sns_message_string_to_sign(message, &text) == SES_OK);
    size_t lines = 0;
    struct ses_span body = ses_sns_message_field(message, SES_SNS_MESSAGE);
    REQUIRE(text.len >= 8 + body.len + 1 && memcmp(text.data, "Message\n", 8) == 0);
    for (size_t i = 8 + body.len + 1; i < text.len; i++)
        lines += text.data[i] == '\n';
    bool subject = ses_sns_message_field(message, SES_SNS_SUBJECT).data != NULL;
    bool notification =
        ses_span_equal(ses_sns_message_field(message, SES_SNS_TYPE), SES_SPAN("Notification"));
    REQUIRE(lines == (notification ? (subject ? 10 : 8) : 12));
    REQUIRE(text.data[text.len - 1] == '\n');
    ses_buf_free(&text);
}

static void read_message(struct ses_span text) {
    ses_sns_message *message = NULL;
    struct ses_error error = {0};
    enum ses_status status = ses_sns_message_parse(text, &message, &error);
    REQUIRE((status == SES_OK) == (message != NULL));
    require_error(status, &error);
    if (message != NULL) {
        check_signed_text(message);
        check_urls(ses_sns_message_field(message, SES_SNS_SIGNING_CERT_URL));
        (void)ses_sns_message_check_urls(message, &error);
    }
    ses_sns_message_free(message);
}

/* Alone, and against authorities that came by the same bytes. */
static void read_certificate(struct ses_span pem) {
    ses_sns_certificate *certificate = NULL;
    ses_sns_trust *trust = NULL;
    struct ses_error error = {0};
    enum ses_status status = ses_sns_trust_new(pem, pem, &trust, &error);
    REQUIRE((status == SES_OK) == (trust != NULL));
    require_error(status, &error);
    for (int with = 0; with < 2; with++) {
        status = ses_sns_certificate_new(pem, SES_SPAN("us-west-2"), with ? trust : NULL, now,
                                         &certificate, &error);
        REQUIRE((status == SES_OK) == (certificate != NULL));
        require_error(status, &error);
        ses_sns_certificate_free(certificate);
    }
    ses_sns_trust_free(trust);
}

static void read_der(struct ses_span der) {
    if (der.len == 0 || der.len > 8192)
        return;
    char *pem = malloc(br_pem_encode(NULL, NULL, der.len, "CERTIFICATE", 0) + 1);
    REQUIRE(pem != NULL);
    size_t len = br_pem_encode(pem, der.data, der.len, "CERTIFICATE", 0);
    read_certificate((struct ses_span){pem, len});
    free(pem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ses_span text = {(const char *)data, size};
    read_message(text);
    check_urls(text);
    read_certificate(text);
    read_der(text);
    return 0;
}
