/* Where secrets of ses/secret.h come from: the environment and files. */
#include "ses/buf.h"
#include "ses/host.h"
#include "ses/secret.h"

#include <string.h>

static enum ses_status keep(struct ses_span bytes, ses_secret **out, struct ses_error *error) {
    if (ses_secret_new(bytes, out) != SES_OK)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    return SES_OK;
}

enum ses_status ses_secret_from_environment(const struct ses_host *host, const char *name,
                                            ses_secret **out, struct ses_error *error) {
    *out = NULL;
    struct ses_span value = ses_span_from(host->getenv(host->context, name));
    if (value.len == 0)
        return ses_error_set(error, SES_ERR_NOT_FOUND, NULL,
                             "the environment variable %s is not set", name);
    return keep(value, out, error);
}

static struct ses_span without_line_break(struct ses_span text) {
    if (text.len > 0 && text.data[text.len - 1] == '\n')
        text.len--;
    if (text.len > 0 && text.data[text.len - 1] == '\r')
        text.len--;
    return text;
}

enum ses_status ses_secret_from_file(const struct ses_host *host, const char *path,
                                     ses_secret **out, struct ses_error *error) {
    *out = NULL;
    struct ses_buf text;
    ses_buf_init_secret(&text);
    enum ses_status status = host->read_file(host->context, path, &text, error);
    if (status == SES_OK) {
        struct ses_span value = without_line_break(ses_buf_span(&text));
        status = value.len == 0 ? ses_error_set(error, SES_ERR_NOT_FOUND, NULL, "%s is empty", path)
                                : keep(value, out, error);
    }
    ses_buf_free(&text);
    return status;
}
