/* contrace/pipeline.h -- takes items one after the other, works on them on all cores, and settles
 * them in the order they were taken.
 *
 * Errors:    the failure that comes first in the order of the items is the one reported: all before
 *            it are settled, none behind it is.
 * Ownership: items are the caller's.
 * Threads:   one caller. */
#ifndef CONTRACE_PIPELINE_H
#define CONTRACE_PIPELINE_H

#include "contrace/parallel.h"

/* What is done with each item. take() and settle() are called one at a time each, by any thread,
 * but both may run at once, and work() besides, on different items. */
typedef struct ct_pipeline {
    /* Fills an item with what comes next. CT_END: there is no more. */
    ct_status (*take)(void *item, unsigned worker, void *ctx, ct_err *err);
    ct_status (*work)(void *item, unsigned worker, void *ctx, ct_err *err);
    ct_status (*settle)(void *item, void *ctx, ct_err *err);
    void *ctx;
} ct_pipeline;

/* How many items keep `pool` busy while one is taken and another settled. */
size_t ct_pipeline_items(const ct_pool *pool);

/* Runs to the end. items[0..count) are used over and over. The pool may be NULL: one thread. */
CT_MUST_CHECK ct_status ct_pipeline_run(const ct_pipeline *pipeline, ct_pool *pool, void *items,
                                        size_t item_size, size_t count, ct_err *err);

#endif
