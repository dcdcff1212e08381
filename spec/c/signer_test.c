#include "check.h"
#include "ses/ses.h"

#include <stdint.h>
#include <stdlib.h>

#define NOW 1440938160

/* "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" and its signing key for 20150830/us-east-1/ses, each
 * byte XORed with MASK, so that a search of this process's memory does not find the patterns. */
#define MASK 0x5a
static const unsigned char masked_secret[] = {
    'w' ^ MASK, 'J' ^ MASK, 'a' ^ MASK, 'l' ^ MASK, 'r' ^ MASK, 'X' ^ MASK, 'U' ^ MASK, 't' ^ MASK,
    'n' ^ MASK, 'F' ^ MASK, 'E' ^ MASK, 'M' ^ MASK, 'I' ^ MASK, '/' ^ MASK, 'K' ^ MASK, '7' ^ MASK,
    'M' ^ MASK, 'D' ^ MASK, 'E' ^ MASK, 'N' ^ MASK, 'G' ^ MASK, '+' ^ MASK, 'b' ^ MASK, 'P' ^ MASK,
    'x' ^ MASK, 'R' ^ MASK, 'f' ^ MASK, 'i' ^ MASK, 'C' ^ MASK, 'Y' ^ MASK, 'E' ^ MASK, 'X' ^ MASK,
    'A' ^ MASK, 'M' ^ MASK, 'P' ^ MASK, 'L' ^ MASK, 'E' ^ MASK, 'K' ^ MASK, 'E' ^ MASK, 'Y' ^ MASK};

static unsigned char masked_key[SES_SHA256_LEN];

static ses_credentials *make_credentials(struct ses_span token) {
    char secret[sizeof masked_secret];
    for (size_t i = 0; i < sizeof secret; i++)
        secret[i] = (char)(masked_secret[i] ^ MASK);
    const struct ses_credentials_options options = {
        .access_key_id = SES_SPAN("AKIDEXAMPLE"),
        .secret_access_key = {secret, sizeof secret},
        .session_token = token,
    };
    ses_credentials *credentials = NULL;
    CHECK(ses_credentials_new(&options, &credentials, NULL) == SES_OK);
    ses_wipe(secret, sizeof secret);
    return credentials;
}

static ses_http_request *make_request(const char *url) {
    ses_http_request *request = NULL;
    CHECK(ses_http_request_new(SES_SPAN("GET"), ses_span_from(url), &request, NULL) == SES_OK);
    return request;
}

static struct ses_http_header find(const ses_http_request *request, const char *name) {
    struct ses_http_header found = {0};
    for (size_t i = 0; i < ses_http_request_header_count(request); i++) {
        struct ses_http_header header = ses_http_request_header(request, i);
        if (ses_span_equal_nocase(header.name, ses_span_from(name))) {
            CHECK(found.name.len == 0);
            found = header;
        }
    }
    return found;
}

static struct ses_signer_options scope(const char *region, const char *service) {
    return (struct ses_signer_options){
        .region = ses_span_from(region), .service = ses_span_from(service), .time = NOW};
}

/* get-vanilla of AWS's own test suite. */
static void signs_a_request(void) {
    ses_signer *signer = NULL;
    CHECK(ses_signer_new(&signer) == SES_OK);
    ses_credentials *credentials = make_credentials(SES_SPAN(""));
    ses_http_request *request = make_request("https://example.amazonaws.com:443/");
    const struct ses_signer_options options = scope("us-east-1", "service");
    for (int again = 0; again < 2; again++) {
        CHECK(ses_signer_sign(signer, request, credentials, &options, NULL) == SES_OK);
        CHECK(ses_http_request_header_count(request) == 2);
        CHECK_SPAN(find(request, "x-amz-date").value, "20150830T123600Z");
        CHECK_SPAN(find(request, "authorization").value,
                   "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/"
                   "aws4_request, SignedHeaders=host;x-amz-date, Signature="
                   "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
        CHECK(find(request, "authorization").secret);
    }
    CHECK(ses_signer_key_count(signer) == 1);
    ses_http_request_free(request);
    ses_credentials_free(credentials);
    ses_signer_free(signer);
    ses_signer_free(NULL);
}

/* post-sts-header-before of the same suite, as GET has no vector with a token. */
static void adds_the_session_token_and_takes_it_away(void) {
    ses_signer *signer = NULL;
    CHECK(ses_signer_new(&signer) == SES_OK);
    ses_credentials *with = make_credentials(SES_SPAN("token//=="));
    ses_credentials *without = make_credentials(SES_SPAN(""));
    ses_http_request *request = make_request("http://localhost:8080/a?b");
    CHECK(ses_http_request_add_header(request, SES_SPAN("X-Amz-Security-Token"), SES_SPAN("old"),
                                      false, NULL) == SES_OK);
    const struct ses_signer_options options = scope("us-east-1", "ses");
    CHECK(ses_signer_sign(signer, request, with, &options, NULL) == SES_OK);
    CHECK_SPAN(find(request, "x-amz-security-token").value, "token//==");
    CHECK(find(request, "x-amz-security-token").secret);
    CHECK(ses_signer_sign(signer, request, without, &options, NULL) == SES_OK);
    CHECK(find(request, "x-amz-security-token").name.len == 0);
    ses_http_request_free(request);
    ses_credentials_free(with);
    ses_credentials_free(without);
    ses_signer_free(signer);
}

static void leaves_no_signature_where_it_fails(void) {
    ses_signer *signer = NULL;
    CHECK(ses_signer_new(&signer) == SES_OK);
    ses_credentials *credentials = make_credentials(SES_SPAN(""));
    ses_http_request *request = make_request("https://h/");
    struct ses_signer_options options = scope("us-east-1", "ses");
    CHECK(ses_signer_sign(signer, request, credentials, &options, NULL) == SES_OK);
    options.region = SES_SPAN("");
    struct ses_error error = {0};
    CHECK(ses_signer_sign(signer, request, credentials, &options, &error) == SES_ERR_INVALID);
    CHECK(strcmp(error.field, "region") == 0);
    CHECK(ses_http_request_header_count(request) == 0);
    options = scope("us-east-1", "ses");
    options.time = -1;
    CHECK(ses_signer_sign(signer, request, credentials, &options, &error) == SES_ERR_RANGE);
    CHECK(strcmp(error.field, "time") == 0);
    ses_http_request_free(request);
    ses_credentials_free(credentials);
    ses_signer_free(signer);
}

/* Any mix of days and regions over the cache's size gives what signing without one gives. */
static void keeps_ten_keys_and_signs_right_with_more(void) {
    ses_signer *signer = NULL;
    CHECK(ses_signer_new(&signer) == SES_OK);
    ses_credentials *credentials = make_credentials(SES_SPAN(""));
    ses_http_request *request = make_request("https://h/");
    for (int i = 0; i < 200; i++) {
        char region[24];
        (void)snprintf(region, sizeof region, "region-%d", i * 7 % 13);
        struct ses_signer_options options = scope(region, "ses");
        options.time += i % 3 * 86400;
        ses_signer *fresh = NULL;
        CHECK(ses_signer_new(&fresh) == SES_OK);
        CHECK(ses_signer_sign(signer, request, credentials, &options, NULL) == SES_OK);
        char cached[256];
        struct ses_span value = find(request, "authorization").value;
        (void)snprintf(cached, sizeof cached, "%.*s", (int)value.len, value.data);
        CHECK(ses_signer_sign(fresh, request, credentials, &options, NULL) == SES_OK);
        CHECK_SPAN(find(request, "authorization").value, cached);
        CHECK(ses_signer_key_count(signer) <= SES_SIGNER_KEYS_MAX);
        ses_signer_free(fresh);
    }
    CHECK(ses_signer_key_count(signer) == SES_SIGNER_KEYS_MAX);
    ses_http_request_free(request);
    ses_credentials_free(credentials);
    ses_signer_free(signer);
}

static void notices_a_secret_that_changed_under_its_id(void) {
    ses_signer *signer = NULL;
    CHECK(ses_signer_new(&signer) == SES_OK);
    ses_http_request *request = make_request("https://h/");
    const struct ses_signer_options options = scope("us-east-1", "ses");
    char signature[2][256];
    for (int i = 0; i < 2; i++) {
        const struct ses_credentials_options rotated = {
            .access_key_id = SES_SPAN("AKIDEXAMPLE"),
            .secret_access_key = i == 0 ? SES_SPAN("one") : SES_SPAN("two"),
        };
        ses_credentials *credentials = NULL;
        CHECK(ses_credentials_new(&rotated, &credentials, NULL) == SES_OK);
        CHECK(ses_signer_sign(signer, request, credentials, &options, NULL) == SES_OK);
        struct ses_span value = find(request, "authorization").value;
        (void)snprintf(signature[i], sizeof signature[i], "%.*s", (int)value.len, value.data);
        ses_credentials_free(credentials);
    }
    CHECK(strcmp(signature[0], signature[1]) != 0);
    ses_http_request_free(request);
    ses_signer_free(signer);
}

/* Whether the bytes from `at` are the first 16 of a pattern, XORed with `mask`, word by word in
 * reverse where `swapped`, as a hash function loads them. */
__attribute__((no_sanitize("address", "undefined"))) static bool
matches(const volatile unsigned char *at, const unsigned char *pattern, unsigned mask,
        bool swapped) {
    for (size_t i = 0; i < 16; i++)
        if ((at[swapped ? i ^ 3 : i] ^ mask) != pattern[i])
            return false;
    return true;
}

/* HMAC's inner and outer pads. */
#define IPAD 0x36
#define OPAD 0x5c

__attribute__((no_sanitize("address", "undefined"))) static size_t
count_in(uintptr_t from, uintptr_t to, const unsigned char *pattern) {
    static const unsigned masks[] = {MASK, MASK ^ IPAD, MASK ^ OPAD};
    size_t found = 0;
    for (uintptr_t at = from; at + 16 <= to; at++) {
        const volatile unsigned char *bytes = (const volatile unsigned char *)at;
        for (size_t i = 0; i < sizeof masks / sizeof *masks; i++)
            found +=
                matches(bytes, pattern, masks[i], false) + matches(bytes, pattern, masks[i], true);
    }
    return found;
}

/* How often a masked pattern stands, unmasked, in what this process can write to. */
static size_t count_in_memory(const unsigned char *pattern) {
    size_t found = 0;
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        char *rest = NULL;
        uintptr_t from = strtoul(line, &rest, 16);
        uintptr_t to = strtoul(rest + 1, &rest, 16);
        /* The sanitizers reserve terabytes for their shadow, which holds no copies. */
        if (strncmp(rest, " rw-p", 5) == 0 && to - from < (uintptr_t)64 << 20)
            found += count_in(from, to, pattern);
    }
    if (maps != NULL)
        (void)fclose(maps);
    return found;
}

static void remember_key(void) {
    ses_credentials *credentials = make_credentials(SES_SPAN(""));
    CHECK(ses_sigv4_signing_key(ses_credentials_secret(credentials), SES_SPAN("20150830"),
                                SES_SPAN("us-east-1"), SES_SPAN("ses"), masked_key) == SES_OK);
    for (size_t i = 0; i < sizeof masked_key; i++)
        masked_key[i] ^= MASK;
    ses_credentials_free(credentials);
}

/* Neither the secret nor what is derived from it, in no form that HMAC gives it. */
static void leaves_no_secret_in_memory(void) {
    remember_key();
    ses_signer *signer = NULL;
    CHECK(ses_signer_new(&signer) == SES_OK);
    ses_credentials *credentials = make_credentials(SES_SPAN(""));
    ses_http_request *request = make_request("https://h/");
    const struct ses_signer_options options = scope("us-east-1", "ses");
    CHECK(ses_signer_sign(signer, request, credentials, &options, NULL) == SES_OK);
    ses_credentials_free(credentials);
    /* The cache holds one copy of each: the search finds what is there. */
    CHECK(count_in_memory(masked_secret) == 1);
    CHECK(count_in_memory(masked_key) == 1);
    for (int i = 0; i < SES_SIGNER_KEYS_MAX; i++) {
        char region[24];
        (void)snprintf(region, sizeof region, "region-%d", i);
        const struct ses_signer_options other = scope(region, "ses");
        const struct ses_credentials_options plain = {.access_key_id = SES_SPAN("AKID"),
                                                      .secret_access_key = SES_SPAN("other")};
        CHECK(ses_credentials_new(&plain, &credentials, NULL) == SES_OK);
        CHECK(ses_signer_sign(signer, request, credentials, &other, NULL) == SES_OK);
        ses_credentials_free(credentials);
    }
    CHECK(count_in_memory(masked_secret) == 0);
    CHECK(count_in_memory(masked_key) == 0);
    ses_http_request_free(request);
    ses_signer_free(signer);
}

/* Writes the key as BearSSL's 31-bit code keeps it: 31 bits a word, least significant first. */
static void words_of_31_bits(const unsigned char key[32], unsigned char out[36]) {
    memset(out, 0, 36);
    for (size_t bit = 0; bit < 256; bit++)
        if (key[31 - bit / 8] >> bit % 8 & 1)
            out[bit / 31 * 4 + bit % 31 / 8] |= (unsigned char)(1U << bit % 31 % 8);
}

/* The same of SigV4a's private key: as bytes in either order, and as the curve's code works on it.
 */
static void leaves_no_private_key_in_memory(void) {
    unsigned char masked[3][36] = {{0}};
    ses_credentials *credentials = make_credentials(SES_SPAN(""));
    CHECK(ses_sigv4a_private_key(ses_credentials_access_key_id(credentials),
                                 ses_credentials_secret(credentials), masked[0]) == SES_OK);
    words_of_31_bits(masked[0], masked[1]);
    for (size_t i = 0; i < 32; i++)
        masked[2][i] = masked[0][31 - i];
    for (size_t i = 0; i < sizeof masked; i++)
        ((unsigned char *)masked)[i] ^= MASK;
    ses_signer *signer = NULL;
    CHECK(ses_signer_new(&signer) == SES_OK);
    ses_http_request *request = make_request("https://h/");
    struct ses_signer_options options = scope("*", "ses");
    options.algorithm = SES_SIGV4_ECDSA;
    for (int again = 0; again < 2; again++)
        CHECK(ses_signer_sign(signer, request, credentials, &options, NULL) == SES_OK);
    CHECK_SPAN(find(request, "x-amz-region-set").value, "*");
    CHECK(ses_signer_key_count(signer) == 1);
    ses_credentials_free(credentials);
    CHECK(count_in_memory(masked[0]) == 1);
    CHECK(count_in_memory(masked[1]) == 0);
    CHECK(count_in_memory(masked[2]) == 0);
    ses_signer_free(signer);
    CHECK(count_in_memory(masked[0]) == 0);
    ses_http_request_free(request);
}

int main(void) {
    RUN(signs_a_request);
    RUN(adds_the_session_token_and_takes_it_away);
    RUN(leaves_no_signature_where_it_fails);
    RUN(keeps_ten_keys_and_signs_right_with_more);
    RUN(notices_a_secret_that_changed_under_its_id);
    RUN_NATIVE(leaves_no_secret_in_memory);
    RUN_NATIVE(leaves_no_private_key_in_memory);
    return check_done();
}
