/* How far apart two may be recorded and still be near, by distance and by chance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../lib/trace/nearness.h"
#include "contrace/space.h"

static void by_distance(void **state)
{
    (void)state;
    const ct_nearness n = ct_nearness_of(100, false, 0);
    assert_true(ct_nearness_possible(&n, 1e9));
    assert_true(ct_nearness_margin_m(&n, 1e9) == 0);
    assert_true(ct_nearness_reach_m(&n, 5, NAN) == 100);
    assert_true(ct_nearness_near(&n, 100, 500, 500));
    assert_false(ct_nearness_near(&n, 100.001, 500, 500));
    assert_true(ct_nearness_near2(&n, 10000, NAN, 3));
    assert_false(ct_nearness_near2(&n, nextafter(10000, 1e9), NAN, 3));
}

static void with_radii(void **state)
{
    (void)state;
    const ct_nearness n = ct_nearness_of(100, true, 0);
    assert_true(ct_nearness_possible(&n, 1e9));
    assert_true(ct_nearness_margin_m(&n, 7) == 7 && ct_nearness_margin_m(&n, NAN) == 0);
    assert_true(ct_nearness_reach_m(&n, 5, NAN) == 105 && ct_nearness_reach_m(&n, 5, 20) == 125);
    assert_true(ct_nearness_near(&n, 125, 20, 5) && ct_nearness_near2(&n, 125 * 125, 5, 20));
    assert_false(ct_nearness_near(&n, 125.001, 20, 5));
    assert_false(ct_nearness_near2(&n, 125.001 * 125.001, 20, 5));
}

/* The reach is where the chance falls below what is asked for, and the bounds hold it. */
static void by_chance(void **state)
{
    (void)state;
    static const double distances[] = {0, 0.5, 2, 100, 5000};
    static const double chances[] = {1e-12, 1e-4, 0.02, 0.3, 0.4999, 0.5, 0.68, 0.99, 1};
    static const double accuracies[] = {NAN, 0, 0.01, 1, 3, 30, 100, 412, 3000, 1e5};
    for (int d = 0; d < 5; d++) {
        for (int c = 0; c < 9; c++) {
            const ct_nearness n = ct_nearness_of(distances[d], false, chances[c]);
            for (int i = 0; i < 100; i++) {
                const double a = accuracies[i % 10], b = accuracies[i / 10], D = distances[d];
                const double reach = ct_nearness_reach_m(&n, a, b);
                if (reach < 0) {
                    assert_true(ct_probability_within(0, D, a, b) < chances[c]);
                    continue;
                }
                assert_true(ct_nearness_possible(&n, a) && ct_nearness_possible(&n, b));
                assert_true(reach <=
                            D + ct_nearness_margin_m(&n, a) + ct_nearness_margin_m(&n, b) + 1e-9);
                assert_true(ct_nearness_near(&n, reach, a, b));
                assert_true(ct_probability_within(reach, D, a, b) >= chances[c]);
                if (chances[c] == 1) /* what is 1 but for rounding ends anywhere */
                    continue;
                const double past = reach * (1 + 1e-6) + 1e-6;
                assert_false(ct_nearness_near(&n, past, a, b));
                assert_true(ct_probability_within(past, D, a, b) < chances[c]);
                assert_true(ct_nearness_near2(&n, reach * reach / 1.0001, a, b));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(by_distance), cmocka_unit_test(with_radii),
                                       cmocka_unit_test(by_chance)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
