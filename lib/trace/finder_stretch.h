/* finder_stretch.h -- takes rows in, and gives them out stretched into the silence around them. */
#ifndef CONTRACE_FINDER_STRETCH_H
#define CONTRACE_FINDER_STRETCH_H

#include "search.h"

/* Makes the sorter of the input; adds a row that was checked. */
CT_MUST_CHECK ct_status ct_finder_expect_rows(ct_finder *f, ct_err *err);
CT_MUST_CHECK ct_status ct_finder_take_row(ct_finder *f, const ct_trajectory_row *row, ct_err *err);

/* Gets a stretched row, to keep or to change. */
typedef ct_status ct_stretched_fn(ct_finder *f, ct_presence *presence, ct_err *err);

/* Empties the sorter of the input: gives each row once, stretched. Of rows that are the same in
 * all, one. */
CT_MUST_CHECK ct_status ct_rows_stretch(ct_finder *f, ct_stretched_fn *fn, ct_err *err);

#endif
