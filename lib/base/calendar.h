/* calendar.h -- the proleptic Gregorian calendar, for all who read and write moments. */
#ifndef CONTRACE_CALENDAR_H
#define CONTRACE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "contrace/bytes.h"

typedef struct ct_civil {
    int64_t year;
    unsigned month, day; /* from 1 */
} ct_civil;

/* The first moment of year 1, and the first one past year 9999. */
#define CT_TIME_FIRST INT64_C(-62135596800000000)
#define CT_TIME_LIMIT INT64_C(253402300800000000)

static inline bool ct_is_leap_year(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

unsigned ct_days_in_month(int64_t year, unsigned month);

/* An era is 400 years; the first begins in March of year 0, so that leap days come last in years.
 */
enum { CT_ERA_DAYS = 146097, CT_ERA_YEARS = 400, CT_DAYS_TO_1970 = 719468 };

/* Days since 1970-01-01; month is 1 to 12, day may be any. Source: see contrace/time.h. */
static inline int64_t ct_days_from_civil(int64_t year, unsigned month, int64_t day)
{
    year -= month <= 2;
    const int64_t era = (year >= 0 ? year : year - (CT_ERA_YEARS - 1)) / CT_ERA_YEARS;
    const unsigned of_era = (unsigned)(year - era * CT_ERA_YEARS);
    const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5;
    const unsigned day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + day_of_year;
    return era * CT_ERA_DAYS + (int64_t)day_of_era - CT_DAYS_TO_1970 + day - 1;
}

ct_civil ct_civil_from_days(int64_t days);

/* Microseconds from `digits` digits of a fraction of a second, as far as they go. */
int64_t ct_fraction_us(const char *digits, size_t count);

/* Reads (Z|z|(+|-)hh[[:]mm]) at the start of text; gives its length, 0 if it is not there. */
size_t ct_read_offset(ct_str text, int32_t *offset_s);

#endif
