/* contrace/risk.h -- ranks contacts by a policy, with the parts that make each score.
 *
 * Episodes are clipped, in proportion, to the infectious period of their case, and their time is
 * spread evenly from start to end. Their expected time is weighed by distance, day and setting; for
 * each contact the worst span as long as the policy's rolling period is found exactly: the one that
 * weighs most. A contact of several generations counts by the first. Formulas are in
 * contrace-methods(7). An episode without expected_s counts as
 * expected in full, and its evidence as unknown.
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

/* One contact. The score is the product of the five parts, all of the worst span. Score and parts
 * are rounded to six significant digits; the category is decided before. */
typedef struct ct_risk {
    int64_t rank; /* from 1; -1 (missing) for a contact who is a case */
    ct_str contact_id;
    int category; /* ct_category */
    double score;
    double probability;   /* chance of infection, 1 - exp(-score); NAN: the policy has none */
    double time_part;     /* the larger of exposure_us and expected_us, over what it asks for */
    double distance_part; /* mean weight of the distance */
    double infectiousness_part; /* mean weight of the day, and of the kind of report */
    double setting_part;        /* mean weight of the setting */
    double certainty_part; /* expected_us / the larger of the two; each part 0 if nothing is left of
                              the time to weigh */
    int64_t exposure_us;   /* recorded time within the distance in the worst span */
    int64_t expected_us;   /* expected time within the distance in that span */
    int64_t worst_from_us; /* where that span begins */
    int64_t most_24h_us;   /* the most recorded time in any 24 hours */
    int64_t total_us;      /* recorded time over everything: with accumulate of all cases, else of
                              index_id */
    double near_probability, min_distance_m; /* the largest, the least of all episodes */
    ct_str index_id; /* the case with the worst span (the first of equals); with accumulate the one
                        that gives most of it */
    int64_t cases, generation, episodes;         /* generation -1: not said */
    int64_t first_exposure_us, last_exposure_us; /* of all episodes */
    int evidence, setting; /* what most of the worst span rests on; setting -1: not said */
    int64_t quarantine_until_us, follow_up_until_us; /* CT_NO_TIME where the policy asks for none */
    int onset_known;   /* 1: onset of index_id is known; 0: another date stands in; -1: none does */
    int64_t anchor_us; /* that date, or CT_NO_TIME */
    float x, y;        /* where index_id was in the episode that ends last; NAN: not said */
} ct_risk;

extern const ct_schema ct_risk_schema;

/* All that a contact had with one case. */
typedef struct ct_edge {
    ct_str index_id, contact_id;
    int64_t first_us, last_us;          /* of its episodes */
    int64_t recorded_us, expected_us;   /* summed up */
    int64_t episodes, generation;       /* generation -1: not said */
    double min_distance_m, probability; /* the least; the largest, of having been within reach */
} ct_edge;

extern const ct_schema ct_edge_schema; /* its first two columns are index_id, contact_id */

typedef struct ct_ranker_options {
    const ct_policy *policy; /* lent */
    const ct_cases *cases;   /* lent; NULL: every index_id counts as a case, at any time */
    double min_score;        /* contacts with less are left out */
    bool edges;              /* ct_ranker_next_edge() will be asked */
    ct_pool *pool;           /* lent; NULL: one thread */
    uint64_t memory_bytes;   /* a bound for what grows with the input, the ids and the episodes of a
                                single contact aside */
} ct_ranker_options;

typedef struct ct_ranker ct_ranker;

CT_MUST_CHECK ct_status ct_ranker_new(ct_ranker **out, const ct_ranker_options *options,
                                      ct_err *err);
/* What became of an episode. */
typedef enum ct_account {
    CT_ACCOUNT_COUNTED,
    CT_ACCOUNT_NO_CASE, /* its index_id is no case */
    CT_ACCOUNT_OUTSIDE, /* it is wholly outside the infectious period of its case */
} ct_account;

/* CT_EROW for an episode that contradicts itself; a ranker refuses it too. */
CT_MUST_CHECK ct_status ct_episode_check(const ct_episode *episode, ct_err *err);
CT_MUST_CHECK ct_status ct_ranker_add(ct_ranker *ranker, const ct_episode *episode,
                                      ct_account *account, ct_err *err);
/* The same for several, which is faster than one by one. */
CT_MUST_CHECK ct_status ct_ranker_add_all(ct_ranker *ranker, const ct_episode *episodes,
                                          size_t count, ct_account *accounts, ct_err *err);
CT_MUST_CHECK ct_status ct_ranker_run(ct_ranker *ranker, ct_err *err);
/* By rising generation, falling score, falling time_part, then id bytewise; contacts that are cases
 * last; CT_END at the end. */
CT_MUST_CHECK ct_status ct_ranker_next(ct_ranker *ranker, const ct_risk **out, ct_err *err);
/* The edges of the contact that ct_ranker_next() gave last are wanted. */
void ct_ranker_want_edges(ct_ranker *ranker);
/* The edges that are wanted, by contact_id and index_id, bytewise; CT_END at the end. No
 * ct_ranker_next() after this. */
CT_MUST_CHECK ct_status ct_ranker_next_edge(ct_ranker *ranker, const ct_edge **out, ct_err *err);
/* Episodes of a later generation than the first that their contact is of: they do not count. */
uint64_t ct_ranker_later(const ct_ranker *ranker);
uint64_t ct_ranker_listed(const ct_ranker *ranker); /* contacts there are rows of, after the run */
uint64_t ct_ranker_below(const ct_ranker *ranker);  /* contacts below min_score, after the run */
void ct_ranker_free(ct_ranker *ranker);             /* NULL is allowed */

#endif
