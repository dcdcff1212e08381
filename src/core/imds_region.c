#include "ses/imds_region.h"

#include "imds.h"

#include <stdlib.h>

enum { ATTEMPTS = 3, REGION_MAX = 63, MESSAGE_MAX = 160 };

enum stage { NEW, ASKING, FOUND, FAILED };

struct ses_imds_region {
    struct ses_source_context context;
    struct ses_buf texts[3]; /* profile, config file, credentials file */
    ses_profile *files;
    struct ses_imds imds;
    enum stage stage;
    bool waiting;
    struct ses_buf name;
    struct ses_error failure;
};

enum ses_status ses_imds_region_new(const struct ses_profile_options *profile,
                                    const struct ses_host *host, ses_imds_region **out,
                                    struct ses_error *error) {
    *out = NULL;
    const struct ses_span from[3] = {profile->profile, profile->config_file,
                                     profile->credentials_file};
    ses_imds_region *region = calloc(1, sizeof *region);
    if (region == NULL)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    region->context = (struct ses_source_context){.host = host, .max_attempts = ATTEMPTS};
    for (size_t i = 0; i < 3; i++) {
        if (ses_buf_append(&region->texts[i], from[i]) != SES_OK) {
            ses_imds_region_free(region);
            return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
        }
    }
    *out = region;
    return SES_OK;
}

void ses_imds_region_free(ses_imds_region *region) {
    if (region == NULL)
        return;
    for (size_t i = 0; i < 3; i++)
        ses_buf_free(&region->texts[i]);
    ses_profile_free(region->files);
    ses_imds_close(&region->imds);
    ses_buf_free(&region->name);
    free(region);
}

/* Environment and files are read at the first question, not when the object is made. */
static void begin(ses_imds_region *region) {
    const struct ses_profile_options options = {
        .profile = ses_buf_span(&region->texts[0]),
        .config_file = ses_buf_span(&region->texts[1]),
        .credentials_file = ses_buf_span(&region->texts[2]),
    };
    struct ses_error ignored = {0};
    if (ses_profile_load(&options, region->context.host, &region->files, &ignored) == SES_OK) {
        region->context.files = region->files;
        region->context.profile = ses_profile_name(region->files);
    }
    enum ses_source_result result =
        ses_imds_open(&region->imds, &region->context, &region->failure);
    region->stage = result == SES_SOURCE_EFFECT ? ASKING : FAILED;
}

void ses_imds_region_next(ses_imds_region *region, struct ses_effect *out) {
    *out = (struct ses_effect){.source = SES_CREDENTIALS_IMDS};
    if (region->stage == NEW)
        begin(region);
    if (region->stage == ASKING) {
        if (ses_imds_request(&region->imds, SES_SPAN("/latest/meta-data/placement/region"), out,
                             &region->failure) == SES_OK) {
            region->waiting = true;
            return;
        }
        ses_effect_free(out);
        region->stage = FAILED;
    }
    out->kind = region->stage == FOUND ? SES_EFFECT_DONE : SES_EFFECT_FAILED;
}

/* It becomes part of a host name. */
static bool is_region(struct ses_span text) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
        if (!alnum && (c != '-' || i == 0 || i + 1 == text.len))
            return false;
    }
    return text.len > 0 && text.len <= REGION_MAX;
}

static enum stage read_region(ses_imds_region *region, struct ses_span body) {
    struct ses_span name = ses_span_trim(body);
    if (!is_region(name)) {
        if (ses_imds_try_again(&region->imds))
            return ASKING;
        (void)ses_error_set(&region->failure, SES_ERR_PARSE, "region",
                            "of the instance metadata service is no region's name");
        return FAILED;
    }
    if (ses_buf_append(&region->name, name) == SES_OK)
        return FOUND;
    (void)ses_error_set(&region->failure, SES_ERR_NOMEM, NULL, "out of memory");
    return FAILED;
}

static enum ses_status feed(ses_imds_region *region, const struct ses_source_input *input) {
    struct ses_span body;
    if (!region->waiting)
        return SES_ERR_STATE;
    region->waiting = false;
    switch (ses_imds_feed(&region->imds, input, &body, &region->failure)) {
    case SES_IMDS_AGAIN:
        break;
    case SES_IMDS_ANSWER:
        region->stage = read_region(region, body);
        break;
    case SES_IMDS_ABSENT:
    case SES_IMDS_FAILED:
        region->stage = FAILED;
        break;
    }
    return SES_OK;
}

enum ses_status ses_imds_region_feed_response(ses_imds_region *region,
                                              const ses_http_response *response) {
    return feed(region,
                &(struct ses_source_input){.kind = SES_INPUT_RESPONSE, .response = response});
}

enum ses_status ses_imds_region_feed_failure(ses_imds_region *region, enum ses_status status,
                                             struct ses_span message) {
    char shown[MESSAGE_MAX];
    size_t len = message.len < sizeof shown ? message.len : sizeof shown;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)message.data[i];
        shown[i] = c < ' ' || c == 0x7f ? '?' : message.data[i];
    }
    return feed(region, &(struct ses_source_input){
                            .kind = SES_INPUT_FAILURE,
                            .status = status == SES_OK ? SES_ERR_INTERNAL : status,
                            .message = {shown, len},
                        });
}

enum ses_status ses_imds_region_get(const ses_imds_region *region, struct ses_span *out,
                                    struct ses_error *error) {
    *out = (struct ses_span){NULL, 0};
    if (region->stage == FAILED) {
        if (error != NULL)
            *error = region->failure;
        return region->failure.status;
    }
    if (region->stage != FOUND)
        return ses_error_set(error, SES_ERR_STATE, NULL, "the look-up has not ended");
    *out = ses_buf_span(&region->name);
    return SES_OK;
}
