#include "ses/idna.h"

#include <idn2.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN_LEN_MAX 253
#define LABEL_LEN_MAX 63

static enum ses_status refuse(struct ses_error *error, const char *why) {
    return ses_error_set(error, SES_ERR_INVALID, "domain", "%s", why);
}

static bool is_letter_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static enum ses_status check_label(struct ses_span label, struct ses_error *error) {
    if (label.len == 0)
        return refuse(error, "has an empty label");
    if (label.len > LABEL_LEN_MAX)
        return refuse(error, "has a label of more than 63 bytes");
    if (label.data[0] == '-' || label.data[label.len - 1] == '-')
        return refuse(error, "has a label that begins or ends with a hyphen");
    for (size_t i = 0; i < label.len; i++)
        if (!is_letter_digit(label.data[i]) && label.data[i] != '-')
            return refuse(error, "holds a character that a domain cannot have");
    return SES_OK;
}

/* libidn2 checks less of what is ASCII already than of what it converts. */
static enum ses_status check_ascii(struct ses_span domain, struct ses_error *error) {
    if (domain.len > DOMAIN_LEN_MAX)
        return refuse(error, "is longer than 253 bytes");
    enum ses_status status;
    struct ses_span rest = domain;
    do {
        status = check_label(ses_span_split(&rest, '.'), error);
    } while (status == SES_OK && rest.data != NULL);
    return status;
}

static enum ses_status convert(struct ses_span domain, char **ascii, struct ses_error *error) {
    /* A character takes at most four bytes of UTF-8 and at least one of the result. */
    char text[4 * DOMAIN_LEN_MAX + 1];
    if (domain.len >= sizeof text)
        return refuse(error, "is longer than 253 bytes");
    memcpy(text, domain.data, domain.len);
    text[domain.len] = '\0';
    int rc = idn2_to_ascii_8z(text, ascii, IDN2_NONTRANSITIONAL);
    if (rc == IDN2_MALLOC)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    if (rc != IDN2_OK)
        return ses_error_set(error, SES_ERR_INVALID, "domain", "has no IDNA form: %s",
                             idn2_strerror(rc));
    return SES_OK;
}

enum ses_status ses_idna_to_ascii(struct ses_buf *out, struct ses_span domain,
                                  struct ses_error *error) {
    if (domain.len == 0)
        return refuse(error, "is empty");
    if (memchr(domain.data, '\0', domain.len) != NULL)
        return refuse(error, "holds a character that a domain cannot have");
    char *ascii = NULL;
    enum ses_status status = convert(domain, &ascii, error);
    if (status == SES_OK)
        status = check_ascii(ses_span_from(ascii), error);
    if (status == SES_OK && ses_buf_append(out, ses_span_from(ascii)) != SES_OK)
        status = ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    idn2_free(ascii);
    return status;
}
