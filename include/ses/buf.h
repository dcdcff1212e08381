/* ses/buf.h: a growing byte buffer.
 *
 * The struct is the caller's and owns its bytes: every `ses_buf_init` needs a `ses_buf_free`. A
 * buffer made by ses_buf_init_secret wipes whatever it gives up: old bytes when it grows, all of
 * them when it is cleared or freed. Not to be shared by threads without a lock.
 */
#ifndef SES_BUF_H
#define SES_BUF_H

#include "ses/span.h"
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ses_buf {
    char *data; /* NULL until the first append */
    size_t len;
    size_t capacity;
    bool secret;
};

/* An empty buffer; takes no memory. */
SES_API void ses_buf_init(struct ses_buf *buf);
/* The same, and what it gives up is wiped. */
SES_API void ses_buf_init_secret(struct ses_buf *buf);

/* Frees the bytes, wiped where secret, and leaves an empty buffer that can be used again. */
SES_API void ses_buf_free(struct ses_buf *buf);

/* Empties, keeping the capacity. */
SES_API void ses_buf_clear(struct ses_buf *buf);

/* Makes room for `extra` more bytes. Errors: SES_ERR_NOMEM, the buffer unchanged. */
SES_API enum ses_status ses_buf_reserve(struct ses_buf *buf, size_t extra);

/* Each appends; on SES_ERR_NOMEM the buffer is unchanged. `bytes` may not lie within `buf`. */
SES_API enum ses_status ses_buf_append(struct ses_buf *buf, struct ses_span bytes);
SES_API enum ses_status ses_buf_append_text(struct ses_buf *buf, const char *text);
SES_API enum ses_status ses_buf_append_char(struct ses_buf *buf, char c);
/* In decimal. */
SES_API enum ses_status ses_buf_append_uint(struct ses_buf *buf, uint64_t number);
/* Two lower-case hexadecimal digits a byte. */
SES_API enum ses_status ses_buf_append_hex(struct ses_buf *buf, const void *bytes, size_t len);

/* What it holds, borrowed until the next call that changes the buffer. */
SES_API struct ses_span ses_buf_span(const struct ses_buf *buf);

#ifdef __cplusplus
}
#endif
#endif
