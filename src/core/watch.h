/* watch.h: the sockets that an epoll looks at; private to the transport.
 *
 * libcurl asks for a socket at the beginning of each exchange and lets it go at the end. One of a
 * connection that stays open is left with the epoll between, so that no exchange costs two calls of
 * the kernel for it. That is possible for sockets whose opening and closing is told here: the
 * number of another may mean another socket by now. */
#ifndef SES_CORE_WATCH_H
#define SES_CORE_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct watched {
    uint32_t events; /* that the epoll looks for; 0 where it does not know the socket */
    bool is_told;    /* its opening was told, as its closing will be */
    bool is_idle;    /* nobody asks for it */
};

struct watch {
    int epoll;
    struct watched *sockets; /* by number */
    size_t size;
};

/* Frees the list. The epoll is the caller's, as are the sockets. */
void ses_watch_free(struct watch *watch);

/* A socket was opened, or is about to be closed. */
void ses_watch_opened(struct watch *watch, int socket);
void ses_watch_closing(struct watch *watch, int socket);

/* Looks for `events` of epoll on a socket from now on; false where the system will not. */
bool ses_watch_set(struct watch *watch, int socket, uint32_t events);

/* Nobody asks for a socket any more. */
void ses_watch_unset(struct watch *watch, int socket);

/* Whether what the epoll told of a socket is for anybody. What is not (a server that closes a
 * connection that it has kept for long enough) is not looked for again. */
bool ses_watch_is_wanted(struct watch *watch, int socket);

#endif
