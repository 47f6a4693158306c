#include "contrace/radix.h"

enum { BITS_OF_FEW = 8, BITS_OF_MANY = 11, MANY = 4096 };

/* One pass by the bits from shift on. */
static void sort_pass(const ct_keyed *from, ct_keyed *to, size_t count, unsigned shift,
                      unsigned bits)
{
    size_t starts[1 << BITS_OF_MANY];
    const uint64_t mask = (UINT64_C(1) << bits) - 1;
    for (size_t digit = 0; digit <= mask; digit++)
        starts[digit] = 0;
    for (size_t i = 0; i < count; i++)
        starts[from[i].key >> shift & mask]++;
    size_t start = 0;
    for (size_t digit = 0; digit <= mask; digit++) {
        const size_t here = starts[digit];
        starts[digit] = start;
        start += here;
    }
    for (size_t i = 0; i < count; i++)
        to[starts[from[i].key >> shift & mask]++] = from[i];
}

/* The lowest bits first; those in which no two keys differ are passed over. */
ct_keyed *ct_radix_sort(ct_keyed *items, ct_keyed *other, size_t count, uint64_t differing)
{
    const unsigned bits = count < MANY ? BITS_OF_FEW : BITS_OF_MANY;
    for (unsigned shift = 0; differing >> shift != 0; shift += bits) {
        shift += (unsigned)__builtin_ctzll(differing >> shift);
        sort_pass(items, other, count, shift, bits);
        ct_keyed *const swap = items;
        items = other;
        other = swap;
        if (shift + bits >= 64)
            break;
    }
    return items;
}
