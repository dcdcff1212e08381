#include "resolver_script.h"
#include "ses/sigv4_verify.h"

#define BIT SES_CREDENTIALS_BIT
#define PROFILE BIT(SES_CREDENTIALS_PROFILE)
#define WEB_IDENTITY BIT(SES_CREDENTIALS_WEB_IDENTITY)
#define CONFIG "/home/ann/.aws/config"
#define CREDENTIALS "/home/ann/.aws/credentials"
#define BASE "aws_access_key_id=AKIABASE\naws_secret_access_key=hunter0hunter0\n"
#define ENVIRONMENT "AWS_ACCESS_KEY_ID", "AKIAENV", "AWS_SECRET_ACCESS_KEY", "hunter-env"

#define ANSWER(operation, id, expires)                                                             \
    "<" operation "Response><" operation "Result><AssumedRoleUser>"                                \
    "<Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn></AssumedRoleUser><Credentials>"         \
    "<AccessKeyId>" id "</AccessKeyId><SecretAccessKey>hunter-" id "</SecretAccessKey>"            \
    "<SessionToken>hunter-token-" id "</SessionToken><Expiration>" expires "</Expiration>"         \
    "</Credentials></" operation "Result></" operation "Response>"
#define ROLE(id) ANSWER("AssumeRole", id, "2030-03-17T18:46:40Z")
#define WEBI(id) ANSWER("AssumeRoleWithWebIdentity", id, "2030-03-17T18:46:40Z")
#define FAULT(code, message)                                                                       \
    "<ErrorResponse><Error><Type>Sender</Type><Code>" code "</Code><Message>" message              \
    "</Message></Error></ErrorResponse>"
#define GIVES(source, id)                                                                          \
    source " " id " hunter-" id " hunter-token-" id " 1900003600 123456789012\n"

#define POST(url)                                                                                  \
    "POST " url " Content-Type=application/x-www-form-urlencoded; charset=utf-8 Accept=text/xml"
#define SIGNED(id, region)                                                                         \
    " X-Amz-Date=20300317T174640Z Authorization=AWS4-HMAC-SHA256 Credential=" id                   \
    "/20300317/" region "/sts/aws4_request"
#define SIGNED_TOKEN(id, region)                                                                   \
    " X-Amz-Date=20300317T174640Z X-Amz-Security-Token=hunter-token-" id                           \
    " Authorization=AWS4-HMAC-SHA256 Credential=" id "/20300317/" region "/sts/aws4_request"
#define ASSUME(arn, session)                                                                       \
    " Action=AssumeRole&Version=2011-06-15&RoleArn=" arn "&RoleSessionName=" session
#define ASSUME_WEB(arn, session, token)                                                            \
    " Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=" arn                            \
    "&RoleSessionName=" session "&WebIdentityToken=" token
#define STS "https://sts.eu-west-1.amazonaws.com/"
#define REGION "AWS_REGION", "eu-west-1"

/* --- Web identity --- */

static void exchanges_the_web_identity_of_the_environment(void) {
    struct script script = {
        .world = {.variables = {REGION, "AWS_WEB_IDENTITY_TOKEN_FILE", "/run/token", "AWS_ROLE_ARN",
                                "arn:aws:iam::1:role/r", "AWS_ROLE_SESSION_NAME", "pod 1"},
                  .files = {"/run/token", "hunter.jwt/+=\n"}},
        .replies = {{200, WEBI("ASIAWEB")}}};
    SCRIPT(&script, WEB_IDENTITY,
           POST(STS) ASSUME_WEB("arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr", "pod%201",
                                "hunter.jwt%2F%2B%3D") "\n" GIVES("web_identity", "ASIAWEB"));
}

static void uses_the_global_endpoint_where_no_region_is_known(void) {
    struct script script = {
        .world = {.variables = {"AWS_WEB_IDENTITY_TOKEN_FILE", "/run/token", "AWS_ROLE_ARN", "r"},
                  .files = {"/run/token", "hunter"}},
        .replies = {{200, WEBI("ASIAWEB")}}};
    SCRIPT(&script, WEB_IDENTITY,
           POST("https://sts.amazonaws.com/")
               ASSUME_WEB("r", "ses-1900000000", "hunter") "\n" GIVES("web_identity", "ASIAWEB"));
}

static void tells_what_is_wrong_with_a_web_identity(void) {
    static const struct {
        const char *file, *arn, *token, *expected;
    } rows[] = {
        {"", "r", "", "failed: credentials: AWS_WEB_IDENTITY_TOKEN_FILE: is not set\n"},
        {"/run/token", "", "",
         "failed: invalid: AWS_ROLE_ARN: is not set, though AWS_WEB_IDENTITY_TOKEN_FILE is\n"},
        {"/run/none", "r", "", "failed: not_found: /run/none does not exist\n"},
        {"/run/token", "r", " \n",
         "failed: invalid: the web identity token file /run/token is empty\n"},
        {"/run/token", "r", "EACCES", "failed: io: /run/token cannot be read: Permission denied\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script script = {.world = {.variables = {"AWS_WEB_IDENTITY_TOKEN_FILE", rows[i].file,
                                                        "AWS_ROLE_ARN", rows[i].arn},
                                          .files = {"/run/token", rows[i].token}}};
        SCRIPT(&script, WEB_IDENTITY, rows[i].expected);
    }
}

static void reads_the_token_again_for_each_try(void) {
    struct script script = {
        .world = {.variables = {REGION, "AWS_WEB_IDENTITY_TOKEN_FILE", "/run/token", "AWS_ROLE_ARN",
                                "r", "AWS_ROLE_SESSION_NAME", "s"},
                  .files = {"/run/token", "hunter1"}},
        .replies = {{-SES_ERR_NETWORK, "reset"}, {200, WEBI("ASIAWEB")}}};
    SCRIPT(&script, WEB_IDENTITY,
           POST(STS) ASSUME_WEB("r", "s", "hunter1") "\n" POST(STS)
               ASSUME_WEB("r", "s", "hunter1") " (delayed)\n" GIVES("web_identity", "ASIAWEB"));
}

/* --- Roles of profiles --- */

static void assumes_the_role_of_a_profile(void) {
    struct script script = {
        .world = {.variables = {REGION},
                  .files = {CONFIG,
                            "[default]\nrole_arn=r\nsource_profile=base\nexternal_id=e&1\n"
                            "role_session_name=me\nduration_seconds=900\n",
                            CREDENTIALS, "[base]\n" BASE}},
        .replies = {{200, ROLE("ASIAR")}}};
    SCRIPT(&script, PROFILE,
           POST(STS) SIGNED("AKIABASE", "eu-west-1") ASSUME(
               "r", "me") "&DurationSeconds=900&ExternalId=e%261\n" GIVES("assume_role", "ASIAR"));
}

static void assumes_roles_of_roles(void) {
    struct script script = {
        .world = {.variables = {"AWS_PROFILE", "a"},
                  .files = {CONFIG,
                            "[profile a]\nrole_arn=ra\nsource_profile=b\nregion=us-east-2\n"
                            "[profile b]\nrole_arn=rb\nsource_profile=c\nrole_session_name=sb\n"
                            "[profile c]\nrole_arn=rc\nweb_identity_token_file=/run/t\n"
                            "role_session_name=sc\n",
                            "/run/t", "hunter"}},
        .replies = {{200, WEBI("ASIAC")}, {200, ROLE("ASIAB")}, {200, ROLE("ASIAA")}}};
    SCRIPT(&script, PROFILE,
           POST("https://sts.us-east-2.amazonaws.com/")
               ASSUME_WEB("rc", "sc", "hunter") "\n" POST("https://sts.us-east-2.amazonaws.com/")
                   SIGNED_TOKEN("ASIAC", "us-east-2")
                       ASSUME("rb", "sb") "\n" POST("https://sts.us-east-2.amazonaws.com/")
                           SIGNED_TOKEN("ASIAB", "us-east-2")
                               ASSUME("ra", "ses-1900000000") "\n" GIVES("assume_role", "ASIAA"));
}

/* As many roles as there are, and no deeper than memory. */
static void follows_chains_of_any_depth(void) {
    enum { DEPTH = 200 };
    struct ses_buf config, log;
    ses_buf_init(&config);
    ses_buf_init(&log);
    for (unsigned i = 0; i < DEPTH; i++) {
        char text[128];
        (void)snprintf(text, sizeof text, "[profile p%u]\nrole_arn=r\nsource_profile=p%u\n", i,
                       i + 1);
        CHECK(ses_buf_append_text(&config, text) == SES_OK);
    }
    CHECK(ses_buf_append_text(&config, "[profile p200]\n" BASE) == SES_OK);
    CHECK(ses_buf_append_char(&config, '\0') == SES_OK);
    struct world world = {.variables = {"AWS_PROFILE", "p0"}, .files = {CONFIG, config.data}};
    struct ses_host host = world_host(&world);
    ses_credentials_resolver *resolver = NULL;
    CHECK(ses_credentials_resolver_new(&(struct ses_credentials_resolver_options){0}, &host,
                                       &resolver, NULL) == SES_OK);
    struct ses_effect effect;
    unsigned calls = 0;
    while (ses_credentials_resolver_next(resolver, NOW, &effect), effect.kind > SES_EFFECT_FAILED) {
        script_answer(resolver, effect.kind, &(struct reply){200, ROLE("ASIAX")});
        ses_effect_free(&effect);
        calls++;
    }
    CHECK(effect.kind == SES_EFFECT_DONE && effect.source == SES_CREDENTIALS_ASSUME_ROLE);
    CHECK(calls == DEPTH);
    ses_credentials_resolver_free(resolver);
    ses_buf_free(&config);
    ses_buf_free(&log);
}

static void takes_the_own_keys_of_a_profile_that_leads_to_itself(void) {
    struct script script = {
        .world = {.files = {CONFIG, "[default]\nrole_arn=r\nsource_profile=default\n"
                                    "role_session_name=s\n" BASE}},
        .replies = {{200, ROLE("ASIAR")}}};
    SCRIPT(&script, PROFILE,
           POST("https://sts.amazonaws.com/") SIGNED("AKIABASE", "us-east-1")
               ASSUME("r", "s") "\n" GIVES("assume_role", "ASIAR"));
}

static void asks_for_the_code_of_an_mfa_device(void) {
    struct script script = {
        .world = {.variables = {REGION},
                  .files = {CONFIG, "[default]\nrole_arn=r\nsource_profile=base\nmfa_serial=arn:m\n"
                                    "role_session_name=s\n[profile base]\n" BASE}},
        .replies = {{0, "123456"}, {200, ROLE("ASIAR")}}};
    SCRIPT(&script, PROFILE,
           "MFA arn:m\n" POST(STS) SIGNED("AKIABASE", "eu-west-1") ASSUME(
               "r", "s") "&SerialNumber=arn%3Am&TokenCode=123456\n" GIVES("assume_role", "ASIAR"));
    script.replies[0].body = "hunter";
    script.replies[1].body = NULL;
    SCRIPT(&script, PROFILE, "MFA arn:m\nfailed: invalid: the MFA code is not of 6 digits\n");
    script.replies[0] = (struct reply){-SES_ERR_CANCELLED, "nobody to ask\n\x1b[0m"};
    SCRIPT(&script, PROFILE,
           "MFA arn:m\nfailed: cancelled: there is no MFA code: nobody to ask??[0m\n");
}

static void takes_a_credential_source(void) {
    struct script script = {
        .world = {.variables = {REGION, ENVIRONMENT},
                  .files = {CONFIG, "[default]\nrole_arn=r\ncredential_source=Environment\n"
                                    "role_session_name=s\n"}},
        .replies = {{200, ROLE("ASIAR")}}};
    SCRIPT(&script, PROFILE,
           POST(STS) SIGNED("AKIAENV", "eu-west-1")
               ASSUME("r", "s") "\n" GIVES("assume_role", "ASIAR"));
    script.world.variables[3] = "";
    script.replies[0].body = NULL;
    SCRIPT(&script, PROFILE,
           "failed: credentials: profile 'default' has no credentials to assume the role with: "
           "AWS_ACCESS_KEY_ID is not set\n");
}

static void takes_the_container_as_credential_source(void) {
    struct script script = {
        .world = {.variables = {REGION, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"},
                  .files = {CONFIG, "[default]\nrole_arn=r\ncredential_source=EcsContainer\n"
                                    "role_session_name=s\n"}},
        .replies = {{200, "{\"AccessKeyId\":\"ASIAE\",\"SecretAccessKey\":\"hunter2\",\"Token\":"
                          "\"hunter-token-ASIAE\",\"Expiration\":\"2030-03-17T18:46:40Z\"}"},
                    {200, ROLE("ASIAR")}}};
    SCRIPT(&script, PROFILE,
           "GET http://169.254.170.2/x Accept=application/json (direct)\n" POST(STS)
               SIGNED_TOKEN("ASIAE", "eu-west-1")
                   ASSUME("r", "s") "\n" GIVES("assume_role", "ASIAR"));
}

static void tells_what_is_wrong_with_a_role(void) {
    static const struct {
        const char *config, *expected;
    } rows[] = {
        {"[default]\nrole_arn=r\n",
         "invalid: role_arn: of profile 'default' needs source_profile or credential_source"},
        {"[default]\nrole_arn=r\nsource_profile=b\ncredential_source=Environment\n",
         "invalid: role_arn: of profile 'default' has both source_profile and credential_source"},
        {"[default]\nrole_arn=r\nsource_profile=nobody\n",
         "invalid: source_profile: of profile 'default' names a profile that is not there"},
        {"[default]\nrole_arn=r\nsource_profile=default\n",
         "invalid: source_profile: of profile 'default' comes round to this profile again"},
        {"[default]\nrole_arn=r\nsource_profile=b\n[profile b]\nrole_arn=s\nsource_profile=c\n"
         "[profile c]\nrole_arn=t\nsource_profile=b\n",
         "invalid: source_profile: of profile 'b' comes round to this profile again"},
        {"[default]\nrole_arn=r\nsource_profile=b\n[profile b]\nregion=x\n",
         "credentials: profile 'b' has no credentials to assume the role with: profile 'b' has no "
         "aws_access_key_id in " CREDENTIALS " or " CONFIG},
        {"[default]\nrole_arn=r\nsource_profile=b\n[profile b]\naws_secret_access_key=hunter\n",
         "credentials: profile 'b' has no credentials to assume the role with: profile 'b' has no "
         "aws_access_key_id in " CREDENTIALS " or " CONFIG},
        {"[default]\nrole_arn=r\nsource_profile=b\n[profile b]\naws_access_key_id=A\n",
         "invalid: aws_secret_access_key: is missing in profile 'b' of " CONFIG
         ", which has aws_access_key_id"},
        {"[default]\nrole_arn=r\ncredential_source=Magic\n",
         "invalid: credential_source: of profile 'default' must be Environment, "
         "Ec2InstanceMetadata or EcsContainer"},
        {"[default]\nrole_arn=r\nsource_profile=b\nduration_seconds=1h\n",
         "invalid: duration_seconds: of profile 'default' must be a number from 900 to 43200"},
        {"[default]\nrole_arn=r\nsource_profile=b\nduration_seconds=43201\n",
         "invalid: duration_seconds: of profile 'default' must be a number from 900 to 43200"},
        {"[default]\nrole_arn=r\nsource_profile=b\nduration_seconds=99999999900\n",
         "invalid: duration_seconds: of profile 'default' must be a number from 900 to 43200"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char expected[400];
        (void)snprintf(expected, sizeof expected, "failed: %s\n", rows[i].expected);
        struct script script = {.world = {.files = {CONFIG, rows[i].config}}};
        SCRIPT(&script, PROFILE, expected);
    }
}

/* --- What STS answers --- */

#define SEND POST(STS) SIGNED("AKIABASE", "eu-west-1") ASSUME("r", "s")

static void run_role(const struct reply *replies, const char *expected) {
    struct script script = {
        .world = {.variables = {REGION},
                  .files = {CONFIG, "[default]\nrole_arn=r\nsource_profile=base\n"
                                    "role_session_name=s\n[profile base]\n" BASE}}};
    for (size_t i = 0; replies[i].body != NULL; i++)
        script.replies[i] = replies[i];
    SCRIPT(&script, PROFILE, expected);
}

static void tries_again_what_may_pass(void) {
    run_role((const struct reply[]){{503, ""}, {-SES_ERR_TIMEOUT, "x"}, {200, ROLE("ASIAR")}, {0}},
             SEND "\n" SEND " (delayed)\n" SEND " (delayed)\n" GIVES("assume_role", "ASIAR"));
    run_role((const struct reply[]){{400, FAULT("Throttling", "x")}, {200, ROLE("ASIAR")}, {0}},
             SEND "\n" SEND " (delayed)\n" GIVES("assume_role", "ASIAR"));
    run_role((const struct reply[]){{500, "<html>"}, {502, ""}, {504, ""}, {0}},
             SEND "\n" SEND " (delayed)\n" SEND " (delayed)\n"
                  "failed: credentials: STS answered 504\n");
    run_role((const struct reply[]){{-SES_ERR_NETWORK, "a"},
                                    {-SES_ERR_NETWORK, "b"},
                                    {-SES_ERR_NETWORK, "connection refused"},
                                    {0}},
             SEND "\n" SEND " (delayed)\n" SEND " (delayed)\n"
                  "failed: network: STS gave no answer: connection refused\n");
    run_role((const struct reply[]){{-SES_ERR_TLS, "certificate"}, {0}},
             SEND "\nfailed: tls: STS gave no answer: certificate\n");
}

static void tells_what_sts_says_without_a_secret(void) {
    run_role(
        (const struct reply[]){{403, FAULT("AccessDenied", "User: arn:x is not &lt;ok&gt;")}, {0}},
        SEND "\nfailed: credentials: STS answered 403 (AccessDenied): User: arn:x is not "
             "<ok>\n");
    /* Eight bytes of the secret key, somewhere in it. */
    run_role((const struct reply[]){{403, FAULT("AccessDenied", "you sent unter0hu, no?")}, {0}},
             SEND "\nfailed: credentials: STS answered 403 (AccessDenied)\n");
    run_role((const struct reply[]){{403, FAULT("hunter2!", "x")}, {0}},
             SEND "\nfailed: credentials: STS answered 403\n");
    run_role((const struct reply[]){{404, "hunter"}, {0}},
             SEND "\nfailed: credentials: STS answered 404\n");
}

static void refuses_answers_that_cannot_be_right(void) {
    run_role((const struct reply[]){{200, "hunter"}, {0}},
             SEND "\nfailed: parse: STS gave an answer that is no XML of STS: byte 1 should begin "
                  "the first element\n");
    run_role((const struct reply[]){{200, "<a/>"}, {0}},
             SEND "\nfailed: parse: STS gave an answer without an Expiration that is a time\n");
    run_role((const struct reply[]){{200, ANSWER("AssumeRole", "A", "hunter")}, {0}},
             SEND "\nfailed: parse: STS gave an answer without an Expiration that is a time\n");
    run_role((const struct reply[]){{200, ANSWER("AssumeRole", "A", "2030-03-17T17:46:40Z")}, {0}},
             SEND "\nfailed: expired: STS gave credentials that expired before they came\n");
    run_role(
        (const struct reply[]){{200, ANSWER("AssumeRole", "A B", "2031-01-01T00:00:00Z")}, {0}},
        SEND "\nfailed: parse: STS gave an answer whose AccessKeyId holds a space, a line "
             "break or another odd character\n");
    run_role((const struct reply[]){{200, "<XResponse><XResult><Credentials><Expiration>"
                                          "2031-01-01T00:00:00Z</Expiration></Credentials>"
                                          "</XResult></XResponse>"},
                                    {0}},
             SEND "\nfailed: parse: STS gave an answer without a SessionToken\n");
}

static void goes_where_the_settings_say(void) {
    static const struct {
        const char *variable, *value, *config, *url;
    } rows[] = {
        {"AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9/sts/", "", "http://127.0.0.1:9/sts/"},
        {"AWS_ENDPOINT_URL", "http://127.0.0.1:8", "", "http://127.0.0.1:8/"},
        {"X", "", "services=s\n[services s]\nsts =\n  endpoint_url=http://s\n", "http://s/"},
        {"X", "", "endpoint_url=http://p\n", "http://p/"},
        {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true", "endpoint_url=http://p\n", STS},
        {"AWS_REGION", "cn-north-1", "", "https://sts.cn-north-1.amazonaws.com.cn/"},
        {"AWS_REGION", "us-isof-south-1", "", "https://sts.us-isof-south-1.csp.hci.ic.gov/"},
        {"AWS_REGION", "aws-global", "", "https://sts.amazonaws.com/"},
        {"AWS_STS_REGIONAL_ENDPOINTS", "Legacy", "", "https://sts.amazonaws.com/"},
        {"AWS_STS_REGIONAL_ENDPOINTS", "regional", "sts_regional_endpoints=legacy\n", STS},
        {"X", "", "sts_regional_endpoints=legacy\n", "https://sts.amazonaws.com/"},
        {"AWS_ENDPOINT_URL", "http://h", "sts_regional_endpoints=legacy\n", "http://h/"},
        {"AWS_REGION", "af-south-1", "sts_regional_endpoints=legacy\n",
         "https://sts.af-south-1.amazonaws.com/"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char config[300], expected[500];
        (void)snprintf(config, sizeof config,
                       "[default]\nrole_arn=r\nweb_identity_token_file=/t\nrole_session_name=s\n%s",
                       rows[i].config);
        struct script script = {.world = {.variables = {rows[i].variable, rows[i].value, REGION},
                                          .files = {CONFIG, config, "/t", "hunter"}},
                                .replies = {{200, WEBI("ASIAWEB")}}};
        (void)snprintf(expected, sizeof expected, POST("%s") ASSUME_WEB("r", "s", "hunter") "\n%s",
                       rows[i].url, GIVES("web_identity", "ASIAWEB"));
        SCRIPT(&script, PROFILE, expected);
    }
}

static void names_the_setting_that_is_neither_legacy_nor_regional(void) {
    struct script script = {
        .world = {.variables = {"AWS_STS_REGIONAL_ENDPOINTS", "hunter", REGION},
                  .files = {CONFIG,
                            "[default]\nrole_arn=r\nweb_identity_token_file=/t\n"
                            "sts_regional_endpoints=hunter\n",
                            "/t", "hunter"}}};
    SCRIPT(&script, PROFILE,
           "failed: invalid: AWS_STS_REGIONAL_ENDPOINTS: must be legacy or regional\n");
    script.world.variables[1] = "";
    SCRIPT(&script, PROFILE,
           "failed: invalid: sts_regional_endpoints: must be legacy or regional\n");
}

/* --- Programs --- */

#define RUN_CONFIG "[default]\ncredential_process=/bin/give --me \"a b\"\n"
#define RUNS "RUN /bin/give --me \"a b\"\n"
#define SAYS "failed: %s: credential_process: of profile 'default' %s\n"

static void runs_a_program(void) {
    struct script script = {
        .world = {.files = {CONFIG, RUN_CONFIG}},
        .replies = {
            {0, "{\"Version\": 1, \"AccessKeyId\": \"ASIAP\", \"SecretAccessKey\": \"hunter-p\","
                "\"SessionToken\": \"hunter-t\", \"Expiration\": \"2030-03-17T18:46:40Z\","
                "\"AccountId\": \"123456789012\"}\n"}}};
    SCRIPT(&script, PROFILE, RUNS "process ASIAP hunter-p hunter-t 1900003600 123456789012\n");
    script.replies[0].body =
        "{\"Version\": 1, \"AccessKeyId\": \"AKIAP\", \"SecretAccessKey\": \"hunter-p\"}";
    SCRIPT(&script, BIT(SES_CREDENTIALS_PROCESS), RUNS "process AKIAP hunter-p  0 \n");
    script.world.files[1] = RUN_CONFIG "aws_account_id=210987654321\n";
    SCRIPT(&script, PROFILE, RUNS "process AKIAP hunter-p  0 210987654321\n");
}

static void tells_what_is_wrong_with_a_program(void) {
    static const struct {
        struct reply reply;
        const char *status, *message;
    } rows[] = {
        {{1, "hunter"}, "credentials", "ended with status 1"},
        {{139, ""}, "credentials", "ended with status 139"},
        {{0, "hunter"}, "parse", "gave an answer that is not JSON: byte 1 begins no value"},
        {{0, ""}, "parse", "gave an answer that is empty, where JSON should be"},
        {{0, "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"hunter\"}"},
         "parse",
         "gave an answer that has no Version 1"},
        {{0, "{\"Version\":\"1\",\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"hunter\"}"},
         "parse",
         "gave an answer that has no Version 1"},
        {{0, "{\"Version\":2,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"hunter\"}"},
         "parse",
         "gave an answer that has no Version 1"},
        {{0, "{\"Version\":1,\"AccessKeyId\":\"A\"}"},
         "parse",
         "gave an answer whose SecretAccessKey is missing"},
        {{0, "{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"hunter\","
             "\"Expiration\":\"2030-03-17T17:46:40Z\"}"},
         "expired",
         "gave credentials that have expired"},
        {{-SES_ERR_TIMEOUT, "timed out"}, "timeout", "gave no answer: timed out"},
        {{-SES_ERR_NOT_FOUND, "no such program"}, "not_found", "gave no answer: no such program"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char expected[300];
        struct script script = {.world = {.files = {CONFIG, RUN_CONFIG}},
                                .replies = {rows[i].reply}};
        (void)snprintf(expected, sizeof expected, RUNS SAYS, rows[i].status, rows[i].message);
        SCRIPT(&script, PROFILE, expected);
    }
}

static void lets_a_program_give_what_assumes_a_role(void) {
    struct script script = {
        .world = {.variables = {REGION},
                  .files = {CONFIG, "[default]\nrole_arn=r\nsource_profile=b\nrole_session_name=s\n"
                                    "[profile b]\ncredential_process=give\n"}},
        .replies = {{0, "{\"Version\":1,\"AccessKeyId\":\"AKIAP\",\"SecretAccessKey\":\"hunter\"}"},
                    {200, ROLE("ASIAR")}}};
    SCRIPT(&script, PROFILE,
           "RUN give\n" POST(STS) SIGNED("AKIAP", "eu-west-1")
               ASSUME("r", "s") "\n" GIVES("assume_role", "ASIAR"));
}

static void keeps_the_order_within_a_profile(void) {
    static const struct {
        const char *config, *credentials, *expected;
    } rows[] = {
        {"[default]\ncredential_process=p\n", "[default]\n" BASE,
         "profile AKIABASE hunter0hunter0  0 \n"},
        {"[default]\n" BASE "[profile x]\ncredential_process=p\n", "",
         "profile AKIABASE hunter0hunter0  0 \n"},
        {"[default]\ncredential_process=p\n" BASE, "", "RUN p\n"},
        {"[default]\nregion=x\n", "",
         "failed: credentials: profile 'default' has no aws_access_key_id in " CREDENTIALS
         " or " CONFIG "\n"},
        {"[profile x]\nregion=x\n", "",
         "failed: credentials: profile 'default' is in neither " CREDENTIALS " nor " CONFIG "\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script script = {
            .world = {.files = {CONFIG, rows[i].config, CREDENTIALS, rows[i].credentials}}};
        SCRIPT(&script, PROFILE, rows[i].expected);
    }
}

/* --- The search --- */

static ses_credentials_resolver *make(const struct ses_credentials_resolver_options *options,
                                      const struct ses_host *host) {
    ses_credentials_resolver *resolver = NULL;
    CHECK(ses_credentials_resolver_new(options, host, &resolver, NULL) == SES_OK);
    return resolver;
}

/* The first step of a search, "static AKID" or the kind of effect that is wanted. */
static void check_first(const struct ses_credentials_resolver_options *options, struct world *world,
                        enum ses_effect_kind kind, enum ses_credentials_source source) {
    struct ses_host host = world_host(world);
    ses_credentials_resolver *resolver = make(options, &host);
    struct ses_effect effect;
    ses_credentials_resolver_next(resolver, NOW, &effect);
    CHECK(effect.kind == kind && effect.source == source);
    ses_effect_free(&effect);
    ses_credentials_resolver_free(resolver);
}

static void searches_in_the_order_of_the_sdks(void) {
    struct ses_credentials_options given = {.access_key_id = SES_SPAN("AKIAGIVEN"),
                                            .secret_access_key = SES_SPAN("hunter")};
    struct ses_credentials_resolver_options options = {.explicit_options = &given,
                                                       .use_imds = true};
    struct world world = {.variables = {ENVIRONMENT, "AWS_WEB_IDENTITY_TOKEN_FILE", "/t",
                                        "AWS_ROLE_ARN", "r",
                                        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"},
                          .files = {"/t", "hunter", CREDENTIALS, "[default]\n" BASE}};
    check_first(&options, &world, SES_EFFECT_DONE, SES_CREDENTIALS_STATIC);
    options.explicit_options = NULL;
    check_first(&options, &world, SES_EFFECT_DONE, SES_CREDENTIALS_ENVIRONMENT);
    options.skip_environment = true;
    check_first(&options, &world, SES_EFFECT_DONE, SES_CREDENTIALS_PROFILE);
    options.skip_environment = false;
    world.variables[1] = "";
    check_first(&options, &world, SES_EFFECT_HTTP, SES_CREDENTIALS_WEB_IDENTITY);
    world.variables[5] = "";
    check_first(&options, &world, SES_EFFECT_DONE, SES_CREDENTIALS_PROFILE);
    world.files[2] = "/elsewhere";
    check_first(&options, &world, SES_EFFECT_HTTP, SES_CREDENTIALS_CONTAINER);
    world.variables[9] = "";
    check_first(&options, &world, SES_EFFECT_HTTP, SES_CREDENTIALS_IMDS);
    options.use_imds = false;
    check_first(&options, &world, SES_EFFECT_FAILED, SES_CREDENTIALS_STATIC);
}

static void asks_for_an_sso_profile_unless_it_has_a_role(void) {
    struct ses_credentials_resolver_options options = {0};
    struct world world = {.files = {CONFIG, "[default]\nrole_arn=r\nsource_profile=b\n"
                                            "sso_session=s\n[profile b]\n" BASE}};
    check_first(&options, &world, SES_EFFECT_HTTP, SES_CREDENTIALS_ASSUME_ROLE);
}

static void reports_each_source_that_was_tried(void) {
    struct world world = {.variables = {NULL}};
    struct ses_host host = world_host(&world);
    const struct ses_credentials_resolver_options options = {0};
    ses_credentials_resolver *resolver = make(&options, &host);
    struct ses_effect effect;
    struct ses_error error = {0};
    ses_credentials *found = NULL;
    CHECK(ses_credentials_resolver_take(resolver, &found, &error) == SES_ERR_STATE);
    ses_credentials_resolver_next(resolver, NOW, &effect);
    ses_credentials_resolver_next(resolver, NOW, &effect);
    CHECK(effect.kind == SES_EFFECT_FAILED);
    const struct ses_resolver_report *report = ses_credentials_resolver_report(resolver);
    static const enum ses_credentials_source order[] = {
        SES_CREDENTIALS_STATIC, SES_CREDENTIALS_ENVIRONMENT, SES_CREDENTIALS_WEB_IDENTITY,
        SES_CREDENTIALS_SSO,    SES_CREDENTIALS_PROFILE,     SES_CREDENTIALS_CONTAINER,
        SES_CREDENTIALS_IMDS};
    CHECK(report->count == sizeof order / sizeof *order && !report->ended);
    for (size_t i = 0; i < report->count; i++) {
        CHECK(report->tried[i].source == order[i]);
        CHECK(report->tried[i].error.message[0] != '\0');
    }
    CHECK(ses_credentials_resolver_take(resolver, &found, &error) == SES_ERR_CREDENTIALS);
    CHECK(strcmp(error.message, "no source has AWS credentials") == 0);
    CHECK(found == NULL);
    ses_credentials_resolver_free(resolver);
}

/* Half a key pair is a mistake to be told of, not a reason to be somebody else. */
static void ends_where_a_source_is_not_fit_to_be_used(void) {
    struct world world = {.variables = {"AWS_ACCESS_KEY_ID", "AKIAENV"},
                          .files = {CREDENTIALS, "[default]\n" BASE}};
    struct ses_host host = world_host(&world);
    const struct ses_credentials_resolver_options options = {0};
    ses_credentials_resolver *resolver = make(&options, &host);
    struct ses_effect effect;
    struct ses_error error = {0};
    ses_credentials *found = NULL;
    ses_credentials_resolver_next(resolver, NOW, &effect);
    CHECK(effect.kind == SES_EFFECT_FAILED && effect.source == SES_CREDENTIALS_ENVIRONMENT);
    CHECK(ses_credentials_resolver_take(resolver, &found, &error) == SES_ERR_INVALID);
    CHECK(strcmp(error.field, "AWS_SECRET_ACCESS_KEY") == 0);
    CHECK(ses_credentials_resolver_report(resolver)->ended);
    ses_credentials_resolver_free(resolver);
}

static void names_the_profile_that_is_not_there(void) {
    struct world world = {.variables = {"AWS_PROFILE", "nobody"}};
    struct ses_host host = world_host(&world);
    ses_credentials_resolver *resolver = make(&(struct ses_credentials_resolver_options){0}, &host);
    struct ses_effect effect;
    struct ses_error error = {0};
    ses_credentials *found = NULL;
    ses_credentials_resolver_next(resolver, NOW, &effect);
    CHECK(effect.kind == SES_EFFECT_FAILED && effect.source == SES_CREDENTIALS_PROFILE);
    CHECK(ses_credentials_resolver_take(resolver, &found, &error) == SES_ERR_NOT_FOUND);
    CHECK(strcmp(error.message, "'nobody' is in neither " CONFIG " nor " CREDENTIALS) == 0);
    ses_credentials_resolver_free(resolver);
}

/* A clock that is wrong by more than STS bears: its own time is taken, once. */
static void signs_again_by_the_time_of_sts(void) {
    struct world world = {.files = {CONFIG, "[default]\nrole_arn=r\nsource_profile=b\n"
                                            "[profile b]\n" BASE}};
    struct ses_host host = world_host(&world);
    ses_credentials_resolver *resolver = make(&(struct ses_credentials_resolver_options){0}, &host);
    struct ses_effect effect;
    const char *const times[] = {"20300317T174640Z", "20300317T184640Z"};
    const struct reply refusal = {403, FAULT("SignatureDoesNotMatch", "Signature expired")};
    for (size_t i = 0; i < 2; i++) {
        ses_credentials_resolver_next(resolver, NOW, &effect);
        CHECK(effect.kind == SES_EFFECT_HTTP);
        for (size_t k = 0; k < ses_http_request_header_count(effect.request); k++) {
            struct ses_http_header header = ses_http_request_header(effect.request, k);
            if (ses_span_equal(header.name, SES_SPAN("X-Amz-Date")))
                CHECK_SPAN(header.value, times[i]);
        }
        ses_effect_free(&effect);
        ses_http_response *response = script_response(&refusal);
        CHECK(ses_http_response_add_header(response, SES_SPAN("date"),
                                           SES_SPAN("Sun, 17 Mar 2030 18:46:40 GMT")) == SES_OK);
        CHECK(ses_credentials_resolver_feed_response(resolver, response, NOW) == SES_OK);
        ses_http_response_free(response);
    }
    ses_credentials_resolver_next(resolver, NOW, &effect);
    CHECK(effect.kind == SES_EFFECT_FAILED);
    ses_credentials_resolver_free(resolver);
}

static void asks_the_same_again_until_it_is_fed(void) {
    struct world world = {.variables = {"AWS_WEB_IDENTITY_TOKEN_FILE", "/t", "AWS_ROLE_ARN", "r"},
                          .files = {"/t", "hunter"}};
    struct ses_host host = world_host(&world);
    const struct ses_credentials_resolver_options options = {0};
    ses_credentials_resolver *resolver = make(&options, &host);
    struct ses_effect effect;
    const struct reply good = {200, WEBI("ASIAWEB")};
    CHECK(ses_credentials_resolver_feed_mfa(resolver, SES_SPAN("123456"), NOW) == SES_ERR_STATE);
    CHECK(ses_credentials_resolver_feed_failure(resolver, SES_ERR_NETWORK, SES_SPAN("x"), NOW) ==
          SES_ERR_STATE);
    for (int i = 0; i < 3; i++) {
        ses_credentials_resolver_next(resolver, NOW, &effect);
        CHECK(effect.kind == SES_EFFECT_HTTP && effect.delay_ms == 0);
        ses_effect_free(&effect);
        ses_effect_free(&effect);
    }
    CHECK(ses_credentials_resolver_feed_mfa(resolver, SES_SPAN("123456"), NOW) == SES_ERR_STATE);
    CHECK(ses_credentials_resolver_feed_process(resolver, 0, SES_SPAN("x"), NOW) == SES_ERR_STATE);
    ses_http_response *response = script_response(&good);
    CHECK(ses_credentials_resolver_feed_response(resolver, response, NOW) == SES_OK);
    CHECK(ses_credentials_resolver_feed_response(resolver, response, NOW) == SES_ERR_STATE);
    ses_http_response_free(response);
    ses_credentials *found = NULL;
    ses_credentials_resolver_next(resolver, NOW, &effect);
    CHECK(effect.kind == SES_EFFECT_DONE);
    CHECK(ses_credentials_resolver_take(resolver, &found, NULL) == SES_OK);
    ses_credentials_resolver_free(resolver);
    CHECK_SPAN(ses_credentials_access_key_id(found), "ASIAWEB");
    ses_credentials_free(found);
}

/* An answer may be given up at every step. */
static void may_be_freed_at_any_step(void) {
    for (size_t steps = 0; steps < 5; steps++) {
        struct world world = {.files = {CONFIG,
                                        "[default]\nrole_arn=r\nsource_profile=b\nmfa_serial=m\n"
                                        "[profile b]\nrole_arn=r\nsource_profile=c\n"
                                        "[profile c]\ncredential_process=p\n"}};
        const struct reply replies[] = {
            {0, "{\"Version\":1,\"AccessKeyId\":\"AKIAP\",\"SecretAccessKey\":\"hunter\"}"},
            {200, ROLE("ASIAB")},
            {0, "123456"},
            {200, ROLE("ASIAA")}};
        struct ses_host host = world_host(&world);
        ses_credentials_resolver *resolver =
            make(&(struct ses_credentials_resolver_options){0}, &host);
        struct ses_effect effect = {0};
        for (size_t i = 0; i < steps; i++) {
            ses_credentials_resolver_next(resolver, NOW, &effect);
            ses_effect_free(&effect);
            if (i < 4)
                script_answer(resolver, effect.kind, &replies[i]);
        }
        CHECK(steps < 5 || effect.kind == SES_EFFECT_DONE);
        ses_credentials_resolver_free(resolver);
    }
    ses_credentials_resolver_free(NULL);
}

static void refuses_options_out_of_their_limits(void) {
    struct world world = {.variables = {NULL}};
    struct ses_host host = world_host(&world);
    struct ses_credentials_options given = {.access_key_id = SES_SPAN("A B")};
    const struct {
        struct ses_credentials_resolver_options options;
        enum ses_status status;
        const char *field;
    } rows[] = {
        {{.role_duration_s = 899}, SES_ERR_RANGE, "role_duration_s"},
        {{.role_duration_s = 43201}, SES_ERR_RANGE, "role_duration_s"},
        {{.max_attempts = 101}, SES_ERR_RANGE, "max_attempts"},
        {{.sources = BIT(SES_CREDENTIALS_SOURCES)}, SES_ERR_INVALID, "sources"},
        {{.explicit_options = &given}, SES_ERR_INVALID, "access_key_id"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ses_credentials_resolver *resolver = NULL;
        struct ses_error error = {0};
        CHECK(ses_credentials_resolver_new(&rows[i].options, &host, &resolver, &error) ==
              rows[i].status);
        CHECK(resolver == NULL && strcmp(error.field, rows[i].field) == 0);
    }
}

/* What is sent to STS is signed right. */
static void signs_for_sts(void) {
    struct world world = {.variables = {REGION},
                          .files = {CONFIG, "[default]\nrole_arn=r\nsource_profile=b\n"
                                            "[profile b]\n" BASE "aws_session_token=hunter-tok\n"}};
    struct ses_host host = world_host(&world);
    ses_credentials_resolver *resolver = make(&(struct ses_credentials_resolver_options){0}, &host);
    struct ses_effect effect;
    ses_credentials_resolver_next(resolver, NOW, &effect);
    CHECK(effect.kind == SES_EFFECT_HTTP);
    struct ses_http_header headers[16];
    struct ses_sigv4_request request;
    ses_sigv4_claim *claim = NULL;
    ses_sigv4_view(effect.request, headers, &request);
    CHECK(ses_sigv4_claim_new(&request, &claim, NULL) == SES_OK);
    const struct ses_sigv4_verify_options options = {
        .secret_access_key = SES_SPAN("hunter0hunter0"),
        .session_token = SES_SPAN("hunter-tok"),
        .region = SES_SPAN("eu-west-1"),
        .service = SES_SPAN("sts"),
        .time = (int64_t)NOW,
    };
    CHECK(ses_sigv4_verify(&request, claim, &options, NULL, NULL) == SES_OK);
    ses_sigv4_claim_free(claim);
    ses_effect_free(&effect);
    ses_credentials_resolver_free(resolver);
}

int main(void) {
    RUN(exchanges_the_web_identity_of_the_environment);
    RUN(uses_the_global_endpoint_where_no_region_is_known);
    RUN(tells_what_is_wrong_with_a_web_identity);
    RUN(reads_the_token_again_for_each_try);
    RUN(assumes_the_role_of_a_profile);
    RUN(assumes_roles_of_roles);
    RUN(follows_chains_of_any_depth);
    RUN(takes_the_own_keys_of_a_profile_that_leads_to_itself);
    RUN(asks_for_the_code_of_an_mfa_device);
    RUN(takes_a_credential_source);
    RUN(takes_the_container_as_credential_source);
    RUN(tells_what_is_wrong_with_a_role);
    RUN(tries_again_what_may_pass);
    RUN(tells_what_sts_says_without_a_secret);
    RUN(refuses_answers_that_cannot_be_right);
    RUN(goes_where_the_settings_say);
    RUN(names_the_setting_that_is_neither_legacy_nor_regional);
    RUN(runs_a_program);
    RUN(tells_what_is_wrong_with_a_program);
    RUN(lets_a_program_give_what_assumes_a_role);
    RUN(keeps_the_order_within_a_profile);
    RUN(searches_in_the_order_of_the_sdks);
    RUN(asks_for_an_sso_profile_unless_it_has_a_role);
    RUN(reports_each_source_that_was_tried);
    RUN(ends_where_a_source_is_not_fit_to_be_used);
    RUN(names_the_profile_that_is_not_there);
    RUN(signs_again_by_the_time_of_sts);
    RUN(asks_the_same_again_until_it_is_fed);
    RUN(may_be_freed_at_any_step);
    RUN(refuses_options_out_of_their_limits);
    RUN(signs_for_sts);
    return check_done();
}
