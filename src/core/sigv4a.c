#include "ses/sigv4a.h"

#include "ses/secret.h"
#include "sigv4a_key.h"

#include <bearssl.h>
#include <string.h>

/* Deeper than BearSSL goes for one signature. */
#define STACK_LEN 16384

/* The group's order less two, big-endian. */
static const unsigned char order_less_two[SES_SIGV4A_PRIVATE_KEY_LEN] = {
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x4f};

/* Wipes where the functions that were called just before had their variables: BearSSL leaves key
 * and nonce there. */
static __attribute__((noinline)) void wipe_stack(void) {
    unsigned char below[STACK_LEN];
    ses_wipe(below, sizeof below);
}

bool ses_sigv4a_accept(const unsigned char candidate[SES_SIGV4A_PRIVATE_KEY_LEN],
                       unsigned char out[SES_SIGV4A_PRIVATE_KEY_LEN]) {
    unsigned borrow = 0, carry = 1;
    for (size_t i = SES_SIGV4A_PRIVATE_KEY_LEN; i-- > 0;) {
        borrow = ((unsigned)order_less_two[i] - candidate[i] - borrow) >> 8 & 1;
        carry += candidate[i];
        out[i] = (unsigned char)(carry & 0xff);
        carry >>= 8;
    }
    return borrow == 0;
}

/* Whether the key is from 1 to the order less one. */
static bool is_private_key(const unsigned char key[SES_SIGV4A_PRIVATE_KEY_LEN]) {
    unsigned char candidate[SES_SIGV4A_PRIVATE_KEY_LEN], again[SES_SIGV4A_PRIVATE_KEY_LEN];
    unsigned borrow = 1;
    for (size_t i = SES_SIGV4A_PRIVATE_KEY_LEN; i-- > 0;) {
        unsigned less = (unsigned)key[i] - borrow;
        candidate[i] = (unsigned char)(less & 0xff);
        borrow = less >> 8 & 1;
    }
    bool accepted = ses_sigv4a_accept(candidate, again);
    ses_wipe(candidate, sizeof candidate);
    ses_wipe(again, sizeof again);
    return accepted;
}

/* Appends what the KDF's pseudorandom function is given: counter 1, label, 0, context, and the
 * length of the key in bits. Only the context's last byte differs between tries. */
static enum ses_status append_fixed_input(struct ses_buf *out, struct ses_span access_key_id,
                                          char attempt) {
    const struct ses_span parts[] = {{"\0\0\0\1", 4}, SES_SPAN(SES_SIGV4A_ALGORITHM),
                                     {"\0", 1},       access_key_id,
                                     {&attempt, 1},   {"\0\0\1\0", 4}};
    enum ses_status status = SES_OK;
    for (size_t i = 0; status == SES_OK && i < sizeof parts / sizeof *parts; i++)
        status = ses_buf_append(out, parts[i]);
    return status;
}

enum ses_status ses_sigv4a_private_key(struct ses_span access_key_id,
                                       struct ses_span secret_access_key,
                                       unsigned char out[SES_SIGV4A_PRIVATE_KEY_LEN]) {
    unsigned char candidate[SES_SHA256_LEN];
    struct ses_buf key, input;
    ses_buf_init_secret(&key);
    ses_buf_init(&input);
    enum ses_status status = ses_buf_append(&key, SES_SPAN("AWS4A"));
    if (status == SES_OK)
        status = ses_buf_append(&key, secret_access_key);
    bool accepted = false;
    for (int attempt = 1; status == SES_OK && !accepted && attempt < 255; attempt++) {
        ses_buf_clear(&input);
        status = append_fixed_input(&input, access_key_id, (char)attempt);
        if (status != SES_OK)
            break;
        ses_hmac_sha256(ses_buf_span(&key), ses_buf_span(&input), candidate);
        accepted = ses_sigv4a_accept(candidate, out);
    }
    if (status == SES_OK && !accepted)
        status = SES_ERR_INTERNAL;
    if (status != SES_OK)
        ses_wipe(out, SES_SIGV4A_PRIVATE_KEY_LEN);
    ses_wipe(candidate, sizeof candidate);
    ses_buf_free(&key);
    ses_buf_free(&input);
    return status;
}

enum ses_status ses_sigv4a_public_key(const unsigned char private_key[SES_SIGV4A_PRIVATE_KEY_LEN],
                                      unsigned char out[SES_SIGV4A_PUBLIC_KEY_LEN]) {
    if (!is_private_key(private_key))
        return SES_ERR_INVALID;
    unsigned char copy[SES_SIGV4A_PRIVATE_KEY_LEN];
    memcpy(copy, private_key, sizeof copy);
    const br_ec_private_key key = {BR_EC_secp256r1, copy, sizeof copy};
    size_t len = br_ec_compute_pub(br_ec_get_default(), NULL, out, &key);
    wipe_stack();
    ses_wipe(copy, sizeof copy);
    return len == SES_SIGV4A_PUBLIC_KEY_LEN ? SES_OK : SES_ERR_INVALID;
}

enum ses_status ses_sigv4a_sign_message(const unsigned char private_key[SES_SIGV4A_PRIVATE_KEY_LEN],
                                        struct ses_span message,
                                        char out[SES_SIGV4_SIGNATURE_MAX + 1]) {
    static const char digits[] = "0123456789abcdef";
    out[0] = '\0';
    if (!is_private_key(private_key))
        return SES_ERR_INVALID;
    unsigned char copy[SES_SIGV4A_PRIVATE_KEY_LEN], digest[SES_SHA256_LEN];
    unsigned char der[SES_SIGV4_SIGNATURE_MAX / 2];
    memcpy(copy, private_key, sizeof copy);
    ses_sha256(message, digest);
    const br_ec_private_key key = {BR_EC_secp256r1, copy, sizeof copy};
    size_t len =
        br_ecdsa_sign_asn1_get_default()(br_ec_get_default(), &br_sha256_vtable, digest, &key, der);
    wipe_stack();
    ses_wipe(copy, sizeof copy);
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[der[i] >> 4];
        out[2 * i + 1] = digits[der[i] & 15];
    }
    out[2 * len] = '\0';
    return len > 0 ? SES_OK : SES_ERR_INVALID;
}

static int digit_of(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

enum ses_status ses_sigv4a_check_message(const unsigned char public_key[SES_SIGV4A_PUBLIC_KEY_LEN],
                                         struct ses_span message, struct ses_span signature) {
    unsigned char point[SES_SIGV4A_PUBLIC_KEY_LEN], digest[SES_SHA256_LEN];
    unsigned char der[SES_SIGV4_SIGNATURE_MAX / 2];
    if (signature.len > SES_SIGV4_SIGNATURE_MAX || signature.len % 2 != 0)
        return SES_ERR_SIGNATURE;
    for (size_t i = 0; i < signature.len / 2; i++) {
        int high = digit_of(signature.data[2 * i]), low = digit_of(signature.data[2 * i + 1]);
        if (high < 0 || low < 0)
            return SES_ERR_SIGNATURE;
        der[i] = (unsigned char)(high << 4 | low);
    }
    memcpy(point, public_key, sizeof point);
    ses_sha256(message, digest);
    const br_ec_public_key key = {BR_EC_secp256r1, point, sizeof point};
    uint32_t holds = br_ecdsa_vrfy_asn1_get_default()(br_ec_get_default(), digest, sizeof digest,
                                                      &key, der, signature.len / 2);
    return holds == 1 ? SES_OK : SES_ERR_SIGNATURE;
}

/* `text` against `pattern`, in which "*" stands for any run of characters. */
static bool matches(struct ses_span pattern, struct ses_span text) {
    size_t p = 0, t = 0, star = SIZE_MAX, resume = 0;
    while (t < text.len) {
        if (p < pattern.len && pattern.data[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.len && pattern.data[p] == text.data[t]) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.data[p] == '*')
        p++;
    return p == pattern.len;
}

bool ses_sigv4a_covers(struct ses_span region_set, struct ses_span region) {
    while (region_set.len > 0)
        if (matches(ses_span_trim(ses_span_split(&region_set, ',')), region))
            return true;
    return false;
}
