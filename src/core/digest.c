#include "ses/digest.h"

#include "ses/secret.h"
#include "sha256.h"

/* More than the compression function takes, which leaves the block that it worked on there: of an
 * HMAC's key, all of it. */
#define STACK_LEN 1024

static __attribute__((noinline)) void wipe_stack(void) {
    unsigned char below[STACK_LEN];
    ses_wipe(below, sizeof below);
}

void ses_sha256(struct ses_span bytes, unsigned char out[SES_SHA256_LEN]) {
    const br_hash_class *class = ses_sha256_class();
    br_sha256_context context;
    class->init(&context.vtable);
    class->update(&context.vtable, bytes.data, bytes.len);
    class->out(&context.vtable, out);
    wipe_stack();
    /* The body of a mail, or a derived key: as confidential as what it is made from. */
    ses_wipe(&context, sizeof context);
}

void ses_hmac_sha256(struct ses_span key, struct ses_span message,
                     unsigned char out[SES_SHA256_LEN]) {
    br_hmac_key_context prepared;
    br_hmac_context context;
    br_hmac_key_init(&prepared, ses_sha256_class(), key.data, key.len);
    br_hmac_init(&context, &prepared, 0);
    br_hmac_update(&context, message.data, message.len);
    (void)br_hmac_out(&context, out);
    wipe_stack();
    ses_wipe(&context, sizeof context);
    ses_wipe(&prepared, sizeof prepared);
    /* BearSSL pads the key, and schedules its blocks, in frames of its own. */
    ses_wipe_stack();
}

enum ses_status ses_sha256_append_hex(struct ses_buf *out, struct ses_span bytes) {
    unsigned char digest[SES_SHA256_LEN];
    ses_sha256(bytes, digest);
    return ses_buf_append_hex(out, digest, sizeof digest);
}
