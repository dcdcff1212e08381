/* The limit: libcurl alone, with the same requests, nothing read of the answers but their status.
 *
 *     bare URL CONCURRENCY REQUESTS [sigv4]
 *
 * With "sigv4" libcurl signs them itself (CURLOPT_AWS_SIGV4). Prints what result.h says.
 */
#define _GNU_SOURCE
#include "message.h"
#include "result.h"
#include <curl/curl.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <unistd.h>

static struct {
    CURLM *multi;
    int epoll;
    int timeout_ms;
    const char *url;
    bool sign;
    struct curl_slist *headers;
    long left, open, failed;
} bench;

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *known) {
    (void)easy;
    (void)context;
    if (what == CURL_POLL_REMOVE) {
        (void)epoll_ctl(bench.epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    struct epoll_event event = {.events = ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0u) |
                                          ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0u),
                                .data.fd = fd};
    (void)epoll_ctl(bench.epoll, known == NULL ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
    (void)curl_multi_assign(bench.multi, fd, &bench);
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *context) {
    (void)multi;
    (void)context;
    bench.timeout_ms = (int)timeout_ms;
    return 0;
}

static size_t on_body(char *data, size_t size, size_t n, void *context) {
    (void)data;
    (void)context;
    return size * n;
}

static void prepare(CURL *easy) {
    static char text[4096];
    size_t len = message_write(text, sizeof text, 1);
    curl_easy_setopt(easy, CURLOPT_URL, bench.url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, bench.headers);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, text);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)len);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_CAINFO, getenv("AWS_CA_BUNDLE"));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    if (bench.sign) {
        curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, "aws:amz:us-east-1:ses");
        curl_easy_setopt(easy, CURLOPT_USERNAME, "bench");
        curl_easy_setopt(easy, CURLOPT_PASSWORD, "bench");
    }
}

static void finish(CURLMsg *message) {
    long status = 0;
    CURL *easy = message->easy_handle;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (message->data.result != CURLE_OK || status != 200)
        bench.failed++;
    curl_multi_remove_handle(bench.multi, easy);
    if (bench.left > 0) {
        bench.left--;
        curl_multi_add_handle(bench.multi, easy);
    } else {
        curl_easy_cleanup(easy);
        bench.open--;
    }
}

static int finish_all(void) {
    CURLMsg *message;
    int queued = 0, ended = 0;
    for (; (message = curl_multi_info_read(bench.multi, &queued)) != NULL; ended++)
        finish(message);
    return ended;
}

static void run(long concurrency) {
    int running = 0;
    for (; bench.open < concurrency && bench.left > 0; bench.open++, bench.left--) {
        CURL *easy = curl_easy_init();
        prepare(easy);
        curl_multi_add_handle(bench.multi, easy);
    }
    curl_multi_socket_action(bench.multi, CURL_SOCKET_TIMEOUT, 0, &running);
    while (bench.open > 0) {
        /* What is added can end at once. */
        while (finish_all() > 0)
            curl_multi_socket_action(bench.multi, CURL_SOCKET_TIMEOUT, 0, &running);
        if (bench.open == 0)
            break;
        struct epoll_event events[256];
        int n = epoll_wait(bench.epoll, events, 256, bench.timeout_ms);
        if (n == 0)
            curl_multi_socket_action(bench.multi, CURL_SOCKET_TIMEOUT, 0, &running);
        for (int i = 0; i < n; i++) {
            int what = ((events[i].events & (EPOLLIN | EPOLLHUP)) != 0 ? CURL_CSELECT_IN : 0) |
                       ((events[i].events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0);
            curl_multi_socket_action(bench.multi, events[i].data.fd, what, &running);
        }
    }
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: bare URL CONCURRENCY REQUESTS [sigv4]\n");
        return 2;
    }
    long concurrency = atol(argv[2]), requests = atol(argv[3]);
    bench.url = argv[1];
    bench.sign = argc > 4 && strcmp(argv[4], "sigv4") == 0;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    bench.headers = curl_slist_append(NULL, "Content-Type: application/json");
    bench.epoll = epoll_create1(EPOLL_CLOEXEC);
    bench.multi = curl_multi_init();
    curl_multi_setopt(bench.multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(bench.multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(bench.multi, CURLMOPT_MAX_HOST_CONNECTIONS, concurrency);
    curl_multi_setopt(bench.multi, CURLMOPT_MAXCONNECTS, concurrency);
    bench.left = concurrency;
    run(concurrency);
    bench.left = requests;
    struct result result = result_begin();
    run(concurrency);
    result_print(&result, requests, bench.failed);
    curl_multi_cleanup(bench.multi);
    curl_slist_free_all(bench.headers);
    (void)close(bench.epoll);
    return 0;
}
