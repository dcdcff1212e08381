#include "ses/json.h"
#include "ses/utf8.h"

#include <stdlib.h>
#include <string.h>

/* Values stand in the order of the text, a container's within `size` behind it. Pointers into the
 * array are given out only when it does not grow any more. */
struct ses_json_value {
    enum ses_json_type type;
    bool last;            /* no other value of the same container behind it */
    size_t size;          /* values that it is made of, itself included */
    struct ses_span name; /* of a member */
    struct ses_span text; /* of a string, decoded; of a number, as written */
};

struct ses_json {
    struct ses_buf text;
    ses_json_value *values;
    size_t count;
    size_t capacity;
};

struct reader {
    ses_json *json;
    char *at;
    char *end;
    unsigned depth;
    struct ses_error *error;
};

static enum ses_status fault(const struct reader *reader, const char *what) {
    size_t byte = (size_t)(reader->at - reader->json->text.data) + 1;
    return ses_error_set(reader->error, SES_ERR_PARSE, NULL, "is not JSON: byte %zu %s", byte,
                         what);
}

static void skip_space(struct reader *reader) {
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\t' ||
                                        *reader->at == '\n' || *reader->at == '\r'))
        reader->at++;
}

/* Takes `c` where it comes next. */
static bool take(struct reader *reader, char c) {
    if (reader->at == reader->end || *reader->at != c)
        return false;
    reader->at++;
    return true;
}

static bool is_digit(const struct reader *reader) {
    return reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9';
}

static bool take_digits(struct reader *reader) {
    char *from = reader->at;
    while (is_digit(reader))
        reader->at++;
    return reader->at > from;
}

/* Appends a value that is no container as yet. */
static enum ses_status push(struct reader *reader, enum ses_json_type type, struct ses_span text) {
    ses_json *json = reader->json;
    if (json->count == SES_JSON_VALUES_MAX)
        return ses_error_set(reader->error, SES_ERR_RANGE, NULL, "has more than %d JSON values",
                             SES_JSON_VALUES_MAX);
    if (json->count == json->capacity) {
        size_t capacity = json->capacity == 0 ? 16 : json->capacity * 2;
        ses_json_value *values = realloc(json->values, capacity * sizeof *values);
        if (values == NULL)
            return ses_error_set(reader->error, SES_ERR_NOMEM, NULL, "out of memory");
        json->values = values;
        json->capacity = capacity;
    }
    json->values[json->count++] = (ses_json_value){.type = type, .size = 1, .text = text};
    return SES_OK;
}

static bool take_hex4(struct reader *reader, unsigned *out) {
    *out = 0;
    for (int i = 0; i < 4; i++) {
        if (reader->at == reader->end)
            return false;
        char c = *reader->at;
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
                                                : 16;
        if (digit == 16)
            return false;
        *out = *out * 16 + digit;
        reader->at++;
    }
    return true;
}

static char *put_utf8(char *to, unsigned code) {
    if (code < 0x80) {
        *to++ = (char)code;
        return to;
    }
    if (code < 0x800) {
        *to++ = (char)(0xc0 | code >> 6);
    } else if (code < 0x10000) {
        *to++ = (char)(0xe0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
    } else {
        *to++ = (char)(0xf0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 0x3f));
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
    }
    *to++ = (char)(0x80 | (code & 0x3f));
    return to;
}

/* What stands behind "\u", both halves of a surrogate pair where it is one. */
static bool take_code(struct reader *reader, unsigned *out) {
    unsigned low;
    if (!take_hex4(reader, out) || (*out >= 0xdc00 && *out <= 0xdfff))
        return false;
    if (*out < 0xd800 || *out > 0xdbff)
        return true;
    if (!take(reader, '\\') || !take(reader, 'u') || !take_hex4(reader, &low) || low < 0xdc00 ||
        low > 0xdfff)
        return false;
    *out = 0x10000 + ((*out - 0xd800) << 10) + (low - 0xdc00);
    return true;
}

/* Writes what an escape stands for to `*to`, which is never behind the escape itself. */
static enum ses_status take_escape(struct reader *reader, char **to) {
    static const char names[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    reader->at++;
    if (take(reader, 'u')) {
        unsigned code;
        if (!take_code(reader, &code))
            return fault(reader, "is in an escape that stands for no character");
        *to = put_utf8(*to, code);
        return SES_OK;
    }
    const char *name = NULL;
    if (reader->at < reader->end && *reader->at != '\0')
        name = strchr(names, *reader->at);
    if (name == NULL)
        return fault(reader, "is in an unknown escape");
    *(*to)++ = meant[name - names];
    reader->at++;
    return SES_OK;
}

/* Decodes the string whose quotation mark comes next. The result is never longer than the text, so
 * it stays in its place. */
static enum ses_status take_string(struct reader *reader, struct ses_span *out) {
    char *from = ++reader->at;
    char *to = from;
    while (reader->at < reader->end && *reader->at != '"') {
        if (*reader->at == '\\') {
            enum ses_status status = take_escape(reader, &to);
            if (status != SES_OK)
                return status;
            continue;
        }
        if ((unsigned char)*reader->at < ' ')
            return fault(reader, "is a control character in a string");
        size_t left = (size_t)(reader->end - reader->at);
        size_t len = ses_utf8_sequence((struct ses_span){reader->at, left});
        if (len == 0)
            return fault(reader, "is not UTF-8");
        memmove(to, reader->at, len);
        to += len;
        reader->at += len;
    }
    *out = (struct ses_span){from, (size_t)(to - from)};
    return take(reader, '"') ? SES_OK : fault(reader, "is the end, within a string");
}

static enum ses_status read_string(struct reader *reader) {
    struct ses_span text;
    enum ses_status status = take_string(reader, &text);
    return status != SES_OK ? status : push(reader, SES_JSON_STRING, text);
}

static enum ses_status read_number(struct reader *reader) {
    char *from = reader->at;
    (void)take(reader, '-');
    bool good = take(reader, '0') || take_digits(reader);
    if (good && take(reader, '.'))
        good = take_digits(reader);
    if (good && (take(reader, 'e') || take(reader, 'E'))) {
        if (!take(reader, '+'))
            (void)take(reader, '-');
        good = take_digits(reader);
    }
    if (!good)
        return fault(reader, "is not a digit of a number");
    return push(reader, SES_JSON_NUMBER, (struct ses_span){from, (size_t)(reader->at - from)});
}

static enum ses_status read_word(struct reader *reader) {
    static const struct {
        struct ses_span word;
        enum ses_json_type type;
    } words[] = {
        {{"null", 4}, SES_JSON_NULL}, {{"false", 5}, SES_JSON_FALSE}, {{"true", 4}, SES_JSON_TRUE}};
    size_t left = (size_t)(reader->end - reader->at);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = words[i].word.len;
        if (left >= len && memcmp(reader->at, words[i].word.data, len) == 0) {
            reader->at += len;
            return push(reader, words[i].type, (struct ses_span){NULL, 0});
        }
    }
    return fault(reader, left == 0 ? "is the end, where a value should be" : "begins no value");
}

/* Whether an earlier member of the object at `object` has the name of the one at `member`. */
static bool is_repeated(const ses_json *json, size_t object, size_t member) {
    for (size_t i = object + 1; i < member; i += json->values[i].size)
        if (ses_span_equal(json->values[i].name, json->values[member].name))
            return true;
    return false;
}

static enum ses_status read_value(struct reader *reader);

/* One value of the container at `index`, its name included where that is an object. */
static enum ses_status read_entry(struct reader *reader, size_t index) {
    ses_json *json = reader->json;
    struct ses_span name = {NULL, 0};
    bool object = json->values[index].type == SES_JSON_OBJECT;
    enum ses_status status = SES_OK;
    skip_space(reader);
    if (object) {
        if (reader->at == reader->end || *reader->at != '"')
            return fault(reader, "does not begin a member's name");
        status = take_string(reader, &name);
        if (status != SES_OK)
            return status;
        skip_space(reader);
        if (!take(reader, ':'))
            return fault(reader, "is not the ':' behind a name");
    }
    size_t entry = json->count;
    status = read_value(reader);
    if (status != SES_OK)
        return status;
    json->values[entry].name = name;
    json->values[entry].size = json->count - entry;
    if (object && is_repeated(json, index, entry))
        return fault(reader, "ends a member whose name stands twice in its object");
    return SES_OK;
}

static enum ses_status read_container(struct reader *reader, enum ses_json_type type) {
    ses_json *json = reader->json;
    char close = type == SES_JSON_OBJECT ? '}' : ']';
    size_t index = json->count;
    enum ses_status status = push(reader, type, (struct ses_span){NULL, 0});
    if (status != SES_OK)
        return status;
    reader->at++;
    skip_space(reader);
    if (take(reader, close))
        return SES_OK;
    for (;;) {
        size_t entry = json->count;
        status = read_entry(reader, index);
        if (status != SES_OK)
            return status;
        skip_space(reader);
        if (take(reader, close)) {
            json->values[entry].last = true;
            return SES_OK;
        }
        if (!take(reader, ','))
            return fault(reader, "is neither a ',' nor the container's end");
    }
}

static enum ses_status read_nested(struct reader *reader, enum ses_json_type type) {
    if (reader->depth == SES_JSON_DEPTH_MAX)
        return ses_error_set(reader->error, SES_ERR_RANGE, NULL,
                             "has JSON containers nested more than %d deep", SES_JSON_DEPTH_MAX);
    reader->depth++;
    enum ses_status status = read_container(reader, type);
    reader->depth--;
    return status;
}

static enum ses_status read_value(struct reader *reader) {
    skip_space(reader);
    char c = reader->at < reader->end ? *reader->at : '\0';
    if (c == '{')
        return read_nested(reader, SES_JSON_OBJECT);
    if (c == '[')
        return read_nested(reader, SES_JSON_ARRAY);
    if (c == '"')
        return read_string(reader);
    if (c == '-' || is_digit(reader))
        return read_number(reader);
    return read_word(reader);
}

static enum ses_status read_document(ses_json *json, struct ses_error *error) {
    struct reader reader = {
        .json = json, .at = json->text.data, .end = json->text.data, .error = error};
    reader.end += json->text.len;
    enum ses_status status = read_value(&reader);
    if (status != SES_OK)
        return status;
    json->values[0].size = json->count;
    json->values[0].last = true;
    skip_space(&reader);
    return reader.at == reader.end ? SES_OK : fault(&reader, "stands behind the document");
}

enum ses_status ses_json_parse(struct ses_span text, ses_json **out, struct ses_error *error) {
    *out = NULL;
    if (text.len == 0)
        return ses_error_set(error, SES_ERR_PARSE, NULL, "is empty, where JSON should be");
    if (text.len > SES_JSON_TEXT_MAX)
        return ses_error_set(error, SES_ERR_RANGE, NULL, "is longer than %zu bytes",
                             SES_JSON_TEXT_MAX);
    ses_json *json = calloc(1, sizeof *json);
    if (json == NULL)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    ses_buf_init_secret(&json->text);
    enum ses_status status = ses_buf_append(&json->text, text);
    if (status != SES_OK)
        (void)ses_error_set(error, status, NULL, "out of memory");
    else
        status = read_document(json, error);
    if (status != SES_OK) {
        ses_json_free(json);
        return status;
    }
    *out = json;
    return SES_OK;
}

void ses_json_free(ses_json *json) {
    if (json == NULL)
        return;
    ses_buf_free(&json->text);
    free(json->values);
    free(json);
}

const ses_json_value *ses_json_root(const ses_json *json) {
    return json == NULL ? NULL : &json->values[0];
}

enum ses_json_type ses_json_type(const ses_json_value *value) {
    return value == NULL ? SES_JSON_NONE : value->type;
}

const ses_json_value *ses_json_first(const ses_json_value *container) {
    return container == NULL || container->size == 1 ? NULL : container + 1;
}

const ses_json_value *ses_json_next(const ses_json_value *value) {
    return value == NULL || value->last ? NULL : value + value->size;
}

struct ses_span ses_json_name(const ses_json_value *value) {
    return value == NULL ? (struct ses_span){NULL, 0} : value->name;
}

const ses_json_value *ses_json_member(const ses_json_value *object, struct ses_span name) {
    if (ses_json_type(object) != SES_JSON_OBJECT)
        return NULL;
    const ses_json_value *member = ses_json_first(object);
    while (member != NULL && !ses_span_equal(member->name, name))
        member = ses_json_next(member);
    return member;
}

bool ses_json_string(const ses_json_value *value, struct ses_span *out) {
    bool found = ses_json_type(value) == SES_JSON_STRING;
    *out = found ? value->text : (struct ses_span){NULL, 0};
    return found;
}

bool ses_json_member_string(const ses_json_value *object, struct ses_span name,
                            struct ses_span *out) {
    return ses_json_string(ses_json_member(object, name), out);
}

bool ses_json_integer(const ses_json_value *value, int64_t *out) {
    *out = 0;
    if (ses_json_type(value) != SES_JSON_NUMBER)
        return false;
    struct ses_span text = value->text;
    bool negative = text.data[0] == '-';
    uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    uint64_t number = 0;
    for (size_t i = negative ? 1 : 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(text.data[i] - '0');
        if (number > (limit - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    if (!negative)
        *out = (int64_t)number;
    else if (number > 0)
        *out = -(int64_t)(number - 1) - 1;
    return true;
}

/* The second character of a short escape; 'u' where there is none, 0 for what needs no escape. */
static const char escapes[256] = {
    'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u',         't',           'n',          'u',
    'u', 'r', 'u', 'u', 'u', 'u', 'u', 'u', 'u',         'u',           'u',          'u',
    'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', ['"'] = '"', ['\\'] = '\\', [0x7f] = 'u',
};

static size_t plain_length(struct ses_span text) {
    size_t i = 0;
    while (i < text.len && escapes[(unsigned char)text.data[i]] == 0)
        i++;
    return i;
}

bool ses_json_is_plain(struct ses_span text) {
    return plain_length(text) == text.len;
}

static enum ses_status append_escape(struct ses_buf *out, unsigned char c) {
    static const char digits[] = "0123456789abcdef";
    char escape = escapes[c];
    const char escaped[] = {'\\', escape, '0', '0', digits[c >> 4], digits[c & 15]};
    return ses_buf_append(out, (struct ses_span){escaped, escape == 'u' ? 6 : 2});
}

enum ses_status ses_json_append_escaped(struct ses_buf *out, struct ses_span text) {
    enum ses_status status = ses_buf_reserve(out, text.len);
    while (status == SES_OK && text.len > 0) {
        size_t plain = plain_length(text);
        status = ses_buf_append(out, (struct ses_span){text.data, plain});
        if (plain == text.len)
            break;
        if (status == SES_OK)
            status = append_escape(out, (unsigned char)text.data[plain]);
        text = (struct ses_span){text.data + plain + 1, text.len - plain - 1};
    }
    return status;
}

enum ses_status ses_json_append_string(struct ses_buf *out, struct ses_span text) {
    enum ses_status status = ses_buf_reserve(out, text.len + 2);
    if (status == SES_OK)
        status = ses_buf_append_char(out, '"');
    if (status == SES_OK)
        status = ses_json_append_escaped(out, text);
    return status == SES_OK ? ses_buf_append_char(out, '"') : status;
}

bool ses_json_has_long_number(struct ses_span text) {
    size_t digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        digits = text.data[i] >= '0' && text.data[i] <= '9' ? digits + 1 : 0;
        if (digits == 16)
            return true;
    }
    return false;
}
