#define _POSIX_C_SOURCE 200809L

#include "sigpipe.h"

#include <signal.h>

static void (*before)(int) = SIG_IGN;

void ses_sigpipe_ignore(void) {
    before = signal(SIGPIPE, SIG_IGN);
}

void ses_sigpipe_end(void) {
    if (before != SIG_DFL)
        return;
    signal(SIGPIPE, SIG_DFL);
    raise(SIGPIPE);
}
