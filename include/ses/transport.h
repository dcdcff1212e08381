/* ses/transport.h: HTTP/1.1 exchanges over libcurl, many at once from one thread.
 *
 * A transport keeps one pool of connections that stay open between exchanges. Starting an exchange
 * never waits; ses_transport_step moves all of them on and waits for the network at most as long as
 * it is told; ses_transport_next hands out what has ended. More exchanges may be started than there
 * may be connections: the others wait their turn, first come first served.
 *
 * An exchange is sent at most once. libcurl would by itself repeat a request when a kept connection
 * closes before the answer; here that is an error with `in_doubt` set, and whether to send again is
 * the caller's decision. Redirects are not followed. The proxy variables that libcurl knows
 * (http_proxy, HTTPS_PROXY, NO_PROXY, …) hold.
 *
 * Where an answer of status 400 or more repeats a header value of its request that is marked
 * secret, or a larger part of one, it is written over with "*".
 *
 * Memory: requests and answers are kept in memory that is wiped. So are libcurl's own copies, where
 * this library is the first in the process to initialise libcurl: the first exchange then gives
 * libcurl an allocator that wipes every block (curl_global_init_mem). Where the host initialised
 * libcurl before, its allocator stays, and libcurl's copies are left as that one leaves them. The
 * allocator is code of this library: a host that may unload it must keep it loaded for as long as
 * libcurl is (libses.so and ses/core.so see to it themselves, by DF_1_NODELETE). OpenSSL 3 is told
 * to wipe what it deciphered, where it is what libcurl uses, as a shared library.
 *
 * Threads: a transport belongs to one thread at a time. No signal is raised or handled: SIGPIPE is
 * held off while libcurl runs. Fork: a child must make a transport of its own; in a child the
 * functions answer SES_ERR_STATE for the parent's, and ses_transport_free leaves the parent's
 * connections as they are.
 */
#ifndef SES_TRANSPORT_H
#define SES_TRANSPORT_H

#include "ses/http.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ses_transport ses_transport;

/* The settings of a transport; a zero gives the default. */
struct ses_transport_options {
    unsigned max_connections;      /* 1..10,000; default 100 */
    unsigned long idle_timeout_ms; /* unused for longer, a connection is not used again; 90,000 */
    unsigned long max_lifetime_ms; /* from its making; default 300,000 */
    unsigned long max_response;    /* bytes of a response's body; default 64 MiB */
    struct ses_span user_agent;    /* where a request names none; default "ses-lua/VERSION" */
};

/* The settings of one exchange; a zero gives the default. */
struct ses_exchange_options {
    unsigned long connect_timeout_ms; /* name, connection and TLS; default 5,000 */
    unsigned long timeout_ms;         /* all of it, a wait for a connection included; none */
    bool insecure;                    /* take any certificate; for tests on one's own machine */
    struct ses_span ca_bundle;        /* a PEM file to trust in place of the system's; copied */
    bool direct;                      /* through no proxy, whatever the environment says */
    void *context;                    /* comes back with the result */
};

/* Where the time of an exchange went, in microseconds since it was started; 0 for a phase that it
 * did not have (no name to resolve, a kept connection) or did not reach. */
struct ses_exchange_timings {
    unsigned long long queue; /* left the queue for a connection */
    unsigned long long namelookup;
    unsigned long long connect;
    unsigned long long appconnect; /* TLS was agreed on */
    unsigned long long pretransfer;
    unsigned long long starttransfer; /* the answer's first byte */
    unsigned long long total;
};

/* How an exchange ended. */
struct ses_exchange_result {
    unsigned long long id;
    void *context;               /* of the exchange's options */
    ses_http_response *response; /* the caller's to free; NULL where `status` is not SES_OK */
    /* SES_OK, SES_ERR_NETWORK, SES_ERR_TLS, SES_ERR_TIMEOUT or SES_ERR_NOMEM */
    enum ses_status status;
    /* What failed, by a name that stays: "ConnectionRefused", "HostUnreachable", "NameResolution",
     * "ConnectionTimeout", "RequestTimeout", "PoolTimeout", "ConnectionReset",
     * "IncompleteResponse", "InvalidResponse", "ResponseTooLarge", "TLSError", "ProxyError",
     * "NetworkError", "OutOfMemory"; NULL on success. */
    const char *code;
    struct ses_error error; /* names host and port; filled on failure */
    /* Failed after the request may have reached the server to its last byte. A request whose body
     * was not written to its end is none: no server can accept it. */
    bool in_doubt;
    bool retryable; /* the same exchange may succeed later */
    bool reused;    /* went over a kept connection */
    struct ses_exchange_timings timings;
};

/* `options` may be NULL. `*out` is the caller's, freed by ses_transport_free.
 * Errors: SES_ERR_RANGE naming the option, SES_ERR_NOMEM, SES_ERR_IO. */
SES_API enum ses_status ses_transport_new(const struct ses_transport_options *options,
                                          ses_transport **out, struct ses_error *error);

/* Ends every exchange that is still open without a result, and closes all connections. NULL is a
 * no-op. */
SES_API void ses_transport_free(ses_transport *transport);

/* Starts an exchange. All that is needed of `request` is copied, so that it may be freed, signed
 * again or changed at once. Host, Content-Length and, where it has none, User-Agent are added; a
 * Content-Length of the request's own is replaced. `*id` is never 0 and never given again by this
 * transport. `options` may be NULL.
 * Errors: SES_ERR_INVALID (a Transfer-Encoding header), SES_ERR_STATE (made before a fork),
 * SES_ERR_NOMEM. */
SES_API enum ses_status ses_transport_start(ses_transport *transport,
                                            const ses_http_request *request,
                                            const struct ses_exchange_options *options,
                                            unsigned long long *id, struct ses_error *error);

/* Moves all exchanges on. Waits up to `wait_ms` milliseconds for something to do (negative: as long
 * as it takes), but not while a result is there or no exchange is open, and returns early when a
 * signal handler has run. Errors: SES_ERR_STATE, SES_ERR_IO. */
SES_API enum ses_status ses_transport_step(ses_transport *transport, int wait_ms,
                                           struct ses_error *error);

/* Takes the next exchange that has ended; false where there is none. */
SES_API bool ses_transport_next(ses_transport *transport, struct ses_exchange_result *out);

/* Ends an exchange: its connection is closed, and it gives no result any more. `*in_doubt` (may be
 * NULL) tells whether the request may have reached the server to its last byte. False where there
 * is no such exchange, which includes those that ses_transport_next has given out. */
SES_API bool ses_transport_cancel(ses_transport *transport, unsigned long long id, bool *in_doubt);

/* How many exchanges were started and have not been given out. */
SES_API size_t ses_transport_open(const ses_transport *transport);

/* For a host's own event loop: a file descriptor that is readable when ses_transport_step has work
 * to do, and how long at most the host may wait before it steps without that, in milliseconds; -1
 * for no limit. */
SES_API int ses_transport_fd(const ses_transport *transport);
SES_API int ses_transport_timeout(const ses_transport *transport);

#ifdef __cplusplus
}
#endif
#endif
