#define _GNU_SOURCE
#include "ses/host.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static const char *system_getenv(void *context, const char *name) {
    (void)context;
    return getenv(name);
}

static enum ses_status system_home(void *context, struct ses_buf *out) {
    (void)context;
    const char *home = getenv("HOME");
    if (home != NULL && *home != '\0')
        return ses_buf_append_text(out, home);
    char space[4096];
    struct passwd entry;
    struct passwd *found = NULL;
    if (getpwuid_r(getuid(), &entry, space, sizeof space, &found) != 0 || found == NULL)
        return SES_ERR_NOT_FOUND;
    return ses_buf_append_text(out, found->pw_dir);
}

static enum ses_status refuse(const char *path, int number, struct ses_error *error) {
    if (number == ENOENT || number == ENOTDIR)
        return ses_error_set(error, SES_ERR_NOT_FOUND, NULL, "%s does not exist", path);
    const char *reason = strerrordesc_np(number);
    return ses_error_set(error, SES_ERR_IO, NULL, "%s cannot be read: %s", path,
                         reason == NULL ? "unknown error" : reason);
}

/* Straight into the buffer: stdio would leave a copy of the secrets in memory of its own. */
static enum ses_status read_all(int fd, const char *path, struct ses_buf *out,
                                struct ses_error *error) {
    size_t total = 0;
    for (;;) {
        if (ses_buf_reserve(out, 4096) != SES_OK)
            return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
        ssize_t got = read(fd, out->data + out->len, out->capacity - out->len);
        if (got == 0)
            return SES_OK;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return refuse(path, errno, error);
        out->len += (size_t)got;
        total += (size_t)got;
        if (total > SES_HOST_FILE_MAX)
            return ses_error_set(error, SES_ERR_RANGE, NULL, "%s is larger than %zu bytes", path,
                                 SES_HOST_FILE_MAX);
    }
}

static enum ses_status system_read_file(void *context, const char *path, struct ses_buf *out,
                                        struct ses_error *error) {
    (void)context;
    int fd;
    do
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    while (fd < 0 && errno == EINTR);
    if (fd < 0)
        return refuse(path, errno, error);
    enum ses_status status = read_all(fd, path, out, error);
    (void)close(fd);
    return status;
}

static bool write_all(int fd, struct ses_span bytes) {
    while (bytes.len > 0) {
        ssize_t put = write(fd, bytes.data, bytes.len);
        if (put < 0 && errno != EINTR)
            return false;
        size_t done = put < 0 ? 0 : (size_t)put;
        bytes = (struct ses_span){bytes.data + done, bytes.len - done};
    }
    return true;
}

/* By way of a file beside it, so that no reader sees half of it. mkostemp makes it 0600. */
static enum ses_status system_write_file(void *context, const char *path, struct ses_span bytes,
                                         struct ses_error *error) {
    (void)context;
    size_t len = strlen(path);
    char *beside = malloc(len + sizeof ".XXXXXX");
    if (beside == NULL)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    memcpy(beside, path, len);
    memcpy(beside + len, ".XXXXXX", sizeof ".XXXXXX");
    int fd = mkostemp(beside, O_CLOEXEC);
    bool good = fd >= 0 && write_all(fd, bytes);
    if (fd >= 0)
        good = close(fd) == 0 && good;
    good = good && rename(beside, path) == 0;
    if (!good && fd >= 0)
        (void)unlink(beside);
    free(beside);
    return good ? SES_OK : ses_error_set(error, SES_ERR_IO, NULL, "%s cannot be written", path);
}

const struct ses_host *ses_host_system(void) {
    static const struct ses_host host = {
        .getenv = system_getenv,
        .home = system_home,
        .read_file = system_read_file,
        .write_file = system_write_file,
    };
    return &host;
}
