#include "ses/uri.h"

static bool is_unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

enum ses_status ses_uri_encode(struct ses_buf *out, struct ses_span text, bool keep_slash) {
    static const char digits[] = "0123456789ABCDEF";
    if (text.len > SIZE_MAX / 4)
        return SES_ERR_NOMEM;
    enum ses_status status = ses_buf_reserve(out, 3 * text.len);
    if (status != SES_OK)
        return status;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (is_unreserved(c) || (keep_slash && c == '/')) {
            out->data[out->len++] = c;
            continue;
        }
        out->data[out->len++] = '%';
        out->data[out->len++] = digits[(unsigned char)c >> 4];
        out->data[out->len++] = digits[(unsigned char)c & 15];
    }
    return SES_OK;
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

enum ses_status ses_uri_decode(struct ses_buf *out, struct ses_span text) {
    enum ses_status status = ses_buf_reserve(out, text.len);
    if (status != SES_OK)
        return status;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (c == '%' && text.len - i > 2) {
            int high = hex_value(text.data[i + 1]);
            int low = hex_value(text.data[i + 2]);
            if (high >= 0 && low >= 0) {
                c = (char)(high << 4 | low);
                i += 2;
            }
        }
        out->data[out->len++] = c;
    }
    return SES_OK;
}

/* Takes the last segment away, its slash included. */
static void drop_segment(struct ses_buf *out, size_t start) {
    while (out->len > start && out->data[--out->len] != '/')
        continue;
}

enum ses_status ses_uri_normalize_path(struct ses_buf *out, struct ses_span path) {
    if (path.len > SIZE_MAX - 2)
        return SES_ERR_NOMEM;
    enum ses_status status = ses_buf_reserve(out, path.len + 2);
    if (status != SES_OK)
        return status;
    size_t start = out->len;
    struct ses_span rest = path;
    while (rest.len > 0) {
        struct ses_span segment = ses_span_split(&rest, '/');
        if (ses_span_equal(segment, SES_SPAN("..")))
            drop_segment(out, start);
        else if (segment.len > 0 && !ses_span_equal(segment, SES_SPAN("."))) {
            (void)ses_buf_append_char(out, '/');
            (void)ses_buf_append(out, segment);
        }
    }
    if (out->len == start || path.data[path.len - 1] == '/')
        (void)ses_buf_append_char(out, '/');
    return SES_OK;
}
