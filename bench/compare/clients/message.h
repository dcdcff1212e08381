/* message.h: the mail that every client of the comparison sends, as SendEmail has it: about 600
 * bytes. message.lua, message.mjs and message.py hold the same. */
#ifndef BENCH_MESSAGE_H
#define BENCH_MESSAGE_H

#include <stdio.h>

#define MESSAGE_LINE "A few more words of the letter, as letters have them. "
#define MESSAGE_TEXT                                                                               \
    MESSAGE_LINE MESSAGE_LINE MESSAGE_LINE MESSAGE_LINE MESSAGE_LINE MESSAGE_LINE MESSAGE_LINE

/* The mail to the n-th reader. Returns its length. */
static inline size_t message_write(char *out, size_t size, long n) {
    return (size_t)snprintf(out, size,
                            "{\"Content\":{\"Simple\":{\"Body\":{\"Text\":{\"Data\":\"%s\"}},"
                            "\"Subject\":{\"Data\":\"Your order has left\"}}},"
                            "\"Destination\":{\"ToAddresses\":[\"reader-%ld@example.com\"]},"
                            "\"FromEmailAddress\":\"The Shop <news@shop.example>\"}",
                            MESSAGE_TEXT, n);
}

#endif
