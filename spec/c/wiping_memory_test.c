/* The allocator that libcurl is given. That nothing is left behind is what spec/secrets_spec.lua
 * and secrets_test.c look for. */
#include "../../src/core/wiping_memory.h"

#include "check.h"
#include "ses/transport.h"

#include <curl/curl.h>
#include <stdint.h>

static void gives_memory_as_malloc_does(void) {
    char *block = ses_wiping_malloc(100);
    CHECK(block != NULL && (uintptr_t)block % _Alignof(max_align_t) == 0);
    memset(block, 'x', 100);
    ses_wiping_free(block);
    char *zeros = ses_wiping_calloc(10, 10);
    CHECK(zeros != NULL);
    for (size_t i = 0; zeros != NULL && i < 100; i++)
        CHECK(zeros[i] == 0);
    ses_wiping_free(zeros);
    char *empty = ses_wiping_malloc(0);
    CHECK(empty != NULL);
    ses_wiping_free(empty);
    ses_wiping_free(NULL);
}

static void refuses_what_overflows(void) {
    CHECK(ses_wiping_malloc(SIZE_MAX) == NULL);
    CHECK(ses_wiping_calloc(SIZE_MAX / 2, 3) == NULL);
    char *block = ses_wiping_strdup("kept");
    CHECK(ses_wiping_realloc(block, SIZE_MAX - 4) == NULL);
    CHECK(block != NULL && strcmp(block, "kept") == 0);
    ses_wiping_free(block);
}

static void keeps_content_when_it_grows_and_shrinks(void) {
    char *block = ses_wiping_realloc(NULL, 4);
    CHECK(block != NULL);
    memcpy(block, "abc", 4);
    block = ses_wiping_realloc(block, 100000);
    CHECK(block != NULL && strcmp(block, "abc") == 0);
    block = ses_wiping_realloc(block, 2);
    CHECK(block != NULL && memcmp(block, "ab", 2) == 0);
    ses_wiping_free(block);
}

/* libcurl calls what it was given, so a handle of its own is one of our blocks: its size stands
 * before it. The memory of a handle is at least a kilobyte. */
static void is_what_libcurl_uses(void) {
    ses_transport *transport = NULL;
    struct ses_error error = {0};
    ses_http_request *request = NULL;
    unsigned long long id = 0;
    CHECK(ses_transport_new(NULL, &transport, &error) == SES_OK);
    CHECK(ses_http_request_new(SES_SPAN("GET"), SES_SPAN("http://127.0.0.1:1/"), &request,
                               &error) == SES_OK);
    CHECK(ses_transport_start(transport, request, NULL, &id, &error) == SES_OK);
    char *text = curl_easy_escape(NULL, "a b", 3);
    CHECK(text != NULL);
    if (text != NULL) {
        char *copy = ses_wiping_realloc(text, 64);
        CHECK(copy != NULL && strcmp(copy, "a%20b") == 0);
        curl_free(copy);
    }
    ses_transport_free(transport);
    ses_http_request_free(request);
}

int main(void) {
    RUN(gives_memory_as_malloc_does);
    RUN(refuses_what_overflows);
    RUN(keeps_content_when_it_grows_and_shrinks);
    RUN(is_what_libcurl_uses);
    return check_done();
}
