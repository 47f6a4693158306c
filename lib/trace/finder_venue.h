/* finder_venue.h -- visits every two things that are at one place at one time.
 *
 * Things are added in the order of their from_us, and leave memory when the room they take is
 * wanted and nothing that is still to come can meet them.
 *
 * Errors:    CT_ENOMEM; whatever the visitor returns but CT_OK ends it.
 * Ownership: things are copied in, and lent to the visitor until it returns.
 * Threads:   one caller. */
#ifndef CONTRACE_FINDER_VENUE_H
#define CONTRACE_FINDER_VENUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contrace/error.h"

typedef ct_status ct_venue_fn(const void *earlier, const void *later, void *ctx, ct_err *err);

typedef struct ct_venues ct_venues;

/* places: how many there are, up to 2^31 - 2. thing_size: a multiple of 8. only_marked: pairs of
 * which neither is marked are passed over. */
CT_MUST_CHECK ct_status ct_venues_new(ct_venues **out, uint32_t places, size_t thing_size,
                                      bool only_marked, ct_venue_fn *visit, void *ctx, ct_err *err);
/* place < places; from_us to until_us is closed. */
CT_MUST_CHECK ct_status ct_venues_add(ct_venues *venues, uint32_t place, int64_t from_us,
                                      int64_t until_us, bool marked, const void *thing,
                                      ct_err *err);
void ct_venues_free(ct_venues *venues); /* NULL is allowed */

#endif
