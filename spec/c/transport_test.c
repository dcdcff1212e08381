/* The transport against a server in a thread of this process. What a request gets is chosen by its
 * path: see answer_request. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"
#include "ses/ses.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int listener = -1;
static unsigned port;
static atomic_int requests_seen;
static atomic_int connections_used; /* those that carried a request */

/* Reads one request with its body; false at the connection's end. */
static bool read_request(int client, char *text, size_t capacity) {
    size_t len = 0;
    while (len < capacity - 1) {
        ssize_t got = recv(client, text + len, capacity - 1 - len, 0);
        if (got <= 0)
            return false;
        len += (size_t)got;
        text[len] = '\0';
        const char *end = strstr(text, "\r\n\r\n");
        const char *length = strstr(text, "Content-Length: ");
        size_t body = length == NULL ? 0 : strtoul(length + 16, NULL, 10);
        if (end != NULL && len >= (size_t)(end - text) + 4 + body)
            return true;
    }
    return false;
}

static void send_text(int client, const char *text) {
    (void)send(client, text, strlen(text), MSG_NOSIGNAL);
}

/* Returns whether the connection stays. */
static bool answer_request(int client, const char *text, int request_number) {
    if (strstr(text, " /close-if-reused ") != NULL && request_number > 1)
        return false;
    if (strstr(text, " /cut ") != NULL) {
        send_text(client, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        return false;
    }
    if (strstr(text, " /silent ") != NULL)
        return true;
    if (strstr(text, "X-Echo: yes\r\n") != NULL && strstr(text, "\r\n\r\nbody") == NULL)
        return false;
    send_text(client, "HTTP/1.1 200 OK\r\nX-A: one\r\nContent-Length: 5\r\n\r\nhello");
    return true;
}

static void *serve_connection(void *argument) {
    int client = (int)(long)argument;
    char text[8192];
    for (int number = 1; read_request(client, text, sizeof text); number++) {
        requests_seen++;
        if (number == 1)
            connections_used++;
        if (!answer_request(client, text, number))
            break;
    }
    (void)close(client);
    return NULL;
}

static void *serve(void *argument) {
    (void)argument;
    int client;
    while ((client = accept(listener, NULL, NULL)) >= 0) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve_connection, (void *)(long)client) == 0)
            (void)pthread_detach(thread);
    }
    return NULL;
}

static int bind_loopback(unsigned *number) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&address, len) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        abort();
    *number = ntohs(address.sin_port);
    return fd;
}

static ses_http_request *make_request(unsigned to, const char *path, const char *body) {
    char url[128];
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u%s", to, path);
    ses_http_request *request = NULL;
    CHECK(ses_http_request_new(SES_SPAN("POST"), ses_span_from(url), &request, NULL) == SES_OK);
    CHECK(ses_http_request_set_body(request, ses_span_from(body)) == SES_OK);
    return request;
}

static unsigned long long start(ses_transport *transport, const char *path, const char *body,
                                const struct ses_exchange_options *options) {
    unsigned long long id = 0;
    ses_http_request *request = make_request(port, path, body);
    CHECK(ses_transport_start(transport, request, options, &id, NULL) == SES_OK);
    ses_http_request_free(request);
    return id;
}

static struct ses_exchange_result finish(ses_transport *transport) {
    struct ses_exchange_result result = {0};
    while (!ses_transport_next(transport, &result) && ses_transport_open(transport) > 0)
        CHECK(ses_transport_step(transport, -1, NULL) == SES_OK);
    return result;
}

static ses_transport *make_transport(unsigned connections) {
    struct ses_transport_options options = {.max_connections = connections};
    ses_transport *transport = NULL;
    CHECK(ses_transport_new(&options, &transport, NULL) == SES_OK);
    return transport;
}

/* ---- tests ---- */

static void sends_a_request_and_reads_the_answer(void) {
    ses_transport *transport = make_transport(0);
    ses_http_request *request = make_request(port, "/ok", "body");
    CHECK(ses_http_request_add_header(request, SES_SPAN("X-Echo"), SES_SPAN("yes"), true, NULL) ==
          SES_OK);
    unsigned long long id = 0;
    CHECK(ses_transport_start(transport, request, NULL, &id, NULL) == SES_OK);
    ses_http_request_free(request);
    struct ses_exchange_result result = finish(transport);
    CHECK(result.id == id && id != 0);
    CHECK(result.status == SES_OK);
    CHECK(!result.in_doubt && !result.reused);
    CHECK(ses_http_response_status(result.response) == 200);
    CHECK_SPAN(ses_http_response_header(result.response, 0).value, "one");
    CHECK_SPAN(ses_http_response_body(result.response), "hello");
    CHECK(result.timings.total >= result.timings.starttransfer);
    CHECK(result.timings.starttransfer > 0);
    ses_http_response_free(result.response);
    ses_transport_free(transport);
}

static void sends_once_when_a_kept_connection_dies(void) {
    static const char *const bodies[] = {"a mail", ""};
    for (size_t i = 0; i < 2; i++) {
        ses_transport *transport = make_transport(1);
        int before = requests_seen;
        start(transport, "/close-if-reused", bodies[i], NULL);
        struct ses_exchange_result result = finish(transport);
        CHECK(result.status == SES_OK);
        ses_http_response_free(result.response);
        start(transport, "/close-if-reused", bodies[i], NULL);
        result = finish(transport);
        CHECK(result.status == SES_ERR_NETWORK);
        CHECK(result.response == NULL);
        CHECK(result.in_doubt && result.retryable);
        CHECK(strcmp(result.code, "ConnectionReset") == 0);
        CHECK(requests_seen == before + 2);
        ses_transport_free(transport);
    }
}

static void waits_in_line_for_a_connection(void) {
    ses_transport *transport = make_transport(2);
    int before = connections_used;
    for (int i = 0; i < 50; i++)
        start(transport, "/ok", "body", NULL);
    CHECK(ses_transport_open(transport) == 50);
    for (int i = 0; i < 50; i++) {
        struct ses_exchange_result result = finish(transport);
        CHECK(result.status == SES_OK);
        ses_http_response_free(result.response);
    }
    CHECK(ses_transport_open(transport) == 0);
    CHECK(connections_used - before <= 2);
    ses_transport_free(transport);
}

static void tells_what_is_in_doubt(void) {
    ses_transport *transport = make_transport(0);
    struct ses_exchange_options options = {.timeout_ms = 50};
    start(transport, "/silent", "x", &options);
    struct ses_exchange_result result = finish(transport);
    CHECK(result.status == SES_ERR_TIMEOUT && result.in_doubt);
    CHECK(strcmp(result.code, "RequestTimeout") == 0);
    start(transport, "/cut", "x", NULL);
    result = finish(transport);
    CHECK(result.status == SES_ERR_NETWORK && result.in_doubt);
    CHECK(strcmp(result.code, "IncompleteResponse") == 0);
    unsigned nobody = 0;
    int fd = bind_loopback(&nobody); /* bound, not listening */
    ses_http_request *request = make_request(nobody, "/", "x");
    unsigned long long id = 0;
    CHECK(ses_transport_start(transport, request, NULL, &id, NULL) == SES_OK);
    ses_http_request_free(request);
    result = finish(transport);
    CHECK(result.status == SES_ERR_NETWORK && !result.in_doubt && result.retryable);
    CHECK(strcmp(result.code, "ConnectionRefused") == 0);
    CHECK(strstr(result.error.message, "127.0.0.1:") != NULL);
    (void)close(fd);
    ses_transport_free(transport);
}

static void cancels(void) {
    ses_transport *transport = make_transport(1);
    bool in_doubt = true;
    int before = requests_seen;
    unsigned long long sent = start(transport, "/silent", "x", NULL);
    unsigned long long queued = start(transport, "/ok", "x", NULL);
    CHECK(ses_transport_cancel(transport, queued, &in_doubt) && !in_doubt);
    while (requests_seen == before)
        CHECK(ses_transport_step(transport, 10, NULL) == SES_OK);
    CHECK(ses_transport_cancel(transport, sent, &in_doubt) && in_doubt);
    CHECK(!ses_transport_cancel(transport, sent, &in_doubt) && !in_doubt);
    CHECK(ses_transport_open(transport) == 0);
    start(transport, "/ok", "x", NULL);
    struct ses_exchange_result result = finish(transport);
    CHECK(result.status == SES_OK);
    ses_http_response_free(result.response);
    ses_transport_free(transport);
}

static void bounds_the_answer(void) {
    struct ses_transport_options options = {.max_response = 4};
    ses_transport *transport = NULL;
    CHECK(ses_transport_new(&options, &transport, NULL) == SES_OK);
    start(transport, "/ok", "x", NULL);
    struct ses_exchange_result result = finish(transport);
    CHECK(result.status == SES_ERR_NETWORK && result.in_doubt && !result.retryable);
    CHECK(strcmp(result.code, "ResponseTooLarge") == 0);
    ses_transport_free(transport);
}

static void starves_in_time(void) {
    ses_transport *transport = make_transport(1);
    struct ses_exchange_options options = {.timeout_ms = 20};
    unsigned long long first = start(transport, "/silent", "x", NULL);
    unsigned long long second = start(transport, "/ok", "x", &options);
    struct ses_exchange_result result = finish(transport);
    CHECK(result.id == second && first != second);
    CHECK(result.status == SES_ERR_TIMEOUT && !result.in_doubt);
    CHECK(strcmp(result.code, "PoolTimeout") == 0);
    ses_transport_free(transport); /* with one still open */
}

static void leaves_signals_alone(void) {
    sigset_t before, after;
    (void)pthread_sigmask(SIG_BLOCK, NULL, &before);
    ses_transport *transport = make_transport(0);
    start(transport, "/ok", "x", NULL);
    struct ses_exchange_result result = finish(transport);
    ses_http_response_free(result.response);
    ses_transport_free(transport);
    (void)pthread_sigmask(SIG_BLOCK, NULL, &after);
    CHECK(sigismember(&before, SIGPIPE) == sigismember(&after, SIGPIPE));
    struct sigaction action;
    CHECK(sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL);
}

static void refuses_to_serve_a_forked_child(void) {
    ses_transport *transport = make_transport(0);
    start(transport, "/ok", "x", NULL);
    struct ses_exchange_result result = finish(transport);
    ses_http_response_free(result.response);
    pid_t child = fork();
    if (child == 0) {
        unsigned long long id = 0;
        ses_http_request *request = make_request(port, "/ok", "x");
        bool refused = ses_transport_start(transport, request, NULL, &id, NULL) == SES_ERR_STATE &&
                       ses_transport_step(transport, 0, NULL) == SES_ERR_STATE;
        ses_transport_free(transport);
        _exit(refused ? 0 : 1);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    start(transport, "/ok", "x", NULL);
    result = finish(transport);
    CHECK(result.status == SES_OK && result.reused); /* the parent's connection lives on */
    ses_http_response_free(result.response);
    ses_transport_free(transport);
}

static void refuses_what_cannot_be(void) {
    struct ses_error error = {0};
    struct ses_transport_options options = {.max_connections = 10001};
    ses_transport *transport = NULL;
    CHECK(ses_transport_new(&options, &transport, &error) == SES_ERR_RANGE);
    CHECK(transport == NULL);
    CHECK(strcmp(error.field, "max_connections") == 0);
    transport = make_transport(1);
    ses_http_request *request = make_request(port, "/", "x");
    CHECK(ses_http_request_add_header(request, SES_SPAN("Transfer-Encoding"), SES_SPAN("chunked"),
                                      false, NULL) == SES_OK);
    unsigned long long id = 0;
    CHECK(ses_transport_start(transport, request, NULL, &id, &error) == SES_ERR_INVALID);
    CHECK(ses_transport_open(transport) == 0);
    ses_http_request_free(request);
    ses_transport_free(transport);
    ses_transport_free(NULL);
}

int main(void) {
    pthread_t thread;
    listener = bind_loopback(&port);
    if (listen(listener, 64) != 0 || pthread_create(&thread, NULL, serve, NULL) != 0)
        return 2;
    RUN(sends_a_request_and_reads_the_answer);
    RUN(sends_once_when_a_kept_connection_dies);
    RUN(waits_in_line_for_a_connection);
    RUN(tells_what_is_in_doubt);
    RUN(cancels);
    RUN(bounds_the_answer);
    RUN(starves_in_time);
    RUN(leaves_signals_alone);
    RUN_NATIVE(refuses_to_serve_a_forked_child);
    RUN(refuses_what_cannot_be);
    (void)shutdown(listener, SHUT_RDWR);
    (void)close(listener);
    (void)pthread_join(thread, NULL);
    return check_done();
}
