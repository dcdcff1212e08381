#include "wiping_memory.h"

#include "ses/secret.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The size stands before the block, which keeps malloc's alignment. */
union header {
    size_t size;
    max_align_t alignment;
};

void *ses_wiping_malloc(size_t size) {
    if (size > SIZE_MAX - sizeof(union header))
        return NULL;
    union header *header = malloc(sizeof *header + size);
    if (header == NULL)
        return NULL;
    header->size = size;
    return header + 1;
}

void *ses_wiping_calloc(size_t count, size_t size) {
    if (size > 0 && count > SIZE_MAX / size)
        return NULL;
    void *block = ses_wiping_malloc(count * size);
    return block == NULL ? NULL : memset(block, 0, count * size);
}

void ses_wiping_free(void *block) {
    if (block == NULL)
        return;
    union header *header = (union header *)block - 1;
    ses_wipe(block, header->size);
    free(header);
}

void *ses_wiping_realloc(void *block, size_t size) {
    if (block == NULL)
        return ses_wiping_malloc(size);
    size_t before = ((union header *)block - 1)->size;
    void *moved = ses_wiping_malloc(size);
    if (moved == NULL)
        return NULL;
    memcpy(moved, block, before < size ? before : size);
    ses_wiping_free(block);
    return moved;
}

char *ses_wiping_strdup(const char *text) {
    size_t size = strlen(text) + 1;
    char *copy = ses_wiping_malloc(size);
    return copy == NULL ? NULL : memcpy(copy, text, size);
}
