/* keysort.h -- sorts records in memory through an array of their keys. Private to lib/io. */
#ifndef CONTRACE_IO_KEYSORT_H
#define CONTRACE_IO_KEYSORT_H

#include "contrace/sorter.h"

/* Records of one size in pieces of 2^piece_bits records, so that the stock grows without being
 * copied. */
typedef struct ct_stock {
    char **pieces;
    size_t piece_count, piece_room;
    size_t record_size;
    unsigned piece_bits;
    uint64_t records;
} ct_stock;

static inline char *ct_stock_at(const ct_stock *stock, uint64_t i)
{
    const uint64_t in_piece = i & ((UINT64_C(1) << stock->piece_bits) - 1);
    return stock->pieces[i >> stock->piece_bits] + in_piece * stock->record_size;
}

/* A record's keys and its place in the stock. */
typedef struct ct_entry {
    uint64_t key[2];
    uint64_t at;
} ct_entry;

/* Fills entries[0..stock->records) and puts them in order; records that are equal stay in the order
 * in which they were added. Fails only as the pool fails. */
CT_MUST_CHECK ct_status ct_keysort(ct_entry *entries, const ct_stock *stock, const ct_order *order,
                                   ct_pool *pool, ct_err *err);

/* As memcmp(); 0 for records that may stand in either order. */
static inline int ct_order_compare(const ct_order *order, size_t record_size, const uint64_t ka[2],
                                   const void *a, const uint64_t kb[2], const void *b)
{
    if (ka[0] != kb[0])
        return ka[0] < kb[0] ? -1 : 1;
    if (ka[1] != kb[1])
        return ka[1] < kb[1] ? -1 : 1;
    return order->tie ? order->tie(a, b, order->ctx) : memcmp(a, b, record_size);
}

#endif
