#include "sns_trust.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The DER that BearSSL's decoder gives by pieces; its callback has no way to fail at once. */
struct der {
    struct ses_buf bytes;
    enum ses_status status;
};

static void append_der(void *context, const void *bytes, size_t len) {
    struct der *der = context;
    if (der->status == SES_OK)
        der->status = ses_buf_append(&der->bytes, (struct ses_span){bytes, len});
}

/* An event of the decoder. `*within`: whether it stands in a certificate. */
static enum ses_status on_event(br_pem_decoder_context *decoder, struct der *der, bool *within,
                                enum ses_status (*take)(void *, struct ses_span), void *context) {
    switch (br_pem_decoder_event(decoder)) {
    case BR_PEM_BEGIN_OBJ:
        *within = strcmp(br_pem_decoder_name(decoder), "CERTIFICATE") == 0;
        ses_buf_clear(&der->bytes);
        br_pem_decoder_setdest(decoder, *within ? append_der : NULL, der);
        return SES_OK;
    case BR_PEM_END_OBJ:
        if (!*within)
            return SES_OK;
        *within = false;
        return der->status != SES_OK ? der->status : take(context, ses_buf_span(&der->bytes));
    case BR_PEM_ERROR:
        return SES_ERR_PARSE;
    default:
        return SES_OK;
    }
}

enum ses_status ses_pem_certificates(struct ses_span pem,
                                     enum ses_status (*take)(void *context, struct ses_span der),
                                     void *context) {
    br_pem_decoder_context decoder;
    br_pem_decoder_init(&decoder);
    struct der der = {.status = SES_OK};
    ses_buf_init(&der.bytes);
    bool within = false;
    enum ses_status status = SES_OK;
    /* The last line counts with or without its end. */
    const struct ses_span pieces[] = {pem, SES_SPAN("\n")};
    for (size_t i = 0; i < 2; i++)
        for (struct ses_span rest = pieces[i]; status == SES_OK && rest.len > 0;) {
            size_t eaten = br_pem_decoder_push(&decoder, rest.data, rest.len);
            rest = (struct ses_span){rest.data + eaten, rest.len - eaten};
            status = on_event(&decoder, &der, &within, take, context);
        }
    if (status == SES_OK)
        status = on_event(&decoder, &der, &within, take, context);
    if (status == SES_OK && within)
        status = SES_ERR_PARSE;
    ses_buf_free(&der.bytes);
    return status;
}

static unsigned char *copy(unsigned char **at, const unsigned char *bytes, size_t len) {
    unsigned char *from = *at;
    if (len > 0)
        memcpy(from, bytes, len);
    *at += len;
    return from;
}

/* Name and key in one piece of memory, which begins with the name. */
static enum ses_status copy_anchor(struct ses_span dn, const br_x509_pkey *key,
                                   br_x509_trust_anchor *out) {
    bool rsa = key->key_type == BR_KEYTYPE_RSA;
    size_t numbers = rsa ? key->key.rsa.nlen + key->key.rsa.elen : key->key.ec.qlen;
    unsigned char *at = malloc(dn.len + numbers + 1);
    if (at == NULL)
        return SES_ERR_NOMEM;
    out->pkey.key_type = key->key_type;
    out->dn.len = dn.len;
    out->dn.data = copy(&at, (const unsigned char *)dn.data, dn.len);
    if (rsa) {
        out->pkey.key.rsa.nlen = key->key.rsa.nlen;
        out->pkey.key.rsa.elen = key->key.rsa.elen;
        out->pkey.key.rsa.n = copy(&at, key->key.rsa.n, key->key.rsa.nlen);
        out->pkey.key.rsa.e = copy(&at, key->key.rsa.e, key->key.rsa.elen);
    } else {
        out->pkey.key.ec.curve = key->key.ec.curve;
        out->pkey.key.ec.qlen = key->key.ec.qlen;
        out->pkey.key.ec.q = copy(&at, key->key.ec.q, key->key.ec.qlen);
    }
    return SES_OK;
}

enum ses_status ses_anchor_of(struct ses_span der, br_x509_trust_anchor *out) {
    memset(out, 0, sizeof *out);
    struct der dn = {.status = SES_OK};
    ses_buf_init(&dn.bytes);
    br_x509_decoder_context decoder;
    br_x509_decoder_init(&decoder, append_der, &dn);
    br_x509_decoder_push(&decoder, der.data, der.len);
    const br_x509_pkey *key = br_x509_decoder_get_pkey(&decoder);
    enum ses_status status = dn.status;
    if (status == SES_OK)
        status = key == NULL ? SES_ERR_PARSE : copy_anchor(ses_buf_span(&dn.bytes), key, out);
    if (status == SES_OK && br_x509_decoder_isCA(&decoder))
        out->flags = BR_X509_TA_CA;
    ses_buf_free(&dn.bytes);
    return status;
}

void ses_anchor_free(br_x509_trust_anchor *anchor) {
    free(anchor->dn.data);
    memset(anchor, 0, sizeof *anchor);
}

/* Grows by doubling; the count is a power of two wherever it is full. */
static enum ses_status add_anchor(ses_sns_trust *trust, const br_x509_trust_anchor *anchor) {
    size_t count = trust->count;
    if (count >= SES_SNS_ANCHORS_MAX)
        return SES_ERR_RANGE;
    if ((count & (count - 1)) == 0) {
        size_t room = count == 0 ? 1 : 2 * count;
        br_x509_trust_anchor *grown = realloc(trust->anchors, room * sizeof *grown);
        if (grown == NULL)
            return SES_ERR_NOMEM;
        trust->anchors = grown;
    }
    trust->anchors[trust->count++] = *anchor;
    return SES_OK;
}

static enum ses_status take_anchor(void *context, struct ses_span der) {
    br_x509_trust_anchor anchor;
    enum ses_status status = ses_anchor_of(der, &anchor);
    if (status == SES_ERR_PARSE)
        return SES_OK;
    if (status == SES_OK && (anchor.flags & BR_X509_TA_CA) == 0) {
        ses_anchor_free(&anchor);
        return SES_OK;
    }
    if (status == SES_OK) {
        status = add_anchor(context, &anchor);
        if (status != SES_OK)
            ses_anchor_free(&anchor);
    }
    return status;
}

static enum ses_status take_intermediate(void *context, struct ses_span der) {
    ses_sns_trust *trust = context;
    if (trust->intermediate_count >= SES_SNS_INTERMEDIATES_MAX)
        return SES_ERR_RANGE;
    br_x509_trust_anchor subject;
    enum ses_status status = ses_anchor_of(der, &subject);
    if (status != SES_OK)
        return status;
    bool authority = (subject.flags & BR_X509_TA_CA) != 0;
    ses_anchor_free(&subject);
    status = authority ? ses_buf_append(&trust->intermediates, der) : SES_ERR_PARSE;
    if (status == SES_OK)
        trust->ends[trust->intermediate_count++] = trust->intermediates.len;
    return status;
}

static enum ses_status fill(ses_sns_trust *trust, const char *field, struct ses_span pem,
                            enum ses_status (*take)(void *, struct ses_span),
                            struct ses_error *error) {
    if (pem.len > SES_SNS_BUNDLE_MAX)
        return ses_error_set(error, SES_ERR_RANGE, field, "must have at most %zu bytes",
                             SES_SNS_BUNDLE_MAX);
    switch (ses_pem_certificates(pem, take, trust)) {
    case SES_OK:
        return SES_OK;
    case SES_ERR_NOMEM:
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    case SES_ERR_RANGE:
        return ses_error_set(error, SES_ERR_RANGE, field, "has too many certificates");
    default:
        return ses_error_set(error, SES_ERR_PARSE, field,
                             "must be certificates of authorities in PEM");
    }
}

enum ses_status ses_sns_trust_new(struct ses_span anchors, struct ses_span intermediates,
                                  ses_sns_trust **out, struct ses_error *error) {
    *out = NULL;
    ses_sns_trust *trust = calloc(1, sizeof *trust);
    if (trust == NULL)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    enum ses_status status = fill(trust, "anchors", anchors, take_anchor, error);
    if (status == SES_OK && trust->count == 0)
        status = ses_error_set(error, SES_ERR_PARSE, "anchors",
                               "must be certificates of authorities in PEM");
    if (status == SES_OK)
        status = fill(trust, "intermediates", intermediates, take_intermediate, error);
    if (status != SES_OK) {
        ses_sns_trust_free(trust);
        return status;
    }
    *out = trust;
    return SES_OK;
}

size_t ses_sns_trust_count(const ses_sns_trust *trust) {
    return trust->count;
}

struct ses_span ses_sns_trust_intermediate(const ses_sns_trust *trust, size_t index) {
    size_t from = index == 0 ? 0 : trust->ends[index - 1];
    return (struct ses_span){trust->intermediates.data + from, trust->ends[index] - from};
}

void ses_sns_trust_free(ses_sns_trust *trust) {
    if (trust == NULL)
        return;
    for (size_t i = 0; i < trust->count; i++)
        ses_anchor_free(&trust->anchors[i]);
    free(trust->anchors);
    ses_buf_free(&trust->intermediates);
    free(trust);
}
