#include "check.h"
#include "ses/ses.h"

static void check_hex(const unsigned char digest[SES_SHA256_LEN], const char *hex) {
    struct ses_buf text;
    ses_buf_init(&text);
    CHECK(ses_buf_append_hex(&text, digest, SES_SHA256_LEN) == SES_OK);
    CHECK_SPAN(ses_buf_span(&text), hex);
    ses_buf_free(&text);
}

static void gives_sha256_as_fips_180_4_has_it(void) {
    unsigned char digest[SES_SHA256_LEN];
    ses_sha256((struct ses_span){NULL, 0}, digest);
    check_hex(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    ses_sha256(SES_SPAN("abc"), digest);
    check_hex(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    ses_sha256(SES_SPAN("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), digest);
    check_hex(digest, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    ses_sha256(SES_SPAN("\0"), digest);
    check_hex(digest, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

/* Cases 1, 2, 6 and 7 of RFC 4231. */
static void gives_hmac_as_rfc_4231_has_it(void) {
    unsigned char code[SES_SHA256_LEN];
    ses_hmac_sha256(SES_SPAN("\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
                             "\x0b\x0b\x0b"),
                    SES_SPAN("Hi There"), code);
    check_hex(code, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    ses_hmac_sha256(SES_SPAN("Jefe"), SES_SPAN("what do ya want for nothing?"), code);
    check_hex(code, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    char key[131];
    memset(key, 0xaa, sizeof key);
    ses_hmac_sha256((struct ses_span){key, sizeof key},
                    SES_SPAN("Test Using Larger Than Block-Size Key - Hash Key First"), code);
    check_hex(code, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    ses_hmac_sha256((struct ses_span){key, sizeof key},
                    SES_SPAN("This is a test using a larger than block-size key and a larger than "
                             "block-size data. The key needs to be hashed before being used by the "
                             "HMAC algorithm."),
                    code);
    check_hex(code, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

static void may_write_the_code_over_its_key(void) {
    unsigned char code[SES_SHA256_LEN], chained[SES_SHA256_LEN];
    ses_hmac_sha256(SES_SPAN("key"), SES_SPAN("a"), code);
    memcpy(chained, code, sizeof chained);
    ses_hmac_sha256((struct ses_span){(const char *)code, sizeof code}, SES_SPAN("b"), code);
    const struct ses_span in_place = {(const char *)chained, sizeof chained};
    ses_hmac_sha256(in_place, SES_SPAN("b"), chained);
    CHECK(memcmp(code, chained, sizeof code) == 0);
}

int main(void) {
    RUN(gives_sha256_as_fips_180_4_has_it);
    RUN(gives_hmac_as_rfc_4231_has_it);
    RUN(may_write_the_code_over_its_key);
    return check_done();
}
