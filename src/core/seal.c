#define _GNU_SOURCE
#include "ses/seal.h"

#include "ses/random.h"
#include "ses/secret.h"

#include <bearssl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Sealed: format, id of the key, nonce, then as many bytes as the plain text has, then the tag. */
enum { FORMAT = 1, KEY_LEN = 32, ID_LEN = 8, NONCE_LEN = 12, TAG_LEN = 16 };
enum { HEADER_LEN = 1 + ID_LEN + NONCE_LEN };

struct ses_seal {
    ses_secret *key;
    unsigned char id[ID_LEN];
    char id_text[2 * ID_LEN];
    atomic_long locked_by; /* the process that has locked the key in memory */
};

static enum ses_status make_key(ses_seal *seal) {
    unsigned char key[KEY_LEN];
    enum ses_status status = ses_random_bytes(key, sizeof key);
    if (status == SES_OK)
        status = ses_random_bytes(seal->id, sizeof seal->id);
    if (status == SES_OK)
        status = ses_secret_new((struct ses_span){(const char *)key, sizeof key}, &seal->key);
    ses_wipe(key, sizeof key);
    return status;
}

enum ses_status ses_seal_new(ses_seal **out) {
    *out = NULL;
    ses_seal *seal = calloc(1, sizeof *seal);
    if (seal == NULL)
        return SES_ERR_NOMEM;
    enum ses_status status = make_key(seal);
    if (status != SES_OK) {
        ses_seal_free(seal);
        return status;
    }
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < ID_LEN; i++) {
        seal->id_text[2 * i] = digits[seal->id[i] >> 4];
        seal->id_text[2 * i + 1] = digits[seal->id[i] & 15];
    }
    atomic_init(&seal->locked_by, (long)getpid());
    *out = seal;
    return SES_OK;
}

void ses_seal_free(ses_seal *seal) {
    if (seal == NULL)
        return;
    ses_secret_free(seal->key);
    free(seal);
}

struct ses_span ses_seal_id(const ses_seal *seal) {
    return (struct ses_span){seal->id_text, sizeof seal->id_text};
}

/* A fork leaves locks on memory behind. */
static const char *key_of(ses_seal *seal) {
    long process = (long)getpid();
    if (atomic_exchange(&seal->locked_by, process) != process)
        ses_secret_lock(seal->key);
    return ses_secret_span(seal->key).data;
}

/* ---- credentials as plain bytes: numbers, most significant byte first, then the parts ---- */

enum { LENGTH_OF_ID, LENGTH_OF_SECRET, LENGTH_OF_TOKEN, LENGTH_OF_ACCOUNT, LENGTHS };
enum { PLAIN_HEADER_LEN = 1 + 8 + 2 * LENGTHS };

static void put_number(unsigned char *at, size_t bytes, uint64_t number) {
    for (size_t i = bytes; i > 0; i--) {
        at[i - 1] = (unsigned char)(number & 0xff);
        number >>= 8;
    }
}

static uint64_t take_number(const unsigned char *at, size_t bytes) {
    uint64_t number = 0;
    for (size_t i = 0; i < bytes; i++)
        number = number << 8 | at[i];
    return number;
}

static enum ses_status append_plain(const ses_credentials *credentials, struct ses_buf *out) {
    struct ses_span parts[LENGTHS] = {
        [LENGTH_OF_ID] = ses_credentials_access_key_id(credentials),
        [LENGTH_OF_SECRET] = ses_credentials_secret(credentials),
        [LENGTH_OF_TOKEN] = ses_credentials_session_token(credentials),
        [LENGTH_OF_ACCOUNT] = ses_credentials_account_id(credentials),
    };
    unsigned char header[PLAIN_HEADER_LEN];
    header[0] = (unsigned char)ses_credentials_source(credentials);
    put_number(header + 1, 8, (uint64_t)ses_credentials_expiration(credentials));
    for (size_t i = 0; i < LENGTHS; i++)
        put_number(header + 9 + 2 * i, 2, parts[i].len);
    enum ses_status status =
        ses_buf_append(out, (struct ses_span){(const char *)header, sizeof header});
    for (size_t i = 0; i < LENGTHS && status == SES_OK; i++)
        status = ses_buf_append(out, parts[i]);
    return status;
}

static enum ses_status take_plain(struct ses_span plain, ses_credentials **out,
                                  struct ses_error *error) {
    const unsigned char *header = (const unsigned char *)plain.data;
    struct ses_span parts[LENGTHS];
    size_t at = PLAIN_HEADER_LEN;
    for (size_t i = 0; plain.len >= PLAIN_HEADER_LEN && i < LENGTHS; i++) {
        parts[i].len = (size_t)take_number(header + 9 + 2 * i, 2);
        parts[i].data = plain.data + at;
        at += parts[i].len;
    }
    if (at != plain.len || header[0] >= SES_CREDENTIALS_SOURCES)
        return ses_error_set(error, SES_ERR_PARSE, "sealed", "holds no credentials");
    struct ses_credentials_options options = {
        .access_key_id = parts[LENGTH_OF_ID],
        .secret_access_key = parts[LENGTH_OF_SECRET],
        .session_token = parts[LENGTH_OF_TOKEN],
        .source = (enum ses_credentials_source)header[0],
        .expiration = (int64_t)take_number(header + 1, 8),
        .account_id = parts[LENGTH_OF_ACCOUNT],
    };
    return ses_credentials_new(&options, out, error);
}

/* ---- sealing ---- */

/* What is authenticated besides: the header and the context. */
static enum ses_status append_bound(struct ses_span header, struct ses_span context,
                                    struct ses_buf *out) {
    enum ses_status status = ses_buf_append(out, header);
    return status == SES_OK ? ses_buf_append(out, context) : status;
}

static enum ses_status seal_into(ses_seal *seal, const ses_credentials *credentials,
                                 struct ses_span context, struct ses_buf *plain,
                                 struct ses_buf *bound, struct ses_buf *out) {
    unsigned char header[HEADER_LEN] = {FORMAT};
    unsigned char tag[TAG_LEN];
    memcpy(header + 1, seal->id, ID_LEN);
    unsigned char *nonce = header + 1 + ID_LEN;
    struct ses_span header_span = {(const char *)header, sizeof header};
    enum ses_status status = ses_random_bytes(nonce, NONCE_LEN);
    if (status == SES_OK)
        status = append_plain(credentials, plain);
    if (status == SES_OK)
        status = append_bound(header_span, context, bound);
    if (status == SES_OK)
        status = ses_buf_reserve(out, HEADER_LEN + plain->len + TAG_LEN);
    if (status != SES_OK)
        return status;
    br_poly1305_ctmul_run(key_of(seal), nonce, plain->data, plain->len, bound->data, bound->len,
                          tag, br_chacha20_ct_run, 1);
    ses_wipe_stack();
    /* There is room for all of it. */
    (void)ses_buf_append(out, header_span);
    (void)ses_buf_append(out, ses_buf_span(plain));
    return ses_buf_append(out, (struct ses_span){(const char *)tag, sizeof tag});
}

enum ses_status ses_seal_credentials(ses_seal *seal, const ses_credentials *credentials,
                                     struct ses_span context, struct ses_buf *out) {
    struct ses_buf plain;
    struct ses_buf bound;
    ses_buf_init_secret(&plain);
    ses_buf_init(&bound);
    enum ses_status status = seal_into(seal, credentials, context, &plain, &bound, out);
    ses_buf_free(&plain);
    ses_buf_free(&bound);
    return status;
}

static enum ses_status open_into(ses_seal *seal, struct ses_span sealed, struct ses_span context,
                                 struct ses_buf *plain, struct ses_buf *bound,
                                 struct ses_error *error) {
    struct ses_span header = {sealed.data, HEADER_LEN};
    struct ses_span body = {sealed.data + HEADER_LEN, sealed.len - HEADER_LEN - TAG_LEN};
    struct ses_span given = {body.data + body.len, TAG_LEN};
    enum ses_status status = append_bound(header, context, bound);
    if (status == SES_OK)
        status = ses_buf_append(plain, body);
    if (status != SES_OK)
        return ses_error_set(error, status, NULL, "out of memory");
    unsigned char tag[TAG_LEN];
    br_poly1305_ctmul_run(key_of(seal), sealed.data + 1 + ID_LEN, plain->data, plain->len,
                          bound->data, bound->len, tag, br_chacha20_ct_run, 0);
    ses_wipe_stack();
    if (!ses_equal_secret((struct ses_span){(const char *)tag, sizeof tag}, given))
        return ses_error_set(error, SES_ERR_SIGNATURE, "sealed",
                             "was changed, or sealed for something else");
    return SES_OK;
}

enum ses_status ses_seal_open_credentials(ses_seal *seal, struct ses_span sealed,
                                          struct ses_span context, ses_credentials **out,
                                          struct ses_error *error) {
    *out = NULL;
    if (sealed.len < HEADER_LEN + PLAIN_HEADER_LEN + TAG_LEN || sealed.data[0] != FORMAT)
        return ses_error_set(error, SES_ERR_PARSE, "sealed", "holds no credentials");
    if (memcmp(sealed.data + 1, seal->id, ID_LEN) != 0)
        return ses_error_set(error, SES_ERR_NOT_FOUND, "sealed", "was sealed by another key");
    struct ses_buf plain;
    struct ses_buf bound;
    ses_buf_init_secret(&plain);
    ses_buf_init(&bound);
    enum ses_status status = open_into(seal, sealed, context, &plain, &bound, error);
    if (status == SES_OK)
        status = take_plain(ses_buf_span(&plain), out, error);
    ses_buf_free(&plain);
    ses_buf_free(&bound);
    return status;
}
