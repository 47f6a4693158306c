/* finder_pings.h -- the search among pings.
 *
 * Threads:   as contrace/contact.h. */
#ifndef CONTRACE_FINDER_PINGS_H
#define CONTRACE_FINDER_PINGS_H

#include "search.h"

/* Lists two pings that are near from the side of the index, if that is one and infectious then. */
CT_MUST_CHECK ct_status ct_finder_list_sights(ct_finder *f, const ct_sight *index,
                                              const ct_sight *contact, double distance_m,
                                              bool venue, unsigned worker, ct_err *err);

/* The same, of an index that is known to be. */
CT_MUST_CHECK ct_status ct_finder_list_pings(ct_finder *f, const ct_sight *index,
                                             const ct_sight *contact, double distance_m, bool venue,
                                             unsigned worker, ct_err *err);

/* Makes room for the input; adds a ping that was checked, from several threads; empties the input
 * into the meetings. */
CT_MUST_CHECK ct_status ct_finder_expect_pings(ct_finder *f, ct_err *err);
CT_MUST_CHECK ct_status ct_finder_take_ping(ct_finder *f, unsigned worker, const ct_ping *ping,
                                            ct_err *err);
CT_MUST_CHECK ct_status ct_finder_find_pings(ct_finder *f, ct_err *err);

#endif
