#include "check.h"
#include "ses/buf.h"
#include "ses/profile.h"

#include <stdint.h>
#include <stdlib.h>
#include <time.h>

/* Writes out what a file says of a profile, "a=1|b={c=2}", or the parser's message. */
static void describe(const char *text, enum ses_profile_kind kind, const char *name,
                     struct ses_buf *out) {
    ses_profile_file *file = NULL;
    struct ses_error error = {0};
    struct ses_profile_property property;
    struct ses_profile_property inner;
    if (ses_profile_parse(ses_span_from(text), kind, &file, &error) != SES_OK)
        (void)ses_buf_append_text(out, error.message);
    else if (!ses_profile_has(file, SES_SECTION_PROFILE, ses_span_from(name)))
        (void)ses_buf_append_text(out, "(none)");
    size_t cursor = 0;
    while (ses_profile_next(file, SES_SECTION_PROFILE, ses_span_from(name), &cursor, &property)) {
        (void)ses_buf_append_text(out, out->len == 0 ? "" : "|");
        (void)ses_buf_append(out, property.key);
        (void)ses_buf_append_char(out, '=');
        (void)ses_buf_append(out, property.value);
        (void)ses_buf_append_text(out, property.block ? "{" : "");
        size_t at = 0;
        while (ses_profile_next_nested(file, &property, &at, &inner)) {
            (void)ses_buf_append(out, inner.key);
            (void)ses_buf_append_char(out, '=');
            (void)ses_buf_append(out, inner.value);
            (void)ses_buf_append_char(out, ',');
        }
        (void)ses_buf_append_text(out, property.block ? "}" : "");
    }
    ses_profile_file_free(file);
}

struct row {
    const char *text;
    const char *expected; /* of the profile foo */
};

static void check_rows(const struct row *rows, size_t count, enum ses_profile_kind kind) {
    for (size_t i = 0; i < count; i++) {
        struct ses_buf got;
        ses_buf_init(&got);
        describe(rows[i].text, kind, "foo", &got);
        CHECK_SPAN(ses_buf_span(&got), rows[i].expected);
        if (!check_span(ses_buf_span(&got), rows[i].expected))
            fprintf(stderr, "  row %zu: got %.*s\n", i, (int)got.len, got.data);
        ses_buf_free(&got);
    }
}

#define CHECK_ROWS(rows, kind) check_rows((rows), sizeof(rows) / sizeof *(rows), (kind))

static void finds_the_profiles_of_a_config_file(void) {
    static const struct row rows[] = {
        {"", "(none)"},
        {"[profile foo]", ""},
        {"[profile foo]\na = 1", "a=1"},
        {"[profile \tfoo \t]\na=1", "a=1"},
        {"[profile\tfoo]\na=1", "a=1"},
        {"[   profile foo   ]\na=1", "a=1"},
        {"\xEF\xBB\xBF[profile foo]\r\na = 1\r\n\r\nb = 2\r\n", "a=1|b=2"},
        {"[foo]\na = 1", "(none)"},
        {"[profilefoo]\na = 1", "(none)"},
        {"[Profile foo]\na = 1", "(none)"},
        {"[sso-session foo]\na = 1\n[services foo]\na = 2", "(none)"},
        {"[profile in valid]\na = 1\n[profile foo]\nb = 2", "b=2"},
        {"[profile \"foo\"]\na = 1", "a=1"},
        {"[profile foo]\na = 1\n[profile bar]\na = 2\n[profile foo]\nb = 3", "a=1|b=3"},
    };
    CHECK_ROWS(rows, SES_PROFILE_CONFIG);
}

static void finds_the_profiles_of_a_credentials_file(void) {
    static const struct row rows[] = {
        {"[foo]\na = 1", "a=1"},
        {"[  foo\t]\na = 1", "a=1"},
        {"[profile foo]\na = 1", "(none)"},
        {"[fo o]\na = 1", "(none)"},
    };
    CHECK_ROWS(rows, SES_PROFILE_CREDENTIALS);
}

static void reads_values_and_leaves_comments(void) {
    static const struct row rows[] = {
        {"# c\n; c\n[profile foo] # c\na = 1 # c\nb = 2 ; c\n", "a=1|b=2"},
        {"[profile foo]; c\na = 1\t# c", "a=1"},
        {"[profile foo]# c\na = 1# no comment\nb = 2; none", "a=1# no comment|b=2; none"},
        {"[profile foo]\na = v=1==", "a=v=1=="},
        {"[profile foo]\na: v\nb : w=1\nc = http://d", "a=v|b=w=1|c=http://d"},
        {"[profile foo]\na \t=  \tv w \t", "a=v w"},
        {"[profile foo]\na =\nb = # c", "a=|b="},
        {"[profile foo]\na = \xF0\x9F\x98\x82", "a=\xF0\x9F\x98\x82"},
        {"[profile foo]\na b = 1\nc = 2", "c=2"},
        {"\t \n[profile foo]\n \t\na = 1\n \t", "a=1"},
        {"[profile foo]\na = 1 \\\n", "a=1 \\"},
    };
    CHECK_ROWS(rows, SES_PROFILE_CONFIG);
}

static void continues_values_and_opens_blocks(void) {
    static const struct row rows[] = {
        {"[profile foo]\na = v\n -w", "a=v\n-w"},
        {"[profile foo]\na = v # c\n \t w \t \n\n x # kept\nb = 2", "a=v\nw\nx # kept|b=2"},
        {"[profile foo]\na = v\n w = 12\n x", "a=v\nw = 12\nx"},
        {"[profile foo]\r\na = v\r\n  w\r\n  x\r\n", "a=v\nw\nx"},
        {"[profile foo]\nses =\n a = 1\n b =\n\n\t c = 3 # c\nd = 4", "ses={a=1,b=,c=3,}|d=4"},
        {"[profile foo]\nses = # c\n  # c\n  a = 1\n  in valid = 2", "ses={a=1,}"},
        {"[profile foo]\nses =\n a = 1\nses =\n b = 2", "ses={a=1,}|ses={b=2,}"},
    };
    CHECK_ROWS(rows, SES_PROFILE_CONFIG);
}

static void names_the_line_of_a_fault_and_nothing_else(void) {
    static const struct row rows[] = {
        {"[profile foo", "line 1 opens a section with '[' and has no ']'"},
        {"[profile foo] x", "line 1 has text behind the ']' of a section"},
        {"a = 1", "line 1 stands before any [section]"},
        {"[profile foo]\n\n= hunter2", "line 3 has no name before its '='"},
        {"[profile foo]\nhunter2", "line 2 has no '='"},
        {"[profile foo]\nses =\n hunter2", "line 3 has no '='"},
        {"[profile foo]\n: hunter2", "line 2 has no name before its '='"},
        {"[profile foo]\nses =\n = hunter2", "line 3 has no name before its '='"},
        {" hunter2", "line 1 is indented, and there is no property before it to continue"},
        {"[profile foo]\na = 1\n[profile foo]\n x",
         "line 4 is indented, and there is no property before it to continue"},
        {"\xFF\xFE[", "line 1 begins as UTF-16 text does; save the file as UTF-8"},
    };
    CHECK_ROWS(rows, SES_PROFILE_CONFIG);
}

static void prefers_the_prefixed_default(void) {
    struct ses_buf got;
    ses_buf_init(&got);
    describe("[default]\na=1\n[profile default]\nb=2\n[default]\nb=3", SES_PROFILE_CONFIG,
             "default", &got);
    CHECK_SPAN(ses_buf_span(&got), "b=2");
    ses_buf_clear(&got);
    describe("[default]\na=1\n[default]\nb=3", SES_PROFILE_CONFIG, "default", &got);
    CHECK_SPAN(ses_buf_span(&got), "a=1|b=3");
    ses_buf_free(&got);
}

static void looks_properties_up(void) {
    ses_profile_file *file = NULL;
    struct ses_span value;
    struct ses_span foo = SES_SPAN("foo");
    CHECK(
        ses_profile_parse(SES_SPAN("[profile foo]\nRegion = a\nregion = b\nses =\n x = 1\n X = 2\n"
                                   "[services foo]\nsesv2 =\n endpoint_url = http://h\n"),
                          SES_PROFILE_CONFIG, &file, NULL) == SES_OK);
    CHECK(ses_profile_get(file, SES_SECTION_PROFILE, foo, SES_SPAN("REGION"), &value));
    CHECK_SPAN(value, "b");
    CHECK(ses_profile_get_nested(file, SES_SECTION_PROFILE, foo, SES_SPAN("ses"), SES_SPAN("x"),
                                 &value));
    CHECK_SPAN(value, "2");
    CHECK(ses_profile_get_nested(file, SES_SECTION_SERVICES, foo, SES_SPAN("sesv2"),
                                 SES_SPAN("endpoint_url"), &value));
    CHECK_SPAN(value, "http://h");
    CHECK(!ses_profile_get(file, SES_SECTION_PROFILE, foo, SES_SPAN("x"), &value));
    CHECK(value.len == 0);
    CHECK(!ses_profile_get(file, SES_SECTION_PROFILE, SES_SPAN("fo"), SES_SPAN("region"), &value));
    CHECK(!ses_profile_get(NULL, SES_SECTION_PROFILE, foo, SES_SPAN("region"), &value));
    ses_profile_file_free(file);
    ses_profile_file_free(NULL);
}

static void takes_long_values_and_many_sections(void) {
    struct ses_buf text;
    ses_buf_init(&text);
    CHECK(ses_buf_append_text(&text, "[profile foo]\na = ") == SES_OK);
    for (size_t i = 0; i < 300000; i++)
        CHECK(ses_buf_append_char(&text, 'x') == SES_OK);
    for (size_t i = 0; i < 20000; i++)
        CHECK(ses_buf_append_text(&text, "\n[profile bar]\nb = 1") == SES_OK);
    ses_profile_file *file = NULL;
    struct ses_span value;
    CHECK(ses_profile_parse(ses_buf_span(&text), SES_PROFILE_CONFIG, &file, NULL) == SES_OK);
    CHECK(ses_profile_get(file, SES_SECTION_PROFILE, SES_SPAN("foo"), SES_SPAN("a"), &value));
    CHECK(value.len == 300000);
    ses_profile_file_free(file);
    ses_buf_free(&text);
}

/* Files of the characters that mean something to the parser, in any order: the sanitizers watch. */
static void survives_any_text(void) {
    static const char pieces[] = "[]=#; \t\r\nab\"\0\xEF\xBB\xBFprofile default";
    const char *given = getenv("SPEC_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    fprintf(stderr, "SPEC_SEED=%llu\n", (unsigned long long)seed);
    for (size_t round = 0; round < 20000; round++) {
        char text[64];
        size_t len = round % sizeof text;
        for (size_t i = 0; i < len; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            text[i] = pieces[(seed >> 33) % (sizeof pieces - 1)];
        }
        ses_profile_file *file = NULL;
        struct ses_error error = {0};
        struct ses_profile_property property;
        size_t cursor = 0;
        enum ses_status status = ses_profile_parse(
            (struct ses_span){text, len}, (enum ses_profile_kind)(round & 1), &file, &error);
        CHECK(status == SES_OK || (status == SES_ERR_PARSE && file == NULL));
        while (ses_profile_next(file, SES_SECTION_PROFILE, SES_SPAN("default"), &cursor, &property))
            CHECK(property.key.len > 0);
        ses_profile_file_free(file);
    }
}

static void knows_which_properties_are_secret(void) {
    CHECK(ses_profile_is_secret(SES_SPAN("aws_secret_access_key")));
    CHECK(ses_profile_is_secret(SES_SPAN("AWS_Session_Token")));
    CHECK(ses_profile_is_secret(SES_SPAN("aws_security_token")));
    CHECK(ses_profile_is_secret(SES_SPAN("credential_process")));
    CHECK(ses_profile_is_secret(SES_SPAN("smtp_password")));
    CHECK(!ses_profile_is_secret(SES_SPAN("aws_access_key_id")));
    CHECK(!ses_profile_is_secret(SES_SPAN("web_identity_token_file")));
    CHECK(!ses_profile_is_secret(SES_SPAN("credential_source")));
    CHECK(!ses_profile_is_secret(SES_SPAN("region")));
}

int main(void) {
    RUN(finds_the_profiles_of_a_config_file);
    RUN(finds_the_profiles_of_a_credentials_file);
    RUN(reads_values_and_leaves_comments);
    RUN(continues_values_and_opens_blocks);
    RUN(names_the_line_of_a_fault_and_nothing_else);
    RUN(prefers_the_prefixed_default);
    RUN(looks_properties_up);
    RUN(takes_long_values_and_many_sections);
    RUN(survives_any_text);
    RUN(knows_which_properties_are_secret);
    return check_done();
}
