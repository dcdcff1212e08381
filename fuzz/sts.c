/* What STS answers in XML: any bytes. */
#define _GNU_SOURCE
#include "../src/core/sts_answer.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ses_span text = {(const char *)data, size};
    struct ses_sts_answer answer;
    struct ses_error error = {0};
    enum ses_status status = ses_sts_answer_parse(text, &answer, &error);
    require_error(status, &error);
    for (size_t i = 0; i < SES_STS_FIELDS; i++) {
        struct ses_span value = ses_buf_span(&answer.fields[i]);
        REQUIRE(value.len <= text.len);
        REQUIRE(ses_span_trim(value).len == value.len);
        /* Where a document holds a field, it ends in the name of its root. */
        if (status == SES_OK && value.len > 0)
            REQUIRE(memmem(text.data, text.len, "Response", 8) != NULL);
    }
    ses_sts_answer_free(&answer);
    return 0;
}
