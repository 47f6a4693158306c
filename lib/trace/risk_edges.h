/* risk_edges.h -- keeps what each contact had with each case, until it is known which contacts are
 * on the list. Private to lib/trace. */
#ifndef CONTRACE_TRACE_RISK_EDGES_H
#define CONTRACE_TRACE_RISK_EDGES_H

#include "contrace/ids.h"
#include "contrace/sorter.h"
#include "risk_grade.h"

/* Zero-initialised it is empty. */
struct ct_edges {
    ct_sorter *sorter;
    bool *wanted; /* by the number of the contact */
    ct_edge out;
};

CT_MUST_CHECK ct_status ct_edges_init(struct ct_edges *edges, uint64_t memory_bytes, ct_pool *pool,
                                      ct_err *err);
/* Adds all of one contact's, in the order of their index ids; ranks are those of all ids. */
CT_MUST_CHECK ct_status ct_edges_add(struct ct_edges *edges, const ct_met *met, size_t count,
                                     const uint32_t *ranks, ct_err *err);
/* No more of them; `people` have numbers. */
CT_MUST_CHECK ct_status ct_edges_finish(struct ct_edges *edges, uint32_t people, ct_err *err);
void ct_edges_want(struct ct_edges *edges, uint32_t contact);
CT_MUST_CHECK ct_status ct_edges_next(struct ct_edges *edges, const ct_ids *ids,
                                      const ct_edge **out, ct_err *err);
void ct_edges_release(struct ct_edges *edges);

#endif
