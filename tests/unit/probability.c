#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contrace/space.h"

static void assert_chance(double distance, double reach, double a, double b, double expected)
{
    const double found = ct_probability_within(distance, reach, a, b);
    if (!(fabs(found - expected) <= 1e-6 * expected && fabs(found - expected) <= 1e-9))
        fail_msg("%.17g is not %.17g", found, expected);
    assert_true(found == ct_probability_within(distance, reach, b, a));
}

static void test_exact_positions(void **state)
{
    (void)state;
    assert_true(ct_probability_within(2, 2, 0, 0) == 1);
    assert_true(ct_probability_within(2.0000001, 2, NAN, NAN) == 0);
    assert_true(ct_probability_within(2, 2, NAN, 0) == 1);
    assert_true(ct_probability_within(0, 0, 0, 0) == 1);
    assert_true(ct_probability_within(3, 2, 5, NAN) == ct_probability_within(3, 2, 5, 0));
}

/* 68 % of what is at one point, seen by one phone, lies within its accuracy. */
static void test_definition_of_accuracy(void **state)
{
    (void)state;
    assert_chance(0, 25, 25, 0, 0.68);
    assert_chance(0, 5, 3, 4, 0.68);
    assert_chance(0, 0, 3, 4, 0);
}

/* scipy.stats.ncx2.cdf((reach/s)^2, 2, (distance/s)^2), scipy 1.10.1 */
static void test_known_values(void **state)
{
    (void)state;
    assert_chance(5000, 2, 5000, 5000, 5.1564908323723488e-08);
    assert_chance(0, 2, 5000, 5000, 9.1154738500475783e-08);
    assert_chance(10, 2, 20, 20, 0.0049288150272676044);
    assert_chance(50, 50, 10, 20, 0.4402233993332057);
    assert_chance(100, 100, 0.1, 0.2, 0.49970453533366416);
    assert_chance(3, 2, 1, 1, 0.10335531339276535);
}

static void test_extremes(void **state)
{
    (void)state;
    assert_true(ct_probability_within(1e9, 2, 1, 1) == 0);
    assert_true(ct_probability_within(1, 1e9, 1, 1) == 1);
    assert_true(ct_probability_within(1, 1, 1e300, 1e300) >= 0);
    assert_true(ct_probability_within(1, 1, 1e-300, 1e-300) == 1);
    const double half = ct_probability_within(1e15, 1e15, 1, 1);
    assert_true(fabs(half - 0.5) < 1e-9);
    const double little = ct_probability_within(5000, 1e-6, 5000, 5000);
    assert_true(little > 0 && fabs(little / 1.2891227e-20 - 1) < 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact_positions),
        cmocka_unit_test(test_definition_of_accuracy),
        cmocka_unit_test(test_known_values),
        cmocka_unit_test(test_extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
