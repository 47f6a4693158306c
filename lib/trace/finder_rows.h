/* finder_rows.h -- the search among rows.
 *
 * Threads:   as contrace/contact.h; a worker uses its own scratch. */
#ifndef CONTRACE_FINDER_ROWS_H
#define CONTRACE_FINDER_ROWS_H

#include "search.h"

/* Empties the sorter of the input, which ct_finder_expect_rows() made, into the meetings. */
CT_MUST_CHECK ct_status ct_finder_find_rows(ct_finder *f, ct_err *err);

#endif
