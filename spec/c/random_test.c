#include "check.h"
#include "ses/ses.h"

#include <sys/wait.h>
#include <unistd.h>

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

static void gives_identifiers_once(void) {
    unsigned char drawn[200][SES_IDENTIFIER_MAX];
    for (size_t i = 0; i < 200; i++) {
        CHECK(ses_random_identifier(drawn[i], sizeof drawn[i]) == SES_OK);
        for (size_t k = 0; k < i; k++)
            CHECK(memcmp(drawn[i], drawn[k], sizeof drawn[i]) != 0);
    }
    CHECK(ses_random_identifier(drawn[0], 0) == SES_OK);
    CHECK(ses_random_identifier(drawn[0], SES_IDENTIFIER_MAX + 1) == SES_ERR_INVALID);
}

static void gives_a_forked_child_others(void) {
    unsigned char ours[SES_IDENTIFIER_MAX], theirs[SES_IDENTIFIER_MAX];
    int ends[2];
    CHECK(ses_random_identifier(ours, sizeof ours) == SES_OK && pipe(ends) == 0);
    pid_t child = fork();
    if (child == 0) {
        bool drawn = ses_random_identifier(theirs, sizeof theirs) == SES_OK;
        _exit(drawn && write(ends[1], theirs, sizeof theirs) == (ssize_t)sizeof theirs ? 0 : 1);
    }
    int status = 1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0);
    CHECK(read(ends[0], theirs, sizeof theirs) == (ssize_t)sizeof theirs);
    CHECK(ses_random_identifier(ours, sizeof ours) == SES_OK);
    CHECK(memcmp(ours, theirs, sizeof ours) != 0);
    (void)close(ends[0]);
    (void)close(ends[1]);
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
    RUN(gives_identifiers_once);
    RUN(gives_a_forked_child_others);
    RUN(gives_numbers_below_one);
    return check_done();
}
