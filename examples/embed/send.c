/* Sends one message from C, without Lua: the core signs and carries, nothing else is needed.
 *
 *     cc send.c -o send $(pkg-config --cflags --libs ses)
 *     ./send letters@lantern.example reader@example.com
 *
 * Credentials come from wherever the AWS SDKs find them, except from a program (credential_process)
 * or by an MFA code; AWS_REGION names the region and AWS_ENDPOINT_URL_SESV2 another endpoint than
 * AWS's.
 */
#include <ses/ses.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char MESSAGE[] =
    "{\"FromEmailAddress\":\"%s\",\"Destination\":{\"ToAddresses\":[\"%s\"]},"
    "\"Content\":{\"Simple\":{\"Subject\":{\"Data\":\"From C\"},"
    "\"Body\":{\"Text\":{\"Data\":\"No Lua was needed.\"}}}}}";

static const char *setting(const char *name, const char *fallback) {
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : fallback;
}

/* A SendEmail request, ready to be signed. */
static enum ses_status make_request(const char *region, const char *from, const char *to,
                                    ses_http_request **out, struct ses_error *error) {
    char url[512];
    char body[1024];
    char endpoint[256];
    snprintf(endpoint, sizeof endpoint, "https://email.%s.amazonaws.com", region);
    snprintf(url, sizeof url, "%s/v2/email/outbound-emails",
             setting("AWS_ENDPOINT_URL_SESV2", endpoint));
    int length = snprintf(body, sizeof body, MESSAGE, from, to);
    if (length < 0 || (size_t)length >= sizeof body)
        return ses_error_set(error, SES_ERR_RANGE, "to", "is too long");
    enum ses_status status = ses_http_request_new(SES_SPAN("POST"), ses_span_from(url), out, error);
    if (status != SES_OK)
        return status;
    status = ses_http_request_add_header(*out, SES_SPAN("Content-Type"),
                                         SES_SPAN("application/json"), false, error);
    return status == SES_OK ? ses_http_request_set_body(*out, ses_span_from(body)) : status;
}

/* Carries a request and waits for the answer. */
static enum ses_status exchange(ses_transport *transport, const ses_http_request *request,
                                const struct ses_exchange_options *options,
                                struct ses_exchange_result *result, struct ses_error *error) {
    unsigned long long id = 0;
    enum ses_status status = ses_transport_start(transport, request, options, &id, error);
    while (status == SES_OK && !ses_transport_next(transport, result))
        status = ses_transport_step(transport, -1, error);
    if (status == SES_OK && result->status != SES_OK)
        *error = result->error;
    return status == SES_OK ? result->status : status;
}

/* One step of the search for credentials. Programs and MFA codes are not for this example. */
static void perform_effect(ses_transport *transport, ses_credentials_resolver *resolver,
                           const struct ses_effect *effect) {
    struct ses_exchange_options options = {.connect_timeout_ms = effect->connect_timeout_ms,
                                           .timeout_ms = effect->timeout_ms,
                                           .direct = effect->direct};
    struct ses_exchange_result result = {0};
    struct ses_error error = {.status = SES_ERR_CREDENTIALS,
                              .message = "it asks for more than HTTP"};
    enum ses_status status = SES_ERR_CREDENTIALS;
    double now = (double)time(NULL);
    if (effect->kind == SES_EFFECT_HTTP)
        status = exchange(transport, effect->request, &options, &result, &error);
    if (status == SES_OK)
        (void)ses_credentials_resolver_feed_response(resolver, result.response, now);
    else
        (void)ses_credentials_resolver_feed_failure(resolver, status, ses_span_from(error.message),
                                                    now);
    ses_http_response_free(result.response);
}

static enum ses_status find_credentials(ses_transport *transport, ses_credentials **out,
                                        struct ses_error *error) {
    struct ses_credentials_resolver_options options = {.use_imds = true, .max_attempts = 1};
    ses_credentials_resolver *resolver = NULL;
    struct ses_effect effect;
    enum ses_status status =
        ses_credentials_resolver_new(&options, ses_host_system(), &resolver, error);
    if (status != SES_OK)
        return status;
    while (ses_credentials_resolver_next(resolver, (double)time(NULL), &effect),
           effect.kind > SES_EFFECT_FAILED) {
        perform_effect(transport, resolver, &effect);
        ses_effect_free(&effect);
    }
    status = ses_credentials_resolver_take(resolver, out, error);
    ses_credentials_resolver_free(resolver);
    return status;
}

static enum ses_status sign(ses_transport *transport, ses_http_request *request, const char *region,
                            struct ses_error *error) {
    ses_credentials *credentials = NULL;
    ses_signer *signer = NULL;
    struct ses_signer_options options = {
        .region = ses_span_from(region), .service = SES_SPAN("ses"), .time = (int64_t)time(NULL)};
    enum ses_status status = find_credentials(transport, &credentials, error);
    if (status == SES_OK)
        status = ses_signer_new(&signer);
    if (status == SES_OK)
        status = ses_signer_sign(signer, request, credentials, &options, error);
    ses_signer_free(signer);
    ses_credentials_free(credentials);
    return status;
}

/* Sends the message and prints the answer: {"MessageId":"…"}. */
static enum ses_status send_message(ses_transport *transport, const ses_http_request *request,
                                    struct ses_error *error) {
    struct ses_exchange_options options = {.timeout_ms = 30000};
    struct ses_exchange_result result = {0};
    enum ses_status status = exchange(transport, request, &options, &result, error);
    if (status == SES_OK) {
        struct ses_span body = ses_http_response_body(result.response);
        printf("HTTP %d %.*s\n", ses_http_response_status(result.response), (int)body.len,
               body.len == 0 ? "" : body.data);
        if (ses_http_response_status(result.response) != 200)
            status = ses_error_set(error, SES_ERR_INVALID, "", "SES did not take the message");
    }
    ses_http_response_free(result.response);
    return status;
}

int main(int argc, char **argv) {
    struct ses_error error = {0};
    ses_transport *transport = NULL;
    ses_http_request *request = NULL;
    const char *region = setting("AWS_REGION", "us-east-1");
    if (argc != 3) {
        fprintf(stderr, "usage: send FROM TO\n");
        return 2;
    }
    enum ses_status status = make_request(region, argv[1], argv[2], &request, &error);
    if (status == SES_OK)
        status = ses_transport_new(NULL, &transport, &error);
    if (status == SES_OK)
        status = sign(transport, request, region, &error);
    if (status == SES_OK)
        status = send_message(transport, request, &error);
    ses_http_request_free(request);
    ses_transport_free(transport);
    if (status != SES_OK) {
        fprintf(stderr, "send: %s %s\n", error.field, error.message);
        return 1;
    }
    return 0;
}
