/* contrace/radix.h -- sorts numbers, each with the place of what it stands for.
 *
 * Ownership: all memory is the caller's.
 * Threads:   safe. */
#ifndef CONTRACE_RADIX_H
#define CONTRACE_RADIX_H

#include <stddef.h>
#include <stdint.h>

typedef struct ct_keyed {
    uint64_t key;
    size_t slot;
} ct_keyed;

/* Sorts by key; stable. `differing` has every bit in which keys differ. Takes turns between items
 * and other, each of count, and gives the one where they end. */
ct_keyed *ct_radix_sort(ct_keyed *items, ct_keyed *other, size_t count, uint64_t differing);

#endif
