/* sigpipe.h: what becomes of the program when nobody reads a pipe that it writes to. */
#ifndef SES_RUNTIME_SIGPIPE_H
#define SES_RUNTIME_SIGPIPE_H

/* From now on a write to a pipe or socket that nobody reads is an error of that write. Remembers
 * whether that was so before. Process-wide. */
void ses_sigpipe_ignore(void);

/* Ends the process by SIGPIPE, as the system would have it. Returns only where whoever started the
 * process wants it ignored, or ses_sigpipe_ignore was not called. */
void ses_sigpipe_end(void);

#endif
