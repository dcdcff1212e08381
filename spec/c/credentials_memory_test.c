/* Every source of credentials with every allocation failing in its turn, by itself and for good:
 * each search ends with the right credentials or as out of memory, asks nothing else than it would
 * have, gives all back, and leaves no secret in what it gave back. */
#include "failing_memory.h"

#include "resolver_script.h"

#define BIT SES_CREDENTIALS_BIT
#define ALL 0
#define CONFIG "/home/ann/.aws/config"
#define CREDENTIALS "/home/ann/.aws/credentials"
#define CACHE                                                                                      \
    "/home/ann/.aws/sso/cache/e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json" /* of "work" */
#define REGION "AWS_REGION", "eu-west-1"
#define BASE "aws_access_key_id=AKIABASE\naws_secret_access_key=hunter0hunter0\n"
#define STS_ANSWER(id)                                                                             \
    "<XResponse><XResult><AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn>"   \
    "</AssumedRoleUser><Credentials><AccessKeyId>" id "</AccessKeyId>"                             \
    "<SecretAccessKey>hunter-" id "</SecretAccessKey><SessionToken>hunter-token</SessionToken>"    \
    "<Expiration>2030-03-17T18:46:40Z</Expiration></Credentials></XResult></XResponse>"
#define STS_BUSY                                                                                   \
    "<ErrorResponse><Error><Code>Throttling</Code><Message>hunter0hunter0 is too fast</Message>"   \
    "</Error></ErrorResponse>"
#define METADATA(id)                                                                               \
    "{\"Code\":\"Success\",\"AccessKeyId\":\"" id "\",\"SecretAccessKey\":\"hunter2\","            \
    "\"Token\":\"hunter-token\",\"Expiration\":\"2030-03-17T18:46:40Z\","                          \
    "\"AccountId\":\"123456789012\"}"

/* A search, and how it ends: with a key id, or by a failure. */
struct search {
    struct script script;
    unsigned sources;
    const char *found;
    enum ses_status status;
};

/* What a search asked for, in order. */
struct trace {
    char asked[12][200];
    size_t count;
    enum ses_status status;
};

static void note(struct trace *trace, const struct ses_effect *effect) {
    struct ses_span text = effect->command;
    if (effect->kind == SES_EFFECT_HTTP)
        text = ses_http_request_url(effect->request);
    else if (effect->kind == SES_EFFECT_MFA)
        text = effect->mfa_serial;
    CHECK(trace->count < 12);
    (void)snprintf(trace->asked[trace->count++], sizeof trace->asked[0], "%d %.*s",
                   (int)effect->kind, (int)text.len, text.data);
}

static void answer(ses_credentials_resolver *resolver, enum ses_effect_kind kind,
                   const struct reply *reply) {
    struct ses_span body = ses_span_from(reply->body);
    ses_http_response *response = NULL;
    if (kind == SES_EFFECT_HTTP)
        response = script_response(reply);
    memory_begin();
    if (kind == SES_EFFECT_HTTP)
        CHECK(ses_credentials_resolver_feed_response(resolver, response, NOW) == SES_OK);
    else if (kind == SES_EFFECT_PROCESS)
        CHECK(ses_credentials_resolver_feed_process(resolver, reply->status, body, NOW) == SES_OK);
    else
        CHECK(ses_credentials_resolver_feed_mfa(resolver, body, NOW) == SES_OK);
    memory_end();
    ses_http_response_free(response);
}

/* Takes the search to its end. */
static void follow(ses_credentials_resolver *resolver, const struct search *search,
                   struct trace *trace) {
    struct ses_effect effect;
    ses_credentials *found = NULL;
    struct ses_error error = {0};
    for (size_t next = 0;; next++) {
        memory_begin();
        ses_credentials_resolver_next(resolver, NOW, &effect);
        memory_end();
        if (effect.kind <= SES_EFFECT_FAILED)
            break;
        note(trace, &effect);
        CHECK(search->script.replies[next].body != NULL);
        enum ses_effect_kind kind = effect.kind;
        memory_begin();
        ses_effect_free(&effect);
        memory_end();
        answer(resolver, kind, &search->script.replies[next]);
    }
    memory_begin();
    trace->status = ses_credentials_resolver_take(resolver, &found, &error);
    memory_end();
    CHECK((found != NULL) == (trace->status == SES_OK));
    CHECK((effect.kind == SES_EFFECT_DONE) == (trace->status == SES_OK));
    CHECK(error.status == trace->status && (error.message[0] != '\0') == (found == NULL));
    CHECK(strstr(error.message, MEMORY_SECRET) == NULL);
    CHECK(found == NULL || check_span(ses_credentials_access_key_id(found), search->found));
    memory_begin();
    ses_credentials_free(found);
    memory_end();
}

static void run(struct search *search, size_t at, bool for_good, struct trace *trace) {
    struct ses_host host = world_host(&search->script.world);
    const struct ses_credentials_resolver_options options = {
        .sources = search->sources,
        .use_imds = true,
        .profile = {.config_file = SES_SPAN(CONFIG)},
        .role_session_name = SES_SPAN("s"),
    };
    ses_credentials_resolver *resolver = NULL;
    *trace = (struct trace){0};
    memory_run(at, for_good);
    memory_begin();
    trace->status = ses_credentials_resolver_new(&options, &host, &resolver, NULL);
    memory_end();
    CHECK((resolver != NULL) == (trace->status == SES_OK));
    if (resolver != NULL)
        follow(resolver, search, trace);
    memory_begin();
    ses_credentials_resolver_free(resolver);
    memory_end();
    CHECK(memory_live == 0);
    CHECK(memory_dirty == 0);
}

/* That what was asked for is what is asked for with memory enough, as far as it went. */
static bool agrees(const struct trace *trace, const struct trace *whole) {
    for (size_t i = 0; i < trace->count; i++)
        if (i >= whole->count || strcmp(trace->asked[i], whole->asked[i]) != 0)
            return false;
    return true;
}

static void run_out(struct search *search, bool for_good) {
    struct trace whole, trace;
    int faults = check_faults;
    run(search, 0, false, &whole);
    CHECK(whole.status == search->status && memory_count > 0);
    size_t most = memory_count + 100;
    for (size_t at = 1; at <= most; at++) {
        run(search, at, for_good, &trace);
        CHECK(trace.status == search->status || trace.status == SES_ERR_NOMEM);
        CHECK(agrees(&trace, &whole));
        if (check_faults > faults) {
            fprintf(stderr, "allocation %zu%s: %s\n", at, for_good ? " and all behind it" : "",
                    ses_status_name(trace.status));
            return;
        }
        if (memory_failed == 0)
            return;
    }
    CHECK(memory_failed == 0);
}

static void runs_out_in(struct search *search) {
    run_out(search, false);
    run_out(search, true);
}

static void fails_in(unsigned sources, enum ses_status status, struct script script) {
    runs_out_in(&(struct search){.script = script, .sources = sources, .status = status});
}

static void the_environment(void) {
    runs_out_in(&(struct search){
        .script = {.world = {.variables = {"AWS_ACCESS_KEY_ID", "AKIAENV", "AWS_SECRET_ACCESS_KEY",
                                           "hunter-env", "AWS_SESSION_TOKEN", "hunter-token"}}},
        .sources = BIT(SES_CREDENTIALS_ENVIRONMENT),
        .found = "AKIAENV"});
}

static void a_web_identity(void) {
    runs_out_in(&(struct search){
        .script = {.world = {.variables = {REGION, "AWS_WEB_IDENTITY_TOKEN_FILE", "/run/token",
                                           "AWS_ROLE_ARN", "r", "AWS_ROLE_SESSION_NAME", "s"},
                             .files = {"/run/token", "hunter.jwt/+=\n"}},
                   .replies = {{503, "hunter"}, {200, STS_ANSWER("ASIAWEB")}}},
        .sources = BIT(SES_CREDENTIALS_WEB_IDENTITY),
        .found = "ASIAWEB"});
}

/* The region stands in the profile: it must not be lost on the way. */
static void a_chain_of_roles(void) {
    runs_out_in(&(struct search){
        .script = {.world = {.files = {CONFIG,
                                       "[default]\nregion=eu-west-1\nrole_arn=r1\nexternal_id=x\n"
                                       "mfa_serial=arn:mfa\nsource_profile=two\n"
                                       "[profile two]\nrole_arn=r2\nsource_profile=three\n"
                                       "endpoint_url=http://127.0.0.1:1/two\n"
                                       "[profile three]\nrole_arn=r3\nservices=s\n"
                                       "source_profile=base\n"
                                       "[services s]\nsts =\n  endpoint_url = http://s/\n",
                                       CREDENTIALS, "[base]\n" BASE}},
                   .replies = {{200, STS_ANSWER("ASIA3")},
                               {400, STS_BUSY},
                               {200, STS_ANSWER("ASIA2")},
                               {0, "123456"},
                               {200, STS_ANSWER("ASIA1")}}},
        .sources = BIT(SES_CREDENTIALS_PROFILE),
        .found = "ASIA1"});
}

static void a_program(void) {
    runs_out_in(&(struct search){
        .script = {.world = {.files = {CONFIG, "[default]\ncredential_process=/bin/give hunter\n"}},
                   .replies = {{0, "{\"Version\": 1, \"AccessKeyId\": \"ASIAP\", "
                                   "\"SecretAccessKey\": \"hunter\\u002d\", "
                                   "\"SessionToken\": \"hunter-t\"}"}}},
        .sources = BIT(SES_CREDENTIALS_PROCESS),
        .found = "ASIAP"});
}

#define SSO                                                                                        \
    "[default]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = Mail\n"         \
    "[sso-session work]\nsso_region = eu-west-1\nsso_start_url = https://my.awsapps.com/start\n"

#define SSO_TOKEN(until)                                                                           \
    "{\"accessToken\":\"hunter-access\",\"expiresAt\":\"2030-03-17T" until                         \
    "Z\",\"clientId\":\"c\","                                                                      \
    "\"clientSecret\":\"hunter-c\",\"registrationExpiresAt\":\"2030-04-01T00:00:00Z\","            \
    "\"refreshToken\":\"hunter-refresh\"}"

static void a_login_that_is_refreshed(void) {
    runs_out_in(&(struct search){
        .script = {.world = {.files = {CONFIG, SSO, CACHE, SSO_TOKEN("17:50:00")}},
                   .replies = {{200, "{\"accessToken\":\"hunter-new\",\"expiresIn\":3600,"
                                     "\"refreshToken\":\"hunter-next\"}"},
                               {200,
                                "{\"roleCredentials\":{\"accessKeyId\":\"ASIAS\","
                                "\"secretAccessKey\":\"hunter2\",\"sessionToken\":\"hunter-t\","
                                "\"expiration\":1900003600123}}"}}},
        .sources = BIT(SES_CREDENTIALS_SSO),
        .found = "ASIAS"});
}

static void a_container(void) {
    runs_out_in(&(struct search){
        .script = {.world = {.variables = {"AWS_CONTAINER_CREDENTIALS_FULL_URI",
                                           "https://creds.example/x",
                                           "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/run/token"},
                             .files = {"/run/token", "hunter-t2\n"}},
                   .replies = {{500, "hunter"}, {200, METADATA("ASIAC")}}},
        .sources = BIT(SES_CREDENTIALS_CONTAINER),
        .found = "ASIAC"});
}

/* Its endpoint stands in the profile: the real service must not be asked in its place. */
static void an_instance(void) {
    runs_out_in(&(struct search){
        .script = {.world = {.files = {CONFIG, "[default]\nec2_metadata_service_endpoint="
                                               "http://127.0.0.1:1338/imds\n"}},
                   .replies = {{200, "hunter-imds"},
                               {401, "hunter"},
                               {200, "hunter-again"},
                               {200, "ses-role\n"},
                               {200, METADATA("ASIAI")}}},
        .sources = BIT(SES_CREDENTIALS_IMDS),
        .found = "ASIAI"});
}

/* From source to source, to the last one. */
static void the_whole_search(void) {
    runs_out_in(&(struct search){
        .script = {.world = {.variables = {REGION}},
                   .replies = {{200, "hunter-imds"}, {200, "r"}, {200, METADATA("ASIAI")}}},
        .sources = ALL,
        .found = "ASIAI"});
}

/* What is told of a refusal is not to hide that memory ran out while it was read. */
static void refusals(void) {
    static const char files[] =
        "[default]\nrole_arn=r\nsource_profile=base\nregion=eu-west-1\n[profile base]\n" BASE;
    fails_in(BIT(SES_CREDENTIALS_PROFILE), SES_ERR_CREDENTIALS,
             (struct script){.world = {.files = {CONFIG, files}},
                             .replies = {{403, "<E><Error><Code>AccessDenied</Code><Message>"
                                               "hunter0hunter0 may not</Message></Error></E>"}}});
    fails_in(BIT(SES_CREDENTIALS_PROFILE), SES_ERR_PARSE,
             (struct script){.world = {.files = {CONFIG, "[default]\nhunter\n"}}});
    fails_in(BIT(SES_CREDENTIALS_SSO), SES_ERR_EXPIRED,
             (struct script){.world = {.files = {CONFIG, SSO, CACHE, SSO_TOKEN("00:00:00")}},
                             .replies = {{400, "{\"error\":\"invalid_grant\"}"}}});
    fails_in(
        BIT(SES_CREDENTIALS_CONTAINER), SES_ERR_CREDENTIALS,
        (struct script){.world = {.variables = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"}},
                        .replies = {{404, "{\"code\":\"NoRole\",\"message\":\"hunter\"}"}}});
    fails_in(BIT(SES_CREDENTIALS_IMDS), SES_ERR_CREDENTIALS,
             (struct script){.replies = {{200, "hunter-imds"},
                                         {200, "ses-role"},
                                         {200, "{\"Code\":\"AssumeRoleUnauthorizedAccess\"}"}}});
}

int main(void) {
    RUN(the_environment);
    RUN(a_web_identity);
    RUN(a_chain_of_roles);
    RUN(a_program);
    RUN(a_login_that_is_refreshed);
    RUN(a_container);
    RUN(an_instance);
    RUN(the_whole_search);
    RUN(refusals);
    return check_done();
}
