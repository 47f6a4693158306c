/* finder_meetings.h -- what was found, sorted: by the two ids, then by start.
 *
 * Each worker adds to a sorter of its own, so that nobody waits; reading merges them. The order is
 * total on the values, so it does not depend on who found what.
 *
 * Errors:    as of ct_sorter.
 * Ownership: meetings are copied in, and lent until the next ct_meetings_next().
 * Threads:   each worker adds under its own number; all else is one caller's. */
#ifndef CONTRACE_FINDER_MEETINGS_H
#define CONTRACE_FINDER_MEETINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "contrace/parallel.h"

/* A collision, or a part of a contact of two rows: one in which both claim to be where they are, or
 * one in which at least one row is stretched. */
typedef struct ct_meeting {
    uint32_t index, contact;  /* numbers of the people */
    int64_t start_us, end_us; /* with ct_finder_options.pairs: the index's time, the contact's */
    double closest_m;         /* least distance in the whole contact; NAN: not known */
    double mean_m;            /* mean distance from start to end */
    double probability;       /* the largest in the whole contact */
    double expected_us;       /* of the whole contact, in its first part; 0 in the others */
    double x, y;              /* where the index person was when it was closest */
    uint32_t count;           /* 1 in the first part of a contact, 0 in the others */
    uint8_t setting, evidence;
    uint8_t claimed; /* 1: both claim it, it adds to the duration */
    uint8_t unused;  /* always 0 */
} ct_meeting;

typedef struct ct_meetings ct_meetings;

/* rank[] is lent: the place of each person among the ids. */
CT_MUST_CHECK ct_status ct_meetings_new(ct_meetings **out, unsigned workers, const uint32_t *rank,
                                        uint64_t memory_bytes, ct_err *err);
CT_MUST_CHECK ct_status ct_meetings_add(ct_meetings *meetings, unsigned worker,
                                        const ct_meeting *meeting, ct_err *err);
CT_MUST_CHECK ct_status ct_meetings_finish(ct_meetings *meetings, ct_pool *pool, ct_err *err);
CT_MUST_CHECK ct_status ct_meetings_next(ct_meetings *meetings, const ct_meeting **out,
                                         ct_err *err); /* CT_END at the end */
void ct_meetings_free(ct_meetings *meetings);          /* NULL is allowed */

#endif
