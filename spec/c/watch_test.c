#include "../../src/core/watch.h"
#include "check.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static void open_pair(int pair[2]) {
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
}

/* The socket that the epoll tells of now; -1 for none. */
static int told(const struct watch *watch) {
    struct epoll_event event;
    return epoll_wait(watch->epoll, &event, 1, 0) == 1 ? event.data.fd : -1;
}

static void begin(struct watch *watch) {
    *watch = (struct watch){.epoll = epoll_create1(EPOLL_CLOEXEC)};
    CHECK(watch->epoll >= 0);
}

static void end(struct watch *watch) {
    (void)close(watch->epoll);
    ses_watch_free(watch);
}

static void keeps_a_socket_between_exchanges(void) {
    struct watch watch;
    int pair[2];
    begin(&watch);
    open_pair(pair);
    ses_watch_opened(&watch, pair[0]);
    CHECK(ses_watch_set(&watch, pair[0], EPOLLIN));
    CHECK(told(&watch) == -1);
    CHECK(write(pair[1], "a", 1) == 1);
    CHECK(told(&watch) == pair[0] && ses_watch_is_wanted(&watch, pair[0]));
    /* It stays where it is, and what comes then is for nobody, once. */
    ses_watch_unset(&watch, pair[0]);
    CHECK(told(&watch) == pair[0] && !ses_watch_is_wanted(&watch, pair[0]));
    CHECK(told(&watch) == -1);
    CHECK(ses_watch_set(&watch, pair[0], EPOLLIN));
    CHECK(told(&watch) == pair[0] && ses_watch_is_wanted(&watch, pair[0]));
    /* Asked for again, and for something else. */
    ses_watch_unset(&watch, pair[0]);
    CHECK(ses_watch_set(&watch, pair[0], EPOLLIN));
    CHECK(told(&watch) == pair[0] && ses_watch_is_wanted(&watch, pair[0]));
    char byte;
    CHECK(read(pair[0], &byte, 1) == 1);
    CHECK(told(&watch) == -1);
    CHECK(ses_watch_set(&watch, pair[0], EPOLLIN | EPOLLOUT));
    CHECK(told(&watch) == pair[0]);
    (void)close(pair[0]);
    (void)close(pair[1]);
    end(&watch);
}

static void knows_a_number_that_comes_back(void) {
    struct watch watch;
    int pair[2];
    begin(&watch);
    for (int is_said = 0; is_said < 2; is_said++) {
        open_pair(pair);
        int number = pair[0];
        ses_watch_opened(&watch, pair[0]);
        CHECK(ses_watch_set(&watch, pair[0], EPOLLIN));
        ses_watch_unset(&watch, pair[0]);
        if (is_said)
            ses_watch_closing(&watch, pair[0]);
        (void)close(pair[0]);
        (void)close(pair[1]);
        open_pair(pair);
        CHECK(pair[0] == number);
        /* Closed without a word, only the opening can tell. */
        if (!is_said)
            ses_watch_opened(&watch, pair[0]);
        CHECK(ses_watch_set(&watch, pair[0], EPOLLIN));
        CHECK(write(pair[1], "a", 1) == 1);
        CHECK(told(&watch) == pair[0] && ses_watch_is_wanted(&watch, pair[0]));
        ses_watch_closing(&watch, pair[0]);
        (void)close(pair[0]);
        (void)close(pair[1]);
    }
    end(&watch);
}

static void takes_out_what_it_closes_though_another_has_it_open(void) {
    struct watch watch;
    int pair[2];
    begin(&watch);
    open_pair(pair);
    int copy = dup(pair[0]);
    ses_watch_opened(&watch, pair[0]);
    CHECK(ses_watch_set(&watch, pair[0], EPOLLIN));
    ses_watch_unset(&watch, pair[0]);
    ses_watch_closing(&watch, pair[0]);
    (void)close(pair[0]);
    CHECK(write(pair[1], "a", 1) == 1);
    CHECK(told(&watch) == -1);
    (void)close(copy);
    (void)close(pair[1]);
    end(&watch);
}

static void lets_others_go_at_once(void) {
    struct watch watch;
    int pair[2];
    begin(&watch);
    open_pair(pair);
    CHECK(ses_watch_set(&watch, pair[0], EPOLLIN));
    CHECK(write(pair[1], "a", 1) == 1);
    CHECK(told(&watch) == pair[0] && ses_watch_is_wanted(&watch, pair[0]));
    ses_watch_unset(&watch, pair[0]);
    CHECK(told(&watch) == -1);
    (void)close(pair[0]);
    (void)close(pair[1]);
    CHECK(!ses_watch_set(&watch, pair[0], EPOLLIN));
    end(&watch);
}

int main(void) {
    RUN(keeps_a_socket_between_exchanges);
    RUN(knows_a_number_that_comes_back);
    RUN(takes_out_what_it_closes_though_another_has_it_open);
    RUN(lets_others_go_at_once);
    return check_done();
}
