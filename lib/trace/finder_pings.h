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

typedef struct ct_seen {
    uint32_t person; /* by rank */
    int64_t time_us;
} ct_seen;

/* The same where meetings are kept on slips, of an index that is known to be. */
CT_MUST_CHECK ct_status ct_finder_list_slip(ct_finder *f, ct_seen index, ct_seen contact,
                                            double distance_m, unsigned worker, ct_err *err);

/* The same, of an index that is known to be. */
CT_MUST_CHECK ct_status ct_finder_list_pings(ct_finder *f, const ct_sight *index,
                                             const ct_sight *contact, double distance_m, bool venue,
                                             unsigned worker, ct_err *err);

/* Makes room for the input; adds a ping that was checked, from several threads; sees to those that
 * still wait for their people to be looked up; empties the input into the meetings. */
CT_MUST_CHECK ct_status ct_finder_expect_pings(ct_finder *f, ct_err *err);
CT_MUST_CHECK ct_status ct_finder_take_ping(ct_finder *f, unsigned worker, const ct_ping *ping,
                                            ct_err *err);
CT_MUST_CHECK ct_status ct_finder_settle_pings(ct_finder *f, ct_err *err);
CT_MUST_CHECK ct_status ct_finder_find_pings(ct_finder *f, ct_err *err);

#endif
