/* The part of ses/credentials.h that keeps secrets out of the words of others. */
#include "redact.h"
#include "ses/credentials.h"
#include "ses/secret.h"

/* Stands for a part to be redacted until its place is known; no text of a service has it. */
enum { MARK = '\0' };

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
    if (status == SES_OK) {
        ses_redact_encoded(copy.data, copy.len, ses_credentials_secret(credentials), MARK);
        ses_redact_encoded(copy.data, copy.len, ses_credentials_session_token(credentials), MARK);
        status = append_marked(out, ses_buf_span(&copy));
    }
    if (status != SES_OK)
        out->len = before;
    ses_buf_free(&copy);
    return status;
}
