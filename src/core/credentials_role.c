/* The source "profile": all that a profile may say of where its credentials are.
 *
 * A profile with a role_arn leads, by source_profile or credential_source, to the source whose
 * credentials assume the role, which may be a role again. Opening the source walks to the end of
 * this chain; then the source at the end (the leaf) is asked, and the roles are assumed on the way
 * back. The order within a profile is botocore's.
 */
#include "credentials_sts.h"

#include <stdlib.h>

/* One role on the way; the next one's credentials, or the leaf's, assume it. */
struct step {
    struct step *next; /* towards the leaf */
    struct ses_source_context context;
    struct ses_sts_role role;
};

struct chain {
    struct step *first;
    struct ses_source_context context; /* of the leaf */
    const struct ses_source_class *leaf;
    void *leaf_state;
    ses_credentials *keys; /* in place of a leaf: a profile's static ones */

    ses_credentials *current; /* the leaf's, or those of the role assumed last */
    struct step *done;        /* the role that gave `current`; NULL: the leaf did */
    bool calling;
    struct ses_sts_call call;
};

static void release(void *state) {
    struct chain *chain = state;
    if (chain->calling)
        ses_sts_free(&chain->call);
    if (chain->leaf_state != NULL)
        chain->leaf->free(chain->leaf_state);
    ses_credentials_free(chain->keys);
    ses_credentials_free(chain->current);
    while (chain->first != NULL) {
        struct step *next = chain->first->next;
        free(chain->first);
        chain->first = next;
    }
    free(chain);
}

/* --- The walk to the leaf --- */

static enum ses_source_result refuse(const struct ses_source_context *context, const char *property,
                                     const char *why, struct ses_error *error) {
    (void)ses_error_set(error, SES_ERR_INVALID, property, "of profile '%.*s' %s",
                        ses_source_width(context->profile, 64), context->profile.data, why);
    return SES_SOURCE_FAILED;
}

static bool may(const struct ses_source_context *context, enum ses_credentials_source source) {
    return (context->sources &
            (SES_CREDENTIALS_BIT(source) | SES_CREDENTIALS_BIT(SES_CREDENTIALS_PROFILE))) != 0;
}

static bool has(const struct ses_source_context *context, const char *property) {
    struct ses_span value;
    return ses_source_property(context, property, &value);
}

static bool has_keys(const struct ses_source_context *context) {
    return has(context, "aws_access_key_id") || has(context, "aws_secret_access_key");
}

static struct step *last_step(const struct chain *chain) {
    struct step *step = chain->first;
    while (step != NULL && step->next != NULL)
        step = step->next;
    return step;
}

static bool visited(const struct chain *chain, struct ses_span profile) {
    for (const struct step *step = chain->first; step != NULL; step = step->next)
        if (ses_span_equal(step->context.profile, profile))
            return true;
    return false;
}

/* Adds the role of the profile that `chain->context` is at. */
static enum ses_source_result add_step(struct chain *chain, struct ses_error *error) {
    struct step *step = calloc(1, sizeof *step);
    if (step == NULL) {
        (void)ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
        return SES_SOURCE_FAILED;
    }
    struct step *last = last_step(chain);
    if (last == NULL)
        chain->first = step;
    else
        last->next = step;
    step->context = chain->context;
    (void)ses_source_property(&step->context, "role_arn", &step->role.arn);
    (void)ses_source_property(&step->context, "web_identity_token_file", &step->role.token_file);
    return ses_sts_role_of_profile(&step->context, &step->role, error) == SES_OK
               ? SES_SOURCE_EFFECT
               : SES_SOURCE_FAILED;
}

static enum ses_source_result open_leaf(struct chain *chain, const struct ses_source_class *leaf,
                                        double now, struct ses_error *error) {
    chain->leaf = leaf;
    return leaf->open(&chain->context, now, &chain->leaf_state, error);
}

/* The credentials that the container, the instance or the environment gives to a role. */
static enum ses_source_result open_credential_source(struct chain *chain, struct ses_span name,
                                                     double now, struct ses_error *error) {
    static const struct {
        const char *name;
        const struct ses_source_class *class;
    } sources[] = {{"Environment", &ses_source_environment},
                   {"Ec2InstanceMetadata", &ses_source_imds},
                   {"EcsContainer", &ses_source_container}};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        if (!ses_span_equal_nocase(name, ses_span_from(sources[i].name)))
            continue;
        if (sources[i].class == &ses_source_imds && !chain->context.use_imds)
            return refuse(&chain->context, "credential_source",
                          "is Ec2InstanceMetadata, though use_imds is off", error);
        return open_leaf(chain, sources[i].class, now, error);
    }
    return refuse(&chain->context, "credential_source",
                  "must be Environment, Ec2InstanceMetadata or EcsContainer", error);
}

/* The credentials of one of the profile's files. */
static enum ses_source_result take_keys(struct chain *chain, enum ses_profile_kind kind,
                                        struct ses_error *error) {
    enum ses_status status = ses_source_file_keys(&chain->context, kind, &chain->keys, error);
    if (status == SES_OK)
        return SES_SOURCE_EFFECT;
    return status == SES_ERR_CREDENTIALS ? SES_SOURCE_NOTHING : SES_SOURCE_FAILED;
}

/* What the profile has where it is no role: botocore's order. */
static enum ses_source_result open_plain(struct chain *chain, double now, struct ses_error *error) {
    const struct ses_source_context *context = &chain->context;
    enum ses_source_result result = SES_SOURCE_NOTHING;
    if (may(context, SES_CREDENTIALS_SSO) &&
        (has(context, "sso_session") || has(context, "sso_account_id")))
        result = open_leaf(chain, &ses_source_sso, now, error);
    if (result == SES_SOURCE_NOTHING && may(context, SES_CREDENTIALS_PROFILE))
        result = take_keys(chain, SES_PROFILE_CREDENTIALS, error);
    if (result == SES_SOURCE_NOTHING && may(context, SES_CREDENTIALS_PROCESS))
        result = open_leaf(chain, &ses_source_process, now, error);
    if (result == SES_SOURCE_NOTHING && may(context, SES_CREDENTIALS_PROFILE))
        result = take_keys(chain, SES_PROFILE_CONFIG, error);
    return result;
}

/* A role whose source has nothing cannot be assumed. */
static enum ses_source_result blame(const struct chain *chain, struct ses_error *error) {
    const struct ses_error found = *error;
    struct ses_span profile = chain->context.profile;
    (void)ses_error_set(error, SES_ERR_CREDENTIALS, NULL,
                        "profile '%.*s' has no credentials to assume the role with: %s%s%.120s",
                        ses_source_width(profile, 64), profile.data, found.field,
                        found.field[0] == '\0' ? "" : " ", found.message);
    return SES_SOURCE_FAILED;
}

/* What is behind the last role, or the profile itself where there is none. */
static enum ses_source_result open_end(struct chain *chain, double now, struct ses_error *error) {
    /* The sources of the search are those of its beginning; a role may take any. */
    if (chain->first != NULL)
        chain->context.sources = SES_CREDENTIALS_BIT(SES_CREDENTIALS_SOURCES) - 1;
    enum ses_source_result result = open_plain(chain, now, error);
    if (result == SES_SOURCE_NOTHING && chain->first != NULL)
        return blame(chain, error);
    return result;
}

static bool profile_exists(const struct ses_source_context *context, struct ses_span name) {
    return ses_profile_has(ses_profile_config(context->files), SES_SECTION_PROFILE, name) ||
           ses_profile_has(ses_profile_credentials(context->files), SES_SECTION_PROFILE, name);
}

/* Moves on to the source_profile. DONE: its keys are to be taken, whatever role it has. */
static enum ses_source_result go_to(struct chain *chain, struct ses_span name,
                                    struct ses_error *error) {
    struct ses_source_context *context = &chain->context;
    if (!profile_exists(context, name))
        return refuse(context, "source_profile", "names a profile that is not there", error);
    /* A profile may lead to itself, for its own keys. */
    bool itself = ses_span_equal(name, context->profile);
    bool again = visited(chain, name);
    context->profile = name;
    if (again && !(itself && has_keys(context)))
        return refuse(context, "source_profile", "comes round to this profile again", error);
    return has_keys(context) ? SES_SOURCE_DONE : SES_SOURCE_EFFECT;
}

/* The role of the profile at hand, and where it leads. EFFECT: on to the next profile. */
static enum ses_source_result walk_role(struct chain *chain, double now, bool *at_end,
                                        struct ses_error *error) {
    struct ses_span source_profile, credential_source;
    struct ses_source_context *context = &chain->context;
    bool by_profile = ses_source_property(context, "source_profile", &source_profile);
    bool by_source = ses_source_property(context, "credential_source", &credential_source);
    bool by_token = has(context, "web_identity_token_file");
    enum ses_source_result result = add_step(chain, error);
    *at_end = by_token || !by_profile;
    if (result != SES_SOURCE_EFFECT || by_token)
        return result;
    if (by_profile && by_source)
        return refuse(context, "role_arn", "has both source_profile and credential_source", error);
    if (by_source)
        return open_credential_source(chain, credential_source, now, error);
    if (!by_profile)
        return refuse(context, "role_arn", "needs source_profile or credential_source", error);
    return go_to(chain, source_profile, error);
}

static enum ses_source_result walk(struct chain *chain, double now, struct ses_error *error) {
    while (has(&chain->context, "role_arn") && may(&chain->context, SES_CREDENTIALS_ASSUME_ROLE)) {
        bool at_end = false;
        enum ses_source_result result = walk_role(chain, now, &at_end, error);
        if (result == SES_SOURCE_NOTHING)
            return blame(chain, error);
        if (result == SES_SOURCE_FAILED || at_end)
            return result;
        if (result == SES_SOURCE_DONE)
            break;
    }
    return open_end(chain, now, error);
}

static enum ses_source_result open_source(const struct ses_source_context *context, double now,
                                          void **state, struct ses_error *error) {
    *state = NULL;
    struct chain *chain = calloc(1, sizeof *chain);
    if (chain == NULL) {
        (void)ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
        return SES_SOURCE_FAILED;
    }
    chain->context = *context;
    enum ses_source_result result = walk(chain, now, error);
    if (result == SES_SOURCE_EFFECT)
        *state = chain;
    else
        release(chain);
    return result;
}

/* --- The leaf, and the roles on the way back --- */

/* The role that is assumed next; NULL where all are. */
static struct step *step_before(const struct chain *chain, const struct step *done) {
    struct step *step = chain->first;
    while (step != NULL && step->next != done)
        step = step->next;
    return step;
}

static bool is_web_identity(const struct step *step) {
    return step->role.token_file.len > 0;
}

/* Asks the leaf. DONE: `*credentials` are set. */
static enum ses_source_result ask_leaf(struct chain *chain, double now, struct ses_effect *effect,
                                       ses_credentials **credentials, struct ses_error *error) {
    if (chain->keys != NULL) {
        *credentials = ses_credentials_retain(chain->keys);
        return SES_SOURCE_DONE;
    }
    enum ses_source_result result =
        chain->leaf->next(chain->leaf_state, now, effect, credentials, error);
    if (result == SES_SOURCE_NOTHING && chain->first != NULL)
        return blame(chain, error);
    if (result == SES_SOURCE_EFFECT && effect->source == SES_CREDENTIALS_STATIC)
        effect->source = chain->leaf->source;
    return result;
}

/* Starts the call for the next role. */
static void start_call(struct chain *chain, const struct step *step) {
    ses_sts_start(&chain->call, &step->context, &step->role, chain->current);
    chain->calling = true;
}

static void take_role(struct chain *chain, struct step *step, ses_credentials *found) {
    ses_sts_free(&chain->call);
    chain->calling = false;
    ses_credentials_free(chain->current);
    chain->current = found;
    chain->done = step;
}

static enum ses_source_result next(void *state, double now, struct ses_effect *effect,
                                   ses_credentials **credentials, struct ses_error *error) {
    struct chain *chain = state;
    for (;;) {
        struct step *step = step_before(chain, chain->done);
        bool by_token = step != NULL && is_web_identity(step);
        ses_credentials *found = NULL;
        enum ses_source_result result = SES_SOURCE_DONE;
        if (chain->current == NULL && !by_token) {
            result = ask_leaf(chain, now, effect, &found, error);
            if (result != SES_SOURCE_DONE)
                return result;
            chain->current = found;
            continue;
        }
        if (step == NULL) {
            *credentials = ses_credentials_retain(chain->current);
            return SES_SOURCE_DONE;
        }
        if (!chain->calling)
            start_call(chain, step);
        result = ses_sts_next(&chain->call, now, effect, &found, error);
        if (result != SES_SOURCE_DONE)
            return result;
        take_role(chain, step, found);
    }
}

static void feed(void *state, const struct ses_source_input *input, double now) {
    struct chain *chain = state;
    if (chain->calling)
        ses_sts_feed(&chain->call, input, now);
    else
        chain->leaf->feed(chain->leaf_state, input, now);
}

const struct ses_source_class ses_source_profile = {.source = SES_CREDENTIALS_PROFILE,
                                                    .files = SES_FILES_NEEDED,
                                                    .open = open_source,
                                                    .next = next,
                                                    .feed = feed,
                                                    .free = release};
