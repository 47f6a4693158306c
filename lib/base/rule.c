#include "rule.h"

#include "calendar.h"

/* Source: POSIX.1-2017, Base Definitions 8.3 (TZ); RFC 8536, section 3.3.1 (its extensions). */

enum { HOURS_MAX = 167 }; /* of a time of day by the RFC; an offset has 24 at the most */

static bool take(ct_str *in, char c)
{
    if (in->len == 0 || *in->ptr != c)
        return false;
    *in = (ct_str){in->ptr + 1, in->len - 1};
    return true;
}

static bool take_number(ct_str *in, int least, int most, int *out)
{
    int value = 0;
    size_t digits = 0;
    while (digits < 3 && in->len > 0 && *in->ptr >= '0' && *in->ptr <= '9') {
        value = 10 * value + (*in->ptr - '0');
        take(in, *in->ptr);
        digits++;
    }
    *out = value;
    return digits > 0 && value >= least && value <= most;
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool take_name(ct_str *in)
{
    size_t len = 0;
    if (take(in, '<')) {
        while (in->len > 0 && *in->ptr != '>') {
            take(in, *in->ptr);
            len++;
        }
        return take(in, '>') && len >= 3;
    }
    while (in->len > 0 && is_letter(*in->ptr)) {
        take(in, *in->ptr);
        len++;
    }
    return len >= 3;
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(ct_str *in, int hours_max, int32_t *seconds)
{
    const bool negative = take(in, '-');
    if (!negative)
        take(in, '+');
    int hours, minutes = 0, rest = 0;
    if (!take_number(in, 0, hours_max, &hours))
        return false;
    if (take(in, ':')) {
        if (!take_number(in, 0, 59, &minutes) || (take(in, ':') && !take_number(in, 0, 59, &rest)))
            return false;
    }
    *seconds = (negative ? -1 : 1) * (hours * 3600 + minutes * 60 + rest);
    return true;
}

static bool take_day(ct_str *in, ct_rule_day *day)
{
    *day = (ct_rule_day){.time_s = 2 * 3600};
    bool good;
    if (take(in, 'M')) {
        day->kind = CT_RULE_WEEKDAY;
        good = take_number(in, 1, 12, &day->month) && take(in, '.') &&
               take_number(in, 1, 5, &day->week) && take(in, '.') &&
               take_number(in, 0, 6, &day->day);
    } else if (take(in, 'J')) {
        day->kind = CT_RULE_JULIAN;
        good = take_number(in, 1, 365, &day->day);
    } else {
        day->kind = CT_RULE_ZERO_BASED;
        good = take_number(in, 0, 365, &day->day);
    }
    return good && (!take(in, '/') || take_time(in, HOURS_MAX, &day->time_s));
}

bool ct_rule_parse(ct_str text, ct_rule *rule)
{
    *rule = (ct_rule){0};
    int32_t west_s;
    if (!take_name(&text) || !take_time(&text, 24, &west_s))
        return false;
    rule->offset_s = -west_s;
    if (text.len == 0)
        return true;
    rule->has_summer = true;
    rule->summer_offset_s = rule->offset_s + 3600;
    if (!take_name(&text))
        return false;
    if (text.len > 0 && *text.ptr != ',') {
        if (!take_time(&text, 24, &west_s))
            return false;
        rule->summer_offset_s = -west_s;
    }
    if (text.len == 0) /* the rule is then the system's own; this is glibc's and tzcode's */
        text = CT_STR(",M3.2.0,M11.1.0");
    return take(&text, ',') && take_day(&text, &rule->summer_start) && take(&text, ',') &&
           take_day(&text, &rule->summer_end) && text.len == 0;
}

/* The moment, on the wall clock as if it were UTC, that *day is in a year. */
static int64_t rule_moment_s(const ct_rule_day *day, int64_t year)
{
    int64_t days = ct_days_from_civil(year, 1, 1);
    if (day->kind == CT_RULE_ZERO_BASED) {
        days += day->day;
    } else if (day->kind == CT_RULE_JULIAN) {
        days += day->day - 1 + (ct_is_leap_year(year) && day->day > 59);
    } else {
        const unsigned month = (unsigned)day->month;
        days = ct_days_from_civil(year, month, 1);
        const int first = (int)(((days + 4) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
        int of_month = (day->day - first + 7) % 7 + 7 * (day->week - 1);
        while (of_month >= (int)ct_days_in_month(year, month))
            of_month -= 7;
        days += of_month;
    }
    return days * 86400 + day->time_s;
}

ct_status ct_rule_add_years(const ct_rule *rule, int64_t first, int64_t last, ct_shifts *shifts,
                            ct_err *err)
{
    for (int64_t year = first; year <= last; year++) {
        const ct_shift start = {rule_moment_s(&rule->summer_start, year) - rule->offset_s,
                                rule->summer_offset_s};
        const ct_shift end = {rule_moment_s(&rule->summer_end, year) - rule->summer_offset_s,
                              rule->offset_s};
        const bool north = start.at_s < end.at_s;
        const ct_shift pair[] = {north ? start : end, north ? end : start};
        for (size_t i = 0; i < 2; i++)
            if (pair[i].at_s >= shifts->items[shifts->count - 1].at_s)
                CT_TRY(ct_shifts_add(shifts, pair[i].at_s, pair[i].offset_s, err));
    }
    return CT_OK;
}
