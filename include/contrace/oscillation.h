/* contrace/oscillation.h -- tells a phone that hops between cells from one that moves: the DECRE
 * method (detect, expand, check, remove).
 *
 * Units:     as ct_ping; metres a second.
 * Errors:    CT_ERANGE, CT_ENOMEM.
 * Ownership: pings are lent in; what comes out is lent until the next call and the free, and is
 *            good no longer than the pings that went in.
 * Threads:   one caller.
 * Source:    Wu et al., "Oscillation resolution for mobile phone cellular tower data to enable
 *            mobility modelling", IEEE MDM 2014: the four steps, the stable period, the heuristics
 *            on stable periods, speed and suspicious sequences, and their example values. How far a
 *            sequence is expanded, what of it is a cycle, and the score are our own. */
#ifndef CONTRACE_OSCILLATION_H
#define CONTRACE_OSCILLATION_H

#include "contrace/outliers.h"
#include "contrace/time.h"

#define CT_STABLE_LEAST    (10 * CT_MINUTE) /* a stable period lasts as long */
#define CT_STABLE_APART    (2 * CT_MINUTE)  /* two on one cell less apart than this are one */
#define CT_SUSPICIOUS_MOST CT_MINUTE        /* how long a suspicious sequence is */
#define CT_SUSPICIOUS_AWAY CT_MINUTE        /* and how far it is expanded, on either side */
#define CT_OSCILLATION_MPS (300 / 3.6)      /* the speed that is impossible unless one is given */
enum {
    CT_SUSPICIOUS_LEAST = 3,  /* pings, on two cells or more */
    CT_SUSPICIOUS_PINGS = 64, /* the most in a sequence; half as many on either side */
};

typedef struct ct_oscillation ct_oscillation;

/* max_gap_us > 0: a longer silence ends a stable period. max_speed_mps > 0; INFINITY: any speed is
 * possible. CT_ERANGE otherwise. */
CT_MUST_CHECK ct_status ct_oscillation_new(ct_oscillation **out, ct_frame frame, int64_t max_gap_us,
                                           double max_speed_mps, ct_err *err);

/* Splits one person's pings, each later than the one before (CT_ERANGE otherwise).
 *
 * A cell is a position; pings without one, or with a place_id, are kept and not looked at. The
 * others, in the order of time:
 *
 * A stable period is the longest stretch of pings on one cell, none more than max_gap after the one
 * before, that lasts CT_STABLE_LEAST. Where two that follow each other are on one cell, and the
 * later begins less than CT_STABLE_APART after the end of the earlier, the pings of other cells
 * between them are dropped, until there are no such.
 *
 * Detect: from the first ping on, the longest sequence within CT_SUSPICIOUS_MOST is suspicious if
 * it has CT_SUSPICIOUS_LEAST pings on two cells; failing that, two pings of which the later cannot
 * be reached from the earlier (as ct_outliers has it) are. Then the same behind it. Expand: the
 * pings up to CT_SUSPICIOUS_AWAY before and behind belong to it too; what an earlier sequence has
 * dropped does not.
 * Check: a cycle is from a cell's first ping in the sequence to its last, if another cell's lies
 * between; cycles that share a ping are one. Remove: a cycle's winner is the cell, of those that
 * return, with the least sum of distances to all pings of the cycle; of two the one of more pings,
 * then the earlier. Where the cycle has pings of stable periods, only their cells can win. Pings of
 * other cells are dropped, but those of stable periods.
 *
 * All this is done again until it drops nothing, so what is kept would be kept again. */
CT_MUST_CHECK ct_status ct_oscillation_split(ct_oscillation *oscillation, const ct_ping *pings,
                                             size_t count, ct_split *out, ct_err *err);
void ct_oscillation_free(ct_oscillation *oscillation); /* NULL is allowed */

#endif
