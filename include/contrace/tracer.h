/* contrace/tracer.h -- contacts of contacts: the search for contacts, generation after generation,
 * forward in time.
 *
 * The first generation are the contacts of the cases. Who was exposed can pass it on from the
 * moment of exposure and latent_us on, and whoever meets that person then is of the next
 * generation. contrace-methods(7) has the definition.
 *
 * How: each generation is a search of its own over the same records, with those who were reached
 * as its cases, from the moment they were. The records are kept for that, within memory_bytes and
 * then on disk; of each person the moment it was reached is held besides.
 *
 * Units, errors, ownership, threads: as contrace/contact.h. */
#ifndef CONTRACE_TRACER_H
#define CONTRACE_TRACER_H

#include "contrace/contact.h"

enum { CT_GENERATIONS_MAX = 100 };

typedef struct ct_tracer_options {
    ct_finder_options rule; /* with cases, without pairs */
    int64_t generations;    /* 1 to CT_GENERATIONS_MAX */
    int64_t latent_us;      /* >= 0 */
} ct_tracer_options;

typedef struct ct_tracer ct_tracer;

CT_MUST_CHECK ct_status ct_tracer_new(ct_tracer **out, const ct_tracer_options *options,
                                      ct_err *err);
CT_MUST_CHECK ct_status ct_tracer_add_ping(ct_tracer *tracer, const ct_ping *ping, ct_err *err);
CT_MUST_CHECK ct_status ct_tracer_add_row(ct_tracer *tracer, const ct_trajectory_row *row,
                                          ct_err *err);
CT_MUST_CHECK ct_status ct_tracer_add_passenger(ct_tracer *tracer, const ct_passenger *passenger,
                                                ct_err *err);
CT_MUST_CHECK ct_status ct_tracer_run(ct_tracer *tracer, ct_err *err);
/* Sorted by index_id and contact_id, bytewise, and start; CT_END at the end. */
CT_MUST_CHECK ct_status ct_tracer_next(ct_tracer *tracer, const ct_episode **out, ct_err *err);

uint32_t ct_tracer_people(const ct_tracer *tracer);
uint32_t ct_tracer_cases_without_data(const ct_tracer *tracer);
void ct_tracer_free(ct_tracer *tracer); /* NULL is allowed */

#endif
