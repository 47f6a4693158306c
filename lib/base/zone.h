/* zone.h -- the two halves of a time zone: what a TZif file lists, and the rule that goes on from
 * there. */
#ifndef CONTRACE_ZONE_H
#define CONTRACE_ZONE_H

#include <stddef.h>
#include <stdint.h>

#include "contrace/bytes.h"

/* From at_s on, up to the next one, clocks are offset_s east of UTC. */
typedef struct ct_shift {
    int64_t at_s;
    int32_t offset_s;
} ct_shift;

/* Shifts in the order of time; the first one's at_s is INT64_MIN. */
typedef struct ct_shifts {
    ct_shift *items;
    size_t count, capacity;
} ct_shifts;

/* Adds a shift at the end; one that changes nothing is left out, and one at the moment of the last
 * replaces it. */
CT_MUST_CHECK ct_status ct_shifts_add(ct_shifts *shifts, int64_t at_s, int32_t offset_s,
                                      ct_err *err);

/* A day of the year and a second of it, in one of the three notations of POSIX. */
typedef struct ct_rule_day {
    enum { CT_RULE_JULIAN, CT_RULE_ZERO_BASED, CT_RULE_WEEKDAY } kind;
    int day;         /* 1..365 without leap days, 0..365, or 0..6 from Sunday */
    int month, week; /* of CT_RULE_WEEKDAY; week 5 is the last */
    int32_t time_s;
} ct_rule_day;

/* The rule that a POSIX TZ string states. */
typedef struct ct_rule {
    bool has_summer;
    int32_t offset_s, summer_offset_s;
    ct_rule_day summer_start, summer_end;
} ct_rule;

/* Reads a TZ string, with the extensions of RFC 8536; false if it is malformed. */
bool ct_rule_parse(ct_str text, ct_rule *rule);

/* Adds the shifts of the years from first up to last that come after the last one there is. The
 * rule has summer time. */
CT_MUST_CHECK ct_status ct_rule_add_years(const ct_rule *rule, int64_t first, int64_t last,
                                          ct_shifts *shifts, ct_err *err);

/* Reads a TZif file: its shifts into *shifts, its TZ string, lent from bytes, into *footer.
 * CT_ERANGE if it is not one, CT_EINPUT if it is damaged or counts leap seconds. */
CT_MUST_CHECK ct_status ct_tzif_parse(ct_str bytes, ct_shifts *shifts, ct_str *footer, ct_err *err);

#endif
