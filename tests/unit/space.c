#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contrace/space.h"

#define A_M 6378137.0
#define B_M 6356752.314245179 /* a (1 - f) */

static void assert_near(double found, double expected, double tolerance)
{
    if (!(fabs(found - expected) <= tolerance))
        fail_msg("%.17g is not %.17g", found, expected);
}

static void test_planar(void **state)
{
    (void)state;
    const ct_point p = ct_point_at(CT_FRAME_PLANAR, -3.25, 1e6);
    assert_true(p.x == -3.25 && p.y == 1e6 && p.z == 0);
    double x, y;
    ct_point_position(CT_FRAME_PLANAR, p, &x, &y);
    assert_true(x == -3.25 && y == 1e6);
}

static void test_axes(void **state)
{
    (void)state;
    const ct_point zero = ct_point_at(CT_FRAME_WGS84, 0, 0);
    assert_true(zero.x == A_M && zero.y == 0 && zero.z == 0);
    const ct_point east = ct_point_at(CT_FRAME_WGS84, 90, 0);
    assert_true(east.x == 0 && east.y == A_M);
    const ct_point north = ct_point_at(CT_FRAME_WGS84, 77, 90);
    assert_true(north.x == 0 && north.y == 0);
    assert_near(north.z, B_M, 1e-9);
    assert_near(ct_point_at(CT_FRAME_WGS84, 0, -90).z, -B_M, 1e-9);
}

/* The antimeridian and the poles have no seam at all. */
static void test_seams(void **state)
{
    (void)state;
    for (int i = -12; i <= 12; i++) {
        const double y = 7.5 * i;
        const ct_point west = ct_point_at(CT_FRAME_WGS84, -180, y);
        const ct_point east = ct_point_at(CT_FRAME_WGS84, 180, y);
        assert_true(ct_distance_squared(west, east) == 0);
    }
    const ct_point pole = ct_point_at(CT_FRAME_WGS84, 0, 90);
    for (int x = -180; x <= 180; x += 9)
        assert_true(ct_distance_squared(pole, ct_point_at(CT_FRAME_WGS84, x, 90)) == 0);
}

/* The example of EPSG guidance note 7-2, 2.2.1: 53d48'33.820"N 2d07'46.380"E, 73.0 m high. */
static void test_published_position(void **state)
{
    (void)state;
    double x, y;
    ct_point_position(CT_FRAME_WGS84, (ct_point){3771793.968, 140253.342, 5124304.349}, &x, &y);
    assert_near(x, 2 + 7 / 60.0 + 46.380 / 3600, 1e-8);
    assert_near(y, 53 + 48 / 60.0 + 33.820 / 3600, 1e-8);
}

static void test_position_on_the_axis(void **state)
{
    (void)state;
    double x, y;
    ct_point_position(CT_FRAME_WGS84, (ct_point){0, 0, B_M + 3}, &x, &y);
    assert_true(y == 90 && x == 0);
    ct_point_position(CT_FRAME_WGS84, (ct_point){0, 0, -B_M}, &x, &y);
    assert_true(y == -90);
}

/* Wellington to Salamanca, the example of GeographicLib's documentation. */
static void test_published_length(void **state)
{
    (void)state;
    const double from[2] = {174.81, -41.32}, to[2] = {-5.50, 40.96};
    assert_near(ct_path_length_m(CT_FRAME_WGS84, from, to), 19959679.26735382, 1e-6);
    const double a[2] = {1, 1}, b[2] = {4, 5};
    assert_true(ct_path_length_m(CT_FRAME_PLANAR, a, b) == 5);
}

static void test_cut(void **state)
{
    (void)state;
    const double from[2] = {1, 2}, to[2] = {5, 10};
    double out[10];
    ct_path_cut(CT_FRAME_PLANAR, from, to, 4, out);
    for (size_t i = 0; i <= 4; i++)
        assert_true(out[2 * i] == 1 + (double)i && out[2 * i + 1] == 2 + 2 * (double)i);
    ct_path_cut(CT_FRAME_WGS84, from, to, 1, out);
    assert_true(out[0] == 1 && out[1] == 2 && out[2] == 5 && out[3] == 10);
}

static void test_pieces(void **state)
{
    (void)state;
    assert_int_equal(ct_path_pieces(CT_FRAME_WGS84, 0), 1);
    assert_int_equal(ct_path_pieces(CT_FRAME_WGS84, 700), 1);
    assert_int_equal(ct_path_pieces(CT_FRAME_WGS84, 700.1), 2);
    assert_int_equal(ct_path_pieces(CT_FRAME_WGS84, 25000), 36);
    assert_int_equal(ct_path_pieces(CT_FRAME_PLANAR, 25000), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_planar),
        cmocka_unit_test(test_axes),
        cmocka_unit_test(test_seams),
        cmocka_unit_test(test_published_position),
        cmocka_unit_test(test_position_on_the_axis),
        cmocka_unit_test(test_published_length),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
