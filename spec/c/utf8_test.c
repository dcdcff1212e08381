#include "check.h"
#include "ses/utf8.h"

static void counts_characters(void) {
    static const struct {
        const char *text;
        size_t count;
    } rows[] = {{"", 0},
                {"hello", 5},
                {"caf\xc3\xa9", 4},
                {"\xe6\x97\xa5\xe6\x9c\xac", 2},
                {"\xf0\x9f\x98\x80", 1},
                {"\xf4\x8f\xbf\xbf", 1},
                {"eight in a row, and then \xc3\xa9, and eight in a row again", 52},
                {"1234567\xc3\xa9"
                 "12345678",
                 16}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t count = 99;
        CHECK(ses_utf8_count(ses_span_from(rows[i].text), &count));
        CHECK(count == rows[i].count);
    }
    size_t count = 99;
    CHECK(ses_utf8_count((struct ses_span){NULL, 0}, &count) && count == 0);
    CHECK(ses_utf8_count(SES_SPAN("a\0b"), &count) && count == 3);
}

static void tells_where_it_ends_being_utf8(void) {
    static const struct {
        const char *text;
        size_t before;
    } rows[] = {{"\xff", 0},
                {"a\x80", 1},
                {"ab\xc3", 2},
                {"\xc0\xaf", 0},
                {"\xe0\x80\xaf", 0},
                {"x\xed\xa0\x80", 1},
                {"\xf4\x90\x80\x80", 0},
                {"\xf0\x80\x80\x80", 0},
                {"\xe2\x82", 0},
                {"\xc3\xa9\xc3(", 2},
                {"\xf8\x88\x80\x80\x80", 0},
                {"12345678\xc3\xa9 12345678\x80", 19}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t count = 99;
        CHECK(!ses_utf8_count(ses_span_from(rows[i].text), &count));
        CHECK(count == rows[i].before);
    }
}

/* Whatever the place of a byte in its group of eight. */
static void finds_a_bad_byte_anywhere(void) {
    char text[40];
    for (size_t at = 0; at < sizeof text; at++) {
        memset(text, 'x', sizeof text);
        text[at] = (char)0xbf;
        size_t count = 99;
        CHECK(!ses_utf8_count((struct ses_span){text, sizeof text}, &count));
        CHECK(count == at);
    }
}

static void reads_no_byte_beyond(void) {
    CHECK(ses_utf8_sequence((struct ses_span){NULL, 0}) == 0);
    CHECK(ses_utf8_sequence((struct ses_span){"\xe2\x82\xac", 2}) == 0);
    CHECK(ses_utf8_sequence((struct ses_span){"\xe2\x82\xac", 3}) == 3);
}

int main(void) {
    RUN(counts_characters);
    RUN(tells_where_it_ends_being_utf8);
    RUN(finds_a_bad_byte_anywhere);
    RUN(reads_no_byte_beyond);
    return check_done();
}
