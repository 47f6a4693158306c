/* contact_together.h -- two people on their legs: when they are near each other, how near, and how
 * surely.
 *
 * Units:     as contrace/space.h; integrals over time in microseconds.
 * Ownership: the legs are lent.
 * Threads:   by value. */
#ifndef CONTRACE_CONTACT_TOGETHER_H
#define CONTRACE_CONTACT_TOGETHER_H

#include "contrace/space.h"

#include "contact_presence.h"

/* Both sets of legs reach from from_us to until_us at least; from_us <= until_us. */
typedef struct ct_together {
    const ct_legs *a, *b;
    int64_t from_us, until_us; /* closed */
} ct_together;

typedef struct ct_spells {
    ct_meet *items;
    size_t count, capacity;
} ct_spells;

/* The first moment within distance_m; false if there is none. */
bool ct_together_first(const ct_together *t, double distance_m, int64_t *first_us);

/* All spells within distance_m in the order of time; what is a microsecond apart is one, as the
 * ends are rounded to whole ones. INFINITY gives one spell, with the closest moment in it. */
CT_MUST_CHECK ct_status ct_together_spells(const ct_together *t, double distance_m, ct_spells *out,
                                           ct_err *err);
CT_MUST_CHECK ct_status ct_spells_add(ct_spells *spells, const ct_meet *spell, ct_err *err);
void ct_spells_release(ct_spells *spells);

/* The mean distance: the integral over the time, in closed form. */
double ct_together_mean_m(const ct_together *t);

/* How long they are within distance_m. */
int64_t ct_together_within_us(const ct_together *t, double distance_m);

/* The integral over time of ct_probability_within(distance, reach_m, accuracies), to 1e-6 of the
 * time; at least one accuracy is known and not 0. */
double ct_together_expected_us(const ct_together *t, double reach_m, double accuracy_a_m,
                               double accuracy_b_m);

#endif
