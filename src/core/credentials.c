#include "ses/credentials.h"

#include "ses/buf.h"
#include "ses/secret.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { ID_MAX = 128, SECRET_MAX = 1024, TOKEN_MAX = 16384, ACCOUNT_LEN = 12 };

/* The three parts stand behind each other in one secret, so that one locked page holds them. */
struct ses_credentials {
    enum ses_credentials_source source;
    atomic_size_t references;
    int64_t expiration;
    char account_id[ACCOUNT_LEN];
    size_t account_len;
    ses_secret *bytes;
    size_t id_len;
    size_t secret_len;
    size_t token_len;
};

static bool is_visible(struct ses_span text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~')
            return false;
    return true;
}

static bool has_control(struct ses_span text) {
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.data[i] < ' ' || text.data[i] == 0x7f)
            return true;
    return false;
}

static bool has_any(struct ses_span text, const char *marks) {
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] != '\0' && strchr(marks, text.data[i]) != NULL)
            return true;
    return false;
}

static enum ses_status check_length(struct ses_span part, size_t max, const char *field,
                                    struct ses_error *error) {
    if (part.len > max)
        return ses_error_set(error, SES_ERR_RANGE, field, "is longer than %zu characters", max);
    return SES_OK;
}

static enum ses_status check_id(struct ses_span id, struct ses_error *error) {
    static const char field[] = "access_key_id";
    if (id.len == 0)
        return ses_error_set(error, SES_ERR_INVALID, field, "is empty");
    if (!is_visible(id))
        return ses_error_set(error, SES_ERR_INVALID, field,
                             "holds a space, a line break or another odd character");
    /* They would end the key id early where it stands in the Authorization header. */
    if (has_any(id, "/,="))
        return ses_error_set(error, SES_ERR_INVALID, field, "holds one of / , =");
    return check_length(id, ID_MAX, field, error);
}

static enum ses_status check_secret(struct ses_span secret, struct ses_error *error) {
    static const char field[] = "secret_access_key";
    if (secret.len == 0)
        return ses_error_set(error, SES_ERR_INVALID, field, "is empty");
    if (has_control(secret))
        return ses_error_set(error, SES_ERR_INVALID, field,
                             "holds a line break or another control character");
    return check_length(secret, SECRET_MAX, field, error);
}

static enum ses_status check_token(struct ses_span token, struct ses_error *error) {
    static const char field[] = "session_token";
    if (!is_visible(token))
        return ses_error_set(error, SES_ERR_INVALID, field,
                             "holds a space, a line break or another odd character");
    return check_length(token, TOKEN_MAX, field, error);
}

static enum ses_status check_account(struct ses_span account, struct ses_error *error) {
    bool digits = account.len == 0 || account.len == ACCOUNT_LEN;
    for (size_t i = 0; i < account.len; i++)
        digits = digits && account.data[i] >= '0' && account.data[i] <= '9';
    if (!digits)
        return ses_error_set(error, SES_ERR_INVALID, "account_id", "is not of 12 digits");
    return SES_OK;
}

static enum ses_status check(const struct ses_credentials_options *options,
                             struct ses_error *error) {
    enum ses_status status = check_id(options->access_key_id, error);
    if (status == SES_OK)
        status = check_secret(options->secret_access_key, error);
    if (status == SES_OK)
        status = check_token(options->session_token, error);
    if (status == SES_OK)
        status = check_account(options->account_id, error);
    if (status == SES_OK && options->expiration < 0)
        status = ses_error_set(error, SES_ERR_RANGE, "expiration", "is before 1970");
    return status;
}

static enum ses_status pack(const struct ses_credentials_options *options, ses_secret **out) {
    struct ses_buf bytes;
    ses_buf_init_secret(&bytes);
    enum ses_status status = ses_buf_append(&bytes, options->access_key_id);
    if (status == SES_OK)
        status = ses_buf_append(&bytes, options->secret_access_key);
    if (status == SES_OK)
        status = ses_buf_append(&bytes, options->session_token);
    if (status == SES_OK)
        status = ses_secret_new(ses_buf_span(&bytes), out);
    ses_buf_free(&bytes);
    return status;
}

enum ses_status ses_credentials_new(const struct ses_credentials_options *options,
                                    ses_credentials **out, struct ses_error *error) {
    *out = NULL;
    enum ses_status status = check(options, error);
    if (status != SES_OK)
        return status;
    ses_credentials *credentials = calloc(1, sizeof *credentials);
    if (credentials == NULL || pack(options, &credentials->bytes) != SES_OK) {
        free(credentials);
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    }
    credentials->source = options->source;
    atomic_init(&credentials->references, 1);
    credentials->expiration = options->expiration;
    credentials->account_len = options->account_id.len;
    if (options->account_id.len > 0)
        memcpy(credentials->account_id, options->account_id.data, options->account_id.len);
    credentials->id_len = options->access_key_id.len;
    credentials->secret_len = options->secret_access_key.len;
    credentials->token_len = options->session_token.len;
    *out = credentials;
    return SES_OK;
}

ses_credentials *ses_credentials_retain(ses_credentials *credentials) {
    if (credentials != NULL)
        (void)atomic_fetch_add_explicit(&credentials->references, 1, memory_order_relaxed);
    return credentials;
}

void ses_credentials_free(ses_credentials *credentials) {
    if (credentials == NULL ||
        atomic_fetch_sub_explicit(&credentials->references, 1, memory_order_acq_rel) > 1)
        return;
    ses_secret_free(credentials->bytes);
    free(credentials);
}

struct ses_span ses_credentials_access_key_id(const ses_credentials *credentials) {
    return (struct ses_span){ses_secret_span(credentials->bytes).data, credentials->id_len};
}

struct ses_span ses_credentials_secret(const ses_credentials *credentials) {
    const char *bytes = ses_secret_span(credentials->bytes).data;
    return (struct ses_span){bytes + credentials->id_len, credentials->secret_len};
}

struct ses_span ses_credentials_session_token(const ses_credentials *credentials) {
    const char *bytes = ses_secret_span(credentials->bytes).data;
    return (struct ses_span){bytes + credentials->id_len + credentials->secret_len,
                             credentials->token_len};
}

enum ses_credentials_source ses_credentials_source(const ses_credentials *credentials) {
    return credentials->source;
}

int64_t ses_credentials_expiration(const ses_credentials *credentials) {
    return credentials->expiration;
}

struct ses_span ses_credentials_account_id(const ses_credentials *credentials) {
    return (struct ses_span){credentials->account_id, credentials->account_len};
}

const char *ses_credentials_source_name(enum ses_credentials_source source) {
    static const char *const names[SES_CREDENTIALS_SOURCES] = {
        [SES_CREDENTIALS_STATIC] = "static",   [SES_CREDENTIALS_ENVIRONMENT] = "environment",
        [SES_CREDENTIALS_PROFILE] = "profile", [SES_CREDENTIALS_WEB_IDENTITY] = "web_identity",
        [SES_CREDENTIALS_SSO] = "sso",         [SES_CREDENTIALS_ASSUME_ROLE] = "assume_role",
        [SES_CREDENTIALS_PROCESS] = "process", [SES_CREDENTIALS_CONTAINER] = "container",
        [SES_CREDENTIALS_IMDS] = "imds",       [SES_CREDENTIALS_CUSTOM] = "custom",
    };
    if ((size_t)source >= SES_CREDENTIALS_SOURCES)
        return "unknown";
    return names[source];
}
