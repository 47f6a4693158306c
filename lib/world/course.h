/* course.h -- the course of an infection: when it begins, how infectious it is, when it is found.
 *
 * Units:     milliseconds since the first day's midnight; days where named _d.
 * Errors:    CT_ENOMEM.
 * Ownership: by value.
 * Threads:   safe; a course depends on the seed, the person and the moment of infection alone.
 * Source:    as named in default.ini. */
#ifndef CONTRACE_WORLD_COURSE_H
#define CONTRACE_WORLD_COURSE_H

#include "chance.h"
#include "params.h"

#define CT_NEVER  INT64_MAX
#define CT_NOBODY UINT32_MAX

/* Infectiousness by the time from onset, a piecewise linear table. */
enum { CT_PROFILE_BEFORE_H = 12 * 24, CT_PROFILE_HOURS = 27 * 24 };

typedef struct ct_profile {
    double per_day[CT_PROFILE_HOURS + 1]; /* at each hour from -CT_PROFILE_BEFORE_H on */
} ct_profile;

void ct_profile_make(ct_profile *profile, const ct_params *params);

typedef struct ct_course {
    int64_t infected_ms, latent_until_ms, onset_ms;
    int64_t specimen_ms, result_ms; /* CT_NEVER: not found */
    double x, y, distance_m;        /* where, on the plane; how far from the infector */
    uint32_t person, infector;      /* CT_NOBODY: brought from elsewhere */
    uint32_t room;                  /* where; of no meaning for the imported */
    float factor;                   /* of infectiousness */
    uint16_t generation;
    uint8_t setting;
    bool symptomatic, stays_home;
} ct_course;

/* Who is infected at a moment gets the rest of the course. */
void ct_course_draw(ct_course *course, const ct_params *params, uint64_t seed, uint32_t person,
                    int64_t infected_ms);

/* How infectious at a moment: of no dimension, integrated over the days 1 on average. */
double ct_course_level(const ct_course *course, const ct_profile *profile, int64_t ms);

#endif
