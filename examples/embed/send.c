/* Sends one message from C, without Lua: the core finds credentials, signs and carries, nothing
 * else is needed. README.md says how to build it.
 *
 *     ./send letters@lantern.example reader@example.com
 *
 * Credentials come from wherever the AWS SDKs find them, but for those that ask for an MFA code;
 * AWS_REGION names the region and AWS_ENDPOINT_URL_SESV2 another endpoint than AWS's.
 *
 * Ends with 0 where SES took the message, 1 where it was not sent, 2 for wrong arguments, and 3
 * where the message may have been sent and nobody knows: SES has no way to ask, and a second
 * request may be a second mail. So that nothing is tried again here.
 */
#include <ses/ses.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum outcome { SENT = 0, NOT_SENT = 1, IN_DOUBT = 3 };

static const char *setting(const char *name, const char *fallback) {
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : fallback;
}

/* Appends pieces in turn: JSON as it stands, and texts to be made JSON strings of. */
static enum ses_status append(struct ses_buf *out, const char *json, const char *text) {
    enum ses_status status = ses_buf_append_text(out, json);
    return status == SES_OK ? ses_json_append_string(out, ses_span_from(text)) : status;
}

/* What SendEmail takes. */
static enum ses_status make_body(const char *from, const char *to, struct ses_buf *out) {
    enum ses_status status = append(out, "{\"FromEmailAddress\":", from);
    if (status == SES_OK)
        status = append(out, ",\"Destination\":{\"ToAddresses\":[", to);
    if (status == SES_OK)
        status = append(out, "]},\"Content\":{\"Simple\":{\"Subject\":{\"Data\":", "From C");
    if (status == SES_OK)
        status = append(out, "},\"Body\":{\"Text\":{\"Data\":", "No Lua was needed.");
    return status == SES_OK ? ses_buf_append_text(out, "}}}}}") : status;
}

/* A SendEmail request, ready to be signed. */
static enum ses_status make_request(const char *region, struct ses_span body,
                                    ses_http_request **out, struct ses_error *error) {
    char endpoint[256], url[512];
    (void)snprintf(endpoint, sizeof endpoint, "https://email.%s.amazonaws.com", region);
    int length = snprintf(url, sizeof url, "%s/v2/email/outbound-emails",
                          setting("AWS_ENDPOINT_URL_SESV2", endpoint));
    if (length < 0 || (size_t)length >= sizeof url)
        return ses_error_set(error, SES_ERR_RANGE, "endpoint", "is too long");
    enum ses_status status = ses_http_request_new(SES_SPAN("POST"), ses_span_from(url), out, error);
    if (status == SES_OK)
        status = ses_http_request_add_header(*out, SES_SPAN("Content-Type"),
                                             SES_SPAN("application/json"), false, error);
    return status == SES_OK ? ses_http_request_set_body(*out, body) : status;
}

/* Carries a request and waits for the end, which `*result` tells, whatever failed. */
static void carry(ses_transport *transport, const ses_http_request *request,
                  const struct ses_exchange_options *options, struct ses_exchange_result *result) {
    struct ses_error error = {0};
    unsigned long long id = 0;
    enum ses_status status = ses_transport_start(transport, request, options, &id, &error);
    while (status == SES_OK && !ses_transport_next(transport, result))
        status = ses_transport_step(transport, -1, &error);
    if (status == SES_OK)
        return;
    *result = (struct ses_exchange_result){.status = status, .error = error};
    (void)ses_transport_cancel(transport, id, &result->in_doubt);
}

/* One step of the search for credentials over HTTP: STS, the container, the instance. */
static void ask_service(ses_transport *transport, ses_credentials_resolver *resolver,
                        const struct ses_effect *effect) {
    struct ses_exchange_options options = {.connect_timeout_ms = effect->connect_timeout_ms,
                                           .timeout_ms = effect->timeout_ms,
                                           .direct = effect->direct};
    struct ses_exchange_result result;
    carry(transport, effect->request, &options, &result);
    double now = (double)time(NULL);
    if (result.status == SES_OK)
        (void)ses_credentials_resolver_feed_response(resolver, result.response, now);
    else
        (void)ses_credentials_resolver_feed_failure(resolver, result.status,
                                                    ses_span_from(result.error.message), now);
    ses_http_response_free(result.response);
}

/* The same by a program, the `credential_process` of a profile. */
static void ask_program(ses_credentials_resolver *resolver, const struct ses_effect *effect) {
    struct ses_process_options options = {.timeout_ms = effect->timeout_ms};
    ses_process *process = NULL;
    struct ses_error error = {0};
    bool done = false;
    double now = (double)time(NULL);
    enum ses_status status = ses_process_start(effect->command, &options, &process, &error);
    while (status == SES_OK && !done)
        status = ses_process_step(process, -1, &done, &error);
    if (status == SES_OK)
        (void)ses_credentials_resolver_feed_process(resolver, ses_process_exit_status(process),
                                                    ses_process_output(process), now);
    else
        (void)ses_credentials_resolver_feed_failure(resolver, status, ses_span_from(error.message),
                                                    now);
    ses_process_free(process);
}

static void perform(ses_transport *transport, ses_credentials_resolver *resolver,
                    const struct ses_effect *effect) {
    if (effect->kind == SES_EFFECT_HTTP)
        ask_service(transport, resolver, effect);
    else if (effect->kind == SES_EFFECT_PROCESS)
        ask_program(resolver, effect);
    else
        (void)ses_credentials_resolver_feed_failure(resolver, SES_ERR_CREDENTIALS,
                                                    SES_SPAN("nobody is here to give an MFA code"),
                                                    (double)time(NULL));
}

static enum ses_status find_credentials(ses_transport *transport, ses_credentials **out,
                                        struct ses_error *error) {
    /* One try of each exchange: a program that lives longer would wait `delay_ms` and try again. */
    struct ses_credentials_resolver_options options = {.use_imds = true, .max_attempts = 1};
    ses_credentials_resolver *resolver = NULL;
    struct ses_effect effect;
    enum ses_status status =
        ses_credentials_resolver_new(&options, ses_host_system(), &resolver, error);
    if (status != SES_OK)
        return status;
    while (ses_credentials_resolver_next(resolver, (double)time(NULL), &effect),
           effect.kind > SES_EFFECT_FAILED) {
        perform(transport, resolver, &effect);
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
    enum ses_status status = find_credentials(transport, &credentials, error);
    struct ses_signer_options options = {
        .region = ses_span_from(region), .service = SES_SPAN("ses"), .time = (int64_t)time(NULL)};
    if (status == SES_OK)
        status = ses_signer_new(&signer);
    if (status == SES_OK)
        status = ses_signer_sign(signer, request, credentials, &options, error);
    ses_signer_free(signer);
    ses_credentials_free(credentials);
    return status;
}

/* Whether SES itself answered, and not a proxy that gave up on it. */
static bool is_from_ses(const ses_http_response *response) {
    for (size_t i = 0; i < ses_http_response_header_count(response); i++) {
        struct ses_span name = ses_http_response_header(response, i).name;
        if (ses_span_equal_nocase(name, SES_SPAN("x-amzn-RequestId")) ||
            ses_span_equal_nocase(name, SES_SPAN("x-amzn-ErrorType")))
            return true;
    }
    return false;
}

/* Prints the id in {"MessageId":"…"}; false where there is none. */
static bool print_id(const ses_http_response *response) {
    ses_json *json = NULL;
    struct ses_span id = {0};
    bool found = ses_json_parse(ses_http_response_body(response), &json, NULL) == SES_OK &&
                 ses_json_member_string(ses_json_root(json), SES_SPAN("MessageId"), &id);
    if (found)
        printf("sent as %.*s\n", (int)id.len, id.data);
    ses_json_free(json);
    return found;
}

/* What an answer means. An answer that cannot be read, or a proxy's 5xx, says nothing of what
 * became of the message. */
static enum outcome judge(const ses_http_response *response) {
    int status = ses_http_response_status(response);
    struct ses_span body = ses_http_response_body(response);
    if (status == 200 && print_id(response))
        return SENT;
    fprintf(stderr, "send: HTTP %d %.*s\n", status, (int)body.len, body.len > 0 ? body.data : "");
    return status == 200 || (status >= 500 && !is_from_ses(response)) ? IN_DOUBT : NOT_SENT;
}

static void complain(const struct ses_error *error) {
    fprintf(stderr, "send: %s%s%s\n", error->field, error->field[0] == '\0' ? "" : " ",
            error->message[0] == '\0' ? ses_status_name(error->status) : error->message);
}

/* Sends what is signed. */
static enum outcome send_message(ses_transport *transport, const ses_http_request *request) {
    struct ses_exchange_options options = {.timeout_ms = 30000};
    struct ses_exchange_result result;
    enum outcome outcome;
    carry(transport, request, &options, &result);
    if (result.status == SES_OK) {
        outcome = judge(result.response);
    } else {
        complain(&result.error);
        outcome = result.in_doubt ? IN_DOUBT : NOT_SENT;
    }
    ses_http_response_free(result.response);
    return outcome;
}

int main(int argc, char **argv) {
    struct ses_error error = {0};
    struct ses_buf body;
    ses_transport *transport = NULL;
    ses_http_request *request = NULL;
    const char *region = setting("AWS_REGION", "us-east-1");
    enum outcome outcome = NOT_SENT;
    if (argc != 3) {
        fprintf(stderr, "usage: send FROM TO\n");
        return 2;
    }
    ses_buf_init_secret(&body);
    error.status = make_body(argv[1], argv[2], &body);
    if (error.status == SES_OK)
        error.status = make_request(region, ses_buf_span(&body), &request, &error);
    if (error.status == SES_OK)
        error.status = ses_transport_new(NULL, &transport, &error);
    if (error.status == SES_OK)
        error.status = sign(transport, request, region, &error);
    if (error.status == SES_OK)
        outcome = send_message(transport, request);
    else
        complain(&error);
    if (outcome == IN_DOUBT)
        fprintf(stderr, "send: the message may have been sent all the same\n");
    ses_http_request_free(request);
    ses_transport_free(transport);
    ses_buf_free(&body);
    return outcome;
}
