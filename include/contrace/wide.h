/* contrace/wide.h -- sorts numbers of 128 bits.
 *
 * Ownership: all memory is the caller's.
 * Threads:   safe. */
#ifndef CONTRACE_WIDE_H
#define CONTRACE_WIDE_H

#include <stddef.h>

__extension__ typedef unsigned __int128 ct_wide;

/* Sorts items; `other` is room for as many. */
void ct_wide_sort(ct_wide *items, ct_wide *other, size_t count);

#endif
