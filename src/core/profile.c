#include "ses/profile.h"

#include "ses/secret.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct section {
    enum ses_profile_section kind;
    struct ses_span name;
    bool prefixed; /* [profile default] and not [default] */
    bool ignored;  /* not one of the known sections, or of no usable name */
};

/* A block's sub-properties follow it. */
struct entry {
    size_t section;
    struct ses_span key; /* empty for one that is ignored */
    struct ses_span value;
    bool nested;
    bool block;
};

/* Lookups go through the list from its end, so that what stands last wins without any merging. */
struct ses_profile_file {
    struct ses_buf text; /* secret; values that go over several lines are joined in it */
    struct section *sections;
    size_t section_count;
    size_t section_capacity;
    struct entry *entries;
    size_t entry_count;
    size_t entry_capacity;
    bool prefixed_default;
};

struct parser {
    ses_profile_file *file;
    enum ses_profile_kind kind;
    size_t line_number;
    bool in_property; /* an indented line would continue the last entry */
    struct ses_error *error;
};

static enum ses_status fault(const struct parser *parser, const char *message) {
    return ses_error_set(parser->error, SES_ERR_PARSE, NULL, "line %zu %s", parser->line_number,
                         message);
}

static enum ses_status no_memory(struct ses_error *error) {
    return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static bool is_comment(char c) {
    return c == '#' || c == ';';
}

static bool has_space(struct ses_span text) {
    for (size_t i = 0; i < text.len; i++)
        if (is_space(text.data[i]))
            return true;
    return false;
}

static struct ses_span trim(struct ses_span text) {
    while (text.len > 0 && is_space(text.data[0])) {
        text.data++;
        text.len--;
    }
    while (text.len > 0 && is_space(text.data[text.len - 1]))
        text.len--;
    return text;
}

/* Makes room for one more item of `size` bytes. */
static bool grow(void **items, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity)
        return true;
    size_t more = *capacity == 0 ? 16 : *capacity * 2;
    void *moved = realloc(*items, more * size);
    if (moved == NULL)
        return false;
    *items = moved;
    *capacity = more;
    return true;
}

static bool has_prefix(struct ses_span text, struct ses_span prefix, struct ses_span *name) {
    if (text.len <= prefix.len || !is_space(text.data[prefix.len]) ||
        !ses_span_equal((struct ses_span){text.data, prefix.len}, prefix))
        return false;
    *name = trim((struct ses_span){text.data + prefix.len, text.len - prefix.len});
    return true;
}

/* The AWS CLI puts a name with spaces in quotes. */
static bool unquote(struct ses_span *name) {
    char first = name->len < 2 ? '\0' : name->data[0];
    if ((first != '"' && first != '\'') || name->data[name->len - 1] != first)
        return false;
    name->data++;
    name->len -= 2;
    return true;
}

static void classify(struct section *section, struct ses_span inner, enum ses_profile_kind kind) {
    section->name = inner;
    section->kind = SES_SECTION_PROFILE;
    if (kind == SES_PROFILE_CONFIG) {
        if (has_prefix(inner, SES_SPAN("profile"), &section->name))
            section->prefixed = true;
        else if (has_prefix(inner, SES_SPAN("sso-session"), &section->name))
            section->kind = SES_SECTION_SSO_SESSION;
        else if (has_prefix(inner, SES_SPAN("services"), &section->name))
            section->kind = SES_SECTION_SERVICES;
        else if (!ses_span_equal(inner, SES_SPAN("default")))
            section->ignored = true;
    }
    bool quoted = unquote(&section->name);
    if (section->name.len == 0 || (!quoted && has_space(section->name)))
        section->ignored = true;
}

static enum ses_status read_section(struct parser *parser, struct ses_span line) {
    ses_profile_file *file = parser->file;
    const char *close = memchr(line.data, ']', line.len);
    if (close == NULL)
        return fault(parser, "opens a section with '[' and has no ']'");
    struct ses_span inner = {line.data + 1, (size_t)(close - line.data) - 1};
    struct ses_span rest = trim((struct ses_span){close + 1, line.len - inner.len - 2});
    if (rest.len > 0 && !is_comment(rest.data[0]))
        return fault(parser, "has text behind the ']' of a section");
    if (!grow((void **)&file->sections, file->section_count, &file->section_capacity,
              sizeof *file->sections))
        return no_memory(parser->error);
    struct section section = {0};
    classify(&section, trim(inner), parser->kind);
    if (section.prefixed && ses_span_equal(section.name, SES_SPAN("default")))
        file->prefixed_default = true;
    file->sections[file->section_count++] = section;
    parser->in_property = false;
    return SES_OK;
}

/* A comment within a line begins behind a space: secrets hold # and ; freely. */
static struct ses_span strip_comment(struct ses_span text) {
    for (size_t i = 1; i < text.len; i++)
        if (is_comment(text.data[i]) && is_space(text.data[i - 1]))
            return (struct ses_span){text.data, i};
    return text;
}

/* What stands between name and value: '=', or ':' as in botocore and the SDK for Go. */
static const char *find_separator(struct ses_span line) {
    for (size_t i = 0; i < line.len; i++)
        if (line.data[i] == '=' || line.data[i] == ':')
            return line.data + i;
    return NULL;
}

static enum ses_status read_property(struct parser *parser, struct ses_span line, bool nested) {
    ses_profile_file *file = parser->file;
    const char *equals = find_separator(line);
    if (equals == NULL)
        return fault(parser, "has no '='");
    struct ses_span key = trim((struct ses_span){line.data, (size_t)(equals - line.data)});
    if (key.len == 0)
        return fault(parser, "has no name before its '='");
    struct ses_span value = {equals + 1, line.len - (size_t)(equals - line.data) - 1};
    value = trim(strip_comment(value));
    if (!grow((void **)&file->entries, file->entry_count, &file->entry_capacity,
              sizeof *file->entries))
        return no_memory(parser->error);
    if (has_space(key))
        key.len = 0;
    file->entries[file->entry_count++] =
        (struct entry){file->section_count - 1, key, value, nested, false};
    parser->in_property = true;
    return SES_OK;
}

/* Joins a line to the value before it, by a line feed. The joined text is never longer than what
 * stood there, so it stays in its place. */
static void join(ses_profile_file *file, struct entry *entry, struct ses_span line) {
    char *end = file->text.data + (entry->value.data - file->text.data) + entry->value.len;
    *end = '\n';
    memmove(end + 1, line.data, line.len);
    entry->value.len += 1 + line.len;
}

static enum ses_status read_continuation(struct parser *parser, struct ses_span line) {
    ses_profile_file *file = parser->file;
    if (!parser->in_property)
        return fault(parser, "is indented, and there is no property before it to continue");
    struct entry *last = &file->entries[file->entry_count - 1];
    if (!last->nested && (last->block || last->value.len == 0))
        last->block = true;
    else if (!last->nested) {
        join(file, last, line);
        return SES_OK;
    }
    return read_property(parser, line, true);
}

static enum ses_status read_line(struct parser *parser, struct ses_span line) {
    struct ses_span text = trim(line);
    if (text.len == 0 || is_comment(text.data[0]))
        return SES_OK;
    if (text.data[0] == '[')
        return read_section(parser, text);
    if (is_space(line.data[0]))
        return read_continuation(parser, text);
    if (parser->file->section_count == 0)
        return fault(parser, "stands before any [section]");
    return read_property(parser, text, false);
}

static enum ses_status read_lines(struct parser *parser) {
    struct ses_span rest = ses_buf_span(&parser->file->text);
    if (rest.len >= 3 && memcmp(rest.data, "\xEF\xBB\xBF", 3) == 0) {
        rest.data += 3;
        rest.len -= 3;
    } else if (rest.len >= 2 &&
               (memcmp(rest.data, "\xFF\xFE", 2) == 0 || memcmp(rest.data, "\xFE\xFF", 2) == 0)) {
        parser->line_number = 1;
        return fault(parser, "begins as UTF-16 text does; save the file as UTF-8");
    }
    while (rest.len > 0) {
        parser->line_number++;
        enum ses_status status = read_line(parser, ses_span_split(&rest, '\n'));
        if (status != SES_OK)
            return status;
    }
    return SES_OK;
}

enum ses_status ses_profile_parse(struct ses_span text, enum ses_profile_kind kind,
                                  ses_profile_file **out, struct ses_error *error) {
    *out = NULL;
    ses_profile_file *file = calloc(1, sizeof *file);
    if (file == NULL)
        return no_memory(error);
    ses_buf_init_secret(&file->text);
    struct parser parser = {.file = file, .kind = kind, .error = error};
    enum ses_status status = ses_buf_append(&file->text, text);
    if (status != SES_OK)
        (void)no_memory(error);
    else
        status = read_lines(&parser);
    if (status != SES_OK) {
        ses_profile_file_free(file);
        return status;
    }
    *out = file;
    return SES_OK;
}

void ses_profile_file_free(ses_profile_file *file) {
    if (file == NULL)
        return;
    ses_buf_free(&file->text);
    free(file->sections);
    free(file->entries);
    free(file);
}

static bool matches(const ses_profile_file *file, const struct section *section,
                    enum ses_profile_section kind, struct ses_span name) {
    if (section->ignored || section->kind != kind || !ses_span_equal(section->name, name))
        return false;
    bool silenced = kind == SES_SECTION_PROFILE && file->prefixed_default && !section->prefixed;
    return !silenced;
}

bool ses_profile_has(const ses_profile_file *file, enum ses_profile_section section,
                     struct ses_span name) {
    for (size_t i = 0; file != NULL && i < file->section_count; i++)
        if (matches(file, &file->sections[i], section, name))
            return true;
    return false;
}

/* The index of the property that counts; entry_count where there is none. */
static size_t find(const ses_profile_file *file, enum ses_profile_section section,
                   struct ses_span name, struct ses_span key) {
    for (size_t i = file->entry_count; i-- > 0;) {
        const struct entry *entry = &file->entries[i];
        if (!entry->nested && ses_span_equal_nocase(entry->key, key) &&
            matches(file, &file->sections[entry->section], section, name))
            return i;
    }
    return file->entry_count;
}

bool ses_profile_get(const ses_profile_file *file, enum ses_profile_section section,
                     struct ses_span name, struct ses_span key, struct ses_span *value) {
    *value = (struct ses_span){NULL, 0};
    if (file == NULL || key.len == 0)
        return false;
    size_t at = find(file, section, name, key);
    if (at == file->entry_count)
        return false;
    *value = file->entries[at].value;
    return true;
}

bool ses_profile_get_nested(const ses_profile_file *file, enum ses_profile_section section,
                            struct ses_span name, struct ses_span block, struct ses_span key,
                            struct ses_span *value) {
    *value = (struct ses_span){NULL, 0};
    if (file == NULL || block.len == 0 || key.len == 0)
        return false;
    bool found = false;
    size_t at = find(file, section, name, block);
    for (size_t i = at + 1; i < file->entry_count && file->entries[i].nested; i++) {
        if (ses_span_equal_nocase(file->entries[i].key, key)) {
            *value = file->entries[i].value;
            found = true;
        }
    }
    return found;
}

static void show(const ses_profile_file *file, size_t index, struct ses_profile_property *out) {
    const struct entry *entry = &file->entries[index];
    *out = (struct ses_profile_property){entry->key, entry->value, entry->block, index};
}

bool ses_profile_next(const ses_profile_file *file, enum ses_profile_section section,
                      struct ses_span name, size_t *cursor, struct ses_profile_property *out) {
    while (file != NULL && *cursor < file->entry_count) {
        size_t index = (*cursor)++;
        const struct entry *entry = &file->entries[index];
        if (!entry->nested && entry->key.len > 0 &&
            matches(file, &file->sections[entry->section], section, name)) {
            show(file, index, out);
            return true;
        }
    }
    return false;
}

bool ses_profile_next_nested(const ses_profile_file *file, const struct ses_profile_property *block,
                             size_t *cursor, struct ses_profile_property *out) {
    for (;;) {
        size_t index = block->position + 1 + *cursor;
        if (file == NULL || index >= file->entry_count || !file->entries[index].nested)
            return false;
        (*cursor)++;
        if (file->entries[index].key.len > 0) {
            show(file, index, out);
            return true;
        }
    }
}

/* By pattern and not by list: a key that we do not know may be as secret as those that we do. */
bool ses_profile_is_secret(struct ses_span key) {
    static const char *const marks[] = {"secret", "token", "password", "passwd", "credential_pro"};
    static const char *const harmless[] = {"web_identity_token_file"};
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        if (ses_span_equal_nocase(key, ses_span_from(harmless[i])))
            return false;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        struct ses_span mark = ses_span_from(marks[i]);
        for (size_t at = 0; at + mark.len <= key.len; at++)
            if (ses_span_equal_nocase((struct ses_span){key.data + at, mark.len}, mark))
                return true;
    }
    return false;
}
