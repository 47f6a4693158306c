/* plan.h -- which things are to be swept against which, cut into tasks.
 *
 * Errors:    CT_ENOMEM.
 * Ownership: a list owns its memory, not the batches in it. */
#ifndef CONTRACE_PLAN_H
#define CONTRACE_PLAN_H

#include "sweep.h"

/* Zero-initialised it is empty and ready. */
typedef struct ct_batch_list {
    ct_batch **ptr;
    size_t count, capacity;
} ct_batch_list;

typedef struct ct_plan {
    ct_sweep *sweeps;
    size_t count, capacity;
} ct_plan;

CT_MUST_CHECK ct_status ct_batch_list_add(ct_batch_list *list, ct_batch *batch, ct_err *err);
void ct_batch_list_release(ct_batch_list *list);

/* All pairs of which one is in a batch from fresh on, the other in the same or an earlier one. */
CT_MUST_CHECK ct_status ct_plan_make(ct_plan *plan, const ct_bands *bands,
                                     const ct_batch_list *list, size_t fresh, unsigned workers,
                                     ct_err *err);
size_t ct_plan_bytes(const ct_plan *plan);
void ct_plan_release(ct_plan *plan);

#endif
