/* ses/otlp.h: spans as OTLP has them, in JSON.
 *
 * A span is written in this order: ses_otlp_begin_span, its attributes, ses_otlp_begin_events, its
 * events, ses_otlp_end_span. Texts are cut to SES_OTLP_TEXT_MAX bytes, between characters, and what
 * is no UTF-8 in them is written as U+FFFD. All functions append to `out`, return SES_OK or
 * SES_ERR_NOMEM, and are pure and thread-safe.
 *
 * Source: "OpenTelemetry Protocol Specification" 1.x, and its trace.proto.
 */
#ifndef SES_OTLP_H
#define SES_OTLP_H

#include "ses/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SES_OTLP_TEXT_MAX 256

/* What kind a span is of, as in trace.proto. */
enum ses_otlp_kind { SES_OTLP_INTERNAL = 1, SES_OTLP_SERVER = 2, SES_OTLP_CLIENT = 3 };

/* All borrowed. Ids are hexadecimal digits; times seconds since 1970. */
struct ses_otlp_span {
    struct ses_span name;
    struct ses_span trace_id;
    struct ses_span span_id;
    struct ses_span parent_span_id; /* empty: none */
    struct ses_span trace_state;    /* empty: none */
    enum ses_otlp_kind kind;
    double start;
    double end;
    bool parent_is_remote;
    bool failed;
};

/* Begins a span; a comma before it where it is not the first of its list. */
SES_API enum ses_status ses_otlp_begin_span(struct ses_buf *out);

/* Attributes of the span, each of one kind of value. A number without a fraction is an intValue. */
SES_API enum ses_status ses_otlp_append_text(struct ses_buf *out, struct ses_span name,
                                             struct ses_span value);
SES_API enum ses_status ses_otlp_append_number(struct ses_buf *out, struct ses_span name,
                                               double value);
SES_API enum ses_status ses_otlp_append_flag(struct ses_buf *out, struct ses_span name, bool value);

/* Ends the attributes, and adds an event; `time` in seconds since 1970. */
SES_API enum ses_status ses_otlp_begin_events(struct ses_buf *out);
SES_API enum ses_status ses_otlp_append_event(struct ses_buf *out, struct ses_span name,
                                              double time);

/* Ends the events and the span, with all that `span` says of it. */
SES_API enum ses_status ses_otlp_end_span(struct ses_buf *out, const struct ses_otlp_span *span);

#ifdef __cplusplus
}
#endif
#endif
