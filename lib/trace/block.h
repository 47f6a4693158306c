/* block.h -- the bounds of pings that follow each other, a block at a time: what holds of all of
 * them by these need not be looked at ping by ping. */
#ifndef CONTRACE_BLOCK_H
#define CONTRACE_BLOCK_H

#include "contrace/ping.h"
#include "contrace/space.h"

enum { CT_BLOCK = 32 }; /* pings */

struct ct_block {
    ct_point low, high;      /* of all coordinates */
    double least_accuracy_m; /* an unknown one is 0 */
    bool known;              /* it was filled in */
    bool whole;              /* all its pings have positions; else nothing is said of them */
};

/* Fills in the block of the CT_BLOCK pings there. */
void ct_block_fill(struct ct_block *block, const ct_ping *pings, const ct_point *points);

/* The points within its bounds that are nearest to `at` and farthest from it. A distance to any of
 * its pings, as it is computed, is no less and no more than to these. */
ct_point ct_block_nearest(const struct ct_block *block, ct_point at);
ct_point ct_block_farthest(const struct ct_block *block, ct_point at);

#endif
