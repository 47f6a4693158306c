/* finder_pings.h -- the search among pings.
 *
 * Threads:   as contrace/contact.h. */
#ifndef CONTRACE_FINDER_PINGS_H
#define CONTRACE_FINDER_PINGS_H

#include "search.h"

/* Makes the sorter of the input; adds a ping that was checked; empties the sorter into the
 * meetings. */
CT_MUST_CHECK ct_status ct_finder_begin_pings(ct_finder *f, ct_err *err);
CT_MUST_CHECK ct_status ct_finder_take_ping(ct_finder *f, const ct_ping *ping, ct_err *err);
CT_MUST_CHECK ct_status ct_finder_find_pings(ct_finder *f, ct_err *err);

#endif
