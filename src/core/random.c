#include "ses/random.h"

#include <errno.h>
#include <stdint.h>
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
