/* risk_grade.h -- grades one contact from all its episodes. Private to lib/trace. */
#ifndef CONTRACE_TRACE_RISK_GRADE_H
#define CONTRACE_TRACE_RISK_GRADE_H

#include "contrace/risk.h"
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

/* A row whose ids are still numbers. */
typedef struct ct_graded {
    uint32_t contact, index;
    uint32_t contact_rank; /* bytewise, among all ids */
    ct_risk risk;
} ct_graded;

/* Room that is used again for each contact. Zero-initialised but for policy and case_of it is
 * ready. */
typedef struct ct_grader {
    const ct_policy *policy;
    /* The case of a number; NULL: nothing is known of it. */
    const ct_infectious *(*case_of)(void *ctx, uint32_t index);
    void *ctx;
    ct_rolling rolling;
    struct ct_spells {
        ct_spell *items;
        size_t count, room;
    } spells, together; /* of one case; of all, none overlapping those of the same */
} ct_grader;

/* Grades a contact from its episodes, count >= 1, in the order of their index ids and starts. Fills
 * all but the ids, rank, and the category of a case. */
CT_MUST_CHECK ct_status ct_grade(ct_grader *grader, const ct_met *met, size_t count, ct_graded *out,
                                 ct_err *err);
void ct_grader_release(ct_grader *grader);

/* The weight of an episode's distance: that of the mean distance where positions are precise; at a
 * place, that of the policy's venue_distance; else, as positions tell no more than that the two
 * were within the policy's distance, the mean of all places there. */
double ct_met_distance_weight(const ct_met *met, const ct_policy *policy);

#endif
