#include "check.h"
#include "ses/credentials.h"
#include "ses/secret.h"

/* A host that holds its variables and files in memory: names and values by turns. */
struct world {
    const char *variables[16];
    const char *files[8];
};

static const char *find(const char *const *pairs, const char *name) {
    for (size_t i = 0; pairs[i] != NULL; i += 2)
        if (strcmp(pairs[i], name) == 0)
            return pairs[i + 1];
    return NULL;
}

static const char *world_getenv(void *context, const char *name) {
    return find(((struct world *)context)->variables, name);
}

static enum ses_status world_home(void *context, struct ses_buf *out) {
    (void)context;
    return ses_buf_append_text(out, "/home/ann");
}

static enum ses_status world_read(void *context, const char *path, struct ses_buf *out,
                                  struct ses_error *error) {
    const char *text = find(((struct world *)context)->files, path);
    if (text == NULL)
        return ses_error_set(error, SES_ERR_NOT_FOUND, NULL, "%s does not exist", path);
    if (strcmp(text, "EACCES") == 0)
        return ses_error_set(error, SES_ERR_IO, NULL, "%s cannot be read: Permission denied", path);
    return ses_buf_append_text(out, text);
}

static struct ses_host host_of(struct world *world) {
    return (struct ses_host){
        .context = world, .getenv = world_getenv, .home = world_home, .read_file = world_read};
}

static void check_found(const ses_credentials *found, const char *id, const char *secret,
                        const char *token, const char *source) {
    CHECK(found != NULL);
    if (found == NULL)
        return;
    CHECK_SPAN(ses_credentials_access_key_id(found), id);
    CHECK_SPAN(ses_credentials_secret(found), secret);
    CHECK_SPAN(ses_credentials_session_token(found), token);
    CHECK(strcmp(ses_credentials_source_name(ses_credentials_source(found)), source) == 0);
}

static void keeps_explicit_ones(void) {
    ses_credentials *found = NULL;
    struct ses_credentials_options options = {.access_key_id = SES_SPAN("AKID"),
                                              .secret_access_key = SES_SPAN("s/+="),
                                              .session_token = SES_SPAN("tok")};
    CHECK(ses_credentials_new(&options, &found, NULL) == SES_OK);
    check_found(found, "AKID", "s/+=", "tok", "static");
    ses_credentials_free(found);
    options.session_token.len = 0;
    CHECK(ses_credentials_new(&options, &found, NULL) == SES_OK);
    check_found(found, "AKID", "s/+=", "", "static");
    ses_credentials_free(found);
    ses_credentials_free(NULL);
}

static void refuses_parts_that_cannot_be_right(void) {
    static const struct {
        const char *id, *secret, *token, *field;
    } rows[] = {
        {"", "s", "", "access_key_id"},
        {"A B", "s", "", "access_key_id"},
        {"A/B", "s", "", "access_key_id"},
        {"A,B", "s", "", "access_key_id"},
        {"AKID\n", "s", "", "access_key_id"},
        {"AKID", "", "", "secret_access_key"},
        {"AKID", "hunter2\n", "", "secret_access_key"},
        {"AKID", "s", "hunter2\r\nX: y", "session_token"},
        {"AKID", "s", "hunter 2", "session_token"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ses_credentials *found = NULL;
        struct ses_error error = {0};
        struct ses_credentials_options options = {.access_key_id = ses_span_from(rows[i].id),
                                                  .secret_access_key =
                                                      ses_span_from(rows[i].secret),
                                                  .session_token = ses_span_from(rows[i].token)};
        CHECK(ses_credentials_new(&options, &found, &error) == SES_ERR_INVALID);
        CHECK(found == NULL);
        CHECK(strcmp(error.field, rows[i].field) == 0);
        CHECK(strstr(error.message, "hunter") == NULL);
    }
}

static void are_counted_and_may_expire(void) {
    ses_credentials *found = NULL;
    struct ses_error error = {0};
    struct ses_credentials_options options = {.access_key_id = SES_SPAN("AKID"),
                                              .secret_access_key = SES_SPAN("s"),
                                              .source = SES_CREDENTIALS_CUSTOM,
                                              .expiration = INT64_C(4102444800),
                                              .account_id = SES_SPAN("123456789012")};
    CHECK(ses_credentials_new(&options, &found, NULL) == SES_OK);
    CHECK(ses_credentials_retain(found) == found);
    ses_credentials_free(found);
    check_found(found, "AKID", "s", "", "custom");
    CHECK(ses_credentials_expiration(found) == INT64_C(4102444800));
    CHECK_SPAN(ses_credentials_account_id(found), "123456789012");
    ses_credentials_free(found);
    CHECK(ses_credentials_retain(NULL) == NULL);
    options.account_id = SES_SPAN("12345678901x");
    CHECK(ses_credentials_new(&options, &found, &error) == SES_ERR_INVALID);
    CHECK(strcmp(error.field, "account_id") == 0);
    options.account_id.len = 0;
    options.expiration = -1;
    CHECK(ses_credentials_new(&options, &found, &error) == SES_ERR_RANGE);
    CHECK(strcmp(error.field, "expiration") == 0);
}

static void takes_the_account_of_the_environment(void) {
    ses_credentials *found = NULL;
    struct world world = {.variables = {"AWS_ACCESS_KEY_ID", "AKID", "AWS_SECRET_ACCESS_KEY", "s",
                                        "AWS_ACCOUNT_ID", "123456789012"}};
    struct ses_host host = host_of(&world);
    CHECK(ses_credentials_from_environment(&host, &found, NULL) == SES_OK);
    CHECK_SPAN(ses_credentials_account_id(found), "123456789012");
    ses_credentials_free(found);
    /* Programs have a use of their own for such a name. */
    world.variables[5] = "1234-5678-9012";
    CHECK(ses_credentials_from_environment(&host, &found, NULL) == SES_OK);
    CHECK(ses_credentials_account_id(found).len == 0);
    ses_credentials_free(found);
}

static void reads_the_environment(void) {
    ses_credentials *found = NULL;
    struct ses_error error = {0};
    struct world world = {.variables = {"AWS_ACCESS_KEY_ID", "AKID", "AWS_SECRET_ACCESS_KEY", "s",
                                        "AWS_SECURITY_TOKEN", "old", "AWS_SESSION_TOKEN", "tok"}};
    struct ses_host host = host_of(&world);
    CHECK(ses_credentials_from_environment(&host, &found, NULL) == SES_OK);
    check_found(found, "AKID", "s", "tok", "environment");
    ses_credentials_free(found);
    world.variables[7] = "";
    CHECK(ses_credentials_from_environment(&host, &found, NULL) == SES_OK);
    check_found(found, "AKID", "s", "old", "environment");
    ses_credentials_free(found);
    world.variables[3] = "";
    CHECK(ses_credentials_from_environment(&host, &found, &error) == SES_ERR_INVALID);
    CHECK(strcmp(error.field, "AWS_SECRET_ACCESS_KEY") == 0);
    world.variables[3] = "hunter2\x01";
    CHECK(ses_credentials_from_environment(&host, &found, &error) == SES_ERR_INVALID);
    CHECK(strcmp(error.field, "AWS_SECRET_ACCESS_KEY") == 0);
    CHECK(strstr(error.message, "hunter") == NULL);
    world.variables[1] = "";
    CHECK(ses_credentials_from_environment(&host, &found, &error) == SES_ERR_CREDENTIALS);
    CHECK(strcmp(error.field, "AWS_ACCESS_KEY_ID") == 0);
    CHECK(found == NULL);
}

static enum ses_status from_profile(struct world *world, const char *name, ses_credentials **out,
                                    struct ses_error *error) {
    struct ses_host host = host_of(world);
    struct ses_profile_options options = {.profile = ses_span_from(name)};
    ses_profile *profile = NULL;
    *out = NULL;
    enum ses_status status = ses_profile_load(&options, &host, &profile, error);
    if (status == SES_OK)
        status = ses_credentials_from_profile(profile, out, error);
    ses_profile_free(profile);
    return status;
}

#define CREDENTIALS_TEXT                                                                           \
    "[default]\naws_access_key_id = CRED\naws_secret_access_key = a/b+c=\n"                        \
    "[half]\naws_access_key_id = HALF\n"                                                           \
    "[bad]\naws_access_key_id = BAD\naws_secret_access_key = hunter2\n  3\n"
#define CONFIG_TEXT                                                                                \
    "[default]\naws_access_key_id = CONF\naws_secret_access_key = c\naws_session_token = no\n"     \
    "[profile only]\naws_access_key_id = ONLY\naws_secret_access_key = o\naws_session_token = t\n" \
    "aws_account_id = 123456789012\n"                                                              \
    "[profile empty]\nregion = eu-west-1\n[profile role]\nrole_arn = arn:x\n"                      \
    "aws_access_key_id = ROLE\naws_secret_access_key = r\n[profile sso]\nsso_session = x\n"

static void reads_a_profile_of_either_file(void) {
    ses_credentials *found = NULL;
    struct world world = {.files = {"/home/ann/.aws/credentials", CREDENTIALS_TEXT,
                                    "/home/ann/.aws/config", CONFIG_TEXT, "/other",
                                    "[only]\naws_access_key_id = O\naws_secret_access_key=p"}};
    CHECK(from_profile(&world, NULL, &found, NULL) == SES_OK);
    check_found(found, "CRED", "a/b+c=", "", "profile");
    ses_credentials_free(found);
    CHECK(from_profile(&world, "only", &found, NULL) == SES_OK);
    check_found(found, "ONLY", "o", "t", "profile");
    CHECK_SPAN(ses_credentials_account_id(found), "123456789012");
    ses_credentials_free(found);
    world.variables[0] = "AWS_DEFAULT_PROFILE";
    world.variables[1] = "only";
    world.variables[2] = "AWS_SHARED_CREDENTIALS_FILE";
    world.variables[3] = "/other";
    CHECK(from_profile(&world, NULL, &found, NULL) == SES_OK);
    check_found(found, "O", "p", "", "profile");
    ses_credentials_free(found);
}

static void says_why_a_profile_has_none(void) {
    static const struct {
        const char *profile;
        enum ses_status status;
        const char *field, *message;
    } rows[] = {
        {"half", SES_ERR_INVALID, "aws_secret_access_key", "is missing in profile 'half'"},
        {"bad", SES_ERR_INVALID, "aws_secret_access_key", "(profile 'bad' of /home/ann/.aws/cre"},
        {"empty", SES_ERR_CREDENTIALS, "", "profile 'empty' has no aws_access_key_id in /home"},
        {"role", SES_ERR_CREDENTIALS, "role_arn", "asks for what a resolver alone can do"},
        {"sso", SES_ERR_CREDENTIALS, "sso_session", "asks for what a resolver alone can do"},
        {"nobody", SES_ERR_NOT_FOUND, "profile", "'nobody' is in neither /home/ann/.aws/config"},
    };
    struct world world = {.files = {"/home/ann/.aws/credentials", CREDENTIALS_TEXT,
                                    "/home/ann/.aws/config", CONFIG_TEXT}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ses_credentials *found = NULL;
        struct ses_error error = {0};
        CHECK(from_profile(&world, rows[i].profile, &found, &error) == rows[i].status);
        CHECK(found == NULL);
        CHECK(strcmp(error.field, rows[i].field) == 0);
        CHECK(strstr(error.message, rows[i].message) != NULL);
        CHECK(strstr(error.message, "hunter") == NULL);
    }
}

static void names_a_file_that_cannot_be_used(void) {
    ses_credentials *found = NULL;
    struct ses_error error = {0};
    struct world world = {.files = {"/home/ann/.aws/config", "[default]\nhunter2\n"}};
    CHECK(from_profile(&world, NULL, &found, &error) == SES_ERR_PARSE);
    CHECK(strcmp(error.message, "/home/ann/.aws/config: line 2 has no '='") == 0);
    world.files[1] = "EACCES";
    CHECK(from_profile(&world, NULL, &found, &error) == SES_ERR_IO);
    CHECK(strstr(error.message, "/home/ann/.aws/config") != NULL);
}

int main(void) {
    RUN(keeps_explicit_ones);
    RUN(refuses_parts_that_cannot_be_right);
    RUN(are_counted_and_may_expire);
    RUN(reads_the_environment);
    RUN(takes_the_account_of_the_environment);
    RUN(reads_a_profile_of_either_file);
    RUN(says_why_a_profile_has_none);
    RUN(names_a_file_that_cannot_be_used);
    return check_done();
}
