#include "imds.h"

#include "credentials_answer.h"

#include <string.h>

static const char who[] = "the instance metadata service";

enum { TIMEOUT_MS = 1000, TOKEN_MAX = 4096, NUMBER_MAX = 3600 };

/* --- Settings --- */

/* The variable, else the property. */
static struct ses_span setting(const struct ses_source_context *context, const char *variable,
                               const char *key) {
    struct ses_span value = ses_source_variable(context, variable);
    if (value.len == 0)
        (void)ses_source_property(context, key, &value);
    return value;
}

static enum ses_status set_base(struct ses_imds *imds, struct ses_error *error) {
    const struct ses_source_context *context = &imds->context;
    struct ses_span url =
        setting(context, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
    struct ses_span mode = setting(context, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
                                   "ec2_metadata_service_endpoint_mode");
    bool ipv6 = ses_span_equal_nocase(mode, SES_SPAN("ipv6"));
    if (!ipv6 && mode.len > 0 && !ses_span_equal_nocase(mode, SES_SPAN("ipv4")))
        return ses_error_set(error, SES_ERR_INVALID, "ec2_metadata_service_endpoint_mode",
                             "must be IPv4 or IPv6");
    struct ses_url parts;
    struct ses_error found = {0};
    if (url.len == 0)
        url = ipv6 ? SES_SPAN("http://[fd00:ec2::254]") : SES_SPAN("http://169.254.169.254");
    if (ses_url_parse(url, &parts, &found) != SES_OK)
        return ses_error_set(error, SES_ERR_INVALID, "ec2_metadata_service_endpoint", "%s",
                             found.message);
    if (parts.query.len > 0)
        return ses_error_set(error, SES_ERR_INVALID, "ec2_metadata_service_endpoint",
                             "must not have a query");
    while (url.len > 0 && url.data[url.len - 1] == '/')
        url.len--;
    if (ses_buf_append(&imds->base, url) != SES_OK)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    return SES_OK;
}

/* A whole number from 1 to NUMBER_MAX; `fallback` where the setting is not there. */
static enum ses_status take_number(const struct ses_source_context *context, const char *variable,
                                   const char *key, unsigned fallback, unsigned *out,
                                   struct ses_error *error) {
    struct ses_span text = setting(context, variable, key);
    unsigned number = 0;
    *out = fallback;
    for (size_t i = 0; i < text.len && number <= NUMBER_MAX; i++)
        number = text.data[i] >= '0' && text.data[i] <= '9'
                     ? number * 10 + (unsigned)(text.data[i] - '0')
                     : NUMBER_MAX + 1;
    if (text.len > 0 && (number == 0 || number > NUMBER_MAX))
        return ses_error_set(error, SES_ERR_INVALID, key, "must be a whole number from 1 to %d",
                             NUMBER_MAX);
    if (text.len > 0)
        *out = number;
    return SES_OK;
}

static enum ses_status read_settings(struct ses_imds *imds, struct ses_error *error) {
    const struct ses_source_context *context = &imds->context;
    unsigned seconds;
    struct ses_span v1_disabled =
        setting(context, "AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled");
    imds->may_use_v1 = ses_span_equal_nocase(v1_disabled, SES_SPAN("false"));
    enum ses_status status = set_base(imds, error);
    if (status == SES_OK)
        status = take_number(context, "AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout",
                             TIMEOUT_MS / 1000, &seconds, error);
    if (status == SES_OK)
        status = take_number(context, "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
                             "metadata_service_num_attempts", 1, &imds->contact_attempts, error);
    if (status == SES_OK)
        imds->timeout_ms = seconds * 1000UL;
    return status;
}

enum ses_source_result ses_imds_open(struct ses_imds *imds,
                                     const struct ses_source_context *context,
                                     struct ses_error *error) {
    *imds = (struct ses_imds){.context = *context};
    ses_buf_init(&imds->base);
    ses_buf_init_secret(&imds->token);
    struct ses_span disabled = ses_source_variable(context, "AWS_EC2_METADATA_DISABLED");
    if (ses_span_equal_nocase(disabled, SES_SPAN("true"))) {
        (void)ses_error_set(error, SES_ERR_CREDENTIALS, NULL,
                            "not asked, as AWS_EC2_METADATA_DISABLED is true");
        return SES_SOURCE_NOTHING;
    }
    return read_settings(imds, error) == SES_OK ? SES_SOURCE_EFFECT : SES_SOURCE_FAILED;
}

void ses_imds_close(struct ses_imds *imds) {
    ses_buf_free(&imds->base);
    ses_buf_free(&imds->token);
}

/* --- Requests --- */

static bool needs_token(const struct ses_imds *imds) {
    return imds->token.len == 0 && !imds->without_token;
}

static enum ses_status make_request(const struct ses_imds *imds, struct ses_span method,
                                    struct ses_span path, ses_http_request **out,
                                    struct ses_error *error) {
    struct ses_buf url;
    ses_buf_init(&url);
    enum ses_status status = ses_buf_append(&url, ses_buf_span(&imds->base));
    if (status == SES_OK)
        status = ses_buf_append(&url, path);
    if (status == SES_OK)
        status = ses_http_request_new(method, ses_buf_span(&url), out, error);
    else
        (void)ses_error_set(error, status, NULL, "out of memory");
    ses_buf_free(&url);
    return status;
}

enum ses_status ses_imds_request(const struct ses_imds *imds, struct ses_span path,
                                 struct ses_effect *effect, struct ses_error *error) {
    bool token = needs_token(imds);
    enum ses_status status =
        make_request(imds, token ? SES_SPAN("PUT") : SES_SPAN("GET"),
                     token ? SES_SPAN("/latest/api/token") : path, &effect->request, error);
    if (status == SES_OK && token)
        status = ses_http_request_add_header(effect->request,
                                             SES_SPAN("x-aws-ec2-metadata-token-ttl-seconds"),
                                             SES_SPAN("21600"), false, error);
    else if (status == SES_OK && imds->token.len > 0)
        status = ses_http_request_add_header(effect->request, SES_SPAN("x-aws-ec2-metadata-token"),
                                             ses_buf_span(&imds->token), true, error);
    effect->kind = SES_EFFECT_HTTP;
    effect->connect_timeout_ms = imds->timeout_ms;
    effect->timeout_ms = imds->timeout_ms;
    effect->delay_ms = imds->tries.delay_ms;
    effect->direct = true;
    return status;
}

/* --- Answers --- */

bool ses_imds_try_again(struct ses_imds *imds) {
    return ses_source_try_again(&imds->context, &imds->tries);
}

void ses_imds_next_document(struct ses_imds *imds) {
    imds->tries = (struct ses_source_tries){0};
}

/* Off EC2 nothing answers: that is found out by as few tries as the user wants. */
static bool may_pass(struct ses_imds *imds, const struct ses_source_input *input) {
    struct ses_source_context context = imds->context;
    if (!imds->reached)
        context.max_attempts = imds->contact_attempts;
    return ses_source_is_transient(input) && ses_source_try_again(&context, &imds->tries);
}

static enum ses_imds_step keep_token(struct ses_imds *imds, const ses_http_response *response,
                                     struct ses_error *error) {
    struct ses_span token = ses_span_trim(ses_http_response_body(response));
    bool good = token.len > 0 && token.len <= TOKEN_MAX;
    for (size_t i = 0; good && i < token.len; i++)
        good = token.data[i] > ' ' && token.data[i] <= '~';
    if (!good) {
        if (ses_imds_try_again(imds))
            return SES_IMDS_AGAIN;
        (void)ses_error_set(error, SES_ERR_PARSE, NULL, "%s gave no usable session token", who);
        return SES_IMDS_FAILED;
    }
    if (ses_buf_append(&imds->token, token) != SES_OK) {
        (void)ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
        return SES_IMDS_FAILED;
    }
    ses_imds_next_document(imds);
    return SES_IMDS_AGAIN;
}

/* What a service without version 2 answers, or a proxy before it. A token that does not come in
 * time is what a hop limit of 1 does to a container. */
static bool lacks_v2(const struct ses_source_input *input) {
    if (input->kind == SES_INPUT_FAILURE)
        return input->status == SES_ERR_TIMEOUT;
    int status = ses_http_response_status(input->response);
    return status == 403 || status == 404 || status == 405;
}

static enum ses_imds_step refuse_token(struct ses_imds *imds, const struct ses_source_input *input,
                                       struct ses_error *error) {
    bool absent = lacks_v2(input) || input->kind == SES_INPUT_FAILURE;
    if (lacks_v2(input) && imds->may_use_v1) {
        imds->without_token = true;
        ses_imds_next_document(imds);
        return SES_IMDS_AGAIN;
    }
    if (may_pass(imds, input))
        return SES_IMDS_AGAIN;
    struct ses_error why = {0};
    (void)ses_answer_refusal(input, who, NULL, &why);
    const char *hint = "";
    if (input->kind == SES_INPUT_FAILURE && input->status == SES_ERR_TIMEOUT)
        hint = " (in a container the instance's hop limit may be too low for the session token)";
    else if (lacks_v2(input))
        hint = " to the request for a session token (it may be off, or know version 1 alone)";
    (void)ses_error_set(error, why.status, NULL, "%.150s%s", why.message, hint);
    return absent ? SES_IMDS_ABSENT : SES_IMDS_FAILED;
}

static enum ses_imds_step refuse_document(struct ses_imds *imds,
                                          const struct ses_source_input *input,
                                          struct ses_error *error) {
    int status = input->kind == SES_INPUT_RESPONSE ? ses_http_response_status(input->response) : 0;
    if (status == 401 && !imds->without_token && !imds->renewed) {
        imds->renewed = true;
        ses_buf_clear(&imds->token);
        ses_imds_next_document(imds);
        return SES_IMDS_AGAIN;
    }
    if (may_pass(imds, input))
        return SES_IMDS_AGAIN;
    (void)ses_answer_refusal(input, who, NULL, error);
    return status == 404 ? SES_IMDS_ABSENT : SES_IMDS_FAILED;
}

enum ses_imds_step ses_imds_feed(struct ses_imds *imds, const struct ses_source_input *input,
                                 struct ses_span *body, struct ses_error *error) {
    bool token = needs_token(imds);
    bool answered = input->kind == SES_INPUT_RESPONSE;
    *body = (struct ses_span){NULL, 0};
    imds->reached = imds->reached || answered;
    if (!answered || ses_http_response_status(input->response) != 200)
        return token ? refuse_token(imds, input, error) : refuse_document(imds, input, error);
    if (token)
        return keep_token(imds, input->response, error);
    *body = ses_http_response_body(input->response);
    return SES_IMDS_ANSWER;
}
