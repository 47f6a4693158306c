/* contrace/counts.h -- how often each byte string was counted.
 *
 * Errors:    CT_ENOMEM.
 * Ownership: strings are copied in, and lent out until the table is freed.
 * Threads:   one writer, or many readers; tables of several threads are added together. */
#ifndef CONTRACE_COUNTS_H
#define CONTRACE_COUNTS_H

#include <stdint.h>

#include "contrace/bytes.h"

typedef struct ct_counts ct_counts;

CT_MUST_CHECK ct_status ct_counts_new(ct_counts **out, ct_err *err);
void ct_counts_free(ct_counts *counts); /* NULL is allowed */

/* Counts n more of the string that the parts make, one behind the other. */
CT_MUST_CHECK ct_status ct_counts_add(ct_counts *counts, const ct_str *parts, size_t part_count,
                                      int64_t n, ct_err *err);
/* Adds all that another one has. */
CT_MUST_CHECK ct_status ct_counts_merge(ct_counts *counts, const ct_counts *other, ct_err *err);

/* How many strings there are, in the order they came in: i < size. */
uint32_t ct_counts_size(const ct_counts *counts);
ct_str ct_counts_what(const ct_counts *counts, uint32_t i);
int64_t ct_counts_n(const ct_counts *counts, uint32_t i);

/* order[0..size): which comes when they are ordered bytewise. */
CT_MUST_CHECK ct_status ct_counts_order(const ct_counts *counts, uint32_t *order, ct_err *err);

#endif
