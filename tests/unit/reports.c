/* Days with data, places and areas: worked out by hand. */
/* wrap: malloc */
#include "fault.h"

#include <stdio.h>
#include <string.h>

#include "contrace/area_file.h"
#include "contrace/daily.h"
#include "contrace/itinerary.h"
#include "contrace/visited.h"

static ct_zone *zone;

/* Hours since 1970-01-05T00:00, a Monday, in UTC. */
static ct_trajectory_row stay(double from_h, double until_h, double x, const char *place)
{
    return (ct_trajectory_row){.id = CT_STR("p"),
                               .start_us = 4 * CT_DAY + (int64_t)(from_h * (double)CT_HOUR),
                               .end_us = 4 * CT_DAY + (int64_t)(until_h * (double)CT_HOUR),
                               .x = x,
                               .y = isnan(x) ? NAN : 0,
                               .end_x = x,
                               .end_y = isnan(x) ? NAN : 0,
                               .accuracy_m = isnan(x) ? NAN : 800,
                               .mode = CT_MODE_STAY,
                               .place_id = ct_str_of(place)};
}

static void assert_hours(const char *text, int64_t from_min, int64_t until_min)
{
    ct_hours hours;
    assert_int_equal(ct_hours_parse(ct_str_of(text), &hours, NULL), CT_OK);
    assert_int_equal(hours.from_us, from_min * CT_MINUTE);
    assert_int_equal(hours.until_us, until_min * CT_MINUTE);
}

static void hours_are_read_strictly(void **state)
{
    (void)state;
    assert_hours("22-7", 22 * 60, 7 * 60);
    assert_hours("08:30-17:00", 8 * 60 + 30, 17 * 60);
    assert_hours("0-24", 0, 24 * 60);
    const char *const wrong[] = {"",      "-",    "7",     "7-",     "-7",       "7-7",  "25-7",
                                 "7-25",  "24-7", "7:5-8", "7:60-8", "7-8-9",    " 7-8", "7:-8",
                                 "123-5", "7a-8", "7-8 ",  ":30-8",  "7:30:00-8"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ct_hours hours = {1, 2};
        assert_int_equal(ct_hours_parse(ct_str_of(wrong[i]), &hours, NULL), CT_ERANGE);
        assert_true(hours.from_us == 1 && hours.until_us == 2);
    }
}

struct places {
    ct_visited_place places[8];
    size_t count;
};

static ct_status keep_place(const ct_visited_place *place, void *ctx, ct_err *err)
{
    struct places *places = ctx;
    (void)err;
    places->places[places->count++] = *place;
    return CT_OK;
}

static ct_status visit(const ct_trajectory_row *rows, size_t count, struct places *out)
{
    const ct_visited_options options = {.frame = CT_FRAME_PLANAR,
                                        .zone = zone,
                                        .radius_m = 200,
                                        .night = {22 * CT_HOUR, 7 * CT_HOUR},
                                        .work = {9 * CT_HOUR, 17 * CT_HOUR}};
    ct_visited *visited = NULL;
    out->count = 0;
    ct_status status = ct_visited_new(&visited, &options, NULL);
    for (size_t i = 0; status == CT_OK && i < count; i++)
        status = ct_visited_add(visited, &rows[i], NULL);
    if (status == CT_OK)
        status = ct_visited_finish(visited, keep_place, out, NULL);
    ct_visited_free(visited);
    return status;
}

/* Monday and Tuesday: two nights at home, seen through a neighbouring cell in the second, work on
 * one day. Home: 8 + 9 + 8 = 25 h over two days; (0 * 17 + 600 * 8) / 25 = 192. */
static void home_and_work_are_told_by_their_hours(void **state)
{
    (void)state;
    const ct_trajectory_row rows[] = {stay(0, 8, 0, ""),           stay(9, 18, 9000, ""),
                                      stay(19, 28, 0, ""),         stay(28, 36, 600, ""),
                                      stay(37, 38, NAN, "church"), stay(38.5, 39, 7000, "church")};
    struct places got;
    assert_int_equal(visit(rows, 6, &got), CT_OK);
    assert_int_equal(got.count, 3);
    const ct_visited_place *home = &got.places[0], *work = &got.places[1], *church = &got.places[2];
    assert_int_equal(home->kind, CT_VISITED_HOME);
    assert_true(home->x == 192 && home->y == 0 && home->accuracy_m == 800);
    assert_true(home->hours_a_day == 12.5 && home->night_hours == 8 && home->work_hours == 1.5);
    assert_int_equal(home->days, 2);
    assert_int_equal(home->stays, 3);
    assert_int_equal(work->kind, CT_VISITED_WORK);
    assert_true(work->hours_a_day == 4.5 && work->work_hours == 4 && work->x == 9000);
    assert_int_equal(church->kind, CT_VISITED_OTHER);
    assert_true(ct_str_equal(church->place_id, CT_STR("church")));
    assert_true(church->x == 7000 && church->hours_a_day == 0.75 && church->stays == 2);
    assert_int_equal(church->first_us, rows[4].start_us);
    assert_int_equal(church->last_us, rows[5].end_us);
}

/* Saturday is no day of work. */
static void without_nights_or_working_days_there_is_neither(void **state)
{
    (void)state;
    const ct_trajectory_row rows[] = {stay(5 * 24 + 9, 5 * 24 + 17, 0, "")};
    struct places got;
    assert_int_equal(visit(rows, 1, &got), CT_OK);
    assert_int_equal(got.count, 1);
    assert_int_equal(got.places[0].kind, CT_VISITED_OTHER);
    assert_int_equal(visit(rows, 0, &got), CT_OK);
    assert_int_equal(got.count, 0);
}

static ct_status life_of_places(void *ctx)
{
    const ct_trajectory_row rows[] = {stay(0, 8, 0, ""), stay(9, 18, 9000, "")};
    return visit(rows, 2, ctx);
}

struct days {
    char days[64][16];
    size_t count;
};

static ct_status keep_day(const ct_daily_share *share, void *ctx, ct_err *err)
{
    struct days *days = ctx;
    (void)err;
    assert_true(days->count < 64 && share->day_us > 0 && share->share >= 0);
    snprintf(days->days[days->count++], sizeof *days->days, "%.*s %d", (int)share->day.len,
             share->day.ptr, (int)share->rows);
    return CT_OK;
}

/* A row of an hour at each of these times, in RFC 3339. */
static struct days days_of(const char *zone_name, const char *const *times, size_t count)
{
    struct days days = {.count = 0};
    ct_daily *daily;
    ct_zone *there;
    assert_int_equal(ct_zone_open(&there, zone_name, NULL), CT_OK);
    assert_int_equal(ct_daily_new(&daily, there, keep_day, &days, NULL), CT_OK);
    for (size_t i = 0; i < count; i++) {
        ct_trajectory_row row = {.id = CT_STR("p"), .mode = CT_MODE_STAY};
        ct_time_kind kind;
        assert_int_equal(ct_time_parse(ct_str_of(times[i]), &row.start_us, &kind, NULL), CT_OK);
        row.end_us = row.start_us + CT_HOUR;
        assert_int_equal(ct_daily_add(daily, &row, NULL), CT_OK);
    }
    assert_int_equal(ct_daily_finish(daily, NULL), CT_OK);
    ct_daily_free(daily);
    ct_zone_free(there);
    return days;
}

static void long_silences_are_not_listed_day_by_day(void **state)
{
    (void)state;
    const char *const month[] = {"2026-03-01T12:00:00Z", "2026-04-02T12:00:00Z"};
    struct days days = days_of("UTC", month, 2);
    assert_int_equal(days.count, 33); /* 31 days are between */
    assert_string_equal(days.days[1], "2026-03-02 0");
    const char *const longer[] = {"1990-05-01T12:00:00Z", "2026-04-02T12:00:00Z",
                                  "2026-04-04T12:00:00Z", "2026-05-07T12:00:00Z"};
    days = days_of("UTC", longer, 4);
    assert_int_equal(days.count, 5);
    assert_string_equal(days.days[0], "1990-05-01 1");
    assert_string_equal(days.days[1], "2026-04-02 1");
    assert_string_equal(days.days[2], "2026-04-03 0");
    assert_string_equal(days.days[3], "2026-04-04 1");
    assert_string_equal(days.days[4], "2026-05-07 1");
}

/* Samoa had no 2011-12-30. */
static void days_that_never_were_are_not_listed(void **state)
{
    (void)state;
    const char *const times[] = {"2011-12-29T20:00:00Z", "2011-12-30T09:30:00Z",
                                 "2011-12-31T20:00:00Z"};
    const struct days days = days_of("Pacific/Apia", times, 3);
    assert_int_equal(days.count, 3);
    assert_string_equal(days.days[0], "2011-12-29 2");
    assert_string_equal(days.days[1], "2011-12-31 1"); /* half an hour of the second row */
    assert_string_equal(days.days[2], "2012-01-01 1");
}

static ct_status ignore_day(const ct_daily_share *share, void *ctx, ct_err *err)
{
    (void)err;
    *(double *)ctx += share->share;
    return CT_OK;
}

static ct_status life_of_days(void *ctx)
{
    ct_daily *daily;
    CT_TRY(ct_daily_new(&daily, zone, ignore_day, ctx, NULL));
    const ct_trajectory_row row = stay(12, 36, 0, "");
    ct_status status = ct_daily_add(daily, &row, NULL);
    if (status == CT_OK)
        status = ct_daily_finish(daily, NULL);
    if (status == CT_OK)
        status = ct_daily_finish(daily, NULL); /* nobody */
    ct_daily_free(daily);
    return status;
}

static ct_status count_visit(const ct_area_visit *visit, void *ctx, ct_err *err)
{
    (void)err;
    *(double *)ctx += (double)visit->time_us / (double)CT_HOUR;
    return CT_OK;
}

struct itinerary {
    ct_areas *areas;
    double hours;
};

/* Four hours to midnight are four hours. */
static ct_status life_of_areas(void *ctx)
{
    struct itinerary *job = ctx;
    const ct_itinerary_options options = {
        .areas = job->areas, .zone = zone, .from_day = 4, .until_day = 5, .least_us = 4 * CT_HOUR};
    ct_itinerary *itinerary;
    job->hours = 0;
    CT_TRY(ct_itinerary_new(&itinerary, &options, NULL));
    const ct_trajectory_row row = stay(20, 30, 5, "");
    ct_status status = ct_itinerary_add(itinerary, &row, NULL);
    if (status == CT_OK)
        status = ct_itinerary_finish(itinerary, count_visit, &job->hours, NULL);
    ct_itinerary_free(itinerary);
    return status;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    struct places places;
    double shares = 0;
    assert_int_equal(ct_fault_every(life_of_places, &places), 5);
    assert_int_equal(ct_fault_every(life_of_days, &shares), 1);
    assert_true(shares == 1); /* half of a day, and half of the next */
    struct itinerary job = {.areas = NULL};
    assert_int_equal(ct_areas_new(&job.areas, CT_FRAME_PLANAR, NULL), CT_OK);
    assert_int_equal(ct_areas_add_disc(job.areas, CT_STR("here"), 0, 0, 10, NULL), CT_OK);
    assert_true(ct_fault_every(life_of_areas, &job) >= 3);
    assert_true(job.hours == 4);
    ct_areas_free(job.areas);
}

static void a_day_is_read_in_its_zone(void **state)
{
    (void)state;
    ct_zone *east;
    int64_t day;
    assert_int_equal(ct_zone_open(&east, "+08:00", NULL), CT_OK);
    assert_int_equal(ct_itinerary_day(east, CT_STR("1970-01-05"), &day, NULL), CT_OK);
    assert_int_equal(day, 4);
    assert_int_equal(ct_itinerary_day(east, CT_STR("1970-01-05T17:00:00Z"), &day, NULL), CT_OK);
    assert_int_equal(day, 5);
    assert_int_equal(ct_itinerary_day_of(east, 4 * CT_DAY + 17 * CT_HOUR), 5);
    assert_int_equal(ct_itinerary_day(east, CT_STR("soon"), &day, NULL), CT_ERANGE);
    ct_zone_free(east);
}

static void wrong_use_is_refused(void **state)
{
    (void)state;
    ct_visited *visited;
    ct_itinerary *itinerary;
    const ct_visited_options negative = {.zone = zone, .radius_m = -1};
    assert_int_equal(ct_visited_new(&visited, &negative, NULL), CT_ERANGE);
    const ct_itinerary_options backwards = {.zone = zone, .from_day = 2, .until_day = 1};
    assert_int_equal(ct_itinerary_new(&itinerary, &backwards, NULL), CT_ERANGE);
    ct_visited_free(NULL);
    ct_daily_free(NULL);
    ct_itinerary_free(NULL);
}

static int open_zone(void **state)
{
    (void)state;
    return ct_zone_open(&zone, "UTC", NULL) == CT_OK ? 0 : -1;
}

static int close_zone(void **state)
{
    (void)state;
    ct_zone_free(zone);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hours_are_read_strictly),
        cmocka_unit_test(long_silences_are_not_listed_day_by_day),
        cmocka_unit_test(days_that_never_were_are_not_listed),
        cmocka_unit_test(home_and_work_are_told_by_their_hours),
        cmocka_unit_test(without_nights_or_working_days_there_is_neither),
        cmocka_unit_test(memory_may_run_out),
        cmocka_unit_test(a_day_is_read_in_its_zone),
        cmocka_unit_test(wrong_use_is_refused),
    };
    return cmocka_run_group_tests(tests, open_zone, close_zone);
}
