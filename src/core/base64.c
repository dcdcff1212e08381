#include "ses/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum ses_status ses_base64_encode(struct ses_buf *out, struct ses_span bytes) {
    if (bytes.len > SIZE_MAX / 4)
        return SES_ERR_NOMEM;
    enum ses_status status = ses_buf_reserve(out, (bytes.len + 2) / 3 * 4);
    if (status != SES_OK)
        return status;
    for (size_t at = 0; at < bytes.len; at += 3) {
        size_t count = bytes.len - at < 3 ? bytes.len - at : 3;
        uint32_t bits = 0;
        for (size_t i = 0; i < 3; i++)
            bits = bits << 8 | (i < count ? (unsigned char)bytes.data[at + i] : 0);
        for (size_t i = 0; i < 4; i++)
            out->data[out->len++] = i <= count ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
    }
    return SES_OK;
}

/* The six bits of a digit, or -1. */
static int digit_bits(char c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static enum ses_status refuse(struct ses_error *error, size_t at, const char *what) {
    return ses_error_set(error, SES_ERR_PARSE, NULL, "is not base64: %s at byte %zu", what, at + 1);
}

enum ses_status ses_base64_decode(struct ses_buf *out, struct ses_span text,
                                  struct ses_error *error) {
    if (text.len % 4 != 0)
        return ses_error_set(error, SES_ERR_PARSE, NULL,
                             "is not base64: the length %zu is no multiple of 4", text.len);
    size_t start = out->len;
    if (ses_buf_reserve(out, text.len / 4 * 3) != SES_OK)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    enum ses_status status = SES_OK;
    for (size_t at = 0; at < text.len && status == SES_OK; at += 4) {
        const char *four = text.data + at;
        size_t digits = 4;
        if (at + 4 == text.len && four[3] == '=')
            digits = four[2] == '=' ? 2 : 3;
        uint32_t bits = 0;
        for (size_t i = 0; i < 4 && status == SES_OK; i++) {
            int six = i < digits ? digit_bits(four[i]) : 0;
            if (six < 0)
                status = refuse(error, at + i, "a wrong character");
            bits = bits << 6 | (uint32_t)(six & 63);
        }
        if (status == SES_OK && (bits & ((1u << (8 * (4 - digits))) - 1)) != 0)
            status = refuse(error, at + digits - 1, "unused bits are set");
        for (size_t i = 0; i + 1 < digits && status == SES_OK; i++)
            out->data[out->len++] = (char)(bits >> (16 - 8 * i) & 255);
    }
    if (status != SES_OK)
        out->len = start;
    return status;
}
