/* check.h: the few lines that a C test needs. A test is a function that checks; main runs each with
 * RUN and ends with check_done(). */
#ifndef CHECK_H
#define CHECK_H

#include "ses/span.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check_passed, check_failed, check_faults;

static inline bool check_span(struct ses_span span, const char *text) {
    return span.len == strlen(text) && (span.len == 0 || memcmp(span.data, text, span.len) == 0);
}

/* Tells file and line where `condition` does not hold; the test goes on and counts as failed. */
#define CHECK(condition)                                                                           \
    ((condition)                                                                                   \
         ? (void)0                                                                                 \
         : (void)(check_faults++, fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition)))

#define CHECK_SPAN(span, text) CHECK(check_span((span), (text)))

/* Runs one test, `void name(void)`. */
#define RUN(test)                                                                                  \
    do {                                                                                           \
        check_faults = 0;                                                                          \
        test();                                                                                    \
        if (check_faults == 0)                                                                     \
            check_passed++;                                                                        \
        else                                                                                       \
            check_failed++, fprintf(stderr, "failed: %s\n", #test);                                \
    } while (0)

/* Runs a test that valgrind cannot judge: one that searches the process's memory, or that leaves
 * memory on purpose. */
#define RUN_NATIVE(test)                                                                           \
    do {                                                                                           \
        if (getenv("UNDER_VALGRIND") == NULL)                                                      \
            RUN(test);                                                                             \
    } while (0)

/* The count of tests; main returns it. */
static inline int check_done(void) {
    printf("%d passed, %d failed\n", check_passed, check_failed);
    return check_failed == 0 ? 0 : 1;
}

#endif
