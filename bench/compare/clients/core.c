/* The C core alone: requests built, signed and sent with ses/http.h, ses/signer.h, ses/transport.h.
 *
 *     core URL CONCURRENCY REQUESTS
 *
 * Prints what result.h says.
 */
#define _GNU_SOURCE
#include "message.h"
#include "result.h"
#include "ses/ses.h"

static struct {
    ses_transport *transport;
    ses_signer *signer;
    ses_credentials *credentials;
    const char *url;
    struct ses_span ca;
    long n, open, failed;
} bench;

static void must(enum ses_status status, const struct ses_error *error) {
    if (status == SES_OK)
        return;
    fprintf(stderr, "core: %s\n", error->message);
    exit(1);
}

static void start(void) {
    char text[4096];
    size_t len = message_write(text, sizeof text, ++bench.n);
    struct ses_error error = {0};
    ses_http_request *request = NULL;
    must(ses_http_request_new(SES_SPAN("POST"), ses_span_from(bench.url), &request, &error),
         &error);
    must(ses_http_request_add_header(request, SES_SPAN("Content-Type"),
                                     SES_SPAN("application/json"), false, &error),
         &error);
    must(ses_http_request_set_body(request, (struct ses_span){text, len}), &error);
    const struct ses_signer_options options = {
        .region = SES_SPAN("us-east-1"), .service = SES_SPAN("ses"), .time = (int64_t)time(NULL)};
    must(ses_signer_sign(bench.signer, request, bench.credentials, &options, &error), &error);
    const struct ses_exchange_options exchange = {.timeout_ms = 60000, .ca_bundle = bench.ca};
    unsigned long long id = 0;
    must(ses_transport_start(bench.transport, request, &exchange, &id, &error), &error);
    ses_http_request_free(request);
    bench.open++;
}

static void run(long concurrency, long requests) {
    struct ses_error error = {0};
    struct ses_exchange_result result;
    for (long i = 0; i < concurrency && requests > 0; i++, requests--)
        start();
    while (bench.open > 0) {
        must(ses_transport_step(bench.transport, -1, &error), &error);
        while (ses_transport_next(bench.transport, &result)) {
            bench.open--;
            if (result.status != SES_OK || ses_http_response_status(result.response) != 200)
                bench.failed++;
            ses_http_response_free(result.response);
            if (requests > 0) {
                requests--;
                start();
            }
        }
    }
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: core URL CONCURRENCY REQUESTS\n");
        return 2;
    }
    long concurrency = atol(argv[2]), requests = atol(argv[3]);
    const char *ca = getenv("AWS_CA_BUNDLE");
    struct ses_error error = {0};
    bench.url = argv[1];
    bench.ca = ses_span_from(ca == NULL ? "" : ca);
    const struct ses_transport_options options = {.max_connections = (unsigned)concurrency};
    must(ses_transport_new(&options, &bench.transport, &error), &error);
    must(ses_signer_new(&bench.signer), &error);
    const struct ses_credentials_options keys = {.access_key_id = SES_SPAN("bench"),
                                                 .secret_access_key = SES_SPAN("bench")};
    must(ses_credentials_new(&keys, &bench.credentials, &error), &error);
    run(concurrency, concurrency);
    struct result result = result_begin();
    run(concurrency, requests);
    result_print(&result, requests, bench.failed);
    ses_credentials_free(bench.credentials);
    ses_signer_free(bench.signer);
    ses_transport_free(bench.transport);
    return 0;
}
