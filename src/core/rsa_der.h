/* rsa_der.h: RSA keys in DER (RFC 8017, appendix A.1; RFC 5958). Not installed. */
#ifndef SES_CORE_RSA_DER_H
#define SES_CORE_RSA_DER_H

#include "ses/buf.h"

/* The numbers of an RSA private key, big-endian without leading zeros, borrowed from the DER that
 * was read. */
struct ses_rsa_numbers {
    struct ses_span n, e, d, p, q, dp, dq, iq;
};

/* Reads an RSAPrivateKey (PKCS #1), or one in a PrivateKeyInfo (PKCS #8). `*pkcs1` becomes the
 * RSAPrivateKey alone, borrowed. Errors: SES_ERR_PARSE. */
enum ses_status ses_rsa_der_read(struct ses_span der, struct ses_rsa_numbers *out,
                                 struct ses_span *pkcs1, struct ses_error *error);

/* Appends an RSAPrivateKey as a PrivateKeyInfo. Errors: SES_ERR_NOMEM. */
enum ses_status ses_rsa_der_wrap(struct ses_span pkcs1, struct ses_buf *out);

/* Appends a public key as a SubjectPublicKeyInfo (RFC 5280, section 4.1). The numbers have no
 * leading zeros. Errors: SES_ERR_NOMEM. */
enum ses_status ses_rsa_der_public(struct ses_span n, struct ses_span e, struct ses_buf *out);

#endif
