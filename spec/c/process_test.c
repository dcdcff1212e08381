#define _GNU_SOURCE
#include "check.h"

#include "ses/process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static struct ses_span span(const char *text) {
    return ses_span_from(text);
}

/* The words joined by "|", or "?" where the line cannot be split. */
static const char *words(const char *line) {
    static char joined[512];
    struct ses_buf split;
    size_t count;
    ses_buf_init_secret(&split);
    strcpy(joined, "?");
    if (ses_process_split(span(line), &split, &count, NULL) == SES_OK) {
        size_t len = split.len - 1;
        memcpy(joined, split.data, len);
        joined[len] = '\0';
        for (size_t i = 0; i < len; i++)
            if (joined[i] == '\0')
                joined[i] = '|';
    }
    ses_buf_free(&split);
    return joined;
}

#define CHECK_WORDS(line, expected) CHECK(strcmp(words(line), (expected)) == 0)

static void splits_as_a_shell_does(void) {
    CHECK_WORDS("/bin/x  a\tb ", "/bin/x|a|b");
    CHECK_WORDS("'/my tools/x' \"a b\"", "/my tools/x|a b");
    CHECK_WORDS("a\\ b c\\\\d", "a b|c\\d");
    CHECK_WORDS("'a\\b' \"c\\\"d\\\\e\\f\"", "a\\b|c\"d\\e\\f");
    CHECK_WORDS("x '' \"\"", "x||");
    CHECK_WORDS("a'b'\"c\"d", "abcd");
    CHECK_WORDS("x $HOME `id` ~ * ; # &&", "x|$HOME|`id`|~|*|;|#|&&");
    CHECK_WORDS("", "?");
    CHECK_WORDS("  \t", "?");
    CHECK_WORDS("x 'a", "?");
    CHECK_WORDS("x \"a", "?");
    CHECK_WORDS("x a\\", "?");
}

static enum ses_status run(const char *command, const struct ses_process_options *options,
                           ses_process **process, struct ses_error *error) {
    enum ses_status status = ses_process_start(span(command), options, process, error);
    bool done = false;
    if (status == SES_OK)
        status = ses_process_step(*process, -1, &done, error);
    CHECK(status != SES_OK || done);
    return status;
}

static void gives_output_and_exit_status(void) {
    ses_process *process;
    CHECK(run("printf '%s-%s' 'a b' c", NULL, &process, NULL) == SES_OK);
    CHECK_SPAN(ses_process_output(process), "a b-c");
    CHECK(ses_process_exit_status(process) == 0);
    ses_process_free(process);
    CHECK(run("sh -c 'echo out; echo err >&2; exit 3'", NULL, &process, NULL) == SES_OK);
    CHECK_SPAN(ses_process_output(process), "out\n");
    CHECK(ses_process_exit_status(process) == 3);
    ses_process_free(process);
    CHECK(run("sh -c 'kill -9 $$'", NULL, &process, NULL) == SES_OK);
    CHECK(ses_process_exit_status(process) == 128 + SIGKILL);
    ses_process_free(process);
}

static void reads_no_input_and_inherits_no_descriptor(void) {
    int open_end = dup(2);
    ses_process *process;
    CHECK(run("sh -c 'cat; ls /proc/self/fd | wc -l'", NULL, &process, NULL) == SES_OK);
    /* 0, 1, 2, and the folder that ls itself reads. */
    CHECK_SPAN(ses_process_output(process), "4\n");
    ses_process_free(process);
    close(open_end);
}

static void tells_that_a_program_is_missing(void) {
    ses_process *process;
    struct ses_error error = {0};
    CHECK(run("/nonexistent/s3cret-word x", NULL, &process, &error) == SES_ERR_NOT_FOUND);
    CHECK(process == NULL);
    CHECK(strstr(error.message, "s3cret") == NULL);
    CHECK(run("no-such-program-at-all", NULL, &process, &error) == SES_ERR_NOT_FOUND);
    CHECK(run("/etc/hostname", NULL, &process, &error) == SES_ERR_IO);
    CHECK(run("'open", NULL, &process, &error) == SES_ERR_PARSE);
}

/* Whether no process of this group is left; the last ones may take a moment to die. Orphans become
 * ours, so that it does not hang on who else would bury them. */
static bool group_is_gone(pid_t group) {
    for (int i = 0; i < 500; i++) {
        while (waitpid(-group, NULL, WNOHANG) > 0)
            continue;
        if (kill(-group, 0) != 0)
            return true;
        usleep(10000);
    }
    return false;
}

static pid_t printed_pid(const ses_process *process) {
    char text[32] = "";
    struct ses_span output = ses_process_output(process);
    memcpy(text, output.data, output.len < 31 ? output.len : 31);
    return (pid_t)atol(text);
}

static void kills_all_of_it_when_time_is_over(void) {
    const struct ses_process_options options = {.timeout_ms = 200};
    ses_process *process;
    struct ses_error error = {0};
    CHECK(run("sh -c 'echo $$; sleep 60 & sleep 60'", &options, &process, &error) ==
          SES_ERR_TIMEOUT);
    pid_t group = printed_pid(process);
    CHECK(group > 1 && group_is_gone(group));
    ses_process_free(process);
}

static void kills_all_of_it_when_freed(void) {
    ses_process *process;
    CHECK(ses_process_start(span("sh -c 'echo $$; sleep 60 & sleep 60'"), NULL, &process, NULL) ==
          SES_OK);
    bool done;
    while (ses_process_output(process).len == 0)
        CHECK(ses_process_step(process, 10, &done, NULL) == SES_OK && !done);
    pid_t group = printed_pid(process);
    ses_process_free(process);
    CHECK(group > 1 && group_is_gone(group));
}

static void bounds_the_output(void) {
    const struct ses_process_options options = {.max_output = 100000};
    ses_process *process;
    CHECK(run("head -c 100000 /dev/zero", &options, &process, NULL) == SES_OK);
    CHECK(ses_process_output(process).len == 100000);
    ses_process_free(process);
    CHECK(run("head -c 100001 /dev/zero", &options, &process, NULL) == SES_ERR_RANGE);
    ses_process_free(process);
    CHECK(run("cat /dev/zero", NULL, &process, NULL) == SES_ERR_RANGE);
    ses_process_free(process);
}

static void ends_though_another_holds_the_pipe(void) {
    ses_process *process;
    CHECK(run("sh -c 'sleep 60 & echo $$'", NULL, &process, NULL) == SES_OK);
    CHECK(ses_process_output(process).len > 0);
    (void)kill(-printed_pid(process), SIGKILL);
    ses_process_free(process);
}

static void ends_though_the_exit_status_is_taken(void) {
    (void)signal(SIGCHLD, SIG_IGN);
    ses_process *process;
    CHECK(run("sh -c 'echo out; exit 3'", NULL, &process, NULL) == SES_OK);
    CHECK_SPAN(ses_process_output(process), "out\n");
    CHECK(ses_process_exit_status(process) == 0);
    ses_process_free(process);
    (void)signal(SIGCHLD, SIG_DFL);
}

static int status_by_shell(const char *command) {
    const struct ses_process_options options = {.by_shell = true};
    ses_process *process;
    CHECK(run(command, &options, &process, NULL) == SES_OK);
    int status = ses_process_exit_status(process);
    ses_process_free(process);
    return status;
}

static void knows_the_exit_status_by_a_shell(void) {
    for (int taken = 0; taken < 2; taken++) {
        (void)signal(SIGCHLD, taken ? SIG_IGN : SIG_DFL);
        CHECK(status_by_shell("sh -c 'echo out; exit 3'") == 3);
        CHECK(status_by_shell("sh -c 'kill -9 $$'") == 128 + SIGKILL);
        CHECK(status_by_shell("/nonexistent/program") == 127);
        CHECK(status_by_shell("true") == 0);
        /* The shell itself. */
        CHECK(status_by_shell("sh -c 'kill -9 $PPID; sleep 0.1'") == 128 + SIGKILL);
    }
    (void)signal(SIGCHLD, SIG_DFL);
}

static void hands_a_shell_the_words_as_they_are(void) {
    const struct ses_process_options options = {.by_shell = true};
    ses_process *process;
    CHECK(run("printf '<%s>' 'a  b' '$HOME' '`id`' '*' '' ';' \\\\", &options, &process, NULL) ==
          SES_OK);
    CHECK_SPAN(ses_process_output(process), "<a  b><$HOME><`id`><*><><;><\\>");
    ses_process_free(process);
    CHECK(run("ls /proc/self/fd", &options, &process, NULL) == SES_OK);
    CHECK_SPAN(ses_process_output(process), "0\n1\n2\n3\n");
    ses_process_free(process);
}

static void kills_a_shell_and_all_of_it(void) {
    const struct ses_process_options options = {.timeout_ms = 500, .by_shell = true};
    ses_process *process;
    struct ses_error error = {0};
    CHECK(run("sh -c 'read p n s pp group r </proc/$$/stat; echo $group; sleep 60 & sleep 60'",
              &options, &process, &error) == SES_ERR_TIMEOUT);
    pid_t group = printed_pid(process);
    CHECK(group > 1 && group_is_gone(group));
    ses_process_free(process);
}

int main(void) {
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    RUN(splits_as_a_shell_does);
    RUN(gives_output_and_exit_status);
    RUN_NATIVE(reads_no_input_and_inherits_no_descriptor);
    /* Under valgrind the child does not share the memory by which it tells that it cannot begin. */
    RUN_NATIVE(tells_that_a_program_is_missing);
    RUN(kills_all_of_it_when_time_is_over);
    RUN(kills_all_of_it_when_freed);
    RUN(bounds_the_output);
    RUN(ends_though_another_holds_the_pipe);
    RUN(ends_though_the_exit_status_is_taken);
    RUN(knows_the_exit_status_by_a_shell);
    RUN_NATIVE(hands_a_shell_the_words_as_they_are);
    RUN(kills_a_shell_and_all_of_it);
    return check_done();
}
