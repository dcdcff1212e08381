#define _GNU_SOURCE

#include "line_editor.h"

#include <dlfcn.h>
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "interrupt.h"

/* What is used of libedit's interface (histedit.h), whose header need not be there. */
typedef struct editline EditLine;
typedef struct history History;
typedef struct {
    const char *buffer;
    const char *cursor;
    const char *lastchar;
} LineInfo;
typedef struct {
    int num;
    const char *str;
} HistEvent;

enum {
    EL_PROMPT = 0,
    EL_EDITOR = 2,
    EL_BIND = 4,
    EL_ADDFN = 9,
    EL_HIST = 10,
    EL_GETCFN = 13,
    EL_CLIENTDATA = 14,
    EL_PREP_TERM = 16
};
enum { CC_REFRESH = 4, CC_REDISPLAY = 8, CC_REFRESH_BEEP = 9 };
enum { H_SETSIZE = 1, H_ENTER = 10, H_SETUNIQUE = 20 };

static struct {
    EditLine *(*init)(const char *, FILE *, FILE *, FILE *);
    void (*end)(EditLine *);
    int (*set)(EditLine *, int, ...);
    int (*get)(EditLine *, int, ...);
    const char *(*gets)(EditLine *, int *);
    const LineInfo *(*line)(EditLine *);
    int (*insertstr)(EditLine *, const char *);
    int (*source)(EditLine *, const char *);
    void (*resize)(EditLine *);
    History *(*history_init)(void);
    void (*history_end)(History *);
    int (*history)(History *, HistEvent *, int, ...);
} libedit;

static const struct {
    const char *name;
    void *function;
} FUNCTIONS[] = {
    {"el_init", &libedit.init},
    {"el_end", &libedit.end},
    {"el_set", &libedit.set},
    {"el_get", &libedit.get},
    {"el_gets", &libedit.gets},
    {"el_line", &libedit.line},
    {"el_insertstr", &libedit.insertstr},
    {"el_source", &libedit.source},
    {"el_resize", &libedit.resize},
    {"history_init", &libedit.history_init},
    {"history_end", &libedit.history_end},
    {"history", &libedit.history},
};

static const int HISTORY_SIZE = 1000;

struct ses_line_editor {
    EditLine *line;
    History *history;
    const char *prompt;
    ses_line_completer completer;
    void *context;
    sigset_t signals; /* that are blocked outside of a read */
};

static bool load(const char **reason) {
    void *library = dlopen("libedit.so.2", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        library = dlopen("libedit.so.0", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        *reason = dlerror();
        return false;
    }
    for (size_t i = 0; i < sizeof FUNCTIONS / sizeof FUNCTIONS[0]; i++) {
        void *function = dlsym(library, FUNCTIONS[i].name);
        if (function == NULL) {
            *reason = dlerror();
            dlclose(library);
            return false;
        }
        memcpy(FUNCTIONS[i].function, &function, sizeof function);
    }
    return true;
}

static struct ses_line_editor *editor_of(EditLine *line) {
    void *editor = NULL;
    libedit.get(line, EL_CLIENTDATA, &editor);
    return editor;
}

static char *prompt(EditLine *line) {
    return (char *)editor_of(line)->prompt;
}

/* Waits for a byte. SIGINT comes here and nowhere else while a line is read, so that none is
 * missed. */
static bool wait_for_byte(const struct ses_line_editor *editor) {
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    int before = ses_interrupts_seen();
    while (ppoll(&input, 1, NULL, &editor->signals) < 0)
        if (errno != EINTR || ses_interrupts_seen() != before)
            return false;
    return true;
}

/* libedit's own reader would go on after a signal. */
static int next_char(EditLine *line, wchar_t *out) {
    const struct ses_line_editor *editor = editor_of(line);
    mbstate_t state = {0};
    for (;;) {
        char byte;
        if (!wait_for_byte(editor))
            return -1;
        ssize_t got = read(STDIN_FILENO, &byte, 1);
        if (got != 1)
            return got == 0 ? 0 : -1;
        size_t size = mbrtowc(out, &byte, 1, &state);
        if (size == (size_t)-2)
            continue;
        if (size == (size_t)-1)
            *out = L'?';
        return 1;
    }
}

static unsigned char complete(EditLine *line, int key) {
    const struct ses_line_editor *editor = editor_of(line);
    const LineInfo *info = libedit.line(line);
    struct ses_line_completion found = {0};
    unsigned char next = CC_REFRESH_BEEP;
    (void)key;
    if (editor->completer != NULL)
        editor->completer(editor->context, info->buffer, (size_t)(info->cursor - info->buffer),
                          &found);
    if (found.insert != NULL && found.insert[0] != '\0' &&
        libedit.insertstr(line, found.insert) == 0)
        next = CC_REFRESH;
    if (found.show != NULL) {
        printf("\n%s\n", found.show);
        fflush(stdout);
        next = CC_REDISPLAY;
    }
    free(found.insert);
    free(found.show);
    return next;
}

static bool set_up(struct ses_line_editor *editor) {
    HistEvent event;
    editor->line = libedit.init("ses", stdin, stdout, stderr);
    editor->history = libedit.history_init();
    if (editor->line == NULL || editor->history == NULL)
        return false;
    libedit.history(editor->history, &event, H_SETSIZE, HISTORY_SIZE);
    libedit.history(editor->history, &event, H_SETUNIQUE, 1);
    libedit.set(editor->line, EL_CLIENTDATA, (void *)editor);
    libedit.set(editor->line, EL_PROMPT, prompt);
    libedit.set(editor->line, EL_EDITOR, "emacs");
    libedit.set(editor->line, EL_HIST, libedit.history, editor->history);
    libedit.set(editor->line, EL_GETCFN, next_char);
    libedit.set(editor->line, EL_ADDFN, "ses-complete", "Complete", complete);
    libedit.set(editor->line, EL_BIND, "\t", "ses-complete", (char *)NULL);
    libedit.source(editor->line, NULL);
    return true;
}

struct ses_line_editor *ses_line_editor_new(const char **reason) {
    if (libedit.init == NULL && !load(reason))
        return NULL;
    /* Without it a letter of several bytes is several letters. */
    setlocale(LC_CTYPE, "");
    struct ses_line_editor *editor = calloc(1, sizeof *editor);
    if (editor != NULL && set_up(editor))
        return editor;
    ses_line_editor_free(editor);
    *reason = "there is not enough memory, or no terminal";
    return NULL;
}

void ses_line_editor_complete_by(struct ses_line_editor *editor, ses_line_completer completer,
                                 void *context) {
    editor->completer = completer;
    editor->context = context;
}

const char *ses_line_editor_read(struct ses_line_editor *editor, const char *text, size_t *size) {
    int got = 0;
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    editor->prompt = text;
    sigprocmask(SIG_BLOCK, &interrupt, &editor->signals);
    libedit.resize(editor->line);
    /* Before the prompt is there: what is typed at once is for the editor, too. */
    libedit.set(editor->line, EL_PREP_TERM, 1);
    const char *line = libedit.gets(editor->line, &got);
    sigprocmask(SIG_SETMASK, &editor->signals, NULL);
    if (line == NULL || got <= 0)
        return NULL;
    *size = strlen(line);
    while (*size > 0 && line[*size - 1] == '\n')
        *size -= 1;
    return line;
}

void ses_line_editor_remember(struct ses_line_editor *editor, const char *line) {
    HistEvent event;
    libedit.history(editor->history, &event, H_ENTER, line);
}

void ses_line_editor_free(struct ses_line_editor *editor) {
    if (editor == NULL)
        return;
    if (editor->line != NULL)
        libedit.end(editor->line);
    if (editor->history != NULL)
        libedit.history_end(editor->history);
    free(editor);
}
