/* Foreign positions on WGS 84, against published check points and worked examples. */
/* wrap: malloc */
#include "fault.h"

#include <math.h>
#include <string.h>

#include "contrace/reference.h"
#include "contrace/space.h"

static double apart_m(double lon_a, double lat_a, double lon_b, double lat_b)
{
    return ct_path_length_m(CT_FRAME_WGS84, (const double[]){lon_a, lat_a},
                            (const double[]){lon_b, lat_b});
}

/* The first three are of eviltransform's tests, which take another semi-major axis for Krasovsky's
 * (1 cm here); the fourth is of coordtransform's test/app.js. */
static void published_points_of_gcj02(void **state)
{
    (void)state;
    static const struct {
        double lon, lat, shifted_lon, shifted_lat;
    } points[] = {
        {121.5272106, 31.1774276, 121.531541859215, 31.17530398364597}, /* Shanghai */
        {113.912316, 22.543847, 113.9171764808363, 22.540796131694766}, /* Shenzhen */
        {116.377817, 39.911954, 116.38404722455657, 39.91334545536069}, /* Beijing */
        {116.404, 39.915, 116.41024449916938, 39.91640428150164},
    };
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        double lon = points[i].lon, lat = points[i].lat;
        ct_datum_from_wgs84(CT_DATUM_GCJ02, &lon, &lat);
        assert_true(apart_m(lon, lat, points[i].shifted_lon, points[i].shifted_lat) <
                    (i < 3 ? 0.05 : 1e-6));
        lon = points[i].shifted_lon;
        lat = points[i].shifted_lat;
        ct_datum_to_wgs84(CT_DATUM_GCJ02, &lon, &lat);
        assert_true(apart_m(lon, lat, points[i].lon, points[i].lat) < 0.05);
    }
}

/* coordtransform's test/app.js: gcj02tobd09(116.404, 39.915). */
static void a_published_point_of_bd09(void **state)
{
    (void)state;
    double lon = 116.404, lat = 39.915;
    ct_datum_to_wgs84(CT_DATUM_GCJ02, &lon, &lat);
    ct_datum_from_wgs84(CT_DATUM_BD09, &lon, &lat);
    assert_true(apart_m(lon, lat, 116.41036949371029, 39.92133699351021) < 1e-4);
    ct_datum_to_wgs84(CT_DATUM_BD09, &lon, &lat);
    ct_datum_from_wgs84(CT_DATUM_GCJ02, &lon, &lat);
    assert_true(apart_m(lon, lat, 116.404, 39.915) < 1e-4);
}

/* There and back again over all of the country, the seams of the formula too. */
static void the_inverse_is_exact(void **state)
{
    (void)state;
    for (ct_datum datum = CT_DATUM_WGS84; datum <= CT_DATUM_BD09; datum++)
        for (double lon = 72.1; lon < 137.8; lon += 0.3)
            for (double lat = 0.9; lat < 55.8; lat += 0.7) {
                double x = lon, y = lat;
                ct_datum_from_wgs84(datum, &x, &y);
                ct_datum_to_wgs84(datum, &x, &y);
                if (!(fabs(x - lon) < 1e-9 && fabs(y - lat) < 1e-9))
                    fail_msg("%d %.10g %.10g: %.12g %.12g", (int)datum, lon, lat, x, y);
            }
    double lon = 139.7, lat = 35.7; /* Tokyo */
    ct_datum_to_wgs84(CT_DATUM_BD09, &lon, &lat);
    assert_true(lon == 139.7 && lat == 35.7);
}

static void assert_wgs84(const char *crs, bool planar, double x, double y, double lon, double lat,
                         double within_m)
{
    ct_reference *reference;
    ct_err err = {0};
    if (ct_reference_new(&reference, crs, CT_DATUM_WGS84, &err) != CT_OK)
        fail_msg("%s", err.text);
    assert_int_equal(ct_reference_is_planar(reference), planar);
    assert_int_equal(ct_reference_to_wgs84(reference, &x, &y, NULL), CT_OK);
    if (!(apart_m(x, y, lon, lat) < within_m))
        fail_msg("%s: %.9f %.9f", crs, x, y);
    ct_reference_free(reference);
}

/* Natural origins of the projections, which are by definition where they are; east comes first,
 * though EPSG:4326, EPSG:27700 and EPSG:31467 each have an order of their own. */
static void coordinate_systems(void **state)
{
    (void)state;
    assert_wgs84("EPSG:4326", false, 27.5, -29.3, 27.5, -29.3, 1e-3);
    assert_wgs84("EPSG:32733", true, 500000, 10000000, 15, 0, 1e-3); /* UTM 33S */
    assert_wgs84("EPSG:32633", true, 500000, 0, 15, 0, 1e-3);        /* UTM 33N */
    assert_wgs84("EPSG:3857", true, 20037508.342789244, 0, 180, 0, 1e-2);
    assert_wgs84("EPSG:4490", false, 116.404, 39.915, 116.404, 39.915, 1); /* CGCS2000 */
    assert_wgs84("EPSG:4549", true, 500000, 0, 120, 0, 1); /* CGCS2000, north first */
    assert_wgs84("+proj=utm +zone=35 +south +datum=WGS84 +type=crs", true, 500000, 10000000, 27, 0,
                 1e-3);
}

static void what_is_refused(void **state)
{
    (void)state;
    ct_reference *reference;
    ct_err err;
    static const char *const wrong[] = {"", "EPSG:0", "EPSG", "nonsense", "+proj=nonsense"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (ct_reference_new(&reference, wrong[i], CT_DATUM_WGS84, &err) != CT_ERANGE)
            fail_msg("taken for a coordinate system: %s", wrong[i]);
    assert_int_equal(ct_reference_new(&reference, "EPSG:32733", CT_DATUM_WGS84, NULL), CT_OK);
    double x = 1e12, y = 1e12;
    assert_int_equal(ct_reference_to_wgs84(reference, &x, &y, NULL), CT_EROW);
    ct_reference_free(reference);
}

static ct_status one_life(void *ctx)
{
    (void)ctx;
    ct_reference *reference = NULL;
    const ct_status status = ct_reference_new(&reference, "EPSG:32733", CT_DATUM_WGS84, NULL);
    ct_reference_free(reference);
    return status;
}

static void memory_runs_out(void **state)
{
    (void)state;
    assert_true(ct_fault_every(one_life, NULL) >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_points_of_gcj02), cmocka_unit_test(a_published_point_of_bd09),
        cmocka_unit_test(the_inverse_is_exact),      cmocka_unit_test(coordinate_systems),
        cmocka_unit_test(what_is_refused),           cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
