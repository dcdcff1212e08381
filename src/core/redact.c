#define _GNU_SOURCE
#include "redact.h"

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
