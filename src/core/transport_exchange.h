/* transport_exchange.h: one exchange as libcurl sees it; private to the transport's two files. */
#ifndef SES_CORE_TRANSPORT_EXCHANGE_H
#define SES_CORE_TRANSPORT_EXCHANGE_H

#include "http_body.h"
#include "ses/transport.h"

#include <curl/curl.h>

struct exchange {
    struct exchange *next;
    struct exchange *previous;
    unsigned long long id;
    long long started_us;  /* CLOCK_MONOTONIC */
    long long deadline_us; /* 0 for none */
    CURL *easy;            /* NULL while it waits for its turn */

    struct ses_buf method;
    struct ses_buf url;  /* secret, as are the header lines */
    struct ses_buf peer; /* "host:port" for messages */
    struct ses_buf ca_bundle;
    ses_http_body *held_body;
    struct ses_span body; /* its bytes */
    size_t body_sent;
    struct ses_buf header_text; /* the lines that `header_lines` points into */
    struct curl_slist *header_lines;
    bool *header_secret; /* for each of them */
    size_t header_count;
    unsigned long connect_timeout_ms;
    unsigned long timeout_ms;
    bool insecure;
    bool direct;

    ses_http_response *response;
    struct ses_buf header_line; /* the one that a folded line may still continue */
    size_t header_bytes;
    size_t response_bytes;
    size_t response_limit;
    bool headers_ended;
    bool too_large;
    bool out_of_memory;

    bool began; /* a connection was there and the request was about to be written */
    bool repeat_refused;
    char curl_error[CURL_ERROR_SIZE];
    struct ses_exchange_result result;
};

/* Copies what is needed of the request. Errors: as ses_transport_start. */
enum ses_status ses_exchange_new(const ses_http_request *request,
                                 const struct ses_exchange_options *options, struct exchange **out,
                                 struct ses_error *error);
void ses_exchange_free(struct exchange *exchange);

/* Sets all options of `easy` (fresh or reset) for the exchange. */
CURLcode ses_exchange_prepare(struct exchange *exchange, CURL *easy);

/* Whether the request may have left to its last byte. */
bool ses_exchange_in_doubt(const struct exchange *exchange);

/* Fills `result` from how libcurl ended it; `easy` is NULL where it could not even be made. */
void ses_exchange_finish(struct exchange *exchange, CURLcode code);

/* Fills `result` for one whose time ran out before it got a connection. */
void ses_exchange_starve(struct exchange *exchange);

#endif
