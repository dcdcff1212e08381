/* Sources that are named in the chain and are not built yet. */
#include "credentials_source.h"

static enum ses_source_result nothing(const struct ses_source_context *context, double now,
                                      void **state, struct ses_error *error) {
    (void)context;
    (void)now;
    *state = NULL;
    (void)ses_error_set(error, SES_ERR_CREDENTIALS, NULL, "is not supported by this version");
    return SES_SOURCE_NOTHING;
}

const struct ses_source_class ses_source_sso = {
    .source = SES_CREDENTIALS_SSO, .files = SES_FILES_NEEDED, .open = nothing};
