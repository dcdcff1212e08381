/* Runs a program to its end and writes what it took.
 *
 *     measure FILE PROGRAM [ARGUMENT …]
 *
 * FILE gets one line: exit status, seconds on the wall, seconds of CPU in user mode and in the
 * kernel, and the most memory that was ever resident, in kB.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t) {
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: measure FILE PROGRAM [ARGUMENT ...]\n");
        return 2;
    }
    double began = now();
    pid_t pid = fork();
    if (pid == 0) {
        (void)execv(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    int status = 0;
    struct rusage used;
    if (pid < 0 || wait4(pid, &status, 0, &used) != pid) {
        perror("measure");
        return 1;
    }
    double took = now() - began;
    FILE *out = fopen(argv[1], "w");
    if (out == NULL) {
        perror(argv[1]);
        return 1;
    }
    fprintf(out, "%d %.3f %.3f %.3f %ld\n",
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), took,
            seconds(used.ru_utime), seconds(used.ru_stime), used.ru_maxrss);
    return fclose(out) == 0 ? 0 : 1;
}
