/* ses/status.h: what every function of the core answers.
 *
 * A function that can fail returns `enum ses_status`; SES_OK is zero. Where a caller needs to know
 * more than the kind of failure (which field, which line), the function also takes a
 * `struct ses_error *` that may be NULL. No message ever holds a secret.
 *
 * All functions here are pure and may be called from any thread.
 */
#ifndef SES_STATUS_H
#define SES_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SES_API __attribute__((visibility("default")))
#define SES_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define SES_API
#define SES_PRINTF(fmt, args)
#endif

enum ses_status {
    SES_OK = 0,
    SES_ERR_NOMEM,       /* memory could not be had; nothing was changed */
    SES_ERR_INVALID,     /* an argument or an input is not of the form that is asked for */
    SES_ERR_RANGE,       /* a number or a length is outside its limits */
    SES_ERR_NOT_FOUND,   /* what was asked for is not there */
    SES_ERR_PARSE,       /* text that should be of some format is not */
    SES_ERR_IO,          /* the operating system refused a read or a write */
    SES_ERR_CREDENTIALS, /* no usable credentials */
    SES_ERR_SIGNATURE,   /* a signature does not match */
    SES_ERR_EXPIRED,     /* the time stated is too far from the time given */
    SES_ERR_NETWORK,     /* no connection, or it broke */
    SES_ERR_TLS,         /* TLS could not be agreed on, or the peer is not who it should be */
    SES_ERR_TIMEOUT,     /* a time limit ran out */
    SES_ERR_CANCELLED,   /* the caller ended it */
    SES_ERR_STATE,       /* the object is closed, or not in a state for this call */
    SES_ERR_INTERNAL     /* a defect of this library */
};

/* What went wrong, in words. `field` names the input at fault and may be empty; `message` is a
 * clause fit to follow it, in lower case and without a full stop. Plain value, owned by the caller.
 */
struct ses_error {
    enum ses_status status;
    char field[64];
    char message[256];
};

/* The constant's own name in lower case, "ok", "not_found", …; never NULL. */
SES_API const char *ses_status_name(enum ses_status status);

/* Fills `error` (which may be NULL) from a printf format, truncating what is too long, and
 * returns `status`, so that a caller can `return ses_error_set(…)`. `field` may be NULL. */
SES_API enum ses_status ses_error_set(struct ses_error *error, enum ses_status status,
                                      const char *field, const char *format, ...) SES_PRINTF(4, 5);

#ifdef __cplusplus
}
#endif
#endif
