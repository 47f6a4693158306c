/* sweep.h -- the pairs of near things in a filed batch, or in two.
 *
 * Threads:   any number of sweeps at once. */
#ifndef CONTRACE_SWEEP_H
#define CONTRACE_SWEEP_H

#include "batch.h"

/* Part of the work: the things [begin, end) of `walked`, all on one level, against those of a level
 * in `searched`. If both are one batch, pairs of one level are found from the one
 * that is filed first. */
typedef struct ct_sweep {
    const ct_batch *walked, *searched;
    size_t begin, end;
    unsigned walked_level, searched_level;
    size_t searched_begin, searched_end; /* the things of searched_level */
    bool walked_earlier;                 /* the batch, if they are two */
    double reach_m;                      /* of one thing to another, at the most */
    size_t searches, looked_at;          /* set when done: windows of x, and pairs in them */
} ct_sweep;

typedef struct ct_sweep_output {
    ct_near_fn *visit;
    void *ctx;
    unsigned worker;
} ct_sweep_output;

CT_MUST_CHECK ct_status ct_sweep_run(ct_sweep *sweep, const ct_bands *bands,
                                     const ct_sweep_output *output, ct_err *err);

#endif
