#include "../../src/core/sigv4a_key.h"
#include "check.h"
#include "ses/ses.h"

#define ID "AKIDEXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define NOW 1440938160

static void read_hex(const char *hex, unsigned char *out) {
    for (size_t i = 0; hex[2 * i] != '\0'; i++) {
        unsigned byte = 0;
        CHECK(sscanf(hex + 2 * i, "%2x", &byte) == 1);
        out[i] = (unsigned char)byte;
    }
}

static bool is_hex(const unsigned char *bytes, size_t len, const char *hex) {
    struct ses_buf text;
    ses_buf_init(&text);
    bool same =
        ses_buf_append_hex(&text, bytes, len) == SES_OK && check_span(ses_buf_span(&text), hex);
    ses_buf_free(&text);
    return same;
}

static void public_key_of(const char *id, const char *secret,
                          unsigned char out[SES_SIGV4A_PUBLIC_KEY_LEN]) {
    unsigned char key[SES_SIGV4A_PRIVATE_KEY_LEN];
    CHECK(ses_sigv4a_private_key(ses_span_from(id), ses_span_from(secret), key) == SES_OK);
    CHECK(ses_sigv4a_public_key(key, out) == SES_OK);
}

/* The keys of AWS's own test suite, and of its SDKs' tests of the derivation. */
static void derives_the_keys_that_aws_derives(void) {
    static const struct {
        const char *id, *secret, *point;
    } cases[] = {{ID, SECRET,
                  "04b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1"
                  "865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518"},
                 {"AKISORANDOMAASORANDOM", "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom",
                  "0415d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb"
                  "0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char point[SES_SIGV4A_PUBLIC_KEY_LEN];
        public_key_of(cases[i].id, cases[i].secret, point);
        CHECK(is_hex(point, sizeof point, cases[i].point));
    }
}

/* The order of P-256 is ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551. */
static void takes_candidates_up_to_the_order_less_two(void) {
    static const struct {
        const char *candidate, *key;
    } cases[] = {{"0000000000000000000000000000000000000000000000000000000000000000",
                  "0000000000000000000000000000000000000000000000000000000000000001"},
                 {"00000000000000000000000000000000000000000000000000000000ffffffff",
                  "0000000000000000000000000000000000000000000000000000000100000000"},
                 {"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254e",
                  "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f"},
                 {"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f",
                  "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"},
                 {"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550", NULL},
                 {"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", NULL},
                 {"ffffffff00000001000000000000000000000000000000000000000000000000", NULL},
                 {"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char candidate[SES_SIGV4A_PRIVATE_KEY_LEN], key[SES_SIGV4A_PRIVATE_KEY_LEN];
        read_hex(cases[i].candidate, candidate);
        CHECK(ses_sigv4a_accept(candidate, key) == (cases[i].key != NULL));
        CHECK(cases[i].key == NULL || is_hex(key, sizeof key, cases[i].key));
    }
}

/* RFC 6979, A.2.5: P-256, SHA-256. */
static void signs_with_the_nonce_of_rfc_6979(void) {
    static const struct {
        const char *message, *signature;
    } cases[] = {{"sample", "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf"
                            "3716022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843a"
                            "cda8"},
                 {"test",
                  "3045022100f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d383"
                  "670220019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"}};
    unsigned char key[SES_SIGV4A_PRIVATE_KEY_LEN], point[SES_SIGV4A_PUBLIC_KEY_LEN];
    read_hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721", key);
    CHECK(ses_sigv4a_public_key(key, point) == SES_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char signature[SES_SIGV4_SIGNATURE_MAX + 1];
        struct ses_span message = ses_span_from(cases[i].message);
        CHECK(ses_sigv4a_sign_message(key, message, signature) == SES_OK);
        CHECK(strcmp(signature, cases[i].signature) == 0);
        CHECK(ses_sigv4a_check_message(point, message, ses_span_from(signature)) == SES_OK);
    }
}

static void refuses_keys_outside_the_group(void) {
    static const char *const keys[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        unsigned char key[SES_SIGV4A_PRIVATE_KEY_LEN], point[SES_SIGV4A_PUBLIC_KEY_LEN];
        char signature[SES_SIGV4_SIGNATURE_MAX + 1];
        read_hex(keys[i], key);
        CHECK(ses_sigv4a_public_key(key, point) == SES_ERR_INVALID);
        CHECK(ses_sigv4a_sign_message(key, SES_SPAN("a"), signature) == SES_ERR_INVALID);
        CHECK(signature[0] == '\0');
    }
}

/* No bit of message, key or signature can be turned, and nothing malformed is taken. */
static void refuses_whatever_was_changed(void) {
    unsigned char key[SES_SIGV4A_PRIVATE_KEY_LEN], point[SES_SIGV4A_PUBLIC_KEY_LEN];
    char signature[SES_SIGV4_SIGNATURE_MAX + 1], message[] = "message";
    CHECK(ses_sigv4a_private_key(SES_SPAN(ID), SES_SPAN(SECRET), key) == SES_OK);
    CHECK(ses_sigv4a_public_key(key, point) == SES_OK);
    CHECK(ses_sigv4a_sign_message(key, SES_SPAN("message"), signature) == SES_OK);
    const struct ses_span text = ses_span_from(message), hex = ses_span_from(signature);
    CHECK(ses_sigv4a_check_message(point, text, hex) == SES_OK);
    for (size_t i = 0; i < text.len; i++) {
        message[i] ^= 1;
        CHECK(ses_sigv4a_check_message(point, text, hex) == SES_ERR_SIGNATURE);
        message[i] ^= 1;
    }
    for (size_t i = 0; i < sizeof point; i++) {
        point[i] ^= 1;
        CHECK(ses_sigv4a_check_message(point, text, hex) == SES_ERR_SIGNATURE);
        point[i] ^= 1;
    }
    for (size_t i = 0; i < hex.len; i++) {
        signature[i] ^= 1;
        CHECK(ses_sigv4a_check_message(point, text, hex) == SES_ERR_SIGNATURE);
        signature[i] ^= 1;
        const struct ses_span cut = {signature, i};
        CHECK(ses_sigv4a_check_message(point, text, cut) == SES_ERR_SIGNATURE);
    }
    char longer[SES_SIGV4_SIGNATURE_MAX + 3] = {0};
    memset(longer, '0', sizeof longer - 1);
    CHECK(ses_sigv4a_check_message(point, text, ses_span_from(longer)) == SES_ERR_SIGNATURE);
    CHECK(ses_sigv4a_check_message(point, text, SES_SPAN("zz")) == SES_ERR_SIGNATURE);
}

static void knows_which_regions_a_set_covers(void) {
    static const struct {
        const char *set, *region;
        bool covered;
    } cases[] = {{"*", "eu-west-1", true},
                 {"eu-west-1", "eu-west-1", true},
                 {"eu-west-1", "eu-west-2", false},
                 {"us-east-1,eu-west-1", "eu-west-1", true},
                 {"us-east-1, eu-west-1", "eu-west-1", true},
                 {"us-*", "us-gov-west-1", true},
                 {"us-*", "eu-west-1", false},
                 {"*-west-*", "eu-west-1", true},
                 {"*-west-*", "eu-west", false},
                 {"*-1*2", "a-1-1-12", true},
                 {"eu-west", "eu-west-1", false},
                 {"eu-west-1", "eu-west", false},
                 {"", "eu-west-1", false},
                 {",", "eu-west-1", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK(ses_sigv4a_covers(ses_span_from(cases[i].set), ses_span_from(cases[i].region)) ==
              cases[i].covered);
}

static const struct ses_http_header host[] = {{{"Host", 4}, {"example.amazonaws.com", 21}, false},
                                              {{"X-Amz-Region-Set", 16}, {"old", 3}, false}};

static struct ses_sigv4_request plain_request(void) {
    return (struct ses_sigv4_request){
        .method = SES_SPAN("GET"), .path = SES_SPAN("/"), .headers = host, .header_count = 2};
}

static struct ses_sigv4_options plain_options(const char *region_set) {
    return (struct ses_sigv4_options){.access_key_id = SES_SPAN(ID),
                                      .secret_access_key = SES_SPAN(SECRET),
                                      .region = ses_span_from(region_set),
                                      .service = SES_SPAN("service"),
                                      .algorithm = SES_SIGV4_ECDSA,
                                      .time = NOW,
                                      .expires_s = 3600};
}

/* get-vanilla of AWS's own test suite, both forms; its signatures have other nonces. */
static void signs_by_header_and_by_query(void) {
    const struct ses_sigv4_request request = plain_request();
    const struct ses_sigv4_options options = plain_options("us-east-1");
    unsigned char point[SES_SIGV4A_PUBLIC_KEY_LEN];
    public_key_of(ID, SECRET, point);
    struct ses_sigv4_result result;
    ses_sigv4_result_init(&result);
    CHECK(ses_sigv4_sign(&request, &options, &result, NULL) == SES_OK);
    CHECK_SPAN(ses_buf_span(&result.canonical_request),
               "GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n"
               "x-amz-region-set:us-east-1\n\nhost;x-amz-date;x-amz-region-set\n"
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(ses_sigv4a_check_message(point, ses_buf_span(&result.string_to_sign),
                                   ses_span_from(result.signature)) == SES_OK);
    const char start[] = "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/"
                         "aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=";
    CHECK(result.authorization.len == sizeof start - 1 + strlen(result.signature));
    CHECK(memcmp(result.authorization.data, start, sizeof start - 1) == 0);
    CHECK(ses_sigv4_presign(&request, &options, &result, NULL) == SES_OK);
    CHECK(ses_sigv4a_check_message(point, ses_buf_span(&result.string_to_sign),
                                   ses_span_from(result.signature)) == SES_OK);
    const char query[] =
        "X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fservice"
        "%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=3600&X-Amz-Region-Set="
        "us-east-1&X-Amz-SignedHeaders=host&X-Amz-Signature=";
    CHECK(memcmp(result.query.data, query, sizeof query - 1) == 0);
    ses_sigv4_result_free(&result);
}

static void names_an_unfit_region_set(void) {
    static const char *const bad[] = {"", ",", "a,", ",a", "a,,b", "a, b", "a/b", "a=b", "a\nb"};
    const struct ses_sigv4_request request = plain_request();
    struct ses_sigv4_result result;
    ses_sigv4_result_init(&result);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct ses_sigv4_options options = plain_options(bad[i]);
        struct ses_error error = {0};
        CHECK(ses_sigv4_sign(&request, &options, &result, &error) == SES_ERR_INVALID);
        CHECK(strcmp(error.field, "region_set") == 0);
    }
    ses_sigv4_result_free(&result);
}

int main(void) {
    RUN(derives_the_keys_that_aws_derives);
    RUN(takes_candidates_up_to_the_order_less_two);
    RUN(signs_with_the_nonce_of_rfc_6979);
    RUN(refuses_keys_outside_the_group);
    RUN(refuses_whatever_was_changed);
    RUN(knows_which_regions_a_set_covers);
    RUN(signs_by_header_and_by_query);
    RUN(names_an_unfit_region_set);
    return check_done();
}
