/* result.h: what a client of the comparison prints about its run, in one line of JSON:
 *
 *     {"seconds":…,"cpu":…,"requests":…,"failed":…}
 */
#ifndef BENCH_RESULT_H
#define BENCH_RESULT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

struct result {
    double wall, cpu;
};

static inline double result_now(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static inline double result_cpu(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static inline struct result result_begin(void) {
    struct result result = {result_now(), result_cpu()};
    return result;
}

static inline void result_print(const struct result *begun, long requests, long failed) {
    printf("{\"seconds\":%.6f,\"cpu\":%.6f,\"requests\":%ld,\"failed\":%ld}\n",
           result_now() - begun->wall, result_cpu() - begun->cpu, requests, failed);
}

#endif
