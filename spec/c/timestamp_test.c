#include "check.h"
#include "random_input.h"
#include "ses/timestamp.h"

static void reads_times(void) {
    static const struct {
        const char *text;
        double seconds;
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01t00:00:01z", 1},
        {"1969-12-31T23:59:59Z", -1},
        {"2000-02-29T12:00:00Z", 951825600},
        {"2016-03-15T00:05:07Z", 1458000307},
        {"2030-01-01T00:00:00+00:00", 1893456000},
        {"2030-01-01T05:30:00+05:30", 1893456000},
        {"2029-12-31T16:00:00-08:00", 1893456000},
        {"2030-01-01 00:00:00.250Z", 1893456000.25},
        {"2030-01-01T00:00:00.5+00:00", 1893456000.5},
        {"2016-12-31T23:59:60Z", 1483228800},
        {"9999-12-31T23:59:59Z", 253402300799.0},
        {"0001-01-01T00:00:00Z", -62135596800.0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double seconds = 7;
        CHECK(ses_timestamp_parse(ses_span_from(rows[i].text), &seconds) == SES_OK);
        CHECK(seconds == rows[i].seconds);
        if (seconds != rows[i].seconds)
            fprintf(stderr, "  %s: got %f\n", rows[i].text, seconds);
    }
}

static void refuses_what_is_no_time(void) {
    static const char *const texts[] = {"",
                                        "2030",
                                        "2030-01-01",
                                        "2030-01-01T00:00:00",
                                        "2030-01-01T00:00Z",
                                        "2030-1-01T00:00:00Z",
                                        "20300101T000000Z",
                                        "0000-01-01T00:00:00Z",
                                        "2030-00-01T00:00:00Z",
                                        "2030-13-01T00:00:00Z",
                                        "2030-01-00T00:00:00Z",
                                        "2030-04-31T00:00:00Z",
                                        "2029-02-29T00:00:00Z",
                                        "1900-02-29T00:00:00Z",
                                        "2030-01-01T24:00:00Z",
                                        "2030-01-01T00:60:00Z",
                                        "2030-01-01T00:00:61Z",
                                        "2030-01-01T00:00:00.Z",
                                        "2030-01-01T00:00:00+0000",
                                        "2030-01-01T00:00:00+24:00",
                                        "2030-01-01T00:00:00+00:60",
                                        "2030-01-01T00:00:00ZZ",
                                        " 2030-01-01T00:00:00Z",
                                        "2030-01-01T00:00:00Z ",
                                        "+030-01-01T00:00:00Z",
                                        "2030-01-01X00:00:00Z",
                                        "2030-01-01T00:00:00 Z"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double seconds = 7;
        CHECK(ses_timestamp_parse(ses_span_from(texts[i]), &seconds) == SES_ERR_PARSE);
        CHECK(seconds == 0);
    }
}

static void writes_times(void) {
    struct ses_buf out;
    ses_buf_init(&out);
    CHECK(ses_timestamp_append(&out, 951825600.75) == SES_OK);
    CHECK_SPAN(ses_buf_span(&out), "2000-02-29T12:00:00Z");
    ses_buf_clear(&out);
    CHECK(ses_timestamp_append(&out, 253402300799.0) == SES_OK);
    CHECK_SPAN(ses_buf_span(&out), "9999-12-31T23:59:59Z");
    CHECK(ses_timestamp_append(&out, 253402300800.0) == SES_ERR_RANGE);
    CHECK(ses_timestamp_append(&out, -1) == SES_ERR_RANGE);
    ses_buf_free(&out);
}

static void reads_what_it_wrote(void) {
    for (int round = 0; round < 5000; round++) {
        double seconds = (double)random_below((size_t)253402300800);
        double back = -1;
        struct ses_buf out;
        ses_buf_init(&out);
        CHECK(ses_timestamp_append(&out, seconds) == SES_OK);
        CHECK(ses_timestamp_parse(ses_buf_span(&out), &back) == SES_OK && back == seconds);
        ses_buf_free(&out);
    }
}

int main(void) {
    random_start();
    RUN(reads_times);
    RUN(refuses_what_is_no_time);
    RUN(writes_times);
    RUN(reads_what_it_wrote);
    return check_done();
}
