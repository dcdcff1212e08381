/* ses/profile.h: the shared config and credentials files of AWS.
 *
 * The format is the one of the AWS SDKs and Tools Reference Guide ("Shared config and credentials
 * files"), read as the SDKs read it: profiles and properties that stand more than once are merged,
 * the last one wins; `[profile default]` silences `[default]`; a property without a value may have
 * a block of indented sub-properties; other indented lines continue the value before; ':' may stand
 * in the place of '='.
 *
 * `ses_profile_parse` is pure. `ses_profile_load` finds and reads both files through a host. What
 * was parsed owns a copy of the text in memory that is wiped when it is freed, and never changes:
 * any number of threads may read it.
 */
#ifndef SES_PROFILE_H
#define SES_PROFILE_H

#include "ses/host.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ses_profile_file ses_profile_file;
typedef struct ses_profile ses_profile;

/* The two files name their sections differently: [profile x] and [x]. */
enum ses_profile_kind { SES_PROFILE_CONFIG, SES_PROFILE_CREDENTIALS };

enum ses_profile_section {
    SES_SECTION_PROFILE,     /* [default], [profile x]; [x] in a credentials file */
    SES_SECTION_SSO_SESSION, /* [sso-session x] */
    SES_SECTION_SERVICES     /* [services x] */
};

/* One property, borrowed from the file. `block` is true where it has sub-properties instead of a
 * value; `position` is for ses_profile_next_nested. */
struct ses_profile_property {
    struct ses_span key;
    struct ses_span value;
    bool block;
    size_t position;
};

/* Parses the text of one file. `*out` is the caller's, freed by ses_profile_file_free.
 * Errors: SES_ERR_PARSE naming the line but nothing of what is in it, SES_ERR_NOMEM. */
SES_API enum ses_status ses_profile_parse(struct ses_span text, enum ses_profile_kind kind,
                                          ses_profile_file **out, struct ses_error *error);
/* Wipes and frees. NULL is a no-op. */
SES_API void ses_profile_file_free(ses_profile_file *file);

/* Whether the file has such a section, be it empty. `file` may be NULL here and below. */
SES_API bool ses_profile_has(const ses_profile_file *file, enum ses_profile_section section,
                             struct ses_span name);

/* The property's value, a block's empty one included; keys are compared without regard to case.
 * False, and `*value` empty, where there is none. */
SES_API bool ses_profile_get(const ses_profile_file *file, enum ses_profile_section section,
                             struct ses_span name, struct ses_span key, struct ses_span *value);

/* The sub-property `key` of the block `block`. */
SES_API bool ses_profile_get_nested(const ses_profile_file *file, enum ses_profile_section section,
                                    struct ses_span name, struct ses_span block,
                                    struct ses_span key, struct ses_span *value);

/* Walks over a section's properties in the order of the file: `*cursor` is 0 at first. A property
 * that stands twice comes twice; the last one counts. False at the end. */
SES_API bool ses_profile_next(const ses_profile_file *file, enum ses_profile_section section,
                              struct ses_span name, size_t *cursor,
                              struct ses_profile_property *out);

/* Walks over a block's sub-properties in the same way. */
SES_API bool ses_profile_next_nested(const ses_profile_file *file,
                                     const struct ses_profile_property *block, size_t *cursor,
                                     struct ses_profile_property *out);

/* What to load; an empty span stands for the environment's choice, or the default. */
struct ses_profile_options {
    struct ses_span profile;          /* else AWS_PROFILE, AWS_DEFAULT_PROFILE, "default" */
    struct ses_span config_file;      /* else AWS_CONFIG_FILE, ~/.aws/config */
    struct ses_span credentials_file; /* else AWS_SHARED_CREDENTIALS_FILE, ~/.aws/credentials */
};

/* Reads both files; a leading ~ in a path is the home directory. A file that does not exist counts
 * as empty. `*out` is the caller's, freed by ses_profile_free.
 * Errors: SES_ERR_NOT_FOUND where a profile was asked for by name and neither file has it;
 * SES_ERR_PARSE, SES_ERR_IO, SES_ERR_RANGE naming the file; SES_ERR_INVALID for a path with a NUL;
 * SES_ERR_NOMEM. */
SES_API enum ses_status ses_profile_load(const struct ses_profile_options *options,
                                         const struct ses_host *host, ses_profile **out,
                                         struct ses_error *error);
/* Wipes and frees. NULL is a no-op. */
SES_API void ses_profile_free(ses_profile *profile);

/* All borrowed until the profile is freed. A file is NULL where there is none. */
SES_API struct ses_span ses_profile_name(const ses_profile *profile);
/* Whether either file has the profile. */
SES_API bool ses_profile_exists(const ses_profile *profile);
SES_API const ses_profile_file *ses_profile_config(const ses_profile *profile);
SES_API const ses_profile_file *ses_profile_credentials(const ses_profile *profile);
SES_API struct ses_span ses_profile_config_path(const ses_profile *profile);
SES_API struct ses_span ses_profile_credentials_path(const ses_profile *profile);

/* Whether a property of this name may hold a secret (aws_secret_access_key, aws_session_token,
 * credential_process, …) and so must not leave the core as text. */
SES_API bool ses_profile_is_secret(struct ses_span key);

#ifdef __cplusplus
}
#endif
#endif
