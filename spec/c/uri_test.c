#include "check.h"
#include "random_input.h"
#include "ses/ses.h"

static void encodes_all_but_the_unreserved(void) {
    struct ses_buf out;
    ses_buf_init(&out);
    CHECK(ses_uri_encode(&out, SES_SPAN("AZaz09-._~ /%+\0\xff"), false) == SES_OK);
    CHECK_SPAN(ses_buf_span(&out), "AZaz09-._~%20%2F%25%2B%00%FF");
    ses_buf_clear(&out);
    CHECK(ses_uri_encode(&out, SES_SPAN("/a b/"), true) == SES_OK);
    CHECK_SPAN(ses_buf_span(&out), "/a%20b/");
    ses_buf_clear(&out);
    CHECK(ses_uri_encode(&out, (struct ses_span){NULL, 0}, true) == SES_OK);
    CHECK(out.len == 0);
    ses_buf_free(&out);
}

static void decodes_and_leaves_what_is_no_escape(void) {
    struct ses_buf out;
    ses_buf_init(&out);
    CHECK(ses_uri_decode(&out, SES_SPAN("%41%4a%4A+%zz%4%")) == SES_OK);
    CHECK_SPAN(ses_buf_span(&out), "AJJ+%zz%4%");
    ses_buf_free(&out);
}

static void decodes_what_it_encoded(void) {
    struct ses_buf coded, plain;
    ses_buf_init(&coded);
    ses_buf_init(&plain);
    for (size_t len = 0; len < 300; len++) {
        char input[300];
        random_fill(input, len, NULL, 0);
        ses_buf_clear(&coded);
        ses_buf_clear(&plain);
        CHECK(ses_uri_encode(&coded, (struct ses_span){input, len}, len % 2 == 0) == SES_OK);
        CHECK(ses_uri_decode(&plain, ses_buf_span(&coded)) == SES_OK);
        CHECK(ses_span_equal(ses_buf_span(&plain), (struct ses_span){input, len}));
    }
    ses_buf_free(&coded);
    ses_buf_free(&plain);
}

static void normalises_paths(void) {
    static const char *const pairs[][2] = {{"", "/"},
                                           {"/", "/"},
                                           {"//", "/"},
                                           {"/.", "/"},
                                           {"/..", "/"},
                                           {"/../../..", "/"},
                                           {"/./a", "/a"},
                                           {"/a/..", "/"},
                                           {"/a/../", "/"},
                                           {"/a/b/..", "/a"},
                                           {"/a/b/../", "/a/"},
                                           {"//a//b//", "/a/b/"},
                                           {"/a/./b/../../c", "/c"},
                                           {"/..a/.b/...", "/..a/.b/..."},
                                           {"a", "/a"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct ses_buf out;
        ses_buf_init(&out);
        CHECK(ses_buf_append_text(&out, "keep/") == SES_OK);
        CHECK(ses_uri_normalize_path(&out, ses_span_from(pairs[i][0])) == SES_OK);
        CHECK(out.len > 5 && memcmp(out.data, "keep/", 5) == 0);
        CHECK_SPAN(((struct ses_span){out.data + 5, out.len - 5}), pairs[i][1]);
        ses_buf_free(&out);
    }
}

static void normalises_once_and_for_all(void) {
    struct ses_buf once, twice;
    ses_buf_init(&once);
    ses_buf_init(&twice);
    for (int i = 0; i < 5000; i++) {
        char input[24];
        struct ses_span path = {input, random_below(sizeof input + 1)};
        random_fill(input, path.len, "//..a\0", 6);
        ses_buf_clear(&once);
        ses_buf_clear(&twice);
        CHECK(ses_uri_normalize_path(&once, path) == SES_OK);
        CHECK(ses_uri_normalize_path(&twice, ses_buf_span(&once)) == SES_OK);
        CHECK(ses_span_equal(ses_buf_span(&once), ses_buf_span(&twice)));
        CHECK(once.data[0] == '/');
    }
    ses_buf_free(&once);
    ses_buf_free(&twice);
}

int main(void) {
    random_start();
    RUN(encodes_all_but_the_unreserved);
    RUN(decodes_and_leaves_what_is_no_escape);
    RUN(decodes_what_it_encoded);
    RUN(normalises_paths);
    RUN(normalises_once_and_for_all);
    return check_done();
}
