/* What becomes of a record, by each rule and by several of them. Memory that runs out leaves
 * nothing behind. */
/* wrap: malloc */
#include "fault.h"

#include <stdio.h>

#include "contrace/area_file.h"
#include "contrace/intake.h"
#include "contrace/number.h"

static const ct_sighting sound = {.id = {"anna", 4},
                                  .time = {"2024-03-02T08:00:00Z", 20},
                                  .x = 5,
                                  .y = 5,
                                  .accuracy_m = NAN,
                                  .mcc = -1,
                                  .mnc = -1,
                                  .area = -1,
                                  .cell = -1,
                                  .enb = -1,
                                  .rnc = -1};

#define MORNING INT64_C(1709366400000000) /* of sound */

static ct_intake_rules open_rules(void)
{
    return (ct_intake_rules){.sighting = {.latest_us = CT_FOREVER},
                             .since_us = CT_NO_TIME,
                             .until_us = CT_FOREVER,
                             .place_accuracy_m = 50};
}

static ct_fate fate_of(const ct_intake_rules *rules, const ct_sighting *raw, ct_ping *ping)
{
    ct_intake *intake;
    ct_fate fate = CT_FATES;
    const char *column;
    ct_str as_read[CT_PING_COLUMNS];
    assert_int_equal(ct_intake_new(&intake, rules, NULL), CT_OK);
    assert_int_equal(ct_intake_take(intake, raw, ping, as_read, &fate, &column, NULL), CT_OK);
    ct_intake_free(intake);
    return fate;
}

static void the_period_begins_closed_and_ends_open(void **state)
{
    (void)state;
    ct_ping ping;
    ct_intake_rules rules = open_rules();
    rules.since_us = MORNING;
    rules.until_us = MORNING + 1;
    assert_int_equal(fate_of(&rules, &sound, &ping), CT_FATE_KEPT);
    assert_true(ping.time_us == MORNING && ping.x == 5);
    rules.since_us++;
    assert_int_equal(fate_of(&rules, &sound, &ping), CT_FATE_OUTSIDE_PERIOD);
    rules = open_rules();
    rules.until_us = MORNING;
    assert_int_equal(fate_of(&rules, &sound, &ping), CT_FATE_OUTSIDE_PERIOD);
}

static void one_fate_each(void **state)
{
    (void)state;
    ct_ping ping;
    ct_areas *area;
    ct_ids *ids;
    uint32_t number;
    const ct_box box = {0, 0, 4, 9};
    assert_int_equal(
        ct_areas_parse(&area, "a", CT_STR("POLYGON((0 0,3 0,3 9,0 9,0 0))"), CT_FRAME_WGS84, NULL),
        CT_OK);
    assert_int_equal(ct_ids_new(&ids, NULL), CT_OK);
    assert_int_equal(ct_ids_add(ids, CT_STR("ann"), &number, NULL), CT_OK);
    ct_intake_rules rules = open_rules();
    rules.area = area;
    assert_int_equal(fate_of(&rules, &sound, &ping), CT_FATE_OUTSIDE_AREA);
    rules.box = &box;
    assert_int_equal(fate_of(&rules, &sound, &ping), CT_FATE_OUTSIDE_BOX);
    rules.ids = ids;
    assert_int_equal(fate_of(&rules, &sound, &ping), CT_FATE_UNLISTED);
    assert_int_equal(ct_ids_add(ids, sound.id, &number, NULL), CT_OK);
    ct_sighting raw = sound;
    raw.x = 2;
    assert_int_equal(fate_of(&rules, &raw, &ping), CT_FATE_KEPT);
    raw.x = raw.y = NAN;
    raw.place_id = CT_STR("clinic");
    assert_int_equal(fate_of(&rules, &raw, &ping), CT_FATE_KEPT);
    ct_areas_free(area);
    ct_ids_free(ids);
}

/* Texts are told of what the ping has as it was read, and of nothing else. */
static void texts_are_told(void **state)
{
    (void)state;
    ct_ping ping;
    ct_fate fate;
    ct_intake *intake;
    ct_str as_read[CT_PING_COLUMNS];
    const char *column;
    ct_sighting raw = sound;
    raw.x_text = raw.y_text = CT_STR("5");
    raw.accuracy_text = CT_STR("8");
    ct_intake_rules rules = open_rules();
    assert_int_equal(ct_intake_new(&intake, &rules, NULL), CT_OK);
    assert_int_equal(ct_intake_take(intake, &raw, &ping, as_read, &fate, &column, NULL), CT_OK);
    assert_true(as_read[CT_PING_TIME].ptr == raw.time.ptr && as_read[CT_PING_TIME].len == 20);
    assert_true(as_read[CT_PING_LAT].len == 1 && as_read[CT_PING_X_M].len == 1);
    assert_true(ct_str_equal(as_read[CT_PING_ACCURACY_M], CT_STR("8")));
    assert_true(as_read[CT_PING_ID].len == 0 && as_read[CT_PING_SOURCE].len == 0);
    raw.later_us = CT_SECOND;
    assert_int_equal(ct_intake_take(intake, &raw, &ping, as_read, &fate, &column, NULL), CT_OK);
    assert_int_equal(as_read[CT_PING_TIME].len, 0);
    ct_intake_free(intake);
    raw.later_us = 0;
    raw.x = 113; /* in China, where the datum moves it */
    raw.y = 23;
    rules.datum = CT_DATUM_GCJ02;
    assert_int_equal(ct_intake_new(&intake, &rules, NULL), CT_OK);
    assert_int_equal(ct_intake_take(intake, &raw, &ping, as_read, &fate, &column, NULL), CT_OK);
    assert_true(ping.x != 113 && as_read[CT_PING_LON].len == 0 && as_read[CT_PING_LAT].len == 0);
    assert_int_equal(as_read[CT_PING_ACCURACY_M].len, 1);
    ct_intake_free(intake);
}

/* More cells than are kept in mind, every third with a time of its own, met again and again: each
 * record gives what it gives without that memory, and the texts are those of the numbers. */
static void cells_are_met_again(void **state)
{
    (void)state;
    enum { CELLS = 9000, RECORDS = 60000 };
    ct_cells *cells;
    ct_intake *intake;
    assert_int_equal(ct_cells_new(&cells, CT_FRAME_WGS84, NULL), CT_OK);
    for (int i = 0; i < CELLS; i++) {
        ct_cell cell;
        bool repeated;
        char name[32];
        ct_schema_clear(&ct_cell_schema, &cell);
        const int len = snprintf(name, sizeof name, "cell-%0*d", i % 20, i % (CELLS - 50));
        cell.cell_id = (ct_str){name, (size_t)len};
        cell.x = i / 90.0;
        cell.y = i % 90;
        cell.range_m = i % 5 * 100;
        cell.from_us = i % 3 == 0 ? MORNING + i % 2 : CT_NO_TIME;
        assert_int_equal(ct_cells_add(cells, &cell, &repeated, NULL), CT_OK);
    }
    ct_intake_rules rules = open_rules();
    rules.sighting.cells = cells;
    assert_int_equal(ct_intake_new(&intake, &rules, NULL), CT_OK);
    for (uint64_t i = 0; i < RECORDS; i++) {
        const unsigned number = (unsigned)(i * i * 2654435761U >> 7) % CELLS;
        char name[32], text[CT_NUMBER_MAX];
        const int len = snprintf(name, sizeof name, "cell-%0*u", (int)(number % 20), number);
        ct_sighting raw = sound;
        raw.cell_id = (ct_str){name, (size_t)len};
        raw.x = raw.y = NAN;
        raw.accuracy_m = i % 2 == 0 ? NAN : 7;
        ct_ping got, expected;
        ct_fate fate;
        ct_str as_read[CT_PING_COLUMNS];
        const char *column;
        const ct_status status = ct_intake_take(intake, &raw, &got, as_read, &fate, &column, NULL);
        assert_int_equal(status, ct_sighting_ping(&rules.sighting, &raw, MORNING, &expected, NULL));
        if (status != CT_OK)
            continue;
        assert_true(got.x == expected.x && got.y == expected.y);
        assert_true(got.accuracy_m == expected.accuracy_m ||
                    (isnan(got.accuracy_m) && isnan(expected.accuracy_m)));
        const ct_str x = as_read[CT_PING_LON], accuracy = as_read[CT_PING_ACCURACY_M];
        if (x.len > 0)
            assert_true(ct_str_equal(x, (ct_str){text, ct_format_double(text, got.x)}));
        assert_true(accuracy.len == 0 || (i % 2 == 0 && !isnan(got.accuracy_m)));
    }
    ct_intake_free(intake);
    ct_cells_free(cells);
}

/* The time met last is not taken for one that only looks like it. */
static void times_are_told_apart(void **state)
{
    (void)state;
    static const char *const times[] = {
        "2024-03-02T08:00:00Z", "2024-03-02T08:00:00Z",      "2024-03-02T08:00:01Z",
        "2024-03-02 08:00:01Z", "2024-03-02T08:00:01+01:00", "2024-03-02T08:00:01+01:30",
        "1709366400",           "2024-03-02T08:00:00Z"};
    static const int64_t seconds[] = {0, 0, 1, 1, 1 - 3600, 1 - 5400, 0, 0};
    ct_intake *intake;
    ct_ping ping;
    ct_fate fate;
    ct_str as_read[CT_PING_COLUMNS];
    const char *column;
    const ct_intake_rules rules = open_rules();
    assert_int_equal(ct_intake_new(&intake, &rules, NULL), CT_OK);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        ct_sighting raw = sound;
        raw.time = ct_str_of(times[i]);
        assert_int_equal(ct_intake_take(intake, &raw, &ping, as_read, &fate, &column, NULL), CT_OK);
        assert_true(ping.time_us == MORNING + seconds[i] * CT_SECOND);
    }
    ct_intake_free(intake);
}

static void faults_name_their_column(void **state)
{
    (void)state;
    const ct_intake_rules rules = open_rules();
    ct_intake *intake;
    ct_ping ping;
    ct_fate fate;
    const char *column;
    ct_str as_read[CT_PING_COLUMNS];
    assert_int_equal(ct_intake_new(&intake, &rules, NULL), CT_OK);
    ct_sighting raw = sound;
    raw.time = CT_STR("noon");
    assert_int_equal(ct_intake_take(intake, &raw, &ping, as_read, &fate, &column, NULL), CT_EROW);
    assert_string_equal(column, "time");
    raw = sound;
    raw.y = 95;
    raw.x = 170;
    assert_int_equal(ct_intake_take(intake, &raw, &ping, as_read, &fate, &column, NULL), CT_EROW);
    assert_string_equal(column, "lat");
    raw.y = NAN;
    assert_int_equal(ct_intake_take(intake, &raw, &ping, as_read, &fate, &column, NULL), CT_EROW);
    assert_null(column);
    ct_intake_free(intake);
}

static void places_need_a_position_exact_enough(void **state)
{
    (void)state;
    ct_areas *places;
    assert_int_equal(ct_areas_parse(&places, "p", CT_STR("id,lon,lat,radius_m\nshop,5,5,10\n"),
                                    CT_FRAME_WGS84, NULL),
                     CT_OK);
    ct_intake_rules rules = open_rules();
    rules.places = places;
    static const struct {
        double accuracy_m;
        bool placed;
    } exact[] = {{NAN, true}, {0, true}, {50, true}, {50.01, false}};
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
        ct_ping ping;
        ct_sighting raw = sound;
        raw.accuracy_m = exact[i].accuracy_m;
        assert_int_equal(fate_of(&rules, &raw, &ping), CT_FATE_KEPT);
        assert_true(ct_str_equal(ping.place_id, exact[i].placed ? CT_STR("shop") : (ct_str){0}));
    }
    ct_areas_free(places);
}

static ct_status one_life(void *ctx)
{
    const ct_intake_rules *rules = ctx;
    ct_intake *intake = NULL;
    ct_ping ping;
    ct_fate fate;
    const char *column;
    ct_str as_read[CT_PING_COLUMNS];
    ct_status status = ct_intake_new(&intake, rules, NULL);
    if (status == CT_OK)
        status = ct_intake_take(intake, &sound, &ping, as_read, &fate, &column, NULL);
    ct_intake_free(intake);
    return status;
}

static void memory_runs_out(void **state)
{
    (void)state;
    ct_areas *areas;
    assert_int_equal(ct_areas_parse(&areas, "p", CT_STR("id,lon,lat,radius_m\nshop,5,5,10\n"),
                                    CT_FRAME_WGS84, NULL),
                     CT_OK);
    ct_intake_rules rules = open_rules();
    rules.area = rules.places = areas;
    assert_true(ct_fault_every(one_life, &rules) >= 3);
    ct_areas_free(areas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_period_begins_closed_and_ends_open),
        cmocka_unit_test(one_fate_each),
        cmocka_unit_test(texts_are_told),
        cmocka_unit_test(cells_are_met_again),
        cmocka_unit_test(times_are_told_apart),
        cmocka_unit_test(faults_name_their_column),
        cmocka_unit_test(places_need_a_position_exact_enough),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
