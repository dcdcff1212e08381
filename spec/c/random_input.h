/* random_input.h: odd bytes for tests that state a property. The seed is printed where a test
 * fails, and taken from SPEC_SEED. */
#ifndef RANDOM_INPUT_H
#define RANDOM_INPUT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t random_state;

static inline void random_start(void) {
    const char *seed = getenv("SPEC_SEED");
    random_state = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
    printf("SPEC_SEED=%llu\n", (unsigned long long)random_state);
}

/* A number below `limit` (splitmix64). */
static inline size_t random_below(size_t limit) {
    uint64_t z = (random_state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (size_t)((z ^ (z >> 31)) % limit);
}

/* Fills `out` with bytes of `alphabet`, or any bytes where it is NULL. */
static inline void random_fill(char *out, size_t len, const char *alphabet, size_t alphabet_len) {
    for (size_t i = 0; i < len; i++)
        out[i] = alphabet != NULL ? alphabet[random_below(alphabet_len)] : (char)random_below(256);
}

#endif
