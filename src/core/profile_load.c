/* The part of ses/profile.h that finds and reads the two files through a host. */
#include "ses/profile.h"

#include <stdlib.h>
#include <string.h>

struct ses_profile {
    struct ses_buf name;
    struct ses_buf paths[2]; /* of the config and of the credentials file, each ending in NUL */
    ses_profile_file *files[2];
};

static const struct {
    const char *variable;
    const char *fallback;
} where[2] = {
    [SES_PROFILE_CONFIG] = {"AWS_CONFIG_FILE", "~/.aws/config"},
    [SES_PROFILE_CREDENTIALS] = {"AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"},
};

/* The SDKs take a variable that is set to nothing as not set. */
static struct ses_span environment(const struct ses_host *host, const char *name) {
    return ses_span_from(host->getenv(host->context, name));
}

/* `*by_name`: somebody asked for this very profile, so that its absence is a mistake. */
static struct ses_span choose_name(struct ses_span given, const struct ses_host *host,
                                   bool *by_name) {
    *by_name = true;
    if (given.len == 0)
        given = environment(host, "AWS_PROFILE");
    if (given.len == 0)
        given = environment(host, "AWS_DEFAULT_PROFILE");
    if (given.len > 0)
        return given;
    *by_name = false;
    return SES_SPAN("default");
}

static enum ses_status choose_path(struct ses_span given, enum ses_profile_kind kind,
                                   const struct ses_host *host, struct ses_buf *out) {
    if (given.len == 0)
        given = environment(host, where[kind].variable);
    if (given.len == 0)
        given = ses_span_from(where[kind].fallback);
    enum ses_status status = SES_OK;
    if (memchr(given.data, '\0', given.len) != NULL)
        return SES_ERR_INVALID;
    if (given.data[0] == '~' && (given.len == 1 || given.data[1] == '/')) {
        status = host->home(host->context, out);
        given.data++;
        given.len--;
    }
    if (status == SES_OK)
        status = ses_buf_append(out, given);
    if (status == SES_OK)
        status = ses_buf_append_char(out, '\0');
    return status;
}

/* Puts the file's name before what the parser found wrong with it. */
static enum ses_status blame(const char *path, enum ses_status status,
                             const struct ses_error *found, struct ses_error *error) {
    return ses_error_set(error, status, NULL, "%s: %s", path, found->message);
}

static enum ses_status load_file(ses_profile *profile, enum ses_profile_kind kind,
                                 const struct ses_host *host, struct ses_error *error) {
    const char *path = profile->paths[kind].data;
    struct ses_buf text;
    ses_buf_init_secret(&text);
    struct ses_error found = {0};
    enum ses_status status = host->read_file(host->context, path, &text, error);
    if (status == SES_ERR_NOT_FOUND) {
        status = SES_OK;
    } else if (status == SES_OK) {
        status = ses_profile_parse(ses_buf_span(&text), kind, &profile->files[kind], &found);
        if (status != SES_OK)
            (void)blame(path, status, &found, error);
    }
    ses_buf_free(&text);
    return status;
}

static enum ses_status load_kind(ses_profile *profile, enum ses_profile_kind kind,
                                 struct ses_span given, const struct ses_host *host,
                                 struct ses_error *error) {
    enum ses_status status = choose_path(given, kind, host, &profile->paths[kind]);
    /* Without a home directory there is no default file, which is no fault. */
    if (status == SES_ERR_NOT_FOUND) {
        ses_buf_clear(&profile->paths[kind]);
        return SES_OK;
    }
    if (status == SES_ERR_INVALID)
        return ses_error_set(error, status,
                             kind == SES_PROFILE_CONFIG ? "config_file" : "credentials_file",
                             "holds a NUL");
    if (status != SES_OK)
        return ses_error_set(error, status, NULL, "out of memory");
    return load_file(profile, kind, host, error);
}

static enum ses_status fill(ses_profile *profile, const struct ses_profile_options *options,
                            const struct ses_host *host, struct ses_error *error) {
    bool by_name;
    struct ses_span name = choose_name(options->profile, host, &by_name);
    if (ses_buf_append(&profile->name, name) != SES_OK)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    enum ses_status status =
        load_kind(profile, SES_PROFILE_CONFIG, options->config_file, host, error);
    if (status == SES_OK)
        status =
            load_kind(profile, SES_PROFILE_CREDENTIALS, options->credentials_file, host, error);
    if (status == SES_OK && by_name && !ses_profile_exists(profile))
        return ses_error_set(error, SES_ERR_NOT_FOUND, "profile", "'%.*s' is in neither %s nor %s",
                             name.len > 64 ? 64 : (int)name.len, name.data,
                             ses_profile_config_path(profile).data,
                             ses_profile_credentials_path(profile).data);
    return status;
}

enum ses_status ses_profile_load(const struct ses_profile_options *options,
                                 const struct ses_host *host, ses_profile **out,
                                 struct ses_error *error) {
    *out = NULL;
    ses_profile *profile = calloc(1, sizeof *profile);
    if (profile == NULL)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    enum ses_status status = fill(profile, options, host, error);
    if (status != SES_OK) {
        ses_profile_free(profile);
        return status;
    }
    *out = profile;
    return SES_OK;
}

void ses_profile_free(ses_profile *profile) {
    if (profile == NULL)
        return;
    ses_buf_free(&profile->name);
    for (size_t i = 0; i < 2; i++) {
        ses_buf_free(&profile->paths[i]);
        ses_profile_file_free(profile->files[i]);
    }
    free(profile);
}

struct ses_span ses_profile_name(const ses_profile *profile) {
    return ses_buf_span(&profile->name);
}

bool ses_profile_exists(const ses_profile *profile) {
    struct ses_span name = ses_profile_name(profile);
    return ses_profile_has(profile->files[SES_PROFILE_CONFIG], SES_SECTION_PROFILE, name) ||
           ses_profile_has(profile->files[SES_PROFILE_CREDENTIALS], SES_SECTION_PROFILE, name);
}

const ses_profile_file *ses_profile_config(const ses_profile *profile) {
    return profile->files[SES_PROFILE_CONFIG];
}

const ses_profile_file *ses_profile_credentials(const ses_profile *profile) {
    return profile->files[SES_PROFILE_CREDENTIALS];
}

/* Where no home directory is known, "~" stands in the path as it would be written. */
static struct ses_span shown_path(const ses_profile *profile, enum ses_profile_kind kind) {
    if (profile->paths[kind].len == 0)
        return ses_span_from(where[kind].fallback);
    return (struct ses_span){profile->paths[kind].data, profile->paths[kind].len - 1};
}

struct ses_span ses_profile_config_path(const ses_profile *profile) {
    return shown_path(profile, SES_PROFILE_CONFIG);
}

struct ses_span ses_profile_credentials_path(const ses_profile *profile) {
    return shown_path(profile, SES_PROFILE_CREDENTIALS);
}
