/* sha256.h: SHA-256 by the processor's own instructions where it has them, by BearSSL's code where
 * not. FIPS 180-4. */
#ifndef SES_CORE_SHA256_H
#define SES_CORE_SHA256_H

#include <bearssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The class to hash with on this processor, for BearSSL's HMAC and the like. Its context is a
 * br_sha256_context. Thread-safe. */
const br_hash_class *ses_sha256_class(void);

/* Whether that is not BearSSL's own. */
bool ses_sha256_is_hardware(void);

#if defined(__x86_64__)
/* Whether the processor has the instructions that ses_sha256_x86_blocks needs. */
bool ses_sha256_x86_supported(void);

/* Takes `count` blocks of 64 bytes into the state. */
void ses_sha256_x86_blocks(uint32_t state[8], const unsigned char *blocks, size_t count);
#endif

#endif
