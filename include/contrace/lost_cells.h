/* contrace/lost_cells.h -- cells that records name and the table has not, each once, and how often.
 *
 * Errors:    CT_ENOMEM.
 * Ownership: all is copied.
 * Threads:   one writer, or many readers; tables of several threads are added together. */
#ifndef CONTRACE_LOST_CELLS_H
#define CONTRACE_LOST_CELLS_H

#include "contrace/cells.h"

typedef struct ct_lost_cell {
    ct_str cell_id;
    int64_t mcc, mnc, area, enb, rnc, cell; /* -1: missing */
    int why;                                /* of ct_lost_names */
    int64_t records;
} ct_lost_cell;

extern const char *const ct_lost_names[]; /* unknown, not_then; ended by NULL */
extern const ct_schema ct_lost_cell_schema;

typedef struct ct_lost_cells ct_lost_cells;

CT_MUST_CHECK ct_status ct_lost_cells_new(ct_lost_cells **out, ct_err *err);
void ct_lost_cells_free(ct_lost_cells *lost); /* NULL is allowed */

/* Adds to a cell's records. */
CT_MUST_CHECK ct_status ct_lost_cells_add(ct_lost_cells *lost, const ct_lost_cell *cell,
                                          ct_err *err);
/* Adds all that another one has. */
CT_MUST_CHECK ct_status ct_lost_cells_merge(ct_lost_cells *lost, const ct_lost_cells *other,
                                            ct_err *err);

size_t ct_lost_cells_count(const ct_lost_cells *lost);
/* In the order they came in; texts are lent. i < count. */
ct_lost_cell ct_lost_cells_at(const ct_lost_cells *lost, size_t i);
/* order[0..count): which comes when they are ordered by mcc, mnc, area, enb, rnc, cell, cell_id. */
CT_MUST_CHECK ct_status ct_lost_cells_order(const ct_lost_cells *lost, uint32_t *order,
                                            ct_err *err);

#endif
