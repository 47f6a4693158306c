/* contrace/risk.h -- ranks contacts by a policy, with the parts that make each score.
 *
 * Episodes are clipped, in proportion, to the infectious period of their case. An episode's time
 * within the distance is spread evenly from its start to its end; the time of overlapping episodes
 * counts once. For each contact the worst span as long as the policy's rolling period is found
 * exactly: the one that holds the most expected time; of equals, the most recorded time; of equals,
 * the earliest. An episode without expected_s counts as expected in full, and its evidence as
 * unknown.
 *
 * Units:     microseconds, metres; parts and score are pure numbers.
 * Errors:    CT_EROW for an episode that contradicts itself; CT_ERANGE, CT_ENOMEM, CT_EIO from the
 *            temp disk.
 * Ownership: episodes are copied in; rows are lent until the next call.
 * Threads:   one caller. */
#ifndef CONTRACE_RISK_H
#define CONTRACE_RISK_H

#include "contrace/contact.h"

typedef enum ct_category {
    CT_CATEGORY_HIGH,
    CT_CATEGORY_MEDIUM,
    CT_CATEGORY_LOW,
    CT_CATEGORY_CASE
} ct_category;

extern const char *const ct_category_names[]; /* ended by NULL, in the order of the enum */

/* One contact. score = time_part * certainty_part = expected_us / the exposure that the policy asks
 * for. Score and parts are rounded to six significant digits; the category is decided before. */
typedef struct ct_risk {
    int64_t rank; /* from 1; -1 (missing) for a contact who is a case */
    ct_str contact_id;
    int category; /* ct_category */
    double score;
    double time_part;      /* the larger of exposure_us and expected_us / the exposure asked for */
    double certainty_part; /* expected_us / the larger of the two; NAN if both are 0 */
    int64_t exposure_us;   /* recorded time within the distance in the worst span */
    int64_t expected_us;   /* expected time within the distance in that span */
    int64_t worst_from_us; /* where that span begins */
    int64_t fullest_us;    /* the most recorded time in any span: what `medium` goes by */
    int64_t total_us;      /* recorded time over everything: with accumulate of all cases, else of
                              index_id */
    double probability, min_distance_m; /* the largest, the least of all episodes */
    ct_str index_id; /* the case with the worst span (the first of equals); with accumulate the one
                        that gives most of it */
    int64_t cases, episodes;
    int64_t first_exposure_us, last_exposure_us; /* of all episodes */
    int evidence, setting; /* what most of the worst span rests on; setting -1: not said */
    int64_t quarantine_until_us, follow_up_until_us; /* CT_NO_TIME where the policy asks for none */
    int onset_known; /* 1: index_id's period was reckoned from onset; 0: from another date; -1: from
                      * none */
} ct_risk;

extern const ct_schema ct_risk_schema;

typedef struct ct_ranker_options {
    const ct_policy *policy; /* lent */
    const ct_cases *cases;   /* lent; NULL: every index_id counts as a case, at any time */
    double min_score;        /* contacts with less are left out */
    ct_pool *pool;           /* lent; NULL: one thread */
    uint64_t memory_bytes;   /* a bound for what grows with the input, the ids and the episodes of a
                                single contact aside */
} ct_ranker_options;

typedef struct ct_ranker ct_ranker;

CT_MUST_CHECK ct_status ct_ranker_new(ct_ranker **out, const ct_ranker_options *options,
                                      ct_err *err);
CT_MUST_CHECK ct_status ct_ranker_add(ct_ranker *ranker, const ct_episode *episode, ct_err *err);
CT_MUST_CHECK ct_status ct_ranker_run(ct_ranker *ranker, ct_err *err);
/* By falling score, falling time_part, then id bytewise; contacts that are cases last; CT_END at
 * the end. */
CT_MUST_CHECK ct_status ct_ranker_next(ct_ranker *ranker, const ct_risk **out, ct_err *err);

/* What was left out. */
typedef struct ct_left_out {
    uint64_t no_case; /* episodes whose index_id is no case */
    uint64_t outside; /* episodes wholly outside the infectious period of their case */
    uint64_t below;   /* contacts below min_score; known after the run */
} ct_left_out;
ct_left_out ct_ranker_left_out(const ct_ranker *ranker);
void ct_ranker_free(ct_ranker *ranker); /* NULL is allowed */

#endif
