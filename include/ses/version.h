/* ses/version.h: the version of this library, by Semantic Versioning 2.0.0.
 *
 * The first part changes with what breaks a program's source, the second with what is new, the
 * third with what is mended; below 1.0.0 the second may break source as well. The soname,
 * libses.so.0, changes with whatever breaks a program that was built before, be it a field more in
 * a struct.
 *
 * All functions are pure and thread-safe.
 */
#ifndef SES_VERSION_H
#define SES_VERSION_H

#include "ses/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of the headers that a program is compiled with. */
#define SES_VERSION "0.1.0"
#define SES_VERSION_MAJOR 0
#define SES_VERSION_MINOR 1
#define SES_VERSION_PATCH 0

/* The three in one number that grows with them, to be compared by #if: 10203 for 1.2.3. */
#define SES_VERSION_NUMBER (SES_VERSION_MAJOR * 10000 + SES_VERSION_MINOR * 100 + SES_VERSION_PATCH)

/* The version of the library that is linked, which may be newer than SES_VERSION. */
SES_API const char *ses_version(void);

#ifdef __cplusplus
}
#endif
#endif
