/* replay.c: runs a fuzzer over every file of a folder, which the build gives it as CORPUS or the
 * caller as arguments. One test for each file. */
#define _GNU_SOURCE
#include "fuzz.h"

#include <dirent.h>

static int replayed;

/* Of exactly its size, so that the sanitizer sees a read too far. */
static bool replay(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        return false;
    long size = ftell(file);
    rewind(file);
    uint8_t *data = size < 0 ? NULL : malloc(size == 0 ? 1 : (size_t)size);
    bool read = data != NULL && fread(data, 1, (size_t)size, file) == (size_t)size;
    (void)fclose(file);
    if (read)
        (void)LLVMFuzzerTestOneInput(data, (size_t)size);
    free(data);
    replayed += read;
    return read;
}

static bool replay_folder(const char *folder) {
    DIR *open = opendir(folder);
    if (open == NULL)
        return replay(folder);
    bool fine = true;
    for (struct dirent *entry; (entry = readdir(open)) != NULL;) {
        char path[1024];
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.' && !replay(path)) {
            fprintf(stderr, "%s cannot be read\n", path);
            fine = false;
        }
    }
    (void)closedir(open);
    return fine;
}

int main(int argc, char **argv) {
    bool fine = true;
    for (int i = 1; i < argc; i++)
        fine = replay_folder(argv[i]) && fine;
    if (argc < 2)
        fine = replay_folder(CORPUS);
    fine = fine && replayed > 0;
    printf("%d passed, %d failed\n", replayed, fine ? 0 : 1);
    return fine ? 0 : 1;
}
