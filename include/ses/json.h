/* ses/json.h: a strict reader of small JSON documents that may hold secrets.
 *
 * It reads the answers of credential services, the output of credential processes and the files of
 * the SSO token cache: RFC 8259 to the letter, in UTF-8, and stricter where a lenient reader could
 * take a document for another one. No byte order mark, no comment, no comma too many, no name
 * twice in one object, no half of a surrogate pair, nothing but white space behind the value.
 *
 * A document keeps one copy of the text, in memory that is wiped when it is freed; strings are
 * decoded in place there. It never changes after it was parsed: any number of threads may read it.
 * Messages name the place of a fault but nothing of what stands there.
 */
#ifndef SES_JSON_H
#define SES_JSON_H

#include "ses/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SES_JSON_TEXT_MAX ((size_t)256 * 1024) /* bytes of a document */
#define SES_JSON_DEPTH_MAX 32                  /* arrays and objects within each other */
#define SES_JSON_VALUES_MAX 2048               /* values, containers included */

typedef struct ses_json ses_json;
/* A value, borrowed from its document. Every function below takes NULL for a value that is not
 * there, so that look-ups can be nested. */
typedef struct ses_json_value ses_json_value;

enum ses_json_type {
    SES_JSON_NONE = 0, /* of NULL alone */
    SES_JSON_NULL,
    SES_JSON_FALSE,
    SES_JSON_TRUE,
    SES_JSON_NUMBER,
    SES_JSON_STRING,
    SES_JSON_ARRAY,
    SES_JSON_OBJECT
};

/* Copies and parses `text`. `*out` is the caller's, freed by ses_json_free.
 * Errors: SES_ERR_PARSE telling the byte (counted from 1) and what is wrong there, SES_ERR_RANGE
 * for a document over one of the limits, SES_ERR_NOMEM. */
SES_API enum ses_status ses_json_parse(struct ses_span text, ses_json **out,
                                       struct ses_error *error);
/* Wipes and frees. NULL is a no-op. */
SES_API void ses_json_free(ses_json *json);

/* The document's one value; NULL for NULL. */
SES_API const ses_json_value *ses_json_root(const ses_json *json);

/* What kind of value it is. */
SES_API enum ses_json_type ses_json_type(const ses_json_value *value);

/* An object's member of that name, case included; NULL where there is none, or no object. */
SES_API const ses_json_value *ses_json_member(const ses_json_value *object, struct ses_span name);

/* A container's first value, and the one behind a value in the same container; NULL at the end. */
SES_API const ses_json_value *ses_json_first(const ses_json_value *container);
SES_API const ses_json_value *ses_json_next(const ses_json_value *value);

/* The name of a member of an object; empty for any other value. */
SES_API struct ses_span ses_json_name(const ses_json_value *value);

/* A string's text, UTF-8 that may hold any character, NUL included; borrowed from the document.
 * False, and `*out` empty, where the value is no string. */
SES_API bool ses_json_string(const ses_json_value *value, struct ses_span *out);

/* The string that a member holds: ses_json_member and ses_json_string in one. */
SES_API bool ses_json_member_string(const ses_json_value *object, struct ses_span name,
                                    struct ses_span *out);

/* A number that is written without fraction and exponent and fits. False, and `*out` 0, for any
 * other value. */
SES_API bool ses_json_integer(const ses_json_value *value, int64_t *out);

/* Whether 16 decimal digits stand in a row anywhere in `text`: where they do not, every integer of
 * a JSON text is one that a double holds. */
SES_API bool ses_json_has_long_number(struct ses_span text);

/* Whether `text` stands in a JSON string as it is, without an escape. */
SES_API bool ses_json_is_plain(struct ses_span text);

/* Appends `text`, which must be UTF-8, as it stands between the quotation marks of a JSON string.
 * On failure `out` may hold a part of it. Errors: SES_ERR_NOMEM. */
SES_API enum ses_status ses_json_append_escaped(struct ses_buf *out, struct ses_span text);

/* Appends `text`, which must be UTF-8, as a JSON string with its quotation marks. On failure `out`
 * may hold a part of it. Errors: SES_ERR_NOMEM. */
SES_API enum ses_status ses_json_append_string(struct ses_buf *out, struct ses_span text);

#ifdef __cplusplus
}
#endif
#endif
