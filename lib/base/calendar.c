#include "calendar.h"

unsigned ct_days_in_month(int64_t year, unsigned month)
{
    if (month == 2)
        return ct_is_leap_year(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

ct_civil ct_civil_from_days(int64_t days)
{
    days += CT_DAYS_TO_1970;
    const int64_t era = (days >= 0 ? days : days - (CT_ERA_DAYS - 1)) / CT_ERA_DAYS;
    const unsigned of_era = (unsigned)(days - era * CT_ERA_DAYS);
    const unsigned year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const unsigned of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const unsigned from_march = (5 * of_year + 2) / 153;
    const unsigned month = from_march < 10 ? from_march + 3 : from_march - 9;
    return (ct_civil){
        .year = (int64_t)year_of_era + era * CT_ERA_YEARS + (month <= 2),
        .month = month,
        .day = of_year - (153 * from_march + 2) / 5 + 1,
    };
}

int64_t ct_fraction_us(const char *digits, size_t count)
{
    int64_t us = 0;
    for (size_t i = 0; i < 6; i++)
        us = 10 * us + (i < count ? digits[i] - '0' : 0);
    return us;
}

/* Two digits up to `limit`, or -1. */
static int two_digits(const char *p, const char *end, int limit)
{
    if (end - p < 2 || (unsigned char)(p[0] - '0') > 9 || (unsigned char)(p[1] - '0') > 9)
        return -1;
    const int value = 10 * (p[0] - '0') + (p[1] - '0');
    return value <= limit ? value : -1;
}

size_t ct_read_offset(ct_str text, int32_t *offset_s)
{
    if (text.len == 0)
        return 0;
    const char *p = text.ptr, *const end = p + text.len;
    if (*p == 'Z' || *p == 'z') {
        *offset_s = 0;
        return 1;
    }
    if (*p != '+' && *p != '-')
        return 0;
    const int hours = two_digits(p + 1, end, 23);
    if (hours < 0)
        return 0;
    p += 3;
    int minutes = 0;
    const char *const more = p < end && *p == ':' ? p + 1 : p;
    if (more < end && (more > p || (unsigned char)(*more - '0') <= 9)) {
        minutes = two_digits(more, end, 59);
        if (minutes < 0)
            return 0;
        p = more + 2;
    } else if (more > p) {
        return 0;
    }
    *offset_s = (*text.ptr == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return (size_t)(p - text.ptr);
}
