/* Signing in C: ses/signer.h, and the hash work without which there is no signature.
 *
 *     sign ours|hash|hardware BODY_BYTES TIMES
 *
 * "ours" signs a SendEmail request with a signer that has its key; "hash" is BearSSL's SHA-256 over
 * the same body, over a canonical request of the same length, and an HMAC over the string to sign;
 * "hardware" is the same by ses/digest.h, which uses the processor's instructions where it has
 * them. Prints what result.h says; `requests` are signatures.
 */
#define _GNU_SOURCE
#include "result.h"
#include "ses/ses.h"
#include <bearssl.h>

#define CANONICAL_BYTES 340
#define STRING_TO_SIGN_BYTES 130

static void must(enum ses_status status, const struct ses_error *error) {
    if (status == SES_OK)
        return;
    fprintf(stderr, "sign: %s\n", error->message);
    exit(1);
}

static void run_ours(struct ses_span body, long times) {
    struct ses_error error = {0};
    ses_http_request *request = NULL;
    ses_credentials *credentials = NULL;
    ses_signer *signer = NULL;
    const struct ses_credentials_options keys = {.access_key_id = SES_SPAN("AKIAIOSFODNN7EXAMPLE"),
                                                 .secret_access_key = SES_SPAN("bench")};
    must(ses_credentials_new(&keys, &credentials, &error), &error);
    must(ses_signer_new(&signer), &error);
    must(ses_http_request_new(
             SES_SPAN("POST"),
             SES_SPAN("https://email.us-east-1.amazonaws.com/v2/email/outbound-emails"), &request,
             &error),
         &error);
    must(ses_http_request_add_header(request, SES_SPAN("Content-Type"),
                                     SES_SPAN("application/json"), false, &error),
         &error);
    must(ses_http_request_set_body(request, body), &error);
    const struct ses_signer_options options = {
        .region = SES_SPAN("us-east-1"), .service = SES_SPAN("ses"), .time = 1700000000};
    must(ses_signer_sign(signer, request, credentials, &options, &error), &error);
    struct result result = result_begin();
    for (long i = 0; i < times; i++)
        must(ses_signer_sign(signer, request, credentials, &options, &error), &error);
    result_print(&result, times, 0);
    ses_http_request_free(request);
    ses_signer_free(signer);
    ses_credentials_free(credentials);
}

static void hash(const void *data, size_t len, unsigned char out[32]) {
    br_sha256_context context;
    br_sha256_init(&context);
    br_sha256_update(&context, data, len);
    br_sha256_out(&context, out);
}

static void run_hash(struct ses_span body, long times) {
    char canonical[CANONICAL_BYTES], string[STRING_TO_SIGN_BYTES];
    unsigned char digest[32], key[32] = {7};
    memset(canonical, 'c', sizeof canonical);
    memset(string, 's', sizeof string);
    struct result result = result_begin();
    for (long i = 0; i < times; i++) {
        hash(body.data, body.len, digest);
        memcpy(canonical, digest, sizeof digest);
        hash(canonical, sizeof canonical, digest);
        memcpy(string, digest, sizeof digest);
        br_hmac_key_context hmac_key;
        br_hmac_context hmac;
        br_hmac_key_init(&hmac_key, &br_sha256_vtable, key, sizeof key);
        br_hmac_init(&hmac, &hmac_key, 0);
        br_hmac_update(&hmac, string, sizeof string);
        (void)br_hmac_out(&hmac, digest);
        key[0] = digest[0];
    }
    result_print(&result, times, 0);
}

static void run_hardware(struct ses_span body, long times) {
    char canonical[CANONICAL_BYTES], string[STRING_TO_SIGN_BYTES];
    unsigned char digest[SES_SHA256_LEN], key[SES_SHA256_LEN] = {7};
    memset(canonical, 'c', sizeof canonical);
    memset(string, 's', sizeof string);
    struct result result = result_begin();
    for (long i = 0; i < times; i++) {
        ses_sha256(body, digest);
        memcpy(canonical, digest, sizeof digest);
        ses_sha256((struct ses_span){canonical, sizeof canonical}, digest);
        memcpy(string, digest, sizeof digest);
        ses_hmac_sha256((struct ses_span){(const char *)key, sizeof key},
                        (struct ses_span){string, sizeof string}, digest);
        key[0] = digest[0];
    }
    result_print(&result, times, 0);
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: sign ours|hash|hardware BODY_BYTES TIMES\n");
        return 2;
    }
    size_t len = (size_t)atol(argv[2]);
    char *body = malloc(len + 1);
    if (body == NULL)
        return 1;
    memset(body, 'b', len);
    struct ses_span span = {body, len};
    if (strcmp(argv[1], "ours") == 0)
        run_ours(span, atol(argv[3]));
    else if (strcmp(argv[1], "hardware") == 0)
        run_hardware(span, atol(argv[3]));
    else
        run_hash(span, atol(argv[3]));
    free(body);
    return 0;
}
