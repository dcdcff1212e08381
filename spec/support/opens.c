/* Tells what files a process and its children open, by LD_PRELOAD: a line "PID PATH" for each in
 * the file that SES_OPENS names. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* nginx moves its environment: it is read at the start. */
static char log_path[4096];

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("SES_OPENS");
    if (path != NULL && strlen(path) < sizeof log_path)
        strcpy(log_path, path);
}

static void tell(const char *path) {
    if (log_path[0] == '\0' || strcmp(path, log_path) == 0)
        return;
    char line[8192];
    int length = snprintf(line, sizeof line, "%ld %s\n", (long)getpid(), path);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, log_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
                          0644);
    if (fd < 0)
        return;
    if (length > 0)
        (void)!write(fd, line, (size_t)length);
    (void)close(fd);
}

static mode_t mode_of(int flags, va_list arguments) {
    return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(arguments, unsigned) : 0;
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...) {                                                   \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        mode_t mode = mode_of(flags, arguments);                                                   \
        va_end(arguments);                                                                         \
        tell(path);                                                                                \
        return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);                              \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                               \
    int name(int folder, const char *path, int flags, ...) {                                       \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        mode_t mode = mode_of(flags, arguments);                                                   \
        va_end(arguments);                                                                         \
        tell(path);                                                                                \
        return (int)syscall(SYS_openat, folder, path, flags, mode);                                \
    }
OPENAT(openat)
OPENAT(openat64)

#define FOPEN(name)                                                                                \
    FILE *name(const char *restrict path, const char *restrict mode) {                             \
        static FILE *(*system_fopen)(const char *, const char *);                                  \
        if (system_fopen == NULL)                                                                  \
            *(void **)&system_fopen = dlsym(RTLD_NEXT, #name);                                     \
        tell(path);                                                                                \
        return system_fopen(path, mode);                                                           \
    }
FOPEN(fopen)
FOPEN(fopen64)
