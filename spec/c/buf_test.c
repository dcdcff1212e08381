#include "check.h"
#include "ses/ses.h"

static void grows_and_keeps_its_bytes(void) {
    struct ses_buf buf;
    ses_buf_init(&buf);
    CHECK(ses_buf_span(&buf).len == 0);
    for (int i = 0; i < 1000; i++)
        CHECK(ses_buf_append(&buf, SES_SPAN("abc")) == SES_OK);
    CHECK(buf.len == 3000);
    CHECK(memcmp(buf.data + 2997, "abc", 3) == 0);
    ses_buf_clear(&buf);
    CHECK(ses_buf_append_uint(&buf, 0) == SES_OK);
    CHECK(ses_buf_append_uint(&buf, UINT64_MAX) == SES_OK);
    CHECK(ses_buf_append_hex(&buf, "\x00\xff", 2) == SES_OK);
    CHECK_SPAN(ses_buf_span(&buf), "01844674407370955161500ff");
    ses_buf_free(&buf);
}

static void refuses_what_no_memory_can_hold(void) {
    struct ses_buf buf;
    ses_buf_init(&buf);
    CHECK(ses_buf_append_char(&buf, 'x') == SES_OK);
    CHECK(ses_buf_reserve(&buf, SIZE_MAX - 1) == SES_ERR_NOMEM);
    CHECK_SPAN(ses_buf_span(&buf), "x");
    ses_buf_free(&buf);
}

static void wipes_a_secret_when_cleared(void) {
    struct ses_buf buf;
    ses_buf_init_secret(&buf);
    CHECK(ses_buf_append_text(&buf, "hunter2") == SES_OK);
    const char *bytes = buf.data;
    ses_buf_clear(&buf);
    CHECK(memcmp(bytes, "\0\0\0\0\0\0\0", 7) == 0);
    ses_buf_free(&buf);
}

static void takes_spans_apart(void) {
    struct ses_span rest = SES_SPAN("a,,b");
    CHECK_SPAN(ses_span_split(&rest, ','), "a");
    CHECK_SPAN(ses_span_split(&rest, ','), "");
    CHECK_SPAN(ses_span_split(&rest, ','), "b");
    CHECK(rest.data == NULL);
    CHECK_SPAN(ses_span_trim(SES_SPAN(" \t x y \r\n")), "x y");
    CHECK(ses_span_equal_nocase(SES_SPAN("X-Amz"), SES_SPAN("x-aMZ")));
    CHECK(!ses_span_equal_nocase(SES_SPAN("a"), SES_SPAN("ab")));
}

static void keeps_and_compares_secrets(void) {
    ses_secret *secret = NULL;
    CHECK(ses_secret_new(SES_SPAN("hunter2"), &secret) == SES_OK);
    CHECK(ses_equal_secret(ses_secret_span(secret), SES_SPAN("hunter2")));
    CHECK(!ses_equal_secret(ses_secret_span(secret), SES_SPAN("hunter3")));
    CHECK(!ses_equal_secret(ses_secret_span(secret), SES_SPAN("hunter")));
    ses_secret_free(secret);
    ses_secret_free(NULL);
}

int main(void) {
    RUN(grows_and_keeps_its_bytes);
    RUN(refuses_what_no_memory_can_hold);
    RUN(wipes_a_secret_when_cleared);
    RUN(takes_spans_apart);
    RUN(keeps_and_compares_secrets);
    return check_done();
}
