/* keysort.h -- sorts a chain of records in memory. Private to lib/io. */
#ifndef CONTRACE_IO_KEYSORT_H
#define CONTRACE_IO_KEYSORT_H

#include <string.h>

#include "chain.h"
#include "contrace/sorter.h"

/* Puts the chain in order. Each of the pool's threads may take `room` bytes besides, and a chunk
 * for each of up to CT_KEYSORT_BUCKETS buckets. Without a pool, records that there is room for take
 * no chunks. After a failure the chain can only be freed. */
enum { CT_KEYSORT_BUCKETS = 256 };
CT_MUST_CHECK ct_status ct_keysort(ct_chain *chain, ct_chunks *chunks, const ct_order *order,
                                   uint64_t room, ct_pool *pool, ct_err *err);

/* What a record costs of `room` while it is sorted. */
uint64_t ct_keysort_cost(size_t record_size);

/* As memcmp(); 0 for equal bytes only. */
static inline int ct_order_compare(const ct_order *order, size_t record_size, const uint64_t ka[2],
                                   const void *a, const uint64_t kb[2], const void *b)
{
    if (ka[0] != kb[0])
        return ka[0] < kb[0] ? -1 : 1;
    if (ka[1] != kb[1])
        return ka[1] < kb[1] ? -1 : 1;
    const int c = order->tie ? order->tie(a, b, order->ctx) : 0;
    return c ? c : memcmp(a, b, record_size);
}

#endif
