/* Stays against worked examples that others have published, and against the published algorithm on
 * a published track; where the definitions differ, how. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "contrace/space.h"
#include "contrace/time.h"
#include "contrace/trajectory.h"

enum { FIXES_MAX = 512 };

struct stay {
    double from_s, until_s, x, y;
};

struct stays {
    struct stay stays[FIXES_MAX];
    size_t count;
    int64_t least_us; /* shorter ones are not collected */
};

static ct_status collect(const ct_trajectory_row *row, void *ctx, ct_err *err)
{
    struct stays *stays = ctx;
    (void)err;
    if (row->mode == CT_MODE_STAY && row->end_us - row->start_us >= stays->least_us)
        stays->stays[stays->count++] =
            (struct stay){(double)row->start_us / 1e6, (double)row->end_us / 1e6, row->x, row->y};
    return CT_OK;
}

struct fix {
    double s, x, y;
};

static struct stays find_stays(const ct_trajectory_options *options, const struct fix *fixes,
                               size_t count)
{
    static ct_ping pings[FIXES_MAX];
    struct stays got = {.least_us = options->stay_time_us};
    for (size_t i = 0; i < count; i++)
        pings[i] = (ct_ping){.id = CT_STR("a"),
                             .time_us = (int64_t)(fixes[i].s * 1e6),
                             .x = fixes[i].x,
                             .y = fixes[i].y,
                             .accuracy_m = NAN};
    assert_int_equal(ct_trajectory_build(options, pings, count, collect, &got, NULL), CT_OK);
    return got;
}

static void assert_stays(const ct_trajectory_options *options, const struct fix *fixes,
                         size_t count, const struct stay *expected, size_t stays)
{
    const struct stays got = find_stays(options, fixes, count);
    assert_int_equal(got.count, stays);
    for (size_t i = 0; i < stays; i++) {
        assert_true(got.stays[i].from_s == expected[i].from_s);
        assert_true(got.stays[i].until_s == expected[i].until_s);
        assert_true(isnan(expected[i].x) || (fabs(got.stays[i].x - expected[i].x) < 1e-6 &&
                                             fabs(got.stays[i].y - expected[i].y) < 1e-6));
    }
}

#define COUNT(items) (sizeof(items) / sizeof *(items))
#define ASSERT_STAYS(options, fixes, want)                                                         \
    assert_stays(options, fixes, COUNT(fixes), want, COUNT(want))

/* The examples of MovingPandas' stop detector (its test_trajectory_stop_detector.py, version
 * 0.23): metres, seconds, stops within 3 m for 2 s or longer. It tells when a stop was and, of the
 * first, where. Its 3 m are the diagonal of the box about the pings, and less than that counts;
 * ours are from the first ping, and counted in. */
static void stops_of_movingpandas(void **state)
{
    (void)state;
    const ct_trajectory_options options = {.frame = CT_FRAME_PLANAR,
                                           .max_gap_us = CT_HOUR,
                                           .stay_radius_m = 3,
                                           .stay_time_us = 2 * CT_SECOND};
    const struct fix middle[] = {{0, 0, 0},  {1, 0, 10}, {2, 0, 20},  {4, 0, 21},
                                 {6, 0, 22}, {8, 0, 30}, {10, 0, 40}, {15, 1, 50}};
    const struct stay in_the_middle[] = {{2, 6, 0, 21}};
    ASSERT_STAYS(&options, middle, in_the_middle);

    const struct fix start[] = {{0, 0, 0},  {1, 0, 1},  {2, 0, 2},   {3, 0, 1},
                                {4, 0, 22}, {8, 0, 30}, {10, 0, 40}, {15, 1, 50}};
    const struct stay at_the_start[] = {{0, 3, NAN, NAN}};
    ASSERT_STAYS(&options, start, at_the_start);

    const struct fix end[] = {{0, 0, -100}, {1, 0, -10}, {2, 0, 2},   {3, 0, 1},
                              {4, 0, 22},   {8, 0, 30},  {10, 0, 31}, {15, 1, 32}};
    const struct stay at_the_end[] = {{8, 15, NAN, NAN}};
    ASSERT_STAYS(&options, end, at_the_end);

    const struct fix two[] = {{0, 0, 0},  {1, 0, 1},  {2, 0, 2},   {3, 0, 1},
                              {4, 0, 22}, {8, 0, 30}, {10, 0, 31}, {15, 1, 32}};
    const struct stay both[] = {{0, 3, NAN, NAN}, {8, 15, NAN, NAN}};
    ASSERT_STAYS(&options, two, both);

    const struct fix next[] = {{0, 0, 0},  {1, 0, 1},   {2, 0, 2},  {3, 0, 1},
                               {8, 0, 30}, {10, 0, 31}, {15, 1, 32}};
    ASSERT_STAYS(&options, next, both);

    /* within 1 m for 1 s there is none: it takes less than 1 m */
    ct_trajectory_options narrow = options;
    narrow.stay_radius_m = nextafter(1, 0);
    narrow.stay_time_us = CT_SECOND;
    assert_stays(&narrow, two, COUNT(two), NULL, 0);
}

/* What users of trackintel expected, and did not get (its issues 615 and 616): two fixes a metre
 * apart are a stay, though they are the first of all; two that are 85 km apart are none. */
static void first_pairs_of_trackintel(void **state)
{
    (void)state;
    const ct_trajectory_options options = {.frame = CT_FRAME_WGS84,
                                           .max_gap_us = 15 * CT_MINUTE,
                                           .stay_radius_m = 100,
                                           .stay_time_us = 5 * CT_MINUTE};
    const struct fix near[] = {{9904, 115.31842, 39.9847},  /* 02:45:04 */
                               {10744, 115.31843, 39.9847}, /* 02:59:04 */
                               {13504, 116.31842, 39.9847}};
    const struct stay one[] = {{9904, 10744, 115.318425, 39.9847}};
    ASSERT_STAYS(&options, near, one);
    const struct fix far[] = {{9904, 116.31842, 39.9847},
                              {10384, 115.31842, 39.9847}, /* 02:53:04 */
                              {10444, 115.31843, 39.9847}};
    assert_stays(&options, far, COUNT(far), NULL, 0);
}

/* What a user of scikit-mobility expected (its issue 263): who is seen at 0:00 and 0:06 at one
 * place, and at 0:23 elsewhere, left at 0:06; the program says 0:23, the first ping outside. */
static void the_end_of_a_stay_of_scikit_mobility(void **state)
{
    (void)state;
    const ct_trajectory_options options = {.frame = CT_FRAME_WGS84,
                                           .max_gap_us = CT_HOUR,
                                           .stay_radius_m = 200,
                                           .stay_time_us = 5 * CT_MINUTE};
    const struct fix fixes[] = {{0, 1, 1}, {360, 1, 1}, {1380, 2, 2}};
    const struct stay one[] = {{0, 360, 1, 1}};
    ASSERT_STAYS(&options, fixes, one);
}

/* Two people of scikit-mobility's test_detection.py: sightings by the day at one position are one
 * stay (there and here, if silences of a day are bridged); sightings at three towns an hour apart
 * are three stops there, each until the next, and none here: nobody was seen to stay. */
static void days_of_scikit_mobility(void **state)
{
    (void)state;
    ct_trajectory_options options = {.frame = CT_FRAME_WGS84,
                                     .max_gap_us = CT_DAY,
                                     .stay_radius_m = 200,
                                     .stay_time_us = 20 * CT_MINUTE};
    const struct fix days[] = {{41644, 9.32615, 45.54427}, /* 11:34:04 */
                               {128044, 9.32615, 45.54427},
                               {214444, 9.32615, 45.54427}};
    const struct stay one[] = {{41644, 214444, 9.32615, 45.54427}};
    ASSERT_STAYS(&options, days, one);
    options.max_gap_us = CT_HOUR;
    assert_stays(&options, days, COUNT(days), NULL, 0);
    const struct fix towns[] = {{30844, 10.507994, 43.8430139}, /* 08:34:04 */
                                {34444, 10.32615, 43.54427},
                                {38044, 10.4036, 43.70853}};
    assert_stays(&options, towns, COUNT(towns), NULL, 0);
}

/* --- The algorithm of Li et al. 2008, on a day in Zurich --- */

/* Semicolons: user_id, tracked_at, latitude, longitude, elevation, accuracy; the latest first. */
static size_t read_day(struct fix fixes[FIXES_MAX])
{
    char line[128];
    size_t count = 0;
    FILE *file = fopen(TESTDATA "/zurich/google_trajectory.csv", "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file) != NULL) {
        int hour, minute, second;
        struct fix fix;
        assert_int_equal(sscanf(line, "1;2012-12-18T%2d:%2d:%2dZ;%lf;%lf;", &hour, &minute, &second,
                                &fix.y, &fix.x),
                         5);
        fix.s = 3600 * hour + 60 * minute + second;
        assert_true(count < FIXES_MAX && (count == 0 || fix.s < fixes[count - 1].s));
        fixes[count++] = fix;
    }
    fclose(file);
    for (size_t i = 0; i < count / 2; i++) {
        const struct fix late = fixes[i];
        fixes[i] = fixes[count - 1 - i];
        fixes[count - 1 - i] = late;
    }
    return count;
}

static double metres(const struct fix *a, const struct fix *b)
{
    return sqrt(ct_distance_squared(ct_point_at(CT_FRAME_WGS84, a->x, a->y),
                                    ct_point_at(CT_FRAME_WGS84, b->x, b->y)));
}

/* From a fix on, as many as are within 200 m of it; a stay if the first outside comes more than 20
 * min later. The day's last fixes are one too, if they last. */
static size_t stay_points(const struct fix *fixes, size_t count, struct stay *out)
{
    size_t stays = 0;
    for (size_t i = 0, j; i < count; i = j) {
        for (j = i + 1; j < count && metres(&fixes[i], &fixes[j]) <= 200;)
            j++;
        const double left_s = j < count ? fixes[j].s : fixes[j - 1].s;
        if (left_s - fixes[i].s > 1200) {
            double x = 0, y = 0;
            for (size_t k = i; k < j; k++) {
                x += fixes[k].x / (double)(j - i);
                y += fixes[k].y / (double)(j - i);
            }
            out[stays++] = (struct stay){fixes[i].s, fixes[j - 1].s, x, y};
        } else {
            j = i + 1;
        }
    }
    return stays;
}

static void stay_points_of_a_day(void **state)
{
    (void)state;
    static struct fix fixes[FIXES_MAX];
    static struct stay expected[FIXES_MAX];
    const ct_trajectory_options options = {.frame = CT_FRAME_WGS84,
                                           .max_gap_us = CT_HOUR,
                                           .stay_radius_m = 200,
                                           .stay_time_us = 20 * CT_MINUTE};
    const size_t count = read_day(fixes), stays = stay_points(fixes, count, expected);
    assert_true(count == 416 && stays == 6);
    assert_stays(&options, fixes, count, expected, stays);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stops_of_movingpandas),
        cmocka_unit_test(first_pairs_of_trackintel),
        cmocka_unit_test(the_end_of_a_stay_of_scikit_mobility),
        cmocka_unit_test(days_of_scikit_mobility),
        cmocka_unit_test(stay_points_of_a_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
