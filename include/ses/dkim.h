/* ses/dkim.h: RSA key pairs for DKIM that one brings along oneself (BYODKIM).
 *
 * A key is made here, or read from text or a file. Its private half is kept in a ses_secret (locked
 * and wiped) in the one form that SES takes and that a PEM file has: PKCS #8 (RFC 5958) in DER, in
 * base64. Its public half is what a DKIM TXT record says behind "p=" (RFC 6376, section 3.6.1): a
 * SubjectPublicKeyInfo in DER, in base64. SES takes RSA keys of 1,024 to 2,048 bits ("Provide your
 * own DKIM authentication token (BYODKIM)", Amazon SES Developer Guide).
 *
 * A key is not changed after it is made, so reading one from several threads is safe; freeing it
 * while another thread reads it is not.
 */
#ifndef SES_DKIM_H
#define SES_DKIM_H

#include "ses/span.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SES_DKIM_BITS_MIN 1024
#define SES_DKIM_BITS_MAX 2048

typedef struct ses_dkim_key ses_dkim_key;

/* Makes a key pair of `bits` (a multiple of 8) with the public exponent 65,537. It computes for
 * some tenths of a second at 2,048 bits, and longer by chance. `*out` is the caller's, freed by
 * ses_dkim_free. Errors: SES_ERR_RANGE, SES_ERR_IO where the system has no randomness,
 * SES_ERR_NOMEM. */
SES_API enum ses_status ses_dkim_generate(unsigned bits, ses_dkim_key **out,
                                          struct ses_error *error);

/* Reads a private key: PEM ("PRIVATE KEY" or "RSA PRIVATE KEY", not encrypted), or the base64 of
 * such a file without its first and last line; line breaks and blanks do not matter. Whether its
 * numbers belong together is tried by a signature.
 * Errors: SES_ERR_PARSE, SES_ERR_INVALID (a key that does not work), SES_ERR_RANGE (its size),
 * SES_ERR_NOMEM. */
SES_API enum ses_status ses_dkim_parse(struct ses_span text, ses_dkim_key **out,
                                       struct ses_error *error);

/* Reads a private key from a file, as ses_dkim_parse has it.
 * Errors: those of ses_dkim_parse; SES_ERR_NOT_FOUND, SES_ERR_IO. */
SES_API enum ses_status ses_dkim_load(const char *path, ses_dkim_key **out,
                                      struct ses_error *error);

/* Writes the private key as PEM into a new file that its owner alone may read (mode 0600), and
 * returns when it is on disk. A file that is there already is left as it is: SES_ERR_STATE. Where
 * writing fails no file stays. Errors: SES_ERR_STATE, SES_ERR_IO, SES_ERR_NOMEM. */
SES_API enum ses_status ses_dkim_save(const ses_dkim_key *key, const char *path,
                                      struct ses_error *error);

/* How many bits the modulus has. */
SES_API unsigned ses_dkim_bits(const ses_dkim_key *key);

/* The public key as the DNS has it; no secret. Borrowed until the key is freed. */
SES_API struct ses_span ses_dkim_public_key(const ses_dkim_key *key);

/* The private key as SES takes it: a secret, not for printing. Borrowed until the key is freed. */
SES_API struct ses_span ses_dkim_private_key(const ses_dkim_key *key);

/* Wipes and frees. NULL is a no-op. */
SES_API void ses_dkim_free(ses_dkim_key *key);

#ifdef __cplusplus
}
#endif
#endif
