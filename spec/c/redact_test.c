#include "../../src/core/redact.h"

#include "check.h"
#include "ses/ses.h"

static const char secret[] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

static void check_marked(const char *text, const char *expected) {
    char copy[256];
    size_t len = strlen(text);
    memcpy(copy, text, len + 1);
    ses_redact(copy, len, ses_span_from(secret), '*');
    CHECK(strcmp(copy, expected) == 0);
    if (strcmp(copy, expected) != 0)
        fprintf(stderr, "%s\n", copy);
}

static void marks_all_of_a_secret(void) {
    check_marked("", "");
    check_marked("nothing of it", "nothing of it");
    check_marked("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                 "****************************************");
    check_marked(
        "<wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY>",
        "<**************************************** "
        "****************************************>");
}

static void marks_large_parts(void) {
    check_marked("...XUtnFEMI/K7MDENG+bPxRfi...", "...***********************...");
    check_marked("wJalrXUtnFEMI/K7MDENG+bPx", "*************************");
    check_marked("fiCYEXAMPLEKEY", "fiCYEXAMPLEKEY");
}

static void leaves_what_is_too_short_to_be_one(void) {
    char text[] = "a key a key";
    ses_redact(text, strlen(text), SES_SPAN("a key"), '*');
    CHECK(strcmp(text, "a key a key") == 0);
    char more[] = "8 letters";
    ses_redact(more, strlen(more), SES_SPAN("8 letter"), '*');
    CHECK(strcmp(more, "********s") == 0);
}

static void check_encoded(const char *text, const char *expected) {
    char copy[256];
    size_t len = strlen(text);
    memcpy(copy, text, len + 1);
    ses_redact_encoded(copy, len, SES_SPAN("abcde/fghij+klmno=pqrst_12z"), '*');
    CHECK(strcmp(copy, expected) == 0);
    if (strcmp(copy, expected) != 0)
        fprintf(stderr, "%s\n", copy);
}

static void marks_every_form(void) {
    check_encoded("", "");
    check_encoded("50% of \\ and & and &# and &#x; and \\u12 and %4",
                  "50% of \\ and & and &# and &#x; and \\u12 and %4");
    check_encoded("[abcde/fghij+klmno=pqrst_12z]", "[***************************]");
    check_encoded("[abcde\\/fghij\\u002bklmno\\u003Dpqrst_12z]",
                  "[**************************************]");
    check_encoded("[abcde%2Ffghij%2bklmno%3Dpqrst]", "[*****************************]");
    check_encoded("[abcde&#x2F;fghij&#43;klmno&#61;pqrst]",
                  "[************************************]");
}

static char random_char(unsigned *state) {
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/+";
    *state = *state * 1664525u + 1013904223u;
    return alphabet[*state >> 26];
}

/* As a writer of JSON has it that escapes slashes. */
static size_t escape(char *out, const char *text, size_t len) {
    size_t size = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '/')
            out[size++] = '\\';
        out[size++] = text[i];
    }
    return size;
}

static void leaves_nothing_of_an_escaped_token(void) {
    enum { LEN = 600 };
    char token[LEN], text[2 * LEN];
    unsigned state = 20261124;
    for (int run = 0; run < 3000; run++) {
        for (size_t i = 0; i < LEN; i++)
            token[i] = random_char(&state);
        size_t len = escape(text, token, LEN), left = 0;
        ses_redact_encoded(text, len, (struct ses_span){token, LEN}, '*');
        for (size_t i = 0; i < len; i++)
            left += text[i] != '*';
        CHECK(left == 0);
    }
}

static void redacts_for_credentials(void) {
    const struct ses_credentials_options options = {.access_key_id = SES_SPAN("AKIDEXAMPLE"),
                                                    .secret_access_key = ses_span_from(secret),
                                                    .session_token =
                                                        SES_SPAN("token/with+signs==")};
    ses_credentials *credentials = NULL;
    struct ses_buf out;
    CHECK(ses_credentials_new(&options, &credentials, NULL) == SES_OK);
    ses_buf_init(&out);
    CHECK(ses_buf_append_text(&out, "> ") == SES_OK);
    CHECK(ses_credentials_redact(credentials,
                                 SES_SPAN("AKIDEXAMPLE wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY "
                                          "token/with+signs== token%2Fwith%2Bsigns%3D%3D."),
                                 &out) == SES_OK);
    CHECK_SPAN(ses_buf_span(&out), "> AKIDEXAMPLE [REDACTED] [REDACTED] [REDACTED].");
    ses_buf_clear(&out);
    CHECK(ses_credentials_redact(credentials, SES_SPAN(""), &out) == SES_OK && out.len == 0);
    ses_buf_free(&out);
    ses_credentials_free(credentials);
}

static void hides_in_a_response(void) {
    ses_http_response *response = NULL;
    CHECK(ses_http_response_new(&response) == SES_OK);
    ses_http_response_hide(response, ses_span_from(secret));
    CHECK(ses_http_response_add_header(response, SES_SPAN("x-said"), ses_span_from(secret)) ==
          SES_OK);
    CHECK(ses_http_response_append_body(response, SES_SPAN("it was ")) == SES_OK);
    CHECK(ses_http_response_append_body(response, ses_span_from(secret)) == SES_OK);
    ses_http_response_hide(response, ses_span_from(secret));
    CHECK_SPAN(ses_http_response_body(response), "it was ****************************************");
    CHECK_SPAN(ses_http_response_header(response, 0).value,
               "****************************************");
    ses_http_response_free(response);
}

int main(void) {
    RUN(marks_all_of_a_secret);
    RUN(marks_large_parts);
    RUN(leaves_what_is_too_short_to_be_one);
    RUN(marks_every_form);
    RUN(leaves_nothing_of_an_escaped_token);
    RUN(redacts_for_credentials);
    RUN(hides_in_a_response);
    return check_done();
}
