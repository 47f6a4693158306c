/* contrace/outliers.h -- tells the pings of a track that cannot be true from the jumps that are.
 *
 * A ping can be reached from an earlier one if their distance is at most max_speed times the time
 * between, and both accuracies besides (a missing one counts as 0 m). The distance is the straight
 * line, which is never longer than the way.
 *
 * Units:     as ct_ping; metres a second.
 * Errors:    CT_ERANGE, CT_ENOMEM.
 * Ownership: pings are lent in; what comes out is lent until the next call and the free, and is
 *            good no longer than the pings that went in.
 * Threads:   one caller. */
#ifndef CONTRACE_OUTLIERS_H
#define CONTRACE_OUTLIERS_H

#include "contrace/ping.h"

/* A jump is believed where it saves as many pings as this: two on its one side and two on its other
 * agree among themselves; on a way there and back, four. */
enum { CT_JUMP_COST = 2 };

/* The most pings dropped in a row, so that the work is in proportion to the pings. */
enum { CT_OUTLIERS_IN_ROW = 64 };

typedef struct ct_outliers ct_outliers;

typedef struct ct_split {
    const ct_ping *kept, *dropped;
    size_t kept_count, dropped_count;
} ct_split;

/* max_speed_mps > 0 and finite, else CT_ERANGE. */
CT_MUST_CHECK ct_status ct_outliers_new(ct_outliers **out, ct_frame frame, double max_speed_mps,
                                        ct_err *err);

/* Splits one person's pings, each later than the one before (CT_ERANGE otherwise).
 *
 * A jump is two successive kept pings of which the later cannot be reached from the earlier. Of all
 * the ways to keep one or more of the pings and drop no more than CT_OUTLIERS_IN_ROW in a row, the
 * split is the one of the least cost: 1 for each ping dropped, CT_JUMP_COST for each jump. Of two
 * of the same cost it is the one that keeps the last ping that only one of them keeps. Pings
 * without a position are kept, and not looked at.
 *
 * Each ping is tried with at most CT_OUTLIERS_IN_ROW + 1 earlier ones; with one, mostly.
 * Source: Zheng, "Trajectory data mining: an overview", 2015 (speed as a test for noise). */
CT_MUST_CHECK ct_status ct_outliers_split(ct_outliers *outliers, const ct_ping *pings, size_t count,
                                          ct_split *out, ct_err *err);
void ct_outliers_free(ct_outliers *outliers); /* NULL is allowed */

#endif
