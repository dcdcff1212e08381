/* http_body.h: the body of a request, which the exchanges that send it hold as well: it may be
 * tens of megabytes. It changes only while nobody else holds it. */
#ifndef SES_CORE_HTTP_BODY_H
#define SES_CORE_HTTP_BODY_H

#include "ses/http.h"

typedef struct ses_http_body ses_http_body;

/* Another hold on the body of `request`, to be given back by ses_http_body_release from any thread;
 * NULL where there is none. */
ses_http_body *ses_http_request_hold_body(const ses_http_request *request);

/* Wipes and frees it where nobody else holds it. NULL is a no-op. */
void ses_http_body_release(ses_http_body *body);

/* Its bytes; none of NULL. */
struct ses_span ses_http_body_bytes(const ses_http_body *body);

#endif
