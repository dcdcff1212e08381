/* failing_memory.h: memory that runs out when a test says so. The test is linked with --wrap for
 * the functions below (FAILING_MEMORY in the Makefile), so that they are what the core calls.
 *
 * Only calls between memory_begin and memory_end count and fail. Whatever is given back then must
 * not have MEMORY_SECRET in it any more: secrets in such a test contain it.
 */
#ifndef FAILING_MEMORY_H
#define FAILING_MEMORY_H

#define _GNU_SOURCE
#include "check.h"

#include <malloc.h>
#include <sys/mman.h>

#define MEMORY_SECRET "hunter"

/* Which allocations fail: the one of this number, counted from 1, and all behind it where
 * `memory_for_good`; 0: none. */
static size_t memory_fails_at;
static bool memory_for_good;

static bool memory_armed;
static size_t memory_count;  /* allocations that were asked for */
static size_t memory_failed; /* and that failed */
static long memory_live;     /* blocks that were not given back */
static size_t memory_dirty;  /* blocks that were given back with a secret in them */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);
void *__real_mmap(void *at, size_t len, int protection, int flags, int fd, off_t offset);
int __real_munmap(void *at, size_t len);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);
void *__wrap_mmap(void *at, size_t len, int protection, int flags, int fd, off_t offset);
int __wrap_munmap(void *at, size_t len);

/* Starts a run in which allocation `at` fails. */
static inline void memory_run(size_t at, bool for_good) {
    memory_fails_at = at;
    memory_for_good = for_good;
    memory_count = memory_failed = memory_dirty = 0;
    memory_live = 0;
}

static inline void memory_begin(void) {
    memory_armed = true;
}

static inline void memory_end(void) {
    memory_armed = false;
}

static bool memory_fails(void) {
    if (!memory_armed)
        return false;
    memory_count++;
    bool fails = memory_fails_at > 0 && (memory_count == memory_fails_at ||
                                         (memory_for_good && memory_count > memory_fails_at));
    memory_failed += fails;
    return fails;
}

static void *memory_given(void *block) {
    memory_live += block != NULL;
    return block;
}

/* Not under valgrind, which minds that padding was never written. */
static void memory_look(const void *block, size_t size) {
    if (memory_armed && getenv("UNDER_VALGRIND") == NULL &&
        memmem(block, size, MEMORY_SECRET, sizeof MEMORY_SECRET - 1) != NULL)
        memory_dirty++;
}

void *__wrap_malloc(size_t size) {
    return memory_fails() ? NULL : memory_given(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size) {
    return memory_fails() ? NULL : memory_given(__real_calloc(count, size));
}

/* Always moves, as it may at any time. */
void *__wrap_realloc(void *block, size_t size) {
    void *moved = __wrap_malloc(size);
    if (moved == NULL || block == NULL)
        return moved;
    size_t before = malloc_usable_size(block);
    memcpy(moved, block, before < size ? before : size);
    __wrap_free(block);
    return moved;
}

void __wrap_free(void *block) {
    if (block == NULL)
        return;
    memory_look(block, malloc_usable_size(block));
    memory_live--;
    __real_free(block);
}

void *__wrap_mmap(void *at, size_t len, int protection, int flags, int fd, off_t offset) {
    if (memory_fails())
        return MAP_FAILED;
    return memory_given(__real_mmap(at, len, protection, flags, fd, offset));
}

int __wrap_munmap(void *at, size_t len) {
    memory_look(at, len);
    memory_live--;
    return __real_munmap(at, len);
}

#endif
