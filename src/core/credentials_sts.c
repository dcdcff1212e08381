#include "credentials_sts.h"

#include "ses/secret.h"
#include "ses/signer.h"
#include "ses/timestamp.h"
#include "ses/uri.h"
#include "sts_answer.h"
#include "sts_endpoint.h"

#include <stdio.h>
#include <string.h>

enum {
    DURATION_MIN = 900,
    DURATION_MAX = 43200,
    CODE_LEN = 6,
    MESSAGE_MAX = 140,
    SKEW_MIN_S = 240 /* clocks that are closer than this are not why a signature is refused */
};

void ses_sts_start(struct ses_sts_call *call, const struct ses_source_context *context,
                   const struct ses_sts_role *role, ses_credentials *base) {
    *call = (struct ses_sts_call){
        .context = context,
        .role = role,
        .base = ses_credentials_retain(base),
        .stage = role->mfa_serial.len > 0 ? SES_STS_NEEDS_CODE : SES_STS_SENDS,
    };
    ses_buf_init_secret(&call->code);
    ses_buf_init_secret(&call->token);
}

void ses_sts_free(struct ses_sts_call *call) {
    ses_credentials_free(call->base);
    ses_credentials_free(call->found);
    ses_buf_free(&call->code);
    ses_buf_free(&call->token);
    call->base = NULL;
    call->found = NULL;
}

static bool is_web_identity(const struct ses_sts_call *call) {
    return call->role->token_file.len > 0;
}

static const char *operation(const struct ses_sts_call *call) {
    return is_web_identity(call) ? "AssumeRoleWithWebIdentity" : "AssumeRole";
}

/* --- The request --- */

static enum ses_status append_parameter(struct ses_buf *body, const char *name,
                                        struct ses_span value) {
    if (value.len == 0)
        return SES_OK;
    enum ses_status status = ses_buf_append_char(body, '&');
    if (status == SES_OK)
        status = ses_buf_append_text(body, name);
    if (status == SES_OK)
        status = ses_buf_append_char(body, '=');
    if (status == SES_OK)
        status = ses_uri_encode(body, value, false);
    return status;
}

static enum ses_status append_body(const struct ses_sts_call *call, double now,
                                   struct ses_buf *body) {
    const struct ses_sts_role *role = call->role;
    char name[32], seconds[16] = "";
    (void)snprintf(name, sizeof name, "ses-%.0f", now);
    struct ses_span session = role->session_name;
    if (session.len == 0)
        session = call->context->role_session_name;
    if (session.len == 0)
        session = ses_span_from(name);
    unsigned duration = role->duration_s > 0 ? role->duration_s : call->context->role_duration_s;
    if (duration > 0)
        (void)snprintf(seconds, sizeof seconds, "%u", duration);
    const struct {
        const char *name;
        struct ses_span value;
    } parameters[] = {
        {"Version", SES_SPAN("2011-06-15")},
        {"RoleArn", role->arn},
        {"RoleSessionName", session},
        {"DurationSeconds", ses_span_from(seconds)},
        {"ExternalId", role->external_id},
        {"SerialNumber", role->mfa_serial},
        {"TokenCode", ses_buf_span(&call->code)},
        {"WebIdentityToken", ses_buf_span(&call->token)},
    };
    enum ses_status status = ses_buf_append_text(body, "Action=");
    if (status == SES_OK)
        status = ses_buf_append_text(body, operation(call));
    for (size_t i = 0; status == SES_OK && i < sizeof parameters / sizeof *parameters; i++)
        status = append_parameter(body, parameters[i].name, parameters[i].value);
    return status;
}

static enum ses_status sign(const struct ses_sts_call *call, ses_http_request *request,
                            struct ses_span region, double now, struct ses_error *error) {
    if (call->base == NULL)
        return SES_OK;
    ses_signer *signer = NULL;
    if (ses_signer_new(&signer) != SES_OK)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    const struct ses_signer_options options = {
        .region = region, .service = SES_SPAN("sts"), .time = (int64_t)now};
    enum ses_status status = ses_signer_sign(signer, request, call->base, &options, error);
    ses_signer_free(signer);
    return status;
}

static enum ses_status fill_request(const struct ses_sts_call *call, ses_http_request *request,
                                    struct ses_span region, double now, struct ses_error *error) {
    struct ses_buf body;
    ses_buf_init_secret(&body);
    enum ses_status status = ses_http_request_add_header(
        request, SES_SPAN("Content-Type"),
        SES_SPAN("application/x-www-form-urlencoded; charset=utf-8"), false, error);
    if (status == SES_OK)
        status = ses_http_request_add_header(request, SES_SPAN("Accept"), SES_SPAN("text/xml"),
                                             false, error);
    if (status == SES_OK && (append_body(call, now, &body) != SES_OK ||
                             ses_http_request_set_body(request, ses_buf_span(&body)) != SES_OK))
        status = ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    if (status == SES_OK)
        status = sign(call, request, region, now, error);
    ses_buf_free(&body);
    return status;
}

static enum ses_status make_request(const struct ses_sts_call *call, double now,
                                    ses_http_request **out, struct ses_error *error) {
    struct ses_span region;
    struct ses_buf url;
    ses_buf_init(&url);
    ses_http_request *request = NULL;
    enum ses_status status = ses_sts_endpoint(call->context, &url, &region, error);
    if (status == SES_OK)
        status = ses_http_request_new(SES_SPAN("POST"), ses_buf_span(&url), &request, error);
    if (status == SES_OK)
        status = fill_request(call, request, region, now, error);
    ses_buf_free(&url);
    if (status != SES_OK) {
        ses_http_request_free(request);
        request = NULL;
    }
    *out = request;
    return status;
}

/* The token is read for each try, since it is renewed under the same name. */
static enum ses_status read_token(struct ses_sts_call *call, struct ses_error *error) {
    if (!is_web_identity(call))
        return SES_OK;
    struct ses_span path = call->role->token_file;
    ses_buf_clear(&call->token);
    enum ses_status status = ses_source_read_file(call->context, path, &call->token, error);
    if (status == SES_OK && call->token.len == 0)
        status =
            ses_error_set(error, SES_ERR_INVALID, NULL, "the web identity token file %.*s is empty",
                          ses_source_width(path, 160), path.data);
    return status;
}

enum ses_source_result ses_sts_next(struct ses_sts_call *call, double now,
                                    struct ses_effect *effect, ses_credentials **credentials,
                                    struct ses_error *error) {
    switch (call->stage) {
    case SES_STS_NEEDS_CODE:
        effect->kind = SES_EFFECT_MFA;
        effect->mfa_serial = call->role->mfa_serial;
        break;
    case SES_STS_SENDS:
        effect->kind = SES_EFFECT_HTTP;
        effect->delay_ms = call->tries.delay_ms;
        if (read_token(call, error) != SES_OK ||
            make_request(call, now + call->skew_s, &effect->request, error) != SES_OK)
            return SES_SOURCE_FAILED;
        break;
    case SES_STS_HAS:
        *credentials = ses_credentials_retain(call->found);
        return SES_SOURCE_DONE;
    case SES_STS_FAILED:
        *error = call->error;
        return SES_SOURCE_FAILED;
    }
    effect->source =
        is_web_identity(call) ? SES_CREDENTIALS_WEB_IDENTITY : SES_CREDENTIALS_ASSUME_ROLE;
    return SES_SOURCE_EFFECT;
}

/* --- The answer --- */

/* Whether eight bytes of a secret, or all of a shorter one, stand in the text. */
static bool shows(struct ses_span text, struct ses_span secret) {
    size_t piece = secret.len < 8 ? secret.len : 8;
    if (piece == 0)
        return false;
    for (size_t i = 0; i + piece <= text.len; i++)
        for (size_t k = 0; k + piece <= secret.len; k++)
            if (memcmp(text.data + i, secret.data + k, piece) == 0)
                return true;
    return false;
}

/* What STS says may repeat what it was sent: a session token, say, within the canonical request of
 * a SignatureDoesNotMatch. */
static bool shows_secret(const struct ses_sts_call *call, struct ses_span text) {
    struct ses_span secrets[] = {ses_buf_span(&call->token), ses_buf_span(&call->code), {0}, {0}};
    if (call->base != NULL) {
        secrets[2] = ses_credentials_secret(call->base);
        secrets[3] = ses_credentials_session_token(call->base);
    }
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        if (shows(text, secrets[i]))
            return true;
    return false;
}

static bool is_code(struct ses_span code) {
    for (size_t i = 0; i < code.len; i++) {
        char c = code.data[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.'))
            return false;
    }
    return code.len > 0 && code.len <= 48;
}

/* The beginning of STS's own words where they can be shown. */
static struct ses_span presentable(const struct ses_sts_call *call, struct ses_span message) {
    if (shows_secret(call, message))
        return (struct ses_span){NULL, 0};
    for (size_t i = 0; i < message.len; i++)
        if ((unsigned char)message.data[i] < ' ' || (unsigned char)message.data[i] > '~')
            message.len = i;
    if (message.len > MESSAGE_MAX)
        message.len = MESSAGE_MAX;
    return message;
}

static void fail(struct ses_sts_call *call, enum ses_status status, const char *what,
                 struct ses_span more) {
    call->stage = SES_STS_FAILED;
    (void)ses_error_set(&call->error, status, NULL, "%s%.*s", what, ses_source_width(more, 180),
                        more.len > 0 ? more.data : "");
}

/* Codes of status 400 that say "later". */
static bool is_throttling(struct ses_span code) {
    return ses_span_equal(code, SES_SPAN("Throttling")) ||
           ses_span_equal(code, SES_SPAN("ThrottlingException")) ||
           ses_span_equal(code, SES_SPAN("RequestLimitExceeded")) ||
           ses_span_equal(code, SES_SPAN("IDPCommunicationError"));
}

static bool try_again(struct ses_sts_call *call, bool transient) {
    return transient && ses_source_try_again(call->context, &call->tries);
}

/* Reads "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7). */
static bool parse_date(struct ses_span text, double *out) {
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char when[32] = "";
    if (text.len != 29)
        return false;
    for (int month = 1; month <= 12; month++)
        if (memcmp(months + 3 * (month - 1), text.data + 8, 3) == 0)
            (void)snprintf(when, sizeof when, "%.4s-%.2d-%.2sT%.8sZ", text.data + 12, month,
                           text.data + 5, text.data + 17);
    return ses_timestamp_parse(ses_span_from(when), out) == SES_OK;
}

/* Whether a refusal is for the time that was signed, so that another try with STS's own may do. */
static bool learn_skew(struct ses_sts_call *call, const ses_http_response *response, double now) {
    int status = ses_http_response_status(response);
    if (call->base == NULL || call->skewed || (status != 400 && status != 403))
        return false;
    for (size_t i = 0; i < ses_http_response_header_count(response); i++) {
        struct ses_http_header header = ses_http_response_header(response, i);
        double date;
        if (!ses_span_equal_nocase(header.name, SES_SPAN("Date")) ||
            !parse_date(header.value, &date))
            continue;
        call->skewed = date - now > SKEW_MIN_S || now - date > SKEW_MIN_S;
        call->skew_s = call->skewed ? date - now : 0;
        return call->skewed;
    }
    return false;
}

static void take_refusal(struct ses_sts_call *call, const struct ses_source_input *input,
                         double now) {
    if (learn_skew(call, input->response, now))
        return;
    struct ses_sts_answer answer;
    enum ses_status status =
        ses_sts_answer_parse(ses_http_response_body(input->response), &answer, NULL);
    struct ses_span code = ses_buf_span(&answer.fields[SES_STS_ERROR_CODE]);
    struct ses_span message = ses_buf_span(&answer.fields[SES_STS_ERROR_MESSAGE]);
    if (!is_code(code))
        code.len = message.len = 0;
    message = presentable(call, message);
    if (status == SES_ERR_NOMEM) {
        fail(call, status, "out of memory", (struct ses_span){NULL, 0});
    } else if (!try_again(call, ses_source_is_transient(input) || is_throttling(code))) {
        char text[256];
        (void)snprintf(text, sizeof text, "STS answered %d%s%.*s%s%s%.*s",
                       ses_http_response_status(input->response), code.len > 0 ? " (" : "",
                       (int)code.len, code.len > 0 ? code.data : "", code.len > 0 ? ")" : "",
                       message.len > 0 ? ": " : "", (int)message.len,
                       message.len > 0 ? message.data : "");
        fail(call, SES_ERR_CREDENTIALS, text, (struct ses_span){NULL, 0});
    }
    ses_sts_answer_free(&answer);
}

/* The account of "arn:aws:sts::123456789012:assumed-role/…", empty where there is none. */
static struct ses_span account_of(struct ses_span arn) {
    struct ses_span part = {NULL, 0};
    for (size_t i = 0; i < 5; i++)
        part = ses_span_split(&arn, ':');
    return ses_source_account_id(part);
}

/* What a field is called in the answer, by what ses_credentials_new calls it. */
static const char *name_of(const char *field) {
    if (strcmp(field, "access_key_id") == 0)
        return "AccessKeyId";
    return strcmp(field, "secret_access_key") == 0 ? "SecretAccessKey" : "SessionToken";
}

static void take_fields(struct ses_sts_call *call, const struct ses_sts_answer *answer,
                        double now) {
    double expiration;
    struct ses_span none = {NULL, 0};
    struct ses_error found = {0};
    if (ses_timestamp_parse(ses_buf_span(&answer->fields[SES_STS_EXPIRATION]), &expiration) !=
        SES_OK) {
        fail(call, SES_ERR_PARSE, "STS gave an answer without an Expiration that is a time", none);
        return;
    }
    if (expiration <= now + call->skew_s) {
        fail(call, SES_ERR_EXPIRED, "STS gave credentials that expired before they came", none);
        return;
    }
    const struct ses_credentials_options options = {
        .access_key_id = ses_buf_span(&answer->fields[SES_STS_ACCESS_KEY_ID]),
        .secret_access_key = ses_buf_span(&answer->fields[SES_STS_SECRET_ACCESS_KEY]),
        .session_token = ses_buf_span(&answer->fields[SES_STS_SESSION_TOKEN]),
        .source =
            is_web_identity(call) ? SES_CREDENTIALS_WEB_IDENTITY : SES_CREDENTIALS_ASSUME_ROLE,
        .expiration = (int64_t)expiration,
        .account_id = account_of(ses_buf_span(&answer->fields[SES_STS_ROLE_ARN])),
    };
    call->stage = SES_STS_HAS;
    if (options.session_token.len == 0)
        fail(call, SES_ERR_PARSE, "STS gave an answer without a SessionToken", none);
    else if (ses_credentials_new(&options, &call->found, &found) == SES_ERR_NOMEM)
        fail(call, SES_ERR_NOMEM, "out of memory", none);
    else if (call->found == NULL) {
        fail(call, SES_ERR_PARSE, "STS gave an answer whose ", ses_span_from(name_of(found.field)));
        (void)snprintf(call->error.message + strlen(call->error.message),
                       sizeof call->error.message - strlen(call->error.message), " %.120s",
                       found.message);
    }
}

static void take_answer(struct ses_sts_call *call, const struct ses_source_input *input,
                        double now) {
    struct ses_sts_answer answer;
    struct ses_error found = {0};
    enum ses_status status =
        ses_sts_answer_parse(ses_http_response_body(input->response), &answer, &found);
    if (status == SES_ERR_NOMEM)
        fail(call, status, "out of memory", (struct ses_span){NULL, 0});
    else if (status != SES_OK)
        fail(call, status, "STS gave an answer that ", ses_span_from(found.message));
    else
        take_fields(call, &answer, now);
    ses_sts_answer_free(&answer);
}

static void take_code(struct ses_sts_call *call, struct ses_span code) {
    bool digits = code.len == CODE_LEN;
    for (size_t i = 0; i < code.len; i++)
        digits = digits && code.data[i] >= '0' && code.data[i] <= '9';
    call->stage = SES_STS_SENDS;
    if (!digits)
        fail(call, SES_ERR_INVALID, "the MFA code is not of 6 digits", (struct ses_span){NULL, 0});
    else if (ses_buf_append(&call->code, code) != SES_OK)
        fail(call, SES_ERR_NOMEM, "out of memory", (struct ses_span){NULL, 0});
}

void ses_sts_feed(struct ses_sts_call *call, const struct ses_source_input *input, double now) {
    if (input->kind == SES_INPUT_MFA)
        take_code(call, input->bytes);
    else if (input->kind == SES_INPUT_RESPONSE && ses_http_response_status(input->response) == 200)
        take_answer(call, input, now);
    else if (input->kind == SES_INPUT_RESPONSE)
        take_refusal(call, input, now);
    else if (call->stage == SES_STS_NEEDS_CODE)
        fail(call, input->status, "there is no MFA code: ", input->message);
    else if (!try_again(call, ses_source_is_transient(input)))
        fail(call, input->status, "STS gave no answer: ", input->message);
}

/* --- What a profile says of a role --- */

static enum ses_status read_duration(const struct ses_source_context *context, unsigned *out,
                                     struct ses_error *error) {
    struct ses_span text;
    *out = 0;
    if (!ses_source_property(context, "duration_seconds", &text))
        return SES_OK;
    unsigned long seconds = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool digit = text.data[i] >= '0' && text.data[i] <= '9';
        seconds = digit && i < 8 ? seconds * 10 + (unsigned long)(text.data[i] - '0') : 0;
        if (!digit)
            break;
    }
    if (seconds < DURATION_MIN || seconds > DURATION_MAX)
        return ses_error_set(error, SES_ERR_INVALID, "duration_seconds",
                             "of profile '%.*s' must be a number from %d to %d",
                             ses_source_width(context->profile, 64), context->profile.data,
                             DURATION_MIN, DURATION_MAX);
    *out = (unsigned)seconds;
    return SES_OK;
}

enum ses_status ses_sts_role_of_profile(const struct ses_source_context *context,
                                        struct ses_sts_role *role, struct ses_error *error) {
    (void)ses_source_property(context, "role_session_name", &role->session_name);
    (void)ses_source_property(context, "external_id", &role->external_id);
    (void)ses_source_property(context, "mfa_serial", &role->mfa_serial);
    return read_duration(context, &role->duration_s, error);
}
