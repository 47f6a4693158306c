/* wrap: malloc */
#include <math.h>
#include <stdio.h>

#include "fault.h"

#include "contrace/risk.h"
#include "contrace/time.h"

#define T0  (1604188800 * CT_SECOND) /* 2020-11-01T00:00:00Z */
#define MIN CT_MINUTE

static ct_policy policy;
static uint64_t random_state;

static int64_t draw(int64_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (int64_t)(random_state % (uint64_t)below);
}

static int load_policy(void **state)
{
    (void)state;
    random_state = 15;
    return ct_policy_load(&policy, "cdc-2020", NULL) != CT_OK;
}

/* An episode in minutes since T0; expected is a share of its time, or -1: unknown. */
static ct_episode met(const char *index, const char *contact, int64_t start, int64_t end,
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

static ct_status take_edges(ct_ranker *ranker, struct list *list, ct_err *err)
{
    const ct_edge *edge = NULL;
    ct_status status;
    while ((status = ct_ranker_next_edge(ranker, &edge, err)) == CT_OK) {
        list->edges++;
        list->edge_episodes += (size_t)edge->episodes;
    }
    return status;
}

static ct_status rank(const struct setup *setup, const ct_episode *episodes, size_t count,
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

static const ct_risk *rank_all(const ct_cases *cases, const ct_episode *episodes, size_t count)
{
    const struct setup setup = {.cases = cases};
    assert_int_equal(rank(&setup, episodes, count, &list, NULL), CT_OK);
    return list.rows;
}

#define RANK(cases, ...)                                                                           \
    rank_all(cases, (ct_episode[]){__VA_ARGS__},                                                   \
             sizeof((ct_episode[]){__VA_ARGS__}) / sizeof(ct_episode))

static ct_cases *make_cases(const ct_infectious *all, size_t count)
{
    ct_cases *cases = NULL;
    assert_int_equal(ct_cases_new(&cases, NULL), CT_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(ct_cases_add(cases, &all[i], NULL), CT_OK);
    return cases;
}

/* "for example, three individual 5-minute exposures for a total of 15 minutes" (CDC) */
static void three_times_five_minutes_meet_the_rule(void **state)
{
    (void)state;
    const ct_risk *r = RANK(NULL, met("a", "b", 0, 5, 1), met("a", "b", 600, 605, 1),
                            met("a", "b", 1435, 1440, 1));
    assert_int_equal(list.count, 1);
    assert_true(r->score == 1 && r->time_part == 1 && r->certainty_part == 1);
    assert_int_equal(r->category, CT_CATEGORY_HIGH);
    assert_true(r->exposure_us == 15 * MIN && r->most_24h_us == 15 * MIN);
    assert_true(r->worst_from_us == T0);
    assert_int_equal(r->rank, 1);
    assert_int_equal(r->episodes, 3);
    assert_int_equal(r->cases, 1);
    assert_int_equal(r->evidence, CT_EVIDENCE_PRECISE);
    assert_int_equal(r->setting, CT_SETTING_DIRECT);
    assert_true(r->last_exposure_us == T0 + CT_DAY);
    assert_true(r->quarantine_until_us == T0 + 15 * CT_DAY);
    assert_int_equal(r->onset_known, -1);
}

static void one_second_beyond_the_day_does_not(void **state)
{
    (void)state;
    ct_episode late = met("a", "b", 1435, 1440, 1);
    late.start_us += CT_SECOND;
    late.end_us += CT_SECOND;
    const ct_risk *r = RANK(NULL, met("a", "b", 0, 5, 1), met("a", "b", 600, 605, 1), late);
    assert_true(r->exposure_us == 15 * MIN - CT_SECOND);
    assert_true(r->total_us == 15 * MIN);
    assert_true(r->score == 0.998889);
    assert_int_equal(r->category, CT_CATEGORY_MEDIUM);
}

/* 20 coarse minutes on one day do not hide 10 sure ones on another, and are not forgotten. */
static void the_worst_span_is_the_likeliest(void **state)
{
    (void)state;
    ct_episode coarse = met("a", "b", 0, 20, 0.01), sure = met("a", "b", 9000, 9010, 1);
    coarse.evidence = CT_EVIDENCE_COARSE;
    coarse.setting = CT_SETTING_VENUE;
    const ct_risk *r = RANK(NULL, coarse, sure);
    assert_true(r->exposure_us == 10 * MIN && r->most_24h_us == 20 * MIN);
    assert_true(r->score == 0.666667);
    assert_int_equal(r->category, CT_CATEGORY_MEDIUM); /* 0.333 or more */
    assert_int_equal(r->evidence, CT_EVIDENCE_PRECISE);
    r = RANK(NULL, coarse);
    assert_true(r->time_part == 1.33333 && r->certainty_part == 0.01 && r->score == 0.0133333);
    assert_int_equal(r->category, CT_CATEGORY_LOW);
    assert_int_equal(r->evidence, CT_EVIDENCE_COARSE);
    assert_int_equal(r->setting, CT_SETTING_VENUE);
}

/* People recorded just beyond the distance may have been within it. */
static void expected_time_may_be_the_longer(void **state)
{
    (void)state;
    ct_episode e = met("a", "b", 0, 1, 1);
    e.duration_us = 0;
    e.expected_us = 15 * MIN;
    const ct_risk *r = RANK(NULL, e);
    assert_true(r->exposure_us == 0 && r->expected_us == 15 * MIN);
    assert_true(r->score == 1 && r->time_part == 1 && r->certainty_part == 1);
    assert_int_equal(r->category, CT_CATEGORY_HIGH);
    ct_episode venue = met("a", "b", 2, 4, 0.1);
    venue.evidence = CT_EVIDENCE_VENUE;
    assert_int_equal(RANK(NULL, e, venue)->evidence, CT_EVIDENCE_PRECISE);
}

static void what_is_missing_counts_as_unknown(void **state)
{
    (void)state;
    ct_episode e = met("a", "b", 0, 15, -1);
    e.duration_us = -1;
    e.setting = -1;
    const ct_risk *r = RANK(NULL, e);
    assert_true(r->exposure_us == 15 * MIN && r->expected_us == 15 * MIN);
    assert_true(r->certainty_part == 1);
    assert_int_equal(r->evidence, CT_EVIDENCE_UNKNOWN);
    assert_int_equal(r->setting, -1);
    assert_true(isnan(r->near_probability) && isnan(r->min_distance_m));
    ct_episode told = met("a", "b", 0, 15, -1); /* its evidence is, its expected time is not */
    told.evidence = CT_EVIDENCE_PRECISE;
    assert_int_equal(RANK(NULL, told)->evidence, CT_EVIDENCE_UNKNOWN);
}

static void a_touch_takes_no_time(void **state)
{
    (void)state;
    ct_episode e = met("a", "b", 7, 7, 0);
    e.probability = 0.25;
    e.min_distance_m = 1.5;
    const ct_risk *r = RANK(NULL, e);
    assert_true(r->score == 0 && r->time_part == 0 && r->certainty_part == 0);
    assert_true(r->worst_from_us == T0 + 7 * MIN);
    assert_int_equal(r->category, CT_CATEGORY_LOW);
    assert_int_equal(r->evidence, CT_EVIDENCE_PRECISE);
    assert_true(r->near_probability == 0.25 && r->min_distance_m == 1.5);
    e.duration_us = e.expected_us = 15 * MIN; /* all at one moment */
    assert_true(RANK(NULL, e)->score == 1);
}

static void only_the_infectious_period_counts(void **state)
{
    (void)state;
    const ct_infectious a = {CT_STR("a"), T0 + 10 * MIN,   T0 + 40 * MIN,
                             T0,          CT_ANCHOR_ONSET, CT_REPORT_TEST};
    const ct_infectious b = {CT_STR("b"), CT_NO_TIME,     CT_FOREVER,
                             CT_NO_TIME,  CT_ANCHOR_NONE, CT_REPORT_TEST};
    const ct_infectious c = {CT_STR("c"), T0, CT_FOREVER, T0, CT_ANCHOR_SPECIMEN, CT_REPORT_TEST};
    ct_cases *cases = make_cases((ct_infectious[]){a, b, c}, 3);
    ct_episode half = met("a", "x", 0, 20, 0.5);
    half.duration_us = 12 * MIN;
    half.expected_us = 6 * MIN;
    const ct_risk *r = RANK(cases, half, met("a", "x", 41, 60, 1), met("z", "x", 0, 60, 1));
    assert_int_equal(list.count, 1);
    assert_true(list.accounts[CT_ACCOUNT_OUTSIDE] == 1 && list.accounts[CT_ACCOUNT_NO_CASE] == 1);
    assert_true(r->exposure_us == 6 * MIN && r->expected_us == 3 * MIN);
    assert_true(r->first_exposure_us == T0 + 10 * MIN);
    assert_int_equal(r->onset_known, 1);
    assert_int_equal(RANK(cases, met("b", "x", 0, 1, 1))->onset_known, -1);
    assert_int_equal(RANK(cases, met("c", "x", 0, 1, 1))->onset_known, 0);
    r = RANK(cases, met("a", "x", 30, 60, 1)); /* it ends within */
    assert_true(r->exposure_us == 10 * MIN && r->last_exposure_us == T0 + 40 * MIN);

    r = RANK(cases, met("a", "b", 10, 40, 1), met("a", "x", 10, 11, 1), met("b", "a", 0, 40, 1));
    assert_int_equal(list.count, 3);
    assert_string_equal(list.ids[0][0], "x");
    assert_int_equal(r[0].rank, 1);
    assert_string_equal(list.ids[1][0], "a"); /* cases last, by their scores */
    assert_string_equal(list.ids[2][0], "b");
    assert_int_equal(r[2].category, CT_CATEGORY_CASE);
    assert_int_equal(r[1].rank, -1);
    ct_cases_free(cases);
}

static void cases_count_one_by_one_or_together(void **state)
{
    (void)state;
    const ct_episode apart[] = {met("a", "x", 0, 8, 1), met("b", "x", 100, 109, 1)};
    const ct_episode at_once[] = {met("a", "x", 0, 12, 1), met("b", "x", 4, 15, 1),
                                  met("b", "x", 4, 15, 1)};
    const ct_risk *r = rank_all(NULL, apart, 2);
    assert_true(r->exposure_us == 9 * MIN && r->total_us == 9 * MIN);
    assert_string_equal(list.ids[0][1], "b");
    assert_int_equal(r->cases, 2);
    policy.accumulate = true;
    r = rank_all(NULL, apart, 2);
    assert_true(r->exposure_us == 17 * MIN && r->total_us == 17 * MIN);
    assert_int_equal(r->category, CT_CATEGORY_HIGH);
    assert_string_equal(list.ids[0][1], "b");
    r = rank_all(NULL, at_once, 3);
    assert_true(r->exposure_us == 15 * MIN);
    assert_string_equal(list.ids[0][1], "a");
    policy.accumulate = false;
    assert_true(rank_all(NULL, at_once + 1, 2)->exposure_us == 11 * MIN); /* told twice */
}

static void edges_are_of_those_on_the_list(void **state)
{
    (void)state;
    const ct_episode all[] = {met("a", "x", 0, 8, 1), met("a", "x", 20, 28, 1),
                              met("b", "x", 0, 8, 1), met("a", "y", 0, 1, 1)};
    rank_all(NULL, all, 4);
    assert_true(list.edges == 3 && list.edge_episodes == 4);
    const struct setup setup = {.min_score = 0.5};
    assert_int_equal(rank(&setup, all, 4, &list, NULL), CT_OK);
    assert_true(list.edges == 2 && list.edge_episodes == 3);
    const struct setup first = {.top = 1};
    assert_int_equal(rank(&first, all, 4, &list, NULL), CT_OK);
    assert_true(list.count == 2 && list.edges == 2 && list.edge_episodes == 3);
}

/* Who met a case comes before who met a contact, and counts by that alone. */
static void the_first_generation_counts(void **state)
{
    (void)state;
    const ct_infectious a = {CT_STR("a"), T0, CT_FOREVER, T0, CT_ANCHOR_ONSET, CT_REPORT_TEST};
    ct_cases *cases = make_cases(&a, 1);
    ct_episode episodes[] = {met("a", "x", 0, 5, 1), met("y", "x", 60, 120, 1),
                             met("y", "z", 60, 120, 1), met("a", "y", 0, 5, 1)};
    for (size_t i = 0; i < 4; i++) {
        episodes[i].generation = i == 1 || i == 2 ? 2 : 1;
        episodes[i].case_id = CT_STR("a");
    }
    const ct_risk *r = rank_all(cases, episodes, 4);
    assert_int_equal(list.count, 3);
    assert_string_equal(list.ids[0][0], "x");
    assert_string_equal(list.ids[1][0], "y");
    assert_string_equal(list.ids[2][0], "z");
    assert_true(r[0].score == 0.333333 && r[0].episodes == 1 && r[0].generation == 1);
    assert_true(r[2].score == 4 && r[2].generation == 2 && r[2].onset_known == -1);
    episodes[2].case_id = CT_STR("q");
    rank_all(cases, episodes, 4);
    assert_true(list.accounts[CT_ACCOUNT_NO_CASE] == 1);
    ct_cases_free(cases);
}

static void rows_stand_in_order(void **state)
{
    (void)state;
    RANK(NULL, met("a", "b", 0, 10, 0.5), met("a", "C", 0, 5, 1), met("a", "10", 0, 5, 1),
         met("a", "9", 0, 5, 1), met("a", "z", 0, 6, 1), met("a", "1", 0, 0, 0));
    static const char *const order[] = {"z", "b", "10", "9", "C", "1"};
    assert_int_equal(list.count, 6);
    for (size_t i = 0; i < list.count; i++) {
        assert_string_equal(list.ids[i][0], order[i]);
        assert_int_equal(list.rows[i].rank, i + 1);
    }
    const struct setup setup = {.min_score = 0.34};
    const ct_episode two[] = {met("a", "b", 0, 5, 1), met("a", "c", 0, 6, 1)};
    assert_int_equal(rank(&setup, two, 2, &list, NULL), CT_OK);
    assert_int_equal(list.count, 1);
    assert_true(list.below == 1);
}

static void bad_episodes_are_refused(void **state)
{
    (void)state;
    ct_episode bad[] = {met("a", "a", 0, 1, 1), met("a", "b", 1, 0, 1), met("a", "b", 0, 1, 1),
                        met("a", "b", 0, 1, 1), met("", "b", 0, 1, 1),  met("a", "", 0, 1, 1),
                        met("a", "b", 0, 1, 1), met("a", "b", 0, 1, 1), met("a", "b", 0, 1, 1),
                        met("a", "b", 0, 1, 1)};
    bad[2].start_us = CT_NO_TIME;
    bad[3].end_us = CT_NO_TIME;
    bad[6].start_us = CT_NO_TIME + 1;
    bad[7].end_us = CT_FOREVER;
    bad[8].duration_us = INT64_MAX;
    bad[9].expected_us = INT64_MAX;
    const struct setup setup = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ct_err err = {0};
        assert_int_equal(rank(&setup, &bad[i], 1, &list, &err), CT_EROW);
        assert_true(err.text[0] != '\0');
    }
    const struct setup nan_score = {.min_score = NAN};
    assert_int_equal(rank(&nan_score, bad, 0, &list, NULL), CT_ERANGE);
    assert_int_equal(rank(&setup, bad, 0, &list, NULL), CT_OK);
    assert_int_equal(list.count, 0);
}

static void absurd_sums_are_held(void **state)
{
    (void)state;
    ct_episode episodes[20];
    for (int i = 0; i < 20; i++) {
        episodes[i] = met("a", "x", 2 * i, 2 * i + 1, 1);
        episodes[i].duration_us = episodes[i].expected_us = INT64_C(1) << 59;
    }
    const ct_risk *r = rank_all(NULL, episodes, 20);
    assert_true(r->total_us == INT64_MAX && r->most_24h_us == INT64_MAX);
    assert_true(r->exposure_us == INT64_MAX && r->expected_us == INT64_MAX);
    assert_int_equal(r->category, CT_CATEGORY_HIGH);
}

enum { WORLD = 300 };

static void make_world(ct_episode *episodes)
{
    static const char *const people[] = {"p0", "p1", "p2", "p3", "p4", "p5",
                                         "p6", "p7", "p8", "p9", "q0", "q1"};
    for (size_t i = 0; i < WORLD; i++) {
        const int64_t start = draw(5000), length = draw(40);
        episodes[i] = met(people[draw(4)], people[4 + draw(8)], start, start + length,
                          draw(5) ? (double)draw(1000) / 1e4 : -1);
        episodes[i].duration_us -= draw(episodes[i].duration_us / 2 + 1);
    }
}

static void the_parts_make_the_score(void **state)
{
    (void)state;
    ct_episode episodes[WORLD];
    for (int world = 0; world < 50; world++) {
        make_world(episodes);
        policy.accumulate = world % 2;
        rank_all(NULL, episodes, WORLD);
        assert_int_equal(list.count, 8);
        for (size_t i = 0; i < list.count; i++) {
            const ct_risk *r = &list.rows[i];
            assert_true(r->certainty_part <= 1);
            assert_true(r->expected_us <= r->exposure_us && r->exposure_us <= r->most_24h_us);
            assert_true(r->exposure_us <= r->total_us);
            /* each of the three is rounded by at most 5e-6 of itself */
            assert_true(fabs(r->time_part * r->certainty_part - r->score) <= 1.6e-5 * r->score);
        }
    }
    policy.accumulate = false;
}

static void more_exposure_never_lowers_a_score(void **state)
{
    (void)state;
    ct_episode episodes[WORLD];
    for (int world = 0; world < 6; world++) {
        make_world(episodes);
        policy.accumulate = world % 2;
        double score = 0;
        int category = CT_CATEGORY_LOW;
        for (size_t i = 0; i < WORLD; i++)
            episodes[i].contact_id = CT_STR("x");
        for (size_t n = 1; n <= WORLD; n++) {
            const ct_risk *r = rank_all(NULL, episodes, n);
            assert_true(r->score >= score);
            assert_true(r->category <= category);
            score = r->score;
            category = r->category;
        }
    }
    policy.accumulate = false;
}

/* As text: every digit, whatever the bytes between the fields. */
static size_t print(const struct list *from, char *to, size_t room)
{
    size_t at = 0;
    for (size_t i = 0; i < from->count; i++) {
        const ct_risk *r = &from->rows[i];
        at += (size_t)snprintf(
            to + at, room - at, "%d %s %d %a %a %a %ld %ld %ld %ld %ld %s %d %d %d %d\n",
            (int)r->rank, from->ids[i][0], r->category, r->score, r->time_part, r->certainty_part,
            (long)r->exposure_us, (long)r->expected_us, (long)r->worst_from_us,
            (long)r->most_24h_us, (long)r->total_us, from->ids[i][1], (int)r->cases,
            (int)r->episodes, r->evidence, r->setting);
        assert_true(at < room);
    }
    return at;
}

static void input_order_memory_and_threads_do_not_matter(void **state)
{
    (void)state;
    enum { PEOPLE = 380, EPISODES = 40000, ROOM = 200 * PEOPLE };
    static char names[PEOPLE][16], expected[ROOM], got[ROOM];
    ct_episode *episodes = malloc(EPISODES * sizeof *episodes);
    ct_pool *pool = NULL;
    assert_non_null(episodes);
    assert_int_equal(ct_pool_new(&pool, 2, NULL), CT_OK);
    for (int i = 0; i < PEOPLE; i++)
        snprintf(names[i], sizeof names[i], "%x", i * 7919 % 65536);
    for (size_t i = 0; i < EPISODES; i++) {
        const int64_t start = draw(50000);
        episodes[i] = met("case", names[draw(PEOPLE)], start, start + draw(40), 0.01);
    }
    const struct setup setups[] = {{.memory = 64 << 20},
                                   {.memory = 0},
                                   {.memory = 3 << 20, .pool = pool},
                                   {.memory = 64 << 20, .pool = pool}};
    for (size_t s = 0; s < 4; s++) {
        assert_int_equal(rank(&setups[s], episodes, EPISODES, &list, NULL), CT_OK);
        assert_int_equal(list.count, PEOPLE);
        const size_t len = print(&list, s ? got : expected, ROOM);
        if (s > 0)
            assert_memory_equal(got, expected, len);
        for (size_t i = EPISODES - 1; i > 0; i--) {
            const size_t j = (size_t)draw((int64_t)i + 1);
            const ct_episode t = episodes[i];
            episodes[i] = episodes[j];
            episodes[j] = t;
        }
    }
    ct_pool_free(pool);
    free(episodes);
}

static ct_status life(void *ctx)
{
    return rank(&(struct setup){0}, ctx, WORLD, &list, NULL);
}

static void memory_runs_out(void **state)
{
    (void)state;
    ct_episode episodes[WORLD];
    make_world(episodes);
    assert_true(ct_fault_every(life, episodes) > 10);
    policy.accumulate = true;
    assert_true(ct_fault_every(life, episodes) > 10);
    policy.accumulate = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_times_five_minutes_meet_the_rule),
        cmocka_unit_test(one_second_beyond_the_day_does_not),
        cmocka_unit_test(the_worst_span_is_the_likeliest),
        cmocka_unit_test(expected_time_may_be_the_longer),
        cmocka_unit_test(what_is_missing_counts_as_unknown),
        cmocka_unit_test(a_touch_takes_no_time),
        cmocka_unit_test(only_the_infectious_period_counts),
        cmocka_unit_test(cases_count_one_by_one_or_together),
        cmocka_unit_test(edges_are_of_those_on_the_list),
        cmocka_unit_test(the_first_generation_counts),
        cmocka_unit_test(rows_stand_in_order),
        cmocka_unit_test(bad_episodes_are_refused),
        cmocka_unit_test(absurd_sums_are_held),
        cmocka_unit_test(the_parts_make_the_score),
        cmocka_unit_test(more_exposure_never_lowers_a_score),
        cmocka_unit_test(input_order_memory_and_threads_do_not_matter),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, load_policy, NULL);
}
