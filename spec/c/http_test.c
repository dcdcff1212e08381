#include "../../src/core/http_body.h"
#include "check.h"
#include "ses/ses.h"

static void takes_urls_apart(void) {
    struct ses_url url;
    CHECK(ses_url_parse(SES_SPAN("https://email.eu-west-1.amazonaws.com/v2/email/a?b=c?d"), &url,
                        NULL) == SES_OK);
    CHECK_SPAN(url.scheme, "https");
    CHECK_SPAN(url.host, "email.eu-west-1.amazonaws.com");
    CHECK(url.port == 0);
    CHECK_SPAN(url.path, "/v2/email/a");
    CHECK_SPAN(url.query, "b=c?d");
    CHECK(ses_url_parse(SES_SPAN("http://[::1]:8080"), &url, NULL) == SES_OK);
    CHECK_SPAN(url.host, "[::1]");
    CHECK(url.port == 8080);
    CHECK_SPAN(url.authority, "[::1]:8080");
    CHECK_SPAN(url.path, "/");
    CHECK(ses_url_parse(SES_SPAN("http://h?x"), &url, NULL) == SES_OK);
    CHECK_SPAN(url.path, "/");
    CHECK_SPAN(url.query, "x");
}

static void refuses_what_is_no_url(void) {
    static const char *bad[] = {"",
                                "ftp://h/",
                                "http://",
                                "http://u@h/",
                                "http://h:",
                                "http://h:0/",
                                "http://h:1x",
                                "http://h:99999/",
                                "http://[::1",
                                "http://h/a b",
                                "http://h/#f",
                                "http://h/\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct ses_url url;
        struct ses_error error = {0};
        CHECK(ses_url_parse(ses_span_from(bad[i]), &url, &error) == SES_ERR_PARSE);
        CHECK(strcmp(error.field, "url") == 0);
    }
}

static void keeps_headers_clean(void) {
    ses_http_request *request = NULL;
    CHECK(ses_http_request_new(SES_SPAN("POST"), SES_SPAN("http://h/p"), &request, NULL) == SES_OK);
    CHECK(ses_http_request_add_header(request, SES_SPAN("X-A"), SES_SPAN("1"), false, NULL) ==
          SES_OK);
    CHECK(ses_http_request_add_header(request, SES_SPAN("x-a"), SES_SPAN("2"), true, NULL) ==
          SES_OK);
    struct ses_error error = {0};
    CHECK(ses_http_request_add_header(request, SES_SPAN("X-B"), SES_SPAN("a\r\nEvil: 1"), false,
                                      &error) == SES_ERR_INVALID);
    CHECK(strstr(error.message, "X-B") != NULL);
    CHECK(ses_http_request_add_header(request, SES_SPAN("X B"), SES_SPAN("a"), false, NULL) ==
          SES_ERR_INVALID);
    CHECK(ses_http_request_header_count(request) == 2);
    CHECK(ses_http_request_header(request, 1).secret);
    CHECK(ses_http_request_header(request, 2).name.len == 0);
    CHECK(ses_http_request_remove_header(request, SES_SPAN("X-a")) == 2);
    CHECK(ses_http_request_set_body(request, SES_SPAN("one")) == SES_OK);
    CHECK(ses_http_request_set_body(request, SES_SPAN("two")) == SES_OK);
    CHECK_SPAN(ses_http_request_body(request), "two");
    ses_http_request_free(request);
    CHECK(ses_http_request_new(SES_SPAN("GE T"), SES_SPAN("http://h/"), &request, NULL) ==
          SES_ERR_INVALID);
    CHECK(request == NULL);
}

static void builds_a_body_of_pieces(void) {
    ses_http_request *request = NULL;
    CHECK(ses_http_request_new(SES_SPAN("POST"), SES_SPAN("http://h/"), &request, NULL) == SES_OK);
    CHECK(ses_http_request_body(request).len == 0);
    CHECK(ses_http_request_append_body(request, SES_SPAN("a:")) == SES_OK);
    CHECK(ses_http_request_reserve_body(request, 100) == SES_OK);
    CHECK(ses_http_request_append_base64(request, SES_SPAN("\0\377")) == SES_OK);
    CHECK_SPAN(ses_http_request_body(request), "a:AP8=");
    ses_http_request_free(request);
}

/* What holds a body has it as it was, whatever becomes of the request. */
static void shares_its_body(void) {
    ses_http_request *request = NULL;
    CHECK(ses_http_request_new(SES_SPAN("POST"), SES_SPAN("http://h/"), &request, NULL) == SES_OK);
    CHECK(ses_http_request_hold_body(request) == NULL);
    CHECK(ses_http_request_set_body(request, SES_SPAN("one")) == SES_OK);
    ses_http_body *held = ses_http_request_hold_body(request);
    CHECK(ses_http_body_bytes(held).data == ses_http_request_body(request).data);
    CHECK(ses_http_request_append_body(request, SES_SPAN(" two")) == SES_OK);
    CHECK_SPAN(ses_http_body_bytes(held), "one");
    CHECK_SPAN(ses_http_request_body(request), "one two");
    ses_http_body *other = ses_http_request_hold_body(request);
    ses_http_request_free(request);
    CHECK_SPAN(ses_http_body_bytes(other), "one two");
    ses_http_body_release(other);
    ses_http_body_release(held);
    ses_http_body_release(NULL);
}

static void resets_a_response(void) {
    ses_http_response *response = NULL;
    CHECK(ses_http_response_new(&response) == SES_OK);
    ses_http_response_set_status(response, 100);
    CHECK(ses_http_response_add_header(response, SES_SPAN("A"), SES_SPAN("b")) == SES_OK);
    ses_http_response_reset(response);
    CHECK(ses_http_response_status(response) == 0);
    CHECK(ses_http_response_header_count(response) == 0);
    CHECK(ses_http_response_append_body(response, SES_SPAN("{}")) == SES_OK);
    CHECK_SPAN(ses_http_response_body(response), "{}");
    ses_http_response_free(response);
}

static void hides_what_an_answer_repeats(void) {
    ses_http_response *response = NULL;
    CHECK(ses_http_response_new(&response) == SES_OK);
    CHECK(ses_http_response_append_body(response, SES_SPAN("{\"m\":\"abcde/fghij/klmno/pqrst or "
                                                           "abcde\\/fghij\\/klmno\\/pqrst.\"}")) ==
          SES_OK);
    CHECK(ses_http_response_add_header(response, SES_SPAN("X"),
                                       SES_SPAN("abcde/fghij/klmno/pqrst")) == SES_OK);
    ses_http_response_hide(response, SES_SPAN("abcde/fghij/klmno/pqrst"));
    CHECK_SPAN(ses_http_response_body(response),
               "{\"m\":\"*********************** or **************************.\"}");
    CHECK_SPAN(ses_http_response_header(response, 0).value, "***********************");
    ses_http_response_reset(response);
    /* The plain form matches between the slashes, and must not keep the escaped one from its match.
     */
    const char *token = "0123456789ab/p5HQ6qnKHZZ4Ool+2m/ABCDEFGHIJKLMNOPQRSTUVWX";
    CHECK(ses_http_response_append_body(
              response, SES_SPAN("0123456789ab\\/p5HQ6qnKHZZ4Ool+2m\\/ABCDEFGHIJKLMNOPQRSTUVWX")) ==
          SES_OK);
    ses_http_response_hide(response, ses_span_from(token));
    struct ses_span body = ses_http_response_body(response);
    for (size_t i = 0; i < body.len; i++)
        CHECK(body.data[i] == '*');
    ses_http_response_free(response);
}

int main(void) {
    RUN(takes_urls_apart);
    RUN(refuses_what_is_no_url);
    RUN(keeps_headers_clean);
    RUN(builds_a_body_of_pieces);
    RUN(shares_its_body);
    RUN(resets_a_response);
    RUN(hides_what_an_answer_repeats);
    return check_done();
}
