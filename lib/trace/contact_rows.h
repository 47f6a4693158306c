/* contact_rows.h -- lists the contacts of two rows.
 *
 * Threads:   as contrace/contact.h; a worker uses its own scratch. */
#ifndef CONTRACE_CONTACT_ROWS_H
#define CONTRACE_CONTACT_ROWS_H

#include "search.h"

/* A part of a row as the grid holds it: the row, and the uniform motion in this part. */
typedef struct ct_part {
    ct_presence presence;
    ct_motion motion;
} ct_part;

/* Lists the contacts of two rows by distance, if the pair is listed from this side: of both at rest
 * and known to be near (parts NULL), or of any two, if their first contact is these parts'. */
CT_MUST_CHECK ct_status ct_rows_list_near(ct_finder *f, const ct_presence *index,
                                          const ct_presence *contact, const ct_part *index_part,
                                          const ct_part *contact_part, unsigned worker,
                                          ct_err *err);

/* Lists the contact of two rows of one place, if the pair is listed from this side. */
CT_MUST_CHECK ct_status ct_rows_list_venue(ct_finder *f, const ct_presence *index,
                                           const ct_presence *contact, ct_err *err);

#endif
