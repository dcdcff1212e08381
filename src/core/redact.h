/* redact.h: secrets in the words of others. Not installed. */
#ifndef SES_CORE_REDACT_H
#define SES_CORE_REDACT_H

#include "ses/span.h"

/* Writes `mark` over each part of the text that is the secret, or 23 bytes of it or more. A secret
 * of less than 8 bytes is left alone: it would be found in any text. */
void ses_redact(char *text, size_t len, struct ses_span secret, char mark);

#endif
