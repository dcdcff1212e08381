/* wiping_memory.h: an allocator that leaves nothing behind; private to the core.
 *
 * The five functions are those of stdlib.h and string.h, but that each block is wiped before it is
 * given back, and that a block which grows is copied and wiped, never moved by realloc. They are
 * for a library that copies our secrets into memory of its own and takes an allocator: libcurl.
 * Blocks may be freed by these functions alone. Thread-safe as malloc is.
 */
#ifndef SES_CORE_WIPING_MEMORY_H
#define SES_CORE_WIPING_MEMORY_H

#include <stddef.h>

/* Each gives NULL where there is no memory. */
void *ses_wiping_malloc(size_t size);
void *ses_wiping_calloc(size_t count, size_t size);
void *ses_wiping_realloc(void *block, size_t size);
char *ses_wiping_strdup(const char *text);

/* NULL is a no-op. */
void ses_wiping_free(void *block);

#endif
