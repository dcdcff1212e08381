/* ses/version.h: the version of this library, by Semantic Versioning 2.0.0. */
#ifndef SES_VERSION_H
#define SES_VERSION_H

#include "ses/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SES_VERSION "0.1.0"

/* The version of the library that is linked, which may be newer than SES_VERSION. */
SES_API const char *ses_version(void);

#ifdef __cplusplus
}
#endif
#endif
