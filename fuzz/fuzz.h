/* fuzz.h: what the fuzzers share. Each is one LLVMFuzzerTestOneInput over the core, which checks
 * what must hold for any input besides that nothing breaks. `make fuzz` builds them with libFuzzer;
 * replay.c runs them over their corpus in `make test`. */
#ifndef FUZZ_H
#define FUZZ_H

#include "ses/ses.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* A message ends, is no longer than its room, and is there where the status says so. */
static inline void require_error(enum ses_status status, const struct ses_error *error) {
    if (status == SES_OK)
        return;
    REQUIRE(error->status == status);
    REQUIRE(memchr(error->message, '\0', sizeof error->message) != NULL);
    REQUIRE(memchr(error->field, '\0', sizeof error->field) != NULL);
}

#endif
