#define _GNU_SOURCE
#include "ses/transport.h"

#include "fork.h"
#include "ses/version.h"
#include "transport_exchange.h"
#include "watch.h"
#include "wiping_memory.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_CONNECTIONS 100U
#define IDLE_TIMEOUT_MS 90000UL
#define MAX_LIFETIME_MS 300000UL
#define MAX_RESPONSE ((unsigned long)64 * 1024 * 1024)
#define EVENTS_A_WAIT 64

struct list {
    struct exchange *first;
    struct exchange *last;
    size_t count;
};

struct ses_transport {
    CURLM *multi;
    struct watch watch;
    unsigned generation;  /* of the process that made it (fork.h) */
    long long timer_us;   /* when libcurl wants to be called; -1 for never */
    long long starved_us; /* no exchange in the queue runs out of time before; -1 for never */
    unsigned long long last_id;
    unsigned max_connections;
    long idle_timeout_s;
    long max_lifetime_s;
    size_t max_response;
    struct ses_buf user_agent;
    struct list waiting;  /* no connection is free for them yet */
    struct list running;  /* with libcurl */
    struct list finished; /* not given out yet */
    CURL **spare;         /* easy handles for further use, up to max_connections */
    size_t spare_count;
};

static long long now_us(void) {
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (long long)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void list_add(struct list *list, struct exchange *exchange) {
    exchange->next = NULL;
    exchange->previous = list->last;
    if (list->last != NULL)
        list->last->next = exchange;
    else
        list->first = exchange;
    list->last = exchange;
    list->count++;
}

static void list_remove(struct list *list, struct exchange *exchange) {
    if (exchange->previous != NULL)
        exchange->previous->next = exchange->next;
    else
        list->first = exchange->next;
    if (exchange->next != NULL)
        exchange->next->previous = exchange->previous;
    else
        list->last = exchange->previous;
    list->count--;
}

static struct exchange *list_find(const struct list *list, unsigned long long id) {
    for (struct exchange *exchange = list->first; exchange != NULL; exchange = exchange->next)
        if (exchange->id == id)
            return exchange;
    return NULL;
}

static void list_free(struct list *list) {
    while (list->first != NULL) {
        struct exchange *exchange = list->first;
        list_remove(list, exchange);
        ses_exchange_free(exchange);
    }
}

/* ---- SIGPIPE ---- */

/* OpenSSL writes to a socket in a way that raises SIGPIPE when the peer has gone, and a library may
 * not change the process's handler: the signal is blocked in this thread, and taken off if it came.
 */
struct pipe_guard {
    sigset_t before;
};

static sigset_t pipe_signal(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    return set;
}

static void pipe_guard_enter(struct pipe_guard *guard) {
    sigset_t set = pipe_signal();
    (void)pthread_sigmask(SIG_BLOCK, &set, &guard->before);
}

static void pipe_guard_leave(const struct pipe_guard *guard) {
    static const struct timespec at_once = {0, 0};
    if (sigismember(&guard->before, SIGPIPE) == 1)
        return;
    sigset_t set = pipe_signal();
    while (sigtimedwait(&set, NULL, &at_once) < 0 && errno == EINTR)
        ;
    (void)pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
}

/* ---- libcurl's callbacks ---- */

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *user, void *unused) {
    (void)easy, (void)unused;
    ses_transport *transport = user;
    if (what == CURL_POLL_REMOVE) {
        ses_watch_unset(&transport->watch, socket);
        return 0;
    }
    uint32_t events = 0;
    if (what & CURL_POLL_IN)
        events |= EPOLLIN;
    if (what & CURL_POLL_OUT)
        events |= EPOLLOUT;
    return ses_watch_set(&transport->watch, socket, events) ? 0 : -1;
}

/* A program that the host starts must not hold our connections open. */
static curl_socket_t on_open(void *user, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)purpose;
    ses_transport *transport = user;
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd >= 0)
        ses_watch_opened(&transport->watch, fd);
    return fd;
}

static int on_close(void *user, curl_socket_t socket) {
    ses_transport *transport = user;
    ses_watch_closing(&transport->watch, socket);
    return close(socket);
}

static int on_timer(CURLM *multi, long timeout_ms, void *user) {
    (void)multi;
    ses_transport *transport = user;
    transport->timer_us = timeout_ms < 0 ? -1 : now_us() + (long long)timeout_ms * 1000;
    return 0;
}

/* ---- a transport's life ---- */

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static CURLcode curl_state;

/* Where the host has initialised libcurl before, that allocator stays, and nothing is lost but the
 * wiping. */
static void curl_start(void) {
    curl_state = curl_global_init_mem(CURL_GLOBAL_DEFAULT, ses_wiping_malloc, ses_wiping_free,
                                      ses_wiping_realloc, ses_wiping_strdup, ses_wiping_calloc);
}

static long whole_seconds(unsigned long ms) {
    return (long)(ms / 1000 + (ms % 1000 != 0));
}

static enum ses_status take_options(ses_transport *transport,
                                    const struct ses_transport_options *options,
                                    struct ses_error *error) {
    static const struct ses_transport_options none = {0};
    if (options == NULL)
        options = &none;
    unsigned connections = options->max_connections;
    unsigned long idle = options->idle_timeout_ms;
    unsigned long lifetime = options->max_lifetime_ms;
    unsigned long response = options->max_response;
    if (connections > 10000)
        return ses_error_set(error, SES_ERR_RANGE, "max_connections", "must be 1 to 10000");
    transport->max_connections = connections == 0 ? MAX_CONNECTIONS : connections;
    transport->idle_timeout_s = whole_seconds(idle == 0 ? IDLE_TIMEOUT_MS : idle);
    transport->max_lifetime_s = whole_seconds(lifetime == 0 ? MAX_LIFETIME_MS : lifetime);
    transport->max_response = response == 0 ? MAX_RESPONSE : response;
    struct ses_span agent = options->user_agent;
    if (agent.len == 0)
        agent = SES_SPAN("ses-lua/" SES_VERSION);
    for (size_t i = 0; i < agent.len; i++)
        if ((unsigned char)agent.data[i] < ' ')
            return ses_error_set(error, SES_ERR_INVALID, "user_agent", "holds a control character");
    enum ses_status status = ses_buf_append(&transport->user_agent, agent);
    if (status == SES_OK)
        status = ses_buf_append_char(&transport->user_agent, '\0');
    if (status != SES_OK)
        return ses_error_set(error, status, NULL, "out of memory");
    return SES_OK;
}

static enum ses_status open_epoll(ses_transport *transport, struct ses_error *error) {
    transport->spare = calloc(transport->max_connections, sizeof *transport->spare);
    if (transport->spare == NULL)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    transport->watch.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (transport->watch.epoll < 0)
        return ses_error_set(error, SES_ERR_IO, NULL, "cannot make an epoll: error %d", errno);
    return SES_OK;
}

/* With the first exchange: libcurl and its TLS library take milliseconds to set themselves up,
 * which a program that sends nothing need not wait for. */
static enum ses_status open_multi(ses_transport *transport, struct ses_error *error) {
    if (transport->multi != NULL)
        return SES_OK;
    (void)pthread_once(&curl_once, curl_start);
    transport->multi = curl_state == CURLE_OK ? curl_multi_init() : NULL;
    if (transport->multi == NULL)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    CURLM *multi = transport->multi;
    (void)curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    (void)curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, transport);
    (void)curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    (void)curl_multi_setopt(multi, CURLMOPT_TIMERDATA, transport);
    (void)curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    (void)curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                            (long)transport->max_connections);
    (void)curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)transport->max_connections);
    return SES_OK;
}

enum ses_status ses_transport_new(const struct ses_transport_options *options, ses_transport **out,
                                  struct ses_error *error) {
    *out = NULL;
    ses_transport *transport = calloc(1, sizeof *transport);
    if (transport == NULL)
        return ses_error_set(error, SES_ERR_NOMEM, NULL, "out of memory");
    transport->watch.epoll = -1;
    transport->timer_us = -1;
    transport->starved_us = -1;
    transport->generation = ses_fork_generation();
    enum ses_status status = take_options(transport, options, error);
    if (status == SES_OK)
        status = open_epoll(transport, error);
    if (status != SES_OK) {
        ses_transport_free(transport);
        return status;
    }
    *out = transport;
    return SES_OK;
}

static bool is_foreign(const ses_transport *transport) {
    return transport->generation != ses_fork_generation();
}

/* In a child after a fork libcurl's clean-up would speak TLS on the parent's connections, so that
 * its memory is left instead. */
static void free_curl(ses_transport *transport) {
    struct pipe_guard guard;
    if (is_foreign(transport))
        return;
    pipe_guard_enter(&guard);
    for (struct exchange *e = transport->running.first; e != NULL; e = e->next) {
        (void)curl_multi_remove_handle(transport->multi, e->easy);
        curl_easy_cleanup(e->easy);
        e->easy = NULL;
    }
    for (size_t i = 0; i < transport->spare_count; i++)
        curl_easy_cleanup(transport->spare[i]);
    if (transport->multi != NULL)
        (void)curl_multi_cleanup(transport->multi);
    pipe_guard_leave(&guard);
}

void ses_transport_free(ses_transport *transport) {
    if (transport == NULL)
        return;
    free_curl(transport);
    list_free(&transport->waiting);
    list_free(&transport->running);
    list_free(&transport->finished);
    free(transport->spare);
    ses_buf_free(&transport->user_agent);
    ses_watch_free(&transport->watch);
    if (transport->watch.epoll >= 0)
        (void)close(transport->watch.epoll);
    free(transport);
}

/* ---- exchanges ---- */

static CURL *take_easy(ses_transport *transport) {
    if (transport->spare_count > 0)
        return transport->spare[--transport->spare_count];
    return curl_easy_init();
}

/* A handle whose exchange failed is not used again: libcurl keeps in it that a rewind is due. */
static void give_easy_back(ses_transport *transport, CURL *easy, bool healthy) {
    if (!healthy || transport->spare_count == transport->max_connections) {
        curl_easy_cleanup(easy);
        return;
    }
    curl_easy_reset(easy);
    transport->spare[transport->spare_count++] = easy;
}

/* What is left of the exchange's time, for libcurl; 0 where there is no limit. */
static long time_left_ms(const struct exchange *exchange, long long now) {
    if (exchange->deadline_us == 0)
        return 0;
    long long left = (exchange->deadline_us - now + 999) / 1000;
    return left < 1 ? 1 : (left > LONG_MAX ? LONG_MAX : (long)left);
}

/* The transport outlives its connections. */
static CURLcode set_sockets(ses_transport *transport, CURL *easy) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transport);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, transport);
    return code;
}

static CURLcode prepare(ses_transport *transport, struct exchange *exchange, long long now) {
    CURL *easy = exchange->easy;
    CURLcode code = ses_exchange_prepare(exchange, easy);
    if (code == CURLE_OK)
        code = set_sockets(transport, easy);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_USERAGENT, transport->user_agent.data);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, transport->idle_timeout_s);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_MAXLIFETIME_CONN, transport->max_lifetime_s);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, time_left_ms(exchange, now));
    return code;
}

/* Hands an exchange that has left the queue to libcurl. */
static void begin(ses_transport *transport, struct exchange *exchange, long long now) {
    exchange->result.timings.queue = (unsigned long long)(now - exchange->started_us);
    CURLcode code = CURLE_OUT_OF_MEMORY;
    exchange->easy = take_easy(transport);
    if (exchange->easy != NULL)
        code = prepare(transport, exchange, now);
    if (code == CURLE_OK && curl_multi_add_handle(transport->multi, exchange->easy) != CURLM_OK)
        code = CURLE_OUT_OF_MEMORY;
    if (code == CURLE_OK) {
        list_add(&transport->running, exchange);
        return;
    }
    ses_exchange_finish(exchange, code);
    curl_easy_cleanup(exchange->easy);
    exchange->easy = NULL;
    list_add(&transport->finished, exchange);
}

static void begin_waiting(ses_transport *transport) {
    long long now = now_us();
    while (transport->waiting.first != NULL &&
           transport->running.count < transport->max_connections) {
        struct exchange *exchange = transport->waiting.first;
        list_remove(&transport->waiting, exchange);
        begin(transport, exchange, now);
    }
}

static void add_deadline(long long *nearest, long long deadline) {
    if (deadline > 0 && (*nearest < 0 || deadline < *nearest))
        *nearest = deadline;
}

/* Ends what has waited for a connection for longer than it may. */
static void starve_waiting(ses_transport *transport) {
    long long now = now_us();
    struct exchange *next = NULL;
    if (transport->starved_us < 0 || transport->starved_us > now)
        return;
    transport->starved_us = -1;
    for (struct exchange *exchange = transport->waiting.first; exchange != NULL; exchange = next) {
        next = exchange->next;
        if (exchange->deadline_us == 0 || exchange->deadline_us > now) {
            add_deadline(&transport->starved_us, exchange->deadline_us);
            continue;
        }
        list_remove(&transport->waiting, exchange);
        ses_exchange_starve(exchange);
        list_add(&transport->finished, exchange);
    }
}

static void collect_ended(ses_transport *transport) {
    int left = 0;
    CURLMsg *message = NULL;
    if (transport->multi == NULL)
        return;
    while ((message = curl_multi_info_read(transport->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURL *easy = message->easy_handle;
        CURLcode code = message->data.result;
        struct exchange *exchange = NULL;
        (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&exchange);
        ses_exchange_finish(exchange, code);
        (void)curl_multi_remove_handle(transport->multi, easy);
        give_easy_back(transport, easy, code == CURLE_OK);
        exchange->easy = NULL;
        list_remove(&transport->running, exchange);
        list_add(&transport->finished, exchange);
    }
}

static enum ses_status refuse_foreign(struct ses_error *error) {
    return ses_error_set(error, SES_ERR_STATE, NULL,
                         "the transport was made before a fork; make one in each process");
}

enum ses_status ses_transport_start(ses_transport *transport, const ses_http_request *request,
                                    const struct ses_exchange_options *options,
                                    unsigned long long *id, struct ses_error *error) {
    if (is_foreign(transport))
        return refuse_foreign(error);
    struct exchange *exchange = NULL;
    enum ses_status status = open_multi(transport, error);
    if (status == SES_OK)
        status = ses_exchange_new(request, options, &exchange, error);
    if (status != SES_OK)
        return status;
    exchange->id = exchange->result.id = ++transport->last_id;
    exchange->response_limit = transport->max_response;
    exchange->started_us = now_us();
    if (exchange->timeout_ms > 0)
        exchange->deadline_us = exchange->started_us + (long long)exchange->timeout_ms * 1000;
    *id = exchange->id;
    list_add(&transport->waiting, exchange);
    begin_waiting(transport);
    if (transport->waiting.last == exchange)
        add_deadline(&transport->starved_us, exchange->deadline_us);
    return SES_OK;
}

/* ---- moving on ---- */

int ses_transport_timeout(const ses_transport *transport) {
    if (transport->finished.count > 0)
        return 0;
    long long nearest = transport->timer_us;
    if (transport->waiting.count > 0)
        add_deadline(&nearest, transport->starved_us);
    if (nearest < 0)
        return -1;
    long long left = (nearest - now_us() + 999) / 1000;
    return left <= 0 ? 0 : (left > INT_MAX ? INT_MAX : (int)left);
}

int ses_transport_fd(const ses_transport *transport) {
    return transport->watch.epoll;
}

size_t ses_transport_open(const ses_transport *transport) {
    return transport->waiting.count + transport->running.count + transport->finished.count;
}

static void act_on(ses_transport *transport, const struct epoll_event *event) {
    int running = 0;
    int what = 0;
    if (!ses_watch_is_wanted(&transport->watch, event->data.fd))
        return;
    if (event->events & (EPOLLIN | EPOLLHUP))
        what |= CURL_CSELECT_IN;
    if (event->events & EPOLLOUT)
        what |= CURL_CSELECT_OUT;
    if (event->events & EPOLLERR)
        what |= CURL_CSELECT_ERR;
    (void)curl_multi_socket_action(transport->multi, event->data.fd, what, &running);
}

static void act_on_timer(ses_transport *transport) {
    int running = 0;
    if (transport->timer_us < 0 || transport->timer_us > now_us())
        return;
    transport->timer_us = -1;
    (void)curl_multi_socket_action(transport->multi, CURL_SOCKET_TIMEOUT, 0, &running);
}

static int wait_limit(const ses_transport *transport, int wait_ms) {
    if (transport->finished.count > 0 || ses_transport_open(transport) == 0)
        return 0;
    int timeout = ses_transport_timeout(transport);
    if (timeout < 0)
        return wait_ms;
    return wait_ms < 0 || timeout < wait_ms ? timeout : wait_ms;
}

/* Takes what has ended, and gives its place to what waits. */
static void settle(ses_transport *transport) {
    collect_ended(transport);
    starve_waiting(transport);
    begin_waiting(transport);
}

/* What is due already is done before the network is looked at: a request that was just started is
 * written, and its answer waited for, in one step. */
enum ses_status ses_transport_step(ses_transport *transport, int wait_ms, struct ses_error *error) {
    struct epoll_event events[EVENTS_A_WAIT];
    struct pipe_guard guard;
    if (is_foreign(transport))
        return refuse_foreign(error);
    pipe_guard_enter(&guard);
    act_on_timer(transport);
    settle(transport);
    int count = 0, failure = 0;
    if (transport->running.count > 0 || wait_limit(transport, wait_ms) != 0) {
        count = epoll_wait(transport->watch.epoll, events, EVENTS_A_WAIT,
                           wait_limit(transport, wait_ms));
        failure = count < 0 && errno != EINTR ? errno : 0;
    }
    for (int i = 0; i < count; i++)
        act_on(transport, &events[i]);
    act_on_timer(transport);
    settle(transport);
    pipe_guard_leave(&guard);
    if (failure != 0)
        return ses_error_set(error, SES_ERR_IO, NULL, "cannot wait for the network: error %d",
                             failure);
    return SES_OK;
}

bool ses_transport_next(ses_transport *transport, struct ses_exchange_result *out) {
    struct exchange *exchange = transport->finished.first;
    if (exchange == NULL)
        return false;
    list_remove(&transport->finished, exchange);
    *out = exchange->result;
    exchange->result.response = NULL;
    ses_exchange_free(exchange);
    return true;
}

static bool cancel_in(struct list *list, unsigned long long id) {
    struct exchange *exchange = list_find(list, id);
    if (exchange == NULL)
        return false;
    list_remove(list, exchange);
    ses_exchange_free(exchange);
    return true;
}

static bool cancel_running(ses_transport *transport, unsigned long long id, bool *in_doubt) {
    struct pipe_guard guard;
    struct exchange *exchange = list_find(&transport->running, id);
    if (exchange == NULL)
        return false;
    *in_doubt = ses_exchange_in_doubt(exchange);
    pipe_guard_enter(&guard);
    (void)curl_multi_remove_handle(transport->multi, exchange->easy);
    give_easy_back(transport, exchange->easy, false);
    pipe_guard_leave(&guard);
    list_remove(&transport->running, exchange);
    ses_exchange_free(exchange);
    begin_waiting(transport);
    return true;
}

bool ses_transport_cancel(ses_transport *transport, unsigned long long id, bool *in_doubt) {
    bool unused = false;
    if (in_doubt == NULL)
        in_doubt = &unused;
    *in_doubt = false;
    if (is_foreign(transport))
        return false;
    if (cancel_running(transport, id, in_doubt) || cancel_in(&transport->waiting, id))
        return true;
    struct exchange *ended = list_find(&transport->finished, id);
    /* It had its answer, or failed as it says: either way the server may know of it. */
    *in_doubt = ended != NULL && (ended->result.status == SES_OK || ended->result.in_doubt);
    return cancel_in(&transport->finished, id);
}
