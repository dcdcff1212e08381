/* sns_trust.h: certificates in PEM, and the authorities that they are checked against. Not
 * installed. */
#ifndef SES_CORE_SNS_TRUST_H
#define SES_CORE_SNS_TRUST_H

#include "ses/sns.h"

#include <bearssl.h>

struct ses_sns_trust {
    br_x509_trust_anchor *anchors;
    size_t count;
    struct ses_buf intermediates; /* in DER, one behind the other */
    size_t ends[SES_SNS_INTERMEDIATES_MAX];
    size_t intermediate_count;
};

/* Calls `take(context, der)` with every certificate of a PEM text, in order, until it fails. What
 * stands between them is passed over; a certificate that is cut off or not base64 is SES_ERR_PARSE.
 * Errors: SES_ERR_PARSE, SES_ERR_NOMEM, those of `take`. */
enum ses_status ses_pem_certificates(struct ses_span pem,
                                     enum ses_status (*take)(void *context, struct ses_span der),
                                     void *context);

/* Fills `out` with what a certificate says of its subject: name, key, and whether it is an
 * authority (BR_X509_TA_CA). Errors: SES_ERR_PARSE where it cannot be read, SES_ERR_NOMEM. */
enum ses_status ses_anchor_of(struct ses_span der, br_x509_trust_anchor *out);
void ses_anchor_free(br_x509_trust_anchor *anchor);

/* The intermediate at `index`. */
struct ses_span ses_sns_trust_intermediate(const ses_sns_trust *trust, size_t index);

#endif
