#define _GNU_SOURCE
#include "ses/secret.h"

#include "ses/digest.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct ses_secret {
    size_t mapped;
    size_t len;
    char bytes[];
};

void ses_wipe(void *data, size_t len) {
    if (len > 0)
        explicit_bzero(data, len);
}

/* Not inlined, so that its array lies below the caller's frame, where the calls before had theirs.
 */
__attribute__((noinline)) void ses_wipe_stack(void) {
    char below[8 * 1024];
    explicit_bzero(below, sizeof below);
}

bool ses_equal_secret(struct ses_span a, struct ses_span b) {
    if (a.len != b.len)
        return false;
    unsigned difference = 0;
    for (size_t i = 0; i < a.len; i++)
        difference |= (unsigned char)a.data[i] ^ (unsigned char)b.data[i];
    return difference == 0;
}

enum ses_status ses_secret_new(struct ses_span bytes, ses_secret **out) {
    *out = NULL;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (bytes.len > SIZE_MAX - sizeof(ses_secret) - page)
        return SES_ERR_NOMEM;
    size_t mapped = (sizeof(ses_secret) + bytes.len + page - 1) / page * page;
    /* Pages of its own: a lock or MADV_DONTDUMP covers whole pages, and the heap's neighbours
     * should neither be locked nor left out of a core file. */
    ses_secret *secret =
        mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (secret == MAP_FAILED)
        return SES_ERR_NOMEM;
    secret->mapped = mapped;
    /* Both may be refused (RLIMIT_MEMLOCK, an odd kernel): the secret is still wiped. */
    ses_secret_lock(secret);
    (void)madvise(secret, mapped, MADV_DONTDUMP);
    secret->len = bytes.len;
    if (bytes.len > 0)
        memcpy(secret->bytes, bytes.data, bytes.len);
    *out = secret;
    return SES_OK;
}

void ses_secret_lock(ses_secret *secret) {
    (void)mlock(secret, secret->mapped);
}

struct ses_span ses_secret_span(const ses_secret *secret) {
    if (secret == NULL)
        return (struct ses_span){NULL, 0};
    return (struct ses_span){secret->bytes, secret->len};
}

/* Shorter codes could be guessed. */
#define CODE_MIN 16

void ses_secret_hmac_sha256(const ses_secret *secret, struct ses_span message,
                            unsigned char out[SES_SHA256_LEN]) {
    ses_hmac_sha256(ses_secret_span(secret), message, out);
}

bool ses_secret_is_hmac_sha256(const ses_secret *secret, struct ses_span message,
                               struct ses_span code) {
    if (code.len < CODE_MIN || code.len > SES_SHA256_LEN)
        return false;
    unsigned char right[SES_SHA256_LEN];
    ses_secret_hmac_sha256(secret, message, right);
    bool is_right = ses_equal_secret((struct ses_span){(const char *)right, code.len}, code);
    ses_wipe(right, sizeof right);
    return is_right;
}

void ses_secret_free(ses_secret *secret) {
    if (secret == NULL)
        return;
    size_t mapped = secret->mapped;
    ses_wipe(secret->bytes, secret->len);
    (void)munmap(secret, mapped);
}
