/* entries.h -- sorts an array of records' keys. Private to lib/io. */
#ifndef CONTRACE_IO_ENTRIES_H
#define CONTRACE_IO_ENTRIES_H

#include <stdbool.h>
#include <string.h>

#include "contrace/sorter.h"

/* A record's keys and where it is. */
typedef struct ct_entry {
    uint64_t key[2];
    const char *record;
} ct_entry;

typedef struct ct_entries_order {
    const ct_order *order;
    size_t record_size;
} ct_entries_order;

static inline bool ct_entry_before(const ct_entries_order *by, const ct_entry *a, const ct_entry *b)
{
    if (a->key[0] != b->key[0])
        return a->key[0] < b->key[0];
    if (a->key[1] != b->key[1])
        return a->key[1] < b->key[1];
    const ct_order *order = by->order;
    const int c = order->tie ? order->tie(a->record, b->record, order->ctx) : 0;
    /* NOLINTNEXTLINE(*NonNullParamChecker): an entry has a record */
    return (c ? c : memcmp(a->record, b->record, by->record_size)) < 0;
}

/* Puts e[0..n) in order. */
void ct_entries_sort(const ct_entries_order *by, ct_entry *e, size_t n);

#endif
