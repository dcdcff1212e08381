/* sts_answer.h: what STS answers, out of its XML. Not installed.
 *
 * A strict reader of the few documents that the query protocol of STS has. It takes one element
 * tree in UTF-8: names, attributes that it passes over, text, and the references &lt; &gt; &amp;
 * &quot; &apos; &#n; &#xn;. Refused are a document type (and with it every entity that a document
 * could make up), comments, processing instructions behind the XML declaration, CDATA sections,
 * text beside elements, more than one root, and a field that comes twice. Pure and thread-safe.
 */
#ifndef SES_STS_ANSWER_H
#define SES_STS_ANSWER_H

#include "ses/buf.h"

#define SES_STS_ANSWER_MAX ((size_t)256 * 1024) /* bytes of an answer */
#define SES_STS_ANSWER_DEPTH 16                 /* elements within each other */

enum ses_sts_field {
    SES_STS_ACCESS_KEY_ID,
    SES_STS_SECRET_ACCESS_KEY,
    SES_STS_SESSION_TOKEN,
    SES_STS_EXPIRATION,
    SES_STS_ROLE_ARN, /* of the assumed role's user */
    SES_STS_ERROR_CODE,
    SES_STS_ERROR_MESSAGE,
    SES_STS_FIELDS
};

/* The fields that were there, decoded, in wiped memory; empty where they were not. */
struct ses_sts_answer {
    struct ses_buf fields[SES_STS_FIELDS];
};

/* Fills `*answer`, which the caller frees in any case.
 * Errors: SES_ERR_PARSE telling the byte (counted from 1) but nothing of what stands there,
 * SES_ERR_RANGE over a limit, SES_ERR_NOMEM. */
enum ses_status ses_sts_answer_parse(struct ses_span text, struct ses_sts_answer *answer,
                                     struct ses_error *error);
void ses_sts_answer_free(struct ses_sts_answer *answer);

#endif
