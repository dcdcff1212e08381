/* The part of ses/credentials.h that keeps secrets out of the words of others. */
#include "redact.h"
#include "ses/credentials.h"
#include "ses/secret.h"
#include "ses/uri.h"

/* Stands for a part to be redacted until its place is known; no text of a service has it. */
enum { MARK = '\0' };

static enum ses_status mark(struct ses_buf *text, struct ses_span secret) {
    struct ses_buf encoded;
    ses_buf_init_secret(&encoded);
    enum ses_status status = ses_uri_encode(&encoded, secret, false);
    if (status == SES_OK) {
        ses_redact(text->data, text->len, secret, MARK);
        ses_redact(text->data, text->len, ses_buf_span(&encoded), MARK);
    }
    ses_buf_free(&encoded);
    return status;
}

static enum ses_status append_marked(struct ses_buf *out, struct ses_span text) {
    enum ses_status status = SES_OK;
    for (size_t i = 0; status == SES_OK && i < text.len; i++) {
        if (text.data[i] != MARK)
            status = ses_buf_append_char(out, text.data[i]);
        else if (i == 0 || text.data[i - 1] != MARK)
            status = ses_buf_append_text(out, SES_REDACTED);
    }
    return status;
}

enum ses_status ses_credentials_redact(const ses_credentials *credentials, struct ses_span text,
                                       struct ses_buf *out) {
    struct ses_buf copy;
    ses_buf_init_secret(&copy);
    size_t before = out->len;
    enum ses_status status = ses_buf_append(&copy, text);
    if (status == SES_OK && text.len > 0)
        status = mark(&copy, ses_credentials_secret(credentials));
    if (status == SES_OK && text.len > 0)
        status = mark(&copy, ses_credentials_session_token(credentials));
    if (status == SES_OK)
        status = append_marked(out, ses_buf_span(&copy));
    if (status != SES_OK)
        out->len = before;
    ses_buf_free(&copy);
    return status;
}
