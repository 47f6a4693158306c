/* network.h -- the towers of a city, whose they are, and how each operator writes its rows.
 *
 * Errors:    CT_EINPUT for towers of no use; CT_ENOMEM.
 * Ownership: towers are lent.
 * Threads:   many readers. */
#ifndef CONTRACE_WORLD_NETWORK_H
#define CONTRACE_WORLD_NETWORK_H

#include "feeds.h"
#include "phone.h"
#include "radio.h"
#include "world.h"

enum { CT_OPERATORS_MOST = 4 };

typedef struct ct_network {
    const ct_tower *towers;
    ct_plane plane;
    ct_mast *masts; /* those within reach of the city, by tower */
    size_t count;
    unsigned operators;
    bool numbered[CT_OPERATORS_MOST]; /* cells are known by area and cell, not by cell_id */
} ct_network;

/* Sets the city where towers are densest, and takes the towers around it: of up to four operators
 * (pairs of MCC and MNC), those with the most. */
CT_MUST_CHECK ct_status ct_network_make(ct_network *network, const ct_tower *towers, size_t count,
                                        double radius_m, ct_err *err);
void ct_network_release(ct_network *network);

/* x, y of each mast; the caller frees. */
CT_MUST_CHECK ct_status ct_network_places(const ct_network *network, double **xy, ct_err *err);

CT_MUST_CHECK ct_status ct_tell_cells(const ct_network *network, ct_buf *to, ct_err *err);
CT_MUST_CHECK ct_status ct_tell_signaling_header(const ct_network *network, unsigned operator_of,
                                                 ct_buf *to, ct_err *err);
CT_MUST_CHECK ct_status ct_tell_signaling(const ct_network *network, const ct_names *names,
                                          const ct_zone *zone, int64_t start_us,
                                          unsigned operator_of, const ct_row *row, ct_buf *to,
                                          ct_err *err);

#endif
