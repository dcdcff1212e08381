#include "ses/buf.h"

#include "ses/secret.h"

#include <stdlib.h>
#include <string.h>

void ses_buf_init(struct ses_buf *buf) {
    *buf = (struct ses_buf){0};
}

void ses_buf_init_secret(struct ses_buf *buf) {
    *buf = (struct ses_buf){.secret = true};
}

void ses_buf_free(struct ses_buf *buf) {
    if (buf->secret && buf->data != NULL)
        ses_wipe(buf->data, buf->capacity);
    free(buf->data);
    *buf = (struct ses_buf){.secret = buf->secret};
}

void ses_buf_clear(struct ses_buf *buf) {
    if (buf->secret && buf->data != NULL)
        ses_wipe(buf->data, buf->len);
    buf->len = 0;
}

/* realloc would leave the old bytes behind in freed memory. */
static char *regrow(struct ses_buf *buf, size_t capacity) {
    if (!buf->secret)
        return realloc(buf->data, capacity);
    char *data = malloc(capacity);
    if (data == NULL)
        return NULL;
    if (buf->data != NULL) {
        memcpy(data, buf->data, buf->len);
        ses_wipe(buf->data, buf->capacity);
        free(buf->data);
    }
    return data;
}

enum ses_status ses_buf_reserve(struct ses_buf *buf, size_t extra) {
    if (buf->data != NULL && extra <= buf->capacity - buf->len)
        return SES_OK;
    if (extra > SIZE_MAX / 2 - buf->len)
        return SES_ERR_NOMEM;
    size_t wanted = buf->len + extra;
    size_t capacity = buf->capacity < 64 ? 64 : buf->capacity + buf->capacity / 2;
    if (capacity < wanted)
        capacity = wanted;
    char *data = regrow(buf, capacity);
    if (data == NULL)
        return SES_ERR_NOMEM;
    buf->data = data;
    buf->capacity = capacity;
    return SES_OK;
}

enum ses_status ses_buf_append(struct ses_buf *buf, struct ses_span bytes) {
    if (bytes.len == 0)
        return SES_OK;
    enum ses_status status = ses_buf_reserve(buf, bytes.len);
    if (status != SES_OK)
        return status;
    memcpy(buf->data + buf->len, bytes.data, bytes.len);
    buf->len += bytes.len;
    return SES_OK;
}

enum ses_status ses_buf_append_text(struct ses_buf *buf, const char *text) {
    return ses_buf_append(buf, ses_span_from(text));
}

enum ses_status ses_buf_append_char(struct ses_buf *buf, char c) {
    return ses_buf_append(buf, (struct ses_span){&c, 1});
}

enum ses_status ses_buf_append_uint(struct ses_buf *buf, uint64_t number) {
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return ses_buf_append(buf, (struct ses_span){digits + at, sizeof digits - at});
}

enum ses_status ses_buf_append_hex(struct ses_buf *buf, const void *bytes, size_t len) {
    static const char digits[] = "0123456789abcdef";
    if (len > SIZE_MAX / 4)
        return SES_ERR_NOMEM;
    enum ses_status status = ses_buf_reserve(buf, len * 2);
    if (status != SES_OK)
        return status;
    const unsigned char *from = bytes;
    for (size_t i = 0; i < len; i++) {
        buf->data[buf->len++] = digits[from[i] >> 4];
        buf->data[buf->len++] = digits[from[i] & 15];
    }
    return SES_OK;
}

struct ses_span ses_buf_span(const struct ses_buf *buf) {
    return (struct ses_span){buf->data, buf->len};
}
