#include "check.h"
#include "random_input.h"
#include "ses/ses.h"

static void converts(void) {
    struct ses_buf out;
    ses_buf_init(&out);
    CHECK(ses_buf_append_text(&out, "@") == SES_OK);
    CHECK(ses_idna_to_ascii(&out,
                            SES_SPAN("B\xc3\xbc"
                                     "cher.Example"),
                            NULL) == SES_OK);
    CHECK_SPAN(ses_buf_span(&out), "@xn--bcher-kva.example");
    struct ses_error error = {0};
    CHECK(ses_idna_to_ascii(&out, SES_SPAN("a..b"), &error) == SES_ERR_INVALID);
    CHECK(strcmp(error.field, "domain") == 0);
    CHECK_SPAN(ses_buf_span(&out), "@xn--bcher-kva.example");
    ses_buf_free(&out);
}

static bool is_mail_domain(struct ses_span text) {
    for (size_t i = 0; i < text.len; i++)
        if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-.", text.data[i]) == NULL)
            return false;
    return text.len > 0 && text.len <= 253;
}

/* Any bytes are refused or become a domain that converts to itself. */
static void gives_only_mail_domains(void) {
    static const char letters[] = "aZ0-_.@ \r\n\xc3\xbc\xe3\x80\x82\xdf\x9f";
    struct ses_buf out, again;
    ses_buf_init(&out);
    ses_buf_init(&again);
    for (int i = 0; i < 20000; i++) {
        char input[80];
        struct ses_span domain = {input, random_below(sizeof input + 1)};
        random_fill(input, domain.len, i % 2 ? letters : NULL, sizeof letters);
        ses_buf_clear(&out);
        ses_buf_clear(&again);
        if (ses_idna_to_ascii(&out, domain, NULL) != SES_OK) {
            CHECK(out.len == 0);
            continue;
        }
        CHECK(is_mail_domain(ses_buf_span(&out)));
        CHECK(ses_idna_to_ascii(&again, ses_buf_span(&out), NULL) == SES_OK);
        CHECK(ses_span_equal(ses_buf_span(&out), ses_buf_span(&again)));
    }
    ses_buf_free(&out);
    ses_buf_free(&again);
}

int main(void) {
    random_start();
    RUN(converts);
    RUN(gives_only_mail_domains);
    return check_done();
}
