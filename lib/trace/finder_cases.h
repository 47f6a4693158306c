/* finder_cases.h -- the search for contacts of cases among pings that are read twice: first those
 * of the cases are kept, then each other one is told by itself whether it is near one of them.
 *
 * Threads:   as contrace/contact.h. */
#ifndef CONTRACE_FINDER_CASES_H
#define CONTRACE_FINDER_CASES_H

#include "search.h"

/* Looks for the contacts of a checked ping, in the second reading. */
CT_MUST_CHECK ct_status ct_finder_pass_ping(ct_finder *f, unsigned worker, const ct_ping *ping,
                                            ct_err *err);

/* After the second reading: puts the people in the order of their ids. */
CT_MUST_CHECK ct_status ct_finder_rank_found(ct_finder *f, ct_err *err);

#endif
