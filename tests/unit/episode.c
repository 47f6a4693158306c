/* Meetings joined into episodes: by hand, where the property tests only see random ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../lib/trace/episode.h"
#include "contrace/time.h"

static ct_meeting met(int64_t start_us, int64_t end_us, double closest_m, bool claimed)
{
    return (ct_meeting){.index = 1,
                        .contact = 2,
                        .start_us = start_us,
                        .end_us = end_us,
                        .closest_m = closest_m,
                        .mean_m = closest_m + 1,
                        .probability = 0.5,
                        .expected_us = 2,
                        .x = (double)start_us,
                        .y = 1,
                        .count = 1,
                        .setting = CT_SETTING_DIRECT,
                        .evidence = CT_EVIDENCE_UNKNOWN,
                        .claimed = claimed};
}

static void add(ct_joiner *joiner, ct_meeting m)
{
    ct_joiner_add(joiner, &m);
}

static void gaps(void **state)
{
    (void)state;
    ct_joiner joiner = {.gap_us = 10};
    ct_episode e;
    ct_meeting next = met(30, 31, 1, true);
    assert_false(ct_joiner_takes(&joiner, &next)); /* nothing is open */
    add(&joiner, met(0, 20, 1, true));
    assert_true(ct_joiner_takes(&joiner, &next));
    next.start_us = 31;
    assert_false(ct_joiner_takes(&joiner, &next));
    next.start_us = 5;
    assert_true(ct_joiner_takes(&joiner, &next));
    next.contact = 3;
    assert_false(ct_joiner_takes(&joiner, &next));
    next.contact = 2;
    next.index = 0;
    assert_false(ct_joiner_takes(&joiner, &next));
    ct_joiner_close(&joiner, &e);
    next = met(21, 22, 1, true);
    assert_false(ct_joiner_takes(&joiner, &next));

    joiner.gap_us = 0;
    add(&joiner, met(0, 20, 1, true));
    next.start_us = 20;
    assert_true(ct_joiner_takes(&joiner, &next));
    next.start_us = 21;
    assert_false(ct_joiner_takes(&joiner, &next));
    joiner.gap_us = CT_FOREVER;
    next.start_us = INT64_C(1) << 59;
    assert_true(ct_joiner_takes(&joiner, &next));
}

/* An end before that of one already in does not shorten the episode. */
static void times(void **state)
{
    (void)state;
    ct_joiner joiner = {.gap_us = 100};
    ct_episode e;
    add(&joiner, met(0, 50, 4, true));
    add(&joiner, met(10, 20, 3, true));  /* inside */
    add(&joiner, met(40, 70, 5, true));  /* half inside */
    add(&joiner, met(70, 90, 9, false)); /* stretched */
    add(&joiner, met(95, 100, 6, true));
    ct_joiner_close(&joiner, &e);
    assert_int_equal(e.start_us, 0);
    assert_int_equal(e.end_us, 100);
    assert_int_equal(e.duration_us, 75);
    assert_int_equal(e.expected_us, 7); /* 2 of each, but 0 of the second, 20/30 of the third's */
    assert_int_equal(e.collisions, 5);
    assert_true(e.min_distance_m == 3 && e.x == 10);
    /* 50 at 5 m, 20 at 6 m, 5 at 7 m; time that is counted already, or not claimed, is not */
    assert_true(e.mean_distance_m == (50 * 5 + 20 * 6 + 5 * 7) / 75.0);
}

static void without_claim(void **state)
{
    (void)state;
    ct_joiner joiner = {.gap_us = 100};
    ct_episode e;
    add(&joiner, met(0, 30, 1, false));
    add(&joiner, met(50, 60, 5, false));
    ct_joiner_close(&joiner, &e);
    assert_int_equal(e.duration_us, 0);
    assert_true(e.mean_distance_m == (30 * 2 + 10 * 6) / 40.0);
    add(&joiner, met(0, 0, 1, false)); /* touches: the distances themselves */
    add(&joiner, met(50, 50, 6, true));
    ct_joiner_close(&joiner, &e);
    assert_int_equal(e.duration_us, 0);
    assert_true(e.mean_distance_m == 3.5);
}

static void best_of_all(void **state)
{
    (void)state;
    ct_joiner joiner = {.gap_us = 100};
    ct_episode e;
    ct_meeting m = met(0, 10, NAN, true);
    m.x = NAN;
    m.setting = CT_SETTING_VENUE;
    m.evidence = CT_EVIDENCE_VENUE;
    m.probability = 1;
    add(&joiner, m); /* at a place, without positions */
    ct_joiner_close(&joiner, &e);
    assert_true(isnan(e.min_distance_m) && isnan(e.mean_distance_m) && isnan(e.x));
    assert_int_equal(e.duration_us, 10);
    add(&joiner, m);
    add(&joiner, met(20, 30, 7, true));
    add(&joiner, met(40, 50, 7, true)); /* as near: the first counts */
    ct_joiner_close(&joiner, &e);
    assert_true(e.min_distance_m == 7 && e.mean_distance_m == 8 && e.x == 20);
    assert_true(e.probability == 1);
    assert_int_equal(e.setting, CT_SETTING_DIRECT);
    assert_int_equal(e.evidence, CT_EVIDENCE_VENUE);
}

static void of_pings(void **state)
{
    (void)state;
    ct_joiner joiner = {.of_pings = true, .gap_us = 100};
    ct_episode e;
    ct_meeting m = met(0, 40, 2, true);
    m.expected_us = 0;
    add(&joiner, m);
    m.start_us = 20;
    m.end_us = 100;
    m.closest_m = 4;
    m.probability = 1;
    add(&joiner, m);
    ct_joiner_close(&joiner, &e);
    assert_int_equal(e.duration_us, 100);
    assert_int_equal(e.expected_us, 75);
    assert_int_equal(e.collisions, 2);
    assert_true(e.mean_distance_m == 3);

    m.claimed = 0; /* near by chance alone */
    add(&joiner, m);
    add(&joiner, met(110, 120, 2, true));
    m.start_us = 130;
    m.end_us = 180;
    add(&joiner, m);
    ct_joiner_close(&joiner, &e);
    assert_int_equal(e.end_us - e.start_us, 160);
    assert_int_equal(e.duration_us, 10);
    add(&joiner, m);
    ct_joiner_close(&joiner, &e);
    assert_int_equal(e.duration_us, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps),        cmocka_unit_test(times),    cmocka_unit_test(without_claim),
        cmocka_unit_test(best_of_all), cmocka_unit_test(of_pings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
