#include "../../src/core/sts_answer.h"
#include "check.h"

#define ROLE                                                                                       \
    "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n"                   \
    "  <AssumeRoleResult>\n"                                                                       \
    "    <AssumedRoleUser><AssumedRoleId>AROA:s</AssumedRoleId>"                                   \
    "<Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn></AssumedRoleUser>\n"                    \
    "    <Credentials><AccessKeyId>ASIA</AccessKeyId>"                                             \
    "<SecretAccessKey> a/b+c=\n</SecretAccessKey><SessionToken>x&amp;y&#x41;&#66;</SessionToken>"  \
    "<Expiration>2030-01-01T00:00:00Z</Expiration></Credentials>\n"                                \
    "    <PackedPolicySize>6</PackedPolicySize><Empty/><Empty2 a='>'  />\n"                        \
    "  </AssumeRoleResult >\n"                                                                     \
    "  <ResponseMetadata><RequestId>c6</RequestId></ResponseMetadata>\n"                           \
    "</AssumeRoleResponse>\n"

static enum ses_status parse(const char *text, struct ses_sts_answer *answer,
                             struct ses_error *error) {
    *error = (struct ses_error){0};
    return ses_sts_answer_parse(ses_span_from(text), answer, error);
}

static void check_field(const struct ses_sts_answer *answer, enum ses_sts_field field,
                        const char *expected) {
    CHECK_SPAN(ses_buf_span(&answer->fields[field]), expected);
}

static void reads_credentials(void) {
    struct ses_sts_answer answer;
    struct ses_error error;
    CHECK(parse("<?xml version='1.0' encoding=\"UTF-8\"?>\n" ROLE, &answer, &error) == SES_OK);
    check_field(&answer, SES_STS_ACCESS_KEY_ID, "ASIA");
    check_field(&answer, SES_STS_SECRET_ACCESS_KEY, "a/b+c=");
    check_field(&answer, SES_STS_SESSION_TOKEN, "x&yAB");
    check_field(&answer, SES_STS_EXPIRATION, "2030-01-01T00:00:00Z");
    check_field(&answer, SES_STS_ROLE_ARN, "arn:aws:sts::123456789012:assumed-role/r/s");
    check_field(&answer, SES_STS_ERROR_CODE, "");
    ses_sts_answer_free(&answer);
}

static void reads_errors(void) {
    struct ses_sts_answer answer;
    struct ses_error error;
    CHECK(parse("<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>"
                "<Message>no \xc3\xa9 &lt;you&gt;</Message></Error><RequestId>1</RequestId>"
                "</ErrorResponse>",
                &answer, &error) == SES_OK);
    check_field(&answer, SES_STS_ERROR_CODE, "AccessDenied");
    check_field(&answer, SES_STS_ERROR_MESSAGE, "no \xc3\xa9 <you>");
    ses_sts_answer_free(&answer);
}

/* A field counts at its own place alone. */
static void passes_over_what_stands_elsewhere(void) {
    static const char *const texts[] = {
        "<Credentials><AccessKeyId>A</AccessKeyId></Credentials>",
        "<XResponse><Credentials><AccessKeyId>A</AccessKeyId></Credentials></XResponse>",
        "<XResponse><X><Credentials><AccessKeyId>A</AccessKeyId></Credentials></X></XResponse>",
        "<XResponse><XResult><Credentials><Y><AccessKeyId>A</AccessKeyId></Y></Credentials>"
        "</XResult></XResponse>",
        "<XResponse><XResult><credentials><AccessKeyId>A</AccessKeyId></credentials>"
        "</XResult></XResponse>",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct ses_sts_answer answer;
        struct ses_error error;
        CHECK(parse(texts[i], &answer, &error) == SES_OK);
        check_field(&answer, SES_STS_ACCESS_KEY_ID, "");
        ses_sts_answer_free(&answer);
    }
}

static void refuses_what_is_not_well_formed(void) {
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"", "is no XML of STS: byte 1 should begin the first element"},
        {"{\"a\":1}", "is no XML of STS: byte 1 should begin the first element"},
        {"<a>", "is no XML of STS: byte 4 comes too early for the end"},
        {"<a", "is no XML of STS: byte 3 should end a tag"},
        {"<a></b>", "is no XML of STS: byte 7 ends an element that is not open"},
        {"</a>", "is no XML of STS: byte 4 ends an element that is not open"},
        {"<a/><b/>", "is no XML of STS: byte 5 is behind the end"},
        {"<a/>x", "is no XML of STS: byte 5 is behind the end"},
        {"<a>x<b/></a>", "is no XML of STS: byte 7 is in an element that has text"},
        {"<a><b/>x</a>", "is no XML of STS: byte 9 is behind text beside elements"},
        {"<a>&nbsp;</a>", "is no XML of STS: byte 5 is of an unknown reference"},
        {"<a>&#0;</a>", "is no XML of STS: byte 7 is of a reference to no character"},
        {"<a>&#xd800;</a>", "is no XML of STS: byte 11 is of a reference to no character"},
        {"<a>&#x110000;</a>", "is no XML of STS: byte 12 is of a reference to no character"},
        {"<a>&#;</a>", "is no XML of STS: byte 6 is of a reference to no character"},
        {"<a>\xff</a>", "is no XML of STS: byte 4 is no UTF-8 text"},
        {"<a>\xc0\xaf</a>", "is no XML of STS: byte 4 is no UTF-8 text"},
        {"<a>\x01</a>", "is no XML of STS: byte 4 is no UTF-8 text"},
        {"<a b></a>", "is no XML of STS: byte 5 should be the \"=\" of an attribute"},
        {"<a b=c></a>", "is no XML of STS: byte 6 should be the quote of an attribute"},
        {"<a b='<'/>", "is no XML of STS: byte 7 is within an attribute that does not end"},
        {"<a b='", "is no XML of STS: byte 7 is within an attribute that does not end"},
        {"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
         "is no XML of STS: byte 2 should begin a name"},
        {"<a><!-- x --></a>", "is no XML of STS: byte 5 should begin a name"},
        {"<a><![CDATA[x]]></a>", "is no XML of STS: byte 5 should begin a name"},
        {"<a><?x?></a>", "is no XML of STS: byte 5 should begin a name"},
        {"<ErrorResponse><Error><Code>A</Code><Code>B</Code></Error></ErrorResponse>",
         "is no XML of STS: byte 51 ends a field that was there before"},
        {"<ErrorResponse><Error><Code><x/></Code></Error></ErrorResponse>",
         "is no XML of STS: byte 40 ends a field that has elements in it"},
        {"<ErrorResponse><Error><Code>\xe2\x82</Code></Error></ErrorResponse>",
         "is no XML of STS: byte 29 is no UTF-8 text"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ses_sts_answer answer;
        struct ses_error error;
        CHECK(parse(rows[i].text, &answer, &error) == SES_ERR_PARSE);
        CHECK(strcmp(error.message, rows[i].message) == 0);
        if (strcmp(error.message, rows[i].message) != 0)
            fprintf(stderr, "%s: %s\n", rows[i].text, error.message);
        ses_sts_answer_free(&answer);
    }
}

static void has_limits(void) {
    struct ses_sts_answer answer;
    struct ses_error error = {0};
    char deep[4 * SES_STS_ANSWER_DEPTH + 8] = "";
    for (size_t i = 0; i < SES_STS_ANSWER_DEPTH; i++)
        memcpy(deep + 3 * i, "<a>", 4);
    CHECK(parse(deep, &answer, &error) == SES_ERR_PARSE);
    ses_sts_answer_free(&answer);
    memcpy(deep + 3 * SES_STS_ANSWER_DEPTH, "<a>", 4);
    CHECK(parse(deep, &answer, &error) == SES_ERR_RANGE);
    ses_sts_answer_free(&answer);
    char *large = calloc(1, SES_STS_ANSWER_MAX + 1);
    CHECK(ses_sts_answer_parse((struct ses_span){large, SES_STS_ANSWER_MAX + 1}, &answer, &error) ==
          SES_ERR_RANGE);
    ses_sts_answer_free(&answer);
    free(large);
}

/* Every prefix and every changed byte, in memory that ends where the text does. */
static void reads_nothing_beyond_the_end(void) {
    static const char marks[] = "<>&/\"'# \xff";
    struct ses_sts_answer answer;
    size_t len = strlen(ROLE);
    for (size_t i = 1; i < len; i++) {
        char *text = malloc(i);
        memcpy(text, ROLE, i);
        enum ses_status status = ses_sts_answer_parse((struct ses_span){text, i}, &answer, NULL);
        CHECK(status == SES_ERR_PARSE || i == len - 1);
        ses_sts_answer_free(&answer);
        for (size_t k = 0; k < sizeof marks; k++) {
            text[i - 1] = marks[k];
            (void)ses_sts_answer_parse((struct ses_span){text, i}, &answer, NULL);
            ses_sts_answer_free(&answer);
        }
        free(text);
    }
}

int main(void) {
    RUN(reads_credentials);
    RUN(reads_errors);
    RUN(passes_over_what_stands_elsewhere);
    RUN(refuses_what_is_not_well_formed);
    RUN(has_limits);
    RUN(reads_nothing_beyond_the_end);
    return check_done();
}
