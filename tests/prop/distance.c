#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contrace/space.h"

static uint64_t random_state = 1;

static double between(double least, double most) /* splitmix64 */
{
    uint64_t z = random_state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return least + (most - least) * (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* A position near one of the places where formulas break, or anywhere. */
static void somewhere(double out[2])
{
    static const double latitudes[] = {90, -90, 0, 89.9999, 45, -60};
    const unsigned kind = (unsigned)between(0, 8);
    out[0] = kind % 2 == 0 ? between(-180, 180) : between(179.95, 180.05);
    out[1] = kind < 6 ? latitudes[kind] + between(-0.05, 0.05) : between(-90, 90);
    if (fabs(out[1]) > 90) {
        out[1] = copysign(180, out[1]) - out[1];
        out[0] += 180;
    }
    out[0] = remainder(out[0], 360);
}

/* Another one some metres away; near a pole that can be the other side of the earth's axis. */
static void nearby(const double from[2], double metres, double out[2])
{
    const double way = between(0, 6.283185307179586);
    const ct_point p = ct_point_at(CT_FRAME_WGS84, from[0], from[1]);
    const double lon = from[0] / 57.29577951308232, lat = from[1] / 57.29577951308232;
    const double east = metres * cos(way), north = metres * sin(way);
    const ct_point q = {p.x - east * sin(lon) - north * sin(lat) * cos(lon),
                        p.y + east * cos(lon) - north * sin(lat) * sin(lon),
                        p.z + north * cos(lat)};
    ct_point_position(CT_FRAME_WGS84, q, &out[0], &out[1]);
}

/* Up to 10 km, anywhere on earth, the chord is the geodesic to less than a millionth. */
static void test_chord_is_geodesic(void **state)
{
    (void)state;
    double longest_m = 0;
    for (int n = 0; n < 300000; n++) {
        double from[2], to[2];
        somewhere(from);
        nearby(from, pow(10, between(0, 4)), to);
        const double chord_m =
            sqrt(ct_distance_squared(ct_point_at(CT_FRAME_WGS84, from[0], from[1]),
                                     ct_point_at(CT_FRAME_WGS84, to[0], to[1])));
        const double length_m = ct_path_length_m(CT_FRAME_WGS84, from, to);
        longest_m = fmax(longest_m, length_m);
        /* L^3/24R^2, and what rounding coordinates of 6,400 km leaves */
        const double allowed_m = fmax(length_m * length_m * length_m / 24 / 3.9e13, 0) + 1e-8;
        if (!(fabs(chord_m - length_m) <= allowed_m) ||
            !(fabs(chord_m - length_m) < 1e-6 * length_m))
            fail_msg("%.9f,%.9f to %.9f,%.9f: chord %.9f m, geodesic %.9f m", from[0], from[1],
                     to[0], to[1], chord_m, length_m);
    }
    assert_true(longest_m > 9000 && longest_m < 10100);
}

static void test_position_is_inverse(void **state)
{
    (void)state;
    for (int n = 0; n < 300000; n++) {
        double at[2], x, y;
        somewhere(at);
        const ct_point p = ct_point_at(CT_FRAME_WGS84, at[0], at[1]);
        const double up_m = between(-10000, 10000); /* along the normal */
        const double lon = at[0] / 57.29577951308232, lat = at[1] / 57.29577951308232;
        const ct_point q = {p.x + up_m * cos(lat) * cos(lon), p.y + up_m * cos(lat) * sin(lon),
                            p.z + up_m * sin(lat)};
        ct_point_position(CT_FRAME_WGS84, q, &x, &y);
        const double east = fabs(remainder(x - at[0], 360)) * cos(lat);
        if (!(fabs(y - at[1]) < 1e-9 && east < 1e-9))
            fail_msg("%.12f,%.12f came back as %.12f,%.12f", at[0], at[1], x, y);
    }
}

static double between_positions(const double *a, const double *b)
{
    return sqrt(ct_distance_squared(ct_point_at(CT_FRAME_WGS84, a[0], a[1]),
                                    ct_point_at(CT_FRAME_WGS84, b[0], b[1])));
}

/* Pieces are equal, end where they should, and no chord of one dips 1 cm below the surface. */
static void test_cut(void **state)
{
    (void)state;
    enum { MOST = 200 };
    double out[2 * (MOST + 1)];
    for (int n = 0; n < 2000; n++) {
        double from[2], to[2];
        somewhere(from);
        nearby(from, pow(10, between(1, 5)), to);
        const double length_m = ct_path_length_m(CT_FRAME_WGS84, from, to);
        const size_t pieces = ct_path_pieces(CT_FRAME_WGS84, length_m);
        assert_in_range(pieces, 1, MOST);
        ct_path_cut(CT_FRAME_WGS84, from, to, (unsigned)pieces, out);
        assert_true(out[0] == from[0] && out[1] == from[1]);
        assert_true(out[2 * pieces] == to[0] && out[2 * pieces + 1] == to[1]);
        for (size_t i = 0; i < pieces; i++) {
            const double *a = &out[2 * i], *b = &out[2 * i + 2];
            assert_true(fabs(between_positions(a, b) - length_m / (double)pieces) < 1e-6);
            const ct_point p = ct_point_at(CT_FRAME_WGS84, a[0], a[1]);
            const ct_point q = ct_point_at(CT_FRAME_WGS84, b[0], b[1]);
            const ct_point half = {(p.x + q.x) / 2, (p.y + q.y) / 2, (p.z + q.z) / 2};
            double x, y;
            ct_point_position(CT_FRAME_WGS84, half, &x, &y);
            assert_true(ct_distance_squared(half, ct_point_at(CT_FRAME_WGS84, x, y)) < 1e-4);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chord_is_geodesic),
        cmocka_unit_test(test_position_is_inverse),
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
