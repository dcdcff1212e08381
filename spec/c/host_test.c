#define _GNU_SOURCE
#include "check.h"
#include "ses/host.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/ses-host-XXXXXX";

static void path_of(const char *name, char *out, size_t size) {
    (void)snprintf(out, size, "%s/%s", folder, name);
}

static size_t files_in_folder(void) {
    size_t count = 0;
    DIR *dir = opendir(folder);
    CHECK(dir != NULL);
    while (dir != NULL && readdir(dir) != NULL)
        count++;
    if (dir != NULL)
        (void)closedir(dir);
    return count - 2;
}

static void check_text(const char *path, const char *expected) {
    const struct ses_host *host = ses_host_system();
    struct ses_buf text;
    ses_buf_init(&text);
    CHECK(host->read_file(host->context, path, &text, NULL) == SES_OK);
    CHECK_SPAN(ses_buf_span(&text), expected);
    ses_buf_free(&text);
}

static void writes_a_file_for_its_owner_alone(void) {
    const struct ses_host *host = ses_host_system();
    struct stat found;
    char path[64];
    path_of("token.json", path, sizeof path);
    mode_t before = umask(0);
    CHECK(host->write_file(host->context, path, SES_SPAN("first, and longer"), NULL) == SES_OK);
    CHECK(host->write_file(host->context, path, SES_SPAN("second"), NULL) == SES_OK);
    (void)umask(before);
    check_text(path, "second");
    CHECK(stat(path, &found) == 0 && (found.st_mode & 0777) == 0600);
    CHECK(files_in_folder() == 1);
    (void)unlink(path);
}

static void leaves_nothing_where_it_cannot_write(void) {
    const struct ses_host *host = ses_host_system();
    struct ses_error error = {0};
    char path[64];
    path_of("none/token.json", path, sizeof path);
    CHECK(host->write_file(host->context, path, SES_SPAN("x"), &error) == SES_ERR_IO);
    CHECK(strstr(error.message, path) != NULL);
    path_of("folder", path, sizeof path);
    CHECK(mkdir(path, 0700) == 0);
    CHECK(host->write_file(host->context, path, SES_SPAN("x"), &error) == SES_ERR_IO);
    CHECK(rmdir(path) == 0);
    CHECK(files_in_folder() == 0);
}

int main(void) {
    if (mkdtemp(folder) == NULL)
        return 1;
    RUN(writes_a_file_for_its_owner_alone);
    RUN(leaves_nothing_where_it_cannot_write);
    (void)rmdir(folder);
    return check_done();
}
