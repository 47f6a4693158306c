/* merge.h -- merges sorted runs of a temp file. Private to lib/io. */
#ifndef CONTRACE_IO_MERGE_H
#define CONTRACE_IO_MERGE_H

#include "contrace/sorter.h"
#include "spill.h"

/* Sorted records that lie one behind the other in the temp file. */
typedef struct ct_sorted_run {
    uint64_t from, bytes;
} ct_sorted_run;

typedef struct ct_merge ct_merge;

/* Merges `count` (>= 1) runs with a read block of block_bytes (at least one record) for each; of
 * equal records that of the earlier run comes first. All but the runs is lent. */
CT_MUST_CHECK ct_status ct_merge_new(ct_merge **out, const ct_spill *spill,
                                     const ct_sorted_run *runs, size_t count, size_t record_size,
                                     const ct_order *order, size_t block_bytes, ct_err *err);
CT_MUST_CHECK ct_status ct_merge_next(ct_merge *merge, const void **record, ct_err *err);
void ct_merge_free(ct_merge *merge); /* NULL is allowed */

/* Memory that a merge takes for each run besides its block. */
size_t ct_merge_overhead(void);

#endif
