/* resolver_script.h: runs a search for credentials against answers that are written down, and
 * writes down what it asked for. Secrets in these tests contain "hunter", which no message may.
 */
#ifndef RESOLVER_SCRIPT_H
#define RESOLVER_SCRIPT_H

#include "check.h"
#include "ses/credentials_resolver.h"

#define NOW 1900000000.0 /* 2030-03-17T17:46:40Z */

/* A host that holds its variables and files in memory: names and values by turns. */
struct world {
    const char *variables[24];
    const char *files[12];
    bool read_only;
    char written[1024]; /* the file that was written */
};

static inline const char *world_find(const char *const *pairs, const char *name) {
    for (size_t i = 0; pairs[i] != NULL; i += 2)
        if (strcmp(pairs[i], name) == 0)
            return pairs[i + 1];
    return NULL;
}

static inline const char *world_getenv(void *context, const char *name) {
    return world_find(((struct world *)context)->variables, name);
}

static inline enum ses_status world_home(void *context, struct ses_buf *out) {
    (void)context;
    return ses_buf_append_text(out, "/home/ann");
}

static inline enum ses_status world_read(void *context, const char *path, struct ses_buf *out,
                                         struct ses_error *error) {
    const char *text = world_find(((struct world *)context)->files, path);
    if (text == NULL)
        return ses_error_set(error, SES_ERR_NOT_FOUND, NULL, "%s does not exist", path);
    if (strcmp(text, "EACCES") == 0)
        return ses_error_set(error, SES_ERR_IO, NULL, "%s cannot be read: Permission denied", path);
    if (ses_buf_append_text(out, text) != SES_OK)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    return SES_OK;
}

static inline enum ses_status world_write(void *context, const char *path, struct ses_span bytes,
                                          struct ses_error *error) {
    struct world *world = context;
    if (world->read_only)
        return ses_error_set(error, SES_ERR_IO, NULL, "%s cannot be written", path);
    CHECK(bytes.len < sizeof world->written);
    memcpy(world->written, bytes.data, bytes.len);
    world->written[bytes.len] = '\0';
    return SES_OK;
}

static inline struct ses_host world_host(struct world *world) {
    return (struct ses_host){
        .context = world,
        .getenv = world_getenv,
        .home = world_home,
        .read_file = world_read,
        .write_file = world_write,
    };
}

/* An answer: an HTTP status and a body, an exit status and an output, or 0 and an MFA code; or an
 * ses_status below zero and a message. */
struct reply {
    int status;
    const char *body;
};

struct script {
    struct world world;
    struct reply replies[12];
};

static inline void script_write(struct ses_buf *log, struct ses_span text) {
    (void)ses_buf_append(log, text);
}

/* One line: method, URL, headers, body, and "(+ delay)" and "(direct)" where they are set. */
static inline void script_log_request(struct ses_buf *log, const struct ses_effect *effect) {
    const ses_http_request *request = effect->request;
    script_write(log, ses_http_request_method(request));
    script_write(log, SES_SPAN(" "));
    script_write(log, ses_http_request_url(request));
    for (size_t i = 0; i < ses_http_request_header_count(request); i++) {
        struct ses_http_header header = ses_http_request_header(request, i);
        script_write(log, SES_SPAN(" "));
        script_write(log, header.name);
        script_write(log, SES_SPAN("="));
        struct ses_span rest = header.value;
        /* What is signed with it is checked elsewhere. */
        script_write(log, ses_span_split(&rest, ','));
        bool hunter = header.value.len >= 6 && memcmp(header.value.data, "hunter", 6) == 0;
        CHECK(!hunter || header.secret);
    }
    if (ses_http_request_body(request).len > 0)
        script_write(log, SES_SPAN(" "));
    script_write(log, ses_http_request_body(request));
    script_write(log, ses_span_from(effect->delay_ms > 0 ? " (delayed)" : ""));
    script_write(log, ses_span_from(effect->direct ? " (direct)\n" : "\n"));
    CHECK(effect->connect_timeout_ms > 0 && effect->timeout_ms > 0);
}

static inline void script_log_effect(struct ses_buf *log, const struct ses_effect *effect) {
    if (effect->kind == SES_EFFECT_HTTP) {
        script_log_request(log, effect);
        return;
    }
    bool process = effect->kind == SES_EFFECT_PROCESS;
    script_write(log, ses_span_from(process ? "RUN " : "MFA "));
    script_write(log, process ? effect->command : effect->mfa_serial);
    script_write(log, SES_SPAN("\n"));
    CHECK(!process || effect->timeout_ms > 0);
}

static inline ses_http_response *script_response(const struct reply *reply) {
    ses_http_response *response = NULL;
    CHECK(ses_http_response_new(&response) == SES_OK);
    ses_http_response_set_status(response, reply->status);
    CHECK(ses_http_response_append_body(response, ses_span_from(reply->body)) == SES_OK);
    return response;
}

static inline void script_feed(ses_credentials_resolver *resolver, const struct reply *reply) {
    if (reply->status < 0) {
        CHECK(ses_credentials_resolver_feed_failure(resolver, (enum ses_status) - reply->status,
                                                    ses_span_from(reply->body), NOW) == SES_OK);
        return;
    }
    ses_http_response *response = script_response(reply);
    CHECK(ses_credentials_resolver_feed_response(resolver, response, NOW) == SES_OK);
    ses_http_response_free(response);
}

/* The same for any kind of effect. */
static inline void script_answer(ses_credentials_resolver *resolver, enum ses_effect_kind kind,
                                 const struct reply *reply) {
    struct ses_span body = ses_span_from(reply->body);
    if (kind == SES_EFFECT_HTTP || reply->status < 0)
        script_feed(resolver, reply);
    else if (kind == SES_EFFECT_PROCESS)
        CHECK(ses_credentials_resolver_feed_process(resolver, reply->status, body, NOW) == SES_OK);
    else
        CHECK(ses_credentials_resolver_feed_mfa(resolver, body, NOW) == SES_OK);
}

static inline void script_log_error(struct ses_buf *log, const struct ses_error *error) {
    script_write(log, ses_span_from(ses_status_name(error->status)));
    script_write(log, SES_SPAN(": "));
    script_write(log, ses_span_from(error->field));
    script_write(log, ses_span_from(error->field[0] == '\0' ? "" : ": "));
    script_write(log, ses_span_from(error->message));
    script_write(log, SES_SPAN("\n"));
    CHECK(strstr(error->message, "hunter") == NULL && strstr(error->field, "hunter") == NULL);
}

static inline void script_log_end(struct ses_buf *log, ses_credentials_resolver *resolver) {
    ses_credentials *found = NULL;
    struct ses_error error = {0};
    const struct ses_resolver_report *report = ses_credentials_resolver_report(resolver);
    if (ses_credentials_resolver_take(resolver, &found, &error) != SES_OK) {
        script_write(log, SES_SPAN("failed: "));
        if (error.status == SES_ERR_CREDENTIALS && report->count > 0)
            error = report->tried[report->count - 1].error;
        script_log_error(log, &error);
        return;
    }
    script_write(log, ses_span_from(ses_credentials_source_name(ses_credentials_source(found))));
    script_write(log, SES_SPAN(" "));
    script_write(log, ses_credentials_access_key_id(found));
    script_write(log, SES_SPAN(" "));
    script_write(log, ses_credentials_secret(found));
    script_write(log, SES_SPAN(" "));
    script_write(log, ses_credentials_session_token(found));
    script_write(log, SES_SPAN(" "));
    (void)ses_buf_append_uint(log, (uint64_t)ses_credentials_expiration(found));
    script_write(log, SES_SPAN(" "));
    script_write(log, ses_credentials_account_id(found));
    script_write(log, SES_SPAN("\n"));
    ses_credentials_free(found);
}

/* Asks `sources` alone, and checks that what it asks and how it ends is `expected`. */
static inline void script_run(struct script *script, unsigned sources, const char *expected,
                              const char *file, int line) {
    struct ses_host host = world_host(&script->world);
    const struct ses_credentials_resolver_options options = {.sources = sources, .use_imds = true};
    ses_credentials_resolver *resolver = NULL;
    struct ses_effect effect;
    struct ses_buf log;
    size_t next = 0;
    ses_buf_init(&log);
    CHECK(ses_credentials_resolver_new(&options, &host, &resolver, NULL) == SES_OK);
    for (;;) {
        ses_credentials_resolver_next(resolver, NOW, &effect);
        if (effect.kind <= SES_EFFECT_FAILED)
            break;
        script_log_effect(&log, &effect);
        enum ses_effect_kind kind = effect.kind;
        ses_effect_free(&effect);
        if (script->replies[next].body == NULL)
            break;
        script_answer(resolver, kind, &script->replies[next++]);
    }
    if (effect.kind <= SES_EFFECT_FAILED)
        script_log_end(&log, resolver);
    ses_effect_free(&effect);
    ses_credentials_resolver_free(resolver);
    CHECK(next == 12 || script->replies[next].body == NULL);
    CHECK_SPAN(ses_buf_span(&log), expected);
    if (!check_span(ses_buf_span(&log), expected))
        fprintf(stderr, "%s:%d: got:\n%.*s", file, line, (int)log.len, log.data);
    ses_buf_free(&log);
}

#define SCRIPT(script, sources, expected)                                                          \
    script_run((script), (sources), (expected), __FILE__, __LINE__)

#endif
