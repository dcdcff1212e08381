#include "check.h"
#include "random_input.h"
#include "ses/ses.h"

static void gives_the_vectors_of_rfc_4648(void) {
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct ses_buf text, bytes;
        ses_buf_init(&text);
        ses_buf_init(&bytes);
        CHECK(ses_base64_encode(&text, ses_span_from(pairs[i][0])) == SES_OK);
        CHECK_SPAN(ses_buf_span(&text), pairs[i][1]);
        CHECK(ses_base64_decode(&bytes, ses_buf_span(&text), NULL) == SES_OK);
        CHECK_SPAN(ses_buf_span(&bytes), pairs[i][0]);
        ses_buf_free(&text);
        ses_buf_free(&bytes);
    }
}

static void gives_back_any_bytes(void) {
    struct ses_buf text, bytes;
    ses_buf_init(&text);
    ses_buf_init(&bytes);
    for (size_t len = 0; len < 500; len++) {
        char input[500];
        random_fill(input, len, NULL, 0);
        ses_buf_clear(&text);
        ses_buf_clear(&bytes);
        CHECK(ses_base64_encode(&text, (struct ses_span){input, len}) == SES_OK);
        CHECK(ses_base64_decode(&bytes, ses_buf_span(&text), NULL) == SES_OK);
        CHECK(ses_span_equal(ses_buf_span(&bytes), (struct ses_span){input, len}));
    }
    ses_buf_free(&text);
    ses_buf_free(&bytes);
}

/* Whatever is taken is the one way to write its bytes. */
static void takes_nothing_that_it_would_not_write(void) {
    static const char letters[] = "AZaz09+/=-_ \n\x80";
    struct ses_buf text, bytes;
    ses_buf_init(&text);
    ses_buf_init(&bytes);
    for (int i = 0; i < 20000; i++) {
        char input[12];
        struct ses_span span = {input, random_below(sizeof input + 1)};
        random_fill(input, span.len, letters, sizeof letters);
        ses_buf_clear(&text);
        ses_buf_clear(&bytes);
        CHECK(ses_buf_append_char(&bytes, '!') == SES_OK);
        if (ses_base64_decode(&bytes, span, NULL) == SES_OK) {
            CHECK(ses_base64_encode(&text, (struct ses_span){bytes.data + 1, bytes.len - 1}) ==
                  SES_OK);
            CHECK(ses_span_equal(ses_buf_span(&text), span));
        } else {
            CHECK_SPAN(ses_buf_span(&bytes), "!");
        }
    }
    ses_buf_free(&text);
    ses_buf_free(&bytes);
}

int main(void) {
    random_start();
    RUN(gives_the_vectors_of_rfc_4648);
    RUN(gives_back_any_bytes);
    RUN(takes_nothing_that_it_would_not_write);
    return check_done();
}
