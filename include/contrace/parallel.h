/* contrace/parallel.h -- runs numbered tasks on a few threads that are kept.
 *
 * Errors:    the failure of the lowest-numbered task that failed is the one reported.
 * Ownership: the pool owns its threads.
 * Threads:   one caller at a time. A task may use its pool too: what it runs is run by its own
 * thread alone, as worker 0. */
#ifndef CONTRACE_PARALLEL_H
#define CONTRACE_PARALLEL_H

#include "contrace/error.h"

#include <stddef.h>

typedef struct ct_pool ct_pool;

/* One task; worker (0 to workers - 1) tells which scratch space is this thread's. After a failure
 * tasks not yet begun are left out. */
typedef ct_status ct_task_fn(void *ctx, size_t task, unsigned worker, ct_err *err);

/* A pool of `workers` (1 to 1,024), the caller counted: with 1 there is no thread at all. */
CT_MUST_CHECK ct_status ct_pool_new(ct_pool **out, unsigned workers, ct_err *err);
CT_MUST_CHECK ct_status ct_pool_run(ct_pool *pool, size_t tasks, ct_task_fn *fn, void *ctx,
                                    ct_err *err);
unsigned ct_pool_workers(const ct_pool *pool);
void ct_pool_free(ct_pool *pool); /* NULL is allowed */

/* Processors this process may run on, at least 1. */
unsigned ct_processors(void);

#endif
