/* sigv4a_key.h: the part of key derivation that random input does not reach; for sigv4a.c and its
 * test. */
#ifndef SES_SIGV4A_KEY_H
#define SES_SIGV4A_KEY_H

#include "ses/sigv4a.h"

/* Makes a private key of a candidate, which is one number more; false where the candidate is larger
 * than the group's order less two. Takes the same time for all. */
bool ses_sigv4a_accept(const unsigned char candidate[SES_SIGV4A_PRIVATE_KEY_LEN],
                       unsigned char out[SES_SIGV4A_PRIVATE_KEY_LEN]);

#endif
