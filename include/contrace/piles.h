/* contrace/piles.h -- records of one size on numbered piles, laid there by several threads at once,
 * more of them than memory holds.
 *
 * Each thread lays on stacks of its own, so that nobody waits. Past the memory bound full blocks go
 * to files in $TMPDIR (or /tmp), mode 0600, that have no name from the moment they are opened. In
 * which order the records of a pile lie is not defined.
 *
 * Errors:    CT_ENOMEM, CT_EIO (a full temp disk, a missing $TMPDIR: named, with the mend). After
 *            one the piles can only be freed.
 * Ownership: the piles own their memory and files.
 * Threads:   each adds under its own number; once all has been added, any number of piles may be
 *            taken at once. */
#ifndef CONTRACE_PILES_H
#define CONTRACE_PILES_H

#include <stddef.h>
#include <stdint.h>

#include "contrace/error.h"

typedef struct ct_piles ct_piles;

/* record_size: a multiple of 8 up to 1,024; piles and workers from 1. memory_bytes bounds what the
 * records take; less than 32 KiB a pile and worker are not of use, nor is less than 4 KiB possible.
 */
CT_MUST_CHECK ct_status ct_piles_new(ct_piles **out, size_t record_size, uint32_t piles,
                                     unsigned workers, uint64_t memory_bytes, ct_err *err);

/* Lends room for one record more, to be filled before the worker's next call. */
CT_MUST_CHECK ct_status ct_piles_add(ct_piles *piles, unsigned worker, uint32_t pile, void **record,
                                     ct_err *err);

uint32_t ct_piles_count(const ct_piles *piles);
uint64_t ct_piles_records(const ct_piles *piles, uint32_t pile);
uint64_t ct_piles_spilled(const ct_piles *piles); /* bytes written to temp files */

/* Gets `count` records side by side that one worker added, lent until it returns. Any status but
 * CT_OK ends the taking. */
typedef ct_status ct_pile_fn(const void *records, size_t count, unsigned worker, void *ctx,
                             ct_err *err);

/* Gives all records of a pile to fn, some at a time, and then their memory back. */
CT_MUST_CHECK ct_status ct_piles_take(ct_piles *piles, uint32_t pile, ct_pile_fn *fn, void *ctx,
                                      ct_err *err);
void ct_piles_free(ct_piles *piles); /* NULL is allowed */

#endif
