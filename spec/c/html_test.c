#include "check.h"
#include "ses/html.h"

static void check_escaped(struct ses_span text, struct ses_span expected) {
    size_t size = 99;
    CHECK(ses_html_escaped_size(text, &size));
    CHECK(size == expected.len);
    /* Exactly as large, so that the sanitizer sees a byte too many. */
    char *out = malloc(size + (size == 0));
    CHECK(out != NULL);
    ses_html_escape(text, out);
    CHECK(memcmp(out, expected.data, size) == 0);
    free(out);
}

static void escapes_what_handlebars_escapes(void) {
    check_escaped(SES_SPAN("a&<>\"'`=b"), SES_SPAN("a&amp;&lt;&gt;&quot;&#x27;&#x60;&#x3D;b"));
    check_escaped(SES_SPAN("&"), SES_SPAN("&amp;"));
    check_escaped(SES_SPAN("\xc3\xa9<\xf0\x9f\x98\x80"), SES_SPAN("\xc3\xa9&lt;\xf0\x9f\x98\x80"));
}

static void leaves_the_rest_as_it_is(void) {
    check_escaped(SES_SPAN(""), SES_SPAN(""));
    check_escaped(SES_SPAN("a\0b\n /;#x"), SES_SPAN("a\0b\n /;#x"));
    size_t count = 0;
    for (char c = 1; c > 0 && c < 127; c++) {
        size_t size = 0;
        CHECK(ses_html_escaped_size((struct ses_span){&c, 1}, &size));
        count += size != 1;
    }
    CHECK(count == 7);
}

static void takes_nothing_but_utf8(void) {
    size_t size = 99;
    CHECK(!ses_html_escaped_size(SES_SPAN("a\xff"), &size) && size == 0);
    CHECK(!ses_html_escaped_size(SES_SPAN("<\xc3"), &size) && size == 0);
}

int main(void) {
    RUN(escapes_what_handlebars_escapes);
    RUN(leaves_the_rest_as_it_is);
    RUN(takes_nothing_but_utf8);
    return check_done();
}
