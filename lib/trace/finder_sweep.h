/* finder_sweep.h -- all pairs among the pings that were taken in.
 *
 * The input is cut into slabs of time, each with what is still in the window from the slabs before
 * it, and a slab is searched by one thread. Where so much is in the window that it would be looked
 * at over and over, all threads search one slab, that is all the rest. */
#ifndef CONTRACE_FINDER_SWEEP_H
#define CONTRACE_FINDER_SWEEP_H

#include "search.h"

/* Empties f->pings into the meetings. */
CT_MUST_CHECK ct_status ct_finder_sweep(ct_finder *f, ct_err *err);

#endif
