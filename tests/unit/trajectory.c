/* Stays and moves, worked out by hand. */
/* wrap: malloc */
#include "fault.h"

#include <string.h>

#include "contrace/time.h"
#include "contrace/trajectory.h"

enum { ROWS_MAX = 16 };

struct rows {
    ct_trajectory_row rows[ROWS_MAX];
    size_t count;
};

static const ct_trajectory_options planar = {.frame = CT_FRAME_PLANAR,
                                             .max_gap_us = CT_HOUR,
                                             .stay_radius_m = 200,
                                             .stay_time_us = 20 * CT_MINUTE};

static ct_status collect(const ct_trajectory_row *row, void *ctx, ct_err *err)
{
    struct rows *rows = ctx;
    if (rows->count == ROWS_MAX)
        return ct_fail(err, CT_ESTOP, "too many rows");
    rows->rows[rows->count++] = *row;
    return CT_OK;
}

static ct_ping at(int64_t minute, double x, double y, double accuracy_m, const char *place)
{
    return (ct_ping){.id = CT_STR("a"),
                     .time_us = minute * CT_MINUTE,
                     .x = x,
                     .y = y,
                     .accuracy_m = accuracy_m,
                     .source = CT_STR("op1"),
                     .place_id = ct_str_of(place)};
}

static struct rows build(const ct_trajectory_options *options, const ct_ping *pings, size_t count)
{
    struct rows rows = {.count = 0};
    ct_err err;
    if (ct_trajectory_build(options, pings, count, collect, &rows, &err) != CT_OK)
        fail_msg("%s", err.text);
    return rows;
}

static void assert_row(const ct_trajectory_row *row, ct_mode mode, int64_t start_min,
                       int64_t end_min, int64_t pings, const char *place)
{
    assert_int_equal(row->mode, mode);
    assert_int_equal(row->start_us, start_min * CT_MINUTE);
    assert_int_equal(row->end_us, end_min * CT_MINUTE);
    assert_int_equal(row->pings, pings);
    assert_true(ct_str_equal(row->place_id, ct_str_of(place)));
    assert_true(ct_str_equal(row->id, CT_STR("a")));
}

static void assert_ends(const ct_trajectory_row *row, double x, double y, double end_x,
                        double end_y)
{
    assert_true(row->x == x && row->y == y && row->end_x == end_x && row->end_y == end_y);
}

#define BUILD(options, pings) build(options, pings, sizeof(pings) / sizeof *(pings))

/* Mean (10, 20); squares of the distances from it 500, 800 and 1700, on average 1000; so the square
 * of the radius is 10^2 + 1.139434 * 1000 = 1239.434, and the radius 35.206. */
static void a_stay_and_a_move(void **state)
{
    (void)state;
    const ct_ping pings[] = {at(0, 0, 0, 10, ""), at(10, 30, 0, 10, ""), at(20, 0, 60, 10, ""),
                             at(30, 5000, 0, 50, "")};
    const struct rows got = BUILD(&planar, pings);
    assert_int_equal(got.count, 2);
    assert_row(&got.rows[0], CT_MODE_STAY, 0, 20, 3, "");
    assert_ends(&got.rows[0], 10, 20, 10, 20);
    assert_true(got.rows[0].accuracy_m == 35.206);
    assert_row(&got.rows[1], CT_MODE_MOVE, 20, 30, 2, "");
    assert_ends(&got.rows[1], 10, 20, 5000, 0);
    assert_true(got.rows[1].accuracy_m == 50);
}

static void too_short_or_too_wide_is_no_stay(void **state)
{
    (void)state;
    const ct_ping brief[] = {at(0, 0, 0, 10, ""), at(10, 30, 0, 10, ""), at(19, 0, 60, 10, "")};
    struct rows got = BUILD(&planar, brief);
    assert_int_equal(got.count, 2);
    assert_row(&got.rows[0], CT_MODE_MOVE, 0, 10, 2, "");
    assert_ends(&got.rows[0], 0, 0, 30, 0);
    assert_row(&got.rows[1], CT_MODE_MOVE, 10, 19, 2, "");

    const ct_ping at_the_radius[] = {at(0, 0, 0, 10, ""), at(20, 120, 160, 10, "")};
    got = BUILD(&planar, at_the_radius);
    assert_int_equal(got.count, 1);
    assert_row(&got.rows[0], CT_MODE_STAY, 0, 20, 2, "");

    const ct_ping beyond[] = {at(0, 0, 0, 10, ""), at(20, 120.001, 160, 10, "")};
    got = BUILD(&planar, beyond);
    assert_int_equal(got.count, 1);
    assert_row(&got.rows[0], CT_MODE_MOVE, 0, 20, 2, "");
}

static void the_same_position_is_a_stay_however_short(void **state)
{
    (void)state;
    const ct_ping pings[] = {at(0, 9.123456789, 1, 824.621, ""), at(1, 9.123456789, 1, 824.621, ""),
                             at(2, 9, 1, 500, ""), at(3, 9, 1, NAN, "")};
    const struct rows got = BUILD(&planar, pings);
    assert_int_equal(got.count, 3);
    assert_row(&got.rows[0], CT_MODE_STAY, 0, 1, 2, "");
    assert_ends(&got.rows[0], 9.123456789, 1, 9.123456789, 1);
    assert_true(got.rows[0].accuracy_m == 824.621);
    assert_row(&got.rows[1], CT_MODE_MOVE, 1, 2, 2, "");
    assert_true(isnan(got.rows[1].accuracy_m));
    assert_row(&got.rows[2], CT_MODE_STAY, 2, 3, 2, "");
    assert_true(isnan(got.rows[2].accuracy_m));
}

/* Cells whose masts are 1500 m apart: circles of 95 % of 462.6 m each, 1.62146 * 462.6 = 750.09,
 * just overlap. The near ones lie at (0, 0); squares of the distances from it 0 (3) and 2250000
 * (2), on average 900000; 462.6^2 + 1.139434 * 900000 = 1239489.6 = 1113.324^2. */
static void a_stay_spans_cells_that_overlap(void **state)
{
    (void)state;
    ct_ping hops[] = {at(0, 0, 0, 462.6, ""),  at(10, 1500, 0, 462.6, ""),
                      at(15, 0, 0, 462.6, ""), at(25, 1500, 0, 462.6, ""),
                      at(30, 0, 0, 462.6, ""), at(40, 5000, 0, 462.6, "")};
    struct rows got = BUILD(&planar, hops);
    assert_int_equal(got.count, 2);
    assert_row(&got.rows[0], CT_MODE_STAY, 0, 30, 5, "");
    assert_ends(&got.rows[0], 0, 0, 0, 0);
    assert_true(fabs(got.rows[0].accuracy_m - 1113.324) < 0.001);

    /* circles that do not quite reach each other, or of which one is unknown */
    hops[1].accuracy_m = hops[3].accuracy_m = 462.4;
    got = BUILD(&planar, hops);
    assert_int_equal(got.count, 5);
    hops[1].accuracy_m = hops[3].accuracy_m = NAN;
    got = BUILD(&planar, hops);
    assert_int_equal(got.count, 5);
}

/* Who is seen elsewhere for the length of a stay has left; the silence before and behind does not
 * count. */
static void a_stay_ends_where_another_begins(void **state)
{
    (void)state;
    ct_ping pings[] = {at(0, 0, 0, 800, ""),     at(20, 0, 0, 800, ""), at(45, 1500, 0, 800, ""),
                       at(65, 1500, 0, 800, ""), at(90, 0, 0, 800, ""), at(95, 0, 0, 800, "")};
    struct rows got = BUILD(&planar, pings);
    assert_int_equal(got.count, 5);
    assert_row(&got.rows[0], CT_MODE_STAY, 0, 20, 2, "");
    assert_row(&got.rows[2], CT_MODE_STAY, 45, 65, 2, "");
    assert_row(&got.rows[4], CT_MODE_STAY, 90, 95, 2, "");
    pings[3].time_us--;
    got = BUILD(&planar, pings);
    assert_int_equal(got.count, 1);
    assert_row(&got.rows[0], CT_MODE_STAY, 0, 95, 6, "");
}

/* The first ping strays: the last four are out of its reach, though not of the mean's of the first
 * four, 133.75. */
static void fragments_of_a_stay_are_joined(void **state)
{
    (void)state;
    ct_ping pings[] = {at(0, 0, 0, 10, ""),    at(5, 190, 0, 10, ""),  at(10, 195, 0, 10, ""),
                       at(20, 150, 0, 10, ""), at(25, 231, 0, 10, ""), at(30, 226, 0, 10, ""),
                       at(35, 236, 0, 10, ""), at(50, 242, 0, 10, "")};
    struct rows got = BUILD(&planar, pings);
    assert_int_equal(got.count, 1);
    assert_row(&got.rows[0], CT_MODE_STAY, 0, 50, 8, "");
    assert_ends(&got.rows[0], 183.75, 0, 183.75, 0);

    pings[7].time_us = 44 * CT_MINUTE; /* what is too short for a stay is none */
    got = BUILD(&planar, pings);
    assert_row(&got.rows[0], CT_MODE_STAY, 0, 20, 4, "");
    assert_row(&got.rows[1], CT_MODE_MOVE, 20, 25, 2, "");

    pings[7].time_us = 50 * CT_MINUTE;
    for (int i = 4; i < 8; i++)
        pings[i].x = 333.75; /* at the radius from the mean */
    got = BUILD(&planar, pings);
    assert_int_equal(got.count, 1);
    for (int i = 4; i < 8; i++)
        pings[i].x = 333.76;
    got = BUILD(&planar, pings);
    assert_int_equal(got.count, 3);
}

static void a_longer_silence_is_no_data(void **state)
{
    (void)state;
    ct_ping pings[] = {at(0, 0, 0, 10, ""), at(60, 1000, 0, 10, "")};
    struct rows got = BUILD(&planar, pings);
    assert_int_equal(got.count, 1);
    assert_row(&got.rows[0], CT_MODE_MOVE, 0, 60, 2, "");

    pings[1].time_us++;
    got = BUILD(&planar, pings);
    assert_int_equal(got.count, 2);
    assert_row(&got.rows[0], CT_MODE_PING, 0, 0, 1, "");
    assert_true(got.rows[0].accuracy_m == 10);
    assert_int_equal(got.rows[1].mode, CT_MODE_PING);
    assert_int_equal(got.rows[1].start_us, CT_HOUR + 1);

    pings[1].x = 0; /* nor does it make a stay */
    got = BUILD(&planar, pings);
    assert_int_equal(got.count, 2);
}

static void a_place_is_a_stay_however_short(void **state)
{
    (void)state;
    const ct_ping pings[] = {at(0, NAN, NAN, NAN, "w"), at(5, 5, 7, 30, "w"),
                             at(6, NAN, NAN, NAN, "w"), at(10, 5, 7, 30, ""),
                             at(11, NAN, NAN, NAN, "v")};
    const struct rows got = BUILD(&planar, pings);
    assert_int_equal(got.count, 3);
    assert_row(&got.rows[0], CT_MODE_STAY, 0, 6, 3, "w");
    assert_ends(&got.rows[0], 5, 7, 5, 7);
    assert_true(got.rows[0].accuracy_m == 30);
    assert_row(&got.rows[1], CT_MODE_MOVE, 6, 10, 2, "");
    assert_row(&got.rows[2], CT_MODE_PING, 11, 11, 1, "v");
    assert_true(isnan(got.rows[2].x) && isnan(got.rows[2].end_y));
}

static void a_place_without_positions_is_a_stay_too(void **state)
{
    (void)state;
    const ct_ping pings[] = {at(0, 1, 1, 5, ""), at(1, NAN, NAN, NAN, "w"),
                             at(2, NAN, NAN, NAN, "w"), at(3, 1, 1, 5, "")};
    const struct rows got = BUILD(&planar, pings);
    assert_int_equal(got.count, 3);
    assert_row(&got.rows[0], CT_MODE_PING, 0, 0, 1, "");
    assert_row(&got.rows[1], CT_MODE_STAY, 1, 2, 2, "w");
    assert_true(isnan(got.rows[1].x) && isnan(got.rows[1].accuracy_m));
    assert_row(&got.rows[2], CT_MODE_PING, 3, 3, 1, "");
}

/* A check-in on the way is a row of its own: the moves say nothing of the place. */
static void a_lone_ping_at_a_place_is_told(void **state)
{
    (void)state;
    const ct_ping pings[] = {at(0, 0, 0, 5, ""), at(5, 900, 0, 5, "gate"), at(9, 1800, 0, 5, "")};
    const struct rows got = BUILD(&planar, pings);
    assert_int_equal(got.count, 3);
    assert_row(&got.rows[0], CT_MODE_MOVE, 0, 5, 2, "");
    assert_row(&got.rows[1], CT_MODE_PING, 5, 5, 1, "gate");
    assert_row(&got.rows[2], CT_MODE_MOVE, 5, 9, 2, "");
}

/* In a vehicle people move, at one place: the moves have its name. */
static void a_ride_is_moves_of_one_place(void **state)
{
    (void)state;
    const ct_ping pings[] = {at(0, 0, 0, 5, "bus 7"), at(1, 900, 0, 5, "bus 7"),
                             at(2, 1800, 0, 5, "bus 7"), at(4, 1900, 0, 5, "bus 7"),
                             at(6, 2900, 0, 5, "")};
    const struct rows got = BUILD(&planar, pings);
    assert_int_equal(got.count, 4);
    assert_row(&got.rows[0], CT_MODE_MOVE, 0, 1, 2, "bus 7");
    assert_row(&got.rows[1], CT_MODE_MOVE, 1, 2, 2, "bus 7");
    assert_row(&got.rows[2], CT_MODE_STAY, 2, 4, 2, "bus 7");
    assert_ends(&got.rows[2], 1850, 0, 1850, 0);
    assert_row(&got.rows[3], CT_MODE_MOVE, 4, 6, 2, "");
}

static void several_sources_are_none(void **state)
{
    (void)state;
    ct_ping pings[] = {at(0, 0, 0, 5, ""), at(20, 0, 1, 5, ""), at(30, 900, 0, 5, "")};
    struct rows got = BUILD(&planar, pings);
    assert_true(ct_str_equal(got.rows[0].source, CT_STR("op1")));
    assert_true(ct_str_equal(got.rows[1].source, CT_STR("op1")));
    pings[1].source = CT_STR("op2");
    got = BUILD(&planar, pings);
    assert_int_equal(got.rows[0].source.len, 0);
    assert_int_equal(got.rows[1].source.len, 0);
}

/* 0.0002 degrees of longitude are 22 m on the equator, on either side of the antimeridian. */
static void a_stay_on_the_antimeridian(void **state)
{
    (void)state;
    ct_trajectory_options options = planar;
    options.frame = CT_FRAME_WGS84;
    const ct_ping pings[] = {at(0, 179.9999, 0, 0, ""), at(20, -179.9999, 0, 0, "")};
    const struct rows got = BUILD(&options, pings);
    assert_int_equal(got.count, 1);
    assert_row(&got.rows[0], CT_MODE_STAY, 0, 20, 2, "");
    assert_true(fabs(fabs(got.rows[0].x) - 180) < 1e-7 && fabs(got.rows[0].y) < 1e-7);
    /* both are 11.132 m from the mean: 11.132 * sqrt(1.139434) = 11.883 */
    assert_true(fabs(got.rows[0].accuracy_m - 11.883) < 0.001);
}

static void limits_without_end(void **state)
{
    (void)state;
    ct_trajectory_options options = planar;
    options.max_gap_us = CT_FOREVER;
    options.stay_time_us = CT_FOREVER;
    const ct_ping far_apart[] = {at(-1000000000, 0, 0, 5, ""), at(1000000000, 0, 1, 5, "")};
    struct rows got = BUILD(&options, far_apart);
    assert_int_equal(got.count, 1);
    assert_row(&got.rows[0], CT_MODE_MOVE, -1000000000, 1000000000, 2, "");

    options.stay_time_us = 0;
    options.stay_radius_m = 0;
    const ct_ping next_to[] = {at(0, 0, 0, 5, ""), at(1, 0, 0, 5, ""), at(2, 0, 0.5, 5, "")};
    got = BUILD(&options, next_to);
    assert_int_equal(got.count, 2);
    assert_row(&got.rows[0], CT_MODE_STAY, 0, 1, 2, "");
    assert_row(&got.rows[1], CT_MODE_MOVE, 1, 2, 2, "");

    options.stay_radius_m = INFINITY;
    got = BUILD(&options, next_to);
    assert_int_equal(got.count, 1);
    assert_row(&got.rows[0], CT_MODE_STAY, 0, 2, 3, "");
}

static ct_status count_rows(const ct_trajectory_row *row, void *ctx, ct_err *err)
{
    (void)row;
    (void)err;
    ++*(size_t *)ctx;
    return CT_OK;
}

/* Pings of a second apart that no stay is made of: all but one within the radius, and not for long
 * enough; or on a slow way; or on one that coarse circles overlap on. Minutes if each run were
 * followed to its end. */
static void a_long_track_takes_a_moment(void **state)
{
    (void)state;
    enum { PINGS = 200000 };
    ct_ping *pings = malloc(PINGS * sizeof *pings);
    assert_non_null(pings);
    ct_trajectory_options options = planar;
    options.stay_time_us = PINGS * CT_SECOND;
    static const double steps_m[] = {0, 0.002, 1.4}, accuracies_m[] = {5, 5, 5000};
    for (int way = 0; way < 3; way++) {
        for (int i = 0; i < PINGS; i++) {
            pings[i] = at(0, way > 0 ? i * steps_m[way] : i % 2, 0, accuracies_m[way], "");
            pings[i].time_us = i * CT_SECOND;
        }
        size_t rows = 0;
        assert_int_equal(ct_trajectory_build(&options, pings, PINGS, count_rows, &rows, NULL),
                         CT_OK);
        assert_int_equal(rows, PINGS - 1);
        options.stay_time_us = PINGS / 4 * CT_SECOND * 3;
    }
    free(pings);
}

static void assert_refused(const ct_trajectory_options *options, const ct_ping *pings, size_t count)
{
    struct rows rows = {.count = 0};
    assert_int_equal(ct_trajectory_build(options, pings, count, collect, &rows, NULL), CT_ERANGE);
    assert_int_equal(rows.count, 0);
}

static void what_is_no_track_is_refused(void **state)
{
    (void)state;
    ct_ping pings[] = {at(0, 0, 0, 5, ""), at(1, 0, 0, 5, "")};
    assert_int_equal(BUILD(&planar, pings).count, 1);
    assert_int_equal(build(&planar, pings, 0).count, 0);
    pings[1].time_us = 0;
    assert_refused(&planar, pings, 2);
    pings[1] = at(1, 0, 0, 5, "");
    pings[1].id = CT_STR("b");
    assert_refused(&planar, pings, 2);
    pings[1] = at(1, NAN, NAN, 5, "");
    assert_refused(&planar, pings, 2);
    pings[1] = at(1, 0, NAN, 5, "w");
    assert_refused(&planar, pings, 2);
    ct_trajectory_options options = planar;
    options.max_gap_us = 0;
    assert_refused(&options, pings, 1);
    options = planar;
    options.stay_radius_m = NAN;
    assert_refused(&options, pings, 1);
    options = planar;
    options.stay_radius_m = 100001;
    assert_int_equal(build(&options, pings, 1).count, 1);
    options.frame = CT_FRAME_WGS84;
    assert_refused(&options, pings, 1);
    options = planar;
    options.stay_time_us = -1;
    assert_refused(&options, pings, 1);
}

static ct_status stop(const ct_trajectory_row *row, void *ctx, ct_err *err)
{
    (void)row;
    ++*(int *)ctx;
    return ct_fail(err, CT_ESTOP, "enough");
}

static void a_callback_may_stop(void **state)
{
    (void)state;
    const ct_ping pings[] = {at(0, 0, 0, 5, ""), at(1, 900, 0, 5, ""), at(2, 0, 0, 5, "")};
    for (size_t count = 1; count <= 3; count++) {
        int calls = 0;
        ct_err err;
        assert_int_equal(ct_trajectory_build(&planar, pings, count, stop, &calls, &err), CT_ESTOP);
        assert_int_equal(calls, 1);
        assert_string_equal(err.text, "enough");
    }
}

static ct_status life(void *ctx)
{
    struct rows rows = {.count = 0};
    (void)ctx;
    const ct_ping pings[] = {at(0, 0, 0, 5, ""), at(1, 900, 0, 5, "")};
    return ct_trajectory_build(&planar, pings, 2, collect, &rows, NULL);
}

static void memory_may_run_out(void **state)
{
    (void)state;
    assert_true(ct_fault_every(life, NULL) == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stay_and_a_move),
        cmocka_unit_test(too_short_or_too_wide_is_no_stay),
        cmocka_unit_test(the_same_position_is_a_stay_however_short),
        cmocka_unit_test(a_stay_spans_cells_that_overlap),
        cmocka_unit_test(a_stay_ends_where_another_begins),
        cmocka_unit_test(fragments_of_a_stay_are_joined),
        cmocka_unit_test(a_longer_silence_is_no_data),
        cmocka_unit_test(a_place_is_a_stay_however_short),
        cmocka_unit_test(a_place_without_positions_is_a_stay_too),
        cmocka_unit_test(a_lone_ping_at_a_place_is_told),
        cmocka_unit_test(a_ride_is_moves_of_one_place),
        cmocka_unit_test(several_sources_are_none),
        cmocka_unit_test(a_stay_on_the_antimeridian),
        cmocka_unit_test(limits_without_end),
        cmocka_unit_test(a_long_track_takes_a_moment),
        cmocka_unit_test(what_is_no_track_is_refused),
        cmocka_unit_test(a_callback_may_stop),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
