#define _GNU_SOURCE
#include "check.h"
#include "ses/ses.h"

#include <sys/wait.h>
#include <unistd.h>

static const struct ses_span context = {"clients of one kind", 19};

static ses_seal *new_seal(void) {
    ses_seal *seal = NULL;
    CHECK(ses_seal_new(&seal) == SES_OK);
    return seal;
}

static ses_credentials *new_credentials(void) {
    const struct ses_credentials_options options = {
        .access_key_id = SES_SPAN("ASIAEXAMPLE"),
        .secret_access_key = SES_SPAN("a secret/key+of some length"),
        .session_token = SES_SPAN("token//token=="),
        .source = SES_CREDENTIALS_IMDS,
        .expiration = 0x1234567890,
        .account_id = SES_SPAN("123456789012"),
    };
    ses_credentials *made = NULL;
    CHECK(ses_credentials_new(&options, &made, NULL) == SES_OK);
    return made;
}

static struct ses_buf sealed_by(ses_seal *seal) {
    struct ses_buf sealed;
    ses_buf_init(&sealed);
    ses_credentials *credentials = new_credentials();
    CHECK(ses_seal_credentials(seal, credentials, context, &sealed) == SES_OK);
    ses_credentials_free(credentials);
    return sealed;
}

static enum ses_status open_status(ses_seal *seal, struct ses_span sealed, struct ses_span of) {
    ses_credentials *opened;
    enum ses_status status = ses_seal_open_credentials(seal, sealed, of, &opened, NULL);
    CHECK((opened != NULL) == (status == SES_OK));
    ses_credentials_free(opened);
    return status;
}

static bool opens_as_it_was(ses_seal *seal, struct ses_span sealed) {
    ses_credentials *opened;
    struct ses_error error = {0};
    if (ses_seal_open_credentials(seal, sealed, context, &opened, &error) != SES_OK)
        return false;
    bool same = check_span(ses_credentials_access_key_id(opened), "ASIAEXAMPLE") &&
                check_span(ses_credentials_secret(opened), "a secret/key+of some length") &&
                check_span(ses_credentials_session_token(opened), "token//token==") &&
                check_span(ses_credentials_account_id(opened), "123456789012") &&
                ses_credentials_source(opened) == SES_CREDENTIALS_IMDS &&
                ses_credentials_expiration(opened) == 0x1234567890;
    ses_credentials_free(opened);
    return same;
}

static void gives_back_what_was_sealed(void) {
    ses_seal *seal = new_seal();
    struct ses_buf sealed = sealed_by(seal);
    CHECK(opens_as_it_was(seal, ses_buf_span(&sealed)));
    ses_buf_free(&sealed);
    ses_seal_free(seal);
    ses_seal_free(NULL);
}

static void shows_no_part_and_seals_differently_each_time(void) {
    ses_seal *seal = new_seal();
    struct ses_buf one = sealed_by(seal);
    struct ses_buf other = sealed_by(seal);
    CHECK(one.len == other.len && memcmp(one.data, other.data, one.len) != 0);
    CHECK(memcmp(one.data + 21, other.data + 21, one.len - 21) != 0);
    CHECK(memmem(one.data, one.len, "ASIA", 4) == NULL);
    CHECK(memmem(one.data, one.len, "token", 5) == NULL);
    ses_buf_free(&one);
    ses_buf_free(&other);
    ses_seal_free(seal);
}

static void knows_what_another_key_sealed(void) {
    ses_seal *seal = new_seal();
    ses_seal *other = new_seal();
    CHECK(ses_seal_id(seal).len == 16);
    CHECK(memcmp(ses_seal_id(seal).data, ses_seal_id(other).data, 16) != 0);
    struct ses_buf sealed = sealed_by(seal);
    CHECK(open_status(other, ses_buf_span(&sealed), context) == SES_ERR_NOT_FOUND);
    ses_buf_free(&sealed);
    ses_seal_free(seal);
    ses_seal_free(other);
}

static void refuses_every_change(void) {
    ses_seal *seal = new_seal();
    struct ses_buf sealed = sealed_by(seal);
    for (size_t i = 0; i < sealed.len; i++) {
        sealed.data[i] ^= 1;
        CHECK(open_status(seal, ses_buf_span(&sealed), context) != SES_OK);
        sealed.data[i] ^= 1;
        CHECK(open_status(seal, (struct ses_span){sealed.data, i}, context) != SES_OK);
    }
    CHECK(open_status(seal, ses_buf_span(&sealed), SES_SPAN("others")) == SES_ERR_SIGNATURE);
    CHECK(open_status(seal, (struct ses_span){NULL, 0}, context) == SES_ERR_PARSE);
    CHECK(opens_as_it_was(seal, ses_buf_span(&sealed)));
    ses_buf_free(&sealed);
    ses_seal_free(seal);
}

static void is_shared_with_a_fork(void) {
    ses_seal *seal = new_seal();
    struct ses_buf sealed = sealed_by(seal);
    pid_t child = fork();
    if (child == 0)
        _exit(opens_as_it_was(seal, ses_buf_span(&sealed)) ? 0 : 1);
    int raw = -1;
    CHECK(waitpid(child, &raw, 0) == child);
    CHECK(WIFEXITED(raw) && WEXITSTATUS(raw) == 0);
    ses_buf_free(&sealed);
    ses_seal_free(seal);
}

int main(void) {
    RUN(gives_back_what_was_sealed);
    RUN(shows_no_part_and_seals_differently_each_time);
    RUN(knows_what_another_key_sealed);
    RUN(refuses_every_change);
    RUN(is_shared_with_a_fork);
    return check_done();
}
