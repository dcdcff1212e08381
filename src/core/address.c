#include "ses/address.h"

#define MAX_PLAIN 63

static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_domain_char(char c) {
    return is_lower(c) || (c >= '0' && c <= '9');
}

static bool is_local_char(char c) {
    return is_domain_char(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '+';
}

/* How many characters of `text` are such, or stand singly between such as '.' or '-'. */
static size_t word_length(struct ses_span text, bool (*is_char)(char)) {
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool joins = text.data[i] == '.' || text.data[i] == '-';
        if (!joins && !is_char(text.data[i]))
            break;
        if (joins && len < i)
            break;
        if (joins && i == 0)
            break;
        if (!joins)
            len = i + 1;
    }
    return len;
}

static bool ends_in_name(struct ses_span domain) {
    size_t letters = 0;
    while (letters < domain.len && is_lower(domain.data[domain.len - 1 - letters]))
        letters++;
    return letters >= 2 && letters < domain.len && domain.data[domain.len - 1 - letters] == '.';
}

bool ses_address_is_plain(struct ses_span text) {
    if (text.len > MAX_PLAIN)
        return false;
    size_t at = word_length(text, is_local_char);
    if (at == 0 || at == text.len || text.data[at] != '@')
        return false;
    struct ses_span domain = {text.data + at + 1, text.len - at - 1};
    return word_length(domain, is_domain_char) == domain.len && ends_in_name(domain);
}
