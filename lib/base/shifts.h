/* shifts.h -- a time zone as it is looked up: the moments at which its clocks are set anew. */
#ifndef CONTRACE_SHIFTS_H
#define CONTRACE_SHIFTS_H

#include <stddef.h>
#include <stdint.h>

#include "contrace/error.h"

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

#endif
