#include "../../src/core/sha256.h"
#include "check.h"
#include "random_input.h"

/* On a processor without the instructions both sides are BearSSL's, and nothing is compared. */

static void digest(const br_hash_class *class, const char *data, size_t len, size_t piece,
                   unsigned char out[32]) {
    br_sha256_context context;
    class->init(&context.vtable);
    for (size_t at = 0; at < len; at += piece)
        class->update(&context.vtable, data + at, len - at < piece ? len - at : piece);
    class->out(&context.vtable, out);
}

/* All lengths around the blocks' ends, and large ones, in pieces of all sizes. */
static void agrees_with_bearssl(void) {
    static char data[100000];
    random_fill(data, sizeof data, NULL, 0);
    for (int round = 0; round < 3000; round++) {
        size_t len = round < 300 ? (size_t)round : random_below(round < 2900 ? 1000 : sizeof data);
        size_t piece = 1 + random_below(round % 2 == 0 ? 200 : 70000);
        size_t from = random_below(64);
        len = len > sizeof data - from ? sizeof data - from : len;
        unsigned char ours[32], theirs[32];
        digest(ses_sha256_class(), data + from, len, piece, ours);
        digest(&br_sha256_vtable, data + from, len, len + 1, theirs);
        CHECK(memcmp(ours, theirs, sizeof ours) == 0);
    }
}

/* `out` leaves the context as it was, and a state can be carried over. */
static void goes_on_from_a_state(void) {
    char data[256];
    random_fill(data, sizeof data, NULL, 0);
    const br_hash_class *class = ses_sha256_class();
    br_sha256_context context, other;
    unsigned char half[32], state[32], ours[32], theirs[32], again[32];
    class->init(&context.vtable);
    class->update(&context.vtable, data, 128);
    class->out(&context.vtable, half);
    uint64_t count = class->state(&context.vtable, state);
    CHECK(count == 128);
    class->update(&context.vtable, data + 128, 128);
    class->out(&context.vtable, again);
    digest(&br_sha256_vtable, data, 128, 999, theirs);
    CHECK(memcmp(half, theirs, sizeof half) == 0);
    class->init(&other.vtable);
    class->set_state(&other.vtable, state, count);
    class->update(&other.vtable, data + 128, 128);
    class->out(&other.vtable, ours);
    digest(&br_sha256_vtable, data, 256, 999, theirs);
    CHECK(memcmp(ours, theirs, sizeof ours) == 0 && memcmp(again, theirs, sizeof again) == 0);
}

static void code_of(const br_hash_class *class, const char *key, size_t key_len, const char *data,
                    size_t len, unsigned char out[32]) {
    br_hmac_key_context prepared;
    br_hmac_context context;
    br_hmac_key_init(&prepared, class, key, key_len);
    br_hmac_init(&context, &prepared, 0);
    br_hmac_update(&context, data, len);
    (void)br_hmac_out(&context, out);
}

static void serves_bearssls_hmac(void) {
    char key[200], data[500];
    for (int round = 0; round < 500; round++) {
        size_t key_len = random_below(sizeof key), len = random_below(sizeof data);
        unsigned char ours[32], theirs[32];
        random_fill(key, key_len, NULL, 0);
        random_fill(data, len, NULL, 0);
        code_of(ses_sha256_class(), key, key_len, data, len, ours);
        code_of(&br_sha256_vtable, key, key_len, data, len, theirs);
        CHECK(memcmp(ours, theirs, sizeof ours) == 0);
    }
}

int main(void) {
    random_start();
    RUN(agrees_with_bearssl);
    RUN(goes_on_from_a_state);
    RUN(serves_bearssls_hmac);
    printf("# by %s\n", ses_sha256_is_hardware() ? "the processor's instructions" : "BearSSL");
    return check_done();
}
