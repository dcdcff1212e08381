#include "watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

void ses_watch_free(struct watch *watch) {
    free(watch->sockets);
    watch->sockets = NULL;
    watch->size = 0;
}

/* What is known of a socket; NULL where there is nothing, and no memory for more. */
static struct watched *find(struct watch *watch, int socket) {
    size_t number = (size_t)socket;
    if (number < watch->size)
        return &watch->sockets[number];
    size_t size = watch->size < 16 ? 16 : watch->size;
    while (size <= number)
        size *= 2;
    struct watched *sockets = realloc(watch->sockets, size * sizeof *sockets);
    if (sockets == NULL)
        return NULL;
    memset(sockets + watch->size, 0, (size - watch->size) * sizeof *sockets);
    watch->sockets = sockets;
    watch->size = size;
    return &sockets[number];
}

static void forget(struct watch *watch, int socket) {
    struct epoll_event event = {.data.fd = socket};
    (void)epoll_ctl(watch->epoll, EPOLL_CTL_DEL, socket, &event);
}

void ses_watch_opened(struct watch *watch, int socket) {
    struct watched *watched = find(watch, socket);
    if (watched != NULL)
        *watched = (struct watched){.is_told = true};
}

/* The system would take it out by itself, but not where a child of a fork has it open as well. */
void ses_watch_closing(struct watch *watch, int socket) {
    struct watched *watched = find(watch, socket);
    if (watched == NULL)
        return;
    if (watched->events != 0)
        forget(watch, socket);
    *watched = (struct watched){0};
}

static bool tell_epoll(const struct watch *watch, int socket, uint32_t events, bool is_known) {
    struct epoll_event event = {.events = events, .data.fd = socket};
    int result = epoll_ctl(watch->epoll, is_known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event);
    /* The number of a socket that was closed without a word may have come back. */
    if (result < 0 && errno == EEXIST)
        result = epoll_ctl(watch->epoll, EPOLL_CTL_MOD, socket, &event);
    else if (result < 0 && errno == ENOENT)
        result = epoll_ctl(watch->epoll, EPOLL_CTL_ADD, socket, &event);
    return result == 0;
}

bool ses_watch_set(struct watch *watch, int socket, uint32_t events) {
    struct watched *watched = find(watch, socket);
    if (watched == NULL)
        return tell_epoll(watch, socket, events, false);
    watched->is_idle = false;
    if (watched->is_told && watched->events == events)
        return true;
    bool done = tell_epoll(watch, socket, events, watched->events != 0);
    watched->events = done ? events : 0;
    return done;
}

void ses_watch_unset(struct watch *watch, int socket) {
    struct watched *watched = find(watch, socket);
    if (watched != NULL && watched->is_told) {
        watched->is_idle = true;
        return;
    }
    forget(watch, socket);
    if (watched != NULL)
        watched->events = 0;
}

bool ses_watch_is_wanted(struct watch *watch, int socket) {
    struct watched *watched = find(watch, socket);
    if (watched == NULL || !watched->is_idle)
        return true;
    forget(watch, socket);
    watched->events = 0;
    return false;
}
