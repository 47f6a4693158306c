/* cells_table.h -- the table of cells as its readers fill it. */
#ifndef CONTRACE_CELLS_TABLE_H
#define CONTRACE_CELLS_TABLE_H

#include "contrace/cells.h"

ct_frame ct_cells_frame(const ct_cells *cells);

/* ct_cells_add() of a row whose number and site are known. */
CT_MUST_CHECK ct_status ct_cells_enter(ct_cells *cells, const ct_cell *cell, int64_t number,
                                       const ct_site *site, bool *repeated, ct_err *err);

/* Asks the memory for what ct_cells_enter() will need soon. */
void ct_cells_expect(const ct_cells *cells, const ct_cell *cell, int64_t number);

#endif
