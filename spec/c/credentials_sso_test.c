#include "resolver_script.h"

#define SOURCES SES_CREDENTIALS_BIT(SES_CREDENTIALS_SSO)
#define CONFIG "/home/ann/.aws/config"
#define CACHE "/home/ann/.aws/sso/cache/"
#define WORK CACHE "e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json" /* of "work" */
#define OLD CACHE "33d5ca4bf3b1a62edb96b47f7c203034a43ac435.json"  /* of the start URL */
#define PROFILE                                                                                    \
    "[default]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = Mail+Sender\n"
#define SESSION                                                                                    \
    "[sso-session work]\nsso_region = eu-west-1\nsso_start_url = https://my.awsapps.com/start\n"
#define LEGACY                                                                                     \
    "[default]\nsso_start_url = https://old.awsapps.com/start\nsso_region = cn-north-1\n"          \
    "sso_account_id = 123456789012\nsso_role_name = Mail\n"
#define CLIENT                                                                                     \
    ",\"clientId\":\"client\",\"clientSecret\":\"hunter-client\",\"registrationExpiresAt\":"       \
    "\"2030-04-01T00:00:00Z\",\"refreshToken\":\"hunter-refresh\"}"
#define LONG "\"expiresAt\":\"2030-03-17T20:00:00Z\""
#define SOON "\"expiresAt\":\"2030-03-17T17:50:00Z\""
#define PAST "\"expiresAt\":\"2030-03-17T17:46:40Z\""
#define TOKEN "{\"accessToken\":\"hunter-access\","
#define GOOD                                                                                       \
    "{\"roleCredentials\":{\"accessKeyId\":\"ASIAS\",\"secretAccessKey\":\"hunter2\","             \
    "\"sessionToken\":\"hunter-token\",\"expiration\":1900003600123}}"
#define FOUND "sso ASIAS hunter2 hunter-token 1900003600 123456789012\n"
#define QUERY "/federation/credentials?role_name=Mail%2BSender&account_id=123456789012"
#define GET_KEYS_BY(token, tail)                                                                   \
    "GET https://portal.sso.eu-west-1.amazonaws.com" QUERY " x-amz-sso_bearer_token=" token tail   \
    "\n"
#define GET_KEYS GET_KEYS_BY("hunter-access", "")
#define POST_WITH(tail)                                                                            \
    "POST https://oidc.eu-west-1.amazonaws.com/token Content-Type=application/json "               \
    "{\"clientId\": \"client\", \"clientSecret\": \"hunter-client\", \"grantType\": "              \
    "\"refresh_token\", \"refreshToken\": \"hunter-refresh\"}" tail "\n"
#define POST POST_WITH("")
#define NEW                                                                                        \
    "{\"accessToken\":\"hunter-new\",\"expiresIn\":3600,\"refreshToken\":\"hunter-next\","         \
    "\"tokenType\":\"Bearer\"}"
#define WHO "IAM Identity Center"
#define LOGIN ": run aws sso login --profile default\n"

static void asks_for_the_role_of_a_login(void) {
    struct script script = {.world = {.files = {CONFIG, PROFILE SESSION, WORK, TOKEN LONG "}"}},
                            .replies = {{200, GOOD}}};
    SCRIPT(&script, SOURCES, GET_KEYS FOUND);
    CHECK(script.world.written[0] == '\0');
}

static void reads_profiles_of_the_old_kind(void) {
    struct script script = {
        .world = {.files = {CONFIG, LEGACY, OLD,
                            TOKEN "\"expiresAt\":\"2030-03-17T17:50:00UTC\"" CLIENT}},
        .replies = {{200, GOOD}}};
    SCRIPT(&script, SOURCES,
           "GET https://portal.sso.cn-north-1.amazonaws.com.cn/federation/credentials"
           "?role_name=Mail&account_id=123456789012 x-amz-sso_bearer_token=hunter-access\n" FOUND);
}

static void goes_where_it_is_told(void) {
    struct script script = {
        .world = {.variables = {"AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:81/",
                                "AWS_ENDPOINT_URL_SSO_OIDC", "http://127.0.0.1:82"},
                  .files = {CONFIG, PROFILE SESSION, WORK, TOKEN SOON CLIENT}},
        .replies = {{200, NEW}, {200, GOOD}}};
    SCRIPT(&script, SOURCES,
           "POST http://127.0.0.1:82/token Content-Type=application/json "
           "{\"clientId\": \"client\", \"clientSecret\": \"hunter-client\", \"grantType\": "
           "\"refresh_token\", \"refreshToken\": \"hunter-refresh\"}\n"
           "GET http://127.0.0.1:81" QUERY " x-amz-sso_bearer_token=hunter-new\n" FOUND);
}

static void tells_what_the_profile_lacks(void) {
    static const struct {
        const char *config, *expected;
    } rows[] = {
        {"[default]\nsso_session = work\n" SESSION,
         "failed: credentials: profile 'default' has neither sso_account_id nor sso_role_name\n"},
        {"[default]\nsso_account_id = 1\n" SESSION,
         "failed: invalid: sso_role_name: is missing in profile 'default', which has "
         "sso_account_id\n"},
        {"[default]\nsso_role_name = x\n" SESSION,
         "failed: invalid: sso_account_id: is missing in profile 'default', which has "
         "sso_role_name\n"},
        {PROFILE, "failed: invalid: sso_start_url: is missing in [sso-session work], or there is "
                  "no such section\n"},
        {PROFILE "[sso-session work]\nsso_start_url = https://x\n",
         "failed: invalid: sso_region: is missing in [sso-session work], or there is no such "
         "section\n"},
        {PROFILE "sso_region = eu-west-2\n" SESSION,
         "failed: invalid: sso_region: differs between profile 'default' and [sso-session work]\n"},
        {"[default]\nsso_account_id = 1\nsso_role_name = x\nsso_region = eu-west-1\n",
         "failed: invalid: sso_start_url: is missing in profile 'default', which has an SSO "
         "role\n"},
        {PROFILE "[sso-session work]\nsso_start_url = https://x\nsso_region = evil.example/\n",
         "failed: invalid: region: must be one such as eu-west-1\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script script = {.world = {.files = {CONFIG, rows[i].config, WORK, TOKEN LONG "}"}}};
        SCRIPT(&script, SOURCES, rows[i].expected);
    }
}

static void tells_when_to_log_in(void) {
    static const struct {
        const char *cache, *expected;
    } rows[] = {
        {"EACCES", "failed: io: " WORK " cannot be read: Permission denied\n"},
        {TOKEN PAST "}", "failed: expired: the SSO login has expired" LOGIN},
        {TOKEN PAST ",\"clientId\":\"c\",\"clientSecret\":\"hunter\",\"refreshToken\":\"r\","
                    "\"registrationExpiresAt\":\"2030-03-01T00:00:00Z\"}",
         "failed: expired: the SSO login has expired" LOGIN},
        {TOKEN PAST ",\"clientId\":\"c\",\"clientSecret\":\"hunter\",\"refreshToken\":\"r\"}",
         "failed: expired: the SSO login has expired" LOGIN},
        {"hunter",
         "failed: parse: the SSO token cache " WORK " is not JSON: byte 1 begins no value\n"},
        {"[]", "failed: parse: the SSO token cache " WORK " has no JSON object\n"},
        {"{" LONG "}", "failed: parse: the SSO token cache " WORK " has no usable accessToken\n"},
        {"{\"accessToken\":\"hunter\\r\\nX: y\"," LONG "}",
         "failed: parse: the SSO token cache " WORK " has no usable accessToken\n"},
        {TOKEN "\"expiresAt\":\"soon\"}",
         "failed: parse: the SSO token cache " WORK " has no usable expiresAt\n"},
        {TOKEN "\"expiresAt\":1900009999}",
         "failed: parse: the SSO token cache " WORK " has no usable expiresAt\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script script = {.world = {.files = {CONFIG, PROFILE SESSION, WORK, rows[i].cache}}};
        SCRIPT(&script, SOURCES, rows[i].expected);
    }
    struct script nobody = {.world = {.files = {CONFIG, PROFILE SESSION}}};
    SCRIPT(&nobody, SOURCES, "failed: credentials: nobody has logged in" LOGIN);
}

static void refreshes_a_token_that_ends_soon(void) {
    struct script script = {.world = {.files = {CONFIG, PROFILE SESSION, WORK, TOKEN SOON CLIENT}},
                            .replies = {{200, NEW}, {200, GOOD}}};
    SCRIPT(&script, SOURCES, POST GET_KEYS_BY("hunter-new", "") FOUND);
    CHECK_SPAN(ses_span_from(script.world.written),
               "{\"startUrl\": \"https://my.awsapps.com/start\", \"region\": \"eu-west-1\", "
               "\"accessToken\": \"hunter-new\", \"expiresAt\": \"2030-03-17T18:46:40Z\", "
               "\"clientId\": \"client\", \"clientSecret\": \"hunter-client\", "
               "\"registrationExpiresAt\": \"2030-04-01T00:00:00Z\", "
               "\"refreshToken\": \"hunter-next\"}");
    struct script unwritten = {
        .world = {.read_only = true, .files = {CONFIG, PROFILE SESSION, WORK, TOKEN PAST CLIENT}},
        .replies = {{500, ""}, {200, NEW}, {200, GOOD}}};
    SCRIPT(&unwritten, SOURCES, POST POST_WITH(" (delayed)") GET_KEYS_BY("hunter-new", "") FOUND);
}

static void goes_on_with_a_token_that_cannot_be_refreshed(void) {
    static const struct reply rows[] = {{400, "{\"error\":\"invalid_grant\"}"},
                                        {200, "{\"accessToken\":\"x\"}"},
                                        {200, "<html>"},
                                        {200, "{\"accessToken\":\"hunter x\",\"expiresIn\":60}"},
                                        {200, "{\"accessToken\":\"x\",\"expiresIn\":-1}"},
                                        {200, "{\"accessToken\":\"x\",\"expiresIn\":"
                                              "9223372036854775807}"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script soon = {
            .world = {.files = {CONFIG, PROFILE SESSION, WORK, TOKEN SOON CLIENT}},
            .replies = {rows[i], {200, GOOD}}};
        SCRIPT(&soon, SOURCES, POST GET_KEYS FOUND);
        struct script past = {
            .world = {.files = {CONFIG, PROFILE SESSION, WORK, TOKEN PAST CLIENT}},
            .replies = {rows[i]}};
        SCRIPT(&past, SOURCES, POST "failed: expired: the SSO login has expired" LOGIN);
        CHECK(soon.world.written[0] == '\0' && past.world.written[0] == '\0');
    }
    struct reply slow = {-SES_ERR_TIMEOUT, "too slow"};
    struct script silent = {.world = {.files = {CONFIG, PROFILE SESSION, WORK, TOKEN SOON CLIENT}},
                            .replies = {slow, slow, slow, {200, GOOD}}};
    SCRIPT(&silent, SOURCES, POST POST_WITH(" (delayed)") POST_WITH(" (delayed)") GET_KEYS FOUND);
}

static void refreshes_a_token_that_is_refused(void) {
    struct script script = {
        .world = {.files = {CONFIG, PROFILE SESSION, WORK, TOKEN LONG CLIENT}},
        .replies = {{401, "{\"message\":\"hunter\"}"}, {200, NEW}, {200, GOOD}}};
    SCRIPT(&script, SOURCES, GET_KEYS POST GET_KEYS_BY("hunter-new", "") FOUND);
    struct script twice = {.world = {.files = {CONFIG, PROFILE SESSION, WORK, TOKEN LONG CLIENT}},
                           .replies = {{401, ""}, {200, NEW}, {401, ""}}};
    SCRIPT(&twice, SOURCES,
           GET_KEYS POST GET_KEYS_BY("hunter-new",
                                     "") "failed: expired: the SSO login was not accepted" LOGIN);
    struct script refused = {.world = {.files = {CONFIG, PROFILE SESSION, WORK, TOKEN LONG CLIENT}},
                             .replies = {{401, ""}, {400, ""}}};
    SCRIPT(&refused, SOURCES,
           GET_KEYS POST "failed: expired: the SSO login was not accepted" LOGIN);
    struct script plain = {.world = {.files = {CONFIG, PROFILE SESSION, WORK, TOKEN LONG "}"}},
                           .replies = {{401, ""}}};
    SCRIPT(&plain, SOURCES, GET_KEYS "failed: expired: the SSO login was not accepted" LOGIN);
}

/* Another program has refreshed the login meanwhile: ours is void, its token is in the file. */
static void takes_the_token_that_another_program_got(void) {
    struct script script = {.world = {.files = {CONFIG, PROFILE SESSION, WORK, TOKEN PAST CLIENT}}};
    struct ses_host host = world_host(&script.world);
    const struct ses_credentials_resolver_options options = {.sources = SOURCES};
    ses_credentials_resolver *resolver = NULL;
    struct ses_effect effect;
    struct reply refusal = {400, "{\"error\":\"invalid_grant\"}"};
    struct ses_buf log;
    ses_buf_init(&log);
    CHECK(ses_credentials_resolver_new(&options, &host, &resolver, NULL) == SES_OK);
    ses_credentials_resolver_next(resolver, NOW, &effect);
    ses_effect_free(&effect);
    script.world.files[3] = "{\"accessToken\":\"hunter-theirs\"," LONG "}";
    script_feed(resolver, &refusal);
    ses_credentials_resolver_next(resolver, NOW, &effect);
    CHECK(effect.kind == SES_EFFECT_HTTP);
    script_log_request(&log, &effect);
    CHECK_SPAN(ses_buf_span(&log), GET_KEYS_BY("hunter-theirs", ""));
    ses_effect_free(&effect);
    ses_credentials_resolver_free(resolver);
    ses_buf_free(&log);
}

static void tries_again_what_may_pass(void) {
    struct script script = {.world = {.files = {CONFIG, PROFILE SESSION, WORK, TOKEN LONG "}"}},
                            .replies = {{503, ""}, {200, "{\"roleCredentials\":"}, {200, GOOD}}};
    SCRIPT(&script, SOURCES,
           GET_KEYS GET_KEYS_BY("hunter-access", " (delayed)")
               GET_KEYS_BY("hunter-access", " (delayed)") FOUND);
}

static void tells_why_there_are_no_credentials(void) {
    static const struct {
        struct reply reply;
        bool again;
        const char *expected;
    } rows[] = {
        {{404, "hunter"}, false, "credentials: " WHO " answered 404\n"},
        {{403, "{\"message\":\"hunter\",\"__type\":\"com.amazonaws.switchboard.portal#"
               "ForbiddenException\"}"},
         false,
         "credentials: " WHO " answered 403 (ForbiddenException)\n"},
        {{500, ""}, true, "credentials: " WHO " answered 500\n"},
        {{-SES_ERR_NETWORK, "connection reset"},
         true,
         "network: " WHO " gave no answer: connection reset\n"},
        {{200, "{}"},
         true,
         "parse: " WHO " gave an answer that has no JSON object with credentials\n"},
        {{200, "{\"roleCredentials\":{\"accessKeyId\":\"A\",\"secretAccessKey\":7}}"},
         true,
         "parse: secretAccessKey: in the answer of " WHO " is no string\n"},
        {{200, "{\"roleCredentials\":{\"accessKeyId\":\"A\",\"secretAccessKey\":\"hunter\","
               "\"sessionToken\":\"t\",\"expiration\":1900000000000}}"},
         false,
         "expired: " WHO " gave credentials that have expired\n"},
        {{200, "{\"roleCredentials\":{\"accessKeyId\":\"A/\",\"secretAccessKey\":\"hunter\","
               "\"sessionToken\":\"t\",\"expiration\":1900003600000}}"},
         false,
         "invalid: accessKeyId: in the answer of " WHO " holds one of / , =\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script script = {.world = {.files = {CONFIG, PROFILE SESSION, WORK, TOKEN LONG "}"}},
                                .replies = {rows[i].reply}};
        char expected[1024];
        if (rows[i].again)
            script.replies[1] = script.replies[2] = rows[i].reply;
        (void)snprintf(expected, sizeof expected, "%s%sfailed: %s", GET_KEYS,
                       rows[i].again ? GET_KEYS_BY("hunter-access", " (delayed)")
                                           GET_KEYS_BY("hunter-access", " (delayed)")
                                     : "",
                       rows[i].expected);
        SCRIPT(&script, SOURCES, expected);
    }
}

int main(void) {
    RUN(asks_for_the_role_of_a_login);
    RUN(reads_profiles_of_the_old_kind);
    RUN(goes_where_it_is_told);
    RUN(tells_what_the_profile_lacks);
    RUN(tells_when_to_log_in);
    RUN(refreshes_a_token_that_ends_soon);
    RUN(goes_on_with_a_token_that_cannot_be_refreshed);
    RUN(refreshes_a_token_that_is_refused);
    RUN(takes_the_token_that_another_program_got);
    RUN(tries_again_what_may_pass);
    RUN(tells_why_there_are_no_credentials);
    return check_done();
}
