#define _GNU_SOURCE
#include "check.h"
#include "ses/ses.h"

#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/ses-private-XXXXXX";

static const char *path_of(const char *name) {
    static char path[64];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void check_refused(const char *path, enum ses_status expected, const char *words) {
    struct ses_error error = {0};
    CHECK(ses_private_file_make(path, &error) == expected);
    CHECK(strstr(error.message, words) != NULL && strstr(error.message, path) != NULL);
}

static void makes_it_for_its_owner_alone(void) {
    struct stat found;
    const char *path = path_of("outbox.db");
    mode_t before = umask(0277);
    CHECK(ses_private_file_make(path, NULL) == SES_OK);
    (void)umask(before);
    CHECK(stat(path, &found) == 0 && (found.st_mode & 07777) == 0600 && found.st_size == 0);
    (void)unlink(path);
}

static void leaves_what_is_there(void) {
    const char *path = path_of("outbox.db");
    CHECK(ses_private_file_make(path, NULL) == SES_OK);
    FILE *file = fopen(path, "w");
    CHECK(file != NULL && fputs("mail", file) >= 0 && fclose(file) == 0);
    CHECK(ses_private_file_make(path, NULL) == SES_OK);
    struct stat found;
    CHECK(stat(path, &found) == 0 && found.st_size == 4);
    CHECK(chmod(path, 0640) == 0);
    check_refused(path, SES_ERR_STATE, "others");
    CHECK(stat(path, &found) == 0 && (found.st_mode & 07777) == 0640);
    (void)unlink(path);
}

static void follows_no_link(void) {
    CHECK(symlink("/etc/passwd", path_of("link")) == 0);
    check_refused(path_of("link"), SES_ERR_STATE, "not a regular file");
    (void)unlink(path_of("link"));
}

static void refuses_a_folder_that_everybody_may_write_to(void) {
    CHECK(mkdir(path_of("open"), 0700) == 0);
    CHECK(chmod(path_of("open"), 0777) == 0);
    check_refused(path_of("open/outbox.db"), SES_ERR_STATE, "everybody");
    CHECK(chmod(path_of("open"), 01777) == 0);
    CHECK(ses_private_file_make(path_of("open/outbox.db"), NULL) == SES_OK);
    (void)unlink(path_of("open/outbox.db"));
    (void)rmdir(path_of("open"));
    check_refused(path_of("none/outbox.db"), SES_ERR_NOT_FOUND, "no folder");
}

static void syncs_what_was_written(void) {
    const char *path = path_of("outbox.db");
    struct ses_error error = {0};
    CHECK(ses_private_file_sync(path, &error) == SES_ERR_IO && strstr(error.message, path) != NULL);
    CHECK(ses_private_file_make(path, NULL) == SES_OK);
    CHECK(ses_private_file_sync(path, NULL) == SES_OK);
    CHECK(ses_private_file_sync_folder(path, NULL) == SES_OK);
    (void)unlink(path);
    path = path_of("none/outbox.db");
    CHECK(ses_private_file_sync_folder(path, &error) == SES_ERR_IO);
    CHECK(strstr(error.message, path) != NULL);
}

int main(void) {
    CHECK(mkdtemp(folder) != NULL);
    RUN(makes_it_for_its_owner_alone);
    RUN(leaves_what_is_there);
    RUN(follows_no_link);
    RUN(refuses_a_folder_that_everybody_may_write_to);
    RUN(syncs_what_was_written);
    (void)rmdir(folder);
    return check_done();
}
