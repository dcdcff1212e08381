#define _GNU_SOURCE
#include "check.h"
#include "ses/ses.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct ses_host *host;

static void comes_from_the_environment(void) {
    ses_secret *secret;
    struct ses_error error = {0};
    CHECK(setenv("SES_SECRET_TEST", "a secret of sixteen", 1) == 0);
    CHECK(ses_secret_from_environment(host, "SES_SECRET_TEST", &secret, &error) == SES_OK);
    CHECK_SPAN(ses_secret_span(secret), "a secret of sixteen");
    ses_secret_free(secret);
    CHECK(setenv("SES_SECRET_TEST", "", 1) == 0);
    CHECK(ses_secret_from_environment(host, "SES_SECRET_TEST", &secret, &error) ==
          SES_ERR_NOT_FOUND);
    CHECK(secret == NULL);
    CHECK(strcmp(error.message, "the environment variable SES_SECRET_TEST is not set") == 0);
    CHECK(unsetenv("SES_SECRET_TEST") == 0);
    CHECK(ses_secret_from_environment(host, "SES_SECRET_TEST", &secret, NULL) == SES_ERR_NOT_FOUND);
}

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    if (file != NULL) {
        CHECK(fputs(text, file) >= 0);
        CHECK(fclose(file) == 0);
    }
}

static void comes_from_a_file_without_the_last_line_break(void) {
    char path[] = "/tmp/ses_secret_XXXXXX";
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    close(fd);
    ses_secret *secret;
    struct ses_error error = {0};
    const char *texts[] = {"one\ntwo", "one\ntwo\n", "one\ntwo\r\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        write_file(path, texts[i]);
        CHECK(ses_secret_from_file(host, path, &secret, &error) == SES_OK);
        CHECK_SPAN(ses_secret_span(secret), "one\ntwo");
        ses_secret_free(secret);
    }
    write_file(path, "\n");
    CHECK(ses_secret_from_file(host, path, &secret, &error) == SES_ERR_NOT_FOUND);
    CHECK(secret == NULL);
    CHECK(strstr(error.message, "is empty") != NULL);
    CHECK(unlink(path) == 0);
    CHECK(ses_secret_from_file(host, path, &secret, &error) == SES_ERR_NOT_FOUND);
    CHECK(secret == NULL);
}

static struct ses_span first(const unsigned char *code, size_t len) {
    return (struct ses_span){(const char *)code, len};
}

/* The message and the code of RFC 4231's case 2. */
static void gives_and_knows_codes(void) {
    ses_secret *secret;
    CHECK(ses_secret_new(SES_SPAN("Jefe"), &secret) == SES_OK);
    struct ses_span message = SES_SPAN("what do ya want for nothing?");
    unsigned char code[SES_SHA256_LEN];
    ses_secret_hmac_sha256(secret, message, code);
    CHECK(code[0] == 0x5b && code[31] == 0x43);
    CHECK(ses_secret_is_hmac_sha256(secret, message, first(code, 32)));
    CHECK(ses_secret_is_hmac_sha256(secret, message, first(code, 16)));
    CHECK(!ses_secret_is_hmac_sha256(secret, message, first(code, 15)));
    CHECK(!ses_secret_is_hmac_sha256(secret, message, first(code, 0)));
    CHECK(!ses_secret_is_hmac_sha256(secret, SES_SPAN("what"), first(code, 32)));
    for (size_t i = 0; i < sizeof code; i++) {
        code[i] ^= 0x80;
        CHECK(!ses_secret_is_hmac_sha256(secret, message, first(code, 32)));
        code[i] ^= 0x80;
    }
    unsigned char longer[33] = {0};
    memcpy(longer, code, sizeof code);
    CHECK(!ses_secret_is_hmac_sha256(secret, message, first(longer, sizeof longer)));
    ses_secret_free(secret);
}

int main(void) {
    host = ses_host_system();
    RUN(comes_from_the_environment);
    RUN(comes_from_a_file_without_the_last_line_break);
    RUN(gives_and_knows_codes);
    return check_done();
}
