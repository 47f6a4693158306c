/* contrace/ids.h -- gives each distinct byte string a small number, and back.
 *
 * Errors:    CT_ENOMEM; CT_ERANGE beyond 2^32 - 2 strings, 64 GiB of them, or 4 GiB of one. The
 *            table is then as it was.
 * Ownership: strings are copied in, and lent out until the table is freed.
 * Threads:   one writer, or many readers.
 * The hash is seeded anew in each process, and no order of it is ever visible. */
#ifndef CONTRACE_IDS_H
#define CONTRACE_IDS_H

#include <stdint.h>

#include "contrace/bytes.h"

typedef struct ct_ids ct_ids;

#define CT_NO_ID UINT32_MAX

CT_MUST_CHECK ct_status ct_ids_new(ct_ids **out, ct_err *err);
void ct_ids_free(ct_ids *ids); /* NULL is allowed */

/* The number of text: 0, 1, 2... in the order of first sight. */
CT_MUST_CHECK ct_status ct_ids_add(ct_ids *ids, ct_str text, uint32_t *id, ct_err *err);

/* The same for several texts, which is faster than one by one, as they are looked for side by side.
 */
CT_MUST_CHECK ct_status ct_ids_add_all(ct_ids *ids, const ct_str *texts, size_t count,
                                       uint32_t *numbers, ct_err *err);
/* The number of text, or CT_NO_ID. */
uint32_t ct_ids_find(const ct_ids *ids, ct_str text);

ct_str ct_ids_text(const ct_ids *ids, uint32_t id);   /* lent; id < count */
void ct_ids_prefetch(const ct_ids *ids, uint32_t id); /* so that its text is at hand soon */
uint32_t ct_ids_count(const ct_ids *ids);
size_t ct_ids_bytes(const ct_ids *ids); /* memory held */

/* Fills rank[0..count): the place of each string in bytewise order. Ranks of a table that has
 * grown keep the order of the strings already there. rank has room for ct_ids_count() entries. */
CT_MUST_CHECK ct_status ct_ids_rank(const ct_ids *ids, uint32_t *rank, ct_err *err);

/* The other way round: order[0..count) are the strings in bytewise order. */
CT_MUST_CHECK ct_status ct_ids_order(const ct_ids *ids, uint32_t *order, ct_err *err);

/* The string of number n gets the number numbers[n] instead. They are 0..count-1, in any order, as
 * ranks are. */
CT_MUST_CHECK ct_status ct_ids_renumber(ct_ids *ids, const uint32_t *numbers, ct_err *err);

#endif
