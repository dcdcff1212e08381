#define _GNU_SOURCE
#include "tls_cleanse.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

/* SSL_OP_CLEANSE_PLAINTEXT of OpenSSL 3: SSL_CTX_set_options(3). The core is not linked with
 * OpenSSL, as libcurl may use another library: the function is that of the one that is loaded. */
#define CLEANSE_PLAINTEXT (UINT64_C(1) << 1)
typedef uint64_t set_options_function(void *context, uint64_t options);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static set_options_function *set_options;

static void find_set_options(void) {
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    if (curl->ssl_version == NULL || strncmp(curl->ssl_version, "OpenSSL/3.", 10) != 0)
        return;
    void *library = dlopen("libssl.so.3", RTLD_LAZY | RTLD_NOLOAD);
    void *found = library == NULL ? NULL : dlsym(library, "SSL_CTX_set_options");
    memcpy(&set_options, &found, sizeof set_options);
}

static CURLcode on_context(CURL *easy, void *context, void *user) {
    (void)easy, (void)user;
    (void)set_options(context, CLEANSE_PLAINTEXT);
    return CURLE_OK;
}

CURLcode ses_tls_cleanse(CURL *easy) {
    (void)pthread_once(&once, find_set_options);
    if (set_options == NULL)
        return CURLE_OK;
    return curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_context);
}
