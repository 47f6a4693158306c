/* finder_vicinity.h -- where and when the cases were infectious, so that any ping can be told at
 * once, and by itself, to be near one of theirs or not.
 *
 * Space (earth-centred, so without seams) and time are divided into cells twice as wide as what is
 * near reaches. Each ping of a case is listed in the up to 16 cells that its reach touches; another
 * one only looks into the cell that it lies in.
 *
 * Errors:    CT_ENOMEM; CT_ERANGE for more than 2^32 listings.
 * Ownership: sights are copied in, and lent out until freed.
 * Threads:   any number of readers. */
#ifndef CONTRACE_FINDER_VICINITY_H
#define CONTRACE_FINDER_VICINITY_H

#include "contrace/bytes.h"
#include "contrace/space.h"

#include "finder_sight.h"
#include "nearness.h"

typedef struct ct_vicinity ct_vicinity;

typedef struct ct_vicinity_options {
    ct_frame frame;
    ct_nearness nearness;
    int64_t window_us;
    uint32_t places; /* numbers of places are below this */
} ct_vicinity_options;

/* Of the count sights of cases at `sights`. */
CT_MUST_CHECK ct_status ct_vicinity_new(ct_vicinity **out, const ct_vicinity_options *options,
                                        const ct_sight *sights, size_t count, ct_err *err);

/* Gets a sight of a case, and how far the other one is from it; NAN if one has no position. Any
 * status but CT_OK ends the visit. */
typedef ct_status ct_vicinity_fn(const ct_sight *of_case, double distance_m, bool venue, void *ctx,
                                 ct_err *err);

/* Visits those of the cases' that are within the window of and near this one, or within the window
 * at its place, which is a venue then, once each. */
CT_MUST_CHECK ct_status ct_vicinity_visit(const ct_vicinity *vicinity, const ct_sight *sight,
                                          ct_vicinity_fn *fn, void *ctx, ct_err *err);
void ct_vicinity_free(ct_vicinity *vicinity); /* NULL is allowed */

#endif
