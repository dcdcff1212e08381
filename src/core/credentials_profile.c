/* The static keys of a profile. */
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
    struct ses_span account;
    if (property(place, "aws_account_id", &account))
        options.account_id = ses_source_account_id(account);
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
                         "in profile '%.*s' of %.*s asks for what a resolver alone can do",
                         width(place->profile, 64), place->profile.data, width(place->path, 120),
                         place->path.data);
}

static enum ses_status no_keys(const ses_profile *files, struct ses_span name,
                               struct ses_error *error) {
    bool exists = ses_profile_has(ses_profile_config(files), SES_SECTION_PROFILE, name) ||
                  ses_profile_has(ses_profile_credentials(files), SES_SECTION_PROFILE, name);
    struct ses_span credentials = ses_profile_credentials_path(files);
    struct ses_span config = ses_profile_config_path(files);
    return ses_error_set(
        error, SES_ERR_CREDENTIALS, NULL, "profile '%.*s' %s %.*s %s %.*s", width(name, 64),
        name.data, exists ? "has no aws_access_key_id in" : "is in neither", width(credentials, 75),
        credentials.data, exists ? "or" : "nor", width(config, 75), config.data);
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
    return no_keys(profile, name, error);
}

enum ses_status ses_source_file_keys(const struct ses_source_context *context,
                                     enum ses_profile_kind kind, ses_credentials **out,
                                     struct ses_error *error) {
    *out = NULL;
    bool config = kind == SES_PROFILE_CONFIG;
    const struct place place = {
        .file =
            config ? ses_profile_config(context->files) : ses_profile_credentials(context->files),
        .path = config ? ses_profile_config_path(context->files)
                       : ses_profile_credentials_path(context->files),
        .profile = context->profile,
    };
    struct ses_credentials_options options = {.source = SES_CREDENTIALS_PROFILE};
    if (!property(&place, "aws_access_key_id", &options.access_key_id))
        return no_keys(context->files, context->profile, error);
    return from_place(&place, options, out, error);
}
