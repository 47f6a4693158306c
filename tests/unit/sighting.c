/* How raw records become pings: times of zones and patterns, positions of cells, and every fault.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contrace/sighting.h"

#define YEAR_2030 (INT64_C(1893456000) * CT_SECOND)

static const ct_sighting blank = {.x = NAN,
                                  .y = NAN,
                                  .lon_e7 = NAN,
                                  .lat_e7 = NAN,
                                  .accuracy_m = NAN,
                                  .mcc = -1,
                                  .mnc = -1,
                                  .area = -1,
                                  .cell = -1,
                                  .enb = -1,
                                  .rnc = -1};

/* Reads a time in a zone; 0 if it is at fault, and then err says why. */
static int64_t read_time(const char *zone_name, const char *pattern, ct_twice twice,
                         const char *text, ct_err *err)
{
    ct_zone *zone;
    assert_int_equal(ct_zone_open(&zone, zone_name, err), CT_OK);
    const ct_sighting_rules rules = {
        .pattern = pattern, .zone = zone, .twice = twice, .latest_us = YEAR_2030};
    ct_sighting raw = blank;
    raw.time = ct_str_of(text);
    int64_t us = 0;
    const ct_status status = ct_sighting_time(&rules, &raw, &us, err);
    ct_zone_free(zone);
    if (status == CT_OK)
        return us;
    assert_int_equal(status, CT_EROW);
    assert_int_equal(err->status, CT_EROW);
    return 0;
}

static void assert_time(const char *zone, const char *pattern, ct_twice twice, const char *text,
                        const char *utc)
{
    ct_err err;
    char written[CT_TIME_MAX];
    const int64_t us = read_time(zone, pattern, twice, text, &err);
    if (us == 0)
        fail_msg("%s: %s", text, err.text);
    const size_t length = ct_time_format(written, us);
    assert_int_equal(length, strlen(utc));
    assert_memory_equal(written, utc, length);
}

static void assert_fault(const char *zone, ct_twice twice, const char *text, const char *reason)
{
    ct_err err;
    assert_true(read_time(zone, NULL, twice, text, &err) == 0);
    assert_string_equal(err.text, reason);
}

static void times_without_an_offset_are_of_the_zone(void **state)
{
    (void)state;
    const ct_twice e = CT_TWICE_EARLIER;
    assert_time("UTC", NULL, e, "2024-11-21 08:00:00", "2024-11-21T08:00:00Z");
    assert_time("Asia/Shanghai", NULL, e, "2024-11-21 08:00:00", "2024-11-21T00:00:00Z");
    assert_time("+08:00", NULL, e, "2024-11-21T08:00:00.25", "2024-11-21T00:00:00.25Z");
    assert_time("-03:30", NULL, e, "2024-11-21T08:00", "2024-11-21T11:30:00Z");
    /* an offset or an epoch leaves nothing to the zone */
    assert_time("Asia/Shanghai", NULL, e, "2024-11-21T08:00:00Z", "2024-11-21T08:00:00Z");
    assert_time("Asia/Shanghai", NULL, e, "2024-11-21T08:00:00+02:00", "2024-11-21T06:00:00Z");
    assert_time("Asia/Shanghai", NULL, e, "1732176000", "2024-11-21T08:00:00Z");
    assert_time("Asia/Shanghai", NULL, e, "1732176000123", "2024-11-21T08:00:00.123Z");
}

static void compact_times(void **state)
{
    (void)state;
    const ct_twice e = CT_TWICE_EARLIER;
    assert_time("Asia/Shanghai", NULL, e, "202011211935", "2020-11-21T11:35:00Z");
    assert_time("Asia/Shanghai", NULL, e, "20201121193507", "2020-11-21T11:35:07Z");
    assert_time("Asia/Shanghai", NULL, e, "20201121T1935", "2020-11-21T11:35:00Z");
    assert_time("Asia/Shanghai", NULL, e, "20201121T193507", "2020-11-21T11:35:07Z");
    assert_time("Asia/Shanghai", NULL, e, "20201121T193507Z", "2020-11-21T19:35:07Z");
    assert_time("Asia/Shanghai", NULL, e, "20201121T1935+0100", "2020-11-21T18:35:00Z");
    /* twelve digits that are an epoch in milliseconds */
    assert_time("UTC", NULL, e, "946684800000", "2000-01-01T00:00:00Z");
    ct_err err;
    assert_true(read_time("UTC", NULL, e, "202013211935", &err) == 0);
    assert_true(read_time("UTC", NULL, e, "202011212435", &err) == 0);
    assert_true(read_time("UTC", NULL, e, "20201121T1935x", &err) == 0);
}

static void patterns_read_what_iso_does_not(void **state)
{
    (void)state;
    assert_time("Asia/Shanghai", "%Y%m%d%H%M%S", CT_TWICE_EARLIER, "20241121080000",
                "2024-11-21T00:00:00Z");
    assert_time("Europe/Berlin", "%d.%m.%Y %H:%M:%S", CT_TWICE_EARLIER, "01.07.2024 12:00:00",
                "2024-07-01T10:00:00Z");
    assert_time("Europe/Berlin", "%d/%b/%Y:%H:%M:%S %z", CT_TWICE_EARLIER,
                "01/Jul/2024:12:00:00 +0000", "2024-07-01T12:00:00Z");
}

/* 2024-10-27 03:00 CEST was 02:00 CET: from 02:00 to 03:00 the clocks of Berlin went twice. On
 * 2024-03-31 they went from 02:00 to 03:00 at once. Source: directive 2000/84/EC. */
static void clocks_put_back_and_forward(void **state)
{
    (void)state;
    const char *zone = "Europe/Berlin", *twice = "2024-10-27 02:30:00";
    assert_time(zone, NULL, CT_TWICE_EARLIER, twice, "2024-10-27T00:30:00Z");
    assert_time(zone, NULL, CT_TWICE_LATER, twice, "2024-10-27T01:30:00Z");
    assert_fault(zone, CT_TWICE_REJECT, twice,
                 "a wall time that came twice: the clock was put back");
    for (int how = CT_TWICE_EARLIER; how <= CT_TWICE_REJECT; how++) {
        assert_fault(zone, (ct_twice)how, "2024-03-31 02:30:00",
                     "a wall time that never was: the clock was put forward");
        assert_time(zone, NULL, (ct_twice)how, "2024-03-31 03:00:00", "2024-03-31T01:00:00Z");
        assert_time(zone, NULL, (ct_twice)how, "2024-10-27 03:00:00", "2024-10-27T02:00:00Z");
    }
}

static void unbelievable_times_are_faults(void **state)
{
    (void)state;
    const ct_twice e = CT_TWICE_EARLIER;
    assert_fault("UTC", e, "2024-11-21", "a date without a time of day");
    assert_fault("UTC", e, "1989-12-31T23:59:59.999999Z", "before 1990");
    assert_fault("UTC", e, "0", "before 1990");
    assert_time("UTC", NULL, e, "1990-01-01T00:00:00Z", "1990-01-01T00:00:00Z");
    assert_time("UTC", NULL, e, "2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z");
    assert_fault("UTC", e, "2030-01-01T00:00:00.000001Z", "in the future");
    assert_fault("UTC", e, "20991121080000", "in the future");
    ct_err err;
    assert_true(read_time("UTC", NULL, e, "yesterday, at noon", &err) == 0);
    assert_null(strstr(err.text, "yesterday"));
    assert_true(read_time("UTC", NULL, e, "2024-02-30 10:00:00", &err) == 0);
    assert_true(read_time("UTC", "%Y", e, "2024-11", &err) == 0);
}

static ct_cells *two_cells(void)
{
    ct_cells *cells;
    bool repeated;
    assert_int_equal(ct_cells_new(&cells, CT_FRAME_WGS84, NULL), CT_OK);
    ct_cell mast, indoor;
    ct_schema_clear(&ct_cell_schema, &mast);
    ct_schema_clear(&ct_cell_schema, &indoor);
    mast.mcc = 651, mast.mnc = 1, mast.area = 117, mast.cell = 11202;
    mast.x = 27, mast.y = -29.8, mast.range_m = 1000;
    indoor.cell_id = CT_STR("B-7"), indoor.place_id = CT_STR("mall");
    indoor.x = 27.5, indoor.y = -29.3, indoor.range_m = 0;
    assert_int_equal(ct_cells_add(cells, &mast, &repeated, NULL), CT_OK);
    assert_int_equal(ct_cells_add(cells, &indoor, &repeated, NULL), CT_OK);
    return cells;
}

static void a_cell_gives_its_position(void **state)
{
    (void)state;
    ct_cells *cells = two_cells();
    const ct_sighting_rules rules = {.cells = cells, .source = CT_STR("op1")};
    ct_ping ping;
    ct_sighting raw = blank;
    raw.id = CT_STR("0012");
    raw.mcc = 651, raw.mnc = 1, raw.area = 117, raw.cell = 11202;
    ct_sighting_complete(&rules, "feed.csv", &raw);
    assert_int_equal(ct_sighting_ping(&rules, &raw, 77, &ping, NULL), CT_OK);
    assert_true(ct_str_equal(ping.id, CT_STR("0012")));
    assert_true(ping.time_us == 77);
    assert_true(ping.x == 27 && ping.y == -29.8 && ping.accuracy_m == 824.621);
    assert_true(ct_str_equal(ping.source, CT_STR("op1")) && ping.place_id.len == 0);
    /* a network's own estimate is better than the range, and the record's source its own */
    raw.accuracy_m = 150;
    raw.source = CT_STR("op2");
    ct_sighting_complete(&rules, "feed.csv", &raw);
    assert_int_equal(ct_sighting_ping(&rules, &raw, 77, &ping, NULL), CT_OK);
    assert_true(ping.accuracy_m == 150 && ct_str_equal(ping.source, CT_STR("op2")));
    raw = blank;
    raw.cell_id = CT_STR("B-7");
    assert_int_equal(ct_sighting_ping(&rules, &raw, 77, &ping, NULL), CT_OK);
    assert_true(ping.x == 27.5 && isnan(ping.accuracy_m));
    assert_true(ct_str_equal(ping.place_id, CT_STR("mall")));
    ct_cells_free(cells);
}

static void a_position_wins_over_a_cell(void **state)
{
    (void)state;
    ct_cells *cells = two_cells();
    const ct_sighting_rules rules = {.cells = cells};
    ct_ping ping;
    ct_sighting raw = blank;
    raw.cell_id = CT_STR("no such cell");
    raw.x = 1, raw.y = 2;
    assert_int_equal(ct_sighting_ping(&rules, &raw, 0, &ping, NULL), CT_OK);
    assert_true(ping.x == 1 && ping.y == 2 && isnan(ping.accuracy_m));
    raw = blank;
    raw.place_id = CT_STR("ward 3");
    assert_int_equal(ct_sighting_ping(&rules, &raw, 0, &ping, NULL), CT_OK);
    assert_true(isnan(ping.x) && isnan(ping.y));
    assert_true(ct_str_equal(ping.place_id, CT_STR("ward 3")));
    ct_cells_free(cells);
}

static void assert_refused(const ct_sighting_rules *rules, const ct_sighting *raw,
                           const char *reason)
{
    ct_err err;
    ct_ping ping;
    assert_int_equal(ct_sighting_ping(rules, raw, 0, &ping, &err), CT_EROW);
    assert_string_equal(err.text, reason);
}

static void what_says_not_where_is_refused(void **state)
{
    (void)state;
    ct_cells *cells = two_cells();
    const ct_sighting_rules rules = {.cells = cells}, no_table = {.cells = NULL};
    ct_sighting raw = blank;
    assert_refused(&rules, &raw, "neither a position nor a place_id");
    raw.mcc = 651, raw.mnc = 1, raw.area = 117, raw.cell = 1;
    assert_refused(&rules, &raw, "unknown cell");
    assert_refused(&no_table, &raw, "no table of cells to look the cell up in");
    raw.cell_id = CT_STR("B-8");
    assert_refused(&rules, &raw, "unknown cell");
    raw.x = 1;
    assert_refused(&rules, &raw, "half a position");
    ct_cells_free(cells);
}

static void assert_checked(ct_frame frame, double x, double y, const char *column,
                           const char *reason)
{
    const ct_sighting_rules open = {.frame = frame}, discreet = {.frame = frame, .discreet = true};
    ct_sighting raw = blank;
    raw.x = x, raw.y = y;
    ct_err err = {0};
    const char *at = "untouched";
    const ct_status expected = reason == NULL ? CT_OK : CT_EROW;
    raw.id = CT_STR("0012");
    assert_int_equal(ct_sighting_check(&open, &raw, &at, &err), expected);
    assert_int_equal(ct_sighting_check(&discreet, &raw, &at, NULL), expected);
    if (reason == NULL)
        return;
    assert_string_equal(err.text, reason);
    assert_true(column == NULL ? at == NULL : strcmp(at, column) == 0);
    assert_int_equal(ct_sighting_check(&discreet, &raw, &at, &err), CT_EROW);
    assert_true(column == NULL || strchr(err.text, ':') == NULL);
}

static void latitudes_that_are_none(void **state)
{
    (void)state;
    const char *swapped = "lon and lat look swapped: if all are, --map each to the other's column";
    assert_checked(CT_FRAME_WGS84, 121.5, 31.2, NULL, NULL);
    assert_checked(CT_FRAME_WGS84, 0, 90, NULL, NULL);
    assert_checked(CT_FRAME_WGS84, NAN, NAN, NULL, NULL);
    assert_checked(CT_FRAME_WGS84, 31.2, 121.5, NULL, swapped);
    assert_checked(CT_FRAME_WGS84, -33.9, -180, NULL, swapped);
    assert_checked(CT_FRAME_WGS84, 90, 90.5, NULL, swapped);
    assert_checked(CT_FRAME_WGS84, 90.5, 90.5, "lat", "out of range -90..90: 90.5");
    assert_checked(CT_FRAME_WGS84, 30, -180.5, "lat", "out of range -90..90: -180.5");
    assert_checked(CT_FRAME_WGS84, NAN, 121.5, "lat", "out of range -90..90: 121.5");
    assert_checked(CT_FRAME_PLANAR, 31.2, 121.5, NULL, NULL);
}

static void nobody_is_at_0_0(void **state)
{
    (void)state;
    const char *reason = "lon and lat are both 0 (no position known): leave them empty";
    const ct_sighting_rules degrees = {.frame = CT_FRAME_WGS84}, plane = {.frame = CT_FRAME_PLANAR};
    ct_ping ping;
    ct_sighting raw = blank;
    raw.x = 0, raw.y = -0.0;
    assert_refused(&degrees, &raw, reason);
    raw.place_id = CT_STR("ward 3");
    assert_refused(&degrees, &raw, reason);
    assert_int_equal(ct_sighting_ping(&plane, &raw, 0, &ping, NULL), CT_OK);
    raw.x = 1e-9;
    assert_int_equal(ct_sighting_ping(&degrees, &raw, 0, &ping, NULL), CT_OK);
    /* nor is a cell */
    ct_cells *cells;
    bool repeated;
    ct_cell cell;
    ct_schema_clear(&ct_cell_schema, &cell);
    cell.cell_id = CT_STR("B-7"), cell.x = 0, cell.y = 0;
    assert_int_equal(ct_cells_new(&cells, CT_FRAME_WGS84, NULL), CT_OK);
    assert_int_equal(ct_cells_add(cells, &cell, &repeated, NULL), CT_OK);
    const ct_sighting_rules with_cells = {.cells = cells};
    raw = blank;
    raw.cell_id = CT_STR("B-7");
    assert_refused(&with_cells, &raw, reason);
    ct_cells_free(cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_without_an_offset_are_of_the_zone),
        cmocka_unit_test(compact_times),
        cmocka_unit_test(patterns_read_what_iso_does_not),
        cmocka_unit_test(clocks_put_back_and_forward),
        cmocka_unit_test(unbelievable_times_are_faults),
        cmocka_unit_test(a_cell_gives_its_position),
        cmocka_unit_test(a_position_wins_over_a_cell),
        cmocka_unit_test(what_says_not_where_is_refused),
        cmocka_unit_test(latitudes_that_are_none),
        cmocka_unit_test(nobody_is_at_0_0),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
