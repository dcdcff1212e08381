#include "ses/html.h"
#include "ses/utf8.h"

#include <string.h>

/* What each byte becomes, with its length; an empty one stays as it is. */
static const struct {
    char text[7];
    unsigned char len;
} entities[256] = {
    ['&'] = {"&amp;", 5},   ['<'] = {"&lt;", 4},   ['>'] = {"&gt;", 4},   ['"'] = {"&quot;", 6},
    ['\''] = {"&#x27;", 6}, ['`'] = {"&#x60;", 6}, ['='] = {"&#x3D;", 6},
};

bool ses_html_escaped_size(struct ses_span text, size_t *size) {
    size_t more = 0;
    unsigned char all = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        unsigned char len = entities[c].len;
        all |= c;
        more += len > 0 ? len - 1u : 0u;
    }
    *size = 0;
    size_t count = 0;
    if (all >= 0x80 && !ses_utf8_count(text, &count))
        return false;
    *size = text.len + more;
    return true;
}

void ses_html_escape(struct ses_span text, char *out) {
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        unsigned char len = entities[c].len;
        if (len == 0) {
            *out++ = text.data[i];
        } else {
            memcpy(out, entities[c].text, len);
            out += len;
        }
    }
}
