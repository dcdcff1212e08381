/* sns_url.h: the hosts of SNS. Not installed. */
#ifndef SES_CORE_SNS_URL_H
#define SES_CORE_SNS_URL_H

#include "ses/span.h"

/* The domain of AWS that a region's hosts are in: "amazonaws.com", …; never NULL. */
const char *ses_sns_domain(struct ses_span region);

#define SES_SNS_REGION_MAX 32

/* Whether `text` has the form of a region's name: "eu-west-1", "us-gov-east-1"; it has then at most
 * SES_SNS_REGION_MAX bytes. */
bool ses_sns_is_region(struct ses_span text);

#endif
