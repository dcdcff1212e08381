/* line_editor.h: lines that a user types at a terminal, edited, with a history and completion, by
 * libedit (3-clause BSD licence) where the machine has it. It is loaded when an editor is made, so
 * that the program needs it neither to be built nor to run.
 *
 * There is one terminal: one editor at a time, and one thread.
 */
#ifndef SES_LINE_EDITOR_H
#define SES_LINE_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

struct ses_line_editor;

/* What a completion came to, each in memory of malloc, which the editor frees, or NULL: what to put
 * in at the cursor, and what to show below the line. */
struct ses_line_completion {
    char *insert;
    char *show;
};

/* Completes what stands before the cursor. */
typedef void (*ses_line_completer)(void *context, const char *before, size_t size,
                                   struct ses_line_completion *found);

/* Makes an editor of standard input and output; it reads the user's ~/.editrc. NULL where libedit
 * cannot be had:
 * `*reason`, which stays valid until the next call, says why. */
struct ses_line_editor *ses_line_editor_new(const char **reason);

/* Says who completes; NULL for nobody. */
void ses_line_editor_complete_by(struct ses_line_editor *editor, ses_line_completer completer,
                                 void *context);

/* Reads a line. The text belongs to the editor and is valid until the next call; its line break is
 * not in it. NULL at the end of the input, and where a signal came. */
const char *ses_line_editor_read(struct ses_line_editor *editor, const char *prompt, size_t *size);

/* Adds a line to the history. */
void ses_line_editor_remember(struct ses_line_editor *editor, const char *line);

/* Gives the terminal back. NULL is fine. */
void ses_line_editor_free(struct ses_line_editor *editor);

#endif
