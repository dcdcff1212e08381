#define _GNU_SOURCE
#include "redact.h"

#include "ses/buf.h"

#include <string.h>

/* Every run of 2 * PIECE - 1 bytes of a secret has one of these pieces in it. */
enum { PIECE = 12, SHORTEST = 8 };

/* Writes over the run around the piece that was found at `at`; returns where the run ends. */
static size_t mark_run(char *text, size_t len, size_t at, struct ses_span secret, size_t piece,
                       char mark) {
    size_t from = at, to = at, before = piece, behind = piece;
    while (from > 0 && before > 0 && text[from - 1] == secret.data[before - 1]) {
        from--;
        before--;
    }
    while (to < len && behind < secret.len && text[to] == secret.data[behind]) {
        to++;
        behind++;
    }
    memset(text + from, mark, to - from);
    return to;
}

void ses_redact(char *text, size_t len, struct ses_span secret, char mark) {
    size_t size = secret.len < PIECE ? secret.len : PIECE;
    if (secret.len < SHORTEST)
        return;
    for (size_t piece = 0; piece + size <= secret.len; piece += size) {
        size_t at = 0;
        while (at < len) {
            const char *found = memmem(text + at, len - at, secret.data + piece, size);
            if (found == NULL)
                break;
            at = mark_run(text, len, (size_t)(found - text), secret, piece, mark);
        }
    }
}

static int digit_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Reads at most `most` digits; returns how many there were. */
static size_t read_number(struct ses_span text, int base, size_t most, unsigned *number) {
    size_t count = 0;
    *number = 0;
    while (count < most && count < text.len) {
        int value = digit_value(text.data[count]);
        if (value < 0 || value >= base)
            break;
        *number = *number * (unsigned)base + (unsigned)value;
        count++;
    }
    return count;
}

struct form {
    const char *opening;
    int base;
    size_t digits;
    bool exactly;
    const char *closing;
};

static const struct form forms[] = {
    {"%", 16, 2, true, ""},
    {"\\u", 16, 4, true, ""},
    {"&#x", 16, 6, false, ";"},
    {"&#", 10, 7, false, ";"},
};

static size_t read_form(struct ses_span text, const struct form *form, char *c) {
    size_t opening = strlen(form->opening), closing = strlen(form->closing);
    if (text.len < opening || memcmp(text.data, form->opening, opening) != 0)
        return 0;
    unsigned number = 0;
    struct ses_span rest = {text.data + opening, text.len - opening};
    size_t digits = read_number(rest, form->base, form->digits, &number);
    if (digits == 0 || (form->exactly && digits != form->digits) || number > 0x7f)
        return 0;
    size_t end = opening + digits;
    if (text.len - end < closing || memcmp(text.data + end, form->closing, closing) != 0)
        return 0;
    *c = (char)number;
    return end + closing;
}

/* The character that the text begins with, whatever its form; returns the form's length. */
static size_t read_char(struct ses_span text, char *c) {
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        size_t len = read_form(text, &forms[i], c);
        if (len > 0)
            return len;
    }
    if (text.len >= 2 && text.data[0] == '\\' && strchr("/\\\"", text.data[1]) != NULL) {
        *c = text.data[1];
        return 2;
    }
    *c = text.data[0];
    return 1;
}

static enum ses_status decode(struct ses_buf *out, struct ses_span text) {
    enum ses_status status = ses_buf_reserve(out, text.len);
    while (status == SES_OK && text.len > 0) {
        char c = 0;
        size_t len = read_char(text, &c);
        status = ses_buf_append_char(out, c);
        text = (struct ses_span){text.data + len, text.len - len};
    }
    return status;
}

/* Marks in the text what has been marked in its decoded form. */
static void mark_forms(char *text, size_t len, const struct ses_buf *decoded, char mark) {
    size_t at = 0;
    for (size_t i = 0; i < decoded->len; i++) {
        char c = 0;
        size_t size = read_char((struct ses_span){text + at, len - at}, &c);
        if (c != decoded->data[i])
            memset(text + at, mark, size);
        at += size;
    }
}

/* The decoded form goes first: the plain one also matches between two escapes, and would leave
 * pieces behind that neither knows. */
void ses_redact_encoded(char *text, size_t len, struct ses_span secret, char mark) {
    if (len == 0 || secret.len < SHORTEST)
        return;
    struct ses_buf decoded;
    ses_buf_init_secret(&decoded);
    if (decode(&decoded, (struct ses_span){text, len}) == SES_OK) {
        ses_redact(decoded.data, decoded.len, secret, mark);
        mark_forms(text, len, &decoded, mark);
        ses_redact(text, len, secret, mark);
    } else {
        memset(text, mark, len);
    }
    ses_buf_free(&decoded);
}
