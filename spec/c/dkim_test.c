#define _GNU_SOURCE
#include "check.h"
#include "ses/ses.h"

#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static ses_dkim_key *small; /* 1,024 bits; made once, as it takes its time here */

static void makes_keys_of_the_size_asked_for(void) {
    CHECK(ses_dkim_bits(small) == 1024);
    ses_dkim_key *other = NULL;
    CHECK(ses_dkim_generate(1032, &other, NULL) == SES_OK);
    CHECK(other != NULL && ses_dkim_bits(other) == 1032);
    CHECK(!ses_span_equal(ses_dkim_public_key(small), ses_dkim_public_key(other)));
    ses_dkim_free(other);
}

static void refuses_other_sizes(void) {
    static const unsigned sizes[] = {0, 512, 1016, 1025, 2056, 4096};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct ses_error error = {0};
        ses_dkim_key *key = small;
        CHECK(ses_dkim_generate(sizes[i], &key, &error) == SES_ERR_RANGE);
        CHECK(key == NULL);
        CHECK(strcmp(error.field, "bits") == 0);
    }
}

static void reads_what_it_gives(void) {
    ses_dkim_key *again = NULL;
    CHECK(ses_dkim_parse(ses_dkim_private_key(small), &again, NULL) == SES_OK);
    CHECK(again != NULL && ses_dkim_bits(again) == 1024);
    CHECK(ses_span_equal(ses_dkim_public_key(again), ses_dkim_public_key(small)));
    CHECK(ses_span_equal(ses_dkim_private_key(again), ses_dkim_private_key(small)));
    ses_dkim_free(again);
}

static void keeps_a_key_in_a_file(void) {
    char folder[] = "/tmp/ses-dkim-XXXXXX", path[64];
    CHECK(mkdtemp(folder) != NULL);
    (void)snprintf(path, sizeof path, "%s/key.pem", folder);
    mode_t before = umask(0277);
    CHECK(ses_dkim_save(small, path, NULL) == SES_OK);
    (void)umask(before);
    struct stat facts;
    CHECK(stat(path, &facts) == 0 && (facts.st_mode & 07777) == 0600);
    struct ses_error error = {0};
    CHECK(ses_dkim_save(small, path, &error) == SES_ERR_STATE);
    CHECK(strstr(error.message, "is there already") != NULL);
    ses_dkim_key *again = NULL;
    CHECK(ses_dkim_load(path, &again, NULL) == SES_OK);
    CHECK(again != NULL &&
          ses_span_equal(ses_dkim_private_key(again), ses_dkim_private_key(small)));
    ses_dkim_free(again);
    (void)unlink(path);
    CHECK(ses_dkim_load(path, &again, NULL) == SES_ERR_NOT_FOUND);
    CHECK(symlink("elsewhere.pem", path) == 0);
    CHECK(ses_dkim_save(small, path, NULL) == SES_ERR_STATE);
    (void)unlink(path);
    (void)rmdir(folder);
    CHECK(ses_dkim_save(small, path, &error) == SES_ERR_IO);
}

static enum ses_status parse(const char *text, struct ses_error *error) {
    ses_dkim_key *key = NULL;
    enum ses_status status = ses_dkim_parse(ses_span_from(text), &key, error);
    CHECK((status == SES_OK) == (key != NULL));
    ses_dkim_free(key);
    return status;
}

static void tells_what_is_no_key(void) {
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "is empty"},
        {" \r\n\t", "is empty"},
        {"not base64!", "is neither PEM nor base64"},
        {"AAAA", "is not an RSA private key"},
        {"-----BEGIN PRIVATE KEY-----\nAAAA", "is PEM that is cut off"},
        {"-----BEGIN ", "is PEM that is cut off"},
        {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "another thing"},
        {"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----",
         "is encrypted"},
        {"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE "
         "KEY-----",
         "is encrypted"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ses_error error = {0};
        CHECK(parse(cases[i].text, &error) == SES_ERR_PARSE);
        CHECK(strcmp(error.field, "key") == 0);
        CHECK(strstr(error.message, cases[i].message) != NULL);
    }
}

/* A key with one changed byte either cannot be read or does not work; the private exponent alone is
 * not needed for signing, and nobody tries it. No input reads beyond its end: the sanitizers watch.
 */
static void refuses_damaged_keys(void) {
    struct ses_buf der, text;
    ses_buf_init(&der);
    CHECK(ses_base64_decode(&der, ses_dkim_private_key(small), NULL) == SES_OK);
    size_t taken = 0;
    for (size_t at = 0; at < der.len; at++) {
        char kept = der.data[at];
        der.data[at] = (char)(kept ^ 0x24);
        ses_buf_init(&text);
        CHECK(ses_base64_encode(&text, ses_buf_span(&der)) == SES_OK);
        ses_dkim_key *key = NULL;
        taken += ses_dkim_parse(ses_buf_span(&text), &key, NULL) == SES_OK ? 1 : 0;
        ses_dkim_free(key);
        ses_buf_free(&text);
        der.data[at] = kept;
    }
    /* The bytes of the private exponent, with the zero before them that half of all keys have. */
    CHECK(taken <= 129);
    for (size_t len = 1; len < der.len; len++) {
        ses_buf_init(&text);
        CHECK(ses_base64_encode(&text, (struct ses_span){der.data, len}) == SES_OK);
        ses_dkim_key *key = NULL;
        CHECK(ses_dkim_parse(ses_buf_span(&text), &key, NULL) == SES_ERR_PARSE);
        ses_buf_free(&text);
    }
    ses_buf_free(&der);
}

static void goes_into_a_request_of_pieces(void) {
    ses_http_request *request = NULL;
    CHECK(ses_http_request_new(SES_SPAN("PUT"), SES_SPAN("http://localhost/"), &request, NULL) ==
          SES_OK);
    CHECK(ses_http_request_set_body(request, SES_SPAN("old")) == SES_OK);
    CHECK(ses_http_request_set_body(request, SES_SPAN("")) == SES_OK);
    CHECK(ses_http_request_append_body(request, SES_SPAN("{\"k\":\"")) == SES_OK);
    CHECK(ses_http_request_append_body(request, ses_dkim_private_key(small)) == SES_OK);
    CHECK(ses_http_request_append_body(request, SES_SPAN("\"}")) == SES_OK);
    struct ses_span body = ses_http_request_body(request), key = ses_dkim_private_key(small);
    CHECK(body.len == key.len + 8);
    CHECK(body.len == key.len + 8 && memcmp(body.data + 6, key.data, key.len) == 0);
    ses_http_request_free(request);
}

int main(void) {
    if (ses_dkim_generate(1024, &small, NULL) != SES_OK)
        return 1;
    RUN(makes_keys_of_the_size_asked_for);
    RUN(refuses_other_sizes);
    RUN(reads_what_it_gives);
    RUN(keeps_a_key_in_a_file);
    RUN(tells_what_is_no_key);
    RUN(refuses_damaged_keys);
    RUN(goes_into_a_request_of_pieces);
    ses_dkim_free(small);
    return check_done();
}
