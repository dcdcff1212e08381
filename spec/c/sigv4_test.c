#include "check.h"
#include "random_input.h"
#include "ses/ses.h"

#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define S3_SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

#define HEADER(name, value)                                                                        \
    { {(name), sizeof(name) - 1}, {(value), sizeof(value) - 1}, false }

static struct ses_sigv4_options plain_options(void) {
    return (struct ses_sigv4_options){.access_key_id = SES_SPAN("AKIDEXAMPLE"),
                                      .secret_access_key = SES_SPAN(SECRET),
                                      .region = SES_SPAN("us-east-1"),
                                      .service = SES_SPAN("service"),
                                      .time = 1440938160,
                                      .expires_s = 3600};
}

static struct ses_sigv4_request plain_request(const struct ses_http_header *headers,
                                              size_t header_count) {
    return (struct ses_sigv4_request){.method = SES_SPAN("GET"),
                                      .path = SES_SPAN("/"),
                                      .headers = headers,
                                      .header_count = header_count};
}

/* "Create a signed AWS API request" in AWS's IAM user guide. */
static void signs_the_example_of_the_iam_guide(void) {
    const struct ses_http_header headers[] = {
        HEADER("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
        HEADER("Host", "iam.amazonaws.com")};
    struct ses_sigv4_request request = plain_request(headers, 2);
    request.query = SES_SPAN("Action=ListUsers&Version=2010-05-08");
    struct ses_sigv4_options options = plain_options();
    options.service = SES_SPAN("iam");
    struct ses_sigv4_result result;
    ses_sigv4_result_init(&result);
    CHECK(ses_sigv4_sign(&request, &options, &result, NULL) == SES_OK);
    CHECK_SPAN(ses_buf_span(&result.string_to_sign),
               "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n"
               "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
    CHECK_SPAN(ses_buf_span(&result.authorization),
               "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
               "SignedHeaders=content-type;host;x-amz-date, "
               "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
    ses_sigv4_result_free(&result);
}

static void derives_the_key_of_the_iam_guide(void) {
    unsigned char key[SES_SHA256_LEN];
    CHECK(ses_sigv4_signing_key(SES_SPAN(SECRET), SES_SPAN("20150830"), SES_SPAN("us-east-1"),
                                SES_SPAN("iam"), key) == SES_OK);
    struct ses_buf hex;
    ses_buf_init(&hex);
    CHECK(ses_buf_append_hex(&hex, key, sizeof key) == SES_OK);
    CHECK_SPAN(ses_buf_span(&hex),
               "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
    ses_buf_free(&hex);
}

/* "Examples: Signature Calculations" in AWS's S3 API reference. */
static void signs_the_examples_of_the_s3_reference(void) {
    static const struct ses_http_header range[] = {HEADER("Host", "examplebucket.s3.amazonaws.com"),
                                                   HEADER("Range", "bytes=0-9")};
    static const struct {
        const char *path, *query, *signature;
        size_t headers;
    } cases[] = {
        {"/test.txt", "", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41", 2},
        {"/", "lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543", 1},
        {"/", "max-keys=2&prefix=J",
         "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7", 1}};
    struct ses_sigv4_options options = plain_options();
    options.access_key_id = SES_SPAN("AKIAIOSFODNN7EXAMPLE");
    options.secret_access_key = SES_SPAN(S3_SECRET);
    options.service = SES_SPAN("s3");
    options.time = 1369353600;
    options.keep_path = options.sign_body = true;
    struct ses_sigv4_result result;
    ses_sigv4_result_init(&result);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ses_sigv4_request request = plain_request(range, cases[i].headers);
        request.path = ses_span_from(cases[i].path);
        request.query = ses_span_from(cases[i].query);
        CHECK(ses_sigv4_sign(&request, &options, &result, NULL) == SES_OK);
        CHECK(strcmp(result.signature, cases[i].signature) == 0);
        CHECK(strcmp(result.body_sha256, EMPTY) == 0);
    }
    ses_sigv4_result_free(&result);
}

/* get-vanilla of AWS's own test suite, both forms. */
static void signs_by_header_and_by_query(void) {
    const struct ses_http_header headers[] = {HEADER("Host", "example.amazonaws.com")};
    const struct ses_sigv4_request request = plain_request(headers, 1);
    const struct ses_sigv4_options options = plain_options();
    struct ses_sigv4_result result;
    ses_sigv4_result_init(&result);
    CHECK(ses_sigv4_sign(&request, &options, &result, NULL) == SES_OK);
    CHECK(strcmp(result.signature,
                 "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31") == 0);
    CHECK(result.query.len == 0);
    CHECK(ses_sigv4_presign(&request, &options, &result, NULL) == SES_OK);
    CHECK_SPAN(ses_buf_span(&result.query),
               "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2F"
               "us-east-1%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=3600&"
               "X-Amz-SignedHeaders=host&X-Amz-Signature="
               "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d");
    CHECK(result.authorization.len == 0);
    ses_sigv4_result_free(&result);
}

static void presigns_again_what_was_presigned(void) {
    const struct ses_http_header headers[] = {HEADER("Host", "example.amazonaws.com"),
                                              HEADER("Authorization", "old"),
                                              HEADER("X-Amz-Security-Token", "old")};
    struct ses_sigv4_request request = plain_request(headers, 3);
    request.query = SES_SPAN("b=2&a=1");
    struct ses_sigv4_options options = plain_options();
    options.session_token = SES_SPAN("to/ken==");
    struct ses_sigv4_result first, second;
    ses_sigv4_result_init(&first);
    ses_sigv4_result_init(&second);
    CHECK(ses_sigv4_presign(&request, &options, &first, NULL) == SES_OK);
    request.query = ses_buf_span(&first.query);
    CHECK(ses_sigv4_presign(&request, &options, &second, NULL) == SES_OK);
    CHECK(ses_span_equal(ses_buf_span(&first.query), ses_buf_span(&second.query)));
    ses_sigv4_result_free(&first);
    ses_sigv4_result_free(&second);
}

static void leaves_out_what_is_changed_on_the_way(void) {
    const struct ses_http_header headers[] = {
        HEADER("User-Agent", "ses"),          HEADER("EXPECT", "100-continue"),
        HEADER("Connection", "close"),        HEADER("Transfer-Encoding", "chunked"),
        HEADER("X-Amzn-Trace-Id", "Root=1"),  HEADER("Host", "h"),
        HEADER("Authorization", "Basic abc"), HEADER("X-Amz-Date", "20000101T000000Z"),
        HEADER("Content-Type", "text/plain"), HEADER("X-Amz-Target", "t")};
    struct ses_sigv4_request request = plain_request(headers, sizeof headers / sizeof *headers);
    const struct ses_sigv4_options options = plain_options();
    struct ses_sigv4_result result;
    ses_sigv4_result_init(&result);
    CHECK(ses_sigv4_sign(&request, &options, &result, NULL) == SES_OK);
    CHECK_SPAN(ses_buf_span(&result.canonical_request),
               "GET\n/\n\ncontent-type:text/plain\nhost:h\nx-amz-date:20150830T123600Z\n"
               "x-amz-target:t\n\ncontent-type;host;x-amz-date;x-amz-target\n" EMPTY);
    ses_sigv4_result_free(&result);
}

static void refuses(const struct ses_sigv4_request *request,
                    const struct ses_sigv4_options *options, const char *field) {
    struct ses_sigv4_result result;
    ses_sigv4_result_init(&result);
    struct ses_error error = {0};
    CHECK(ses_sigv4_sign(request, options, &result, &error) != SES_OK);
    CHECK(strcmp(error.field, field) == 0);
    CHECK(strstr(error.message, SECRET) == NULL);
    CHECK(result.signature[0] == '\0' && result.canonical_request.len == 0);
    ses_sigv4_result_free(&result);
}

static void names_the_field_at_fault(void) {
    const struct ses_http_header host[] = {HEADER("Host", "h"), HEADER("host", "g")};
    const struct ses_http_header split[] = {HEADER("Host", "h"), HEADER("X-A", "1\r\nX-B: 2")};
    const struct ses_http_header nul[] = {HEADER("Host", "h"), HEADER("X-A", "1\0")};
    const struct ses_http_header name[] = {HEADER("Host", "h"), HEADER("X A", "1")};
    const struct ses_sigv4_options good = plain_options();
    struct ses_sigv4_request request = plain_request(host, 2);
    refuses(&request, &good, "headers");
    request.header_count = 0;
    refuses(&request, &good, "headers");
    request = plain_request(split, 2);
    refuses(&request, &good, "headers");
    request = plain_request(nul, 2);
    refuses(&request, &good, "headers");
    request = plain_request(name, 2);
    refuses(&request, &good, "headers");
    request = plain_request(host, 1);
    request.method = SES_SPAN("GE T");
    refuses(&request, &good, "method");
    request = plain_request(host, 1);
    request.path = SES_SPAN("a");
    refuses(&request, &good, "path");
    request = plain_request(host, 1);
    struct ses_sigv4_options bad = good;
    bad.time = -1;
    refuses(&request, &bad, "time");
    bad.time = SES_SIGV4_TIME_MAX + 1;
    refuses(&request, &bad, "time");
    bad = good;
    bad.region = SES_SPAN("us/east");
    refuses(&request, &bad, "region");
    bad.region = SES_SPAN("us\0");
    refuses(&request, &bad, "region");
    bad = good;
    bad.service = SES_SPAN("");
    refuses(&request, &bad, "service");
    bad = good;
    bad.access_key_id = SES_SPAN("A, B");
    refuses(&request, &bad, "access_key_id");
    bad = good;
    bad.secret_access_key = SES_SPAN("");
    refuses(&request, &bad, "secret_access_key");
    bad = good;
    bad.session_token = SES_SPAN("a\r\nX-Evil: 1");
    refuses(&request, &bad, "session_token");
}

static void knows_the_calendar(void) {
    static const struct {
        int64_t time;
        const char *text;
    } cases[] = {{0, "19700101T000000Z"},           {68169600, "19720229T000000Z"},
                 {951782400, "20000229T000000Z"},   {951868799, "20000229T235959Z"},
                 {951868800, "20000301T000000Z"},   {1440938160, "20150830T123600Z"},
                 {4107542399, "21000228T235959Z"},  {4107542400, "21000301T000000Z"},
                 {253402300799, "99991231T235959Z"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[SES_SIGV4_TIMESTAMP_LEN + 1];
        int64_t time = -1;
        CHECK(ses_sigv4_format_time(cases[i].time, text) == SES_OK);
        CHECK(strcmp(text, cases[i].text) == 0);
        CHECK(ses_sigv4_parse_time(ses_span_from(text), &time) == SES_OK);
        CHECK(time == cases[i].time);
    }
    for (int64_t day = 0; day < 2932897; day += 13) {
        char text[SES_SIGV4_TIMESTAMP_LEN + 1];
        int64_t time = -1, expected = day * 86400 + (int64_t)random_below(86400);
        CHECK(ses_sigv4_format_time(expected, text) == SES_OK);
        CHECK(ses_sigv4_parse_time(ses_span_from(text), &time) == SES_OK && time == expected);
    }
    static const char *const bad[] = {"",
                                      "20150830",
                                      "20150830T123600",
                                      "20150830T123600z",
                                      "20150830 123600Z",
                                      "20150229T000000Z",
                                      "21000229T000000Z",
                                      "20151301T000000Z",
                                      "20150001T000000Z",
                                      "20150100T000000Z",
                                      "20150431T000000Z",
                                      "20150830T240000Z",
                                      "20150830T126000Z",
                                      "20150830T123660Z",
                                      "19691231T235959Z",
                                      "2015-830T123600Z",
                                      "20150830T12360 Z"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t time;
        CHECK(ses_sigv4_parse_time(ses_span_from(bad[i]), &time) == SES_ERR_PARSE);
    }
}

int main(void) {
    random_start();
    RUN(signs_the_example_of_the_iam_guide);
    RUN(derives_the_key_of_the_iam_guide);
    RUN(signs_the_examples_of_the_s3_reference);
    RUN(signs_by_header_and_by_query);
    RUN(presigns_again_what_was_presigned);
    RUN(leaves_out_what_is_changed_on_the_way);
    RUN(names_the_field_at_fault);
    RUN(knows_the_calendar);
    return check_done();
}
