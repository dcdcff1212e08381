#include "check.h"
#include "random_input.h"
#include "ses/ses.h"

#include <stdlib.h>

#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define TOKEN "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22w=="
#define NOW 1440938160

#define HEADERS_MAX 12

/* A request that is built, signed and tampered with. */
struct sample {
    struct ses_http_header headers[HEADERS_MAX];
    struct ses_sigv4_request request;
    struct ses_sigv4_result result;
};

static struct ses_sigv4_options sign_options(void) {
    return (struct ses_sigv4_options){.access_key_id = SES_SPAN("AKIDEXAMPLE"),
                                      .secret_access_key = SES_SPAN(SECRET),
                                      .region = SES_SPAN("eu-west-1"),
                                      .service = SES_SPAN("ses"),
                                      .time = NOW,
                                      .expires_s = 60};
}

static struct ses_sigv4_verify_options verify_options(void) {
    return (struct ses_sigv4_verify_options){.secret_access_key = SES_SPAN(SECRET),
                                             .region = SES_SPAN("eu-west-1"),
                                             .service = SES_SPAN("ses"),
                                             .time = NOW,
                                             .max_skew_s = 300};
}

static void add(struct sample *sample, struct ses_span name, struct ses_span value) {
    sample->headers[sample->request.header_count++] = (struct ses_http_header){name, value, false};
}

static void sample_init(struct sample *sample) {
    *sample = (struct sample){0};
    ses_sigv4_result_init(&sample->result);
    sample->request = (struct ses_sigv4_request){.method = SES_SPAN("POST"),
                                                 .path = SES_SPAN("/v2/email/a%20b"),
                                                 .query = SES_SPAN("b=2&a=1&a=%20"),
                                                 .headers = sample->headers,
                                                 .body = SES_SPAN("{}")};
    add(sample, SES_SPAN("Host"), SES_SPAN("email.eu-west-1.amazonaws.com"));
    add(sample, SES_SPAN("Content-Type"), SES_SPAN("application/json"));
}

static void sample_sign(struct sample *sample, const struct ses_sigv4_options *options) {
    CHECK(ses_sigv4_sign(&sample->request, options, &sample->result, NULL) == SES_OK);
    add(sample, SES_SPAN("X-Amz-Date"), ses_span_from(sample->result.timestamp));
    if (options->session_token.len > 0)
        add(sample, SES_SPAN("X-Amz-Security-Token"), options->session_token);
    if (options->sign_body)
        add(sample, SES_SPAN("X-Amz-Content-Sha256"), ses_span_from(sample->result.body_sha256));
    add(sample, SES_SPAN("Authorization"), ses_buf_span(&sample->result.authorization));
}

static void sample_presign(struct sample *sample, const struct ses_sigv4_options *options) {
    CHECK(ses_sigv4_presign(&sample->request, options, &sample->result, NULL) == SES_OK);
    sample->request.query = ses_buf_span(&sample->result.query);
}

static void sample_free(struct sample *sample) {
    ses_sigv4_result_free(&sample->result);
}

static enum ses_status verify(const struct ses_sigv4_request *request,
                              const struct ses_sigv4_verify_options *options,
                              struct ses_sigv4_trace *trace, struct ses_error *error) {
    ses_sigv4_claim *claim = NULL;
    enum ses_status status = ses_sigv4_claim_new(request, &claim, error);
    if (status == SES_OK)
        status = ses_sigv4_verify(request, claim, options, trace, error);
    ses_sigv4_claim_free(claim);
    return status;
}

static void accepts_what_sign_made(void) {
    struct ses_sigv4_options options = sign_options();
    struct ses_sigv4_verify_options check = verify_options();
    for (int i = 0; i < 16; i++) {
        options.session_token = check.session_token = i & 1 ? SES_SPAN(TOKEN) : SES_SPAN("");
        options.sign_body = (i & 2) != 0;
        options.keep_path = check.keep_path = (i & 4) != 0;
        struct sample sample;
        sample_init(&sample);
        if (i & 8)
            sample_presign(&sample, &options);
        else
            sample_sign(&sample, &options);
        CHECK(verify(&sample.request, &check, NULL, NULL) == SES_OK);
        sample_free(&sample);
    }
}

static void tells_who_signed(void) {
    struct ses_sigv4_options options = sign_options();
    struct sample sample;
    sample_init(&sample);
    sample_presign(&sample, &options);
    ses_sigv4_claim *claim = NULL;
    CHECK(ses_sigv4_claim_new(&sample.request, &claim, NULL) == SES_OK);
    CHECK_SPAN(ses_sigv4_claim_access_key_id(claim), "AKIDEXAMPLE");
    CHECK_SPAN(ses_sigv4_claim_day(claim), "20150830");
    CHECK_SPAN(ses_sigv4_claim_region(claim), "eu-west-1");
    CHECK_SPAN(ses_sigv4_claim_service(claim), "ses");
    CHECK(ses_sigv4_claim_time(claim) == NOW);
    CHECK(ses_sigv4_claim_is_presigned(claim));
    ses_sigv4_claim_free(claim);
    ses_sigv4_claim_free(NULL);
    sample_free(&sample);
}

static void refuses_a_request_that_was_changed(void) {
    struct ses_sigv4_options options = sign_options();
    struct ses_sigv4_verify_options check = verify_options();
    for (int i = 0; i < 6; i++) {
        struct sample sample;
        sample_init(&sample);
        sample_sign(&sample, &options);
        if (i == 0)
            sample.request.method = SES_SPAN("PUT");
        if (i == 1)
            sample.request.path = SES_SPAN("/v2/email/a%20c");
        if (i == 2)
            sample.request.query = SES_SPAN("b=2&a=1");
        if (i == 3)
            sample.request.body = SES_SPAN("{\"a\":1}");
        if (i == 4)
            sample.headers[1].value = SES_SPAN("text/plain");
        if (i == 5)
            check.secret_access_key = SES_SPAN("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEZ");
        struct ses_sigv4_trace trace;
        ses_sigv4_trace_init(&trace);
        CHECK(verify(&sample.request, &check, &trace, NULL) == SES_ERR_SIGNATURE);
        CHECK(trace.canonical_request.len > 0 && trace.string_to_sign.len > 0);
        ses_sigv4_trace_free(&trace);
        sample_free(&sample);
    }
}

static void shows_no_session_token(void) {
    struct ses_sigv4_options options = sign_options();
    struct ses_sigv4_verify_options check = verify_options();
    options.session_token = check.session_token = SES_SPAN(TOKEN);
    for (int presign = 0; presign < 2; presign++) {
        struct sample sample;
        sample_init(&sample);
        if (presign)
            sample_presign(&sample, &options);
        else
            sample_sign(&sample, &options);
        sample.request.body = SES_SPAN("changed");
        struct ses_sigv4_trace trace;
        ses_sigv4_trace_init(&trace);
        CHECK(verify(&sample.request, &check, &trace, NULL) == SES_ERR_SIGNATURE);
        CHECK(ses_buf_append_char(&trace.canonical_request, '\0') == SES_OK);
        CHECK(strstr(trace.canonical_request.data, "AQoDYXdzEPT") == NULL);
        CHECK(strstr(trace.canonical_request.data, "REDACTED") != NULL);
        CHECK(strstr(trace.canonical_request.data, sample.result.signature) == NULL);
        ses_sigv4_trace_free(&trace);
        sample_free(&sample);
    }
}

static enum ses_status verify_at(const struct sample *sample, int64_t time) {
    struct ses_sigv4_verify_options check = verify_options();
    check.time = time;
    return verify(&sample->request, &check, NULL, NULL);
}

static void keeps_to_the_clock(void) {
    struct ses_sigv4_options options = sign_options();
    struct sample sample;
    sample_init(&sample);
    sample_sign(&sample, &options);
    CHECK(verify_at(&sample, NOW + 300) == SES_OK);
    CHECK(verify_at(&sample, NOW + 301) == SES_ERR_EXPIRED);
    CHECK(verify_at(&sample, NOW - 300) == SES_OK);
    CHECK(verify_at(&sample, NOW - 301) == SES_ERR_EXPIRED);
    CHECK(verify_at(&sample, -1) == SES_ERR_RANGE);
    CHECK(verify_at(&sample, SES_SIGV4_TIME_MAX) == SES_ERR_EXPIRED);
    sample_free(&sample);
    sample_init(&sample);
    sample_presign(&sample, &options);
    CHECK(verify_at(&sample, NOW + 60) == SES_OK);
    CHECK(verify_at(&sample, NOW + 61) == SES_ERR_EXPIRED);
    CHECK(verify_at(&sample, NOW - 300) == SES_OK);
    CHECK(verify_at(&sample, NOW - 301) == SES_ERR_EXPIRED);
    sample_free(&sample);
}

static void keeps_to_the_scope_and_the_token(void) {
    struct ses_sigv4_options options = sign_options();
    struct sample sample;
    sample_init(&sample);
    sample_sign(&sample, &options);
    struct ses_error error = {0};
    struct ses_sigv4_verify_options check = verify_options();
    check.region = SES_SPAN("us-east-1");
    CHECK(verify(&sample.request, &check, NULL, &error) == SES_ERR_SIGNATURE);
    CHECK(strcmp(error.field, "credential") == 0);
    check = verify_options();
    check.service = SES_SPAN("iam");
    CHECK(verify(&sample.request, &check, NULL, &error) == SES_ERR_SIGNATURE);
    check.region = check.service = SES_SPAN("");
    CHECK(verify(&sample.request, &check, NULL, NULL) == SES_OK);
    check.session_token = SES_SPAN(TOKEN);
    CHECK(verify(&sample.request, &check, NULL, &error) == SES_ERR_SIGNATURE);
    CHECK(strcmp(error.field, "X-Amz-Security-Token") == 0);
    add(&sample, SES_SPAN("X-Amz-Security-Token"), SES_SPAN(TOKEN));
    CHECK(verify(&sample.request, &check, NULL, NULL) == SES_OK);
    check = verify_options();
    CHECK(verify(&sample.request, &check, NULL, &error) == SES_ERR_SIGNATURE);
    sample_free(&sample);
}

static void checks_a_digest_that_is_stated(void) {
    struct ses_sigv4_options options = sign_options();
    options.sign_body = true;
    struct ses_sigv4_verify_options check = verify_options();
    struct sample sample;
    sample_init(&sample);
    sample_sign(&sample, &options);
    sample.request.body = SES_SPAN("[]");
    struct ses_error error = {0};
    CHECK(verify(&sample.request, &check, NULL, &error) == SES_ERR_SIGNATURE);
    CHECK(strcmp(error.field, "X-Amz-Content-Sha256") == 0);
    sample_free(&sample);
}

static void refuses_headers_that_are_not_signed(void) {
    static const char *const names[] = {"X-Amz-Target", "X-Amz-Content-Sha256"};
    struct ses_sigv4_options options = sign_options();
    struct ses_sigv4_verify_options check = verify_options();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct sample sample;
        sample_init(&sample);
        sample_sign(&sample, &options);
        add(&sample, ses_span_from(names[i]), SES_SPAN("x"));
        CHECK(verify(&sample.request, &check, NULL, NULL) == SES_ERR_PARSE);
        sample_free(&sample);
    }
}

#define CREDENTIAL "Credential=AKID/20150830/eu-west-1/ses/aws4_request"
#define SIGNATURE "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"

static void refuses_an_authorization_of_another_form(void) {
    static const char *const bad[] = {
        "",
        "Basic abc",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 " CREDENTIAL ", " SIGNATURE,
        "AWS4-HMAC-SHA256 " CREDENTIAL ", SignedHeaders=host;x-amz-date",
        "AWS4-HMAC-SHA256 SignedHeaders=host;x-amz-date, " SIGNATURE,
        "AWS4-HMAC-SHA256 " CREDENTIAL ", SignedHeaders=host;x-amz-date, " SIGNATURE "0",
        "AWS4-HMAC-SHA256 " CREDENTIAL ", SignedHeaders=host;x-amz-date, Signature=",
        "AWS4-HMAC-SHA256 " CREDENTIAL ", SignedHeaders=x-amz-date;host, " SIGNATURE,
        "AWS4-HMAC-SHA256 " CREDENTIAL ", SignedHeaders=Host;x-amz-date, " SIGNATURE,
        "AWS4-HMAC-SHA256 " CREDENTIAL ", SignedHeaders=host;host;x-amz-date, " SIGNATURE,
        "AWS4-HMAC-SHA256 " CREDENTIAL ", SignedHeaders=host;x-amz-date;, " SIGNATURE,
        "AWS4-HMAC-SHA256 " CREDENTIAL ", SignedHeaders=;host;x-amz-date, " SIGNATURE,
        "AWS4-HMAC-SHA256 " CREDENTIAL ", SignedHeaders=host;x-amz-date;x-none, " SIGNATURE,
        "AWS4-HMAC-SHA256 " CREDENTIAL ", SignedHeaders=x-amz-date, " SIGNATURE,
        "AWS4-HMAC-SHA256 " CREDENTIAL ", SignedHeaders=host, " SIGNATURE,
        "AWS4-HMAC-SHA256 " CREDENTIAL ", " CREDENTIAL
        ", SignedHeaders=host;x-amz-date, " SIGNATURE,
        "AWS4-HMAC-SHA256 " CREDENTIAL ", Extra=1, SignedHeaders=host;x-amz-date, " SIGNATURE,
        "AWS4-HMAC-SHA256 Credential=AKID/20150830/eu-west-1/aws4_request, "
        "SignedHeaders=host;x-amz-date, " SIGNATURE,
        "AWS4-HMAC-SHA256 Credential=/20150830/eu-west-1/ses/aws4_request, "
        "SignedHeaders=host;x-amz-date, " SIGNATURE,
        "AWS4-HMAC-SHA256 Credential=AKID/2015083x/eu-west-1/ses/aws4_request, "
        "SignedHeaders=host;x-amz-date, " SIGNATURE,
        "AWS4-HMAC-SHA256 Credential=AKID/20150830/eu-west-1/ses/aws4_request/x, "
        "SignedHeaders=host;x-amz-date, " SIGNATURE,
        "AWS4-HMAC-SHA512 " CREDENTIAL ", SignedHeaders=host;x-amz-date, " SIGNATURE};
    struct ses_sigv4_verify_options check = verify_options();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct sample sample;
        sample_init(&sample);
        add(&sample, SES_SPAN("X-Amz-Date"), SES_SPAN("20150830T123600Z"));
        add(&sample, SES_SPAN("Authorization"), ses_span_from(bad[i]));
        struct ses_error error = {0};
        CHECK(verify(&sample.request, &check, NULL, &error) == SES_ERR_PARSE);
        CHECK(error.message[0] != '\0');
        sample_free(&sample);
    }
}

static void refuses_what_is_there_twice_or_not_at_all(void) {
    static const char good[] =
        "AWS4-HMAC-SHA256 " CREDENTIAL ", SignedHeaders=host;x-amz-date, " SIGNATURE;
    struct ses_sigv4_verify_options check = verify_options();
    for (int i = 0; i < 6; i++) {
        struct sample sample;
        sample_init(&sample);
        if (i != 0)
            add(&sample, SES_SPAN("Authorization"), ses_span_from(good));
        if (i != 1)
            add(&sample, SES_SPAN("X-Amz-Date"), SES_SPAN("20150830T123600Z"));
        if (i == 2)
            add(&sample, SES_SPAN("authorization"), ses_span_from(good));
        if (i == 3)
            add(&sample, SES_SPAN("x-amz-date"), SES_SPAN("20150830T123600Z"));
        if (i == 4)
            add(&sample, SES_SPAN("HOST"), SES_SPAN("other"));
        if (i == 5)
            sample.request.query = SES_SPAN("X-Amz-Signature=1");
        CHECK(verify(&sample.request, &check, NULL, NULL) == SES_ERR_PARSE);
        sample_free(&sample);
    }
}

static void refuses_a_presigned_query_with_a_part_amiss(void) {
    static const char *const swaps[][2] = {
        {"X-Amz-Expires=60", "X-Amz-Expires=0"},
        {"X-Amz-Expires=60", "X-Amz-Expires=604801"},
        {"X-Amz-Expires=60", "X-Amz-Expires=-1"},
        {"X-Amz-Expires=60", "X-Amz-Expires=99999999999999999"},
        {"X-Amz-Expires=60", "X-Amz-Expires="},
        {"X-Amz-Expires=60", "x=60"},
        {"X-Amz-Date=2015", "X-Amz-Date=15"},
        {"X-Amz-Date=2015", "X-Amz-Date=1&X-Amz-Date=2015"},
        {"AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"},
        {"SignedHeaders=content-type%3Bhost", "SignedHeaders=content-type"},
        {"%2Faws4_request", "%2Faws5_request"}};
    struct ses_sigv4_options options = sign_options();
    struct ses_sigv4_verify_options check = verify_options();
    for (size_t i = 0; i < sizeof swaps / sizeof *swaps; i++) {
        struct sample sample;
        sample_init(&sample);
        sample_presign(&sample, &options);
        CHECK(ses_buf_append_char(&sample.result.query, '\0') == SES_OK);
        char *at = strstr(sample.result.query.data, swaps[i][0]);
        CHECK(at != NULL);
        if (at == NULL)
            continue;
        char query[1024];
        (void)snprintf(query, sizeof query, "%.*s%s%s", (int)(at - sample.result.query.data),
                       sample.result.query.data, swaps[i][1], at + strlen(swaps[i][0]));
        sample.request.query = ses_span_from(query);
        CHECK(verify(&sample.request, &check, NULL, NULL) == SES_ERR_PARSE);
        sample_free(&sample);
    }
}

/* Whatever a request is made of, its signature is accepted, and no other one. */
static void accepts_any_request_and_no_change_of_it(void) {
    struct ses_sigv4_options options = sign_options();
    struct ses_sigv4_verify_options check = verify_options();
    static const char odd[] = "ab=&%/?+ .\"\t\x80\xff";
    for (int i = 0; i < 2000; i++) {
        char path[20], query[40], value[20], body[200];
        size_t len = random_below(sizeof body + 1);
        random_fill(path, sizeof path, odd, sizeof odd - 1);
        path[0] = '/';
        random_fill(query, sizeof query, i % 2 ? odd : NULL, sizeof odd - 1);
        random_fill(value, sizeof value, odd, sizeof odd - 1);
        random_fill(body, sizeof body, NULL, 0);
        struct sample sample;
        sample_init(&sample);
        sample.request.path = (struct ses_span){path, 1 + random_below(sizeof path)};
        sample.request.query = (struct ses_span){query, random_below(sizeof query + 1)};
        sample.request.body = (struct ses_span){body, len};
        add(&sample, SES_SPAN("X-Odd"), (struct ses_span){value, random_below(sizeof value + 1)});
        if (i % 3 == 0)
            sample_presign(&sample, &options);
        else
            sample_sign(&sample, &options);
        CHECK(verify(&sample.request, &check, NULL, NULL) == SES_OK);
        if (len > 0) {
            body[random_below(len)] ^= (char)(1 + random_below(255));
            CHECK(verify(&sample.request, &check, NULL, NULL) == SES_ERR_SIGNATURE);
        }
        sample_free(&sample);
    }
}

/* No bytes make it read where it must not (the sanitizers tell) or say yes. */
static void never_accepts_noise(void) {
    struct ses_sigv4_verify_options check = verify_options();
    static const char letters[] = "CredentialSignature=,/; AWS4-HMAC-SHA256hostx-amz-date0123%&";
    for (int i = 0; i < 5000; i++) {
        char text[200];
        struct ses_span noise = {text, random_below(sizeof text + 1)};
        random_fill(text, noise.len, i % 4 ? letters : NULL, sizeof letters - 1);
        struct sample sample;
        sample_init(&sample);
        add(&sample, SES_SPAN("X-Amz-Date"), SES_SPAN("20150830T123600Z"));
        if (i % 2)
            add(&sample, SES_SPAN("Authorization"), noise);
        else
            sample.request.query = noise;
        CHECK(verify(&sample.request, &check, NULL, NULL) != SES_OK);
        sample_free(&sample);
    }
}

int main(void) {
    random_start();
    RUN(accepts_what_sign_made);
    RUN(tells_who_signed);
    RUN(refuses_a_request_that_was_changed);
    RUN(shows_no_session_token);
    RUN(keeps_to_the_clock);
    RUN(keeps_to_the_scope_and_the_token);
    RUN(checks_a_digest_that_is_stated);
    RUN(refuses_headers_that_are_not_signed);
    RUN(refuses_an_authorization_of_another_form);
    RUN(refuses_what_is_there_twice_or_not_at_all);
    RUN(refuses_a_presigned_query_with_a_part_amiss);
    RUN(accepts_any_request_and_no_change_of_it);
    RUN(never_accepts_noise);
    return check_done();
}
