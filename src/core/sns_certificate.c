#include "sns_certificate.h"

#include "sns_trust.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHAIN_MAX 4       /* certificates that SigningCertURL may give */
#define NAME_MAX_BYTES 96 /* a region has 32 at most, the longest domain 16 */
#define NAMES 5
#define RSA_BYTES_MIN 256 /* 2,048 bits, which AWS signs by */

/* The days from the year 0 to 1970 in the Gregorian calendar, from which BearSSL counts. */
#define DAYS_TO_1970 719528

struct chain {
    struct ses_buf der; /* one behind the other */
    size_t ends[CHAIN_MAX];
    size_t count;
};

static enum ses_status take_certificate(void *context, struct ses_span der) {
    struct chain *chain = context;
    if (chain->count >= CHAIN_MAX)
        return SES_ERR_RANGE;
    enum ses_status status = ses_buf_append(&chain->der, der);
    if (status == SES_OK)
        chain->ends[chain->count++] = chain->der.len;
    return status;
}

static struct ses_span certificate(const struct chain *chain, size_t index) {
    size_t from = index == 0 ? 0 : chain->ends[index - 1];
    return (struct ses_span){chain->der.data + from, chain->ends[index] - from};
}

/* What a chain is looked at by. */
struct check {
    const br_x509_trust_anchor *anchors;
    size_t anchor_count;
    const char *name;
    double now;
};

/* Without the hashes that certificates are not signed by any more. */
static void set_up(br_x509_minimal_context *engine, const struct check *check) {
    br_x509_minimal_init(engine, &br_sha256_vtable, check->anchors, check->anchor_count);
    br_x509_minimal_set_rsa(engine, br_rsa_pkcs1_vrfy_get_default());
    br_x509_minimal_set_ecdsa(engine, br_ec_get_default(), br_ecdsa_vrfy_asn1_get_default());
    br_x509_minimal_set_hash(engine, br_sha256_ID, &br_sha256_vtable);
    br_x509_minimal_set_hash(engine, br_sha384_ID, &br_sha384_vtable);
    br_x509_minimal_set_hash(engine, br_sha512_ID, &br_sha512_vtable);
    br_x509_minimal_set_minrsa(engine, RSA_BYTES_MIN);
    uint32_t days = (uint32_t)(check->now / 86400);
    br_x509_minimal_set_time(engine, days + DAYS_TO_1970,
                             (uint32_t)(check->now - (double)days * 86400));
}

static void push(const br_x509_class **engine, struct ses_span der) {
    (*engine)->start_cert(engine, (uint32_t)der.len);
    (*engine)->append(engine, (const unsigned char *)der.data, der.len);
    (*engine)->end_cert(engine);
}

/* Runs the engine over certificates, the one in question first. → BearSSL's error, 0 for none */
static unsigned run(br_x509_minimal_context *engine, const struct check *check,
                    const struct ses_span *certificates, size_t count) {
    set_up(engine, check);
    const br_x509_class **class = &engine->vtable;
    (*class)->start_chain(class, check->name);
    for (size_t i = 0; i < count; i++)
        push(class, certificates[i]);
    return (*class)->end_chain(class);
}

/* The names that SNS's certificates have (the SNS client of AWS's SDK for Java has the list): of
 * all regions, of one, and, in GovCloud, of the other. → how many there are */
static size_t list_names(struct ses_span region, char names[NAMES][NAME_MAX_BYTES]) {
    static const char *const regional[] = {"sns.%.*s.%s", "sns-signing.%.*s.%s", "sns-%.*s.%s"};
    const char *domain = ses_sns_domain(region);
    size_t count = 0;
    (void)snprintf(names[count++], NAME_MAX_BYTES, "sns.%s", domain);
    for (size_t i = 0; i < sizeof regional / sizeof *regional; i++)
        (void)snprintf(names[count++], NAME_MAX_BYTES, regional[i], (int)region.len, region.data,
                       domain);
    if (ses_span_equal(region, SES_SPAN("us-gov-east-1")))
        (void)snprintf(names[count++], NAME_MAX_BYTES, "sns-us-gov-west-1.%s", domain);
    return count;
}

static enum ses_status refuse(struct ses_error *error, unsigned why) {
    switch (why) {
    case BR_ERR_X509_EXPIRED:
        return ses_error_set(error, SES_ERR_EXPIRED, "SigningCertURL",
                             "gave a certificate that is not valid at this time");
    case BR_ERR_X509_BAD_SERVER_NAME:
        return ses_error_set(error, SES_ERR_TLS, "SigningCertURL",
                             "gave a certificate of another name than SNS's");
    case BR_ERR_X509_NOT_TRUSTED:
    case BR_ERR_X509_DN_MISMATCH:
        return ses_error_set(error, SES_ERR_TLS, "SigningCertURL",
                             "gave a certificate that no trusted authority has issued");
    case BR_ERR_X509_BAD_SIGNATURE:
        return ses_error_set(error, SES_ERR_TLS, "SigningCertURL",
                             "gave a certificate whose own signature is false");
    default:
        return ses_error_set(error, SES_ERR_TLS, "SigningCertURL",
                             "gave a certificate that cannot be taken (BearSSL's error %u)", why);
    }
}

static bool copy_key(br_x509_minimal_context *engine, ses_sns_certificate *out) {
    unsigned usages = 0;
    const br_x509_pkey *key = engine->vtable->get_pkey(&engine->vtable, &usages);
    if (key == NULL || key->key_type != BR_KEYTYPE_RSA || (usages & BR_KEYTYPE_SIGN) == 0)
        return false;
    const br_rsa_public_key *rsa = &key->key.rsa;
    if (rsa->nlen > sizeof out->numbers || rsa->elen > sizeof out->numbers - rsa->nlen)
        return false;
    unsigned char *n = out->numbers, *e = out->numbers + rsa->nlen;
    memcpy(n, rsa->n, rsa->nlen);
    memcpy(e, rsa->e, rsa->elen);
    out->key = (br_rsa_public_key){n, rsa->nlen, e, rsa->elen};
    return true;
}

/* Dates, key and name of the certificate alone: the engine is told to trust just this one. The name
 * that it has is left in `check`. */
static enum ses_status check_alone(struct check *check, struct ses_span leaf,
                                   char names[NAMES][NAME_MAX_BYTES], size_t name_count,
                                   ses_sns_certificate *out, struct ses_error *error) {
    br_x509_trust_anchor itself;
    enum ses_status status = ses_anchor_of(leaf, &itself);
    if (status == SES_ERR_NOMEM)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    if (status != SES_OK || (itself.flags & BR_X509_TA_CA) != 0) {
        ses_anchor_free(&itself);
        return ses_error_set(error, SES_ERR_TLS, "SigningCertURL",
                             "gave what is no certificate to sign messages by");
    }
    struct check alone = {&itself, 1, NULL, check->now};
    br_x509_minimal_context engine;
    unsigned why = BR_ERR_X509_BAD_SERVER_NAME;
    for (size_t i = 0; i < name_count && why == BR_ERR_X509_BAD_SERVER_NAME; i++) {
        alone.name = check->name = names[i];
        why = run(&engine, &alone, &leaf, 1);
    }
    if (why != 0)
        status = refuse(error, why);
    else if (!copy_key(&engine, out))
        status = refuse(error, BR_ERR_X509_WRONG_KEY_TYPE);
    ses_anchor_free(&itself);
    return status;
}

/* The chain as it came, and then the certificate with each of the intermediates. */
static enum ses_status check_chain(const struct check *check, const struct chain *chain,
                                   const ses_sns_trust *trust, struct ses_error *error) {
    struct ses_span certificates[CHAIN_MAX] = {{NULL, 0}};
    for (size_t i = 0; i < chain->count; i++)
        certificates[i] = certificate(chain, i);
    br_x509_minimal_context engine;
    unsigned why = run(&engine, check, certificates, chain->count);
    for (size_t i = 0; why != 0 && i < trust->intermediate_count; i++) {
        certificates[1] = ses_sns_trust_intermediate(trust, i);
        unsigned other = run(&engine, check, certificates, 2);
        /* One that did not issue it says nothing of it. */
        if (other != BR_ERR_X509_DN_MISMATCH)
            why = other;
    }
    return why == 0 ? SES_OK : refuse(error, why);
}

static enum ses_status read_chain(struct ses_span pem, struct chain *chain,
                                  struct ses_error *error) {
    enum ses_status status = pem.len > SES_SNS_CERTIFICATE_MAX
                                 ? SES_ERR_RANGE
                                 : ses_pem_certificates(pem, take_certificate, chain);
    if (status == SES_ERR_NOMEM)
        return ses_error_set(error, status, NULL, "out of memory");
    if (status != SES_OK || chain->count == 0)
        return ses_error_set(error, SES_ERR_TLS, "SigningCertURL",
                             "gave what is no certificate in PEM");
    return SES_OK;
}

static enum ses_status check_all(const struct chain *chain, struct ses_span region,
                                 const ses_sns_trust *trust, double now, ses_sns_certificate *out,
                                 struct ses_error *error) {
    char names[NAMES][NAME_MAX_BYTES];
    size_t name_count = list_names(region, names);
    struct check check = {.now = now};
    enum ses_status status =
        check_alone(&check, certificate(chain, 0), names, name_count, out, error);
    if (status == SES_OK && trust != NULL) {
        check.anchors = trust->anchors;
        check.anchor_count = trust->count;
        status = check_chain(&check, chain, trust, error);
    }
    return status;
}

enum ses_status ses_sns_certificate_new(struct ses_span pem, struct ses_span region,
                                        const ses_sns_trust *trust, double now,
                                        ses_sns_certificate **out, struct ses_error *error) {
    *out = NULL;
    if (!ses_sns_is_region(region))
        return ses_error_set(error, SES_ERR_TLS, "region", "is not the name of one");
    if (!(now >= 0 && now < 4e10))
        return ses_error_set(error, SES_ERR_EXPIRED, "now", "is no time that certificates have");
    ses_sns_certificate *made = calloc(1, sizeof *made);
    if (made == NULL)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    struct chain chain = {.count = 0};
    ses_buf_init(&chain.der);
    enum ses_status status = read_chain(pem, &chain, error);
    if (status == SES_OK)
        status = check_all(&chain, region, trust, now, made, error);
    ses_buf_free(&chain.der);
    if (status != SES_OK) {
        free(made);
        return status;
    }
    memcpy(made->region, region.data, region.len);
    made->region_len = region.len;
    *out = made;
    return SES_OK;
}

void ses_sns_certificate_free(ses_sns_certificate *certificate) {
    free(certificate);
}
