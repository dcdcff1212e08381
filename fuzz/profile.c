/* The shared config and credentials files: any bytes. A NUL parts the config file from the
 * credentials file. */
#include "fuzz.h"

struct files {
    struct ses_span config;
    struct ses_span credentials;
};

static const char *no_variable(void *context, const char *name) {
    (void)context, (void)name;
    return NULL;
}

static enum ses_status no_home(void *context, struct ses_buf *out) {
    (void)context, (void)out;
    return SES_ERR_NOT_FOUND;
}

static enum ses_status read_file(void *context, const char *path, struct ses_buf *out,
                                 struct ses_error *error) {
    const struct files *files = context;
    (void)error;
    return ses_buf_append(out, strcmp(path, "config") == 0 ? files->config : files->credentials);
}

static bool is_within(struct ses_span part, struct ses_span whole) {
    return part.len <= whole.len;
}

static void walk_block(const ses_profile_file *file, enum ses_profile_section section,
                       struct ses_span name, const struct ses_profile_property *block,
                       struct ses_span text) {
    size_t cursor = 0;
    struct ses_profile_property inner;
    struct ses_span value;
    while (ses_profile_next_nested(file, block, &cursor, &inner)) {
        REQUIRE(inner.key.len > 0 && is_within(inner.key, text) && is_within(inner.value, text));
        (void)ses_profile_is_secret(inner.key);
        (void)ses_profile_get_nested(file, section, name, block->key, inner.key, &value);
    }
}

static void walk(const ses_profile_file *file, enum ses_profile_section section,
                 struct ses_span name, struct ses_span text) {
    size_t cursor = 0;
    struct ses_profile_property property;
    struct ses_span value;
    while (ses_profile_next(file, section, name, &cursor, &property)) {
        REQUIRE(property.key.len > 0 && is_within(property.value, text));
        REQUIRE(ses_profile_has(file, section, name));
        REQUIRE(ses_profile_get(file, section, name, property.key, &value));
        (void)ses_profile_is_secret(property.key);
        walk_block(file, section, name, &property, text);
    }
}

static void parse(struct ses_span text, enum ses_profile_kind kind) {
    static const char *const names[] = {"default", "x", "dev", "a b", ""};
    ses_profile_file *file = NULL;
    struct ses_error error = {0};
    enum ses_status status = ses_profile_parse(text, kind, &file, &error);
    REQUIRE((status == SES_OK) == (file != NULL));
    require_error(status, &error);
    for (size_t i = 0; status == SES_OK && i < sizeof names / sizeof *names; i++) {
        walk(file, SES_SECTION_PROFILE, ses_span_from(names[i]), text);
        walk(file, SES_SECTION_SSO_SESSION, ses_span_from(names[i]), text);
        walk(file, SES_SECTION_SERVICES, ses_span_from(names[i]), text);
    }
    ses_profile_file_free(file);
}

static void load(struct files *files) {
    const struct ses_host host = {
        .context = files, .getenv = no_variable, .home = no_home, .read_file = read_file};
    const struct ses_profile_options options = {.config_file = SES_SPAN("config"),
                                                .credentials_file = SES_SPAN("credentials")};
    ses_profile *profile = NULL;
    ses_credentials *credentials = NULL;
    struct ses_error error = {0};
    enum ses_status status = ses_profile_load(&options, &host, &profile, &error);
    require_error(status, &error);
    if (status == SES_OK) {
        status = ses_credentials_from_profile(profile, &credentials, &error);
        require_error(status, &error);
    }
    ses_credentials_free(credentials);
    ses_profile_free(profile);
}

/* The command of a credential_process. */
static void split(struct ses_span text) {
    struct ses_buf words;
    size_t count = 0, ends = 0;
    struct ses_error error = {0};
    ses_buf_init_secret(&words);
    enum ses_status status = ses_process_split(text, &words, &count, &error);
    require_error(status, &error);
    for (size_t i = 0; i < words.len; i++)
        ends += words.data[i] == '\0';
    REQUIRE(status != SES_OK || (count > 0 && ends == count));
    ses_buf_free(&words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ses_span rest = {(const char *)data, size};
    parse(rest, SES_PROFILE_CONFIG);
    parse(rest, SES_PROFILE_CREDENTIALS);
    split(rest);
    struct files files;
    files.config = ses_span_split(&rest, '\0');
    files.credentials = rest;
    load(&files);
    return 0;
}
