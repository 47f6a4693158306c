#include "calendar.h"

unsigned ct_days_in_month(int64_t year, unsigned month)
{
    if (month == 2)
        return ct_is_leap_year(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* Within an era as in C. Neri, L. Schneider, "Euclidean affine functions and their application to
 * calendar algorithms", Software: Practice and Experience 53 (2023): years of four centuries, then
 * of 1461 days, then months of 153 days in five, by multiplications whose rest is the rest. */
ct_civil ct_civil_from_days(int64_t days)
{
    days += CT_DAYS_TO_1970;
    const int64_t era = (days >= 0 ? days : days - (CT_ERA_DAYS - 1)) / CT_ERA_DAYS;
    const uint32_t quarters = 4 * (uint32_t)(days - era * CT_ERA_DAYS) + 3;
    const uint32_t century = quarters / CT_ERA_DAYS;
    const uint64_t years = UINT64_C(2939745) * (quarters % CT_ERA_DAYS / 4 * 4 + 3);
    const uint32_t of_year = (uint32_t)years / 2939745 / 4;
    const uint32_t months = 2141 * of_year + 197913;
    const bool next = of_year >= 306; /* January or February: the era's years begin in March */
    return (ct_civil){
        .year = era * CT_ERA_YEARS + (int64_t)(UINT64_C(100) * century + (years >> 32)) + next,
        .month = (months >> 16) - (next ? 12 : 0),
        .day = (months & 0xFFFF) / 2141 + 1,
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
