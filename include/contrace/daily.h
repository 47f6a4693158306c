/* contrace/daily.h -- for how much of each day there are data of a person: what no row claims is
 * not known.
 *
 * Units:     microseconds.
 * Errors:    CT_ENOMEM; whatever the callback gives.
 * Ownership: the zone is lent until the free; rows and days until the call returns.
 * Threads:   one caller. */
#ifndef CONTRACE_DAILY_H
#define CONTRACE_DAILY_H

#include "contrace/time.h"
#include "contrace/trajectory.h"

/* As many days without data are listed, one by one; more that follow each other are not: a stray
 * record of a year long gone would else make thousands. */
enum { CT_DAILY_SILENCE = 31 };

typedef struct ct_daily_share {
    ct_str id;
    ct_str day;      /* "2026-11-21" */
    int64_t day_us;  /* how long it is: 23 to 25 hours where the clock is put forward or back */
    int64_t data_us; /* the time that rows claim */
    double share;    /* data_us / day_us */
    int64_t rows;    /* how many lie in it or reach into it */
} ct_daily_share;

extern const ct_schema ct_daily_schema;

/* Any status but CT_OK ends the call with it. */
typedef ct_status ct_daily_fn(const ct_daily_share *share, void *ctx, ct_err *err);

typedef struct ct_daily ct_daily;

CT_MUST_CHECK ct_status ct_daily_new(ct_daily **out, const ct_zone *zone, ct_daily_fn *fn,
                                     void *ctx, ct_err *err);
/* A person's rows in the order of time, of which none begins before the end of that before it. */
CT_MUST_CHECK ct_status ct_daily_add(ct_daily *daily, const ct_trajectory_row *row, ct_err *err);
/* The end of a person's rows. Every day from the first row's to the last one's has been given to fn
 * then, those without data too, but for more than CT_DAILY_SILENCE of them in a row, and for days
 * that the zone skipped. */
CT_MUST_CHECK ct_status ct_daily_finish(ct_daily *daily, ct_err *err);
void ct_daily_free(ct_daily *daily); /* NULL is allowed */

#endif
