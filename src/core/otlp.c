#include "ses/otlp.h"

#include "ses/json.h"
#include "ses/utf8.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Of a span's flags: sampled; whether it is said here that the parent is another process's, and
 * whether it is. */
enum { SAMPLED = 1, REMOTE_IS_KNOWN = 0x100, IS_REMOTE = 0x200 };

enum { STATUS_ERROR = 2 };

static enum ses_status text(struct ses_buf *out, const char *words) {
    return ses_buf_append_text(out, words);
}

static enum ses_status comma(struct ses_buf *out) {
    char last = out->len > 0 ? out->data[out->len - 1] : '[';
    return last == '[' ? SES_OK : ses_buf_append_char(out, ',');
}

/* Writes a part of a string of JSON without its quotes. */
static enum ses_status append_part(struct ses_buf *out, const char *data, size_t len) {
    size_t at = out->len;
    enum ses_status status = ses_json_append_string(out, (struct ses_span){data, len});
    if (status != SES_OK)
        return status;
    memmove(out->data + at, out->data + at + 1, out->len - at - 1);
    out->len -= 2;
    return SES_OK;
}

static enum ses_status append_scrubbed(struct ses_buf *out, struct ses_span value) {
    size_t start = 0, at = 0;
    enum ses_status status = ses_buf_append_char(out, '"');
    while (status == SES_OK && at < value.len) {
        size_t len = ses_utf8_sequence((struct ses_span){value.data + at, value.len - at});
        if (len > 0) {
            at += len;
            continue;
        }
        status = append_part(out, value.data + start, at - start);
        if (status == SES_OK)
            status = text(out, "\xef\xbf\xbd");
        start = ++at;
    }
    if (status == SES_OK)
        status = append_part(out, value.data + start, at - start);
    return status == SES_OK ? ses_buf_append_char(out, '"') : status;
}

static enum ses_status append_string(struct ses_buf *out, struct ses_span value) {
    size_t count = 0;
    if (value.len > SES_OTLP_TEXT_MAX) {
        value.len = SES_OTLP_TEXT_MAX;
        /* The beginning of a character that is cut. */
        size_t tail = value.len;
        while (tail > 0 && value.len - tail < 4 &&
               ((unsigned char)value.data[tail - 1] & 0xc0) == 0x80)
            tail--;
        if (tail > 0 && (unsigned char)value.data[tail - 1] >= 0xc0 &&
            ses_utf8_sequence((struct ses_span){value.data + tail - 1, value.len - tail + 1}) == 0)
            value.len = tail - 1;
    }
    return ses_utf8_count(value, &count) ? ses_json_append_string(out, value)
                                         : append_scrubbed(out, value);
}

static enum ses_status append_key(struct ses_buf *out, struct ses_span name) {
    enum ses_status status = comma(out);
    if (status == SES_OK)
        status = text(out, "{\"key\":");
    if (status == SES_OK)
        status = append_string(out, name);
    return status == SES_OK ? text(out, ",\"value\":{") : status;
}

/* 64-bit numbers are strings in OTLP's JSON. */
static enum ses_status append_nanoseconds(struct ses_buf *out, const char *name, double time) {
    double seconds = floor(time);
    char words[96];
    int len = snprintf(words, sizeof words, "\"%s\":\"%.0f%09.0f\"", name, seconds,
                       floor((time - seconds) * 1e9));
    return ses_buf_append(out, (struct ses_span){words, (size_t)len});
}

enum ses_status ses_otlp_begin_span(struct ses_buf *out) {
    enum ses_status status = comma(out);
    return status == SES_OK ? text(out, "{\"attributes\":[") : status;
}

enum ses_status ses_otlp_append_text(struct ses_buf *out, struct ses_span name,
                                     struct ses_span value) {
    enum ses_status status = append_key(out, name);
    if (status == SES_OK)
        status = text(out, "\"stringValue\":");
    if (status == SES_OK)
        status = append_string(out, value);
    return status == SES_OK ? text(out, "}}") : status;
}

enum ses_status ses_otlp_append_number(struct ses_buf *out, struct ses_span name, double value) {
    char words[64];
    /* Beyond 64 bits there is no intValue, and JSON has no infinity and no NaN. */
    if (floor(value) == value && fabs(value) < 9e18) {
        (void)snprintf(words, sizeof words, "\"intValue\":\"%.0f\"}}", value);
    } else if (isfinite(value)) {
        (void)snprintf(words, sizeof words, "\"doubleValue\":%.17g}}", value);
        /* A locale may write a comma. */
        char *decimal = strchr(words, ',');
        if (decimal != NULL)
            *decimal = '.';
    } else {
        const char *name_of = isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        (void)snprintf(words, sizeof words, "\"doubleValue\":\"%s\"}}", name_of);
    }
    enum ses_status status = append_key(out, name);
    return status == SES_OK ? text(out, words) : status;
}

enum ses_status ses_otlp_append_flag(struct ses_buf *out, struct ses_span name, bool value) {
    enum ses_status status = append_key(out, name);
    return status == SES_OK ? text(out, value ? "\"boolValue\":true}}" : "\"boolValue\":false}}")
                            : status;
}

enum ses_status ses_otlp_begin_events(struct ses_buf *out) {
    return text(out, "],\"events\":[");
}

enum ses_status ses_otlp_append_event(struct ses_buf *out, struct ses_span name, double time) {
    enum ses_status status = comma(out);
    if (status == SES_OK)
        status = text(out, "{\"name\":");
    if (status == SES_OK)
        status = append_string(out, name);
    if (status == SES_OK)
        status = ses_buf_append_char(out, ',');
    if (status == SES_OK)
        status = append_nanoseconds(out, "timeUnixNano", time);
    return status == SES_OK ? ses_buf_append_char(out, '}') : status;
}

static enum ses_status append_member(struct ses_buf *out, const char *name, struct ses_span value) {
    if (value.len == 0)
        return SES_OK;
    enum ses_status status = text(out, name);
    return status == SES_OK ? append_string(out, value) : status;
}

enum ses_status ses_otlp_end_span(struct ses_buf *out, const struct ses_otlp_span *span) {
    int flags = SAMPLED | REMOTE_IS_KNOWN | (span->parent_is_remote ? IS_REMOTE : 0);
    char words[64];
    (void)snprintf(words, sizeof words, "],\"flags\":%d,\"kind\":%d,", flags, (int)span->kind);
    enum ses_status status = text(out, words);
    if (status == SES_OK)
        status = append_nanoseconds(out, "startTimeUnixNano", span->start);
    if (status == SES_OK)
        status = ses_buf_append_char(out, ',');
    if (status == SES_OK)
        status = append_nanoseconds(out, "endTimeUnixNano", span->end);
    if (status == SES_OK)
        status = append_member(out, ",\"name\":", span->name);
    if (status == SES_OK)
        status = append_member(out, ",\"traceId\":", span->trace_id);
    if (status == SES_OK)
        status = append_member(out, ",\"spanId\":", span->span_id);
    if (status == SES_OK)
        status = append_member(out, ",\"parentSpanId\":", span->parent_span_id);
    if (status == SES_OK)
        status = append_member(out, ",\"traceState\":", span->trace_state);
    if (status == SES_OK && span->failed) {
        (void)snprintf(words, sizeof words, ",\"status\":{\"code\":%d}", STATUS_ERROR);
        status = text(out, words);
    }
    return status == SES_OK ? ses_buf_append_char(out, '}') : status;
}
