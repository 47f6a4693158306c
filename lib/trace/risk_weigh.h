/* risk_weigh.h -- weighs the time of episodes by distance, day and setting. Private to lib/trace.
 */
#ifndef CONTRACE_TRACE_RISK_WEIGH_H
#define CONTRACE_TRACE_RISK_WEIGH_H

#include "contrace/case.h"
#include "contrace/policy.h"
#include "rolling.h"

/* An episode, clipped to the infectious period, as it is sorted: without gaps, so that records can
 * be compared bytewise. */
typedef struct ct_met {
    uint32_t contact, index; /* numbers of the ids */
    int64_t start_us, end_us;
    int64_t recorded_us, expected_us;
    double probability, min_distance_m, mean_distance_m; /* NAN: missing */
    float x, y;                                          /* NAN: missing */
    int16_t setting, evidence, generation;               /* -1: not said */
    int16_t assumed;                                     /* 1: its expected time is not known */
} ct_met;

typedef struct ct_spells {
    ct_spell *items;
    size_t count, room;
} ct_spells;

CT_MUST_CHECK ct_status ct_spells_reserve(ct_spells *spells, size_t more, ct_err *err);

enum { CT_WEIGHER_DAYS = 30, CT_WEIGHER_HOURS = 2 * CT_WEIGHER_DAYS * 24 };

/* What a policy's weights are, looked up once; any number of threads may read it. */
typedef struct ct_weigher {
    const ct_policy *policy;          /* lent */
    double at_venue, anywhere;        /* by distance, where that is not known better */
    double on_worst_day;              /* of a case of no known date */
    bool is_curve;                    /* by_hour is filled */
    double by_hour[CT_WEIGHER_HOURS]; /* from CT_WEIGHER_DAYS before the date of the case on */
} ct_weigher;

void ct_weigher_init(ct_weigher *weigher, const ct_policy *policy);

/* Adds an episode with a case (NULL: nothing is known of it) to the spells, cut where the weight of
 * the day changes, so that each piece has one: else a longer episode might weigh less where it was
 * before. The weight of its distance is that of the mean distance where positions are precise; at a
 * place, that of the policy's venue_distance; else, as positions tell no more than that the two
 * were within the policy's distance, the mean of all places there. */
CT_MUST_CHECK ct_status ct_weigh(const ct_weigher *weigher, const ct_met *met,
                                 const ct_infectious *index, ct_spells *spells, ct_err *err);

#endif
