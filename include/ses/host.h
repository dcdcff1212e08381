/* ses/host.h: what the core asks of the system that it runs on, as a port.
 *
 * Credential sources and the profile loader read the environment and files through this table of
 * functions alone, so that a program decides what they see. One file is ever written: the token
 * cache of IAM Identity Center, where a token was refreshed. Each function gets `context` back.
 */
#ifndef SES_HOST_H
#define SES_HOST_H

#include "ses/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A configuration file may have this many bytes. */
#define SES_HOST_FILE_MAX ((size_t)4 * 1024 * 1024)

struct ses_host {
    void *context;
    /* The variable's value, NULL where it is not set; borrowed until the environment changes. */
    const char *(*getenv)(void *context, const char *name);
    /* Appends the current user's home directory. Errors: SES_ERR_NOT_FOUND, SES_ERR_NOMEM. */
    enum ses_status (*home)(void *context, struct ses_buf *out);
    /* Appends all of a file. Errors: SES_ERR_NOT_FOUND where there is none; SES_ERR_IO and
     * SES_ERR_RANGE (larger than SES_HOST_FILE_MAX), the message naming the file; SES_ERR_NOMEM. */
    enum ses_status (*read_file)(void *context, const char *path, struct ses_buf *out,
                                 struct ses_error *error);
    /* Makes `bytes` all that a file holds, in one step, readable by its owner alone. May be NULL:
     * nothing is ever written then. Errors: SES_ERR_IO, the message naming the file; SES_ERR_NOMEM.
     */
    enum ses_status (*write_file)(void *context, const char *path, struct ses_span bytes,
                                  struct ses_error *error);
};

/* The process's own environment, HOME (else the user database's entry) and file system. Its reads
 * of the environment must not run beside a setenv of another thread; all else is thread-safe. */
SES_API const struct ses_host *ses_host_system(void);

#ifdef __cplusplus
}
#endif
#endif
