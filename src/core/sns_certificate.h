/* sns_certificate.h: the key that messages are verified by. Not installed. */
#ifndef SES_CORE_SNS_CERTIFICATE_H
#define SES_CORE_SNS_CERTIFICATE_H

#include "ses/sns.h"
#include "sns_url.h"

#include <bearssl.h>

struct ses_sns_certificate {
    unsigned char numbers[BR_X509_BUFSIZE_KEY];
    br_rsa_public_key key; /* points there */
    char region[SES_SNS_REGION_MAX];
    size_t region_len;
};

#endif
