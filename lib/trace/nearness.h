/* nearness.h -- how far apart two may be recorded and still count as near each other: by their
 * distance, with their accuracies added or not, or by the chance that they truly are within it.
 *
 * A missing accuracy counts as exact, as in ct_probability_within().
 *
 * Units:     metres.
 * Threads:   by value. */
#ifndef CONTRACE_NEARNESS_H
#define CONTRACE_NEARNESS_H

#include <math.h>
#include <stdbool.h>

/* Zero-initialised but for distance_m, near is no further than that. */
typedef struct ct_nearness {
    double distance_m;
    bool radii;      /* near is no further than the distance and both accuracies */
    double least;    /* > 0: near is where ct_probability_within() is at least this */
    double deviates; /* how many standard deviations beyond the distance that can be */
    double most_m;   /* two accuracies whose root of the sum of squares is larger never are near */
} ct_nearness;

/* least_probability 0 to 1; 0: near by distance. With radii it must be 0. */
ct_nearness ct_nearness_of(double distance_m, bool radii, double least_probability);

/* Can one with this accuracy be near anybody? */
bool ct_nearness_possible(const ct_nearness *n, double accuracy_m);
/* Two are near each other only if no further apart than the distance and both their margins. */
double ct_nearness_margin_m(const ct_nearness *n, double accuracy_m);
/* As far apart as any two that are near can be. */
double ct_nearness_most_m(const ct_nearness *n);
/* The largest recorded distance at which two are near; negative: there is none. */
double ct_nearness_reach_m(const ct_nearness *n, double accuracy_a_m, double accuracy_b_m);
/* Are they, by their distance, or that squared? */
bool ct_nearness_near(const ct_nearness *n, double distance_m, double accuracy_a_m,
                      double accuracy_b_m);
static inline bool ct_nearness_near2(const ct_nearness *n, double distance2_m2, double accuracy_a_m,
                                     double accuracy_b_m)
{
    return n->least > 0 || n->radii
               ? ct_nearness_near(n, sqrt(distance2_m2), accuracy_a_m, accuracy_b_m)
               : distance2_m2 <= n->distance_m * n->distance_m;
}

#endif
