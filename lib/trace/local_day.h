/* local_day.h -- days of a time zone, numbered from 1970-01-01.
 *
 * Units: microseconds since 1970 UTC; hours of the day as microseconds since its midnight by the
 * clock on the wall. */
#ifndef CONTRACE_LOCAL_DAY_H
#define CONTRACE_LOCAL_DAY_H

#include <stdbool.h>

#include "contrace/time.h"

/* The day that a moment lies in. */
int64_t ct_local_day(const ct_zone *zone, int64_t us);

/* The moment at which the clock of that day shows an hour: the first, if it does twice; if it never
 * does, the moment it would with the offset before. */
int64_t ct_local_moment(const ct_zone *zone, int64_t day, int64_t hour_us);

/* Writes "2026-11-21"; gives its length. The day lies in the years 1 to 9999. */
size_t ct_local_day_format(char out[CT_TIME_MAX], int64_t day);

bool ct_is_weekend(int64_t day); /* Saturday or Sunday */

#endif
