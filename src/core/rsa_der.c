#include "rsa_der.h"

#include <stdint.h>
#include <string.h>

enum tag { INTEGER = 0x02, BIT_STRING = 0x03, OCTET_STRING = 0x04, SEQUENCE = 0x30 };

/* AlgorithmIdentifier of rsaEncryption, 1.2.840.113549.1.1.1, with its NULL. */
static const unsigned char RSA_ALGORITHM[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                              0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};

static struct ses_span rsa_algorithm(void) {
    return (struct ses_span){(const char *)RSA_ALGORITHM, sizeof RSA_ALGORITHM};
}

/* Takes one value of that tag off the front of `*rest`. */
static bool take(struct ses_span *rest, enum tag tag, struct ses_span *out) {
    const unsigned char *at = (const unsigned char *)rest->data;
    if (rest->len < 2 || at[0] != (unsigned char)tag)
        return false;
    size_t head = 2, len = at[1];
    if (len > 0x80) {
        size_t digits = len - 0x80;
        if (digits > 3 || rest->len < head + digits)
            return false;
        len = 0;
        for (size_t i = 0; i < digits; i++)
            len = len << 8 | at[head + i];
        head += digits;
    } else if (len == 0x80) {
        return false;
    }
    if (rest->len - head < len)
        return false;
    *out = (struct ses_span){rest->data + head, len};
    *rest = (struct ses_span){rest->data + head + len, rest->len - head - len};
    return true;
}

/* A positive INTEGER, without the zero that keeps it positive. */
static bool take_number(struct ses_span *rest, struct ses_span *out) {
    if (!take(rest, INTEGER, out) || out->len == 0 || ((unsigned char)out->data[0] & 0x80) != 0)
        return false;
    while (out->len > 0 && out->data[0] == 0)
        *out = (struct ses_span){out->data + 1, out->len - 1};
    return out->len > 0;
}

static bool take_zero(struct ses_span *rest) {
    struct ses_span version;
    return take(rest, INTEGER, &version) && version.len == 1 && version.data[0] == 0;
}

static bool read_pkcs1(struct ses_span der, struct ses_rsa_numbers *out) {
    struct ses_span body;
    if (!take(&der, SEQUENCE, &body) || der.len > 0 || !take_zero(&body))
        return false;
    return take_number(&body, &out->n) && take_number(&body, &out->e) &&
           take_number(&body, &out->d) && take_number(&body, &out->p) &&
           take_number(&body, &out->q) && take_number(&body, &out->dp) &&
           take_number(&body, &out->dq) && take_number(&body, &out->iq) && body.len == 0;
}

/* The octets in a PrivateKeyInfo; attributes may follow them. */
static bool read_pkcs8(struct ses_span der, bool *rsa, struct ses_span *inner) {
    struct ses_span body, algorithm;
    if (!take(&der, SEQUENCE, &body) || der.len > 0 || !take_zero(&body))
        return false;
    const char *from = body.data;
    if (!take(&body, SEQUENCE, &algorithm) || !take(&body, OCTET_STRING, inner))
        return false;
    struct ses_span whole = {from, (size_t)(algorithm.data + algorithm.len - from)};
    *rsa = ses_span_equal(whole, rsa_algorithm());
    return true;
}

enum ses_status ses_rsa_der_read(struct ses_span der, struct ses_rsa_numbers *out,
                                 struct ses_span *pkcs1, struct ses_error *error) {
    bool rsa = true;
    *pkcs1 = der;
    struct ses_span inner;
    if (read_pkcs8(der, &rsa, &inner))
        *pkcs1 = inner;
    if (!rsa)
        return ses_error_set(error, SES_ERR_PARSE, "key", "is not an RSA key");
    if (!read_pkcs1(*pkcs1, out))
        return ses_error_set(error, SES_ERR_PARSE, "key",
                             "is not an RSA private key in PKCS #1 or PKCS #8 form");
    return SES_OK;
}

static size_t head_size(size_t len) {
    return len < 0x80 ? 2 : len < 0x100 ? 3 : 4;
}

/* Lengths here are below 64 KiB. */
static enum ses_status append_head(struct ses_buf *out, enum tag tag, size_t len) {
    char head[4] = {(char)tag, (char)len, 0, 0};
    size_t size = head_size(len);
    if (size == 3) {
        head[1] = (char)0x81;
        head[2] = (char)len;
    } else if (size == 4) {
        head[1] = (char)0x82;
        head[2] = (char)(len >> 8);
        head[3] = (char)(len & 0xff);
    }
    return ses_buf_append(out, (struct ses_span){head, size});
}

enum ses_status ses_rsa_der_wrap(struct ses_span pkcs1, struct ses_buf *out) {
    static const char version[] = {INTEGER, 1, 0};
    size_t octets = head_size(pkcs1.len) + pkcs1.len;
    enum ses_status status =
        append_head(out, SEQUENCE, sizeof version + sizeof RSA_ALGORITHM + octets);
    if (status == SES_OK)
        status = ses_buf_append(out, (struct ses_span){version, sizeof version});
    if (status == SES_OK)
        status = ses_buf_append(out, rsa_algorithm());
    if (status == SES_OK)
        status = append_head(out, OCTET_STRING, pkcs1.len);
    if (status == SES_OK)
        status = ses_buf_append(out, pkcs1);
    return status;
}

/* A number whose first bit is set gets a zero before it, to be positive. */
static size_t number_size(struct ses_span number) {
    return number.len + (((unsigned char)number.data[0] & 0x80) != 0 ? 1 : 0);
}

static enum ses_status append_number(struct ses_buf *out, struct ses_span number) {
    enum ses_status status = append_head(out, INTEGER, number_size(number));
    if (status == SES_OK && number_size(number) > number.len)
        status = ses_buf_append_char(out, '\0');
    if (status == SES_OK)
        status = ses_buf_append(out, number);
    return status;
}

enum ses_status ses_rsa_der_public(struct ses_span n, struct ses_span e, struct ses_buf *out) {
    size_t numbers =
        head_size(number_size(n)) + number_size(n) + head_size(number_size(e)) + number_size(e);
    size_t key = head_size(numbers) + numbers;
    size_t bits = 1 + key; /* how many bits of the last byte are unused: none */
    enum ses_status status =
        append_head(out, SEQUENCE, sizeof RSA_ALGORITHM + head_size(bits) + bits);
    if (status == SES_OK)
        status = ses_buf_append(out, rsa_algorithm());
    if (status == SES_OK)
        status = append_head(out, BIT_STRING, bits);
    if (status == SES_OK)
        status = ses_buf_append_char(out, '\0');
    if (status == SES_OK)
        status = append_head(out, SEQUENCE, numbers);
    if (status == SES_OK)
        status = append_number(out, n);
    if (status == SES_OK)
        status = append_number(out, e);
    return status;
}
