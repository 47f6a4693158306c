/* contact_presence.h -- a trajectory row as the search for contacts sees it: stretched into the
 * time around it, and in legs of uniform motion.
 *
 * Units:     as contrace/space.h.
 * Threads:   by value; legs are one thread's. */
#ifndef CONTRACE_CONTACT_PRESENCE_H
#define CONTRACE_CONTACT_PRESENCE_H

#include "contrace/space.h"

typedef struct ct_presence {
    uint32_t person;           /* its number; its rank once it is stretched */
    uint32_t place;            /* CT_NO_ID for none */
    uint32_t row;              /* counts the rows of a person */
    uint32_t which_case;       /* the person's place in the table of cases, or CT_NO_ID */
    uint32_t pieces;           /* chords its path is cut into; 0: at rest */
    uint32_t lingers;          /* 1: not the person, but the air of the place that it left */
    int64_t start_us, end_us;  /* claimed */
    int64_t from_us, until_us; /* stretched: it stands still before its start and after its end */
    double x, y, end_x, end_y; /* NAN: nowhere but at its place */
    double accuracy_m;
} ct_presence;

static inline bool ct_presence_has_position(const ct_presence *p)
{
    return !isnan(p->x);
}

/* Legs of uniform motion, each beginning where and when the one before ended. */
typedef struct ct_legs {
    ct_motion *items;
    size_t count, capacity;
    double *cut; /* scratch */
    size_t cut_capacity;
    uint32_t person, row; /* whose legs they are, if count > 0 */
} ct_legs;

/* Cuts the path of p, which has a position; does nothing if these are its legs already. */
CT_MUST_CHECK ct_status ct_legs_of(ct_legs *legs, ct_frame frame, const ct_presence *p,
                                   ct_err *err);
void ct_legs_release(ct_legs *legs);

/* Part i of n equal parts of a span begins here. */
static inline int64_t ct_part_us(int64_t start_us, int64_t end_us, unsigned i, unsigned n)
{
    const int64_t span_us = end_us - start_us;
    return start_us + span_us / n * i + span_us % n * i / n;
}

/* Where the person was at a moment: as the row says at its ends, else rounded to 7 decimals of a
 * degree or 4 of a metre. legs may be NULL if p is at rest. */
void ct_presence_position(const ct_presence *p, ct_frame frame, const ct_legs *legs, int64_t us,
                          double *x, double *y);

#endif
