/* contrace/cells.h -- the table of radio cells: from a cell's identity to where its phones are.
 *
 * Units:     degrees on WGS 84, or planar metres; metres.
 * Errors:    CT_ERANGE for a cell without identity or position; CT_ENOMEM.
 * Ownership: rows are copied in; found cells are lent until the next ct_cells_add().
 * Threads:   one writer, or many readers. */
#ifndef CONTRACE_CELLS_H
#define CONTRACE_CELLS_H

#include "contrace/reader.h"
#include "contrace/reference.h"

/* A cell is known by mcc, mnc, area, cell (area: LAC or TAC; what a table lacks, its records lack
 * too), or by an operator's own cell_id, or both. */
typedef struct ct_cell {
    ct_str cell_id;
    int64_t mcc, mnc, area, cell; /* -1: missing */
    double x, y;
    double range_m; /* estimated radius of its coverage; NAN or 0: unknown */
    ct_str place_id;
} ct_cell;

extern const ct_schema ct_cell_schema;

/* What OpenCelliD and Mozilla Location Service call these columns; for a reader's options. */
enum { CT_CELL_NAMES = 7 };
extern const ct_rename ct_cell_names[CT_CELL_NAMES];

typedef struct ct_cells ct_cells;

CT_MUST_CHECK ct_status ct_cells_new(ct_cells **out, ct_err *err);
/* A cell that is there already is kept as it was; *added is false if none of the row's identities
 * was new. */
CT_MUST_CHECK ct_status ct_cells_add(ct_cells *cells, const ct_cell *cell, bool *added,
                                     ct_err *err);
/* Adds every row of a table of ct_cell_schema, whose positions are turned into WGS 84 by
 * `reference` (NULL: they stay as they are); *repeated counts those that brought nothing new. A row
 * without identity is rejected as the reader rejects its own. */
CT_MUST_CHECK ct_status ct_cells_read(ct_cells *cells, ct_reader *reader, ct_reference *reference,
                                      uint64_t *repeated, ct_err *err);
/* By the cell_id of `key`, or, where that is missing or not in the table, by its four numbers; only
 * these five fields are looked at. NULL: unknown. */
const ct_cell *ct_cells_find(const ct_cells *cells, const ct_cell *key);
size_t ct_cells_count(const ct_cells *cells);
void ct_cells_free(ct_cells *cells); /* NULL is allowed */

/* The radius that holds a phone with 68 % if it is anywhere in the disc of range_m with equal
 * chance: range_m * sqrt(0.68), rounded to millimetres. NAN if range_m is 0 or NAN: towers seen
 * once are listed with no range, which does not make them exact. */
double ct_cell_accuracy_m(double range_m);

#endif
