/* finder_aboard.h -- the search among those on board of vehicles.
 *
 * Threads:   one caller. */
#ifndef CONTRACE_FINDER_ABOARD_H
#define CONTRACE_FINDER_ABOARD_H

#include "contrace/passenger.h"

#include "search.h"

/* Adds one who is complete, to f->aboard, which it makes. CT_EROW: the vehicle was of another kind
 * before. */
CT_MUST_CHECK ct_status ct_finder_take_passenger(ct_finder *f, const ct_passenger *passenger,
                                                 ct_err *err);
/* Empties f->aboard into the meetings. */
CT_MUST_CHECK ct_status ct_finder_find_aboard(ct_finder *f, ct_err *err);
void ct_aboard_free(ct_aboard *aboard); /* NULL is allowed */

#endif
