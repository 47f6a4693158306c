/* contrace/sorter.h -- sorts records of one size, more of them than memory holds.
 *
 * Records are kept in memory up to the bound; past it, sorted runs go to files in $TMPDIR (or
 * /tmp), mode 0600, that have no name from the moment they are opened, and are merged at the end.
 * The same records give the same order whatever the bound, the threads and the order they came in,
 * as long as the order given is total.
 *
 * Errors:    CT_ENOMEM, CT_EIO (a full temp disk, a missing $TMPDIR: named, with the mend).
 * Ownership: records are copied in, and lent until the next ct_sorter_next().
 * Threads:   one at a time; sorting itself uses the pool. */
#ifndef CONTRACE_SORTER_H
#define CONTRACE_SORTER_H

#include "contrace/bytes.h"
#include "contrace/parallel.h"

#include <stdint.h>

typedef struct ct_sorter ct_sorter;

/* Records are ordered by key[0], then key[1], then tie, then their bytes. A key may depend
 * on state that grows (the ranks of ids), as long as later states keep the order among records
 * already added. key and tie are called from the threads of the pool, several at once. */
typedef struct ct_order {
    ct_status (*prepare)(void *ctx, ct_err *err); /* called before keys are asked, once a run; what
                                                     it did last holds for the merge; NULL: none */
    void (*key)(const void *record, uint64_t key[2], void *ctx);
    int (*tie)(const void *a, const void *b, void *ctx); /* as memcmp(); NULL: there is none */
    void *ctx;
} ct_order;

/* record_size 1 to 4,096. memory_bytes bounds everything the sorter holds (less than 1 MiB counts
 * as 1 MiB); what it takes grows with the records. The pool may be NULL: one thread. *order is
 * copied, the rest is lent. After a failure the sorter can only be freed. */
CT_MUST_CHECK ct_status ct_sorter_new(ct_sorter **out, size_t record_size, const ct_order *order,
                                      uint64_t memory_bytes, ct_pool *pool, ct_err *err);
CT_MUST_CHECK ct_status ct_sorter_add(ct_sorter *sorter, const void *record, ct_err *err);
/* No more records. Must stand between the last add and the first next. */
CT_MUST_CHECK ct_status ct_sorter_finish(ct_sorter *sorter, ct_err *err);
CT_MUST_CHECK ct_status ct_sorter_next(ct_sorter *sorter, const void **record,
                                       ct_err *err); /* CT_END at the end */
uint64_t ct_sorter_records(const ct_sorter *sorter);
uint64_t ct_sorter_spilled(const ct_sorter *sorter); /* bytes written to temp files */
void ct_sorter_free(ct_sorter *sorter);              /* NULL is allowed */

/* A 64-bit key that orders signed times as unsigned numbers. */
static inline uint64_t ct_time_key(int64_t us)
{
    return (uint64_t)us ^ (UINT64_C(1) << 63);
}

#endif
