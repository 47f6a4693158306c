/* rule.h -- the rule by which a time zone goes on from the end of its table (POSIX TZ strings). */
#ifndef CONTRACE_RULE_H
#define CONTRACE_RULE_H

#include <stdbool.h>

#include "contrace/bytes.h"
#include "shifts.h"

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

#endif
