/* contrace/time.h -- moments: RFC 3339 and its everyday relatives, patterns, and time zones.
 *
 * Units:     microseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX).
 * Errors:    CT_ERANGE with a reason that does not repeat the text.
 * Ownership: zones are handles; all else is by value.
 * Threads:   safe; a zone may be used by many threads at once.
 * Source:    RFC 3339; RFC 8536 (TZif); days from civil: Hinnant, "chrono-compatible low-level date
 *            algorithms", 2013. */
#ifndef CONTRACE_TIME_H
#define CONTRACE_TIME_H

#include <stdint.h>

#include "contrace/bytes.h"

#define CT_SECOND  INT64_C(1000000)
#define CT_MINUTE  (60 * CT_SECOND)
#define CT_HOUR    (60 * CT_MINUTE)
#define CT_DAY     (24 * CT_HOUR)
#define CT_NO_TIME INT64_MIN /* a missing time */
#define CT_FOREVER INT64_MAX

enum { CT_TIME_MAX = 32 }; /* bytes that any time written here needs at the most */

typedef enum ct_time_kind {
    CT_TIME_UTC,   /* an offset or Z was there, or it was an epoch: us is UTC */
    CT_TIME_LOCAL, /* no offset was there: us is the wall clock, as if it were UTC */
    CT_TIME_DATE,  /* a date alone: us is its midnight on the wall clock, as if it were UTC */
} ct_time_kind;

/* Reads YYYY-MM-DD[(T|t|blank)hh:mm[:ss[.fraction]][ ][Z|z|(+|-)hh[[:]mm]]], or a plain number: an
 * epoch in seconds (a fraction is allowed) below 1e11, in milliseconds below 1e14, else
 * microseconds. Years 1 to 9999; second 60 is the next minute's 0; digits past microseconds are
 * dropped. */
CT_MUST_CHECK ct_status ct_time_parse(ct_str text, int64_t *us, ct_time_kind *kind, ct_err *err);

/* The same, where a time without an offset is UTC and a date alone is refused. */
CT_MUST_CHECK ct_status ct_time_parse_utc(ct_str text, int64_t *us, ct_err *err);

/* Writes RFC 3339 UTC, "2026-11-21T08:00:00Z", with as many digits of fraction as there are. No
 * NUL. us lies in the years 1 to 9999. Gives the length. */
size_t ct_time_format(char out[CT_TIME_MAX], int64_t us);

/* Is text, which ct_time_parse() takes, what ct_time_format() writes of its moment? That is looked
 * for only where there is no fraction. */
bool ct_time_is_formatted(ct_str text);

/* Writes seconds since 1970, with a fraction only where there is one. Gives the length. */
size_t ct_time_format_epoch(char out[CT_TIME_MAX], int64_t us);

/* Reads text by a pattern of strptime's kind: %Y %y %m %d %e %H %I %p %M %S %f (fraction, 1 to 9
 * digits) %j %b %B %z %Z(only "UTC" or "Z") %s %F %T %D %R %n %t %%, month names in English; a
 * blank stands for any blanks. The whole text must be used. Unknown conversions are refused by
 * ct_time_pattern_check(). */
CT_MUST_CHECK ct_status ct_time_parse_pattern(ct_str text, const char *pattern, int64_t *us,
                                              ct_time_kind *kind, ct_err *err);
CT_MUST_CHECK ct_status ct_time_pattern_check(const char *pattern, ct_err *err);

/* --- Time zones --- */

typedef struct ct_zone ct_zone;

/* Opens a zone by its name in the system's tz data ("Asia/Shanghai", below $TZDIR or
 * /usr/share/zoneinfo), or a fixed one: "UTC", "+08:00". Names that leave that folder are refused.
 * The caller frees *out. */
CT_MUST_CHECK ct_status ct_zone_open(ct_zone **out, const char *name, ct_err *err);
void ct_zone_free(ct_zone *zone); /* NULL is allowed */

typedef enum ct_wall {
    CT_WALL_UNIQUE,
    CT_WALL_TWICE, /* the clock was put back: this wall time came twice */
    CT_WALL_NEVER, /* the clock was put forward: this wall time did not come */
} ct_wall;

/* Gives both UTC moments of a wall time; they are equal when it is unique. For a time that never
 * came they are what the offset before and after the gap make of it. Beyond the table the zone's
 * POSIX rule counts. */
ct_wall ct_zone_to_utc(const ct_zone *zone, int64_t wall_us, int64_t *earlier_us,
                       int64_t *later_us);

/* Seconds east of UTC at a moment. */
int32_t ct_zone_offset_s(const ct_zone *zone, int64_t utc_us);

#endif
