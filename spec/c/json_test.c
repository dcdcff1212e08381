#include "check.h"
#include "random_input.h"
#include "ses/buf.h"
#include "ses/json.h"

static void write_value(const ses_json_value *value, struct ses_buf *out) {
    static const char *const words[] = {"none", "null", "false", "true"};
    enum ses_json_type type = ses_json_type(value);
    struct ses_span text;
    if (type <= SES_JSON_TRUE) {
        (void)ses_buf_append_text(out, words[type]);
    } else if (type == SES_JSON_NUMBER) {
        (void)ses_buf_append_text(out, "number");
    } else if (ses_json_string(value, &text)) {
        (void)ses_buf_append_char(out, '\'');
        (void)ses_buf_append(out, text);
        (void)ses_buf_append_char(out, '\'');
    } else {
        (void)ses_buf_append_text(out, type == SES_JSON_OBJECT ? "{" : "[");
        const ses_json_value *entry = ses_json_first(value);
        for (; entry != NULL; entry = ses_json_next(entry)) {
            if (type == SES_JSON_OBJECT) {
                (void)ses_buf_append(out, ses_json_name(entry));
                (void)ses_buf_append_char(out, '=');
            }
            write_value(entry, out);
            (void)ses_buf_append_char(out, ' ');
        }
        (void)ses_buf_append_text(out, type == SES_JSON_OBJECT ? "}" : "]");
    }
}

/* The document in another notation, or the parser's message. */
static void describe(struct ses_span text, struct ses_buf *out) {
    ses_json *json = NULL;
    struct ses_error error = {0};
    enum ses_status status = ses_json_parse(text, &json, &error);
    CHECK((status == SES_OK) == (json != NULL));
    if (status == SES_OK)
        write_value(ses_json_root(json), out);
    else
        (void)ses_buf_append_text(out, error.message);
    CHECK(status == SES_OK || error.status == status);
    ses_json_free(json);
}

struct row {
    const char *text;
    const char *expected;
};

static void check_rows(const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct ses_buf got;
        ses_buf_init(&got);
        /* On the heap and of the exact size, so that ASan sees a read too far. */
        size_t len = strlen(rows[i].text);
        char *copy = malloc(len + 1);
        memcpy(copy, rows[i].text, len);
        char *exact = realloc(copy, len == 0 ? 1 : len);
        describe((struct ses_span){exact, len}, &got);
        free(exact);
        CHECK_SPAN(ses_buf_span(&got), rows[i].expected);
        if (!check_span(ses_buf_span(&got), rows[i].expected))
            fprintf(stderr, "  row %zu: got %.*s\n", i, (int)got.len, got.data);
        ses_buf_free(&got);
    }
}

#define CHECK_ROWS(rows) check_rows((rows), sizeof(rows) / sizeof *(rows))

static void reads_documents(void) {
    static const struct row rows[] = {
        {"null", "null"},
        {" true ", "true"},
        {"false\n", "false"},
        {"{}", "{}"},
        {"[ ]", "[]"},
        {"\"\"", "''"},
        {"0", "number"},
        {"-0.5e+10", "number"},
        {"1E5", "number"},
        {"[1,2 , 3]", "[number number number ]"},
        {"{\"a\":{\"b\":[{}]},\"c\":null}", "{a={b=[{} ] } c=null }"},
        {"{\"\":1,\"a\":[],\"A\":\"x\"}", "{=number a=[] A='x' }"},
        {"[[[]],[[],[]]]", "[[[] ] [[] [] ] ]"},
    };
    CHECK_ROWS(rows);
}

static void decodes_strings(void) {
    static const struct row rows[] = {
        {"\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\"", "'a\"\\/\b\f\n\r\tz'"},
        {"\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00\"", "'A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80'"},
        {"\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbf\"",
         "'\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbf'"},
        {"{\"\\u0061b\":1}", "{ab=number }"},
        {"\"\x7f\"", "'\x7f'"},
    };
    CHECK_ROWS(rows);
    ses_json *json = NULL;
    struct ses_span text;
    CHECK(ses_json_parse(SES_SPAN("\"a\\u0000b\""), &json, NULL) == SES_OK);
    CHECK(ses_json_string(ses_json_root(json), &text) && text.len == 3 &&
          memcmp(text.data, "a\0b", 3) == 0);
    ses_json_free(json);
}

static void refuses_what_is_not_json(void) {
    static const struct row rows[] = {
        {"", "is empty, where JSON should be"},
        {" ", "is not JSON: byte 2 is the end, where a value should be"},
        {"nul", "is not JSON: byte 1 begins no value"},
        {"nullx", "is not JSON: byte 5 stands behind the document"},
        {"{} {}", "is not JSON: byte 4 stands behind the document"},
        {"\xef\xbb\xbf{}", "is not JSON: byte 1 begins no value"},
        {"// x\n{}", "is not JSON: byte 1 begins no value"},
        {"{", "is not JSON: byte 2 does not begin a member's name"},
        {"{\"a\"}", "is not JSON: byte 5 is not the ':' behind a name"},
        {"{\"a\":}", "is not JSON: byte 6 begins no value"},
        {"{\"a\":1,}", "is not JSON: byte 8 does not begin a member's name"},
        {"{\"a\":1 \"b\":2}", "is not JSON: byte 8 is neither a ',' nor the container's end"},
        {"{a:1}", "is not JSON: byte 2 does not begin a member's name"},
        {"{'a':1}", "is not JSON: byte 2 does not begin a member's name"},
        {"[1,]", "is not JSON: byte 4 begins no value"},
        {"[1", "is not JSON: byte 3 is neither a ',' nor the container's end"},
        {"[1}", "is not JSON: byte 3 is neither a ',' nor the container's end"},
        {"]", "is not JSON: byte 1 begins no value"},
        {"01", "is not JSON: byte 2 stands behind the document"},
        {"+1", "is not JSON: byte 1 begins no value"},
        {"-", "is not JSON: byte 2 is not a digit of a number"},
        {"1.", "is not JSON: byte 3 is not a digit of a number"},
        {"1.e1", "is not JSON: byte 3 is not a digit of a number"},
        {"1e", "is not JSON: byte 3 is not a digit of a number"},
        {"NaN", "is not JSON: byte 1 begins no value"},
        {"\"a", "is not JSON: byte 3 is the end, within a string"},
        {"\"a\\", "is not JSON: byte 4 is in an unknown escape"},
        {"\"\\x41\"", "is not JSON: byte 3 is in an unknown escape"},
        {"\"\\u12", "is not JSON: byte 6 is in an escape that stands for no character"},
        {"\"\\u12g4\"", "is not JSON: byte 6 is in an escape that stands for no character"},
        {"\"\\ud83d\"", "is not JSON: byte 8 is in an escape that stands for no character"},
        {"\"\\ude00\"", "is not JSON: byte 8 is in an escape that stands for no character"},
        {"\"\\ud83d\\u0041\"", "is not JSON: byte 14 is in an escape that stands for no character"},
        {"\"a\nb\"", "is not JSON: byte 3 is a control character in a string"},
        {"\"\x80\"", "is not JSON: byte 2 is not UTF-8"},
        {"\"\xc0\xaf\"", "is not JSON: byte 2 is not UTF-8"},
        {"\"\xed\xa0\x80\"", "is not JSON: byte 2 is not UTF-8"},
        {"\"\xf4\x90\x80\x80\"", "is not JSON: byte 2 is not UTF-8"},
        {"\"\xe2\x82", "is not JSON: byte 2 is not UTF-8"},
        {"\"\xe2\x82\"", "is not JSON: byte 2 is not UTF-8"},
        {"{\"a\":1,\"b\":{\"a\":1},\"\\u0061\":2}",
         "is not JSON: byte 30 ends a member whose name stands twice in its object"},
    };
    CHECK_ROWS(rows);
}

static enum ses_status parse_repeated(const char *head, const char *unit, size_t count,
                                      const char *tail) {
    struct ses_buf text;
    ses_json *json = NULL;
    struct ses_error error = {0};
    ses_buf_init(&text);
    (void)ses_buf_append_text(&text, head);
    for (size_t i = 0; i < count; i++)
        (void)ses_buf_append_text(&text, unit);
    (void)ses_buf_append_text(&text, tail);
    enum ses_status status = ses_json_parse(ses_buf_span(&text), &json, &error);
    ses_json_free(json);
    ses_buf_free(&text);
    return status;
}

static void keeps_to_its_limits(void) {
    CHECK(parse_repeated("[", "1,", SES_JSON_VALUES_MAX - 2, "1]") == SES_OK);
    CHECK(parse_repeated("[", "1,", SES_JSON_VALUES_MAX - 1, "1]") == SES_ERR_RANGE);
    CHECK(parse_repeated("", "[", SES_JSON_DEPTH_MAX, "") == SES_ERR_PARSE);
    CHECK(parse_repeated("", "[", SES_JSON_DEPTH_MAX + 1, "") == SES_ERR_RANGE);
    CHECK(parse_repeated("", "[", 100000, "") == SES_ERR_RANGE);
    CHECK(parse_repeated("\"", "x", SES_JSON_TEXT_MAX - 2, "\"") == SES_OK);
    CHECK(parse_repeated("\"", "x", SES_JSON_TEXT_MAX - 1, "\"") == SES_ERR_RANGE);
}

static void looks_values_up(void) {
    ses_json *json = NULL;
    struct ses_span text;
    CHECK(ses_json_parse(SES_SPAN("{\"a\":{\"b\":\"c\"},\"n\":7,\"l\":[1]}"), &json, NULL) ==
          SES_OK);
    const ses_json_value *root = ses_json_root(json);
    CHECK(ses_json_member_string(ses_json_member(root, SES_SPAN("a")), SES_SPAN("b"), &text));
    CHECK_SPAN(text, "c");
    CHECK(!ses_json_member_string(root, SES_SPAN("n"), &text) && text.len == 0);
    CHECK(ses_json_member(root, SES_SPAN("A")) == NULL);
    CHECK(ses_json_member(root, SES_SPAN("b")) == NULL);
    CHECK(ses_json_member(ses_json_member(root, SES_SPAN("l")), SES_SPAN("")) == NULL);
    CHECK(ses_json_member(ses_json_member(root, SES_SPAN("x")), SES_SPAN("y")) == NULL);
    CHECK(ses_json_first(NULL) == NULL && ses_json_next(NULL) == NULL);
    CHECK(ses_json_root(NULL) == NULL && ses_json_type(NULL) == SES_JSON_NONE);
    CHECK(ses_json_name(NULL).len == 0 && ses_json_name(root).len == 0);
    CHECK(ses_json_next(root) == NULL);
    ses_json_free(json);
    ses_json_free(NULL);
}

static void reads_integers(void) {
    static const struct {
        const char *text;
        bool found;
        int64_t number;
    } rows[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"1499827319000", true, INT64_C(1499827319000)},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", false, 0},
        {"-9223372036854775808", true, INT64_MIN},
        {"-9223372036854775809", false, 0},
        {"99999999999999999999999999", false, 0},
        {"1.0", false, 0},
        {"1e3", false, 0},
        {"\"1\"", false, 0},
        {"true", false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ses_json *json = NULL;
        int64_t number = 5;
        CHECK(ses_json_parse(ses_span_from(rows[i].text), &json, NULL) == SES_OK);
        CHECK(ses_json_integer(ses_json_root(json), &number) == rows[i].found);
        CHECK(number == rows[i].number);
        ses_json_free(json);
    }
    int64_t number = 5;
    CHECK(!ses_json_integer(NULL, &number) && number == 0);
}

static void writes_strings(void) {
    struct ses_buf out;
    ses_json *json = NULL;
    struct ses_span text;
    ses_buf_init(&out);
    CHECK(ses_json_append_string(&out, SES_SPAN("a\"b\\c\n\x1f\x7f/\xc3\xa9")) == SES_OK);
    CHECK_SPAN(ses_buf_span(&out), "\"a\\\"b\\\\c\\n\\u001f\\u007f/\xc3\xa9\"");
    CHECK(ses_json_parse(ses_buf_span(&out), &json, NULL) == SES_OK);
    CHECK(ses_json_string(ses_json_root(json), &text));
    CHECK_SPAN(text, "a\"b\\c\n\x1f\x7f/\xc3\xa9");
    ses_json_free(json);
    ses_buf_free(&out);
    CHECK(ses_json_is_plain(SES_SPAN("a/ \xc3\xa9")) && ses_json_is_plain(SES_SPAN("")));
    CHECK(ses_json_has_long_number(SES_SPAN("[1234567890123456]")));
    CHECK(!ses_json_has_long_number(SES_SPAN("[123456789012345,1]")));
    static const char *const others[] = {"\"", "a\\", "\n", "\x1f", "a\x7f"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        CHECK(!ses_json_is_plain(ses_span_from(others[i])));
}

static void shows_nothing_of_the_text(void) {
    static const char *const texts[] = {"{\"k\":\"topsecret", "{\"topsecret\":1,\"topsecret\":2}",
                                        "topsecret", "{\"k\":\"topsecret\\q\"}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ses_json *json = NULL;
        struct ses_error error = {0};
        CHECK(ses_json_parse(ses_span_from(texts[i]), &json, &error) == SES_ERR_PARSE);
        CHECK(strstr(error.message, "topsec") == NULL && strstr(error.field, "topsec") == NULL);
    }
}

/* Every cut and every changed byte of a document gives a document or an error, and reads no byte
 * that is not its own. */
static void survives_damage(void) {
    static const char sample[] = "{\"Code\":\"Success\",\"n\":[-1.5e3,true,null,{\"\\u00e9\\n\":"
                                 "\"\\ud83d\\ude00\xc3\xa9\"}],\"Expiration\":\"2030\"}";
    size_t len = sizeof sample - 1;
    for (int round = 0; round < 20000; round++) {
        size_t cut = random_below(len + 1);
        char *text = malloc(cut == 0 ? 1 : cut);
        memcpy(text, sample, cut);
        for (size_t changes = random_below(3); changes > 0 && cut > 0; changes--)
            random_fill(text + random_below(cut), 1, round % 2 == 0 ? "{}[]\",:\\ud0e1." : NULL,
                        sizeof "{}[]\",:\\ud0e1." - 1);
        ses_json *json = NULL;
        if (ses_json_parse((struct ses_span){text, cut}, &json, NULL) == SES_OK) {
            struct ses_buf out;
            ses_buf_init(&out);
            write_value(ses_json_root(json), &out);
            ses_buf_free(&out);
        }
        ses_json_free(json);
        free(text);
    }
}

int main(void) {
    random_start();
    RUN(reads_documents);
    RUN(decodes_strings);
    RUN(refuses_what_is_not_json);
    RUN(keeps_to_its_limits);
    RUN(looks_values_up);
    RUN(reads_integers);
    RUN(writes_strings);
    RUN(shows_nothing_of_the_text);
    RUN(survives_damage);
    return check_done();
}
