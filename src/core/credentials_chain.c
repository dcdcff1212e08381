/* The search through all sources of ses/credentials.h. */
#include "ses/credentials.h"

#include <string.h>

typedef enum ses_status (*source_function)(const struct ses_credentials_chain *chain,
                                           const struct ses_host *host, ses_credentials **out,
                                           struct ses_error *error);

static enum ses_status ask_explicit(const struct ses_credentials_chain *chain,
                                    const struct ses_host *host, ses_credentials **out,
                                    struct ses_error *error) {
    (void)host;
    if (chain->explicit_options == NULL)
        return ses_error_set(error, SES_ERR_CREDENTIALS, NULL, "none given");
    return ses_credentials_new(chain->explicit_options, out, error);
}

static enum ses_status ask_environment(const struct ses_credentials_chain *chain,
                                       const struct ses_host *host, ses_credentials **out,
                                       struct ses_error *error) {
    if (chain->skip_environment)
        return ses_error_set(error, SES_ERR_CREDENTIALS, NULL,
                             "not asked, as the program names a profile");
    return ses_credentials_from_environment(host, out, error);
}

static enum ses_status ask_profile(const struct ses_credentials_chain *chain,
                                   const struct ses_host *host, ses_credentials **out,
                                   struct ses_error *error) {
    ses_profile *profile = NULL;
    enum ses_status status = ses_profile_load(&chain->profile, host, &profile, error);
    if (status != SES_OK)
        return status;
    status = ses_credentials_from_profile(profile, out, error);
    ses_profile_free(profile);
    return status;
}

/* The order is the SDKs'. */
static const struct {
    enum ses_credentials_source source;
    source_function ask;
} sources[] = {
    {SES_CREDENTIALS_STATIC, ask_explicit},
    {SES_CREDENTIALS_ENVIRONMENT, ask_environment},
    {SES_CREDENTIALS_PROFILE, ask_profile},
};

enum ses_status ses_credentials_resolve(const struct ses_credentials_chain *chain,
                                        const struct ses_host *host, ses_credentials **out,
                                        struct ses_credentials_report *report,
                                        struct ses_error *error) {
    *out = NULL;
    if (report != NULL)
        memset(report, 0, sizeof *report);
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        struct ses_error found = {0};
        enum ses_status status = sources[i].ask(chain, host, out, &found);
        if (status == SES_OK)
            return SES_OK;
        if (report != NULL) {
            report->tried[report->count].source = sources[i].source;
            report->tried[report->count++].error = found;
        }
        if (status != SES_ERR_CREDENTIALS) {
            if (error != NULL)
                *error = found;
            return status;
        }
    }
    return ses_error_set(error, SES_ERR_CREDENTIALS, NULL, "no source has AWS credentials");
}
