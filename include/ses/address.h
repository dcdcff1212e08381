/* ses/address.h: knows a mail address of the plainest form at one look.
 *
 * What is an address and what is not (RFC 5321 and 6531) is the host's to say; nearly all addresses
 * are such that there is nothing to say.
 *
 * Pure and thread-safe.
 */
#ifndef SES_ADDRESS_H
#define SES_ADDRESS_H

#include "ses/span.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Whether `text` is beyond doubt one address that mail can be sent to, as it would be written: at
 * most 63 bytes, ASCII letters, digits, '_' and '+' before the '@', lower-case letters and digits
 * behind it, a last label of two letters or more, and in both '.' and '-' singly between them.
 * False says nothing. */
SES_API bool ses_address_is_plain(struct ses_span text);

#ifdef __cplusplus
}
#endif
#endif
