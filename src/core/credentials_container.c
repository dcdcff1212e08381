/* The source "container": the endpoint that ECS and EKS Pod Identity tell a container of. */
#include "credentials_answer.h"

#include "ses/secret.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define RELATIVE "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define FULL "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define TOKEN "AWS_CONTAINER_AUTHORIZATION_TOKEN"
#define TOKEN_FILE "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"

static const char who[] = "the container's credential endpoint";

enum { CONNECT_TIMEOUT_MS = 2000, TIMEOUT_MS = 5000 };

struct container {
    struct ses_source_context context;
    struct ses_buf url;
    struct ses_buf token; /* secret; empty: none */
    bool direct;
    struct ses_source_tries tries;
    ses_credentials *found;
    bool failed;
    struct ses_error failure;
};

static void container_free(void *state) {
    struct container *container = state;
    ses_buf_free(&container->url);
    ses_buf_free(&container->token);
    ses_credentials_free(container->found);
    free(container);
}

/* An address as it is written, without the brackets of a URL; false where it is a name. */
static bool read_address(struct ses_span host, int family, unsigned char *out) {
    char text[INET6_ADDRSTRLEN];
    if (family == AF_INET6) {
        if (host.len < 2 || host.data[0] != '[' || host.data[host.len - 1] != ']')
            return false;
        host = (struct ses_span){host.data + 1, host.len - 2};
    }
    if (host.len >= sizeof text)
        return false;
    memcpy(text, host.data, host.len);
    text[host.len] = '\0';
    return inet_pton(family, text, out) == 1;
}

/* The hosts that the SDKs send a token to without TLS: this machine, ECS and EKS Pod Identity. */
static bool is_local(struct ses_span host) {
    static const unsigned char ecs[4] = {169, 254, 170, 2};
    static const unsigned char eks[4] = {169, 254, 170, 23};
    static const unsigned char eks6[16] = {0xfd, 0x00, 0x0e, 0xc2, [15] = 0x23};
    static const unsigned char loopback6[16] = {[15] = 1};
    unsigned char address[16];
    if (ses_span_equal_nocase(host, SES_SPAN("localhost")))
        return true;
    if (read_address(host, AF_INET, address))
        return address[0] == 127 || memcmp(address, ecs, sizeof ecs) == 0 ||
               memcmp(address, eks, sizeof eks) == 0;
    return read_address(host, AF_INET6, address) &&
           (memcmp(address, loopback6, sizeof loopback6) == 0 ||
            memcmp(address, eks6, sizeof eks6) == 0);
}

static enum ses_status check_url(struct container *container, const char *variable,
                                 struct ses_error *error) {
    struct ses_url url;
    struct ses_error found = {0};
    if (ses_url_parse(ses_buf_span(&container->url), &url, &found) != SES_OK)
        return ses_error_set(error, SES_ERR_INVALID, variable, "%s", found.message);
    container->direct = is_local(url.host);
    if (!container->direct && ses_span_equal_nocase(url.scheme, SES_SPAN("http")))
        return ses_error_set(error, SES_ERR_INVALID, variable,
                             "may name https or one of 127.0.0.0/8, [::1], localhost, "
                             "169.254.170.2, 169.254.170.23 and [fd00:ec2::23] alone, not %.*s",
                             ses_source_width(url.host, 60), url.host.data);
    return SES_OK;
}

/* A relative URI that does not begin with "/" could lengthen the host's name. */
static enum ses_status set_url(struct container *container, struct ses_span relative,
                               struct ses_span full, struct ses_error *error) {
    const char *variable = relative.len > 0 ? RELATIVE : FULL;
    if (relative.len > 0 && relative.data[0] != '/')
        return ses_error_set(error, SES_ERR_INVALID, variable, "must begin with '/'");
    enum ses_status status = SES_OK;
    if (relative.len > 0)
        status = ses_buf_append_text(&container->url, "http://169.254.170.2");
    if (status == SES_OK)
        status = ses_buf_append(&container->url, relative.len > 0 ? relative : full);
    if (status != SES_OK)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    return check_url(container, variable, error);
}

/* The file outranks the variable, and is read for each search: EKS replaces it in time. */
static enum ses_status set_token(struct container *container, struct ses_error *error) {
    const struct ses_source_context *context = &container->context;
    struct ses_span file = ses_source_variable(context, TOKEN_FILE);
    const char *variable = file.len > 0 ? TOKEN_FILE : TOKEN;
    enum ses_status status = SES_OK;
    struct ses_error found = {0};
    if (file.len > 0)
        status = ses_source_read_file(context, file, &container->token, &found);
    else if (ses_buf_append(&container->token, ses_source_variable(context, TOKEN)) != SES_OK)
        status = ses_error_set(&found, SES_ERR_NOMEM, NULL, "out of memory");
    if (status != SES_OK)
        return ses_error_set(error, status, variable, "cannot be used: %.200s", found.message);
    if (file.len > 0 && container->token.len == 0)
        return ses_error_set(error, SES_ERR_INVALID, variable, "names a file that is empty");
    if (!ses_http_is_value(ses_buf_span(&container->token)))
        return ses_error_set(error, SES_ERR_INVALID, variable,
                             "holds a line break or a NUL within the token");
    return SES_OK;
}

static enum ses_source_result container_open(const struct ses_source_context *context, double now,
                                             void **state, struct ses_error *error) {
    (void)now;
    *state = NULL;
    struct ses_span relative = ses_source_variable(context, RELATIVE);
    struct ses_span full = ses_source_variable(context, FULL);
    if (relative.len == 0 && full.len == 0) {
        (void)ses_error_set(error, SES_ERR_CREDENTIALS, NULL,
                            "neither " RELATIVE " nor " FULL " is set");
        return SES_SOURCE_NOTHING;
    }
    struct container *container = calloc(1, sizeof *container);
    if (container == NULL) {
        (void)ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
        return SES_SOURCE_FAILED;
    }
    container->context = *context;
    ses_buf_init_secret(&container->url);
    ses_buf_init_secret(&container->token);
    if (set_url(container, relative, full, error) != SES_OK ||
        set_token(container, error) != SES_OK) {
        container_free(container);
        return SES_SOURCE_FAILED;
    }
    *state = container;
    return SES_SOURCE_EFFECT;
}

static enum ses_status fill_request(struct container *container, struct ses_effect *effect,
                                    struct ses_error *error) {
    enum ses_status status = ses_http_request_new(SES_SPAN("GET"), ses_buf_span(&container->url),
                                                  &effect->request, error);
    if (status == SES_OK)
        status = ses_http_request_add_header(effect->request, SES_SPAN("Accept"),
                                             SES_SPAN("application/json"), false, error);
    if (status == SES_OK && container->token.len > 0)
        status = ses_http_request_add_header(effect->request, SES_SPAN("Authorization"),
                                             ses_buf_span(&container->token), true, error);
    effect->kind = SES_EFFECT_HTTP;
    effect->connect_timeout_ms = CONNECT_TIMEOUT_MS;
    effect->timeout_ms = TIMEOUT_MS;
    effect->delay_ms = container->tries.delay_ms;
    effect->direct = container->direct;
    return status;
}

static enum ses_source_result container_next(void *state, double now, struct ses_effect *effect,
                                             ses_credentials **credentials,
                                             struct ses_error *error) {
    (void)now;
    struct container *container = state;
    if (container->failed) {
        *error = container->failure;
        return SES_SOURCE_FAILED;
    }
    if (container->found != NULL) {
        *credentials = container->found;
        container->found = NULL;
        return SES_SOURCE_DONE;
    }
    return fill_request(container, effect, error) == SES_OK ? SES_SOURCE_EFFECT : SES_SOURCE_FAILED;
}

/* Reads the answer into `found`. */
static enum ses_status read_answer(struct container *container, struct ses_span body, double now,
                                   struct ses_error *error) {
    ses_json *json = NULL;
    struct ses_error why = {0};
    enum ses_status status = ses_json_parse(body, &json, &why);
    if (status == SES_OK)
        status = ses_answer_credentials(ses_json_root(json), &ses_answer_metadata,
                                        SES_CREDENTIALS_CONTAINER, &container->found, &why);
    ses_json_free(json);
    if (status != SES_OK)
        return ses_answer_malformed(who, &why, error);
    int64_t expiration = ses_credentials_expiration(container->found);
    if (expiration == 0 || (double)expiration > now)
        return SES_OK;
    ses_credentials_free(container->found);
    container->found = NULL;
    return ses_error_set(error, SES_ERR_EXPIRED, NULL, "%s gave credentials that have expired",
                         who);
}

static void container_feed(void *state, const struct ses_source_input *input, double now) {
    struct container *container = state;
    bool again = ses_source_is_transient(input);
    if (input->kind == SES_INPUT_RESPONSE && ses_http_response_status(input->response) == 200) {
        struct ses_span body = ses_http_response_body(input->response);
        enum ses_status status = read_answer(container, body, now, &container->failure);
        if (status == SES_OK)
            return;
        /* An answer in pieces may be whole the next time. */
        again = status == SES_ERR_PARSE;
    } else {
        (void)ses_answer_refusal(input, who, "code", &container->failure);
    }
    container->failed = !again || !ses_source_try_again(&container->context, &container->tries);
}

const struct ses_source_class ses_source_container = {
    .source = SES_CREDENTIALS_CONTAINER,
    .files = SES_FILES_IGNORED,
    .open = container_open,
    .next = container_next,
    .feed = container_feed,
    .free = container_free,
};
