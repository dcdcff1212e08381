/* A server that answers as SES does, faster than any client asks, and keeps nothing but counts: who
 * got how many mails. It stands in for SES where ses itself is measured.
 *
 *     responder TEMPLATE.json [RATE [LATENCY_MS]]
 *
 * Listens on a free port of 127.0.0.1, says "listening on PORT", and ends with its standard input.
 * It reads every request to its last byte, checks its signature (access key "bench", secret key
 * "bench"), parses its JSON strictly, answers LATENCY_MS later (0), and knows SendEmail,
 * SendBulkEmail, GetAccount (with RATE as the account's), the suppression list (empty) and
 * GetEmailTemplate (what the file holds). GET /counts tells what it has taken.
 */
#define _GNU_SOURCE
#include "ses/ses.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_HEADERS 32
#define MAX_CONNECTIONS 4096
#define MAX_ENTRIES 50
#define READ_SIZE 65536

struct connection {
    int fd;
    struct ses_buf in;
    struct ses_buf out;
    size_t written;             /* of `out` */
    double due;                 /* when the answer is to leave; 0 where none waits */
    struct connection *waiting; /* the next one whose answer waits */
};

struct request {
    struct ses_sigv4_request signed_part;
    struct ses_http_header headers[MAX_HEADERS];
    struct ses_span target;
};

/* Addresses by a 64-bit hash: open addressing, 0 for an empty place. Of a million, the chance that
 * two share one is below 1 : 10 million; a shared one would show as a mail too many. */
struct addresses {
    uint64_t *places;
    size_t capacity; /* a power of 2 */
    size_t n;
};

static struct {
    struct addresses addresses;
    uint64_t mails, twice, sends, bulks, others, refused, connections, bytes_in, bytes_out;
    struct ses_buf template;
    double rate, latency;
    struct connection *first, **last; /* whose answers wait, in the order in which they are due */
} server;

static void die(const char *what) {
    fprintf(stderr, "responder: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void must(enum ses_status status) {
    if (status != SES_OK)
        die("out of memory");
}

/* ---- who got a mail ---- */

static void place(struct addresses *set, uint64_t hash) {
    size_t i = hash & (set->capacity - 1);
    while (set->places[i] != 0)
        i = (i + 1) & (set->capacity - 1);
    set->places[i] = hash;
    set->n++;
}

static void grow(struct addresses *set) {
    struct addresses larger = {NULL, set->capacity != 0 ? 2 * set->capacity : 1024, 0};
    larger.places = calloc(larger.capacity, sizeof *larger.places);
    if (larger.places == NULL)
        die("out of memory");
    for (size_t i = 0; i < set->capacity; i++) {
        if (set->places[i] != 0)
            place(&larger, set->places[i]);
    }
    free(set->places);
    *set = larger;
}

/* False where it is there already. */
static bool add(struct addresses *set, uint64_t hash) {
    if (2 * (set->n + 1) > set->capacity)
        grow(set);
    for (size_t i = hash & (set->capacity - 1); set->places[i] != 0;
         i = (i + 1) & (set->capacity - 1)) {
        if (set->places[i] == hash)
            return false;
    }
    place(set, hash);
    return true;
}

/* The address of "Name <address>" in lower case (FNV-1a, then mixed). */
static uint64_t hash_address(struct ses_span text) {
    const char *open = memrchr(text.data, '<', text.len);
    if (open != NULL && text.data[text.len - 1] == '>') {
        size_t before = (size_t)(open + 1 - text.data);
        text = (struct ses_span){open + 1, text.len - before - 1};
    }
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c >= 'A' && c <= 'Z')
            c = (unsigned char)(c + 32);
        hash = (hash ^ c) * UINT64_C(1099511628211);
    }
    hash ^= hash >> 32;
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    hash ^= hash >> 29;
    return hash != 0 ? hash : 1;
}

/* ---- what SES would look at ---- */

static const ses_json_value *member(const ses_json_value *value, const char *name) {
    return ses_json_member(value, ses_span_from(name));
}

static bool has_text(const ses_json_value *value) {
    struct ses_span text;
    return ses_json_string(value, &text) && text.len > 0;
}

static bool is_template(const ses_json_value *template) {
    return has_text(member(template, "TemplateName")) && has_text(member(template, "TemplateData"));
}

static bool is_simple(const ses_json_value *simple) {
    const ses_json_value *body = member(simple, "Body");
    return has_text(member(member(simple, "Subject"), "Data")) &&
           (has_text(member(member(body, "Text"), "Data")) ||
            has_text(member(member(body, "Html"), "Data")));
}

/* The one recipient of a destination; empty where there is another number of them. */
static struct ses_span recipient_of(const ses_json_value *destination) {
    const ses_json_value *first = ses_json_first(member(destination, "ToAddresses"));
    struct ses_span text = {NULL, 0};
    if (ses_json_next(first) == NULL)
        (void)ses_json_string(first, &text);
    return text;
}

static void take(struct ses_span recipient, struct ses_buf *out) {
    server.mails++;
    if (!add(&server.addresses, hash_address(recipient)))
        server.twice++;
    char id[64];
    (void)snprintf(id, sizeof id, "0100018f%08llx-5e5e5e5e-0000-4000-8000-%012llx-000000",
                   (unsigned long long)server.mails, (unsigned long long)server.mails);
    must(ses_buf_append_text(out, "\"MessageId\":\""));
    must(ses_buf_append_text(out, id));
    must(ses_buf_append_text(out, "\""));
}

static bool send_email(const ses_json_value *input, struct ses_buf *out) {
    const ses_json_value *content = member(input, "Content");
    struct ses_span recipient = recipient_of(member(input, "Destination"));
    if (!has_text(member(input, "FromEmailAddress")) || recipient.len == 0 ||
        !(is_simple(member(content, "Simple")) || is_template(member(content, "Template"))))
        return false;
    must(ses_buf_append_text(out, "{"));
    take(recipient, out);
    must(ses_buf_append_text(out, "}"));
    server.sends++;
    return true;
}

static bool send_bulk_email(const ses_json_value *input, struct ses_buf *out) {
    const ses_json_value *content = member(member(input, "DefaultContent"), "Template");
    const ses_json_value *entry = ses_json_first(member(input, "BulkEmailEntries"));
    struct ses_span recipients[MAX_ENTRIES];
    size_t n = 0;
    for (; entry != NULL && n < MAX_ENTRIES; entry = ses_json_next(entry)) {
        recipients[n] = recipient_of(member(entry, "Destination"));
        if (recipients[n++].len == 0)
            return false;
    }
    if (n == 0 || entry != NULL || !is_template(content) ||
        !has_text(member(input, "FromEmailAddress")))
        return false;
    must(ses_buf_append_text(out, "{\"BulkEmailEntryResults\":["));
    for (size_t i = 0; i < n; i++) {
        must(ses_buf_append_text(out, i == 0 ? "{\"Status\":\"SUCCESS\","
                                             : ",{\"Status\":\"SUCCESS\","));
        take(recipients[i], out);
        must(ses_buf_append_text(out, "}"));
    }
    must(ses_buf_append_text(out, "]}"));
    server.bulks++;
    return true;
}

static void append_format(struct ses_buf *out, const char *format, double number) {
    char text[512];
    (void)snprintf(text, sizeof text, format, number);
    must(ses_buf_append_text(out, text));
}

static void append_counts(struct ses_buf *out) {
    const struct {
        const char *name;
        uint64_t n;
    } counts[] = {
        {"mails", server.mails},         {"addresses", server.addresses.n},
        {"twice", server.twice},         {"SendEmail", server.sends},
        {"SendBulkEmail", server.bulks}, {"others", server.others},
        {"refused", server.refused},     {"connections", server.connections},
        {"bytes_in", server.bytes_in},   {"bytes_out", server.bytes_out},
    };
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        must(ses_buf_append_text(out, i == 0 ? "{\"" : ",\""));
        must(ses_buf_append_text(out, counts[i].name));
        must(ses_buf_append_text(out, "\":"));
        must(ses_buf_append_uint(out, counts[i].n));
    }
    must(ses_buf_append_text(out, "}"));
}

static bool is_signed(const struct ses_sigv4_request *request) {
    ses_sigv4_claim *claim = NULL;
    struct ses_error error = {0};
    struct ses_sigv4_verify_options options = {
        .secret_access_key = SES_SPAN("bench"), .time = (int64_t)time(NULL), .max_skew_s = 300};
    enum ses_status status = ses_sigv4_claim_new(request, &claim, &error);
    if (status == SES_OK)
        status = ses_sigv4_verify(request, claim, &options, NULL, &error);
    ses_sigv4_claim_free(claim);
    return status == SES_OK;
}

static bool starts(struct ses_span text, const char *with) {
    size_t len = strlen(with);
    return text.len >= len && memcmp(text.data, with, len) == 0;
}

/* The answer's body; false where SES would refuse. */
static bool perform(const struct request *request, struct ses_buf *out) {
    struct ses_span method = request->signed_part.method, path = request->signed_part.path;
    if (starts(path, "/counts")) {
        append_counts(out);
        return true;
    }
    if (!is_signed(&request->signed_part))
        return false;
    if (starts(method, "POST")) {
        ses_json *json = NULL;
        struct ses_error error = {0};
        bool done = false;
        if (ses_json_parse(request->signed_part.body, &json, &error) != SES_OK)
            return false;
        if (starts(path, "/v2/email/outbound-emails"))
            done = send_email(ses_json_root(json), out);
        else if (starts(path, "/v2/email/outbound-bulk-emails"))
            done = send_bulk_email(ses_json_root(json), out);
        ses_json_free(json);
        return done;
    }
    server.others++;
    if (starts(path, "/v2/email/account")) {
        append_format(out,
                      "{\"SendingEnabled\":true,\"ProductionAccessEnabled\":true,\"SendQuota\":"
                      "{\"Max24HourSend\":-1,\"MaxSendRate\":%.0f,\"SentLast24Hours\":0}}",
                      server.rate);
    } else if (starts(path, "/v2/email/suppression/addresses")) {
        must(ses_buf_append_text(out, "{\"SuppressedDestinationSummaries\":[]}"));
    } else if (starts(path, "/v2/email/templates/")) {
        must(ses_buf_append(out, ses_buf_span(&server.template)));
    } else {
        return false;
    }
    return true;
}

/* ---- HTTP/1.1 ---- */

static void answer(struct connection *c, const struct request *request) {
    static struct ses_buf body;
    ses_buf_clear(&body);
    bool done = perform(request, &body);
    if (!done) {
        server.refused++;
        ses_buf_clear(&body);
        must(ses_buf_append_text(&body, "{\"message\":\"The responder cannot take this.\"}"));
    }
    must(ses_buf_append_text(&c->out, done ? "HTTP/1.1 200 OK\r\n"
                                           : "HTTP/1.1 400 Bad Request\r\n"
                                             "x-amzn-ErrorType: BadRequestException\r\n"));
    must(ses_buf_append_text(&c->out, "Date: "));
    char date[40];
    time_t now = time(NULL);
    (void)strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&now));
    must(ses_buf_append_text(&c->out, date));
    /* The other headers of an answer of SES. */
    must(ses_buf_append_text(
        &c->out, "\r\nContent-Type: application/json\r\nConnection: keep-alive\r\n"
                 "x-amzn-RequestId: 5e5e5e5e-0000-4000-8000-000000000000\r\nContent-Length: "));
    must(ses_buf_append_uint(&c->out, body.len));
    must(ses_buf_append_text(&c->out, "\r\n\r\n"));
    must(ses_buf_append(&c->out, ses_buf_span(&body)));
}

static struct ses_span line_of(struct ses_span *rest) {
    return ses_span_trim(ses_span_split(rest, '\n'));
}

/* Bytes of the request that `in` begins with; 0 where it is not there as a whole yet, SIZE_MAX
 * where it is none. */
static size_t read_request(struct ses_span in, struct request *out) {
    const char *end = memmem(in.data, in.len, "\r\n\r\n", 4);
    if (end == NULL)
        return 0;
    struct ses_span head = {in.data, (size_t)(end - in.data)};
    size_t head_len = head.len + 4, body_len = 0, n = 0;
    struct ses_span line = line_of(&head);
    out->signed_part = (struct ses_sigv4_request){0};
    out->signed_part.method = ses_span_split(&line, ' ');
    out->target = ses_span_split(&line, ' ');
    out->signed_part.query = out->target;
    out->signed_part.path = ses_span_split(&out->signed_part.query, '?');
    while (head.len > 0 && n < MAX_HEADERS) {
        line = line_of(&head);
        struct ses_http_header *header = &out->headers[n++];
        header->name = ses_span_split(&line, ':');
        header->value = ses_span_trim(line);
        if (ses_span_equal_nocase(header->name, SES_SPAN("Content-Length")))
            body_len = strtoul(header->value.data, NULL, 10);
    }
    if (head.len > 0 || body_len > SES_JSON_TEXT_MAX)
        return SIZE_MAX;
    if (in.len < head_len + body_len)
        return 0;
    out->signed_part.headers = out->headers;
    out->signed_part.header_count = n;
    out->signed_part.body = (struct ses_span){in.data + head_len, body_len};
    return head_len + body_len;
}

/* Answers what is there as a whole; false where it is no HTTP. */
static bool answer_all(struct connection *c) {
    struct request request;
    size_t done = 0;
    for (;;) {
        struct ses_span rest = {c->in.data + done, c->in.len - done};
        size_t len = rest.len > 0 ? read_request(rest, &request) : 0;
        if (len == SIZE_MAX)
            return false;
        if (len == 0)
            break;
        answer(c, &request);
        done += len;
    }
    if (done > 0)
        memmove(c->in.data, c->in.data + done, c->in.len - done);
    c->in.len -= done;
    return true;
}

/* ---- connections ---- */

/* One whose answer waits is freed when that is due. */
static void drop(struct connection *c) {
    if (c->fd >= 0)
        (void)close(c->fd);
    c->fd = -1;
    if (c->due > 0)
        return;
    ses_buf_free(&c->in);
    ses_buf_free(&c->out);
    free(c);
}

/* Both give false where the connection is at its end. */
static bool receive(struct connection *c) {
    for (;;) {
        must(ses_buf_reserve(&c->in, READ_SIZE));
        ssize_t n = recv(c->fd, c->in.data + c->in.len, READ_SIZE, 0);
        if (n < 0)
            return errno == EAGAIN;
        if (n == 0)
            return false;
        c->in.len += (size_t)n;
        server.bytes_in += (uint64_t)n;
        if (n < READ_SIZE)
            return true;
    }
}

static bool transmit(struct connection *c) {
    while (c->written < c->out.len) {
        ssize_t n = send(c->fd, c->out.data + c->written, c->out.len - c->written, MSG_NOSIGNAL);
        if (n < 0)
            return errno == EAGAIN;
        c->written += (size_t)n;
        server.bytes_out += (uint64_t)n;
    }
    ses_buf_clear(&c->out);
    c->written = 0;
    return true;
}

static double now(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Lets the answer leave, at once or when its time has come. */
static bool answer_later(struct connection *c) {
    if (server.latency <= 0 || c->out.len == 0)
        return transmit(c);
    if (c->due <= 0) {
        c->due = now() + server.latency;
        c->waiting = NULL;
        *server.last = c;
        server.last = &c->waiting;
    }
    return true;
}

/* Sends what is due; milliseconds until the next is, -1 where nothing waits. */
static int answer_due(void) {
    while (server.first != NULL) {
        struct connection *c = server.first;
        double left = c->due - now();
        if (left > 0)
            return (int)(left * 1000) + 1;
        server.first = c->waiting;
        if (server.first == NULL)
            server.last = &server.first;
        c->due = 0;
        if (c->fd < 0 || !transmit(c))
            drop(c);
    }
    return -1;
}

static void watch(int epoll, int fd, void *of, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = of};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        die("epoll_ctl");
}

static void welcome(int epoll, int listener) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), on = 1;
        if (fd < 0)
            return;
        struct connection *c = calloc(1, sizeof *c);
        if (c == NULL)
            die("out of memory");
        c->fd = fd;
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        server.connections++;
        watch(epoll, fd, c, EPOLLIN | EPOLLOUT | EPOLLET);
    }
}

static int listen_somewhere(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) != 0 || listen(fd, MAX_CONNECTIONS) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &len) != 0)
        die("no port");
    printf("listening on %d\n", ntohs(at.sin_port));
    (void)fflush(stdout);
    return fd;
}

static void read_template(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        die(path);
    must(ses_buf_reserve(&server.template, READ_SIZE));
    server.template.len = fread(server.template.data, 1, READ_SIZE, file);
    (void)fclose(file);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: responder TEMPLATE.json [RATE [LATENCY_MS]]\n");
        return 2;
    }
    read_template(argv[1]);
    server.rate = argc > 2 ? atof(argv[2]) : 1e6;
    server.latency = argc > 3 ? atof(argv[3]) / 1000 : 0;
    server.last = &server.first;
    int epoll = epoll_create1(EPOLL_CLOEXEC), listener = listen_somewhere();
    watch(epoll, listener, &server, EPOLLIN);
    watch(epoll, STDIN_FILENO, NULL, EPOLLHUP);
    for (;;) {
        struct epoll_event events[64];
        int n = epoll_wait(epoll, events, 64, answer_due());
        for (int i = 0; i < n; i++) {
            struct connection *c = events[i].data.ptr;
            if (c == NULL)
                return 0;
            if ((void *)c == &server)
                welcome(epoll, listener);
            else if (!receive(c) || !answer_all(c) || !answer_later(c))
                drop(c);
        }
    }
}
