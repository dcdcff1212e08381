#include "ses/version.h"

const char *ses_version(void) {
    return SES_VERSION;
}
