/* Signing: paths, queries and headers of any bytes, written as an HTTP request is. What is signed
 * must verify, in the form of headers and in that of a query. */
#define _GNU_SOURCE
#include "fuzz.h"

enum { HEADERS_MAX = 32, NOW = 1440938160 };

static const struct ses_span secret_key = {"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", 40};

struct input {
    struct ses_sigv4_request request;
    struct ses_http_header headers[HEADERS_MAX];
};

static void check_uri(struct ses_span text) {
    struct ses_buf once, twice;
    ses_buf_init(&once);
    ses_buf_init(&twice);
    REQUIRE(ses_uri_encode(&once, text, false) == SES_OK);
    REQUIRE(ses_uri_decode(&twice, ses_buf_span(&once)) == SES_OK);
    REQUIRE(ses_span_equal(ses_buf_span(&twice), text));
    ses_buf_clear(&once);
    ses_buf_clear(&twice);
    REQUIRE(ses_uri_normalize_path(&once, text) == SES_OK);
    REQUIRE(once.len > 0 && once.data[0] == '/');
    REQUIRE(ses_uri_normalize_path(&twice, ses_buf_span(&once)) == SES_OK);
    REQUIRE(ses_span_equal(ses_buf_span(&twice), ses_buf_span(&once)));
    struct ses_url url;
    struct ses_error error = {0};
    require_error(ses_url_parse(text, &url, &error), &error);
    ses_buf_free(&once);
    ses_buf_free(&twice);
}

static void read_input(struct ses_span text, struct input *input) {
    struct ses_sigv4_request *request = &input->request;
    struct ses_span line = ses_span_split(&text, '\n');
    *request = (struct ses_sigv4_request){.headers = input->headers};
    request->method = ses_span_split(&line, ' ');
    request->path = ses_span_split(&line, '?');
    request->query = line;
    while (text.len > 0 && request->header_count < HEADERS_MAX - 3) {
        line = ses_span_split(&text, '\n');
        if (line.len == 0)
            break;
        struct ses_span name = ses_span_split(&line, ':');
        input->headers[request->header_count++] = (struct ses_http_header){name, line, false};
    }
    request->body = text;
}

/* Requests that bring signature fields of their own contradict the signature, as they should. */
static bool is_plain(const struct ses_sigv4_request *request) {
    for (size_t i = 0; i < request->header_count; i++) {
        struct ses_span name = request->headers[i].name;
        if (ses_span_equal_nocase(name, SES_SPAN("authorization")) ||
            (name.len > 5 &&
             ses_span_equal_nocase((struct ses_span){name.data, 6}, SES_SPAN("x-amz-"))))
            return false;
    }
    /* However it is encoded. */
    struct ses_buf plain;
    ses_buf_init(&plain);
    REQUIRE(ses_uri_decode(&plain, request->query) == SES_OK);
    bool found = plain.len > 0 && memmem(plain.data, plain.len, "X-Amz-", 6) != NULL;
    ses_buf_free(&plain);
    return !found;
}

static void verify(const struct ses_sigv4_request *request,
                   const struct ses_sigv4_options *signed_by) {
    const struct ses_sigv4_verify_options options = {.secret_access_key = secret_key,
                                                     .session_token = signed_by->session_token,
                                                     .time = NOW,
                                                     .max_skew_s = 300,
                                                     .keep_path = signed_by->keep_path};
    ses_sigv4_claim *claim = NULL;
    struct ses_error error = {0};
    enum ses_status status = ses_sigv4_claim_new(request, &claim, &error);
    if (status == SES_OK)
        status = ses_sigv4_verify(request, claim, &options, NULL, &error);
    if (status != SES_OK)
        fprintf(stderr, "%s %s\n", error.field, error.message);
    REQUIRE(status == SES_OK);
    ses_sigv4_claim_free(claim);
}

static void sign(struct input *input, const struct ses_sigv4_options *options, bool plain) {
    struct ses_sigv4_result result;
    struct ses_error error = {0};
    ses_sigv4_result_init(&result);
    enum ses_status status = ses_sigv4_sign(&input->request, options, &result, &error);
    require_error(status, &error);
    if (status == SES_OK && plain) {
        struct input sent = *input;
        size_t count = sent.request.header_count;
        sent.request.headers = sent.headers;
        sent.headers[count++] = (struct ses_http_header){SES_SPAN("X-Amz-Date"),
                                                         ses_span_from(result.timestamp), false};
        sent.headers[count++] = (struct ses_http_header){SES_SPAN("X-Amz-Security-Token"),
                                                         options->session_token, true};
        sent.headers[count++] = (struct ses_http_header){SES_SPAN("Authorization"),
                                                         ses_buf_span(&result.authorization), true};
        sent.request.header_count = count;
        verify(&sent.request, options);
    }
    ses_sigv4_result_free(&result);
}

static void presign(struct input *input, const struct ses_sigv4_options *options, bool plain) {
    struct ses_sigv4_result result;
    struct ses_error error = {0};
    ses_sigv4_result_init(&result);
    enum ses_status status = ses_sigv4_presign(&input->request, options, &result, &error);
    require_error(status, &error);
    if (status == SES_OK && plain) {
        struct ses_sigv4_request sent = input->request;
        sent.query = ses_buf_span(&result.query);
        verify(&sent, options);
    }
    ses_sigv4_result_free(&result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ses_span text = {(const char *)data, size};
    struct ses_sigv4_options options = {.access_key_id = SES_SPAN("AKIDEXAMPLE"),
                                        .secret_access_key = secret_key,
                                        .session_token = SES_SPAN("token"),
                                        .region = SES_SPAN("us-east-1"),
                                        .service = SES_SPAN("ses"),
                                        .time = NOW,
                                        .expires_s = 900};
    check_uri(text);
    struct input input;
    read_input(text, &input);
    check_uri(input.request.path);
    bool plain = is_plain(&input.request);
    for (int keep = 0; keep < 2; keep++) {
        options.keep_path = keep == 1;
        sign(&input, &options, plain);
        presign(&input, &options, plain);
    }
    return 0;
}
