#define _GNU_SOURCE
#include "ses/dkim.h"

#include "ses/buf.h"
#include "ses/host.h"
#include "ses/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE 64 /* RFC 7468, section 2 */

enum ses_status ses_dkim_load(const char *path, ses_dkim_key **out, struct ses_error *error) {
    *out = NULL;
    struct ses_buf text;
    ses_buf_init_secret(&text);
    const struct ses_host *host = ses_host_system();
    enum ses_status status = host->read_file(host->context, path, &text, error);
    if (status == SES_OK)
        status = ses_dkim_parse(ses_buf_span(&text), out, error);
    ses_buf_free(&text);
    return status;
}

static enum ses_status append_pem(struct ses_buf *out, struct ses_span key) {
    enum ses_status status = ses_buf_append_text(out, "-----BEGIN PRIVATE KEY-----\n");
    for (size_t at = 0; status == SES_OK && at < key.len; at += LINE) {
        size_t len = key.len - at < LINE ? key.len - at : LINE;
        status = ses_buf_append(out, (struct ses_span){key.data + at, len});
        if (status == SES_OK)
            status = ses_buf_append_char(out, '\n');
    }
    if (status == SES_OK)
        status = ses_buf_append_text(out, "-----END PRIVATE KEY-----\n");
    return status;
}

static bool write_all(int fd, struct ses_span bytes) {
    while (bytes.len > 0) {
        ssize_t done = write(fd, bytes.data, bytes.len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return false;
        bytes = (struct ses_span){bytes.data + done, bytes.len - (size_t)done};
    }
    return true;
}

static enum ses_status refuse(const char *path, int number, struct ses_error *error) {
    if (number == EEXIST)
        return ses_error_set(error, SES_ERR_STATE, NULL, "%s is there already", path);
    const char *reason = strerrordesc_np(number);
    return ses_error_set(error, SES_ERR_IO, NULL, "%s cannot be written: %s", path,
                         reason == NULL ? "unknown error" : reason);
}

enum ses_status ses_dkim_save(const ses_dkim_key *key, const char *path, struct ses_error *error) {
    struct ses_buf pem;
    ses_buf_init_secret(&pem);
    int number = 0;
    int fd = -1;
    if (append_pem(&pem, ses_dkim_private_key(key)) != SES_OK) {
        ses_buf_free(&pem);
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    }
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        number = errno;
    } else {
        /* The umask may have taken more away. */
        if (fchmod(fd, 0600) != 0 || !write_all(fd, ses_buf_span(&pem)) || fsync(fd) != 0)
            number = errno;
        if (close(fd) != 0 && number == 0)
            number = errno;
        if (number == 0 && ses_private_file_sync_folder(path, NULL) != SES_OK)
            number = EIO;
        if (number != 0)
            (void)unlink(path);
    }
    ses_buf_free(&pem);
    return number == 0 ? SES_OK : refuse(path, number, error);
}
