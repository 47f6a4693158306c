/* outbreak.h -- who infects whom, who is found, and who is called.
 *
 * A person is infected when the hazard met so far reaches a threshold drawn once from an
 * exponential law (Sellke, On the asymptotic distribution of the size of a stochastic epidemic,
 * Journal of Applied Probability 20, 1983): so the order in which exposures are looked at cannot
 * matter.
 *
 * Errors:    CT_ENOMEM.
 * Ownership: an outbreak owns its tables.
 * Threads:   one at a time. */
#ifndef CONTRACE_WORLD_OUTBREAK_H
#define CONTRACE_WORLD_OUTBREAK_H

#include "meeting.h"

typedef struct ct_outbreak {
    const ct_city *city;
    const ct_lines *lines;
    ct_profile profile;
    double hazard; /* of an hour, of level 1, at no distance */
    ct_course *courses;
    size_t count, capacity;
    uint32_t *course_of; /* of each person; CT_NOBODY: never infected */
    double *left;        /* of each person's threshold */
    int16_t *called_on;  /* the day; -1: never */
    bool *quarantined;   /* was reached, and did as told */
    uint8_t *modes;      /* ct_mode of the day in hand */
} ct_outbreak;

CT_MUST_CHECK ct_status ct_outbreak_begin(ct_outbreak *outbreak, const ct_city *city,
                                          const ct_lines *lines, ct_err *err);
void ct_outbreak_release(ct_outbreak *outbreak);

/* Sets the hazard so that a typical case, in a world as on the three days given (of weekday,
 * Saturday, Sunday), causes r0 others. `exposures` are those of each of `sample` people against
 * everybody, at level 1 all day. */
CT_MUST_CHECK ct_status ct_outbreak_calibrate(ct_outbreak *outbreak, ct_exposures exposures[3],
                                              uint32_t sample, ct_err *err);
/* The people whose exposures that takes, as infected[i] = i-th course. */
uint32_t ct_outbreak_sample(const ct_outbreak *outbreak, uint32_t *course_of, ct_course courses[]);
enum { CT_SAMPLE_MOST = 600 };

/* Those infected before the first day. */
CT_MUST_CHECK ct_status ct_outbreak_import(ct_outbreak *outbreak, ct_err *err);

/* What each may do on a day, by then known about them; tests those whose time it is. */
void ct_outbreak_modes(ct_outbreak *outbreak, uint32_t day);

/* Calls somebody on a day, before it begins; false if that was done before, or they are isolated
 * anyway. */
bool ct_outbreak_call(ct_outbreak *outbreak, uint32_t person, uint32_t day);

/* Infects those whom a day's exposures bring to their threshold. Sorts the exposures. */
CT_MUST_CHECK ct_status ct_outbreak_pass(ct_outbreak *outbreak, const ct_day *day,
                                         ct_exposures *exposures, ct_err *err);

/* When somebody found is isolated: the midnight after the result, or quarantine if that is earlier
 * and lasts. */
int64_t ct_isolated_ms(const ct_outbreak *outbreak, const ct_course *course);

#endif
