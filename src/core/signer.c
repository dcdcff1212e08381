#include "ses/signer.h"

#include "ses/secret.h"
#include "ses/sigv4a.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* `secret` holds the derived key and behind it the access key that it was derived from, since a
 * rotated secret may come under the same id. */
struct entry {
    struct ses_buf scope; /* "20150830/us-east-1/ses", or "AWS4A/AKIDEXAMPLE" */
    ses_secret *secret;   /* NULL: the entry is free */
    uint64_t used;
};

struct ses_signer {
    pthread_mutex_t lock;
    struct entry entries[SES_SIGNER_KEYS_MAX];
    uint64_t clock; /* counts uses, for the choice of the entry to evict */
};

enum ses_status ses_signer_new(ses_signer **out) {
    *out = NULL;
    ses_signer *signer = calloc(1, sizeof *signer);
    if (signer == NULL)
        return SES_ERR_NOMEM;
    if (pthread_mutex_init(&signer->lock, NULL) != 0) {
        free(signer);
        return SES_ERR_NOMEM;
    }
    *out = signer;
    return SES_OK;
}

static void entry_clear(struct entry *entry) {
    ses_secret_free(entry->secret);
    ses_buf_free(&entry->scope);
    *entry = (struct entry){0};
}

void ses_signer_free(ses_signer *signer) {
    if (signer == NULL)
        return;
    for (size_t i = 0; i < SES_SIGNER_KEYS_MAX; i++)
        entry_clear(&signer->entries[i]);
    (void)pthread_mutex_destroy(&signer->lock);
    free(signer);
}

size_t ses_signer_key_count(const ses_signer *signer) {
    pthread_mutex_t *lock = (pthread_mutex_t *)&signer->lock;
    size_t count = 0;
    (void)pthread_mutex_lock(lock);
    for (size_t i = 0; i < SES_SIGNER_KEYS_MAX; i++)
        count += signer->entries[i].secret != NULL;
    (void)pthread_mutex_unlock(lock);
    return count;
}

static struct ses_span entry_access_key(const struct entry *entry) {
    struct ses_span whole = ses_secret_span(entry->secret);
    return (struct ses_span){whole.data + SES_SHA256_LEN, whole.len - SES_SHA256_LEN};
}

static struct entry *find_entry(ses_signer *signer, struct ses_span scope,
                                struct ses_span access_key) {
    for (size_t i = 0; i < SES_SIGNER_KEYS_MAX; i++) {
        struct entry *entry = &signer->entries[i];
        if (entry->secret != NULL && ses_span_equal(ses_buf_span(&entry->scope), scope) &&
            ses_equal_secret(entry_access_key(entry), access_key))
            return entry;
    }
    return NULL;
}

/* A free entry, or else the one that was used longest ago, emptied. */
static struct entry *take_entry(ses_signer *signer) {
    struct entry *oldest = &signer->entries[0];
    for (size_t i = 0; i < SES_SIGNER_KEYS_MAX; i++) {
        struct entry *entry = &signer->entries[i];
        if (entry->secret == NULL)
            return entry;
        if (entry->used < oldest->used)
            oldest = entry;
    }
    entry_clear(oldest);
    return oldest;
}

static enum ses_status derive_key(const struct ses_sigv4_options *sign, struct ses_span day,
                                  unsigned char out[SES_SHA256_LEN]) {
    if (sign->algorithm == SES_SIGV4_ECDSA)
        return ses_sigv4a_private_key(sign->access_key_id, sign->secret_access_key, out);
    return ses_sigv4_signing_key(sign->secret_access_key, day, sign->region, sign->service, out);
}

static enum ses_status derive_secret(const struct ses_sigv4_options *sign, struct ses_span day,
                                     ses_secret **out) {
    unsigned char key[SES_SHA256_LEN];
    struct ses_buf both;
    ses_buf_init_secret(&both);
    enum ses_status status = derive_key(sign, day, key);
    if (status == SES_OK)
        status = ses_buf_append(&both, (struct ses_span){(const char *)key, sizeof key});
    if (status == SES_OK)
        status = ses_buf_append(&both, sign->secret_access_key);
    if (status == SES_OK)
        status = ses_secret_new(ses_buf_span(&both), out);
    ses_wipe(key, sizeof key);
    ses_buf_free(&both);
    return status;
}

/* Appends what besides the secret a key depends on. */
static enum ses_status append_scope(struct ses_buf *out, const struct ses_sigv4_options *sign,
                                    struct ses_span day) {
    const struct ses_span symmetric[] = {day, SES_SPAN("/"), sign->region, SES_SPAN("/"),
                                         sign->service};
    const struct ses_span asymmetric[] = {SES_SPAN("AWS4A/"), sign->access_key_id};
    bool is_asymmetric = sign->algorithm == SES_SIGV4_ECDSA;
    const struct ses_span *parts = is_asymmetric ? asymmetric : symmetric;
    size_t count = is_asymmetric ? 2 : 5;
    enum ses_status status = SES_OK;
    for (size_t i = 0; status == SES_OK && i < count; i++)
        status = ses_buf_append(out, parts[i]);
    return status;
}

/* The cached key for `scope`, else one that is derived and cached; NULL where there is no memory.
 * The caller holds the lock. `scope` is emptied where the cache took it. */
static struct entry *get_entry(ses_signer *signer, struct ses_buf *scope,
                               const struct ses_sigv4_options *sign, struct ses_span day) {
    struct entry *entry = find_entry(signer, ses_buf_span(scope), sign->secret_access_key);
    if (entry == NULL) {
        ses_secret *secret = NULL;
        if (derive_secret(sign, day, &secret) != SES_OK)
            return NULL;
        entry = take_entry(signer);
        *entry = (struct entry){.scope = *scope, .secret = secret};
        ses_buf_init(scope);
    }
    entry->used = ++signer->clock;
    return entry;
}

/* Copies the key into `key`, since another thread may evict the entry at any time. */
static enum ses_status signing_key(ses_signer *signer, const struct ses_sigv4_options *sign,
                                   struct ses_span day, unsigned char key[SES_SHA256_LEN]) {
    struct ses_buf scope;
    ses_buf_init(&scope);
    enum ses_status status = append_scope(&scope, sign, day);
    if (status == SES_OK) {
        (void)pthread_mutex_lock(&signer->lock);
        const struct entry *entry = get_entry(signer, &scope, sign, day);
        if (entry == NULL)
            status = SES_ERR_NOMEM;
        else
            memcpy(key, ses_secret_span(entry->secret).data, SES_SHA256_LEN);
        (void)pthread_mutex_unlock(&signer->lock);
    }
    ses_buf_free(&scope);
    return status;
}

/* What both forms sign with. `key` is filled, and wiped by the caller. */
static enum ses_status prepare(ses_signer *signer, const ses_credentials *credentials,
                               const struct ses_signer_options *options,
                               struct ses_sigv4_options *sign, unsigned char key[SES_SHA256_LEN],
                               struct ses_error *error) {
    char timestamp[SES_SIGV4_TIMESTAMP_LEN + 1];
    if (ses_sigv4_format_time(options->time, timestamp) != SES_OK)
        return ses_error_set(error, SES_ERR_RANGE, "time",
                             "must be seconds from 1970 to the year 9999");
    *sign = (struct ses_sigv4_options){.access_key_id = ses_credentials_access_key_id(credentials),
                                       .secret_access_key = ses_credentials_secret(credentials),
                                       .session_token = ses_credentials_session_token(credentials),
                                       .region = options->region,
                                       .service = options->service,
                                       .algorithm = options->algorithm,
                                       .time = options->time};
    if (signing_key(signer, sign, (struct ses_span){timestamp, 8}, key) != SES_OK)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    sign->signing_key = key;
    return SES_OK;
}

static enum ses_status compute(const ses_http_request *request,
                               const struct ses_sigv4_options *options, bool presign,
                               struct ses_sigv4_result *result, struct ses_error *error) {
    struct ses_http_header *headers =
        calloc(ses_http_request_header_count(request) + 1, sizeof *headers);
    if (headers == NULL)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    struct ses_sigv4_request view;
    ses_sigv4_view(request, headers, &view);
    enum ses_status status =
        (presign ? ses_sigv4_presign : ses_sigv4_sign)(&view, options, result, error);
    free(headers);
    return status;
}

static void remove_signature(ses_http_request *request) {
    (void)ses_http_request_remove_header(request, SES_SPAN("X-Amz-Date"));
    (void)ses_http_request_remove_header(request, SES_SPAN("X-Amz-Security-Token"));
    (void)ses_http_request_remove_header(request, SES_SPAN("X-Amz-Region-Set"));
    (void)ses_http_request_remove_header(request, SES_SPAN("Authorization"));
}

static enum ses_status add_signature(ses_http_request *request,
                                     const struct ses_sigv4_options *sign,
                                     const struct ses_sigv4_result *result,
                                     struct ses_error *error) {
    enum ses_status status = ses_http_request_add_header(
        request, SES_SPAN("X-Amz-Date"), ses_span_from(result->timestamp), false, error);
    if (status == SES_OK && sign->session_token.len > 0)
        status = ses_http_request_add_header(request, SES_SPAN("X-Amz-Security-Token"),
                                             sign->session_token, true, error);
    if (status == SES_OK && sign->algorithm == SES_SIGV4_ECDSA)
        status = ses_http_request_add_header(request, SES_SPAN("X-Amz-Region-Set"), sign->region,
                                             false, error);
    if (status == SES_OK)
        status = ses_http_request_add_header(request, SES_SPAN("Authorization"),
                                             ses_buf_span(&result->authorization), true, error);
    return status;
}

enum ses_status ses_signer_sign(ses_signer *signer, ses_http_request *request,
                                const ses_credentials *credentials,
                                const struct ses_signer_options *options, struct ses_error *error) {
    remove_signature(request);
    struct ses_sigv4_options sign;
    unsigned char key[SES_SHA256_LEN];
    enum ses_status status = prepare(signer, credentials, options, &sign, key, error);
    if (status != SES_OK)
        return status;
    struct ses_sigv4_result result;
    ses_sigv4_result_init(&result);
    status = compute(request, &sign, false, &result, error);
    ses_wipe(key, sizeof key);
    if (status == SES_OK)
        status = add_signature(request, &sign, &result, error);
    if (status != SES_OK)
        remove_signature(request);
    ses_sigv4_result_free(&result);
    return status;
}

static enum ses_status append_url(struct ses_buf *out, const struct ses_url *url,
                                  struct ses_span query) {
    const struct ses_span parts[] = {url->scheme, SES_SPAN("://"), url->authority,
                                     url->path,   SES_SPAN("?"),   query};
    enum ses_status status = SES_OK;
    for (size_t i = 0; status == SES_OK && i < sizeof parts / sizeof *parts; i++)
        status = ses_buf_append(out, parts[i]);
    return status;
}

enum ses_status ses_signer_presign(ses_signer *signer, const ses_http_request *request,
                                   const ses_credentials *credentials,
                                   const struct ses_signer_options *options, unsigned expires_s,
                                   struct ses_buf *url, struct ses_error *error) {
    ses_buf_clear(url);
    struct ses_sigv4_options sign;
    unsigned char key[SES_SHA256_LEN];
    enum ses_status status = prepare(signer, credentials, options, &sign, key, error);
    if (status != SES_OK)
        return status;
    sign.expires_s = expires_s;
    struct ses_sigv4_result result;
    ses_sigv4_result_init(&result);
    status = compute(request, &sign, true, &result, error);
    ses_wipe(key, sizeof key);
    if (status == SES_OK &&
        append_url(url, ses_http_request_parts(request), ses_buf_span(&result.query)) != SES_OK) {
        ses_buf_clear(url);
        status = ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    }
    ses_sigv4_result_free(&result);
    return status;
}
