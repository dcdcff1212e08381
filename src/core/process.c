#define _GNU_SOURCE
#include "ses/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TIMEOUT_MS 60000UL
#define MAX_OUTPUT ((size_t)65536)
/* The end of a process does not wake poll: it is looked for at least this often. */
#define SLICE_MS 10

struct ses_process {
    pid_t pid; /* 0 once its exit status was taken */
    int output_fd;
    int status_fd; /* -1: the exit status comes from the system alone */
    int exit_status;
    long long deadline_ms;
    size_t max_output;
    struct ses_buf output;
};

static long long now_ms(void) {
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (long long)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* ---- the command line ---- */

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Appends the word that begins at `*at` and moves `*at` behind it; false where it does not end. */
static bool take_word(struct ses_span line, size_t *at, struct ses_buf *words,
                      enum ses_status *status) {
    char quote = '\0';
    size_t i = *at;
    for (; i < line.len && (quote != '\0' || !is_blank(line.data[i])); i++) {
        char c = line.data[i];
        if (quote == '\0' && (c == '\'' || c == '"')) {
            quote = c;
            continue;
        }
        if (quote != '\0' && c == quote) {
            quote = '\0';
            continue;
        }
        if (c == '\\' && quote != '\'') {
            if (i + 1 == line.len)
                return false;
            char next = line.data[i + 1];
            if (quote == '\0' || next == '"' || next == '\\')
                c = line.data[++i];
        }
        if (*status == SES_OK)
            *status = ses_buf_append_char(words, c);
    }
    *at = i;
    if (*status == SES_OK)
        *status = ses_buf_append_char(words, '\0');
    return quote == '\0';
}

enum ses_status ses_process_split(struct ses_span command, struct ses_buf *words, size_t *count,
                                  struct ses_error *error) {
    static const char field[] = "command";
    *count = 0;
    if (command.len > 0 && memchr(command.data, '\0', command.len) != NULL)
        return ses_error_set(error, SES_ERR_PARSE, field, "holds a NUL");
    enum ses_status status = SES_OK;
    size_t at = 0;
    for (;;) {
        while (at < command.len && is_blank(command.data[at]))
            at++;
        if (at == command.len)
            break;
        if (*count == SES_PROCESS_WORDS_MAX)
            return ses_error_set(error, SES_ERR_PARSE, field, "has more than %d words",
                                 SES_PROCESS_WORDS_MAX);
        if (!take_word(command, &at, words, &status))
            return ses_error_set(error, SES_ERR_PARSE, field,
                                 "ends within a quotation or with a backslash");
        if (status != SES_OK)
            return ses_error_set(error, status, NULL, "out of memory");
        ++*count;
    }
    if (*count == 0)
        return ses_error_set(error, SES_ERR_PARSE, field, "is empty");
    return SES_OK;
}

/* ---- starting ---- */

/* Signals as a new program expects them, whatever the host did with its own. */
static int set_attributes(posix_spawnattr_t *attributes) {
    sigset_t none;
    sigset_t usual;
    (void)sigemptyset(&none);
    (void)sigfillset(&usual);
    int failed = posix_spawnattr_setsigmask(attributes, &none);
    if (failed == 0)
        failed = posix_spawnattr_setsigdefault(attributes, &usual);
    if (failed == 0)
        failed = posix_spawnattr_setpgroup(attributes, 0);
    if (failed == 0)
        failed = posix_spawnattr_setflags(
            attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    return failed;
}

/* Where the shell finds the pipe for the exit status. */
enum { STATUS_FD = 3 };

/* `status` is -1 or at least 10. */
static int set_actions(posix_spawn_file_actions_t *actions, int output, int status) {
    /* The pipe first: where the host has closed its own, its end may be 0 or 2. */
    int failed = posix_spawn_file_actions_adddup2(actions, output, 1);
    if (failed == 0 && status >= 0)
        failed = posix_spawn_file_actions_adddup2(actions, status, STATUS_FD);
    if (failed == 0)
        failed = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    if (failed == 0)
        failed = posix_spawn_file_actions_addopen(actions, 2, "/dev/null", O_WRONLY, 0);
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 34)
    if (failed == 0)
        failed = posix_spawn_file_actions_addclosefrom_np(actions, status < 0 ? 3 : STATUS_FD + 1);
#endif
    return failed;
}

static int spawn(char **argv, int output, int status, pid_t *pid) {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    int failed = posix_spawnattr_init(&attributes);
    if (failed != 0)
        return failed;
    failed = posix_spawn_file_actions_init(&actions);
    if (failed == 0) {
        failed = set_attributes(&attributes);
        if (failed == 0)
            failed = set_actions(&actions, output, status);
        if (failed == 0)
            failed = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environ);
        (void)posix_spawn_file_actions_destroy(&actions);
    }
    (void)posix_spawnattr_destroy(&attributes);
    return failed;
}

static enum ses_status spawn_failure(int failed, struct ses_error *error) {
    if (failed == ENOENT || failed == ENOTDIR)
        return ses_error_set(error, SES_ERR_NOT_FOUND, "command", "names no program that exists");
    if (failed == ENOMEM)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    return ses_error_set(error, SES_ERR_IO, "command", "cannot be started: %s", strerror(failed));
}

/* The program has no part of the pipe. What ends the shell itself leaves no status. */
#define SHELL_SCRIPT "\"$@\" 3>&-; s=$?; printf %d $s >&3; exit $s"
enum { SHELL_WORDS = 4 };

/* Two ends of a pipe, the second at least 10, so that it is in the way of none that a program has.
 */
static bool make_status_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    int high = fcntl(ends[1], F_DUPFD_CLOEXEC, 10);
    (void)close(ends[1]);
    ends[1] = high;
    if (high < 0)
        (void)close(ends[0]);
    return high >= 0;
}

static void close_pipe(const int ends[2]) {
    for (int i = 0; i < 2; i++)
        if (ends[i] >= 0)
            (void)close(ends[i]);
}

/* Starts argv with the pipes' ends; keeps the other ends. */
static enum ses_status launch_with(ses_process *process, char **argv, bool by_shell,
                                   struct ses_error *error) {
    int output[2];
    int status[2] = {-1, -1};
    if (pipe2(output, O_CLOEXEC) != 0)
        return ses_error_set(error, SES_ERR_IO, NULL, "cannot make a pipe: %s", strerror(errno));
    if (by_shell && !make_status_pipe(status)) {
        int reason = errno;
        close_pipe(output);
        return ses_error_set(error, SES_ERR_IO, NULL, "cannot make a pipe: %s", strerror(reason));
    }
    int failed = spawn(argv, output[1], status[1], &process->pid);
    if (failed != 0) {
        process->pid = 0;
        close_pipe(output);
        close_pipe(status);
        return spawn_failure(failed, error);
    }
    (void)close(output[1]);
    if (status[1] >= 0)
        (void)close(status[1]);
    process->output_fd = output[0];
    process->status_fd = status[0];
    (void)fcntl(output[0], F_SETFL, O_NONBLOCK);
    if (status[0] >= 0)
        (void)fcntl(status[0], F_SETFL, O_NONBLOCK);
    return SES_OK;
}

/* Starts the words with an end of a pipe as standard output. */
static enum ses_status launch(ses_process *process, struct ses_buf *words, size_t count,
                              bool by_shell, struct ses_error *error) {
    static char sh[] = "/bin/sh";
    static char run[] = "-c";
    static char script[] = SHELL_SCRIPT;
    char *argv[SHELL_WORDS + SES_PROCESS_WORDS_MAX + 1] = {sh, run, script, sh};
    char *word = words->data;
    for (size_t i = 0; i < count; i++) {
        argv[SHELL_WORDS + i] = word;
        word += strlen(word) + 1;
    }
    argv[SHELL_WORDS + count] = NULL;
    return launch_with(process, by_shell ? argv : argv + SHELL_WORDS, by_shell, error);
}

static ses_process *make(const struct ses_process_options *options) {
    ses_process *process = calloc(1, sizeof *process);
    if (process == NULL)
        return NULL;
    unsigned long timeout_ms = TIMEOUT_MS;
    process->max_output = MAX_OUTPUT;
    if (options != NULL && options->timeout_ms > 0)
        timeout_ms = options->timeout_ms;
    if (options != NULL && options->max_output > 0)
        process->max_output = options->max_output;
    process->output_fd = -1;
    process->status_fd = -1;
    process->deadline_ms = now_ms() + (long long)timeout_ms;
    ses_buf_init_secret(&process->output);
    return process;
}

enum ses_status ses_process_start(struct ses_span command,
                                  const struct ses_process_options *options, ses_process **out,
                                  struct ses_error *error) {
    *out = NULL;
    struct ses_buf words;
    ses_buf_init_secret(&words);
    size_t count;
    ses_process *process = NULL;
    enum ses_status status = ses_process_split(command, &words, &count, error);
    if (status == SES_OK) {
        process = make(options);
        status = process == NULL
                     ? ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory")
                     : launch(process, &words, count, options != NULL && options->by_shell, error);
    }
    ses_buf_free(&words);
    if (status != SES_OK) {
        ses_process_free(process);
        return status;
    }
    *out = process;
    return SES_OK;
}

/* ---- running and ending ---- */

static void close_output(ses_process *process) {
    if (process->output_fd >= 0)
        (void)close(process->output_fd);
    process->output_fd = -1;
}

static void close_status(ses_process *process) {
    if (process->status_fd >= 0)
        (void)close(process->status_fd);
    process->status_fd = -1;
}

static void kill_all(ses_process *process) {
    close_output(process);
    close_status(process);
    if (process->pid == 0)
        return;
    (void)kill(-process->pid, SIGKILL);
    int raw;
    while (waitpid(process->pid, &raw, 0) < 0 && errno == EINTR)
        continue;
    process->pid = 0;
}

void ses_process_free(ses_process *process) {
    if (process == NULL)
        return;
    kill_all(process);
    ses_buf_free(&process->output);
    free(process);
}

/* What the shell has written when it ended; as if it was killed where that is nothing. */
static int told_status(const ses_process *process) {
    char text[16] = {0};
    ssize_t count = read(process->status_fd, text, sizeof text - 1);
    return count > 0 ? atoi(text) : 128 + SIGKILL;
}

/* Takes the exit status where there is one. Where it is gone already, the program has ended. */
static void look_for_end(ses_process *process) {
    int raw;
    pid_t ended = waitpid(process->pid, &raw, WNOHANG);
    bool taken = ended < 0 && errno == ECHILD;
    if (ended == process->pid)
        process->exit_status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    else if (taken && process->status_fd >= 0)
        process->exit_status = told_status(process);
    if (ended == process->pid || taken)
        process->pid = 0;
}

/* Reads all that is there; closes at the end of it. */
static enum ses_status read_output(ses_process *process, struct ses_error *error) {
    while (process->output_fd >= 0) {
        if (ses_buf_reserve(&process->output, 4096) != SES_OK)
            return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
        struct ses_buf *output = &process->output;
        ssize_t count =
            read(process->output_fd, output->data + output->len, output->capacity - output->len);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno == EAGAIN)
            return SES_OK;
        if (count < 0)
            return ses_error_set(error, SES_ERR_IO, NULL, "cannot read what the program writes");
        if (count == 0)
            close_output(process);
        output->len += (size_t)count;
        if (output->len > process->max_output)
            return ses_error_set(error, SES_ERR_RANGE, NULL,
                                 "the program writes more than %zu bytes", process->max_output);
    }
    return SES_OK;
}

/* The end counts before the output's: a program may leave another behind that holds the pipe open.
 */
static enum ses_status progress(ses_process *process, bool *done, struct ses_error *error) {
    if (process->pid != 0)
        look_for_end(process);
    enum ses_status status = read_output(process, error);
    if (status == SES_OK && process->pid == 0) {
        close_output(process);
        close_status(process);
        *done = true;
    } else if (status == SES_OK && now_ms() >= process->deadline_ms) {
        status = ses_error_set(error, SES_ERR_TIMEOUT, NULL,
                               "the program did not end within the time allowed");
    }
    return status;
}

static void pause_for(const ses_process *process, long long wait_ms) {
    struct pollfd output = {.fd = process->output_fd, .events = POLLIN};
    (void)poll(&output, 1, (int)(wait_ms < SLICE_MS ? wait_ms : SLICE_MS));
}

enum ses_status ses_process_step(ses_process *process, int wait_ms, bool *done,
                                 struct ses_error *error) {
    *done = false;
    long long until = now_ms() + wait_ms;
    for (;;) {
        enum ses_status status = progress(process, done, error);
        if (status != SES_OK)
            kill_all(process);
        if (status != SES_OK || *done)
            return status;
        long long left = wait_ms < 0 ? SLICE_MS : until - now_ms();
        if (left <= 0)
            return SES_OK;
        pause_for(process, left);
    }
}

int ses_process_exit_status(const ses_process *process) {
    return process->exit_status;
}

struct ses_span ses_process_output(const ses_process *process) {
    return ses_buf_span(&process->output);
}
