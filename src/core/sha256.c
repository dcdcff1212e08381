#include "sha256.h"

#include <stdatomic.h>
#include <string.h>

#if defined(__x86_64__)

enum { BLOCK = 64, LENGTH = 8 };

static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static void put_words(unsigned char *out, const uint32_t words[8]) {
    for (size_t i = 0; i < 32; i++)
        out[i] = (unsigned char)(words[i / 4] >> (24 - 8 * (i % 4)));
}

static const br_hash_class sha256_x86;

static void start(const br_hash_class **at) {
    br_sha256_context *context = (br_sha256_context *)(void *)at;
    context->vtable = &sha256_x86;
    context->count = 0;
    memcpy(context->val, initial, sizeof initial);
}

static void update(const br_hash_class **at, const void *data, size_t len) {
    br_sha256_context *context = (br_sha256_context *)(void *)at;
    const unsigned char *from = data;
    size_t there = (size_t)(context->count % BLOCK);
    context->count += len;
    if (there > 0) {
        size_t room = BLOCK - there;
        if (len < room) {
            if (len > 0)
                memcpy(context->buf + there, from, len);
            return;
        }
        memcpy(context->buf + there, from, room);
        ses_sha256_x86_blocks(context->val, context->buf, 1);
        from += room;
        len -= room;
    }
    if (len >= BLOCK)
        ses_sha256_x86_blocks(context->val, from, len / BLOCK);
    if (len % BLOCK > 0)
        memcpy(context->buf, from + (len - len % BLOCK), len % BLOCK);
}

static void out(const br_hash_class *const *at, void *digest) {
    const br_sha256_context *context = (const br_sha256_context *)(const void *)at;
    unsigned char last[2 * BLOCK] = {0};
    uint32_t state[8];
    size_t there = (size_t)(context->count % BLOCK);
    size_t len = there + 1 + LENGTH <= BLOCK ? BLOCK : 2 * BLOCK;
    memcpy(state, context->val, sizeof state);
    memcpy(last, context->buf, there);
    last[there] = 0x80;
    for (size_t i = 0; i < LENGTH; i++)
        last[len - 1 - i] = (unsigned char)((context->count << 3) >> (8 * i));
    ses_sha256_x86_blocks(state, last, len / BLOCK);
    put_words(digest, state);
}

static uint64_t state(const br_hash_class *const *at, void *words) {
    const br_sha256_context *context = (const br_sha256_context *)(const void *)at;
    put_words(words, context->val);
    return context->count;
}

static void set_state(const br_hash_class **at, const void *words, uint64_t count) {
    br_sha256_context *context = (br_sha256_context *)(void *)at;
    const unsigned char *from = words;
    for (size_t i = 0; i < 8; i++)
        context->val[i] = (uint32_t)from[4 * i] << 24 | (uint32_t)from[4 * i + 1] << 16 |
                          (uint32_t)from[4 * i + 2] << 8 | from[4 * i + 3];
    context->count = count;
}

static const br_hash_class sha256_x86 = {
    sizeof(br_sha256_context),
    BR_HASHDESC_ID(br_sha256_ID) | BR_HASHDESC_OUT(32) | BR_HASHDESC_STATE(32) |
        BR_HASHDESC_LBLEN(6) | BR_HASHDESC_MD_PADDING | BR_HASHDESC_MD_PADDING_BE,
    start,
    update,
    out,
    state,
    set_state,
};

bool ses_sha256_is_hardware(void) {
    static atomic_int known; /* 0: not yet looked at */
    int supported = atomic_load_explicit(&known, memory_order_relaxed);
    if (supported == 0) {
        supported = ses_sha256_x86_supported() ? 1 : -1;
        atomic_store_explicit(&known, supported, memory_order_relaxed);
    }
    return supported > 0;
}

const br_hash_class *ses_sha256_class(void) {
    return ses_sha256_is_hardware() ? &sha256_x86 : &br_sha256_vtable;
}

#else

bool ses_sha256_is_hardware(void) {
    return false;
}

const br_hash_class *ses_sha256_class(void) {
    return &br_sha256_vtable;
}

#endif
