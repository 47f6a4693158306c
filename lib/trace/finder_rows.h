/* finder_rows.h -- the search among rows: stretching them, filing their parts, listing contacts.
 *
 * Threads:   as contrace/contact.h; a worker uses its own scratch. */
#ifndef CONTRACE_FINDER_ROWS_H
#define CONTRACE_FINDER_ROWS_H

#include "finder.h"

/* A part of a row as the grid holds it: the row, and the uniform motion in this part. */
typedef struct ct_part {
    ct_presence presence;
    ct_motion motion;
} ct_part;

/* Does the first contact of two rows, at this moment, belong to these two of their parts? Of all
 * pairs of parts the grid visits, it does to exactly one. */
bool ct_part_owns(const ct_part *index, const ct_part *contact, int64_t us);

/* Gets a stretched row, to keep or to change. */
typedef ct_status ct_stretched_fn(ct_finder *f, ct_presence *presence, ct_err *err);

/* Empties the sorter of the input: gives each row once, stretched. Of rows that are the same in
 * all, one. */
CT_MUST_CHECK ct_status ct_rows_stretch(ct_finder *f, ct_stretched_fn *fn, ct_err *err);

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
