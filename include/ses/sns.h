/* ses/sns.h: whether a message that somebody posted comes from Amazon SNS.
 *
 * SNS posts JSON that it has signed, and names the certificate to verify it by. Whoever receives
 * it asks, in this order: ses_sns_message_parse (is it such a message), ses_sns_message_check_urls
 * (do its URLs lead to SNS itself), ses_sns_certificate_new, with what was fetched from the checked
 * URL (is that SNS's certificate), and ses_sns_message_verify (did SNS sign it). Nothing here does
 * I/O or knows the time.
 *
 * What makes a certificate SNS's own: SNS serves one certificate in PEM at SigningCertURL, without
 * the intermediate that issued it (Amazon RSA 2048 M01 to M04, below Amazon Root CA 1). So that
 * there are two ways to trust it:
 *
 *   - by the transport: it was fetched over TLS that verified host and chain, from a host that
 *     ses_sns_check_cert_url takes for SNS. AWS's validators for JavaScript, PHP and Ruby do so.
 *     Its dates, its key and its names are checked here all the same.
 *   - by the chain as well: with a ses_sns_trust, which holds root certificates and the
 *     intermediates that are missing between them and SNS's.
 *
 * Either way its names must be those that SNS signs by in that region: sns.amazonaws.com,
 * sns.REGION.…, sns-signing.REGION.… (regions that are off by default), sns-REGION.… (China,
 * GovCloud), as AWS's SDK for Java has them.
 *
 * Sources: "Verifying the signatures of Amazon SNS messages" and "Parsing message formats", Amazon
 * SNS Developer Guide.
 *
 * Messages, trusts and certificates never change once made: several threads may use them.
 */
#ifndef SES_SNS_H
#define SES_SNS_H

#include "ses/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SES_SNS_CERTIFICATE_MAX ((size_t)16 * 1024)  /* bytes of what SigningCertURL gives */
#define SES_SNS_BUNDLE_MAX ((size_t)2 * 1024 * 1024) /* bytes of PEM that a trust is made of */
#define SES_SNS_INTERMEDIATES_MAX 16
#define SES_SNS_ANCHORS_MAX 1024

typedef struct ses_sns_message ses_sns_message;
typedef struct ses_sns_trust ses_sns_trust;
typedef struct ses_sns_certificate ses_sns_certificate;

enum ses_sns_field {
    SES_SNS_TYPE, /* "Notification", "SubscriptionConfirmation" or "UnsubscribeConfirmation" */
    SES_SNS_MESSAGE_ID,
    SES_SNS_TOPIC_ARN,
    SES_SNS_SUBJECT, /* of a notification; it may lack it */
    SES_SNS_MESSAGE,
    SES_SNS_TIMESTAMP,
    SES_SNS_TOKEN,         /* of a confirmation */
    SES_SNS_SUBSCRIBE_URL, /* of a confirmation */
    SES_SNS_SIGNATURE_VERSION,
    SES_SNS_SIGNATURE,
    SES_SNS_SIGNING_CERT_URL,
    SES_SNS_FIELDS /* how many there are */
};

/* Reads a message: a JSON object (as ses/json.h limits it) of one of the three types, with all the
 * fields of that type as strings. No field but Message may hold a control character: else one
 * signed text could be read as another message. Nothing is verified yet.
 * `*out` is the caller's, freed by ses_sns_message_free.
 * Errors: SES_ERR_PARSE, naming the field at fault; SES_ERR_RANGE for a text over a limit;
 * SES_ERR_NOMEM. */
SES_API enum ses_status ses_sns_message_parse(struct ses_span text, ses_sns_message **out,
                                              struct ses_error *error);
/* NULL is a no-op. */
SES_API void ses_sns_message_free(ses_sns_message *message);

/* A field; empty, with data NULL, where the message has none. Borrowed until the message is freed.
 */
SES_API struct ses_span ses_sns_message_field(const ses_sns_message *message,
                                              enum ses_sns_field field);

/* The name of a field in the message: "TopicArn". */
SES_API const char *ses_sns_field_name(enum ses_sns_field field);

/* The region that TopicArn names. Borrowed. */
SES_API struct ses_span ses_sns_message_region(const ses_sns_message *message);

/* When the message was published, in seconds since 1970. */
SES_API double ses_sns_message_time(const ses_sns_message *message);

/* Appends the text that is signed. Errors: SES_ERR_NOMEM. */
SES_API enum ses_status ses_sns_message_string_to_sign(const ses_sns_message *message,
                                                       struct ses_buf *out);

/* Whether a certificate may be fetched there: https, the host sns.REGION.amazonaws.com (.com.cn for
 * the regions of China, .eu for those of the European Sovereign Cloud), port 443 or none, a path
 * that ends in ".pem", no user information, query or fragment. `*region`, which may be NULL,
 * borrows from `url`. REGION must have the form of one, as "s3-eu-west-1" has not: an S3 bucket may
 * be called "sns". Errors: SES_ERR_INVALID. */
SES_API enum ses_status ses_sns_check_cert_url(struct ses_span url, struct ses_span *region,
                                               struct ses_error *error);

/* Whether a GET there confirms a subscription, and does nothing else: host and port as above, the
 * path "/", a query with Action=ConfirmSubscription. Errors: SES_ERR_INVALID. */
SES_API enum ses_status ses_sns_check_subscribe_url(struct ses_span url, struct ses_span *region,
                                                    struct ses_error *error);

/* Both, as far as the message has them; they must be of the region of its topic too.
 * Errors: SES_ERR_INVALID, naming the field. */
SES_API enum ses_status ses_sns_message_check_urls(const ses_sns_message *message,
                                                   struct ses_error *error);

/* Makes a trust of PEM: `anchors` are certificates of authorities, such as the system's bundle
 * (those that cannot be read, or are of no authority, are left out); `intermediates`, which may be
 * empty, are those between an anchor and SNS's certificate. `*out` is the caller's, freed by
 * ses_sns_trust_free. Errors: SES_ERR_PARSE where no anchor is left or an intermediate is none,
 * SES_ERR_RANGE, SES_ERR_NOMEM. */
SES_API enum ses_status ses_sns_trust_new(struct ses_span anchors, struct ses_span intermediates,
                                          ses_sns_trust **out, struct ses_error *error);
/* How many anchors it has. */
SES_API size_t ses_sns_trust_count(const ses_sns_trust *trust);
/* NULL is a no-op. */
SES_API void ses_sns_trust_free(ses_sns_trust *trust);

/* Takes what SigningCertURL of a message of `region` gave: SNS's certificate in PEM, and those of
 * its issuers where it should have them. It must be SNS's and valid at `now` (seconds since 1970),
 * which is looked at here and not again: an object is good for some minutes. `trust` may be NULL:
 * then the caller vouches that it was fetched over verified TLS. `*out` is the caller's, freed by
 * ses_sns_certificate_free.
 * Errors: SES_ERR_EXPIRED (its dates, or its issuer's), SES_ERR_TLS (it is none, not SNS's or not
 * to be trusted), SES_ERR_NOMEM. */
SES_API enum ses_status ses_sns_certificate_new(struct ses_span pem, struct ses_span region,
                                                const ses_sns_trust *trust, double now,
                                                ses_sns_certificate **out, struct ses_error *error);
/* NULL is a no-op. */
SES_API void ses_sns_certificate_free(ses_sns_certificate *certificate);

/* Whether the message was signed with the key of the certificate. Its URLs are checked once more,
 * and its region must be the certificate's.
 * Errors: SES_ERR_INVALID (a URL), SES_ERR_TLS (the region), SES_ERR_SIGNATURE, SES_ERR_NOMEM. */
SES_API enum ses_status ses_sns_message_verify(const ses_sns_message *message,
                                               const ses_sns_certificate *certificate,
                                               struct ses_error *error);

#ifdef __cplusplus
}
#endif
#endif
