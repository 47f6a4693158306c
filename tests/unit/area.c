/* Areas from WKT, GeoJSON and tables: what they hold at every border, across the antimeridian and
 * at the poles; what is refused, and with which words. Memory that runs out leaves nothing behind.
 */
/* wrap: malloc */
#include "fault.h"

#include <stdio.h>

#include "contrace/area_file.h"

static ct_areas *areas_of(const char *text, ct_frame frame)
{
    ct_areas *areas;
    ct_err err = {0};
    if (ct_areas_parse(&areas, "areas", ct_str_of(text), frame, &err) != CT_OK)
        fail_msg("refused: %s: %s", err.text, text);
    return areas;
}

/* The names of the areas that hold a position, with blanks between. */
static const char *at(const ct_areas *areas, double x, double y)
{
    static char names[256];
    ct_area_finder *finder;
    const uint32_t *hits;
    size_t count, len = 0;
    assert_int_equal(ct_area_finder_new(&finder, areas, NULL), CT_OK);
    assert_int_equal(ct_areas_at(finder, x, y, &hits, &count, NULL), CT_OK);
    names[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        const ct_str name = ct_areas_name(areas, hits[i]);
        len += (size_t)snprintf(names + len, sizeof names - len, "%s%.*s", i > 0 ? " " : "",
                                (int)name.len, name.ptr);
    }
    ct_area_finder_free(finder);
    return names;
}

static void holes_and_borders(void **state)
{
    (void)state;
    ct_areas *areas = areas_of("name,wkt\n"
                               "ring,\"POLYGON((0 0,10 0,10 10,0 10,0 0),(4 4,4 6,6 6,6 4,4 4))\"\n"
                               "core,\"polygon ((4 4, 6 4, 6 6, 4 6, 4 4))\"\n"
                               "ring,\"SRID=4326;POLYGON((20 0,30 0,30 10,20 10,20 0))\"\n"
                               "all,\"MULTIPOLYGON(((0 0,10 0,10 10,0 10,0 0)),"
                               "((5 5,40 5,40 6,5 6,5 5)))\"\n",
                               CT_FRAME_WGS84);
    assert_int_equal(ct_areas_count(areas), 3);
    assert_string_equal(at(areas, 1, 1), "ring all");
    assert_string_equal(at(areas, 5, 5), "core all");
    assert_string_equal(at(areas, 5.5, 5.5), "core all"); /* both parts of all */
    assert_string_equal(at(areas, 4, 5), "ring core all");
    assert_string_equal(at(areas, 0, 0), "ring all");
    assert_string_equal(at(areas, 10, 3), "ring all");
    assert_string_equal(at(areas, 10.000001, 3), "");
    assert_string_equal(at(areas, 25, 5.5), "ring all");
    assert_string_equal(at(areas, 35, 5.5), "all");
    ct_areas_free(areas);
}

/* The same 20 degrees in each way to write them. */
static void across_the_antimeridian(void **state)
{
    (void)state;
    static const char *const ways[] = {
        "MULTIPOLYGON(((170 -5,180 -5,180 5,170 5,170 -5)),"
        "((-180 -5,-170 -5,-170 5,-180 5,-180 -5)))",
        "POLYGON((170 -5,190 -5,190 5,170 5,170 -5))",
        "POLYGON((-190 -5,-170 -5,-170 5,-190 5,-190 -5))",
        "POLYGON((170 -5,-170 -5,-170 5,170 5,170 -5))",
        "POLYGON((-170 5,170 5,170 -5,-170 -5,-170 5))",
        "POLYGON((170 -5,180 -5,-179 -5,-170 -5,-170 5,-180 5,170 5,170 -5))",
        "{\"type\":\"Polygon\",\"coordinates\":"
        "[[[170,-5],[-170,-5,12.5],[-170,5],[170,5],[170,-5]]]}",
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        ct_areas *areas = areas_of(ways[i], CT_FRAME_WGS84);
        const struct {
            double x, y;
            bool inside;
        } asked[] = {{175, 0, true}, {-175, 0, true},    {180, 0, true},  {-180, 0, true},
                     {170, 5, true}, {-170, -5, true},   {169, 0, false}, {-169, 0, false},
                     {0, 0, false},  {175, 5.01, false}, {180, 5, true},  {-180, -5, true},
                     {90, 0, false}, {-90, 4.99, false}};
        for (size_t k = 0; k < sizeof asked / sizeof *asked; k++) {
            ct_area_finder *finder;
            const uint32_t *hits;
            size_t count;
            assert_int_equal(ct_area_finder_new(&finder, areas, NULL), CT_OK);
            assert_int_equal(ct_areas_at(finder, asked[k].x, asked[k].y, &hits, &count, NULL),
                             CT_OK);
            if ((count == 1) != asked[k].inside)
                fail_msg("%s: %g %g", ways[i], asked[k].x, asked[k].y);
            ct_area_finder_free(finder);
        }
        ct_areas_free(areas);
    }
}

/* A hole is found though it is written on the other side. */
static void a_hole_beyond_the_antimeridian(void **state)
{
    (void)state;
    ct_areas *areas = areas_of("POLYGON((170 -5,-170 -5,-170 5,170 5,170 -5),"
                               "(-176 -1,-174 -1,-174 1,-176 1,-176 -1))",
                               CT_FRAME_WGS84);
    ct_area_finder *finder;
    const uint32_t *hits;
    size_t count;
    assert_int_equal(ct_area_finder_new(&finder, areas, NULL), CT_OK);
    static const double xs[] = {-175, -173, 175};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(ct_areas_at(finder, xs[i], 0, &hits, &count, NULL), CT_OK);
        assert_int_equal(count, i > 0);
    }
    ct_area_finder_free(finder);
    ct_areas_free(areas);
}

static void round_the_earth_and_at_the_poles(void **state)
{
    (void)state;
    ct_areas *areas = areas_of("name,wkt\n"
                               "world,\"POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))\"\n"
                               "cap,\"POLYGON((-180 -90,180 -90,180 -60,-180 -60,-180 -90))\"\n"
                               "wedge,\"POLYGON((10 80,20 80,20 90,10 90,10 80))\"\n",
                               CT_FRAME_WGS84);
    assert_string_equal(at(areas, 179, 0), "world");
    assert_string_equal(at(areas, 0, -70), "world cap");
    assert_string_equal(at(areas, 77, -90), "world cap");
    assert_string_equal(at(areas, 77, 90), "world wedge");
    assert_string_equal(at(areas, 77, 89.9), "world");
    ct_areas_free(areas);
}

static void discs(void **state)
{
    (void)state;
    ct_areas *areas = areas_of("place_id,lon,lat,radius_m\n"
                               "square,180,0,1000\n"
                               "pole,0,90,5000\n"
                               "spot,20,60,0\n",
                               CT_FRAME_WGS84);
    /* at the equator a degree of longitude is 111,319.4908 m */
    assert_string_equal(at(areas, 179.991017, 0), "square");
    assert_string_equal(at(areas, -179.991017, 0), "square");
    assert_string_equal(at(areas, 179.991016, 0), "");
    assert_string_equal(at(areas, 123, 90), "pole");
    assert_string_equal(at(areas, -100, 89.956), "pole");
    assert_string_equal(at(areas, -100, 89.955), "");
    assert_string_equal(at(areas, 20, 60), "spot");
    assert_string_equal(at(areas, 20, 60.0000001), "");
    ct_areas_free(areas);
    areas = areas_of("id,x_m,y_m,radius_m,wkt\nden,10,20,5,\nbox,,,,\"POLYGON((0 0,500 0,500 500,"
                     "0 500,0 0))\"\n",
                     CT_FRAME_PLANAR);
    assert_string_equal(at(areas, 13, 24), "den box");
    assert_string_equal(at(areas, 13, 24.001), "box");
    assert_string_equal(at(areas, 400, 181), "box");
    assert_string_equal(at(areas, -1, 181), "");
    ct_areas_free(areas);
}

static void geojson(void **state)
{
    (void)state;
    ct_areas *areas = areas_of(
        "\xEF\xBB\xBF {\"type\":\"FeatureCollection\",\"name\":\"x\",\"features\":["
        "{\"type\":\"Feature\",\"properties\":{\"name\":\"school\",\"n\":1},\"geometry\":"
        "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[2,0],[2,2],[0,2],[0,0]],"
        "[[1,1],[1,1.5],[1.5,1.5],[1,1]]]}},"
        "{\"type\":\"Feature\",\"id\":7,\"properties\":null,\"geometry\":"
        "{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"MultiPolygon\","
        "\"coordinates\":[[[[4,0],[5,0],[5,1],[4,0]]],[[[6,0],[7,0],[7,1],[6,0]]]]}]}},"
        "{\"type\":\"Feature\",\"properties\":{\"id\":\"gate\",\"radius_m\":50},\"geometry\":"
        "{\"type\":\"Point\",\"coordinates\":[10,10]}}]}\n",
        CT_FRAME_WGS84);
    assert_string_equal(at(areas, 0.5, 0.5), "school");
    assert_string_equal(at(areas, 1.2, 1.4), "");
    assert_string_equal(at(areas, 4.9, 0.5), "7");
    assert_string_equal(at(areas, 6.9, 0.5), "7");
    assert_string_equal(at(areas, 10, 10.0004), "gate");
    ct_areas_free(areas);
    areas = areas_of("{\"type\":\"Feature\",\"id\":\"a\",\"geometry\":{\"type\":\"Polygon\","
                     "\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]]}}\n"
                     "{\"type\":\"Feature\",\"id\":\"b\",\"geometry\":{\"type\":\"Polygon\","
                     "\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]]}}\n",
                     CT_FRAME_WGS84);
    assert_string_equal(at(areas, 0.5, 0.25), "a b");
    ct_areas_free(areas);
}

static void what_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
        ct_frame frame;
    } wrong[] = {
        {"", "no header: a is empty", 0},
        {"id,time\n1,2\n", "a: no areas: neither", 0},
        {"name,wkt\n", "a: no areas", 0},
        {"name,wkt\nx,\n", "a:2: neither wkt nor a position", 0},
        {"name,wkt\nx,POLYGON((0 0))\n", "a:2: not WKT: ", 0},
        {"name,wkt\nx,\"LINESTRING(0 0,1 1)\"\n", "a:2: neither polygons nor", 0},
        {"name,wkt\nx,POLYGON EMPTY\n", "a:2: a polygon without positions", 0},
        {"POLYGON((0 0,1 0,1 1,0 0))\nPOLYGON((0 0,1 0,1 1))\n", "a:2: not WKT: ", 0},
        {"\n\nPOLYGON((0 0,2 2,2 0,0 2,0 0))\n",
         "a:3: not a valid polygon: Self-intersection[1 1] (ogr2ogr", 0},
        {"POLYGON((0 0,0 91,1 1,0 0))", "a:1: lat out of range -90..90: 91 (positions are lon", 0},
        {"POLYGON((0 0,400 9,1 1,0 0))", "a:1: lon out of range -360..360: 400", 0},
        {"POLYGON((0 60,120 60,-120 60,0 60))", "a:1: a ring that goes round a pole", 0},
        {"POINT(3 4)", "a:1: a point without radius_m", 0},
        {"POINT EMPTY", "a:1: a point without position", 0},
        {"name,lon,lat,radius_m\nx,1,2,\n", "a:2: a point without radius_m", 0},
        {"name,lon,lat,radius_m\nx,1,2,1e6\n", "a:2: radius_m: out of range 0..100000: 1e6", 0},
        {"name,lon,lat,radius_m\nx,1,,5\n", "a:2: neither wkt nor a position", 0},
        {"name,lon,lat,radius_m\nx,1,2,5\n", "a: areas at lon,lat, positions at x_m", 1},
        {"name,x_m,y_m,radius_m\nx,1,2,5\n", "a: areas at x_m,y_m, positions at lon", 0},
        {"{\"type\":\"FeatureCollection\",\n\"features\":[}", "a: not JSON from line 2 on", 0},
        {"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
         "{\"name\":\"x\"},\"geometry\":null}]}",
         "a: feature 1 (x): neither polygons", 0},
        {"{\"type\":\"FeatureCollection\",\"features\":[]}", "a: no areas", 0},
        {"{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
         "[[[0,0],[1,0],[1,1],[0,1]]]}}",
         "a: feature 1: a ring that does not end where it begins", 0},
        {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1],[1,1],[0,0]]]}",
         "a: a position that is not [lon, lat]", 0},
        {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1],[0,0]]]}",
         "a: a ring of less than four positions", 0},
        {"{\"type\":\"Polygon\",\"coordinates\":[]}", "a: a polygon without positions", 0},
        {"{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[181,0]},"
         "\"properties\":{\"radius_m\":1}}",
         "a: feature 1: a position is not in degrees", 0},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ct_areas *areas;
        ct_err err = {0};
        const ct_status status =
            ct_areas_parse(&areas, "a", ct_str_of(wrong[i].text), wrong[i].frame, &err);
        if (status != CT_EINPUT || strncmp(err.text, wrong[i].why, strlen(wrong[i].why)) != 0)
            fail_msg("%s: %d %s", wrong[i].text, (int)status, err.text);
    }
}

static ct_status one_life(void *ctx)
{
    const char *text = ctx;
    ct_areas *areas = NULL;
    ct_area_finder *finder = NULL;
    const uint32_t *hits;
    size_t count;
    ct_status status = ct_areas_parse(&areas, "areas", ct_str_of(text), CT_FRAME_WGS84, NULL);
    if (status == CT_OK)
        status = ct_area_finder_new(&finder, areas, NULL);
    if (status == CT_OK)
        status = ct_areas_at(finder, 1, 1, &hits, &count, NULL);
    ct_area_finder_free(finder);
    ct_areas_free(areas);
    return status;
}

static void memory_runs_out(void **state)
{
    (void)state;
    static char table[] = "name,lon,lat,radius_m,wkt\na,1,1,5,\n"
                          "b,,,,\"POLYGON((0 0,9 0,9 9,0 0),(5 2,6 2,6 3,5 2))\"\n";
    static char json[] = "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]]}";
    static char lines[] = "POLYGON((0 0,9 0,9 9,0 0))\nPOLYGON((0 0,9 0,9 9,0 0))";
    assert_true(ct_fault_every(one_life, table) > 10);
    assert_true(ct_fault_every(one_life, json) > 5);
    assert_true(ct_fault_every(one_life, lines) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holes_and_borders),
        cmocka_unit_test(across_the_antimeridian),
        cmocka_unit_test(a_hole_beyond_the_antimeridian),
        cmocka_unit_test(round_the_earth_and_at_the_poles),
        cmocka_unit_test(discs),
        cmocka_unit_test(geojson),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
