#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contrace/space.h"
#include "contrace/time.h"

static ct_motion from_to(int64_t start_us, int64_t end_us, double x, double y, double end_x,
                         double end_y)
{
    return (ct_motion){start_us, end_us, {x, y, 0}, {end_x, end_y, 0}};
}

static void assert_meet(ct_motion a, ct_motion b, double distance_m, ct_meet expected)
{
    for (int turn = 0; turn < 2; turn++) {
        ct_meet m;
        assert_true(ct_motion_meet(turn ? &b : &a, turn ? &a : &b, distance_m, &m));
        assert_int_equal(m.start_us, expected.start_us);
        assert_int_equal(m.end_us, expected.end_us);
        assert_int_equal(m.closest_us, expected.closest_us);
        assert_true(fabs(m.closest_m - expected.closest_m) < 1e-12 && m.closest_m <= distance_m);
    }
}

static void assert_apart(ct_motion a, ct_motion b, double distance_m)
{
    ct_meet m;
    assert_false(ct_motion_meet(&a, &b, distance_m, &m));
    assert_false(ct_motion_meet(&b, &a, distance_m, &m));
}

static void test_at(void **state)
{
    (void)state;
    const ct_motion m = from_to(100, 500, 1, 2, 5, 10);
    assert_true(ct_motion_at(&m, 0).x == 1 && ct_motion_at(&m, 100).y == 2);
    assert_true(ct_motion_at(&m, 200).x == 2 && ct_motion_at(&m, 200).y == 4);
    assert_true(ct_motion_at(&m, 500).x == 5 && ct_motion_at(&m, 1000).y == 10);
    const ct_motion instant = from_to(7, 7, 3, 4, 3, 4);
    assert_true(ct_motion_at(&instant, 7).x == 3);
}

/* The closed forms: a diagonal past someone, and straight through. */
static void test_closed_forms(void **state)
{
    (void)state;
    assert_meet(from_to(0, 4 * CT_DAY, 0, 0, 2, 2), from_to(0, 4 * CT_DAY, 0, 1, 0, 1), 1,
                (ct_meet){0, 2 * CT_DAY, CT_DAY, sqrt(0.5)});
    assert_meet(from_to(0, 4 * CT_DAY, 1, 0, 1, 4), from_to(0, 4 * CT_DAY, 1, 2, 1, 2), 1,
                (ct_meet){CT_DAY, 3 * CT_DAY, 2 * CT_DAY, 0});
    /* each with its own times */
    assert_meet(from_to(CT_DAY, 5 * CT_DAY, 1, 0, 1, 4), from_to(-CT_DAY, 9 * CT_DAY, 1, 2, 1, 2),
                1, (ct_meet){2 * CT_DAY, 4 * CT_DAY, 3 * CT_DAY, 0});
    assert_meet(from_to(0, 4 * CT_DAY, 0, 0, 4, 0), from_to(0, 8 * CT_DAY, 4, 0, -4, 0), 1,
                (ct_meet){3 * CT_DAY / 2, 5 * CT_DAY / 2, 2 * CT_DAY, 0});
}

static void test_parallel(void **state)
{
    (void)state;
    const ct_motion a = from_to(0, 1000, 0, 0, 30, 40), b = from_to(0, 1000, 0, 1, 30, 41);
    assert_apart(a, b, 0.5);
    assert_meet(a, b, 1, (ct_meet){0, 1000, 0, 1});
    /* the same speed, on the way for different times */
    const ct_motion longer = from_to(-300, 700, -9, 1, 21, 1), part = from_to(0, 600, 0, 0, 18, 0);
    assert_meet(longer, part, 1, (ct_meet){0, 600, 0, 1});
    assert_apart(longer, part, 0.999999);
}

static void test_touch(void **state)
{
    (void)state;
    /* at a whole microsecond, and between two */
    assert_meet(from_to(0, 1000, -1, 1, 1, 1), from_to(0, 1000, 0, 0, 0, 0), 1,
                (ct_meet){500, 500, 500, 1});
    assert_meet(from_to(0, 1001, -1, 1, 1, 1), from_to(0, 1001, 0, 0, 0, 0), 1,
                (ct_meet){500, 500, 500, 1});
    assert_apart(from_to(0, 1000, -1, 1.0000001, 1, 1.0000001), from_to(0, 1000, 0, 0, 0, 0), 1);
    /* at the end of the way only */
    assert_meet(from_to(0, 10, 0, 0, 3, 0), from_to(0, 10, 4, 0, 4, 0), 1,
                (ct_meet){10, 10, 10, 1});
    assert_meet(from_to(0, 10, 3, 0, 0, 0), from_to(0, 10, 4, 0, 4, 0), 1, (ct_meet){0, 0, 0, 1});
}

static void test_rest(void **state)
{
    (void)state;
    const ct_motion a = from_to(0, 100, 0, 0, 0, 0), b = from_to(50, 200, 3, 4, 3, 4);
    assert_meet(a, b, 5, (ct_meet){50, 100, 50, 5});
    assert_apart(a, b, 4.999999999999);
    assert_meet(a, a, 0, (ct_meet){0, 100, 0, 0});
    const ct_motion always = from_to(CT_NO_TIME, CT_FOREVER, 0, 0, 0, 0);
    assert_meet(always, always, 0, (ct_meet){CT_NO_TIME, CT_FOREVER, CT_NO_TIME, 0});
    assert_meet(always, b, 5, (ct_meet){50, 200, 50, 5});
}

static void test_times(void **state)
{
    (void)state;
    const ct_motion a = from_to(0, 100, 0, 0, 100, 0);
    assert_apart(a, from_to(101, 200, 100, 0, 100, 0), 1000);
    assert_meet(a, from_to(100, 200, 100, 3, 100, 3), 3, (ct_meet){100, 100, 100, 3});
    const ct_motion instant = from_to(40, 40, 40, 3, 40, 3);
    assert_meet(a, instant, 3, (ct_meet){40, 40, 40, 3});
    assert_apart(a, instant, 2.9);
    assert_meet(instant, instant, 0, (ct_meet){40, 40, 40, 0});
    assert_apart(instant, from_to(41, 41, 40, 3, 40, 3), 10);
}

/* Far from the origin the metres between two people are what counts. */
static void test_far_from_the_origin(void **state)
{
    (void)state;
    const double far = 6378137;
    assert_meet(from_to(0, 4 * CT_DAY, far, far, far + 2, far + 2),
                from_to(0, 4 * CT_DAY, far, far + 1, far, far + 1), 1,
                (ct_meet){0, 2 * CT_DAY, CT_DAY, sqrt(0.5)});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_at),
        cmocka_unit_test(test_closed_forms),
        cmocka_unit_test(test_touch),
        cmocka_unit_test(test_parallel),
        cmocka_unit_test(test_rest),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_far_from_the_origin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
