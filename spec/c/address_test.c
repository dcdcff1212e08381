#include "check.h"
#include "ses/ses.h"

#define LABEL "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijab"

static void knows_plain_addresses(void) {
    static const char *const plain[] = {
        "a@b.de",
        "jane.doe+tag@mail.example.co.uk",
        "A_1-b.c@x-1.example",
        "+@1.example",
        LABEL "@example.co",
    };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        CHECK(ses_address_is_plain(ses_span_from(plain[i])));
}

static void says_nothing_of_others(void) {
    static const char *const others[] = {
        "",
        "@",
        "a@",
        "@b.de",
        "a",
        "a@b",
        "a@b.d",
        "a@b.d1",
        "a@b.1",
        "a@b.de.",
        "a@.de",
        "a@b..de",
        "a@-b.de",
        "a@b-.de",
        "a@b.-de",
        "a@b--c.de",
        "a@B.de",
        "a@b.dE",
        "a@b_c.de",
        "a@@b.de",
        "a@b.de@c.de",
        ".a@b.de",
        "a.@b.de",
        "a..b@c.de",
        "-a@b.de",
        "a-@b.de",
        "a--b@c.de",
        "a b@c.de",
        "a@b.de ",
        "\xc3\xa9@b.de",
        "a@\xc3\xa9.de",
        "\"a\"@b.de",
        "a@[127.0.0.1]",
        "a@b.de\n",
        LABEL "@example.com",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        CHECK(!ses_address_is_plain(ses_span_from(others[i])));
    CHECK(!ses_address_is_plain((struct ses_span){"a@b.de\0x", 8}));
    CHECK(!ses_address_is_plain((struct ses_span){NULL, 0}));
}

int main(void) {
    RUN(knows_plain_addresses);
    RUN(says_nothing_of_others);
    return check_done();
}
