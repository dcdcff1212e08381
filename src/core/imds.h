/* imds.h: one document after another from the EC2 instance metadata service. Not installed.
 *
 * Version 2: a session token is fetched by PUT and sent with each GET; a 401 fetches a new one,
 * once. Version 1, without a token, is used only where the user has asked for it
 * (AWS_EC2_METADATA_V1_DISABLED=false, or ec2_metadata_v1_disabled = false in the profile) and the
 * service does not speak version 2.
 */
#ifndef SES_IMDS_H
#define SES_IMDS_H

#include "credentials_source.h"

struct ses_imds {
    struct ses_source_context context;
    struct ses_buf base;  /* the service's URL without a "/" at its end */
    struct ses_buf token; /* secret */
    unsigned long timeout_ms;
    unsigned contact_attempts; /* for a service that cannot be reached at all */
    bool may_use_v1;
    bool without_token; /* speaks version 1 */
    bool renewed;       /* a token was refused */
    bool reached;       /* has answered at least once */
    struct ses_source_tries tries;
};

/* How an exchange went on. */
enum ses_imds_step {
    SES_IMDS_AGAIN,  /* ask ses_imds_request for the same document again */
    SES_IMDS_ANSWER, /* the document is there */
    SES_IMDS_ABSENT, /* the service has no such document (404), or there is no service */
    SES_IMDS_FAILED
};

/* Takes the settings of environment and profile. NOTHING where AWS_EC2_METADATA_DISABLED says so,
 * FAILED for settings that cannot be right. Whatever the result, ses_imds_close is safe after it.
 */
enum ses_source_result ses_imds_open(struct ses_imds *imds,
                                     const struct ses_source_context *context,
                                     struct ses_error *error);
void ses_imds_close(struct ses_imds *imds);

/* Fills `effect` with the next request on the way to the document at `path`, which begins with "/".
 */
enum ses_status ses_imds_request(const struct ses_imds *imds, struct ses_span path,
                                 struct ses_effect *effect, struct ses_error *error);

/* Takes what came of it. `*body` is set for ANSWER, borrowed from the response; `error` is filled
 * for ABSENT and FAILED. */
enum ses_imds_step ses_imds_feed(struct ses_imds *imds, const struct ses_source_input *input,
                                 struct ses_span *body, struct ses_error *error);

/* For a document that is not what it should be: true where it is to be asked for once more. */
bool ses_imds_try_again(struct ses_imds *imds);

/* For the next document: its tries are counted anew. */
void ses_imds_next_document(struct ses_imds *imds);

#endif
