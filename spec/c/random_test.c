#include "check.h"
#include "ses/ses.h"

static void fills_all_bytes(void) {
    unsigned char bytes[4096], zeros[4096] = {0};
    memset(bytes, 0, sizeof bytes);
    CHECK(ses_random_bytes(bytes, sizeof bytes) == SES_OK);
    CHECK(memcmp(bytes + sizeof bytes - 16, zeros, 16) != 0);
    CHECK(memcmp(bytes, zeros, 16) != 0);
    CHECK(ses_random_bytes(bytes, 0) == SES_OK);
}

static void makes_uuids(void) {
    const unsigned char bytes[16] = {0, 1, 2, 3, 4, 5, 0xf6, 7, 0xff, 9, 10, 11, 12, 13, 14, 255};
    char text[SES_UUID_LEN + 1];
    ses_uuid_v4(bytes, text);
    CHECK(strcmp(text, "00010203-0405-4607-bf09-0a0b0c0d0eff") == 0);
}

static void gives_numbers_below_one(void) {
    double low = 1, high = 0;
    for (int i = 0; i < 10000; i++) {
        double number = -1;
        CHECK(ses_random_uniform(&number) == SES_OK);
        CHECK(number >= 0 && number < 1);
        low = number < low ? number : low;
        high = number > high ? number : high;
    }
    CHECK(low < 0.01 && high > 0.99);
}

int main(void) {
    RUN(fills_all_bytes);
    RUN(makes_uuids);
    RUN(gives_numbers_below_one);
    return check_done();
}
