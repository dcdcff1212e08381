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
