#define _GNU_SOURCE
#include "ses/dkim.h"

#include "rsa_der.h"
#include "ses/base64.h"
#include "ses/random.h"
#include "ses/secret.h"

#include <bearssl.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_MAX (SES_DKIM_BITS_MAX / 8)

struct ses_dkim_key {
    unsigned bits;
    struct ses_buf public_key;
    ses_secret *private_key;
};

/* A seeded generator in the place of the system's, as BearSSL's has no way to say that it failed.
 */
struct work {
    br_hmac_drbg_context random;
    br_rsa_private_key sk;
    br_rsa_public_key pk;
    unsigned char seed[48];
    unsigned char private_numbers[BR_RSA_KBUF_PRIV_SIZE(SES_DKIM_BITS_MAX)];
    unsigned char public_numbers[BR_RSA_KBUF_PUB_SIZE(SES_DKIM_BITS_MAX)];
    unsigned char exponent[BYTES_MAX];
    unsigned char modulus[2 * BYTES_MAX];
    unsigned char signature[BYTES_MAX];
};

/* RSA goes deeper than ses_wipe_stack does: by somewhat more than 8 KiB, half of it the key's. */
static __attribute__((noinline)) void wipe_deep_stack(void) {
    char below[16 * 1024];
    ses_wipe(below, sizeof below);
}

static enum ses_status out_of_memory(struct ses_error *error) {
    return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
}

/* A key of an RSAPrivateKey in DER and the numbers that it is about. */
static enum ses_status key_of(struct ses_span pkcs1, struct ses_span n, struct ses_span e,
                              unsigned bits, ses_dkim_key **out) {
    struct ses_buf der, text;
    ses_buf_init_secret(&der);
    ses_buf_init_secret(&text);
    ses_dkim_key *key = calloc(1, sizeof *key);
    enum ses_status status = key == NULL ? SES_ERR_NOMEM : ses_rsa_der_wrap(pkcs1, &der);
    if (status == SES_OK)
        status = ses_base64_encode(&text, ses_buf_span(&der));
    if (status == SES_OK)
        status = ses_secret_new(ses_buf_span(&text), &key->private_key);
    ses_buf_clear(&der);
    if (status == SES_OK)
        status = ses_rsa_der_public(n, e, &der);
    if (status == SES_OK)
        status = ses_base64_encode(&key->public_key, ses_buf_span(&der));
    ses_buf_free(&der);
    ses_buf_free(&text);
    if (status != SES_OK) {
        ses_dkim_free(key);
        return status;
    }
    key->bits = bits;
    *out = key;
    return SES_OK;
}

static struct ses_span span_of(const unsigned char *bytes, size_t len) {
    while (len > 0 && *bytes == 0)
        bytes++, len--;
    return (struct ses_span){(const char *)bytes, len};
}

/* The key pair that is in `work`, as an RSAPrivateKey. */
static enum ses_status encode(struct work *work, struct ses_buf *out) {
    size_t len = br_rsa_compute_privexp_get_default()(work->exponent, &work->sk, 65537);
    if (len == 0)
        return SES_ERR_INTERNAL;
    size_t size = br_encode_rsa_raw_der(NULL, &work->sk, &work->pk, work->exponent, len);
    enum ses_status status = ses_buf_reserve(out, size);
    if (status == SES_OK)
        out->len = br_encode_rsa_raw_der(out->data, &work->sk, &work->pk, work->exponent, len);
    return status;
}

/* Not inlined, so that what BearSSL leaves on the stack lies below its caller's frame. */
static __attribute__((noinline)) enum ses_status generate(struct work *work, unsigned bits,
                                                          ses_dkim_key **out) {
    enum ses_status status = ses_random_bytes(work->seed, sizeof work->seed);
    if (status != SES_OK)
        return status;
    br_hmac_drbg_init(&work->random, &br_sha256_vtable, work->seed, sizeof work->seed);
    if (br_rsa_keygen_get_default()(&work->random.vtable, &work->sk, work->private_numbers,
                                    &work->pk, work->public_numbers, bits, 65537) != 1)
        return SES_ERR_INTERNAL;
    struct ses_buf der;
    ses_buf_init_secret(&der);
    status = encode(work, &der);
    if (status == SES_OK)
        status = key_of(ses_buf_span(&der), span_of(work->pk.n, work->pk.nlen),
                        span_of(work->pk.e, work->pk.elen), bits, out);
    ses_buf_free(&der);
    return status;
}

enum ses_status ses_dkim_generate(unsigned bits, ses_dkim_key **out, struct ses_error *error) {
    *out = NULL;
    if (bits < SES_DKIM_BITS_MIN || bits > SES_DKIM_BITS_MAX || bits % 8 != 0)
        return ses_error_set(error, SES_ERR_RANGE, "bits", "must be a multiple of 8 from %d to %d",
                             SES_DKIM_BITS_MIN, SES_DKIM_BITS_MAX);
    struct work *work = calloc(1, sizeof *work);
    if (work == NULL)
        return out_of_memory(error);
    enum ses_status status = generate(work, bits, out);
    wipe_deep_stack();
    ses_wipe(work, sizeof *work);
    free(work);
    if (status == SES_ERR_IO)
        return ses_error_set(error, status, NULL, "the system has no randomness to give");
    if (status != SES_OK)
        return ses_error_set(error, status, NULL, "the key could not be made");
    return SES_OK;
}

static unsigned bits_of(struct ses_span number) {
    unsigned bits = (unsigned)(number.len - 1) * 8;
    for (unsigned first = (unsigned char)number.data[0]; first > 0; first >>= 1)
        bits++;
    return bits;
}

static unsigned char *bytes_of(struct ses_span number) {
    return (unsigned char *)(uintptr_t)number.data;
}

/* Whether p times q is n, and what is signed by the one half is verified by the other. */
static __attribute__((noinline)) bool works(struct work *work, const struct ses_rsa_numbers *key) {
    const struct ses_span primes[] = {key->p, key->q, key->dp, key->dq, key->iq};
    for (size_t i = 0; i < sizeof primes / sizeof *primes; i++)
        if (primes[i].len >= key->n.len)
            return false;
    work->pk = (br_rsa_public_key){bytes_of(key->n), key->n.len, bytes_of(key->e), key->e.len};
    work->sk = (br_rsa_private_key){
        .n_bitlen = bits_of(key->n),
        .p = bytes_of(key->p),
        .plen = key->p.len,
        .q = bytes_of(key->q),
        .qlen = key->q.len,
        .dp = bytes_of(key->dp),
        .dplen = key->dp.len,
        .dq = bytes_of(key->dq),
        .dqlen = key->dq.len,
        .iq = bytes_of(key->iq),
        .iqlen = key->iq.len,
    };
    size_t len = br_rsa_compute_modulus_get_default()(NULL, &work->sk);
    if (len == 0 || len > sizeof work->modulus)
        return false;
    (void)br_rsa_compute_modulus_get_default()(work->modulus, &work->sk);
    if (!ses_span_equal(span_of(work->modulus, len), key->n))
        return false;
    static const unsigned char hash[br_sha256_SIZE] = "a message that nobody wrote....";
    unsigned char verified[br_sha256_SIZE];
    return br_rsa_pkcs1_sign_get_default()(BR_HASH_OID_SHA256, hash, sizeof hash, &work->sk,
                                           work->signature) == 1 &&
           br_rsa_pkcs1_vrfy_get_default()(work->signature, key->n.len, BR_HASH_OID_SHA256,
                                           sizeof hash, &work->pk, verified) == 1 &&
           memcmp(verified, hash, sizeof hash) == 0;
}

static enum ses_status key_of_der(struct ses_span der, ses_dkim_key **out,
                                  struct ses_error *error) {
    struct ses_rsa_numbers numbers;
    struct ses_span pkcs1;
    enum ses_status status = ses_rsa_der_read(der, &numbers, &pkcs1, error);
    if (status != SES_OK)
        return status;
    unsigned bits = numbers.n.len > 4096 ? 32768 : bits_of(numbers.n);
    if (bits < SES_DKIM_BITS_MIN || bits > SES_DKIM_BITS_MAX)
        return ses_error_set(error, SES_ERR_RANGE, "key", "has %u bits; SES takes %d to %d", bits,
                             SES_DKIM_BITS_MIN, SES_DKIM_BITS_MAX);
    struct work *work = calloc(1, sizeof *work);
    if (work == NULL)
        return out_of_memory(error);
    bool fit = works(work, &numbers);
    wipe_deep_stack();
    ses_wipe(work, sizeof *work);
    free(work);
    if (!fit)
        return ses_error_set(error, SES_ERR_INVALID, "key",
                             "does not work: its numbers do not belong together");
    status = key_of(pkcs1, numbers.n, numbers.e, bits, out);
    return status == SES_OK ? SES_OK : out_of_memory(error);
}

static bool contains(struct ses_span text, struct ses_span word) {
    return memmem(text.data, text.len, word.data, word.len) != NULL;
}

/* What stands between the lines of a PEM file (RFC 7468), or all of a text that has none. */
static enum ses_status strip_armour(struct ses_span *text, struct ses_error *error) {
    static const char begin[] = "-----BEGIN ", end[] = "-----END ";
    const char *from = memmem(text->data, text->len, begin, sizeof begin - 1);
    if (from == NULL)
        return SES_OK;
    from += sizeof begin - 1;
    struct ses_span rest = {from, (size_t)(text->data + text->len - from)};
    const char *dashes = memmem(rest.data, rest.len, "-----", 5);
    const char *to = dashes == NULL ? NULL
                                    : memmem(dashes, (size_t)(rest.data + rest.len - dashes), end,
                                             sizeof end - 1);
    if (to == NULL)
        return ses_error_set(error, SES_ERR_PARSE, "key", "is PEM that is cut off");
    struct ses_span label = {from, (size_t)(dashes - from)};
    *text = (struct ses_span){dashes + 5, (size_t)(to - dashes - 5)};
    if (ses_span_equal(label, SES_SPAN("ENCRYPTED PRIVATE KEY")) ||
        contains(*text, SES_SPAN("Proc-Type:")))
        return ses_error_set(error, SES_ERR_PARSE, "key",
                             "is encrypted; decrypt it first (openssl pkey -in KEY -out PLAIN)");
    if (!ses_span_equal(label, SES_SPAN("PRIVATE KEY")) &&
        !ses_span_equal(label, SES_SPAN("RSA PRIVATE KEY")))
        return ses_error_set(error, SES_ERR_PARSE, "key",
                             "is PEM of another thing than an RSA private key");
    return SES_OK;
}

static enum ses_status append_packed(struct ses_buf *out, struct ses_span text) {
    enum ses_status status = ses_buf_reserve(out, text.len);
    for (size_t i = 0; status == SES_OK && i < text.len; i++)
        if (strchr(" \t\r\n", text.data[i]) == NULL || text.data[i] == '\0')
            status = ses_buf_append_char(out, text.data[i]);
    return status;
}

enum ses_status ses_dkim_parse(struct ses_span text, ses_dkim_key **out, struct ses_error *error) {
    *out = NULL;
    struct ses_buf packed, der;
    ses_buf_init_secret(&packed);
    ses_buf_init_secret(&der);
    enum ses_status status = strip_armour(&text, error);
    if (status == SES_OK && append_packed(&packed, text) != SES_OK)
        status = out_of_memory(error);
    if (status == SES_OK && packed.len == 0)
        status = ses_error_set(error, SES_ERR_PARSE, "key", "is empty");
    if (status == SES_OK) {
        status = ses_base64_decode(&der, ses_buf_span(&packed), NULL);
        if (status != SES_OK)
            (void)ses_error_set(error, status, "key", "is neither PEM nor base64");
    }
    if (status == SES_OK)
        status = key_of_der(ses_buf_span(&der), out, error);
    ses_buf_free(&packed);
    ses_buf_free(&der);
    return status;
}

unsigned ses_dkim_bits(const ses_dkim_key *key) {
    return key->bits;
}

struct ses_span ses_dkim_public_key(const ses_dkim_key *key) {
    return ses_buf_span(&key->public_key);
}

struct ses_span ses_dkim_private_key(const ses_dkim_key *key) {
    return ses_secret_span(key->private_key);
}

void ses_dkim_free(ses_dkim_key *key) {
    if (key == NULL)
        return;
    ses_buf_free(&key->public_key);
    ses_secret_free(key->private_key);
    free(key);
}
