/* Names for specs, by LD_PRELOAD: "both.test" is ::1 and 127.0.0.1, "slow.test" takes ten seconds
 * and then cannot be found. All else is left to the system. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

typedef int lookup(const char *, const char *, const struct addrinfo *, struct addrinfo **);

int getaddrinfo(const char *restrict node, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict out) {
    lookup *system_lookup = NULL;
    *(void **)&system_lookup = dlsym(RTLD_NEXT, "getaddrinfo");
    if (node != NULL && strcmp(node, "slow.test") == 0) {
        sleep(10);
        return EAI_AGAIN;
    }
    if (node == NULL || strcmp(node, "both.test") != 0)
        return system_lookup(node, service, hints, out);
    /* freeaddrinfo goes through the list, however it came about. */
    int result = system_lookup("::1", service, hints, out);
    if (result != 0)
        return result;
    struct addrinfo *last = *out;
    while (last->ai_next != NULL)
        last = last->ai_next;
    return system_lookup("127.0.0.1", service, hints, &last->ai_next);
}
