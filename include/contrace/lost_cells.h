/* contrace/lost_cells.h -- cells that records name and the table has not, each once, and how often.
 *
 * Errors:    CT_ENOMEM.
 * Ownership: all is copied. */
#ifndef CONTRACE_LOST_CELLS_H
#define CONTRACE_LOST_CELLS_H

#include "contrace/cells.h"
#include "contrace/counts.h"

typedef struct ct_lost_cell {
    ct_str cell_id, source;
    int64_t mcc, mnc, area, enb, rnc, cell; /* -1: missing */
    int why;                                /* of ct_lost_names */
    int64_t records;
} ct_lost_cell;

extern const char *const ct_lost_names[]; /* unknown, not_then; ended by NULL */
extern const ct_schema ct_lost_cell_schema;

/* Adds to a cell's records. Ordered as counts are, cells are by mcc, mnc, area, enb, rnc, cell,
 * cell_id, why and source. */
CT_MUST_CHECK ct_status ct_lost_cell_add(ct_counts *lost, const ct_lost_cell *cell, ct_err *err);
/* Texts are lent as those of the counts are; i < ct_counts_size(). */
ct_lost_cell ct_lost_cell_at(const ct_counts *lost, uint32_t i);

#endif
