/* met_cells.h -- the cells met lately by their names, each with its position as that is written:
 * to look one up again costs a cache line or two. Private to lib/trace.
 *
 * Threads:   one at a time. */
#ifndef CONTRACE_TRACE_MET_CELLS_H
#define CONTRACE_TRACE_MET_CELLS_H

#include "contrace/cells.h"

enum { CT_MET_NAME_MOST = 23, CT_MET_TEXT_MOST = 15 };

typedef struct ct_met_cell {
    unsigned char name_len; /* 0: an empty slot */
    char name[CT_MET_NAME_MOST];
    double x, y, accuracy_m;
    ct_str place_id;
    struct ct_met_text { /* as ct_format_double() writes x, y, accuracy_m; len 0: longer, or NAN */
        unsigned char len;
        char bytes[CT_MET_TEXT_MOST];
    } texts[3];
} ct_met_cell;

typedef struct ct_met_cells ct_met_cells;

CT_MUST_CHECK ct_status ct_met_cells_new(ct_met_cells **out, ct_err *err);
void ct_met_cells_free(ct_met_cells *met); /* NULL is allowed */

/* NULL: it was not met lately. Lent until the next call for these cells. */
const ct_met_cell *ct_met_cells_find(const ct_met_cells *met, ct_str name);

/* Notes where a cell is; NULL: its name is too long to be noted. */
const ct_met_cell *ct_met_cells_note(ct_met_cells *met, ct_str name, const ct_site *site);

static inline ct_str ct_met_text(const ct_met_cell *cell, unsigned which)
{
    return (ct_str){cell->texts[which].bytes, cell->texts[which].len};
}

#endif
