/* risk_batch.h -- grades all contacts, batch by batch, on all cores. Private to lib/trace. */
#ifndef CONTRACE_TRACE_RISK_BATCH_H
#define CONTRACE_TRACE_RISK_BATCH_H

#include "contrace/sorter.h"
#include "risk_grade.h"

typedef struct ct_grading {
    const ct_policy *policy;
    const ct_infectious *(*case_of)(const void *ctx, uint32_t index); /* from any thread */
    /* Gets each contact, by one thread at a time, in the order of the episodes, and those that
     * count. */
    ct_status (*take)(void *ctx, ct_graded *graded, const ct_met *met, size_t count, ct_err *err);
    void *ctx;
    double min_score; /* contacts with less are left out */
    ct_pool *pool;    /* NULL: one thread */
} ct_grading;

typedef struct ct_grading_counts {
    uint64_t below, later; /* contacts under the least score; episodes of later generations */
} ct_grading_counts;

/* Episodes, sorted by contact, index and start: all there are. Those of the first generation that
 * there is of a contact count. */
CT_MUST_CHECK ct_status ct_grade_all(const ct_grading *grading, ct_sorter *episodes,
                                     ct_grading_counts *counts, ct_err *err);

#endif
