#include "check.h"
#include "ses/otlp.h"

#include <math.h>

static struct ses_buf out;

static bool is(const char *text) {
    bool same = out.len == strlen(text) && memcmp(out.data, text, out.len) == 0;
    if (!same)
        printf("# %.*s\n", (int)out.len, out.data);
    ses_buf_clear(&out);
    return same;
}

static void writes_a_span(void) {
    struct ses_otlp_span span = {.name = SES_SPAN("ses.operation"),
                                 .trace_id = SES_SPAN("00112233445566778899aabbccddeeff"),
                                 .span_id = SES_SPAN("0011223344556677"),
                                 .kind = SES_OTLP_CLIENT,
                                 .start = 1700000000.25,
                                 .end = 1700000001};
    CHECK(ses_otlp_begin_span(&out) == SES_OK);
    CHECK(ses_otlp_append_text(&out, SES_SPAN("a"), SES_SPAN("b\"c")) == SES_OK);
    CHECK(ses_otlp_append_number(&out, SES_SPAN("n"), 3) == SES_OK);
    CHECK(ses_otlp_append_flag(&out, SES_SPAN("f"), true) == SES_OK);
    CHECK(ses_otlp_begin_events(&out) == SES_OK);
    CHECK(ses_otlp_append_event(&out, SES_SPAN("e"), 0.5) == SES_OK);
    CHECK(ses_otlp_append_event(&out, SES_SPAN("g"), 1) == SES_OK);
    CHECK(ses_otlp_end_span(&out, &span) == SES_OK);
    CHECK(is("{\"attributes\":[{\"key\":\"a\",\"value\":{\"stringValue\":\"b\\\"c\"}},"
             "{\"key\":\"n\",\"value\":{\"intValue\":\"3\"}},"
             "{\"key\":\"f\",\"value\":{\"boolValue\":true}}],"
             "\"events\":[{\"name\":\"e\",\"timeUnixNano\":\"0500000000\"},"
             "{\"name\":\"g\",\"timeUnixNano\":\"1000000000\"}],\"flags\":257,\"kind\":3,"
             "\"startTimeUnixNano\":\"1700000000250000000\","
             "\"endTimeUnixNano\":\"1700000001000000000\",\"name\":\"ses.operation\","
             "\"traceId\":\"00112233445566778899aabbccddeeff\",\"spanId\":\"0011223344556677\"}"));
}

static void writes_what_a_span_may_have(void) {
    struct ses_otlp_span span = {.name = SES_SPAN("x"),
                                 .trace_id = SES_SPAN("t"),
                                 .span_id = SES_SPAN("s"),
                                 .parent_span_id = SES_SPAN("p"),
                                 .trace_state = SES_SPAN("a=b"),
                                 .kind = SES_OTLP_INTERNAL,
                                 .parent_is_remote = true,
                                 .failed = true};
    CHECK(ses_otlp_begin_span(&out) == SES_OK && ses_otlp_begin_events(&out) == SES_OK);
    CHECK(ses_otlp_end_span(&out, &span) == SES_OK);
    CHECK(ses_otlp_begin_span(&out) == SES_OK);
    CHECK(is("{\"attributes\":[],\"events\":[],\"flags\":769,\"kind\":1,\"startTimeUnixNano\":"
             "\"0000000000\","
             "\"endTimeUnixNano\":\"0000000000\",\"name\":\"x\",\"traceId\":\"t\",\"spanId\":\"s\","
             "\"parentSpanId\":\"p\",\"traceState\":\"a=b\",\"status\":{\"code\":2}},"
             "{\"attributes\":["));
}

static void writes_numbers(void) {
    static const struct {
        double number;
        const char *text;
    } rows[] = {{0, "\"intValue\":\"0\""},
                {-12, "\"intValue\":\"-12\""},
                {9007199254740992.0, "\"intValue\":\"9007199254740992\""},
                {0.5, "\"doubleValue\":0.5"},
                {1e300, "\"doubleValue\":1.0000000000000001e+300"},
                {INFINITY, "\"doubleValue\":\"Infinity\""},
                {-INFINITY, "\"doubleValue\":\"-Infinity\""},
                {NAN, "\"doubleValue\":\"NaN\""}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char wanted[96];
        snprintf(wanted, sizeof wanted, "{\"key\":\"n\",\"value\":{%s}}", rows[i].text);
        CHECK(ses_otlp_append_number(&out, SES_SPAN("n"), rows[i].number) == SES_OK);
        CHECK(is(wanted));
    }
}

static void writes_any_bytes_as_utf8(void) {
    CHECK(ses_otlp_append_text(&out, SES_SPAN("k"), SES_SPAN("a\xff\"\xc3\xa9\xc3\n")) == SES_OK);
    CHECK(is("{\"key\":\"k\",\"value\":{\"stringValue\":"
             "\"a\xef\xbf\xbd\\\"\xc3\xa9\xef\xbf\xbd\\n\"}}"));
}

/* Of a text that is too long, no half of a character is left. */
static void cuts_between_characters(void) {
    for (size_t before = SES_OTLP_TEXT_MAX - 4; before <= SES_OTLP_TEXT_MAX; before++) {
        char text[SES_OTLP_TEXT_MAX + 8], wanted[SES_OTLP_TEXT_MAX + 64];
        memset(text, 'a', before);
        memcpy(text + before, "\xf0\x9f\x98\x80zzzz", 8);
        size_t kept = before + (before + 4 <= SES_OTLP_TEXT_MAX ? 4 : 0);
        snprintf(wanted, sizeof wanted, "{\"key\":\"k\",\"value\":{\"stringValue\":\"%.*s\"}}",
                 (int)kept, text);
        CHECK(ses_otlp_append_text(&out, SES_SPAN("k"), (struct ses_span){text, before + 8}) ==
              SES_OK);
        CHECK(is(wanted));
    }
}

int main(void) {
    ses_buf_init(&out);
    RUN(writes_a_span);
    RUN(writes_what_a_span_may_have);
    RUN(writes_numbers);
    RUN(writes_any_bytes_as_utf8);
    RUN(cuts_between_characters);
    ses_buf_free(&out);
    return check_done();
}
