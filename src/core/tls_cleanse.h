/* tls_cleanse.h: has OpenSSL wipe what it deciphers; private to the transport. */
#ifndef SES_CORE_TLS_CLEANSE_H
#define SES_CORE_TLS_CLEANSE_H

#include <curl/curl.h>

/* Sets `easy` so that its TLS library wipes plain text once it was read, where that library is the
 * OpenSSL 3 that is loaded as libssl.so.3; else does nothing. Without it OpenSSL keeps what it
 * deciphered until the next record comes, and beyond the connection's end. Thread-safe. */
CURLcode ses_tls_cleanse(CURL *easy);

#endif
