/* What the sources of credentials share. */
#include "credentials_source.h"

#include "ses/random.h"
#include "ses/secret.h"

#include <string.h>

int ses_source_width(struct ses_span text, int most) {
    return text.len > (size_t)most ? most : (int)text.len;
}

struct ses_span ses_source_variable(const struct ses_source_context *context, const char *name) {
    return ses_span_from(context->host->getenv(context->host->context, name));
}

static bool file_property(const ses_profile_file *file, enum ses_profile_section section,
                          struct ses_span name, const char *key, struct ses_span *value) {
    return ses_profile_get(file, section, name, ses_span_from(key), value) && value->len > 0;
}

bool ses_source_property(const struct ses_source_context *context, const char *key,
                         struct ses_span *value) {
    *value = (struct ses_span){NULL, 0};
    if (context->files == NULL)
        return false;
    const ses_profile_file *files[] = {ses_profile_credentials(context->files),
                                       ses_profile_config(context->files)};
    for (size_t i = 0; i < 2; i++)
        if (file_property(files[i], SES_SECTION_PROFILE, context->profile, key, value))
            return true;
    return false;
}

struct ses_span ses_source_account_id(struct ses_span text) {
    const struct ses_span none = {NULL, 0};
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] < '0' || text.data[i] > '9')
            return none;
    return text.len == 12 ? text : none;
}

bool ses_source_sso_property(const struct ses_source_context *context, struct ses_span name,
                             const char *key, struct ses_span *value) {
    *value = (struct ses_span){NULL, 0};
    return context->files != NULL && file_property(ses_profile_config(context->files),
                                                   SES_SECTION_SSO_SESSION, name, key, value);
}

/* --- Endpoints --- */

static bool is_true(struct ses_span text) {
    return ses_span_equal_nocase(text, SES_SPAN("true"));
}

static bool ignores_configured(const struct ses_source_context *context) {
    struct ses_span value = ses_source_variable(context, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    if (value.len == 0)
        (void)ses_source_property(context, "ignore_configured_endpoint_urls", &value);
    return is_true(value);
}

/* `endpoint_url` of the service in the section that the profile's `services` names. */
static bool services_url(const struct ses_source_context *context, const char *key,
                         struct ses_span *url) {
    struct ses_span section;
    return ses_source_property(context, "services", &section) &&
           ses_profile_get_nested(ses_profile_config(context->files), SES_SECTION_SERVICES, section,
                                  ses_span_from(key), SES_SPAN("endpoint_url"), url) &&
           url->len > 0;
}

static struct ses_span configured_url(const struct ses_source_context *context,
                                      const struct ses_source_service *service) {
    struct ses_span url = {NULL, 0};
    char name[64] = "AWS_ENDPOINT_URL_";
    if (ignores_configured(context))
        return url;
    (void)strncat(name, service->variable, sizeof name - strlen(name) - 1);
    url = ses_source_variable(context, name);
    if (url.len == 0)
        url = ses_source_variable(context, "AWS_ENDPOINT_URL");
    if (url.len == 0 && !services_url(context, service->key, &url))
        (void)ses_source_property(context, "endpoint_url", &url);
    return url;
}

/* The partitions whose hosts do not end in amazonaws.com, by the beginning of their regions. */
static const struct {
    const char *region, *suffix, *dualstack;
} partitions[] = {
    {"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    {"us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
    {"us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
    {"eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
    {"us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
    {"eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
    {"", "amazonaws.com", "api.aws"},
};

static const char *suffix_of(struct ses_span region, bool dualstack) {
    size_t i = 0;
    size_t len = strlen(partitions[i].region);
    while (region.len < len || memcmp(region.data, partitions[i].region, len) != 0)
        len = strlen(partitions[++i].region);
    return dualstack ? partitions[i].dualstack : partitions[i].suffix;
}

static bool is_host_label(struct ses_span text) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!alnum && (c != '-' || i == 0))
            return false;
    }
    return text.len > 0 && text.len <= 63;
}

static enum ses_status append_all(struct ses_buf *out, const struct ses_span *parts, size_t count) {
    enum ses_status status = SES_OK;
    for (size_t i = 0; status == SES_OK && i < count; i++)
        status = ses_buf_append(out, parts[i]);
    return status;
}

static enum ses_status aws_url(const struct ses_source_context *context,
                               const struct ses_source_service *service, struct ses_span region,
                               struct ses_buf *out, struct ses_error *error) {
    if (!is_host_label(region))
        return ses_error_set(error, SES_ERR_INVALID, "region", "must be one such as eu-west-1");
    /* GovCloud's STS is a FIPS endpoint by its plain name. */
    bool plain = region.len > 7 && memcmp(region.data, "us-gov-", 7) == 0 &&
                 strcmp(service->prefix, "sts") == 0 && !context->use_dualstack;
    const struct ses_span parts[] = {
        SES_SPAN("https://"),
        ses_span_from(service->prefix),
        ses_span_from(context->use_fips && !plain ? "-fips." : "."),
        region,
        SES_SPAN("."),
        ses_span_from(suffix_of(region, context->use_dualstack)),
    };
    if (append_all(out, parts, sizeof parts / sizeof *parts) != SES_OK)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    return SES_OK;
}

enum ses_status ses_source_endpoint(const struct ses_source_context *context,
                                    const struct ses_source_service *service,
                                    struct ses_span region, struct ses_buf *out, bool *configured,
                                    struct ses_error *error) {
    struct ses_span url = configured_url(context, service);
    if (configured != NULL)
        *configured = url.len > 0;
    if (url.len == 0)
        return aws_url(context, service, region, out, error);
    struct ses_url parts;
    struct ses_error found = {0};
    if (ses_url_parse(url, &parts, &found) != SES_OK)
        return ses_error_set(error, SES_ERR_INVALID, NULL, "the endpoint URL of %s %.100s",
                             service->key, found.message);
    if (parts.query.len > 0)
        return ses_error_set(error, SES_ERR_INVALID, NULL,
                             "the endpoint URL of %s must not have a query", service->key);
    while (url.len > 0 && url.data[url.len - 1] == '/')
        url.len--;
    if (ses_buf_append(out, url) != SES_OK)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    return SES_OK;
}

/* --- Trying again --- */

bool ses_source_is_transient(const struct ses_source_input *input) {
    if (input->kind == SES_INPUT_FAILURE)
        return input->status == SES_ERR_NETWORK || input->status == SES_ERR_TIMEOUT;
    if (input->kind != SES_INPUT_RESPONSE)
        return false;
    int status = ses_http_response_status(input->response);
    return status == 429 || status == 500 || (status >= 502 && status <= 504);
}

bool ses_source_try_again(const struct ses_source_context *context,
                          struct ses_source_tries *tries) {
    enum { FIRST_MS = 100, MOST_MS = 2000 };
    if (++tries->failed >= context->max_attempts)
        return false;
    unsigned long bound = FIRST_MS;
    for (unsigned i = 1; i < tries->failed && bound < MOST_MS; i++)
        bound *= 2;
    if (bound > MOST_MS)
        bound = MOST_MS;
    double random = 0.5;
    (void)ses_random_uniform(&random);
    tries->delay_ms = bound / 2 + (unsigned long)((double)bound / 2 * random);
    return true;
}

enum ses_status ses_source_read_file(const struct ses_source_context *context, struct ses_span path,
                                     struct ses_buf *out, struct ses_error *error) {
    struct ses_buf name, text;
    ses_buf_init(&name);
    ses_buf_init_secret(&text);
    enum ses_status status = SES_OK;
    if (path.len > 0 && memchr(path.data, '\0', path.len) != NULL)
        status = ses_error_set(error, SES_ERR_INVALID, NULL, "the file's path holds a NUL");
    else if (ses_buf_append(&name, path) != SES_OK || ses_buf_append_char(&name, '\0') != SES_OK)
        status = ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    else
        status = context->host->read_file(context->host->context, name.data, &text, error);
    if (status == SES_OK && ses_buf_append(out, ses_span_trim(ses_buf_span(&text))) != SES_OK)
        status = ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    ses_buf_free(&name);
    ses_buf_free(&text);
    return status;
}
