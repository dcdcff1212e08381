#include "resolver_script.h"

#define SOURCES SES_CREDENTIALS_BIT(SES_CREDENTIALS_CONTAINER)
#define RELATIVE "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define FULL "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define TOKEN "AWS_CONTAINER_AUTHORIZATION_TOKEN"
#define TOKEN_FILE "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
#define GOOD                                                                                       \
    "{\"AccessKeyId\":\"ASIAC\",\"SecretAccessKey\":\"hunter2\",\"Token\":\"hunter-token\","       \
    "\"Expiration\":\"2030-03-17T18:46:40Z\",\"AccountId\":\"123456789012\",\"RoleArn\":\"r\"}"
#define FOUND "container ASIAC hunter2 hunter-token 1900003600 123456789012\n"
#define ECS "GET http://169.254.170.2/v2/credentials/x Accept=application/json"

static void asks_nothing_where_it_is_not_configured(void) {
    struct script script = {.world = {.variables = {RELATIVE, "", FULL, ""}}};
    SCRIPT(&script, SOURCES, "failed: credentials: neither " RELATIVE " nor " FULL " is set\n");
}

static void asks_the_agent_of_ecs(void) {
    struct script script = {
        .world = {.variables = {RELATIVE, "/v2/credentials/x", FULL, "http://127.0.0.1/full"}},
        .replies = {{200, GOOD}}};
    SCRIPT(&script, SOURCES, ECS " (direct)\n" FOUND);
}

static void sends_the_authorization_token(void) {
    struct script script = {
        .world = {.variables = {FULL, "http://[fd00:ec2::23]/v1/credentials", TOKEN, "hunter-t1"}},
        .replies = {{200, GOOD}}};
    SCRIPT(&script, SOURCES,
           "GET http://[fd00:ec2::23]/v1/credentials Accept=application/json "
           "Authorization=hunter-t1 (direct)\n" FOUND);
}

static void prefers_the_token_file(void) {
    struct script script = {.world = {.variables = {FULL, "https://creds.example/x", TOKEN,
                                                    "hunter-t1", TOKEN_FILE, "/run/token"},
                                      .files = {"/run/token", "hunter-t2\n"}},
                            .replies = {{200, GOOD}}};
    SCRIPT(&script, SOURCES,
           "GET https://creds.example/x Accept=application/json Authorization=hunter-t2\n" FOUND);
}

static void refuses_tokens_that_cannot_be_right(void) {
    static const struct {
        const char *variable, *value, *file, *expected;
    } rows[] = {
        {TOKEN, "hunter\r\nX: y", "",
         "failed: invalid: " TOKEN ": holds a line break or a NUL within the token\n"},
        {TOKEN_FILE, "/run/token", "hunter\nhunter",
         "failed: invalid: " TOKEN_FILE ": holds a line break or a NUL within the token\n"},
        {TOKEN_FILE, "/run/token", " \n",
         "failed: invalid: " TOKEN_FILE ": names a file that is empty\n"},
        {TOKEN_FILE, "/run/none", "",
         "failed: not_found: " TOKEN_FILE ": cannot be used: /run/none does not exist\n"},
        {TOKEN_FILE, "/run/token", "EACCES",
         "failed: io: " TOKEN_FILE
         ": cannot be used: /run/token cannot be read: Permission denied\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script script = {
            .world = {.variables = {FULL, "http://127.0.0.1/x", rows[i].variable, rows[i].value},
                      .files = {"/run/token", rows[i].file}}};
        SCRIPT(&script, SOURCES, rows[i].expected);
    }
}

/* The token must not leave the machine in clear. */
static void keeps_to_the_hosts_of_the_sdks(void) {
    static const struct {
        const char *url;
        bool allowed;
    } rows[] = {
        {"http://127.0.0.1/x", true},
        {"http://127.9.8.7:81/x", true},
        {"http://[::1]/x", true},
        {"http://localhost:8080/x", true},
        {"http://LOCALHOST/x", true},
        {"http://169.254.170.2/x", true},
        {"http://169.254.170.23/x", true},
        {"http://[FD00:EC2:0::23]/x", true},
        {"https://example.com/x", true},
        {"https://10.0.0.1/x", true},
        {"http://example.com/x", false},
        {"http://10.0.0.1/x", false},
        {"http://169.254.170.3/x", false},
        {"http://169.254.169.254/x", false},
        {"http://[fd00:ec2::254]/x", false},
        {"http://[::ffff:127.0.0.1]/x", false},
        {"http://127.0.0.1.example.com/x", false},
        {"http://localhost.example.com/x", false},
        {"http://127.1/x", false},
        {"http://0177.0.0.1/x", false},
        {"http://2130706433/x", false},
        {"http://127.0.0.1@example.com/x", false},
        {"ftp://127.0.0.1/x", false},
        {"127.0.0.1/x", false},
        {"http://", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script script = {.world = {.variables = {FULL, rows[i].url}}};
        struct ses_host host = world_host(&script.world);
        const struct ses_credentials_resolver_options options = {.sources = SOURCES};
        ses_credentials_resolver *resolver = NULL;
        struct ses_effect effect;
        CHECK(ses_credentials_resolver_new(&options, &host, &resolver, NULL) == SES_OK);
        ses_credentials_resolver_next(resolver, NOW, &effect);
        CHECK((effect.kind == SES_EFFECT_HTTP) == rows[i].allowed);
        if ((effect.kind == SES_EFFECT_HTTP) != rows[i].allowed)
            fprintf(stderr, "  %s\n", rows[i].url);
        ses_effect_free(&effect);
        ses_credentials_resolver_free(resolver);
    }
}

static void refuses_a_relative_uri_that_names_a_host(void) {
    struct script script = {.world = {.variables = {RELATIVE, "@evil.example/x"}}};
    SCRIPT(&script, SOURCES, "failed: invalid: " RELATIVE ": must begin with '/'\n");
    script.world.variables[1] = ".evil.example/x";
    SCRIPT(&script, SOURCES, "failed: invalid: " RELATIVE ": must begin with '/'\n");
    script.world.variables[1] = "/a b";
    SCRIPT(&script, SOURCES,
           "failed: invalid: " RELATIVE ": holds a character that has to be percent-encoded\n");
}

static void tries_again_what_may_pass(void) {
    struct script script = {
        .world = {.variables = {RELATIVE, "/v2/credentials/x"}},
        .replies = {{500, "hunter"}, {-SES_ERR_TIMEOUT, "too slow"}, {200, GOOD}}};
    SCRIPT(&script, SOURCES,
           ECS " (direct)\n" ECS " (delayed) (direct)\n" ECS " (delayed) (direct)\n" FOUND);
    struct script cut = {.world = {.variables = {RELATIVE, "/v2/credentials/x"}},
                         .replies = {{200, "{\"AccessKeyId\":\"AS"}, {429, ""}, {200, GOOD}}};
    SCRIPT(&cut, SOURCES,
           ECS " (direct)\n" ECS " (delayed) (direct)\n" ECS " (delayed) (direct)\n" FOUND);
}

static void gives_up_in_time(void) {
    static const struct {
        struct reply reply;
        const char *expected;
    } rows[] = {
        {{503, "{\"code\":\"Busy\",\"message\":\"hunter\"}"},
         "failed: credentials: the container's credential endpoint answered 503 (Busy)\n"},
        {{-SES_ERR_NETWORK, "connection refused"},
         "failed: network: the container's credential endpoint gave no answer: connection "
         "refused\n"},
        {{200, "<html>hunter"},
         "failed: parse: the container's credential endpoint gave an answer that is not JSON: byte "
         "1 begins no value\n"},
        {{200, ""},
         "failed: parse: the container's credential endpoint gave an answer that is empty, where "
         "JSON should be\n"},
        {{200, "[]"},
         "failed: parse: the container's credential endpoint gave an answer that has no JSON "
         "object with credentials\n"},
        {{200, "{\"AccessKeyId\":\"ASIAC\"}"},
         "failed: parse: SecretAccessKey: in the answer of the container's credential endpoint "
         "is missing\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script script = {.world = {.variables = {RELATIVE, "/v2/credentials/x"}},
                                .replies = {rows[i].reply, rows[i].reply, rows[i].reply}};
        char expected[1024];
        (void)snprintf(expected, sizeof expected,
                       "%s (direct)\n%s (delayed) (direct)\n%s "
                       "(delayed) (direct)\n%s",
                       ECS, ECS, ECS, rows[i].expected);
        SCRIPT(&script, SOURCES, expected);
    }
}

static void ends_at_once_where_another_try_would_not_help(void) {
    static const struct {
        struct reply reply;
        const char *expected;
    } rows[] = {
        {{404, "hunter"},
         "failed: credentials: the container's credential endpoint answered 404\n"},
        {{401, "{\"code\":\"AccessDenied\"}"},
         "failed: credentials: the container's credential endpoint answered 401 (AccessDenied)\n"},
        {{401, "{\"code\":\"hunter2\"}"},
         "failed: credentials: the container's credential endpoint answered 401\n"},
        {{302, ""}, "failed: credentials: the container's credential endpoint answered 302\n"},
        {{-SES_ERR_TLS, "the certificate is not valid"},
         "failed: tls: the container's credential endpoint gave no answer: the certificate is not "
         "valid\n"},
        {{200, "{\"AccessKeyId\":\"A B\",\"SecretAccessKey\":\"hunter2\"}"},
         "failed: invalid: AccessKeyId: in the answer of the container's credential endpoint "
         "holds a space, a line break or another odd character\n"},
        {{200, "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"hunter\\u0000\"}"},
         "failed: invalid: SecretAccessKey: in the answer of the container's credential endpoint "
         "holds a line break or another control character\n"},
        {{200, "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"hunter2\",\"Token\":\"t\","
               "\"Expiration\":\"2030-03-17T17:46:40Z\"}"},
         "failed: expired: the container's credential endpoint gave credentials that have "
         "expired\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct script script = {.world = {.variables = {RELATIVE, "/v2/credentials/x"}},
                                .replies = {rows[i].reply}};
        char expected[1024];
        (void)snprintf(expected, sizeof expected, "%s (direct)\n%s", ECS, rows[i].expected);
        SCRIPT(&script, SOURCES, expected);
    }
}

static void takes_credentials_that_do_not_expire(void) {
    struct script script = {.world = {.variables = {RELATIVE, "/v2/credentials/x"}},
                            .replies = {{200, "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s\","
                                              "\"Token\":null,\"AccountId\":\"x\"}"}}};
    SCRIPT(&script, SOURCES, ECS " (direct)\ncontainer A s  0 \n");
}

int main(void) {
    RUN(asks_nothing_where_it_is_not_configured);
    RUN(asks_the_agent_of_ecs);
    RUN(sends_the_authorization_token);
    RUN(prefers_the_token_file);
    RUN(refuses_tokens_that_cannot_be_right);
    RUN(keeps_to_the_hosts_of_the_sdks);
    RUN(refuses_a_relative_uri_that_names_a_host);
    RUN(tries_again_what_may_pass);
    RUN(gives_up_in_time);
    RUN(ends_at_once_where_another_try_would_not_help);
    RUN(takes_credentials_that_do_not_expire);
    return check_done();
}
