/* contrace/coverage.h -- for how much of each case's infectious period there are data, day by day:
 * without data no contact can be found, which is not the same as none.
 *
 * A record covers the time that it claims, and as much before and after it as the search stretches
 * it by. Days are those of UTC. A period that is open at an end reaches as far as the records of
 * anybody do.
 *
 * Units:     microseconds.
 * Errors:    CT_ERANGE for calls out of order; CT_ENOMEM; CT_EIO from the temp disk.
 * Ownership: cases are lent, records are copied in; what is given out is lent until the next call.
 * Threads:   one caller. */
#ifndef CONTRACE_COVERAGE_H
#define CONTRACE_COVERAGE_H

#include "contrace/case.h"

/* One day, or the part of it that is of the period. */
typedef struct ct_coverage_day {
    ct_str id;
    ct_str day;        /* "2026-11-21" */
    int64_t period_us; /* how much of this day is of the period */
    int64_t data_us;   /* and of that, how much has data */
    double share;      /* data_us / period_us; NAN for a period of a single moment */
} ct_coverage_day;

extern const ct_schema ct_coverage_schema;

typedef struct ct_coverage ct_coverage;

/* window_us: of the search; half of it is covered before a record, and the other half after it. */
CT_MUST_CHECK ct_status ct_coverage_new(ct_coverage **out, const ct_cases *cases, int64_t window_us,
                                        uint64_t memory_bytes, ct_err *err);
/* A record of anybody, which claims from start_us to end_us (closed, as the search takes it). */
CT_MUST_CHECK ct_status ct_coverage_add(ct_coverage *coverage, ct_str id, int64_t start_us,
                                        int64_t end_us, ct_err *err);
/* The first call ends the adding. Each day of each case's period, sorted by id bytewise and by day;
 * CT_END at the end. A case whose period is open has no day where there are no records at all. */
CT_MUST_CHECK ct_status ct_coverage_next(ct_coverage *coverage, const ct_coverage_day **out,
                                         ct_err *err);
void ct_coverage_free(ct_coverage *coverage); /* NULL is allowed */

#endif
