#define _GNU_SOURCE
#include "ses/log_text.h"

#include <string.h>

enum { LOWER = 1, UPPER = 2, DIGIT = 4, MARK = 8, SPACE = 16, COLON = 32 };

/* A token in base64 that is shorter than this is not worth having. */
#define SHORTEST_TOKEN 32

static unsigned kind_of(char c) {
    if (c >= 'a' && c <= 'z')
        return LOWER;
    if (c >= 'A' && c <= 'Z')
        return UPPER;
    if (c >= '0' && c <= '9')
        return DIGIT;
    if (c == '_' || c == '.' || c == '-')
        return MARK;
    return c == ' ' ? SPACE : c == ':' ? COLON : 0;
}

static bool has(struct ses_span text, const char *word) {
    return memmem(text.data, text.len, word, strlen(word)) != NULL;
}

/* Such as 2026-02-28T09:30:00.123Z. */
static bool is_time(struct ses_span text) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if ((kind_of(c) & (DIGIT | COLON)) == 0 && memchr("TZ.-", c, 4) == NULL)
            return false;
    }
    return true;
}

bool ses_log_text_is_harmless(struct ses_span text) {
    unsigned seen = 0;
    if (text.len > SES_LOG_TEXT_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned kind = kind_of(text.data[i]);
        if (kind == 0)
            return false;
        seen |= kind;
    }
    if ((seen & COLON) != 0)
        return is_time(text);
    if ((seen & UPPER) == 0)
        return (seen & SPACE) == 0 || !has(text, "bearer");
    return text.len < SHORTEST_TOKEN && (seen & SPACE) == 0 && !has(text, "AKIA") &&
           !has(text, "ASIA");
}
