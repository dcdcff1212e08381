#include "sts_answer.h"
#include "ses/utf8.h"

#include <string.h>

struct reader {
    struct ses_span text;
    size_t at;
    struct ses_span open[SES_STS_ANSWER_DEPTH]; /* the names of the elements that are open */
    size_t depth;
    struct ses_buf value; /* the text of the innermost element so far */
    bool has_children;    /* the innermost element has elements in it */
    struct ses_sts_answer *answer;
    struct ses_error *error;
};

/* Where a field stands, from the root. "*" is a name that ends in Response or Result, as the
 * operation's own has it. */
static const char *const places[SES_STS_FIELDS] = {
    [SES_STS_ACCESS_KEY_ID] = "*/*/Credentials/AccessKeyId",
    [SES_STS_SECRET_ACCESS_KEY] = "*/*/Credentials/SecretAccessKey",
    [SES_STS_SESSION_TOKEN] = "*/*/Credentials/SessionToken",
    [SES_STS_EXPIRATION] = "*/*/Credentials/Expiration",
    [SES_STS_ROLE_ARN] = "*/*/AssumedRoleUser/Arn",
    [SES_STS_ERROR_CODE] = "ErrorResponse/Error/Code",
    [SES_STS_ERROR_MESSAGE] = "ErrorResponse/Error/Message",
};

static enum ses_status fault(const struct reader *reader, const char *what) {
    return ses_error_set(reader->error, SES_ERR_PARSE, NULL, "is no XML of STS: byte %zu %s",
                         reader->at + 1, what);
}

static enum ses_status nomem(const struct reader *reader) {
    return ses_error_set(reader->error, SES_ERR_NOMEM, NULL, "out of memory");
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_name_char(char c, bool first) {
    bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
    return letter || (!first && ((c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':'));
}

/* NUL at the end, and where the text has one: it is allowed nowhere. */
static char peek(const struct reader *reader) {
    return reader->at < reader->text.len ? reader->text.data[reader->at] : '\0';
}

static void skip_space(struct reader *reader) {
    while (is_space(peek(reader)))
        reader->at++;
}

static bool skip(struct reader *reader, const char *what) {
    size_t len = strlen(what);
    if (reader->text.len - reader->at < len ||
        memcmp(reader->text.data + reader->at, what, len) != 0)
        return false;
    reader->at += len;
    return true;
}

static enum ses_status read_name(struct reader *reader, struct ses_span *name) {
    size_t start = reader->at;
    while (is_name_char(peek(reader), reader->at == start))
        reader->at++;
    *name = (struct ses_span){reader->text.data + start, reader->at - start};
    return name->len > 0 ? SES_OK : fault(reader, "should begin a name");
}

/* --- Text --- */

static enum ses_status append_rune(struct reader *reader, unsigned long rune) {
    char bytes[4];
    size_t len = 0;
    if (rune < 0x80) {
        bytes[len++] = (char)rune;
    } else if (rune < 0x800) {
        bytes[len++] = (char)(0xc0 | (rune >> 6));
        bytes[len++] = (char)(0x80 | (rune & 0x3f));
    } else if (rune < 0x10000) {
        bytes[len++] = (char)(0xe0 | (rune >> 12));
        bytes[len++] = (char)(0x80 | ((rune >> 6) & 0x3f));
        bytes[len++] = (char)(0x80 | (rune & 0x3f));
    } else {
        bytes[len++] = (char)(0xf0 | (rune >> 18));
        bytes[len++] = (char)(0x80 | ((rune >> 12) & 0x3f));
        bytes[len++] = (char)(0x80 | ((rune >> 6) & 0x3f));
        bytes[len++] = (char)(0x80 | (rune & 0x3f));
    }
    enum ses_status status = ses_buf_append(&reader->value, (struct ses_span){bytes, len});
    return status == SES_OK ? SES_OK : nomem(reader);
}

static int digit_of(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

/* Behind "&#". */
static enum ses_status read_number_reference(struct reader *reader) {
    int base = skip(reader, "x") ? 16 : 10;
    unsigned long rune = 0;
    size_t start = reader->at;
    for (; digit_of(peek(reader)) < base; reader->at++) {
        rune = rune * (unsigned long)base + (unsigned long)digit_of(peek(reader));
        if (rune > 0x10ffff)
            return fault(reader, "is of a reference to no character");
    }
    bool control = rune < 0x20 && rune != '\t' && rune != '\n' && rune != '\r';
    bool none = (rune >= 0xd800 && rune <= 0xdfff) || rune == 0xfffe || rune == 0xffff;
    if (reader->at == start || control || none || !skip(reader, ";"))
        return fault(reader, "is of a reference to no character");
    return append_rune(reader, rune);
}

static enum ses_status read_reference(struct reader *reader) {
    static const struct {
        const char *name;
        char stands_for;
    } entities[] = {{"lt;", '<'}, {"gt;", '>'}, {"amp;", '&'}, {"quot;", '"'}, {"apos;", '\''}};
    if (skip(reader, "#"))
        return read_number_reference(reader);
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (skip(reader, entities[i].name))
            return append_rune(reader, (unsigned long)entities[i].stands_for);
    return fault(reader, "is of an unknown reference");
}

/* The length of the UTF-8 character at hand, 0 where it is none that XML may have (RFC 3629). */
static size_t rune_length(const struct reader *reader) {
    const unsigned char *p = (const unsigned char *)reader->text.data + reader->at;
    size_t left = reader->text.len - reader->at;
    if (*p < 0x80)
        return *p >= 0x20 || is_space((char)*p) ? 1 : 0;
    return ses_utf8_sequence((struct ses_span){(const char *)p, left});
}

/* Text up to the next "<". Only an element without elements may have any that is not white. */
static enum ses_status read_text(struct reader *reader) {
    while (reader->at < reader->text.len && peek(reader) != '<') {
        enum ses_status status = SES_OK;
        if (peek(reader) == '&') {
            reader->at++;
            status = read_reference(reader);
        } else {
            size_t len = rune_length(reader);
            if (len == 0)
                return fault(reader, "is no UTF-8 text");
            struct ses_span rune = {reader->text.data + reader->at, len};
            reader->at += len;
            if (ses_buf_append(&reader->value, rune) != SES_OK)
                status = nomem(reader);
        }
        if (status != SES_OK)
            return status;
    }
    bool text = ses_span_trim(ses_buf_span(&reader->value)).len > 0;
    if (text && (reader->depth == 0 || reader->has_children))
        return fault(reader, "is behind text beside elements");
    return SES_OK;
}

/* --- Fields --- */

static bool ends_in(struct ses_span name, const char *end) {
    size_t len = strlen(end);
    return name.len > len && memcmp(name.data + name.len - len, end, len) == 0;
}

static bool is_place(const struct reader *reader, const char *place) {
    struct ses_span rest = ses_span_from(place);
    for (size_t i = 0; i < reader->depth; i++) {
        if (rest.len == 0)
            return false;
        struct ses_span want = ses_span_split(&rest, '/');
        bool any = ses_span_equal(want, SES_SPAN("*"));
        if (any ? !ends_in(reader->open[i], i == 0 ? "Response" : "Result")
                : !ses_span_equal(reader->open[i], want))
            return false;
    }
    return rest.len == 0;
}

/* Keeps the text of the innermost element where it is a field's. */
static enum ses_status keep_value(struct reader *reader) {
    for (size_t i = 0; i < SES_STS_FIELDS; i++) {
        if (!is_place(reader, places[i]))
            continue;
        struct ses_buf *field = &reader->answer->fields[i];
        if (reader->has_children)
            return fault(reader, "ends a field that has elements in it");
        if (field->len > 0)
            return fault(reader, "ends a field that was there before");
        if (ses_buf_append(field, ses_span_trim(ses_buf_span(&reader->value))) != SES_OK)
            return nomem(reader);
    }
    return SES_OK;
}

/* --- Tags --- */

static enum ses_status read_attribute(struct reader *reader) {
    struct ses_span name;
    enum ses_status status = read_name(reader, &name);
    if (status != SES_OK)
        return status;
    skip_space(reader);
    if (!skip(reader, "="))
        return fault(reader, "should be the \"=\" of an attribute");
    skip_space(reader);
    char quote = peek(reader);
    if (quote != '"' && quote != '\'')
        return fault(reader, "should be the quote of an attribute");
    reader->at++;
    while (peek(reader) != quote) {
        if (reader->at == reader->text.len || peek(reader) == '<' || rune_length(reader) == 0)
            return fault(reader, "is within an attribute that does not end");
        reader->at += rune_length(reader);
    }
    reader->at++;
    return SES_OK;
}

static enum ses_status close_element(struct reader *reader) {
    enum ses_status status = keep_value(reader);
    reader->depth--;
    reader->has_children = true;
    ses_buf_clear(&reader->value);
    return status;
}

/* Behind "<". */
static enum ses_status read_start_tag(struct reader *reader) {
    struct ses_span name;
    enum ses_status status = read_name(reader, &name);
    if (status != SES_OK)
        return status;
    if (reader->depth == SES_STS_ANSWER_DEPTH)
        return ses_error_set(reader->error, SES_ERR_RANGE, NULL,
                             "has more than %d elements in each other", SES_STS_ANSWER_DEPTH);
    if (ses_span_trim(ses_buf_span(&reader->value)).len > 0)
        return fault(reader, "is in an element that has text");
    while (is_space(peek(reader))) {
        skip_space(reader);
        if (peek(reader) == '>' || peek(reader) == '/')
            break;
        status = read_attribute(reader);
        if (status != SES_OK)
            return status;
    }
    reader->open[reader->depth++] = name;
    reader->has_children = false;
    ses_buf_clear(&reader->value);
    if (skip(reader, "/>"))
        return close_element(reader);
    return skip(reader, ">") ? SES_OK : fault(reader, "should end a tag");
}

/* Behind "</". */
static enum ses_status read_end_tag(struct reader *reader) {
    struct ses_span name;
    enum ses_status status = read_name(reader, &name);
    if (status != SES_OK)
        return status;
    skip_space(reader);
    if (reader->depth == 0 || !ses_span_equal(reader->open[reader->depth - 1], name))
        return fault(reader, "ends an element that is not open");
    if (!skip(reader, ">"))
        return fault(reader, "should end a tag");
    return close_element(reader);
}

static enum ses_status read_declaration(struct reader *reader) {
    if (!skip(reader, "<?xml"))
        return SES_OK;
    if (!is_space(peek(reader)))
        return fault(reader, "is of no XML declaration");
    skip_space(reader);
    while (!skip(reader, "?>")) {
        enum ses_status status = read_attribute(reader);
        if (status != SES_OK)
            return status;
        skip_space(reader);
    }
    return SES_OK;
}

static enum ses_status read_document(struct reader *reader) {
    enum ses_status status = read_declaration(reader);
    skip_space(reader);
    if (status == SES_OK && peek(reader) != '<')
        return fault(reader, "should begin the first element");
    do {
        if (status != SES_OK)
            return status;
        if (skip(reader, "</"))
            status = read_end_tag(reader);
        else if (skip(reader, "<"))
            status = read_start_tag(reader);
        else if (reader->at == reader->text.len)
            status = fault(reader, "comes too early for the end");
        else
            status = read_text(reader);
    } while (reader->depth > 0 || status != SES_OK);
    skip_space(reader);
    return reader->at == reader->text.len ? SES_OK : fault(reader, "is behind the end");
}

enum ses_status ses_sts_answer_parse(struct ses_span text, struct ses_sts_answer *answer,
                                     struct ses_error *error) {
    for (size_t i = 0; i < SES_STS_FIELDS; i++)
        ses_buf_init_secret(&answer->fields[i]);
    if (text.len > SES_STS_ANSWER_MAX)
        return ses_error_set(error, SES_ERR_RANGE, NULL, "is larger than %zu bytes",
                             SES_STS_ANSWER_MAX);
    struct reader reader = {.text = text, .answer = answer, .error = error};
    ses_buf_init_secret(&reader.value);
    enum ses_status status = read_document(&reader);
    ses_buf_free(&reader.value);
    return status;
}

void ses_sts_answer_free(struct ses_sts_answer *answer) {
    for (size_t i = 0; i < SES_STS_FIELDS; i++)
        ses_buf_free(&answer->fields[i]);
}
