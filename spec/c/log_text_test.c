#include "check.h"
#include "ses/log_text.h"

static void takes_words_ids_times(void) {
    static const char *const rows[] = {
        "",
        "mail sent",
        "SendEmail",
        "us-east-1",
        "ses.pipeline",
        "0100018c4f2b6d1e-7f2b6d1e-4b9a-4f5e-9d0c-0123456789ab-000000",
        "2026-02-28T09:30:00.123Z",
        "Welcome_2026",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK(ses_log_text_is_harmless(ses_span_from(rows[i])));
}

static void leaves_the_rest_to_be_looked_at(void) {
    static const char *const rows[] = {
        "ann@example.com",
        "ann%40example.com",
        "https://example.com/",
        "token: abc",
        "authorization: x",
        "bearer abc",
        "a word, bearer abc",
        "Two Words",
        "AKIAIOSFODNN7EXAMPLE",
        "x-ASIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY",
        "caf\xc3\xa9",
        "line\nbreak",
        "a/b",
        "a=b",
        "12:30 o'clock",
        "12:30 am",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK(!ses_log_text_is_harmless(ses_span_from(rows[i])));
    CHECK(!ses_log_text_is_harmless(SES_SPAN("a\0b")));
}

static void bounds_their_length(void) {
    char text[SES_LOG_TEXT_MAX + 1];
    memset(text, 'a', sizeof text);
    CHECK(ses_log_text_is_harmless((struct ses_span){text, SES_LOG_TEXT_MAX}));
    CHECK(!ses_log_text_is_harmless((struct ses_span){text, sizeof text}));
    memset(text, 'A', 32);
    CHECK(ses_log_text_is_harmless((struct ses_span){text, 31}));
    CHECK(!ses_log_text_is_harmless((struct ses_span){text, 32}));
}

int main(void) {
    RUN(takes_words_ids_times);
    RUN(leaves_the_rest_to_be_looked_at);
    RUN(bounds_their_length);
    return check_done();
}
