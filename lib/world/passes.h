/* passes.h -- a day's work over all rooms, all people and all rows, shared among threads and
 * written in order.
 *
 * Errors:    CT_ENOMEM, CT_EIO.
 * Ownership: buffers live for a pass.
 * Threads:   one caller, who lends a pool. */
#ifndef CONTRACE_WORLD_PASSES_H
#define CONTRACE_WORLD_PASSES_H

#include "files.h"
#include "network.h"

/* Looks at every room. Exposures are appended, in the order of rooms; meetings are written, and
 * counted, if files is not NULL. */
CT_MUST_CHECK ct_status ct_pass_rooms(const ct_teller *teller, const ct_day *day,
                                      const ct_infected *infected, ct_pool *pool, ct_files *files,
                                      ct_exposures *exposures, uint64_t *meetings, ct_err *err);

typedef struct ct_people_counts {
    uint64_t gps, checkins, manifests, positions;
} ct_people_counts;

/* Writes what is recorded of every person; rows of signaling are appended to those of each
 * operator.
 */
CT_MUST_CHECK ct_status ct_pass_people(const ct_teller *teller, const ct_network *network,
                                       const ct_radio *radio, const ct_day *day, ct_pool *pool,
                                       ct_files *files, ct_rows *rows, ct_people_counts *counts,
                                       ct_err *err);

/* Writes the rows that arrive on the day, in the order of arrival, and keeps the others. */
CT_MUST_CHECK ct_status ct_pass_rows(const ct_teller *teller, const ct_network *network,
                                     const ct_zone *zone, unsigned operator_of, uint32_t day,
                                     ct_pool *pool, ct_files *files, ct_rows *rows,
                                     uint64_t *written, ct_err *err);

#endif
