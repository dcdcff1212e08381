#include "ses/random.h"

#include "fork.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>

enum ses_status ses_random_bytes(void *out, size_t len) {
    unsigned char *at = out;
    while (len > 0) {
        ssize_t got = getrandom(at, len, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return SES_ERR_IO;
        at += got;
        len -= (size_t)got;
    }
    return SES_OK;
}

#define POOL_LEN 512

/* What is left of it stands at its end. */
static _Thread_local struct {
    unsigned char bytes[POOL_LEN];
    size_t left;
    unsigned generation; /* of the process that drew them (fork.h) */
} pool;

static enum ses_status fill_pool(unsigned generation) {
    pool.left = 0;
    enum ses_status status = ses_random_bytes(pool.bytes, sizeof pool.bytes);
    if (status == SES_OK) {
        pool.left = sizeof pool.bytes;
        pool.generation = generation;
    }
    return status;
}

enum ses_status ses_random_identifier(void *out, size_t len) {
    if (len > SES_IDENTIFIER_MAX)
        return SES_ERR_INVALID;
    unsigned generation = ses_fork_generation();
    enum ses_status status = SES_OK;
    if (pool.left < len || pool.generation != generation)
        status = fill_pool(generation);
    if (status == SES_OK) {
        memcpy(out, pool.bytes + sizeof pool.bytes - pool.left, len);
        pool.left -= len;
    }
    return status;
}

enum ses_status ses_random_uniform(double *out) {
    uint64_t bits;
    enum ses_status status = ses_random_bytes(&bits, sizeof bits);
    if (status == SES_OK)
        *out = (double)(bits >> 11) * 0x1p-53;
    return status;
}

void ses_uuid_v4(const unsigned char bytes[16], char out[SES_UUID_LEN + 1]) {
    static const char digits[] = "0123456789abcdef";
    char *at = out;
    for (size_t i = 0; i < 16; i++) {
        unsigned byte = bytes[i];
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        if (i == 6)
            byte = 0x40 | (byte & 0x0f);
        if (i == 8)
            byte = 0x80 | (byte & 0x3f);
        *at++ = digits[byte >> 4];
        *at++ = digits[byte & 15];
    }
    *at = '\0';
}
