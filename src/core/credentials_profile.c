/* The source "profile" of ses/credentials.h. */
#include "credentials_source.h"

#include <stdio.h>

/* One of the two files of a profile. */
struct place {
    const ses_profile_file *file;
    struct ses_span path;
    struct ses_span profile;
};

static bool property(const struct place *place, const char *key, struct ses_span *value) {
    return ses_profile_get(place->file, SES_SECTION_PROFILE, place->profile, ses_span_from(key),
                           value) &&
           value->len > 0;
}

static int width(struct ses_span text, int most) {
    return text.len > (size_t)most ? most : (int)text.len;
}

static enum ses_status from_place(const struct place *place, struct ses_credentials_options options,
                                  ses_credentials **out, struct ses_error *error) {
    if (!property(place, "aws_secret_access_key", &options.secret_access_key))
        return ses_error_set(error, SES_ERR_INVALID, "aws_secret_access_key",
                             "is missing in profile '%.*s' of %.*s, which has aws_access_key_id",
                             width(place->profile, 64), place->profile.data,
                             width(place->path, 120), place->path.data);
    if (!property(place, "aws_session_token", &options.session_token))
        (void)property(place, "aws_security_token", &options.session_token);
    struct ses_error found = {0};
    enum ses_status status = ses_credentials_new(&options, out, &found);
    if (status == SES_OK || found.field[0] == '\0')
        return status == SES_OK ? status : ses_error_set(error, status, NULL, "%s", found.message);
    char field[sizeof found.field];
    (void)snprintf(field, sizeof field, "aws_%.59s", found.field);
    return ses_error_set(error, status, field, "%.100s (profile '%.*s' of %.*s)", found.message,
                         width(place->profile, 64), place->profile.data, width(place->path, 120),
                         place->path.data);
}

/* The static keys of such a profile are another identity than the one that it asks for. */
static const char *unsupported(const struct place *place) {
    static const char *const keys[] = {"role_arn", "web_identity_token_file", "sso_session",
                                       "sso_account_id", "credential_process"};
    struct ses_span value;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (property(place, keys[i], &value))
            return keys[i];
    return NULL;
}

static enum ses_status refuse(const struct place *place, const char *key, struct ses_error *error) {
    return ses_error_set(error, SES_ERR_CREDENTIALS, key,
                         "in profile '%.*s' of %.*s is not supported by this version",
                         width(place->profile, 64), place->profile.data, width(place->path, 120),
                         place->path.data);
}

enum ses_status ses_credentials_from_profile(const ses_profile *profile, ses_credentials **out,
                                             struct ses_error *error) {
    *out = NULL;
    struct ses_span name = ses_profile_name(profile);
    const struct place places[] = {
        {ses_profile_credentials(profile), ses_profile_credentials_path(profile), name},
        {ses_profile_config(profile), ses_profile_config_path(profile), name},
    };
    struct ses_credentials_options options = {.source = SES_CREDENTIALS_PROFILE};
    /* As in the SDKs a role outranks keys, and keys outrank what else yields credentials. */
    struct ses_span role;
    for (size_t i = 0; i < 2; i++)
        if (property(&places[i], "role_arn", &role))
            return refuse(&places[i], "role_arn", error);
    for (size_t i = 0; i < 2; i++)
        if (property(&places[i], "aws_access_key_id", &options.access_key_id))
            return from_place(&places[i], options, out, error);
    for (size_t i = 0; i < 2; i++) {
        const char *key = unsupported(&places[i]);
        if (key != NULL)
            return refuse(&places[i], key, error);
    }
    const char *how = ses_profile_exists(profile) ? "has no aws_access_key_id in" : "is in neither";
    return ses_error_set(error, SES_ERR_CREDENTIALS, NULL, "profile '%.*s' %s %.*s %s %.*s",
                         width(name, 64), name.data, how, width(places[0].path, 75),
                         places[0].path.data, ses_profile_exists(profile) ? "or" : "nor",
                         width(places[1].path, 75), places[1].path.data);
}

/* The state of the source is the credentials themselves. */
static enum ses_source_result open_source(const struct ses_source_context *context, double now,
                                          void **state, struct ses_error *error) {
    (void)now;
    ses_credentials *found;
    enum ses_status status = ses_credentials_from_profile(context->files, &found, error);
    *state = found;
    if (status == SES_OK)
        return SES_SOURCE_EFFECT;
    return status == SES_ERR_CREDENTIALS ? SES_SOURCE_NOTHING : SES_SOURCE_FAILED;
}

static enum ses_source_result next(void *state, double now, struct ses_effect *effect,
                                   ses_credentials **credentials, struct ses_error *error) {
    (void)now;
    (void)effect;
    (void)error;
    *credentials = ses_credentials_retain(state);
    return SES_SOURCE_DONE;
}

static void release(void *state) {
    ses_credentials_free(state);
}

const struct ses_source_class ses_source_profile = {.source = SES_CREDENTIALS_PROFILE,
                                                    .files = SES_FILES_NEEDED,
                                                    .open = open_source,
                                                    .next = next,
                                                    .free = release};
