/* Two people on their legs: spells, means and expected times against sums over many small steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../lib/trace/contact_together.h"

enum { LEGS = 3, STEPS = 100000 };

static double unit(uint64_t *state) /* an LCG: Knuth, TAOCP 2, 3.3.4 */
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*state >> 11) * 0x1p-53;
}

static void wander(ct_legs *legs, ct_motion items[LEGS], double size_m, uint64_t *r)
{
    int64_t us = (int64_t)(unit(r) * 1e8);
    ct_point at = {unit(r) * size_m, unit(r) * size_m, unit(r) * size_m};
    for (int i = 0; i < LEGS; i++) {
        const ct_point next = {unit(r) * size_m, unit(r) * size_m, unit(r) * size_m};
        const int64_t end_us = us + 1 + (int64_t)(unit(r) * 6e8);
        items[i] = (ct_motion){us, end_us, at, unit(r) < 0.3 ? at : next};
        at = items[i].to;
        us = end_us;
    }
    *legs = (ct_legs){.items = items, .count = LEGS};
}

static double distance_at(const ct_together *t, double us)
{
    ct_point p[2];
    for (int k = 0; k < 2; k++) {
        const ct_legs *const legs = k ? t->b : t->a;
        size_t i = 0;
        while (i + 1 < legs->count && (double)legs->items[i].end_us < us)
            i++;
        const ct_motion *const m = &legs->items[i];
        const double s = (us - (double)m->start_us) / (double)(m->end_us - m->start_us);
        p[k] =
            (ct_point){m->from.x + s * (m->to.x - m->from.x), m->from.y + s * (m->to.y - m->from.y),
                       m->from.z + s * (m->to.z - m->from.z)};
    }
    return sqrt(ct_distance_squared(p[0], p[1]));
}

/* Held against the midpoint rule, whose own error is that of its steps, squared. */
static void integrals(void **state)
{
    (void)state;
    static const double sizes_m[] = {10, 300, 20000}, accuracies_m[] = {0.5, 20, 1000, 0};
    for (uint64_t seed = 1; seed <= 36; seed++) {
        uint64_t r = seed;
        ct_motion items[2][LEGS];
        ct_legs legs[2];
        const double size_m = sizes_m[seed % 3], reach_m = size_m * unit(&r);
        const double a_m = accuracies_m[seed / 3 % 3] * (0.5 + unit(&r));
        const double b_m = accuracies_m[seed / 9 % 4];
        wander(&legs[0], items[0], size_m, &r);
        wander(&legs[1], items[1], size_m, &r);
        ct_together t = {&legs[0], &legs[1], 0, 0};
        t.from_us = legs[0].items[0].start_us > legs[1].items[0].start_us
                        ? legs[0].items[0].start_us
                        : legs[1].items[0].start_us;
        t.until_us = legs[0].items[2].end_us < legs[1].items[2].end_us ? legs[0].items[2].end_us
                                                                       : legs[1].items[2].end_us;
        if (t.from_us >= t.until_us)
            continue;
        const double time_us = (double)(t.until_us - t.from_us);
        double sum_m = 0, chance = 0, within = 0;
        for (int i = 0; i < STEPS; i++) {
            const double d = distance_at(&t, (double)t.from_us + time_us * (i + 0.5) / STEPS);
            sum_m += d;
            within += d <= reach_m;
            chance += ct_probability_within(d, reach_m, a_m, b_m);
        }
        assert_true(fabs(ct_together_mean_m(&t) - sum_m / STEPS) <= 1e-5 * size_m);
        const double expected = ct_together_expected_us(&t, reach_m, a_m, b_m) / time_us;
        assert_true(fabs(expected - chance / STEPS) <= 2e-6 + 1e-3 * (size_m > 1e4 && a_m < 10));
        assert_true(fabs((double)ct_together_within_us(&t, reach_m) / time_us - within / STEPS) <=
                    20.0 / STEPS);
    }
}

/* The integral of P over a straight passage in steps so fine that only the formula's own error is
 * left. */
static void passages(void **state)
{
    (void)state;
    static const double sigmas_m[] = {0.2, 3, 50, 700};
    for (int k = 0; k < 4; k++) {
        for (int i = 0; i <= 5; i++) {
            const double aside_m = 40 * i;
            ct_motion a = {0, 1000000, {-400, aside_m, 0}, {250, aside_m, 0}};
            ct_motion b = {0, 1000000, {0, 0, 0}, {0, 0, 0}};
            ct_legs legs[2] = {{.items = &a, .count = 1}, {.items = &b, .count = 1}};
            const ct_together t = {&legs[0], &legs[1], 0, 1000000};
            const double accuracy_m = sigmas_m[k] * 1.5096;
            double sum = 0;
            for (int j = 0; j < STEPS; j++)
                sum += ct_probability_within(hypot(-400 + 650 * (j + 0.5) / STEPS, aside_m), 100,
                                             accuracy_m, NAN);
            assert_true(fabs(ct_together_expected_us(&t, 100, accuracy_m, NAN) / 1e6 -
                             sum / STEPS) <= 1e-6);
        }
    }
}

static void spells(void **state)
{
    (void)state;
    /* past a stander at 0, away, and back: two spells; then two legs meet within one */
    ct_motion a[] = {{0, 100, {-50, 0, 0}, {50, 0, 0}},
                     {100, 200, {50, 0, 0}, {-50, 0, 0}},
                     {200, 300, {-50, 0, 0}, {0, 0, 0}},
                     {300, 400, {0, 0, 0}, {5, 0, 0}}};
    ct_motion b = {0, 400, {0, 0, 0}, {0, 0, 0}};
    ct_legs legs[2] = {{.items = a, .count = 4}, {.items = &b, .count = 1}};
    ct_together t = {&legs[0], &legs[1], 0, 400};
    ct_spells found = {0};
    int64_t first_us;
    assert_true(ct_together_first(&t, 10, &first_us));
    assert_int_equal(first_us, 40);
    assert_int_equal(ct_together_spells(&t, 10, &found, NULL), CT_OK);
    assert_int_equal(found.count, 3);
    assert_int_equal(found.items[0].start_us, 40);
    assert_int_equal(found.items[0].end_us, 60);
    assert_int_equal(found.items[0].closest_us, 50);
    assert_int_equal(found.items[1].start_us, 140);
    assert_int_equal(found.items[2].start_us, 280);
    assert_int_equal(found.items[2].end_us, 400);
    assert_int_equal(found.items[2].closest_us, 300);
    assert_int_equal(ct_together_within_us(&t, 10), 160);
    t.from_us = 55; /* cut: the closest moment is at the edge */
    t.until_us = 58;
    assert_int_equal(ct_together_spells(&t, 10, &found, NULL), CT_OK);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.items[0].closest_us, 55);
    assert_true(fabs(found.items[0].closest_m - 5) < 1e-9);
    t.until_us = 55; /* one moment */
    assert_int_equal(ct_together_spells(&t, 10, &found, NULL), CT_OK);
    assert_int_equal(found.count, 1);
    assert_true(fabs(ct_together_mean_m(&t) - 5) < 1e-9);
    t = (ct_together){&legs[0], &legs[1], 61, 139};
    assert_false(ct_together_first(&t, 10, &first_us));
    assert_int_equal(ct_together_spells(&t, INFINITY, &found, NULL), CT_OK);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.items[0].start_us, 61);
    assert_int_equal(found.items[0].end_us, 139);
    ct_spells_release(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integrals),
        cmocka_unit_test(passages),
        cmocka_unit_test(spells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
