/* build_order.h -- whether the FILEs are in order as they are, so that nothing has to be sorted. */
#ifndef CONTRACE_BUILD_ORDER_H
#define CONTRACE_BUILD_ORDER_H

#include "tool.h"

/* Looks as far as the first ping that is not in the order of id, bytewise, and time. What cannot be
 * read twice is taken to be in none; what cannot be read at all as well, as reading it will tell.
 */
CT_MUST_CHECK ct_status build_in_order(ct_run *run, bool *in_order, ct_err *err);

#endif
