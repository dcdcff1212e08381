/* Uses the functions that docs/c.md shows: spec/c_guide_spec.lua puts them into guide.c. */
#include "guide.c"

#include <stdlib.h>
#include <unistd.h>

static const char BODY[] = "{\"FromEmailAddress\":\"letters@lantern.example\","
                           "\"Destination\":{\"ToAddresses\":[\"reader@example.com\"]},"
                           "\"Content\":{\"Simple\":{\"Subject\":{\"Data\":\"From the guide\"},"
                           "\"Body\":{\"Text\":{\"Data\":\"It works.\"}}}}}";

static int heard;

static void hear(int fd) {
    char byte;
    heard += (int)read(fd, &byte, 1);
}

static void check(enum ses_status status, const struct ses_error *error) {
    if (status == SES_OK)
        return;
    fprintf(stderr, "%s: %s %s\n", ses_status_name(status), error->field, error->message);
    exit(1);
}

static void start(ses_transport *transport, ses_signer *signer, ses_credentials_cache *cache,
                  const char *url, struct mail *mail) {
    struct ses_error error = {0};
    ses_http_request *request = NULL;
    ses_credentials *credentials = current_credentials(cache, transport, &error);
    check(credentials != NULL ? SES_OK : error.status, &error);
    check(sign_post(signer, credentials, ses_span_from(url), ses_span_from(BODY), &request, &error),
          &error);
    if (mail->state == WAITING)
        check(start_mail(transport, request, mail, &error), &error);
    else
        print_headers(request, stdout);
    ses_http_request_free(request);
    ses_credentials_free(credentials);
}

static void try_lua(void) {
    lua_State *L = new_lua();
    if (L == NULL || luaL_dostring(L, "return require('ses').client ~= nil") != LUA_OK)
        exit(1);
    printf("lua %d\n", lua_toboolean(L, -1));
    lua_close(L);
}

/* c_guide URL URL_WHERE_NOBODY_LISTENS */
int main(int argc, char **argv) {
    struct ses_error error = {0};
    struct mail mails[3] = {{WAITING, 0}, {WAITING, 0}, {WAITING, 0}};
    struct mail none = {NOT_SENT, 0};
    ses_transport *transport = NULL;
    ses_signer *signer = NULL;
    ses_credentials_cache *cache = NULL;
    int ends[2];
    if (argc != 3 || pipe(ends) != 0 || write(ends[1], "x", 1) != 1)
        return 2;
    check(ses_transport_new(NULL, &transport, &error), &error);
    check(ses_signer_new(&signer), &error);
    check(ses_credentials_cache_new(NULL, &cache, &error), &error);
    for (int i = 0; i < 3; i++)
        start(transport, signer, cache, argv[i < 2 ? 1 : 2], &mails[i]);
    start(transport, signer, cache, argv[1], &none);
    check(run_loop(transport, ends[0], hear, &error), &error);
    for (int i = 0; i < 3; i++)
        printf("mail %d %d\n", (int)mails[i].state, mails[i].http_status);
    printf("heard %d\n", heard);
    ses_credentials_cache_free(cache);
    ses_signer_free(signer);
    ses_transport_free(transport);
    try_lua();
    return 0;
}
