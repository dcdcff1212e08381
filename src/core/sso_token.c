#include "sso_token.h"

#include "ses/timestamp.h"

#include <bearssl.h>
#include <string.h>

static enum ses_status no_memory(struct ses_error *error) {
    return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
}

/* --- Settings --- */

/* A setting that belongs to the session: where the profile has it too, it must be the same. */
static enum ses_status session_setting(const struct ses_source_context *context,
                                       const struct ses_sso_settings *settings, const char *key,
                                       struct ses_span *out, struct ses_error *error) {
    struct ses_span own;
    bool has_own = ses_source_property(context, key, &own);
    *out = own;
    if (settings->session.len == 0) {
        if (has_own)
            return SES_OK;
        return ses_error_set(error, SES_ERR_INVALID, key,
                             "is missing in profile '%.*s', which has an SSO role",
                             ses_source_width(context->profile, 64), context->profile.data);
    }
    if (!ses_source_sso_property(context, settings->session, key, out))
        return ses_error_set(error, SES_ERR_INVALID, key,
                             "is missing in [sso-session %.*s], or there is no such section",
                             ses_source_width(settings->session, 64), settings->session.data);
    if (has_own && !ses_span_equal(own, *out))
        return ses_error_set(error, SES_ERR_INVALID, key,
                             "differs between profile '%.*s' and [sso-session %.*s]",
                             ses_source_width(context->profile, 64), context->profile.data,
                             ses_source_width(settings->session, 64), settings->session.data);
    return SES_OK;
}

enum ses_source_result ses_sso_settings_read(const struct ses_source_context *context,
                                             struct ses_sso_settings *out,
                                             struct ses_error *error) {
    *out = (struct ses_sso_settings){0};
    bool account = ses_source_property(context, "sso_account_id", &out->account_id);
    bool role = ses_source_property(context, "sso_role_name", &out->role_name);
    int width = ses_source_width(context->profile, 64);
    if (!account && !role) {
        (void)ses_error_set(error, SES_ERR_CREDENTIALS, NULL,
                            "profile '%.*s' has neither sso_account_id nor sso_role_name", width,
                            context->profile.data);
        return SES_SOURCE_NOTHING;
    }
    if (!account || !role) {
        (void)ses_error_set(error, SES_ERR_INVALID, account ? "sso_role_name" : "sso_account_id",
                            "is missing in profile '%.*s', which has %s", width,
                            context->profile.data, account ? "sso_account_id" : "sso_role_name");
        return SES_SOURCE_FAILED;
    }
    (void)ses_source_property(context, "sso_session", &out->session);
    if (session_setting(context, out, "sso_start_url", &out->start_url, error) != SES_OK ||
        session_setting(context, out, "sso_region", &out->region, error) != SES_OK)
        return SES_SOURCE_FAILED;
    return SES_SOURCE_EFFECT;
}

/* --- The cache file --- */

enum ses_status ses_sso_token_path(const struct ses_source_context *context,
                                   const struct ses_sso_settings *settings, struct ses_buf *out,
                                   struct ses_error *error) {
    struct ses_span name = settings->session.len > 0 ? settings->session : settings->start_url;
    unsigned char digest[br_sha1_SIZE];
    br_sha1_context sha1;
    br_sha1_init(&sha1);
    br_sha1_update(&sha1, name.data, name.len);
    br_sha1_out(&sha1, digest);
    enum ses_status status = context->host->home(context->host->context, out);
    if (status == SES_ERR_NOT_FOUND)
        return ses_error_set(error, status, NULL,
                             "the SSO token cache is in the home directory, which is not known");
    if (status == SES_OK)
        status = ses_buf_append_text(out, "/.aws/sso/cache/");
    if (status == SES_OK)
        status = ses_buf_append_hex(out, digest, sizeof digest);
    if (status == SES_OK)
        status = ses_buf_append(out, (struct ses_span){".json", sizeof ".json"});
    return status == SES_OK ? status : no_memory(error);
}

/* Older versions of the AWS CLI wrote "UTC" where RFC 3339 has "Z". */
static bool read_time(struct ses_span text, double *out) {
    char copy[40];
    if (text.len < 4 || text.len >= sizeof copy)
        return false;
    memcpy(copy, text.data, text.len);
    if (memcmp(copy + text.len - 3, "UTC", 3) == 0) {
        copy[text.len - 3] = 'Z';
        text.len -= 2;
    }
    return ses_timestamp_parse((struct ses_span){copy, text.len}, out) == SES_OK;
}

/* It stands in a header. */
static bool is_bearer(struct ses_span text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~')
            return false;
    return text.len > 0;
}

/* Takes the parsed file over, where it is one. */
static enum ses_status adopt(ses_json *json, struct ses_sso_token *out, struct ses_error *error) {
    const ses_json_value *root = ses_json_root(json);
    struct ses_sso_token token = {.json = json};
    struct ses_span expires;
    if (ses_json_type(root) != SES_JSON_OBJECT)
        return ses_error_set(error, SES_ERR_PARSE, NULL, "has no JSON object");
    (void)ses_json_member_string(root, SES_SPAN("accessToken"), &token.access);
    if (!is_bearer(token.access))
        return ses_error_set(error, SES_ERR_PARSE, NULL, "has no usable accessToken");
    (void)ses_json_member_string(root, SES_SPAN("expiresAt"), &expires);
    if (!read_time(expires, &token.expires))
        return ses_error_set(error, SES_ERR_PARSE, NULL, "has no usable expiresAt");
    (void)ses_json_member_string(root, SES_SPAN("refreshToken"), &token.refresh);
    (void)ses_json_member_string(root, SES_SPAN("clientId"), &token.client_id);
    (void)ses_json_member_string(root, SES_SPAN("clientSecret"), &token.client_secret);
    (void)ses_json_member_string(root, SES_SPAN("registrationExpiresAt"), &token.registered_until);
    ses_sso_token_free(out);
    *out = token;
    return SES_OK;
}

void ses_sso_token_free(struct ses_sso_token *token) {
    ses_json_free(token->json);
    *token = (struct ses_sso_token){0};
}

/* Parses and adopts. */
static enum ses_status read_text(struct ses_span text, struct ses_sso_token *out,
                                 struct ses_error *error) {
    ses_json *json = NULL;
    enum ses_status status = ses_json_parse(text, &json, error);
    if (status == SES_OK)
        status = adopt(json, out, error);
    if (status != SES_OK)
        ses_json_free(json);
    return status;
}

enum ses_status ses_sso_token_load(const struct ses_source_context *context, const char *path,
                                   struct ses_sso_token *out, struct ses_error *error) {
    struct ses_buf text;
    struct ses_error found = {0};
    ses_buf_init_secret(&text);
    enum ses_status status = context->host->read_file(context->host->context, path, &text, &found);
    if (status == SES_OK) {
        status = read_text(ses_buf_span(&text), out, &found);
        if (status != SES_OK && status != SES_ERR_NOMEM)
            (void)ses_error_set(error, status, NULL, "the SSO token cache %.120s %.100s", path,
                                found.message);
        else if (status != SES_OK)
            (void)no_memory(error);
    } else if (status == SES_ERR_NOT_FOUND) {
        status = ses_error_set(error, SES_ERR_CREDENTIALS, NULL,
                               "nobody has logged in: run aws sso login --profile %.*s",
                               ses_source_width(context->profile, 64), context->profile.data);
    } else if (error != NULL) {
        *error = found;
    }
    ses_buf_free(&text);
    return status;
}

/* --- Refreshing --- */

bool ses_sso_token_is_refreshable(const struct ses_sso_token *token,
                                  const struct ses_sso_settings *settings, double now) {
    double until;
    return settings->session.len > 0 && token->refresh.len > 0 && token->client_id.len > 0 &&
           token->client_secret.len > 0 && read_time(token->registered_until, &until) &&
           until > now;
}

struct member {
    struct ses_span name, value;
};

/* An object of strings; members without a value are left out. */
static enum ses_status write_object(struct ses_buf *out, const struct member *members,
                                    size_t count) {
    const char *before = "{";
    enum ses_status status = SES_OK;
    for (size_t i = 0; status == SES_OK && i < count; i++) {
        if (members[i].value.len == 0)
            continue;
        status = ses_buf_append_text(out, before);
        if (status == SES_OK)
            status = ses_json_append_string(out, members[i].name);
        if (status == SES_OK)
            status = ses_buf_append_text(out, ": ");
        if (status == SES_OK)
            status = ses_json_append_string(out, members[i].value);
        before = ", ";
    }
    return status == SES_OK ? ses_buf_append_text(out, "}") : status;
}

enum ses_status ses_sso_token_write_request(const struct ses_sso_token *token,
                                            struct ses_buf *out) {
    const struct member members[] = {
        {SES_SPAN("clientId"), token->client_id},
        {SES_SPAN("clientSecret"), token->client_secret},
        {SES_SPAN("grantType"), SES_SPAN("refresh_token")},
        {SES_SPAN("refreshToken"), token->refresh},
    };
    return write_object(out, members, sizeof members / sizeof *members);
}

/* Writes the new cache file, as the AWS CLI has it. */
static enum ses_status compose(const struct ses_sso_settings *settings,
                               const struct ses_sso_token *old, const ses_json_value *answer,
                               double now, struct ses_buf *out, struct ses_error *error) {
    struct ses_span access, refresh;
    struct ses_buf expires;
    int64_t seconds = 0;
    (void)ses_json_member_string(answer, SES_SPAN("refreshToken"), &refresh);
    (void)ses_json_integer(ses_json_member(answer, SES_SPAN("expiresIn")), &seconds);
    if (!ses_json_member_string(answer, SES_SPAN("accessToken"), &access) || seconds <= 0)
        return ses_error_set(error, SES_ERR_PARSE, NULL, "has no accessToken or no expiresIn");
    ses_buf_init(&expires);
    enum ses_status status = ses_timestamp_append(&expires, now + (double)seconds);
    const struct member members[] = {
        {SES_SPAN("startUrl"), settings->start_url},
        {SES_SPAN("region"), settings->region},
        {SES_SPAN("accessToken"), access},
        {SES_SPAN("expiresAt"), ses_buf_span(&expires)},
        {SES_SPAN("clientId"), old->client_id},
        {SES_SPAN("clientSecret"), old->client_secret},
        {SES_SPAN("registrationExpiresAt"), old->registered_until},
        {SES_SPAN("refreshToken"), refresh},
    };
    if (status == SES_OK)
        status = write_object(out, members, sizeof members / sizeof *members);
    ses_buf_free(&expires);
    if (status == SES_ERR_RANGE)
        return ses_error_set(error, status, NULL, "has an expiresIn that is too large");
    return status == SES_OK ? status : no_memory(error);
}

enum ses_status ses_sso_token_renew(const struct ses_source_context *context,
                                    const struct ses_sso_settings *settings, const char *path,
                                    struct ses_span answer, double now, struct ses_sso_token *token,
                                    struct ses_error *error) {
    const struct ses_host *host = context->host;
    ses_json *json = NULL;
    struct ses_buf text;
    ses_buf_init_secret(&text);
    enum ses_status status = ses_json_parse(answer, &json, error);
    if (status == SES_OK)
        status = compose(settings, token, ses_json_root(json), now, &text, error);
    ses_json_free(json);
    if (status == SES_OK)
        status = read_text(ses_buf_span(&text), token, error);
    if (status == SES_OK && host->write_file != NULL)
        (void)host->write_file(host->context, path, ses_buf_span(&text), NULL);
    ses_buf_free(&text);
    return status;
}
