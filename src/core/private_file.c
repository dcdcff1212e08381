#define _GNU_SOURCE
#include "ses/private_file.h"

#include "ses/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum ses_status refuse(const char *path, int number, struct ses_error *error) {
    if (number == ENOENT || number == ENOTDIR)
        return ses_error_set(error, SES_ERR_NOT_FOUND, NULL, "%s has no folder", path);
    const char *reason = strerrordesc_np(number);
    return ses_error_set(error, SES_ERR_IO, NULL, "%s cannot be made: %s", path,
                         reason == NULL ? "unknown error" : reason);
}

static enum ses_status check_file(const char *path, const struct stat *found,
                                  struct ses_error *error) {
    if (!S_ISREG(found->st_mode))
        return ses_error_set(error, SES_ERR_STATE, NULL, "%s is not a regular file", path);
    if (found->st_uid != geteuid())
        return ses_error_set(error, SES_ERR_STATE, NULL, "%s belongs to another user", path);
    if ((found->st_mode & 077) != 0)
        return ses_error_set(error, SES_ERR_STATE, NULL,
                             "%s is open to others than its owner (chmod 600)", path);
    return SES_OK;
}

static enum ses_status append_folder(const char *path, struct ses_buf *out,
                                     struct ses_error *error) {
    const char *slash = strrchr(path, '/');
    struct ses_span name = slash == NULL   ? SES_SPAN(".")
                           : slash == path ? SES_SPAN("/")
                                           : (struct ses_span){path, (size_t)(slash - path)};
    if (ses_buf_append(out, name) != SES_OK || ses_buf_append_char(out, '\0') != SES_OK)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    return SES_OK;
}

static enum ses_status check_folder(const char *path, struct ses_error *error) {
    struct ses_buf folder;
    struct stat found;
    ses_buf_init(&folder);
    enum ses_status status = append_folder(path, &folder, error);
    if (status == SES_OK && stat(folder.data, &found) != 0)
        status = refuse(path, errno, error);
    else if (status == SES_OK && (found.st_mode & S_IWOTH) != 0 && (found.st_mode & S_ISVTX) == 0)
        status = ses_error_set(error, SES_ERR_STATE, NULL,
                               "%s is in a folder that everybody may write to", path);
    ses_buf_free(&folder);
    return status;
}

enum ses_status ses_private_file_make(const char *path, struct ses_error *error) {
    enum ses_status status = check_folder(path, error);
    if (status != SES_OK)
        return status;
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0) {
        /* The umask may have taken more away. */
        int number = fchmod(fd, 0600) == 0 ? 0 : errno;
        (void)close(fd);
        return number == 0 ? SES_OK : refuse(path, number, error);
    }
    struct stat found;
    if (errno != EEXIST || lstat(path, &found) != 0)
        return refuse(path, errno, error);
    return check_file(path, &found, error);
}

static enum ses_status refuse_sync(const char *path, int number, struct ses_error *error) {
    const char *reason = strerrordesc_np(number);
    return ses_error_set(error, SES_ERR_IO, NULL, "%s cannot be synced: %s", path,
                         reason == NULL ? "unknown error" : reason);
}

enum ses_status ses_private_file_sync(const char *path, struct ses_error *error) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int number = fd < 0 || fdatasync(fd) != 0 ? errno : 0;
    if (fd >= 0)
        (void)close(fd);
    return number == 0 ? SES_OK : refuse_sync(path, number, error);
}

enum ses_status ses_private_file_sync_folder(const char *path, struct ses_error *error) {
    struct ses_buf folder;
    ses_buf_init(&folder);
    enum ses_status status = append_folder(path, &folder, error);
    if (status != SES_OK) {
        ses_buf_free(&folder);
        return status;
    }
    int fd = open(folder.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int number = fd < 0 || (fsync(fd) != 0 && errno != EINVAL) ? errno : 0;
    if (fd >= 0)
        (void)close(fd);
    ses_buf_free(&folder);
    return number == 0 ? SES_OK : refuse_sync(path, number, error);
}
