/* risk_grade.h -- grades one contact from all its episodes. Private to lib/trace. */
#ifndef CONTRACE_TRACE_RISK_GRADE_H
#define CONTRACE_TRACE_RISK_GRADE_H

#include "contrace/risk.h"
#include "risk_weigh.h"

/* A row whose ids are still numbers. */
typedef struct ct_graded {
    uint32_t contact, index;
    uint32_t contact_rank; /* bytewise, among all ids */
    ct_risk risk;
} ct_graded;

/* Room that is used again for each contact. Zero-initialised but for weigher and case_of it is
 * ready. */
typedef struct ct_grader {
    const ct_weigher *weigher; /* lent */
    /* The case of a number; NULL: nothing is known of it. */
    const ct_infectious *(*case_of)(const void *ctx, uint32_t index);
    const void *ctx;
    ct_rolling rolling;
    ct_spells spells, together; /* of one case; of all, none overlapping those of the same */
} ct_grader;

/* Grades a contact from its episodes, count >= 1, in the order of their index ids and starts. Fills
 * all but the ids, rank, and the category of a case. */
CT_MUST_CHECK ct_status ct_grade(ct_grader *grader, const ct_met *met, size_t count, ct_graded *out,
                                 ct_err *err);
void ct_grader_release(ct_grader *grader);

#endif
