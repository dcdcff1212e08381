/* ses/imds_region.h: the region of the EC2 instance that the program runs on.
 *
 * One look-up in the instance metadata service (version 2), without I/O of its own: as with
 * ses/credentials_resolver.h the host asks what is to be done, does it, and feeds the outcome back.
 * All settings of the service hold (AWS_EC2_METADATA_DISABLED, …_SERVICE_ENDPOINT, …_ENDPOINT_MODE,
 * AWS_EC2_METADATA_V1_DISABLED, AWS_METADATA_SERVICE_TIMEOUT, …_NUM_ATTEMPTS and the profile's).
 *
 * An object belongs to one thread at a time.
 */
#ifndef SES_IMDS_REGION_H
#define SES_IMDS_REGION_H

#include "ses/credentials_resolver.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ses_imds_region ses_imds_region;

/* `profile` says where the service's settings are looked for besides the environment; files that
 * cannot be loaded count as empty. `host` must stay good as long as the object. `*out` is the
 * caller's, freed by ses_imds_region_free. Errors: SES_ERR_NOMEM. */
SES_API enum ses_status ses_imds_region_new(const struct ses_profile_options *profile,
                                            const struct ses_host *host, ses_imds_region **out,
                                            struct ses_error *error);
/* NULL is a no-op. */
SES_API void ses_imds_region_free(ses_imds_region *region);

/* Fills `*out` with SES_EFFECT_HTTP, DONE or FAILED; see ses_credentials_resolver_next. The request
 * is freed by ses_effect_free. */
SES_API void ses_imds_region_next(ses_imds_region *region, struct ses_effect *out);

/* What came of the request. SES_ERR_STATE where none is awaited, which changes nothing. */
SES_API enum ses_status ses_imds_region_feed_response(ses_imds_region *region,
                                                      const ses_http_response *response);
SES_API enum ses_status ses_imds_region_feed_failure(ses_imds_region *region,
                                                     enum ses_status status,
                                                     struct ses_span message);

/* After DONE: the region's name ("eu-west-1"), borrowed until the object is freed. Errors: after
 * FAILED why there is none; else SES_ERR_STATE. */
SES_API enum ses_status ses_imds_region_get(const ses_imds_region *region, struct ses_span *out,
                                            struct ses_error *error);

#ifdef __cplusplus
}
#endif
#endif
