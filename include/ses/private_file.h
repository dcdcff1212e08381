/* ses/private_file.h: a file that its owner alone may read, such as a database that holds mail.
 *
 * May be called from several threads and processes at once.
 */
#ifndef SES_PRIVATE_FILE_H
#define SES_PRIVATE_FILE_H

#include "ses/span.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Makes an empty file with mode 0600 where there is none. A file that is there is never opened (its
 * closing would take the locks that this process holds on it), only looked at: it must be a regular
 * one of this user's, which the group and others have no rights to; its folder must be one that not
 * everybody may write to, unless each may remove but his own (the sticky bit).
 * Errors: SES_ERR_STATE where it is not so, SES_ERR_NOT_FOUND where there is no such folder,
 * SES_ERR_IO, SES_ERR_NOMEM; the message names the path. */
SES_API enum ses_status ses_private_file_make(const char *path, struct ses_error *error);

/* Returns when all that was written to the file so far, by whomever, is on disk. The process must
 * hold no POSIX locks on the file, which would be lost.
 * Errors: SES_ERR_IO, the message naming the path. */
SES_API enum ses_status ses_private_file_sync(const char *path, struct ses_error *error);

/* Brings the folder of a file to disk, and with it the names in it: a new file is on disk when its
 * folder is, too. A file system that cannot do it for a folder is no error.
 * Errors: SES_ERR_IO, SES_ERR_NOMEM; the message names the path. */
SES_API enum ses_status ses_private_file_sync_folder(const char *path, struct ses_error *error);

#ifdef __cplusplus
}
#endif
#endif
