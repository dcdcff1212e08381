#include "ses/status.h"

#include <stdarg.h>
#include <stdio.h>

const char *ses_status_name(enum ses_status status) {
    switch (status) {
    case SES_OK:
        return "ok";
    case SES_ERR_NOMEM:
        return "nomem";
    case SES_ERR_INVALID:
        return "invalid";
    case SES_ERR_RANGE:
        return "range";
    case SES_ERR_NOT_FOUND:
        return "not_found";
    case SES_ERR_PARSE:
        return "parse";
    case SES_ERR_IO:
        return "io";
    case SES_ERR_CREDENTIALS:
        return "credentials";
    case SES_ERR_SIGNATURE:
        return "signature";
    case SES_ERR_EXPIRED:
        return "expired";
    case SES_ERR_NETWORK:
        return "network";
    case SES_ERR_TLS:
        return "tls";
    case SES_ERR_TIMEOUT:
        return "timeout";
    case SES_ERR_CANCELLED:
        return "cancelled";
    case SES_ERR_STATE:
        return "state";
    case SES_ERR_INTERNAL:
        return "internal";
    }
    return "unknown";
}

enum ses_status ses_error_set(struct ses_error *error, enum ses_status status, const char *field,
                              const char *format, ...) {
    if (error == NULL)
        return status;
    error->status = status;
    (void)snprintf(error->field, sizeof error->field, "%s", field == NULL ? "" : field);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    return status;
}
