/* redact.h: secrets in the words of others. Not installed. */
#ifndef SES_CORE_REDACT_H
#define SES_CORE_REDACT_H

#include "ses/span.h"

/* Writes `mark` over each part of the text that is the secret, or 23 bytes of it or more. A secret
 * of less than 8 bytes is left alone: it would be found in any text. */
void ses_redact(char *text, size_t len, struct ses_span secret, char mark);

/* The same for a secret any of whose characters may be written in another way: escaped as in JSON
 * (RFC 8259, section 7), percent-encoded (RFC 3986, section 2.1), or as a numeric character
 * reference of HTML. Where there is no memory for it, the whole text is marked. */
void ses_redact_encoded(char *text, size_t len, struct ses_span secret, char mark);

#endif
