#include "sts_endpoint.h"

/* What the global endpoint is signed for. */
#define GLOBAL_REGION "us-east-1"

/* The regions that the global endpoint stands for where the user wants it ("legacy"). Source: "AWS
 * STS Regional endpoints", AWS SDKs and Tools Reference Guide. */
static const char *const legacy_regions[] = {
    "ap-northeast-1", "ap-south-1",   "ap-southeast-1", "ap-southeast-2",
    "aws-global",     "ca-central-1", "eu-central-1",   "eu-north-1",
    "eu-west-1",      "eu-west-2",    "eu-west-3",      "sa-east-1",
    "us-east-1",      "us-east-2",    "us-west-1",      "us-west-2",
};

static const struct ses_source_service service = {"STS", "sts", "sts"};

/* Reads the setting that chooses between the global and the regional endpoints; without it, as in
 * the SDKs since 2025, they are regional. */
static enum ses_status read_legacy(const struct ses_source_context *context, bool *legacy,
                                   struct ses_error *error) {
    const char *name = "AWS_STS_REGIONAL_ENDPOINTS";
    struct ses_span value = ses_source_variable(context, name);
    if (value.len == 0) {
        name = "sts_regional_endpoints";
        (void)ses_source_property(context, name, &value);
    }
    *legacy = ses_span_equal_nocase(value, SES_SPAN("legacy"));
    if (value.len > 0 && !*legacy && !ses_span_equal_nocase(value, SES_SPAN("regional")))
        return ses_error_set(error, SES_ERR_INVALID, name, "must be legacy or regional");
    return SES_OK;
}

static bool is_legacy_region(struct ses_span region) {
    for (size_t i = 0; i < sizeof legacy_regions / sizeof *legacy_regions; i++)
        if (ses_span_equal(region, ses_span_from(legacy_regions[i])))
            return true;
    return false;
}

/* Whether the global endpoint is what the settings lead to, unless they name another. */
static enum ses_status choose_global(const struct ses_source_context *context, bool *global,
                                     struct ses_error *error) {
    bool legacy;
    struct ses_span region = context->region;
    enum ses_status status = read_legacy(context, &legacy, error);
    *global = region.len == 0 || ses_span_equal(region, SES_SPAN("aws-global")) ||
              (legacy && is_legacy_region(region));
    return status;
}

enum ses_status ses_sts_endpoint(const struct ses_source_context *context, struct ses_buf *url,
                                 struct ses_span *region, struct ses_error *error) {
    bool global, configured = false;
    enum ses_status status = choose_global(context, &global, error);
    if (status != SES_OK)
        return status;
    *region = context->region;
    if (region->len == 0 || ses_span_equal(*region, SES_SPAN("aws-global")))
        *region = SES_SPAN(GLOBAL_REGION);
    status = ses_source_endpoint(context, &service, *region, url, &configured, error);
    if (status == SES_OK && global && !configured && !context->use_fips &&
        !context->use_dualstack) {
        *region = SES_SPAN(GLOBAL_REGION);
        ses_buf_clear(url);
        if (ses_buf_append_text(url, "https://sts.amazonaws.com") != SES_OK)
            status = SES_ERR_NOMEM;
    }
    if (status == SES_OK && ses_buf_append_char(url, '/') != SES_OK)
        status = SES_ERR_NOMEM;
    if (status == SES_ERR_NOMEM)
        (void)ses_error_set(error, status, NULL, "out of memory");
    return status;
}
