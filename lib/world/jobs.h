/* jobs.h -- where everybody works and learns: firms, schools, shops.
 *
 * Errors:    CT_ENOMEM.
 * Ownership: what it gives is written into the city.
 * Threads:   one at a time. */
#ifndef CONTRACE_WORLD_JOBS_H
#define CONTRACE_WORLD_JOBS_H

#include "city.h"

/* How many firms there are for so many workers. */
uint32_t ct_jobs_firms(const ct_city *city, uint32_t workers);

/* Gives workers and pupils their places, and firms their rooms. The places are there. */
CT_MUST_CHECK ct_status ct_jobs_fill(ct_city *city, uint32_t workers, uint32_t pupils, ct_err *err);

#endif
