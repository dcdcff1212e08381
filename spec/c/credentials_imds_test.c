#include "resolver_script.h"
#include "ses/imds_region.h"

#define SOURCES SES_CREDENTIALS_BIT(SES_CREDENTIALS_IMDS)
#define BASE "http://169.254.169.254"
#define LIST "/latest/meta-data/iam/security-credentials/"
#define PUT_AT(base, tail)                                                                         \
    "PUT " base "/latest/api/token x-aws-ec2-metadata-token-ttl-seconds=21600" tail "\n"
#define GET_AT(base, path, token, tail)                                                            \
    "GET " base path " x-aws-ec2-metadata-token=" token tail "\n"
#define PUT PUT_AT(BASE, " (direct)")
#define GET_ROLE GET_AT(BASE, LIST, "hunter-imds", " (direct)")
#define GET_KEYS GET_AT(BASE, LIST "ses-role", "hunter-imds", " (direct)")
#define GOOD                                                                                       \
    "{\"Code\":\"Success\",\"LastUpdated\":\"2030-03-17T12:00:00Z\",\"Type\":\"AWS-HMAC\","        \
    "\"AccessKeyId\":\"ASIAI\",\"SecretAccessKey\":\"hunter2\",\"Token\":\"hunter-token\","        \
    "\"Expiration\":\"2030-03-17T18:46:40Z\"}"
#define FOUND "imds ASIAI hunter2 hunter-token 1900003600 \n"
#define HOPS " (in a container the instance's hop limit may be too low for the session token)\n"
#define WHO "the instance metadata service"

static void asks_for_token_role_and_credentials(void) {
    struct script script = {.replies = {{200, "hunter-imds"}, {200, "ses-role\n"}, {200, GOOD}}};
    SCRIPT(&script, SOURCES, PUT GET_ROLE GET_KEYS FOUND);
}

static void is_not_asked_where_it_is_disabled(void) {
    struct script script = {.world = {.variables = {"AWS_EC2_METADATA_DISABLED", "TRUE"}}};
    SCRIPT(&script, SOURCES,
           "failed: credentials: not asked, as AWS_EC2_METADATA_DISABLED is true\n");
}

static void goes_where_it_is_told(void) {
    static const struct {
        const char *variables[5];
        const char *config, *url;
    } rows[] = {
        {{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1338/"},
         "",
         PUT_AT("http://127.0.0.1:1338", " (direct)")},
        {{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"},
         "",
         PUT_AT("http://[fd00:ec2::254]", " (direct)")},
        {{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ipv4"}, "", PUT},
        {{NULL},
         "[default]\nec2_metadata_service_endpoint_mode = ipv6\n",
         PUT_AT("http://[fd00:ec2::254]", " (direct)")},
        {{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"},
         "[default]\nec2_metadata_service_endpoint = http://127.0.0.1:9/base//\n",
         PUT_AT("http://127.0.0.1:9/base", " (direct)")},
        {{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv5"},
         "",
         "failed: invalid: ec2_metadata_service_endpoint_mode: must be IPv4 or IPv6\n"},
        {{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "127.0.0.1"},
         "",
         "failed: invalid: ec2_metadata_service_endpoint: must begin with http:// or https://\n"},
        {{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1/?x"},
         "",
         "failed: invalid: ec2_metadata_service_endpoint: must not have a query\n"},
        {{"AWS_METADATA_SERVICE_TIMEOUT", "1.5"},
         "",
         "failed: invalid: metadata_service_timeout: must be a whole number from 1 to 3600\n"},
        {{"AWS_METADATA_SERVICE_NUM_ATTEMPTS", "0"},
         "",
         "failed: invalid: metadata_service_num_attempts: must be a whole number from 1 to 3600\n"},
        {{"AWS_METADATA_SERVICE_NUM_ATTEMPTS", "99999999999999999999"},
         "",
         "failed: invalid: metadata_service_num_attempts: must be a whole number from 1 to 3600\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script script = {.world = {.files = {"/home/ann/.aws/config", rows[i].config}}};
        memcpy(script.world.variables, rows[i].variables, sizeof rows[i].variables);
        SCRIPT(&script, SOURCES, rows[i].url);
    }
}

static void takes_a_new_token_where_one_is_refused(void) {
    struct script script = {
        .replies = {
            {200, "hunter-old"}, {200, "ses-role"}, {401, ""}, {200, "hunter-imds"}, {200, GOOD}}};
    SCRIPT(&script, SOURCES,
           PUT GET_AT(BASE, LIST, "hunter-old", " (direct)")
               GET_AT(BASE, LIST "ses-role", "hunter-old", " (direct)") PUT GET_KEYS FOUND);
    struct script always = {
        .replies = {{200, "hunter-imds"}, {401, ""}, {200, "hunter-imds"}, {401, ""}}};
    SCRIPT(&always, SOURCES,
           PUT GET_ROLE PUT GET_ROLE "failed: credentials: " WHO " answered 401\n");
}

static void never_falls_back_to_version_1_unasked(void) {
    static const struct reply rows[] = {
        {404, ""}, {403, ""}, {405, ""}, {-SES_ERR_TIMEOUT, "slow"}};
    static const char *const values[] = {NULL, "true", "", "no"};
    for (size_t i = 0; i < 4; i++) {
        for (size_t k = 0; k < 4; k++) {
            struct script script = {.replies = {rows[i]}};
            if (values[k] != NULL) {
                script.world.variables[0] = "AWS_EC2_METADATA_V1_DISABLED";
                script.world.variables[1] = values[k];
            }
            char expected[512];
            if (rows[i].status > 0)
                (void)snprintf(expected, sizeof expected,
                               PUT "failed: credentials: " WHO
                                   " answered %d to the request for a session token (it may be "
                                   "off, or know version 1 alone)\n",
                               rows[i].status);
            SCRIPT(&script, SOURCES,
                   rows[i].status > 0 ? expected
                                      : PUT "failed: timeout: " WHO " gave no answer: slow" HOPS);
        }
    }
}

static void speaks_version_1_where_asked(void) {
    struct script script = {.world = {.variables = {"AWS_EC2_METADATA_V1_DISABLED", "false"}},
                            .replies = {{404, ""}, {200, "ses-role"}, {200, GOOD}}};
    SCRIPT(&script, SOURCES,
           PUT "GET " BASE LIST " (direct)\nGET " BASE LIST "ses-role (direct)\n" FOUND);
    struct script timeout = {.world = {.files = {"/home/ann/.aws/config",
                                                 "[default]\nec2_metadata_v1_disabled = false\n"}},
                             .replies = {{-SES_ERR_TIMEOUT, "slow"}, {200, "ses-role"}, {401, ""}}};
    SCRIPT(&timeout, SOURCES,
           PUT "GET " BASE LIST " (direct)\nGET " BASE LIST
               "ses-role (direct)\nfailed: credentials: " WHO " answered 401\n");
}

static void gives_up_at_once_where_nobody_answers(void) {
    struct script refused = {.replies = {{-SES_ERR_NETWORK, "connection refused"}}};
    SCRIPT(&refused, SOURCES, PUT "failed: network: " WHO " gave no answer: connection refused\n");
    struct script twice = {.world = {.variables = {"AWS_METADATA_SERVICE_NUM_ATTEMPTS", "2"}},
                           .replies = {{-SES_ERR_NETWORK, "refused"}, {-SES_ERR_TIMEOUT, "slow"}}};
    SCRIPT(&twice, SOURCES,
           PUT PUT_AT(BASE, " (delayed) (direct)") "failed: timeout: " WHO
                                                   " gave no answer: slow" HOPS);
}

static void tries_again_once_it_has_answered(void) {
    struct script script = {.replies = {{500, ""},
                                        {200, "hunter-imds"},
                                        {503, "hunter"},
                                        {-SES_ERR_TIMEOUT, "slow"},
                                        {200, "ses-role"},
                                        {200, "{\"Code\":\"Suc"},
                                        {200, GOOD}}};
    SCRIPT(
        &script, SOURCES,
        PUT_AT(
            BASE,
            " (direct)") "PUT " BASE
                         "/latest/api/token x-aws-ec2-metadata-token-ttl-seconds=21600 (delayed) "
                         "(direct)\n" GET_ROLE GET_AT(BASE, LIST, "hunter-imds",
                                                      " (delayed) (direct)")
                             GET_AT(BASE, LIST, "hunter-imds", " (delayed) (direct)")
                                 GET_KEYS GET_AT(BASE, LIST "ses-role", "hunter-imds",
                                                 " (delayed) (direct)") FOUND);
}

static void tells_what_is_missing(void) {
    static const struct {
        struct reply role, keys;
        const char *expected;
    } rows[] = {
        {{404, ""}, {0, NULL}, PUT GET_ROLE "failed: credentials: " WHO " answered 404\n"},
        {{200, "\n"}, {0, NULL}, PUT GET_ROLE "failed: credentials: the instance has no role\n"},
        {{200, "ses-role"},
         {404, "hunter"},
         PUT GET_ROLE GET_KEYS "failed: credentials: " WHO " answered 404\n"},
        {{200, "ses-role"},
         {200, "{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"hunter\"}"},
         PUT GET_ROLE GET_KEYS "failed: credentials: " WHO
                               " has no credentials: AssumeRoleUnauthorizedAccess\n"},
        {{200, "ses-role"},
         {200, "{\"Code\":\"hunter2\"}"},
         PUT GET_ROLE GET_KEYS "failed: credentials: " WHO
                               " has no credentials: it does not say why\n"},
        {{200, "ses-role"},
         {200, "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"hunter2\",\"Token\":\"hunter t\","
               "\"Expiration\":\"2030-03-17T18:46:40Z\"}"},
         PUT GET_ROLE GET_KEYS "failed: invalid: Token: in the answer of " WHO
                               " holds a space, a line break or another odd character\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script script = {.replies = {{200, "hunter-imds"}, rows[i].role, rows[i].keys}};
        SCRIPT(&script, SOURCES, rows[i].expected);
    }
}

/* Static stability: the cache may use them on. */
static void gives_expired_credentials_too(void) {
    struct script script = {
        .replies = {{200, "hunter-imds"},
                    {200, "ses-role"},
                    {200, "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"hunter2\",\"Token\":\"t\","
                          "\"Expiration\":\"2030-03-17T17:00:00Z\"}"}}};
    SCRIPT(&script, SOURCES, PUT GET_ROLE GET_KEYS "imds A hunter2 t 1899997200 \n");
}

static void gives_up_on_what_stays_malformed(void) {
    static const struct {
        const char *body, *expected;
    } rows[] = {
        {"<html>", WHO " gave an answer that is not JSON: byte 1 begins no value\n"},
        {"{}", "AccessKeyId: in the answer of " WHO " is missing\n"},
        {"{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"hunter2\",\"Token\":\"t\"}",
         "Expiration: in the answer of " WHO " is missing\n"},
        {"{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"hunter2\",\"Token\":\"t\","
         "\"Expiration\":\"tomorrow\"}",
         "Expiration: in the answer of " WHO " is no RFC 3339 time\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct reply reply = {200, rows[i].body};
        struct script script = {
            .replies = {{200, "hunter-imds"}, {200, "ses-role"}, reply, reply, reply}};
        char text[2048];
        (void)snprintf(text, sizeof text, "%sfailed: parse: %s",
                       PUT GET_ROLE GET_KEYS GET_AT(BASE, LIST "ses-role", "hunter-imds",
                                                    " (delayed) (direct)")
                           GET_AT(BASE, LIST "ses-role", "hunter-imds", " (delayed) (direct)"),
                       rows[i].expected);
        SCRIPT(&script, SOURCES, text);
    }
    struct reply list = {200, "<html>hunter</html>"};
    struct script roles = {.replies = {{200, "hunter-imds"}, list, list, list}};
    SCRIPT(&roles, SOURCES,
           PUT GET_ROLE GET_AT(BASE, LIST, "hunter-imds", " (delayed) (direct)")
               GET_AT(BASE, LIST, "hunter-imds", " (delayed) (direct)") "failed: parse: " WHO
                                                                        " named no usable role\n");
    struct reply token = {200, "two\nlines"};
    struct script tokens = {.replies = {token, token, {200, ""}}};
    SCRIPT(&tokens, SOURCES,
           PUT PUT_AT(BASE, " (delayed) (direct)")
               PUT_AT(BASE, " (delayed) (direct)") "failed: parse: " WHO
                                                   " gave no usable session token\n");
}

/* --- The region --- */

static void look_up(struct script *script, const char *expected) {
    struct ses_host host = world_host(&script->world);
    const struct ses_profile_options profile = {.profile = {NULL, 0}};
    ses_imds_region *region = NULL;
    struct ses_effect effect;
    struct ses_buf log;
    struct ses_span name;
    struct ses_error error = {0};
    ses_buf_init(&log);
    CHECK(ses_imds_region_new(&profile, &host, &region, NULL) == SES_OK);
    CHECK(ses_imds_region_get(region, &name, NULL) == SES_ERR_STATE);
    CHECK(ses_imds_region_feed_failure(region, SES_ERR_IO, SES_SPAN("")) == SES_ERR_STATE);
    size_t next = 0;
    while (ses_imds_region_next(region, &effect), effect.kind == SES_EFFECT_HTTP) {
        script_log_request(&log, &effect);
        ses_effect_free(&effect);
        const struct reply *reply = &script->replies[next++];
        if (reply->status < 0) {
            CHECK(ses_imds_region_feed_failure(region, (enum ses_status) - reply->status,
                                               ses_span_from(reply->body)) == SES_OK);
            continue;
        }
        ses_http_response *response = script_response(reply);
        CHECK(ses_imds_region_feed_response(region, response) == SES_OK);
        ses_http_response_free(response);
    }
    if (ses_imds_region_get(region, &name, &error) == SES_OK)
        script_write(&log, name);
    else
        script_log_error(&log, &error);
    CHECK((effect.kind == SES_EFFECT_DONE) == (name.len > 0));
    CHECK_SPAN(ses_buf_span(&log), expected);
    if (!check_span(ses_buf_span(&log), expected))
        fprintf(stderr, "  got:\n%.*s\n", (int)log.len, log.data);
    ses_imds_region_free(region);
    ses_buf_free(&log);
}

#define GET_REGION GET_AT(BASE, "/latest/meta-data/placement/region", "hunter-imds", " (direct)")

static void finds_the_region(void) {
    struct script good = {.replies = {{200, "hunter-imds"}, {200, "eu-north-1\n"}}};
    look_up(&good, PUT GET_REGION "eu-north-1");
    struct script renewed = {
        .replies = {{200, "hunter-imds"}, {401, ""}, {200, "hunter-imds"}, {200, "us-gov-west-1"}}};
    look_up(&renewed, PUT GET_REGION PUT GET_REGION "us-gov-west-1");
    struct script absent = {.replies = {{200, "hunter-imds"}, {404, ""}}};
    look_up(&absent, PUT GET_REGION "credentials: " WHO " answered 404\n");
    struct script off = {.world = {.variables = {"AWS_EC2_METADATA_DISABLED", "true"}}};
    look_up(&off, "credentials: not asked, as AWS_EC2_METADATA_DISABLED is true\n");
    struct script alone = {.replies = {{-SES_ERR_NETWORK, "refused"}}};
    look_up(&alone, PUT "network: " WHO " gave no answer: refused\n");
}

static void refuses_what_is_no_region(void) {
    static const char *const bodies[] = {
        "", "eu-west-1.evil.example", "-eu", "eu-", "EU", "eu west", "<html>"};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct reply reply = {200, bodies[i]};
        struct script script = {.replies = {{200, "hunter-imds"}, reply, reply, reply}};
        look_up(&script,
                PUT GET_REGION GET_AT(BASE, "/latest/meta-data/placement/region", "hunter-imds",
                                      " (delayed) (direct)")
                    GET_AT(BASE, "/latest/meta-data/placement/region", "hunter-imds",
                           " (delayed) (direct)") "parse: region: of the instance metadata service "
                                                  "is no region's name\n");
    }
    ses_imds_region_free(NULL);
}

int main(void) {
    RUN(asks_for_token_role_and_credentials);
    RUN(is_not_asked_where_it_is_disabled);
    RUN(goes_where_it_is_told);
    RUN(takes_a_new_token_where_one_is_refused);
    RUN(never_falls_back_to_version_1_unasked);
    RUN(speaks_version_1_where_asked);
    RUN(gives_up_at_once_where_nobody_answers);
    RUN(tries_again_once_it_has_answered);
    RUN(tells_what_is_missing);
    RUN(gives_expired_credentials_too);
    RUN(gives_up_on_what_stays_malformed);
    RUN(finds_the_region);
    RUN(refuses_what_is_no_region);
    return check_done();
}
