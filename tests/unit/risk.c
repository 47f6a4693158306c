#include "ranked.h"

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
    for (int64_t i = 0; i < 20; i++) {
        episodes[i] = met("a", "x", 2 * i, 2 * i + 1, 1);
        episodes[i].duration_us = episodes[i].expected_us = INT64_C(1) << 59;
    }
    const ct_risk *r = rank_all(NULL, episodes, 20);
    assert_true(r->total_us == INT64_MAX && r->most_24h_us == INT64_MAX);
    assert_true(r->exposure_us == INT64_MAX && r->expected_us == INT64_MAX);
    assert_int_equal(r->category, CT_CATEGORY_HIGH);
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
    };
    return cmocka_run_group_tests(tests, load_policy, NULL);
}
