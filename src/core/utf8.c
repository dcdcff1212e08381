#include "ses/utf8.h"
#include <stdint.h>
#include <string.h>

size_t ses_utf8_sequence(struct ses_span text) {
    const unsigned char *at = (const unsigned char *)text.data;
    if (text.len == 0)
        return 0;
    if (at[0] < 0x80)
        return 1;
    size_t len = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;
    if (at[0] < 0xc2 || at[0] > 0xf4 || text.len < len)
        return 0;
    unsigned char low = at[0] == 0xe0 ? 0xa0 : at[0] == 0xf0 ? 0x90 : 0x80;
    unsigned char high = at[0] == 0xed ? 0x9f : at[0] == 0xf4 ? 0x8f : 0xbf;
    if (at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    return len;
}

/* How many bytes of ASCII `text` has from `from` on, in steps of eight: most text is nothing else.
 */
static size_t ascii_run(struct ses_span text, size_t from) {
    size_t at = from;
    uint64_t word;
    for (; text.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text.data + at, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    return at - from;
}

bool ses_utf8_count(struct ses_span text, size_t *count) {
    size_t at = 0, n = 0;
    while (at < text.len) {
        size_t run = ascii_run(text, at);
        at += run;
        n += run;
        if (at == text.len)
            break;
        size_t len = ses_utf8_sequence((struct ses_span){text.data + at, text.len - at});
        if (len == 0) {
            *count = at;
            return false;
        }
        at += len;
        n++;
    }
    *count = n;
    return true;
}
