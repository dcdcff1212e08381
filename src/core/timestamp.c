#include "ses/timestamp.h"

#include <stdint.h>
#include <stdio.h>

enum { DAY = 86400 };

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar. The year is taken to begin
 * in March, so that the leap day is its last. */
static int64_t days_of(int64_t year, int64_t month, int64_t day) {
    year -= month <= 2;
    int64_t era = year / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int64_t days_in(int64_t year, int64_t month) {
    int64_t next = month == 12 ? days_of(year + 1, 1, 1) : days_of(year, month + 1, 1);
    return next - days_of(year, month, 1);
}

/* Takes exactly `digits` digits off `*text`. */
static bool number(struct ses_span *text, size_t digits, int64_t *out) {
    *out = 0;
    if (text->len < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        char c = text->data[i];
        if (c < '0' || c > '9')
            return false;
        *out = *out * 10 + (c - '0');
    }
    *text = (struct ses_span){text->data + digits, text->len - digits};
    return true;
}

static bool mark(struct ses_span *text, const char *any) {
    if (text->len == 0)
        return false;
    for (; *any != '\0'; any++) {
        if (text->data[0] == *any) {
            *text = (struct ses_span){text->data + 1, text->len - 1};
            return true;
        }
    }
    return false;
}

static bool date(struct ses_span *text, int64_t *days) {
    int64_t year;
    int64_t month;
    int64_t day;
    if (!number(text, 4, &year) || !mark(text, "-") || !number(text, 2, &month) ||
        !mark(text, "-") || !number(text, 2, &day))
        return false;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in(year, month))
        return false;
    *days = days_of(year, month, day);
    return true;
}

static bool time_of_day(struct ses_span *text, int64_t *seconds) {
    int64_t hour;
    int64_t minute;
    int64_t second;
    if (!number(text, 2, &hour) || !mark(text, ":") || !number(text, 2, &minute) ||
        !mark(text, ":") || !number(text, 2, &second))
        return false;
    *seconds = hour * 3600 + minute * 60 + second;
    return hour < 24 && minute < 60 && second <= 60;
}

static bool fraction(struct ses_span *text, double *out) {
    double unit = 1;
    int64_t digit;
    *out = 0;
    if (!mark(text, "."))
        return true;
    if (!number(text, 1, &digit))
        return false;
    do {
        unit /= 10;
        *out += unit * (double)digit;
    } while (number(text, 1, &digit));
    return true;
}

static bool offset(struct ses_span *text, int64_t *seconds) {
    *seconds = 0;
    if (mark(text, "Zz"))
        return true;
    bool east = text->len > 0 && text->data[0] == '+';
    int64_t hour;
    int64_t minute;
    if (!mark(text, "+-") || !number(text, 2, &hour) || !mark(text, ":") ||
        !number(text, 2, &minute))
        return false;
    *seconds = (hour * 3600 + minute * 60) * (east ? 1 : -1);
    return hour < 24 && minute < 60;
}

enum ses_status ses_timestamp_parse(struct ses_span text, double *out) {
    int64_t days;
    int64_t seconds;
    int64_t ahead;
    double part;
    *out = 0;
    if (!date(&text, &days) || !mark(&text, "Tt ") || !time_of_day(&text, &seconds) ||
        !fraction(&text, &part) || !offset(&text, &ahead) || text.len > 0)
        return SES_ERR_PARSE;
    *out = (double)(days * DAY + seconds - ahead) + part;
    return SES_OK;
}

enum ses_status ses_timestamp_append(struct ses_buf *out, double seconds) {
    /* The first second of the year 10000. */
    if (!(seconds >= 0 && seconds < 253402300800.0))
        return SES_ERR_RANGE;
    int64_t whole = (int64_t)seconds;
    int64_t left = whole / DAY;
    int64_t year = 1970 + left / 366;
    while (days_of(year + 1, 1, 1) <= left)
        year++;
    left -= days_of(year, 1, 1);
    int64_t month = 1;
    while (left >= days_in(year, month))
        left -= days_in(year, month++);
    char text[32];
    int second_of_day = (int)(whole % DAY);
    int len =
        snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)year, (int)month,
                 (int)left + 1, second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
    return ses_buf_append(out, (struct ses_span){text, (size_t)len});
}
