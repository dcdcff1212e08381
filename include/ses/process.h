/* ses/process.h: a program whose output is a secret, for hosts that may start processes.
 *
 * Runs the program of a `credential_process` line and keeps what it writes to its standard output
 * in memory that is wiped. Its standard input and standard error are /dev/null: what a program says
 * of its failure may hold a secret. It inherits the environment and no file descriptor. It runs in
 * a process group of its own, all of which is killed where it runs out of time or is given up.
 *
 * No shell takes part: the line is split into words as a POSIX shell would split it, quotes and
 * backslashes included, and nothing in it is expanded (as botocore has it).
 *
 * A process belongs to one thread at a time. A host that takes the exit status of every child, as
 * nginx does, or ignores SIGCHLD, may take it first: it counts as 0 then, unless the option
 * `by_shell` asks for another way.
 */
#ifndef SES_PROCESS_H
#define SES_PROCESS_H

#include "ses/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A command line may have this many words. */
#define SES_PROCESS_WORDS_MAX 256

typedef struct ses_process ses_process;

/* A zero gives the default. */
struct ses_process_options {
    unsigned long timeout_ms; /* from start to end; 60,000 */
    size_t max_output;        /* bytes; 65,536 */
    /* Has /bin/sh start the words, as they are, and tell the exit status by a pipe. A program that
     * is not there then has the exit status 127. */
    bool by_shell;
};

/* Splits a command line: appends each word with a NUL behind it, and counts them. `words` should be
 * a secret buffer, since a command line may hold a secret.
 * Errors: SES_ERR_PARSE (an open quote, a backslash at the end, no word, too many), SES_ERR_NOMEM.
 */
SES_API enum ses_status ses_process_split(struct ses_span command, struct ses_buf *words,
                                          size_t *count, struct ses_error *error);

/* Starts the program, looked for in PATH where its name has no slash. `options` may be NULL.
 * `*out` is the caller's, freed by ses_process_free.
 * Errors: those of ses_process_split; SES_ERR_NOT_FOUND where there is no such program;
 * SES_ERR_IO; SES_ERR_NOMEM. No message shows a word of the line. */
SES_API enum ses_status ses_process_start(struct ses_span command,
                                          const struct ses_process_options *options,
                                          ses_process **out, struct ses_error *error);

/* Ends what still runs, wipes and frees. NULL is a no-op. */
SES_API void ses_process_free(ses_process *process);

/* Reads what there is, and waits up to `wait_ms` milliseconds for the end (negative: as long as it
 * takes). `*done` becomes whether it has ended. Errors, each of which ends the program:
 * SES_ERR_TIMEOUT, SES_ERR_RANGE (more output than allowed), SES_ERR_IO, SES_ERR_NOMEM. */
SES_API enum ses_status ses_process_step(ses_process *process, int wait_ms, bool *done,
                                         struct ses_error *error);

/* After the end: the exit status, 128 and the signal's number where a signal ended it; 0 where it
 * is not known. */
SES_API int ses_process_exit_status(const ses_process *process);

/* What it has written so far; borrowed until the next call. */
SES_API struct ses_span ses_process_output(const ses_process *process);

#ifdef __cplusplus
}
#endif
#endif
