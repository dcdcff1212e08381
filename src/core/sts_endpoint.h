/* sts_endpoint.h: where STS is asked. Not installed.
 *
 * A configured endpoint; else the region's own, or https://sts.amazonaws.com where no region is
 * known, where it is aws-global, and where AWS_STS_REGIONAL_ENDPOINTS or the profile's
 * sts_regional_endpoints is "legacy" and the region one of those that existed before such endpoints
 * did. FIPS and dual stack have no global endpoint.
 */
#ifndef SES_STS_ENDPOINT_H
#define SES_STS_ENDPOINT_H

#include "credentials_source.h"

/* Appends the URL to post to, with the "/" at its end, and sets the region to sign for, borrowed
 * from the context. Errors: SES_ERR_INVALID naming the setting, SES_ERR_NOMEM. */
enum ses_status ses_sts_endpoint(const struct ses_source_context *context, struct ses_buf *url,
                                 struct ses_span *region, struct ses_error *error);

#endif
