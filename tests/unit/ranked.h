/* ranked.h -- episodes in short, and the list that a ranker makes of them. */
#ifndef CONTRACE_TESTS_RANKED_H
#define CONTRACE_TESTS_RANKED_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "contrace/risk.h"
#include "contrace/time.h"

#define T0  (1604188800 * CT_SECOND) /* 2020-11-01T00:00:00Z */
#define MIN CT_MINUTE

static ct_policy policy;
static uint64_t random_state;

static inline int64_t draw(int64_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (int64_t)(random_state % (uint64_t)below);
}

static inline int load_policy(void **state)
{
    (void)state;
    random_state = 15;
    return ct_policy_load(&policy, "cdc-2020", NULL) != CT_OK;
}

/* An episode in minutes since T0; expected is a share of its time, or -1: unknown. */
static inline ct_episode met(const char *index, const char *contact, int64_t start, int64_t end,
                             double expected)
{
    ct_episode e;
    ct_schema_clear(&ct_episode_schema, &e);
    e.index_id = ct_str_of(index);
    e.contact_id = ct_str_of(contact);
    e.start_us = T0 + start * MIN;
    e.end_us = T0 + end * MIN;
    e.duration_us = e.end_us - e.start_us;
    if (expected >= 0) {
        e.expected_us = (int64_t)((double)e.duration_us * expected);
        e.evidence = CT_EVIDENCE_PRECISE;
    }
    e.setting = CT_SETTING_DIRECT;
    return e;
}

enum { ROWS_MOST = 400 };

struct list {
    ct_risk rows[ROWS_MOST];
    char ids[ROWS_MOST][2][16];
    size_t count;
    uint64_t accounts[CT_ACCOUNT_OUTSIDE + 1], below;
    size_t edges, edge_episodes;
};

struct setup {
    const ct_cases *cases;
    ct_pool *pool;
    double min_score;
    uint64_t memory;
    size_t top; /* so many want their edges; 0: all */
};

static inline ct_status take_edges(ct_ranker *ranker, struct list *list, ct_err *err)
{
    const ct_edge *edge = NULL;
    ct_status status;
    while ((status = ct_ranker_next_edge(ranker, &edge, err)) == CT_OK) {
        list->edges++;
        list->edge_episodes += (size_t)edge->episodes;
    }
    return status;
}

static inline ct_status rank(const struct setup *setup, const ct_episode *episodes, size_t count,
                             struct list *list, ct_err *err)
{
    const ct_ranker_options options = {.policy = &policy,
                                       .cases = setup->cases,
                                       .min_score = setup->min_score,
                                       .pool = setup->pool,
                                       .edges = true,
                                       .memory_bytes = setup->memory};
    ct_ranker *ranker = NULL;
    list->count = 0;
    memset(list->accounts, 0, sizeof list->accounts);
    ct_status status = ct_ranker_new(&ranker, &options, err);
    for (size_t i = 0; status == CT_OK && i < count; i++) {
        ct_account account = CT_ACCOUNT_COUNTED;
        status = ct_ranker_add(ranker, &episodes[i], &account, err);
        list->accounts[account]++;
    }
    if (status == CT_OK)
        status = ct_ranker_run(ranker, err);
    const ct_risk *row = NULL;
    while (status == CT_OK && (status = ct_ranker_next(ranker, &row, err)) == CT_OK) {
        const size_t i = list->count++;
        if (i < setup->top || setup->top == 0)
            ct_ranker_want_edges(ranker);
        list->rows[i] = *row;
        snprintf(list->ids[i][0], 16, "%.*s", (int)row->contact_id.len, row->contact_id.ptr);
        snprintf(list->ids[i][1], 16, "%.*s", (int)row->index_id.len, row->index_id.ptr);
        list->rows[i].contact_id = list->rows[i].index_id = (ct_str){NULL, 0};
    }
    list->edges = list->edge_episodes = 0;
    if (status == CT_END)
        status = take_edges(ranker, list, err);
    if (ranker)
        list->below = ct_ranker_below(ranker);
    ct_ranker_free(ranker);
    return status == CT_END ? CT_OK : status;
}

static struct list list;

static inline const ct_risk *rank_all(const ct_cases *cases, const ct_episode *episodes,
                                      size_t count)
{
    const struct setup setup = {.cases = cases};
    assert_int_equal(rank(&setup, episodes, count, &list, NULL), CT_OK);
    return list.rows;
}

#define RANK(cases, ...)                                                                           \
    rank_all(cases, (ct_episode[]){__VA_ARGS__},                                                   \
             sizeof((ct_episode[]){__VA_ARGS__}) / sizeof(ct_episode))

static inline ct_cases *make_cases(const ct_infectious *all, size_t count)
{
    ct_cases *cases = NULL;
    assert_int_equal(ct_cases_new(&cases, NULL), CT_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(ct_cases_add(cases, &all[i], NULL), CT_OK);
    return cases;
}

#endif
