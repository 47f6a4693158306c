/* contrace/weight.h -- how much a moment of exposure weighs, by the distance of the two and by the
 * days since the case's onset.
 *
 * Written as text in a policy: contrace-policy(5); the formulas and their sources:
 * contrace-methods(7).
 *
 * Units:     metres, microseconds; days of 86,400 s; weights are pure numbers >= 0.
 * Errors:    CT_ERANGE says what is wrong in a text.
 * Ownership: by value.
 * Threads:   safe. */
#ifndef CONTRACE_WEIGHT_H
#define CONTRACE_WEIGHT_H

#include <stdint.h>

#include "contrace/bytes.h"

typedef enum ct_distance_kind {
    CT_DISTANCE_FLAT,   /* 1 */
    CT_DISTANCE_SQUARE, /* min(1, (near / d)^2) */
    CT_DISTANCE_STEPS,  /* that of the first step that reaches d; past the last: 0 */
} ct_distance_kind;

enum { CT_WEIGHT_STEPS = 24 };

typedef struct ct_distance_weight {
    ct_distance_kind kind;
    double near_m; /* > 0 */
    size_t steps;
    double upto_m[CT_WEIGHT_STEPS]; /* rising; a step reaches d < upto_m */
    double weight[CT_WEIGHT_STEPS];
} ct_distance_weight;

typedef enum ct_day_kind {
    CT_DAY_FLAT,   /* 1 */
    CT_DAY_GAMMA,  /* a gamma density of t + shift, scaled to 1 at its mode */
    CT_DAY_NORMAL, /* exp(-((t - centre) / sd)^2 / 2) */
    CT_DAY_STEPS,  /* that of day floor(t); days that are not named: 0 */
} ct_day_kind;

typedef struct ct_day_weight {
    ct_day_kind kind;
    double shape, rate, shift; /* shape >= 2; rate > 0 a day; days */
    double sd, centre;         /* sd >= 0.5 days; days */
    size_t steps;
    int64_t day[CT_WEIGHT_STEPS]; /* rising */
    double weight[CT_WEIGHT_STEPS];
} ct_day_weight;

/* "flat", "square 1m", "steps 3m:0.8 8m:1 14m:0.1". */
CT_MUST_CHECK ct_status ct_distance_weight_parse(ct_str text, ct_distance_weight *out, ct_err *err);
/* "flat", "gamma SHAPE RATE SHIFT", "normal SD CENTRE", "days -2:0.5 -1:1 0:1". */
CT_MUST_CHECK ct_status ct_day_weight_parse(ct_str text, ct_day_weight *out, ct_err *err);

/* The weight at a distance, >= 0 m. */
double ct_distance_weight_at(const ct_distance_weight *w, double metres);

/* The mean weight where all of a disc of this radius is as likely, >= 0 m. */
double ct_distance_weight_within(const ct_distance_weight *w, double radius_m);

/* The weight at a moment, in microseconds since the date of the case; it holds from there to
 * *until_us (CT_FOREVER: for ever). Curves are taken hour by hour, counted from the date, at the
 * middle of each; more than 1,000 days away they are 0. */
double ct_day_weight_at(const ct_day_weight *w, int64_t us, int64_t *until_us);

/* The curve itself, in days since the date. */
double ct_day_weight_curve(const ct_day_weight *w, double days);

/* The largest weight of any day. */
double ct_day_weight_most(const ct_day_weight *w);

#endif
