/* Days with data, places and areas against counting minute by minute, on random rows across the
 * nights on which clocks are put forward and back. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrace/area_file.h"
#include "contrace/daily.h"
#include "contrace/itinerary.h"
#include "contrace/visited.h"

enum { ROWS_MAX = 60, SPOTS = 4, WORLDS = 120 };

static uint64_t seed;

/* SplitMix64: Steele, Lea, Flood 2014. */
static uint64_t draw(uint64_t below)
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % below;
}

struct world {
    ct_zone *zone;
    ct_trajectory_row rows[ROWS_MAX];
    size_t count;
};

/* Spots are 10 km apart: each is a place of its own, and 0, 1 lie in the area "low", 1, 2 in
 * "high". Moves go from one to another. */
static void live(struct world *w)
{
    /* the clocks of Berlin: forward 2026-03-29, back 2026-10-25 */
    const int64_t begin_min = (draw(2) == 0 ? 20535 : 20745) * 1440 + (int64_t)draw(2880);
    int64_t now_min = begin_min;
    w->count = draw(ROWS_MAX + 1);
    for (size_t i = 0; i < w->count; i++) {
        const bool moves = draw(4) == 0, lone = draw(5) == 0;
        const double x = 10000.0 * (double)draw(SPOTS), end_x = 10000.0 * (double)draw(SPOTS);
        now_min += draw(3) == 0 ? (int64_t)draw(900) : 0;
        const int64_t start_us = now_min * CT_MINUTE;
        now_min += lone ? 0 : 1 + (int64_t)draw(draw(4) == 0 ? 3000 : 400);
        w->rows[i] = (ct_trajectory_row){.id = CT_STR("p"),
                                         .start_us = start_us,
                                         .end_us = now_min * CT_MINUTE,
                                         .x = x,
                                         .end_x = moves && !lone ? end_x : x,
                                         .accuracy_m = draw(2) == 0 ? NAN : 30,
                                         .mode = lone    ? CT_MODE_PING
                                                 : moves ? CT_MODE_MOVE
                                                         : CT_MODE_STAY};
    }
}

/* --- Minute by minute --- */

static int64_t wall_min(const struct world *w, int64_t minute)
{
    return minute + ct_zone_offset_s(w->zone, minute * CT_MINUTE) / 60;
}

static int64_t day_of(const struct world *w, int64_t minute)
{
    return wall_min(w, minute) / 1440; /* all of them are after 1970 */
}

static int64_t first_min(const ct_trajectory_row *row)
{
    return row->start_us / CT_MINUTE;
}

static int64_t end_min(const ct_trajectory_row *row)
{
    return row->end_us / CT_MINUTE;
}

/* --- Days --- */

struct days {
    const struct world *w;
    size_t count;
    int64_t day;
};

static ct_status check_day(const ct_daily_share *share, void *ctx, ct_err *err)
{
    struct days *days = ctx;
    const struct world *w = days->w;
    int64_t length = 0, data = 0, rows = 0;
    char text[CT_TIME_MAX];
    (void)err;
    if (days->count++ == 0)
        days->day = day_of(w, first_min(&w->rows[0]));
    for (int64_t m = (days->day - 1) * 1440; m < (days->day + 2) * 1440; m++)
        length += day_of(w, m) == days->day;
    for (size_t i = 0; i < w->count; i++) {
        bool touched = day_of(w, first_min(&w->rows[i])) == days->day;
        for (int64_t m = first_min(&w->rows[i]); m < end_min(&w->rows[i]); m++) {
            data += day_of(w, m) == days->day;
            touched = touched || day_of(w, m) == days->day;
        }
        rows += touched;
    }
    assert_int_equal(share->day_us, length * CT_MINUTE);
    assert_int_equal(share->data_us, data * CT_MINUTE);
    assert_int_equal(share->rows, rows);
    assert_true(share->share == (double)data / (double)length);
    ct_time_format(text, days->day * CT_DAY);
    assert_true(ct_str_equal(share->day, (ct_str){text, 10}));
    days->day++;
    return CT_OK;
}

static void check_days(const struct world *w)
{
    ct_daily *daily;
    struct days days = {.w = w};
    assert_int_equal(ct_daily_new(&daily, w->zone, check_day, &days, NULL), CT_OK);
    for (size_t i = 0; i < w->count; i++)
        assert_int_equal(ct_daily_add(daily, &w->rows[i], NULL), CT_OK);
    assert_int_equal(ct_daily_finish(daily, NULL), CT_OK);
    ct_daily_free(daily);
    if (w->count == 0) {
        assert_int_equal(days.count, 0);
        return;
    }
    const ct_trajectory_row *last = &w->rows[w->count - 1];
    const int64_t last_min = end_min(last) > first_min(last) ? end_min(last) - 1 : end_min(last);
    assert_int_equal(days.day, day_of(w, last_min) + 1);
}

/* --- Places --- */

struct spot {
    int64_t all, night, work, days, stays;
    bool told;
};

static void count_spots(const struct world *w, struct spot spots[SPOTS], int64_t *days)
{
    int64_t seen = INT64_MIN, seen_at[SPOTS] = {INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN};
    memset(spots, 0, SPOTS * sizeof *spots);
    *days = 0;
    for (size_t i = 0; i < w->count; i++) {
        const ct_trajectory_row *row = &w->rows[i];
        const size_t s = (size_t)(row->x / 10000);
        const bool stay = row->mode == CT_MODE_STAY;
        spots[s].stays += stay;
        for (int64_t m = first_min(row); m < end_min(row) || m == first_min(row); m++) {
            const int64_t day = day_of(w, m), hour = wall_min(w, m) % 1440 / 60;
            *days += day > seen;
            seen = day > seen ? day : seen;
            if (!stay)
                continue;
            spots[s].days += day > seen_at[s];
            seen_at[s] = day;
            spots[s].all++;
            spots[s].night += hour >= 22 || hour < 7;
            spots[s].work += hour >= 9 && hour < 17 && (day + 3) % 7 < 5;
        }
    }
}

struct places {
    const struct spot *spots;
    int64_t days, count, last_all;
    size_t home, work;
};

static ct_status check_place(const ct_visited_place *place, void *ctx, ct_err *err)
{
    struct places *places = ctx;
    const size_t s = (size_t)(place->x / 10000);
    const struct spot *spot = &places->spots[s];
    const double hours = 60 * (double)places->days;
    (void)err;
    assert_int_equal(place->place, ++places->count);
    assert_true(fabs(place->hours_a_day - (double)spot->all / hours) < 1e-12);
    assert_true(fabs(place->night_hours - (double)spot->night / hours) < 1e-12);
    assert_true(fabs(place->work_hours - (double)spot->work / hours) < 1e-12);
    assert_int_equal(place->days, spot->days);
    assert_int_equal(place->stays, spot->stays);
    assert_true(spot->all <= places->last_all);
    places->last_all = spot->all;
    if (place->kind == CT_VISITED_HOME)
        places->home = s;
    if (place->kind == CT_VISITED_WORK)
        places->work = s;
    return CT_OK;
}

static void check_places(const struct world *w)
{
    struct spot spots[SPOTS];
    struct places places = {.spots = spots, .last_all = INT64_MAX, .home = SPOTS, .work = SPOTS};
    const ct_visited_options options = {.frame = CT_FRAME_PLANAR,
                                        .zone = w->zone,
                                        .radius_m = 200,
                                        .night = {22 * CT_HOUR, 7 * CT_HOUR},
                                        .work = {9 * CT_HOUR, 17 * CT_HOUR}};
    ct_visited *visited;
    count_spots(w, spots, &places.days);
    assert_int_equal(ct_visited_new(&visited, &options, NULL), CT_OK);
    for (size_t i = 0; i < w->count; i++)
        assert_int_equal(ct_visited_add(visited, &w->rows[i], NULL), CT_OK);
    assert_int_equal(ct_visited_finish(visited, check_place, &places, NULL), CT_OK);
    ct_visited_free(visited);
    int64_t told = 0;
    for (size_t s = 0; s < SPOTS; s++) {
        told += spots[s].stays > 0;
        assert_true(places.home < SPOTS ? spots[s].night <= spots[places.home].night
                                        : spots[s].night == 0);
        if (s != places.home)
            assert_true(places.work < SPOTS ? spots[s].work <= spots[places.work].work
                                            : spots[s].work == 0);
    }
    assert_int_equal(places.count, told);
}

/* --- Areas --- */

struct visits {
    const struct world *w;
    int64_t from_day, until_day, least_min;
    int64_t time[2], longest[2], days[2];
    size_t told;
};

static bool is_in(double x, size_t area)
{
    return area == 0 ? x <= 10000 : x >= 10000 && x <= 20000;
}

static void count_areas(struct visits *v)
{
    for (size_t area = 0; area < 2; area++) {
        int64_t stretch = 0, left = INT64_MIN, seen = INT64_MIN;
        for (size_t i = 0; i < v->w->count; i++) {
            const ct_trajectory_row *row = &v->w->rows[i];
            if (!is_in(row->x, area) || !is_in(row->end_x, area))
                continue;
            if (first_min(row) != left)
                stretch = 0;
            for (int64_t m = first_min(row); m < end_min(row) || m == first_min(row); m++) {
                const int64_t day = day_of(v->w, m);
                const bool lasts = m < end_min(row);
                if (day < v->from_day || day >= v->until_day)
                    continue;
                v->time[area] += lasts;
                stretch += lasts;
                v->days[area] += day > seen;
                seen = day;
            }
            left = end_min(row);
            v->longest[area] = stretch > v->longest[area] ? stretch : v->longest[area];
        }
    }
}

static ct_status check_visit(const ct_area_visit *visit, void *ctx, ct_err *err)
{
    struct visits *v = ctx;
    const size_t area = ct_str_equal(visit->area, CT_STR("high"));
    (void)err;
    assert_int_equal(visit->time_us, v->time[area] * CT_MINUTE);
    assert_int_equal(visit->longest_us, v->longest[area] * CT_MINUTE);
    assert_int_equal(visit->days, v->days[area]);
    assert_true(v->time[area] >= v->least_min);
    assert_true(v->told == 0 || area == 0); /* by name */
    v->told++;
    return CT_OK;
}

static void check_areas(const struct world *w, const ct_areas *areas)
{
    if (w->count == 0)
        return;
    struct visits v = {.w = w, .least_min = (int64_t)draw(600)};
    v.from_day = day_of(w, first_min(&w->rows[0])) + (int64_t)draw(4) - 1;
    v.until_day = v.from_day + 1 + (int64_t)draw(14);
    count_areas(&v);
    const ct_itinerary_options options = {.areas = areas,
                                          .zone = w->zone,
                                          .from_day = v.from_day,
                                          .until_day = v.until_day,
                                          .least_us = v.least_min * CT_MINUTE};
    ct_itinerary *itinerary;
    assert_int_equal(ct_itinerary_new(&itinerary, &options, NULL), CT_OK);
    for (size_t i = 0; i < w->count; i++)
        assert_int_equal(ct_itinerary_add(itinerary, &w->rows[i], NULL), CT_OK);
    assert_int_equal(ct_itinerary_finish(itinerary, check_visit, &v, NULL), CT_OK);
    size_t due = 0;
    for (size_t area = 0; area < 2; area++)
        due += v.days[area] > 0 && v.time[area] >= v.least_min;
    assert_int_equal(v.told, due);
    v.told = 0; /* nothing is left over for the next person */
    assert_int_equal(ct_itinerary_finish(itinerary, check_visit, &v, NULL), CT_OK);
    assert_int_equal(v.told, 0);
    ct_itinerary_free(itinerary);
}

static void reports_are_as_counted(void **state)
{
    (void)state;
    static const char wkt[] = "name,wkt\n"
                              "low,\"POLYGON((-1 -1,10000 -1,10000 1,-1 1,-1 -1))\"\n"
                              "high,\"POLYGON((10000 -1,20000 -1,20000 1,10000 1,10000 -1))\"\n";
    struct world w;
    ct_areas *areas;
    ct_err err;
    if (ct_areas_parse(&areas, "areas", ct_str_of(wkt), CT_FRAME_PLANAR, &err) != CT_OK)
        fail_msg("%s", err.text);
    assert_int_equal(ct_zone_open(&w.zone, "Europe/Berlin", NULL), CT_OK);
    for (uint64_t n = 0; n < WORLDS; n++) {
        seed = n * 52711;
        live(&w);
        check_days(&w);
        check_places(&w);
        check_areas(&w, areas);
    }
    ct_zone_free(w.zone);
    ct_areas_free(areas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reports_are_as_counted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
