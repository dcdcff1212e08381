/* The search through the sources; what each of them does is in its own file. */
#include "credentials_source.h"

#include <stdlib.h>
#include <string.h>

enum {
    ATTEMPTS = 3,
    CONNECT_TIMEOUT_MS = 5000,
    TIMEOUT_MS = 10000,
    DURATION_MIN = 900,
    DURATION_MAX = 43200,
    MESSAGE_MAX = 160
};

/* Copies of the options' texts. */
enum text { PROFILE, CONFIG_FILE, CREDENTIALS_FILE, REGION, SESSION_NAME, TEXTS };

enum stage { ASKING, FOUND, FAILED };

struct ses_credentials_resolver {
    struct ses_buf texts[TEXTS];
    struct ses_source_context context;
    unsigned sources;
    bool skip_environment;
    ses_credentials *given; /* the explicit ones */

    ses_profile *files;
    bool files_tried;
    enum ses_status files_status;
    struct ses_error files_error;

    enum stage stage;
    size_t at; /* of the chain */
    void *state;
    bool waiting; /* for a feed, of the kind `awaited` */
    enum ses_effect_kind awaited;
    enum ses_credentials_source source; /* that gave the credentials, or ended the search */
    ses_credentials *found;
    struct ses_error failure;
    struct ses_resolver_report report;
};

/* The order is the SDKs'. Explicit credentials come before all of them. */
static const struct ses_source_class *const chain[] = {
    &ses_source_environment, &ses_source_web_identity, &ses_source_sso,
    &ses_source_profile,     &ses_source_container,    &ses_source_imds,
};
enum { CHAIN = sizeof chain / sizeof *chain };

void ses_effect_free(struct ses_effect *effect) {
    ses_http_request_free(effect->request);
    effect->request = NULL;
}

static struct ses_span text(const ses_credentials_resolver *r, enum text which) {
    return ses_buf_span(&r->texts[which]);
}

static enum ses_status copy_texts(ses_credentials_resolver *r,
                                  const struct ses_credentials_resolver_options *options) {
    const struct ses_span from[TEXTS] = {
        [PROFILE] = options->profile.profile,
        [CONFIG_FILE] = options->profile.config_file,
        [CREDENTIALS_FILE] = options->profile.credentials_file,
        [REGION] = options->region,
        [SESSION_NAME] = options->role_session_name,
    };
    enum ses_status status = SES_OK;
    for (size_t i = 0; status == SES_OK && i < TEXTS; i++)
        status = ses_buf_append(&r->texts[i], from[i]);
    return status;
}

static enum ses_status check(const struct ses_credentials_resolver_options *options,
                             struct ses_error *error) {
    unsigned duration = options->role_duration_s;
    if (duration != 0 && (duration < DURATION_MIN || duration > DURATION_MAX))
        return ses_error_set(error, SES_ERR_RANGE, "role_duration_s", "must be %d to %d",
                             DURATION_MIN, DURATION_MAX);
    if (options->max_attempts > 100)
        return ses_error_set(error, SES_ERR_RANGE, "max_attempts", "must be at most 100");
    if (options->sources >= SES_CREDENTIALS_BIT(SES_CREDENTIALS_SOURCES))
        return ses_error_set(error, SES_ERR_INVALID, "sources", "has a source that is not known");
    return SES_OK;
}

static void fill(ses_credentials_resolver *r,
                 const struct ses_credentials_resolver_options *options,
                 const struct ses_host *host) {
    r->skip_environment = options->skip_environment;
    r->sources =
        options->sources != 0 ? options->sources : SES_CREDENTIALS_BIT(SES_CREDENTIALS_SOURCES) - 1;
    r->context = (struct ses_source_context){
        .host = host,
        .region = text(r, REGION),
        .use_fips = options->use_fips,
        .use_dualstack = options->use_dualstack,
        .use_imds = options->use_imds,
        .role_session_name = text(r, SESSION_NAME),
        .role_duration_s = options->role_duration_s,
        .max_attempts = options->max_attempts != 0 ? options->max_attempts : ATTEMPTS,
        .sources = r->sources,
    };
}

enum ses_status ses_credentials_resolver_new(const struct ses_credentials_resolver_options *options,
                                             const struct ses_host *host,
                                             ses_credentials_resolver **out,
                                             struct ses_error *error) {
    *out = NULL;
    enum ses_status status = check(options, error);
    if (status != SES_OK)
        return status;
    ses_credentials_resolver *r = calloc(1, sizeof *r);
    if (r == NULL)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    if (copy_texts(r, options) != SES_OK)
        status = ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    else if (options->explicit_options != NULL)
        status = ses_credentials_new(options->explicit_options, &r->given, error);
    if (status != SES_OK) {
        ses_credentials_resolver_free(r);
        return status;
    }
    fill(r, options, host);
    *out = r;
    return SES_OK;
}

static void close_source(ses_credentials_resolver *r) {
    if (r->state != NULL)
        chain[r->at]->free(r->state);
    r->state = NULL;
}

void ses_credentials_resolver_free(ses_credentials_resolver *r) {
    if (r == NULL)
        return;
    close_source(r);
    ses_profile_free(r->files);
    ses_credentials_free(r->given);
    ses_credentials_free(r->found);
    for (size_t i = 0; i < TEXTS; i++)
        ses_buf_free(&r->texts[i]);
    free(r);
}

/* --- The profile's files, and what follows from them --- */

/* Option, environment, profile. */
static enum ses_status choose_region(ses_credentials_resolver *r) {
    struct ses_span region = text(r, REGION);
    if (region.len == 0)
        region = ses_source_variable(&r->context, "AWS_REGION");
    if (region.len == 0)
        region = ses_source_variable(&r->context, "AWS_DEFAULT_REGION");
    if (region.len == 0)
        (void)ses_source_property(&r->context, "region", &region);
    /* The environment may change between two steps. */
    enum ses_status status = SES_OK;
    if (r->texts[REGION].len == 0)
        status = ses_buf_append(&r->texts[REGION], region);
    r->context.region = text(r, REGION);
    return status;
}

static void load_files(ses_credentials_resolver *r) {
    if (r->files_tried)
        return;
    r->files_tried = true;
    const struct ses_profile_options options = {.profile = text(r, PROFILE),
                                                .config_file = text(r, CONFIG_FILE),
                                                .credentials_file = text(r, CREDENTIALS_FILE)};
    r->files_status = ses_profile_load(&options, r->context.host, &r->files, &r->files_error);
    if (r->files_status != SES_OK)
        return;
    r->context.files = r->files;
    r->context.profile = ses_profile_name(r->files);
}

/* --- Going from source to source --- */

static void finish(ses_credentials_resolver *r, enum ses_credentials_source source,
                   ses_credentials *found) {
    close_source(r);
    r->stage = FOUND;
    r->source = source;
    r->found = found;
}

static void note(ses_credentials_resolver *r, enum ses_credentials_source source,
                 const struct ses_error *why) {
    r->report.tried[r->report.count].source = source;
    r->report.tried[r->report.count++].error = *why;
}

/* The search ends here. */
static void fail(ses_credentials_resolver *r, const struct ses_error *why) {
    r->source = chain[r->at]->source;
    note(r, r->source, why);
    r->report.ended = true;
    close_source(r);
    r->stage = FAILED;
    r->failure = *why;
}

static void pass_over(ses_credentials_resolver *r, const struct ses_error *why) {
    note(r, chain[r->at]->source, why);
    close_source(r);
    r->at++;
}

static void follow(ses_credentials_resolver *r, enum ses_source_result result,
                   const struct ses_error *why) {
    if (result == SES_SOURCE_NOTHING)
        pass_over(r, why);
    else if (result == SES_SOURCE_FAILED)
        fail(r, why);
}

static bool is_allowed(const ses_credentials_resolver *r, enum ses_credentials_source source) {
    unsigned bits = SES_CREDENTIALS_BIT(source);
    if (source == SES_CREDENTIALS_PROFILE)
        bits |= SES_CREDENTIALS_BIT(SES_CREDENTIALS_ASSUME_ROLE) |
                SES_CREDENTIALS_BIT(SES_CREDENTIALS_PROCESS);
    return (r->sources & bits) != 0;
}

/* Why a source is not asked although it is one of those that may be; NULL where it is. */
static const char *not_asked(const ses_credentials_resolver *r,
                             enum ses_credentials_source source) {
    struct ses_span role;
    bool environment =
        source == SES_CREDENTIALS_ENVIRONMENT || source == SES_CREDENTIALS_WEB_IDENTITY;
    if (environment && r->skip_environment)
        return "not asked, as the program names a profile";
    if (source == SES_CREDENTIALS_IMDS && !r->context.use_imds)
        return "not asked, as use_imds is off";
    if (source == SES_CREDENTIALS_SSO && is_allowed(r, SES_CREDENTIALS_PROFILE) &&
        ses_source_property(&r->context, "role_arn", &role))
        return "not asked, as the profile has a role_arn";
    return NULL;
}

static enum ses_source_result open_source(ses_credentials_resolver *r, double now,
                                          struct ses_error *error) {
    const struct ses_source_class *class = chain[r->at];
    if (class->files != SES_FILES_IGNORED) {
        load_files(r);
        /* Without what they say of it another service would be asked. */
        if (r->files_status == SES_ERR_NOMEM || choose_region(r) != SES_OK) {
            (void)ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
            return SES_SOURCE_FAILED;
        }
        if (r->files_status != SES_OK && class->files == SES_FILES_NEEDED) {
            *error = r->files_error;
            /* It is told of as the profile's fault, where that is asked too. */
            return class->source == SES_CREDENTIALS_SSO && is_allowed(r, SES_CREDENTIALS_PROFILE)
                       ? SES_SOURCE_NOTHING
                       : SES_SOURCE_FAILED;
        }
    }
    const char *why = not_asked(r, class->source);
    if (why != NULL) {
        (void)ses_error_set(error, SES_ERR_CREDENTIALS, NULL, "%s", why);
        return SES_SOURCE_NOTHING;
    }
    return class->open(&r->context, now, &r->state, error);
}

/* Explicit credentials are there or not, before all other sources. False where the search goes on.
 */
static bool take_given(ses_credentials_resolver *r) {
    if (r->at > 0 || r->report.count > 0 || !is_allowed(r, SES_CREDENTIALS_STATIC))
        return false;
    if (r->given == NULL) {
        struct ses_error why = {0};
        (void)ses_error_set(&why, SES_ERR_CREDENTIALS, NULL, "none given");
        note(r, SES_CREDENTIALS_STATIC, &why);
        return false;
    }
    finish(r, SES_CREDENTIALS_STATIC, r->given);
    r->given = NULL;
    return true;
}

static void give_up(ses_credentials_resolver *r) {
    r->stage = FAILED;
    (void)ses_error_set(&r->failure, SES_ERR_CREDENTIALS, NULL, "no source has AWS credentials");
}

static void set_effect(ses_credentials_resolver *r, struct ses_effect *out) {
    if (out->source == SES_CREDENTIALS_STATIC)
        out->source = chain[r->at]->source;
    if (out->timeout_ms == 0)
        out->timeout_ms = out->kind == SES_EFFECT_PROCESS ? 60000 : TIMEOUT_MS;
    if (out->connect_timeout_ms == 0)
        out->connect_timeout_ms = CONNECT_TIMEOUT_MS;
    r->waiting = true;
    r->awaited = out->kind;
}

/* Asks the source that is open. True where `out` is filled. */
static bool ask(ses_credentials_resolver *r, double now, struct ses_effect *out) {
    struct ses_error why = {0};
    ses_credentials *found = NULL;
    enum ses_source_result result = chain[r->at]->next(r->state, now, out, &found, &why);
    if (result == SES_SOURCE_EFFECT) {
        set_effect(r, out);
        return true;
    }
    ses_effect_free(out);
    *out = (struct ses_effect){0};
    if (result == SES_SOURCE_DONE)
        finish(r, ses_credentials_source(found), found);
    else
        follow(r, result, &why);
    return false;
}

void ses_credentials_resolver_next(ses_credentials_resolver *r, double now,
                                   struct ses_effect *out) {
    *out = (struct ses_effect){0};
    if (r->stage == ASKING)
        (void)take_given(r);
    while (r->stage == ASKING) {
        struct ses_error why = {0};
        if (r->at == CHAIN)
            give_up(r);
        else if (r->state != NULL && ask(r, now, out))
            return;
        else if (r->stage != ASKING || r->state != NULL || r->at == CHAIN)
            continue;
        else if (!is_allowed(r, chain[r->at]->source))
            r->at++;
        else
            follow(r, open_source(r, now, &why), &why);
    }
    out->kind = r->stage == FOUND ? SES_EFFECT_DONE : SES_EFFECT_FAILED;
    out->source = r->source;
}

/* --- What is fed --- */

static enum ses_status feed(ses_credentials_resolver *r, const struct ses_source_input *input,
                            double now) {
    r->waiting = false;
    chain[r->at]->feed(r->state, input, now);
    return SES_OK;
}

static bool awaits(const ses_credentials_resolver *r, enum ses_effect_kind kind) {
    return r->waiting && r->awaited == kind;
}

enum ses_status ses_credentials_resolver_feed_response(ses_credentials_resolver *r,
                                                       const ses_http_response *response,
                                                       double now) {
    if (!awaits(r, SES_EFFECT_HTTP))
        return SES_ERR_STATE;
    return feed(r, &(struct ses_source_input){.kind = SES_INPUT_RESPONSE, .response = response},
                now);
}

enum ses_status ses_credentials_resolver_feed_failure(ses_credentials_resolver *r,
                                                      enum ses_status status,
                                                      struct ses_span message, double now) {
    if (!r->waiting)
        return SES_ERR_STATE;
    char shown[MESSAGE_MAX];
    size_t len = message.len < sizeof shown ? message.len : sizeof shown;
    for (size_t i = 0; i < len; i++) {
        char c = message.data[i];
        shown[i] = (c < ' ' && c >= 0) || c == 0x7f ? '?' : c;
    }
    return feed(r,
                &(struct ses_source_input){
                    .kind = SES_INPUT_FAILURE,
                    .status = status == SES_OK ? SES_ERR_INTERNAL : status,
                    .message = {shown, len},
                },
                now);
}

enum ses_status ses_credentials_resolver_feed_process(ses_credentials_resolver *r, int exit_status,
                                                      struct ses_span output, double now) {
    if (!awaits(r, SES_EFFECT_PROCESS))
        return SES_ERR_STATE;
    return feed(r,
                &(struct ses_source_input){
                    .kind = SES_INPUT_PROCESS, .exit_status = exit_status, .bytes = output},
                now);
}

enum ses_status ses_credentials_resolver_feed_mfa(ses_credentials_resolver *r, struct ses_span code,
                                                  double now) {
    if (!awaits(r, SES_EFFECT_MFA))
        return SES_ERR_STATE;
    return feed(r, &(struct ses_source_input){.kind = SES_INPUT_MFA, .bytes = code}, now);
}

enum ses_status ses_credentials_resolver_take(ses_credentials_resolver *r, ses_credentials **out,
                                              struct ses_error *error) {
    *out = NULL;
    if (r->stage == FAILED) {
        if (error != NULL)
            *error = r->failure;
        return r->failure.status;
    }
    if (r->found == NULL)
        return ses_error_set(error, SES_ERR_STATE, NULL, "the resolver has none to give");
    *out = r->found;
    r->found = NULL;
    return SES_OK;
}

const struct ses_resolver_report *
ses_credentials_resolver_report(const ses_credentials_resolver *r) {
    return &r->report;
}
