#define _GNU_SOURCE
#include "sns_url.h"

#include "ses/http.h"
#include "ses/sns.h"

#include <string.h>

#define CERT_URL_MAX 512
#define SUBSCRIBE_URL_MAX 2048

static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool begins_with(struct ses_span text, struct ses_span start) {
    return text.len >= start.len && memcmp(text.data, start.data, start.len) == 0;
}

static bool ends_with(struct ses_span text, struct ses_span end) {
    return text.len >= end.len && memcmp(text.data + text.len - end.len, end.data, end.len) == 0;
}

static bool all_of(struct ses_span text, bool (*is)(char)) {
    for (size_t i = 0; i < text.len; i++)
        if (!is(text.data[i]))
            return false;
    return text.len > 0;
}

/* Words of letters and then a number, three pieces at least; the first word has two to four. */
bool ses_sns_is_region(struct ses_span text) {
    if (text.len > SES_SNS_REGION_MAX)
        return false;
    size_t pieces = 0;
    while (text.data != NULL) {
        struct ses_span piece = ses_span_split(&text, '-');
        bool last = text.data == NULL;
        if (!all_of(piece, last ? is_digit : is_lower))
            return false;
        if (pieces == 0 && (piece.len < 2 || piece.len > 4))
            return false;
        pieces++;
    }
    return pieces >= 3;
}

const char *ses_sns_domain(struct ses_span region) {
    if (begins_with(region, SES_SPAN("cn-")))
        return "amazonaws.com.cn";
    if (begins_with(region, SES_SPAN("eusc-")))
        return "amazonaws.eu";
    return "amazonaws.com";
}

/* "sns.REGION.DOMAIN" and nothing else. */
static bool read_host(struct ses_span host, struct ses_span *region) {
    if (!begins_with(host, SES_SPAN("sns.")))
        return false;
    struct ses_span rest = {host.data + 4, host.len - 4};
    *region = ses_span_split(&rest, '.');
    return ses_sns_is_region(*region) &&
           ses_span_equal(rest, ses_span_from(ses_sns_domain(*region)));
}

static enum ses_status refuse(struct ses_error *error, const char *what) {
    return ses_error_set(error, SES_ERR_INVALID, "url", "%s", what);
}

/* What both kinds of URL have in common. */
static enum ses_status read_url(struct ses_span text, size_t max, struct ses_url *url,
                                struct ses_span *region, struct ses_error *error) {
    if (text.len > max)
        return refuse(error, "is too long");
    if (ses_url_parse(text, url, error) != SES_OK)
        return SES_ERR_INVALID;
    if (!ses_span_equal(url->scheme, SES_SPAN("https")))
        return refuse(error, "must be https");
    if (url->port != 0 && url->port != 443)
        return refuse(error, "must be of port 443");
    if (!read_host(url->host, region))
        return refuse(error, "is not of a host of SNS");
    return SES_OK;
}

static bool is_plain(char c) {
    return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.' || c == '/';
}

enum ses_status ses_sns_check_cert_url(struct ses_span url, struct ses_span *region,
                                       struct ses_error *error) {
    struct ses_url parts;
    struct ses_span found;
    enum ses_status status = read_url(url, CERT_URL_MAX, &parts, &found, error);
    if (status != SES_OK)
        return status;
    if (memchr(url.data, '?', url.len) != NULL)
        return refuse(error, "must not have a query");
    if (!all_of(parts.path, is_plain) || memmem(parts.path.data, parts.path.len, "..", 2) != NULL ||
        !ends_with(parts.path, SES_SPAN(".pem")))
        return refuse(error, "must be of a .pem file");
    if (region != NULL)
        *region = found;
    return SES_OK;
}

static bool has_action(struct ses_span query) {
    while (query.data != NULL)
        if (ses_span_equal(ses_span_split(&query, '&'), SES_SPAN("Action=ConfirmSubscription")))
            return true;
    return false;
}

enum ses_status ses_sns_check_subscribe_url(struct ses_span url, struct ses_span *region,
                                            struct ses_error *error) {
    struct ses_url parts;
    struct ses_span found;
    enum ses_status status = read_url(url, SUBSCRIBE_URL_MAX, &parts, &found, error);
    if (status != SES_OK)
        return status;
    if (!ses_span_equal(parts.path, SES_SPAN("/")) || !has_action(parts.query))
        return refuse(error, "does not confirm a subscription");
    if (region != NULL)
        *region = found;
    return SES_OK;
}

/* A URL of a message: refused by the name of its field. */
static enum ses_status check_field(const ses_sns_message *message, enum ses_sns_field field,
                                   struct ses_error *error) {
    struct ses_span url = ses_sns_message_field(message, field), region;
    struct ses_error why = {0};
    enum ses_status status = field == SES_SNS_SIGNING_CERT_URL
                                 ? ses_sns_check_cert_url(url, &region, &why)
                                 : ses_sns_check_subscribe_url(url, &region, &why);
    if (status == SES_OK && !ses_span_equal(region, ses_sns_message_region(message)))
        status = refuse(&why, "is of another region than the topic");
    if (status != SES_OK)
        return ses_error_set(error, status, ses_sns_field_name(field), "%s", why.message);
    return SES_OK;
}

enum ses_status ses_sns_message_check_urls(const ses_sns_message *message,
                                           struct ses_error *error) {
    enum ses_status status = check_field(message, SES_SNS_SIGNING_CERT_URL, error);
    if (status == SES_OK && ses_sns_message_field(message, SES_SNS_SUBSCRIBE_URL).data != NULL)
        status = check_field(message, SES_SNS_SUBSCRIBE_URL, error);
    return status;
}
