/* credentials_answer.h: credentials out of a service's JSON. Not installed. */
#ifndef SES_CREDENTIALS_ANSWER_H
#define SES_CREDENTIALS_ANSWER_H

#include "credentials_source.h"
#include "ses/json.h"

/* What the members are called. `token`, `expiration` and `account_id` may be NULL: not looked for.
 */
struct ses_answer_fields {
    const char *id;
    const char *secret;
    const char *token;
    const char *expiration; /* RFC 3339 text, or a number: milliseconds since 1970 */
    const char *account_id;
    struct ses_span account; /* where the answer has none */
    bool temporary;          /* token and expiration must be there */
};

/* The names that the container's endpoint and the metadata service use. */
extern const struct ses_answer_fields ses_answer_metadata;

/* Makes credentials of an object's members. An account id of another form than twelve digits is
 * left out.
 * Errors: SES_ERR_PARSE for what is no object, a member that is missing or of the wrong type;
 * SES_ERR_INVALID and SES_ERR_RANGE for one that cannot be right, each with the member's name as
 * `field`; SES_ERR_NOMEM. */
enum ses_status ses_answer_credentials(const ses_json_value *object,
                                       const struct ses_answer_fields *fields,
                                       enum ses_credentials_source source, ses_credentials **out,
                                       struct ses_error *error);

/* The code of an error that a service names in a member, without the "namespace#" before it, fit
 * for a message: of A-Z, a-z and "_" alone and of at most 48 of them, so that it cannot be the
 * secret of an answer that is not what it should be. Empty where there is none. */
struct ses_span ses_answer_code(const ses_json_value *object, const char *name);

/* Says of an exchange that came to nothing: "<who> answered 404 (Code)", the code being that of a
 * JSON body's member `name` (NULL: not looked for), or "<who> gave no answer: <message>". Returns
 * the status. */
enum ses_status ses_answer_refusal(const struct ses_source_input *input, const char *who,
                                   const char *name, struct ses_error *error);

/* Says that a body is not what it should be: "<who> gave an answer that <why>", or of a member
 * "<field> in the answer of <who> <why>". */
enum ses_status ses_answer_malformed(const char *who, const struct ses_error *why,
                                     struct ses_error *error);

#endif
