/* credentials_sts.h: one AssumeRole or AssumeRoleWithWebIdentity, as a part of sources. Not
 * installed. */
#ifndef SES_CREDENTIALS_STS_H
#define SES_CREDENTIALS_STS_H

#include "credentials_source.h"

/* What to ask STS for. All is borrowed and outlives the call. */
struct ses_sts_role {
    struct ses_span arn;
    struct ses_span session_name; /* empty: the context's, else "ses-" and the time */
    struct ses_span external_id;  /* empty: none */
    struct ses_span mfa_serial;   /* empty: none; else a code is asked for first */
    struct ses_span token_file;   /* web identity: the file with the token; else empty */
    unsigned duration_s;          /* 0: the context's, else STS's default */
};

enum ses_sts_stage { SES_STS_NEEDS_CODE, SES_STS_SENDS, SES_STS_HAS, SES_STS_FAILED };

/* The caller's, started by ses_sts_start and given back by ses_sts_free. */
struct ses_sts_call {
    const struct ses_source_context *context;
    const struct ses_sts_role *role;
    ses_credentials *base; /* that sign; NULL for a web identity */
    enum ses_sts_stage stage;
    struct ses_source_tries tries;
    double skew_s;        /* by which STS's clock is ahead of ours, where it refused us for that */
    bool skewed;          /* it was learned: once */
    struct ses_buf code;  /* of the MFA device */
    struct ses_buf token; /* of the web identity, as it was sent last */
    ses_credentials *found;
    struct ses_error error;
};

/* `base` is retained. */
void ses_sts_start(struct ses_sts_call *call, const struct ses_source_context *context,
                   const struct ses_sts_role *role, ses_credentials *base);
/* As a source's own `next` and `feed`; never NOTHING. */
enum ses_source_result ses_sts_next(struct ses_sts_call *call, double now,
                                    struct ses_effect *effect, ses_credentials **credentials,
                                    struct ses_error *error);
void ses_sts_feed(struct ses_sts_call *call, const struct ses_source_input *input, double now);
/* Wipes. Safe for a zeroed call, and again. */
void ses_sts_free(struct ses_sts_call *call);

/* The profile's role_session_name, external_id, mfa_serial and duration_seconds into `role`.
 * Errors: SES_ERR_INVALID naming the property. */
enum ses_status ses_sts_role_of_profile(const struct ses_source_context *context,
                                        struct ses_sts_role *role, struct ses_error *error);

#endif
