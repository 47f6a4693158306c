/* Records as GeoJSON Features: read back by another's parser, and held against RFC 7946. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "contrace/time.h"
#include "contrace/trajectory.h"
#include "contrace/writer.h"

static ct_trajectory_row row(double lon, double lat, double end_lon, double end_lat)
{
    return (ct_trajectory_row){.id = CT_STR("an \"odd\" id\n"),
                               .start_us = 0,
                               .end_us = CT_HOUR,
                               .x = lon,
                               .y = lat,
                               .end_x = end_lon,
                               .end_y = end_lat,
                               .accuracy_m = NAN,
                               .mode = CT_MODE_MOVE,
                               .pings = 2};
}

/* The Feature that the record becomes; the caller deletes it. */
static cJSON *feature_of(const ct_schema *schema, const void *record, const char *fields)
{
    const ct_writer_options options = {.features = true, .fields = fields};
    ct_sink *sink;
    ct_writer *writer;
    ct_buf text = {0};
    assert_int_equal(ct_sink_open(&sink, "/dev/null", NULL), CT_OK);
    assert_int_equal(ct_writer_open(&writer, schema, sink, &options, NULL), CT_OK);
    assert_int_equal(ct_writer_format(writer, record, &text, NULL), CT_OK);
    assert_true(text.len > 1 && text.ptr[text.len - 1] == '\n');
    assert_null(memchr(text.ptr, '\n', text.len - 1));
    text.ptr[text.len - 1] = '\0';
    cJSON *feature = cJSON_ParseWithOpts(text.ptr, NULL, true);
    if (feature == NULL)
        fail_msg("no JSON: %s", text.ptr);
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(feature, "type")), "Feature");
    assert_int_equal(cJSON_GetArraySize(feature), 3);
    ct_buf_release(&text);
    ct_writer_free(writer);
    ct_sink_free(sink);
    return feature;
}

static void assert_position(const cJSON *position, double lon, double lat)
{
    assert_int_equal(cJSON_GetArraySize(position), 2);
    assert_true(cJSON_GetNumberValue(cJSON_GetArrayItem(position, 0)) == lon);
    assert_true(cJSON_GetNumberValue(cJSON_GetArrayItem(position, 1)) == lat);
}

/* The coordinates of a geometry of that type. */
static const cJSON *coordinates(const cJSON *feature, const char *type)
{
    const cJSON *geometry = cJSON_GetObjectItem(feature, "geometry");
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(geometry, "type")), type);
    assert_int_equal(cJSON_GetArraySize(geometry), 2);
    return cJSON_GetObjectItem(geometry, "coordinates");
}

static void a_move_is_a_line(void **state)
{
    (void)state;
    const ct_trajectory_row move = row(27.123456789012345, -29, -0.5, 1e-7);
    cJSON *feature = feature_of(&ct_trajectory_schema, &move, NULL);
    const cJSON *line = coordinates(feature, "LineString");
    assert_int_equal(cJSON_GetArraySize(line), 2);
    assert_position(cJSON_GetArrayItem(line, 0), 27.123456789012345, -29);
    assert_position(cJSON_GetArrayItem(line, 1), -0.5, 1e-7);
    const cJSON *properties = cJSON_GetObjectItem(feature, "properties");
    assert_int_equal(cJSON_GetArraySize(properties), 12);
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(properties, "id")),
                        "an \"odd\" id\n");
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(properties, "accuracy_m")));
    assert_true(cJSON_GetNumberValue(cJSON_GetObjectItem(properties, "pings")) == 2);
    cJSON_Delete(feature);

    feature = feature_of(&ct_trajectory_schema, &move, "mode"); /* without the positions */
    coordinates(feature, "LineString");
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(feature, "properties")), 1);
    cJSON_Delete(feature);
}

static void what_lies_is_a_point(void **state)
{
    (void)state;
    const ct_trajectory_row stay = row(180, -90, 180, -90);
    cJSON *feature = feature_of(&ct_trajectory_schema, &stay, NULL);
    assert_position(coordinates(feature, "Point"), 180, -90);
    cJSON_Delete(feature);
    const ct_ping ping = {.id = CT_STR("1"), .x = 5, .y = 6, .accuracy_m = NAN};
    feature = feature_of(&ct_ping_schema, &ping, NULL);
    assert_position(coordinates(feature, "Point"), 5, 6);
    cJSON_Delete(feature);
}

static void what_is_nowhere_has_no_geometry(void **state)
{
    (void)state;
    const ct_trajectory_row nowhere = row(NAN, NAN, NAN, NAN);
    cJSON *feature = feature_of(&ct_trajectory_schema, &nowhere, NULL);
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(feature, "geometry")));
    cJSON_Delete(feature);
}

/* RFC 7946, 3.1.9: it is cut in two, neither of which crosses the antimeridian. */
static void a_line_across_the_antimeridian_is_cut(void **state)
{
    (void)state;
    for (int west = 0; west < 2; west++) {
        const double side = west ? -180 : 180;
        const ct_trajectory_row move = row(side * 179 / 180, 10, -side * 177 / 180, 14);
        cJSON *feature = feature_of(&ct_trajectory_schema, &move, NULL);
        const cJSON *lines = coordinates(feature, "MultiLineString");
        assert_int_equal(cJSON_GetArraySize(lines), 2);
        const cJSON *first = cJSON_GetArrayItem(lines, 0), *second = cJSON_GetArrayItem(lines, 1);
        assert_position(cJSON_GetArrayItem(first, 0), side * 179 / 180, 10);
        assert_position(cJSON_GetArrayItem(first, 1), side, 11);
        assert_position(cJSON_GetArrayItem(second, 0), -side, 11);
        assert_position(cJSON_GetArrayItem(second, 1), -side * 177 / 180, 14);
        cJSON_Delete(feature);
    }
    const ct_trajectory_row along = row(180, 10, -180, 14); /* one meridian */
    cJSON *feature = feature_of(&ct_trajectory_schema, &along, NULL);
    assert_int_equal(cJSON_GetArraySize(coordinates(feature, "MultiLineString")), 2);
    cJSON_Delete(feature);
}

static void planar_positions_are_refused(void **state)
{
    (void)state;
    const ct_writer_options options = {.features = true, .frame = CT_FRAME_PLANAR};
    ct_sink *sink;
    ct_writer *writer;
    assert_int_equal(ct_sink_open(&sink, "/dev/null", NULL), CT_OK);
    assert_int_equal(ct_writer_open(&writer, &ct_ping_schema, sink, &options, NULL), CT_ERANGE);
    ct_sink_free(sink);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_move_is_a_line),
        cmocka_unit_test(what_lies_is_a_point),
        cmocka_unit_test(what_is_nowhere_has_no_geometry),
        cmocka_unit_test(a_line_across_the_antimeridian_is_cut),
        cmocka_unit_test(planar_positions_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
