#include "ses/span.h"

#include <string.h>

struct ses_span ses_span_from(const char *text) {
    return (struct ses_span){text, text == NULL ? 0 : strlen(text)};
}

bool ses_span_equal(struct ses_span a, struct ses_span b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static unsigned char lower(char c) {
    unsigned char u = (unsigned char)c;
    return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

bool ses_span_equal_nocase(struct ses_span a, struct ses_span b) {
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.data[i]) != lower(b.data[i]))
            return false;
    return true;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct ses_span ses_span_trim(struct ses_span text) {
    while (text.len > 0 && is_blank(text.data[0])) {
        text.data++;
        text.len--;
    }
    while (text.len > 0 && is_blank(text.data[text.len - 1]))
        text.len--;
    return text;
}

struct ses_span ses_span_split(struct ses_span *rest, char separator) {
    struct ses_span whole = *rest;
    const char *at = whole.len == 0 ? NULL : memchr(whole.data, separator, whole.len);
    if (at == NULL) {
        *rest = (struct ses_span){NULL, 0};
        return whole;
    }
    struct ses_span head = {whole.data, (size_t)(at - whole.data)};
    *rest = (struct ses_span){at + 1, whole.len - head.len - 1};
    return head;
}
