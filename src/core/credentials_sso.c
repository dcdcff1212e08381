/* The source "sso": a role of IAM Identity Center, for a login that is cached. */
#include "credentials_answer.h"
#include "sso_token.h"

#include "ses/secret.h"
#include "ses/uri.h"

#include <stdlib.h>

static const char portal[] = "IAM Identity Center";
static const char oidc[] = "IAM Identity Center's token endpoint";

/* Before its end by so many seconds a token is refreshed, as by the AWS CLI. */
enum { REFRESH_WINDOW = 15 * 60 };

enum stage { REFRESH, KEYS, FOUND, FAILED };

struct sso {
    struct ses_source_context context;
    struct ses_sso_settings settings;
    struct ses_buf path; /* of the cache file, with its NUL */
    struct ses_sso_token token;
    bool refreshed; /* or tried to */
    bool refused;   /* the portal did not take the token that the file had */
    enum stage stage;
    struct ses_source_tries tries;
    ses_credentials *found;
    struct ses_error failure;
};

static void sso_free(void *state) {
    struct sso *sso = state;
    ses_buf_free(&sso->path);
    ses_sso_token_free(&sso->token);
    ses_credentials_free(sso->found);
    free(sso);
}

static void enter(struct sso *sso, enum stage stage) {
    sso->stage = stage;
    sso->tries = (struct ses_source_tries){0};
}

static void log_in_again(struct sso *sso, const char *what) {
    struct ses_span profile = sso->context.profile;
    (void)ses_error_set(&sso->failure, SES_ERR_EXPIRED, NULL,
                        "the SSO login %s: run aws sso login --profile %.*s", what,
                        ses_source_width(profile, 64), profile.data);
    enter(sso, FAILED);
}

/* Chooses between the token that is there, a new one, and giving up. */
static void begin(struct sso *sso, double now) {
    double left = sso->token.expires - now;
    if (left < REFRESH_WINDOW && ses_sso_token_is_refreshable(&sso->token, &sso->settings, now))
        enter(sso, REFRESH);
    else if (left > 0)
        enter(sso, KEYS);
    else
        log_in_again(sso, "has expired");
}

static enum ses_source_result sso_open(const struct ses_source_context *context, double now,
                                       void **state, struct ses_error *error) {
    *state = NULL;
    struct ses_sso_settings settings;
    enum ses_source_result result = ses_sso_settings_read(context, &settings, error);
    if (result != SES_SOURCE_EFFECT)
        return result;
    struct sso *sso = calloc(1, sizeof *sso);
    if (sso == NULL) {
        (void)ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
        return SES_SOURCE_FAILED;
    }
    sso->context = *context;
    sso->settings = settings;
    if (ses_sso_token_path(context, &settings, &sso->path, error) != SES_OK ||
        ses_sso_token_load(context, sso->path.data, &sso->token, error) != SES_OK) {
        sso_free(sso);
        return SES_SOURCE_FAILED;
    }
    begin(sso, now);
    *state = sso;
    return SES_SOURCE_EFFECT;
}

/* --- Requests --- */

static enum ses_status append_query(struct ses_buf *url, const char *name, struct ses_span value) {
    enum ses_status status = ses_buf_append_text(url, name);
    return status == SES_OK ? ses_uri_encode(url, value, false) : status;
}

/* The endpoint's URL with what `append` puts behind it. */
static enum ses_status service_url(const struct sso *sso, const struct ses_source_service *service,
                                   const char *path, struct ses_buf *out, struct ses_error *error) {
    enum ses_status status =
        ses_source_endpoint(&sso->context, service, sso->settings.region, out, NULL, error);
    if (status != SES_OK)
        return status;
    if (ses_buf_append_text(out, path) != SES_OK)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    return SES_OK;
}

static enum ses_status request_keys(const struct sso *sso, ses_http_request **out,
                                    struct ses_error *error) {
    static const struct ses_source_service service = {"SSO", "sso", "portal.sso"};
    struct ses_buf url;
    ses_buf_init(&url);
    enum ses_status status = service_url(sso, &service, "/federation/credentials", &url, error);
    if (status == SES_OK) {
        status = append_query(&url, "?role_name=", sso->settings.role_name);
        if (status == SES_OK)
            status = append_query(&url, "&account_id=", sso->settings.account_id);
        if (status != SES_OK)
            (void)ses_error_set(error, status, NULL, "out of memory");
    }
    if (status == SES_OK)
        status = ses_http_request_new(SES_SPAN("GET"), ses_buf_span(&url), out, error);
    if (status == SES_OK)
        status = ses_http_request_add_header(*out, SES_SPAN("x-amz-sso_bearer_token"),
                                             sso->token.access, true, error);
    ses_buf_free(&url);
    return status;
}

static enum ses_status request_token(const struct sso *sso, ses_http_request **out,
                                     struct ses_error *error) {
    static const struct ses_source_service service = {"SSO_OIDC", "sso_oidc", "oidc"};
    struct ses_buf url;
    struct ses_buf body;
    ses_buf_init(&url);
    ses_buf_init_secret(&body);
    enum ses_status status = service_url(sso, &service, "/token", &url, error);
    if (status == SES_OK)
        status = ses_http_request_new(SES_SPAN("POST"), ses_buf_span(&url), out, error);
    if (status == SES_OK)
        status = ses_http_request_add_header(*out, SES_SPAN("Content-Type"),
                                             SES_SPAN("application/json"), false, error);
    if (status == SES_OK) {
        status = ses_sso_token_write_request(&sso->token, &body);
        if (status == SES_OK)
            status = ses_http_request_set_body(*out, ses_buf_span(&body));
        if (status != SES_OK)
            (void)ses_error_set(error, status, NULL, "out of memory");
    }
    ses_buf_free(&body);
    ses_buf_free(&url);
    return status;
}

static enum ses_source_result sso_next(void *state, double now, struct ses_effect *effect,
                                       ses_credentials **credentials, struct ses_error *error) {
    (void)now;
    struct sso *sso = state;
    if (sso->stage == FAILED) {
        *error = sso->failure;
        return SES_SOURCE_FAILED;
    }
    if (sso->stage == FOUND) {
        *credentials = sso->found;
        sso->found = NULL;
        return SES_SOURCE_DONE;
    }
    effect->kind = SES_EFFECT_HTTP;
    effect->delay_ms = sso->tries.delay_ms;
    enum ses_status status = sso->stage == REFRESH ? request_token(sso, &effect->request, error)
                                                   : request_keys(sso, &effect->request, error);
    return status == SES_OK ? SES_SOURCE_EFFECT : SES_SOURCE_FAILED;
}

/* --- Answers --- */

/* Another program may have refreshed the login at the same time, which makes our refresh token
 * void: then the file has its token. */
static void do_without_refresh(struct sso *sso, double now) {
    struct ses_buf old;
    struct ses_error found = {0};
    ses_buf_init_secret(&old);
    enum ses_status status = ses_buf_append(&old, sso->token.access);
    if (status == SES_OK)
        status = ses_sso_token_load(&sso->context, sso->path.data, &sso->token, &found);
    bool same = ses_equal_secret(ses_buf_span(&old), sso->token.access);
    ses_buf_free(&old);
    if (status == SES_ERR_NOMEM) {
        (void)ses_error_set(&sso->failure, status, NULL, "out of memory");
        enter(sso, FAILED);
    } else if (sso->token.expires > now && !(same && sso->refused))
        enter(sso, KEYS);
    else
        log_in_again(sso, sso->refused ? "was not accepted" : "has expired");
}

static void feed_token(struct sso *sso, const struct ses_source_input *input, double now) {
    bool again = ses_source_is_transient(input);
    if (input->kind == SES_INPUT_RESPONSE && ses_http_response_status(input->response) == 200) {
        struct ses_error why = {0};
        enum ses_status status =
            ses_sso_token_renew(&sso->context, &sso->settings, sso->path.data,
                                ses_http_response_body(input->response), now, &sso->token, &why);
        if (status == SES_OK) {
            sso->refreshed = true;
            sso->refused = false;
            enter(sso, KEYS);
            return;
        }
        (void)ses_answer_malformed(oidc, &why, &sso->failure);
    } else {
        (void)ses_answer_refusal(input, oidc, "error", &sso->failure);
    }
    if (again && ses_source_try_again(&sso->context, &sso->tries))
        return;
    sso->refreshed = true;
    do_without_refresh(sso, now);
}

/* Reads the answer into `found`. */
static enum ses_status read_keys(struct sso *sso, struct ses_span body, double now) {
    const struct ses_answer_fields fields = {
        .id = "accessKeyId",
        .secret = "secretAccessKey",
        .token = "sessionToken",
        .expiration = "expiration",
        .account = sso->settings.account_id,
        .temporary = true,
    };
    ses_json *json = NULL;
    struct ses_error why = {0};
    enum ses_status status = ses_json_parse(body, &json, &why);
    if (status == SES_OK)
        status = ses_answer_credentials(
            ses_json_member(ses_json_root(json), SES_SPAN("roleCredentials")), &fields,
            SES_CREDENTIALS_SSO, &sso->found, &why);
    ses_json_free(json);
    if (status != SES_OK)
        return ses_answer_malformed(portal, &why, &sso->failure);
    if ((double)ses_credentials_expiration(sso->found) > now)
        return SES_OK;
    ses_credentials_free(sso->found);
    sso->found = NULL;
    return ses_error_set(&sso->failure, SES_ERR_EXPIRED, NULL,
                         "%s gave credentials that have expired", portal);
}

/* The token was not taken: it was revoked, or the clock is wrong. */
static void feed_refused_token(struct sso *sso, double now) {
    bool refreshable = ses_sso_token_is_refreshable(&sso->token, &sso->settings, now);
    sso->refused = true;
    if (refreshable && !sso->refreshed)
        enter(sso, REFRESH);
    else
        log_in_again(sso, "was not accepted");
}

static void feed_keys(struct sso *sso, const struct ses_source_input *input, double now) {
    int answered =
        input->kind == SES_INPUT_RESPONSE ? ses_http_response_status(input->response) : 0;
    bool again = ses_source_is_transient(input);
    if (answered == 401) {
        feed_refused_token(sso, now);
        return;
    }
    if (answered == 200) {
        enum ses_status status = read_keys(sso, ses_http_response_body(input->response), now);
        if (status == SES_OK) {
            enter(sso, FOUND);
            return;
        }
        again = status == SES_ERR_PARSE;
    } else {
        (void)ses_answer_refusal(input, portal, "__type", &sso->failure);
    }
    if (!again || !ses_source_try_again(&sso->context, &sso->tries))
        enter(sso, FAILED);
}

static void sso_feed(void *state, const struct ses_source_input *input, double now) {
    struct sso *sso = state;
    if (sso->stage == REFRESH)
        feed_token(sso, input, now);
    else
        feed_keys(sso, input, now);
}

const struct ses_source_class ses_source_sso = {
    .source = SES_CREDENTIALS_SSO,
    .files = SES_FILES_NEEDED,
    .open = sso_open,
    .next = sso_next,
    .feed = sso_feed,
    .free = sso_free,
};
