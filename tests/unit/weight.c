/* Weights by distance and day: hand tables, and the texts that tell of them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contrace/time.h"
#include "contrace/weight.h"

static ct_distance_weight by_distance(const char *text)
{
    ct_distance_weight w;
    assert_int_equal(ct_distance_weight_parse(ct_str_of(text), &w, NULL), CT_OK);
    return w;
}

static ct_day_weight by_day(const char *text)
{
    ct_day_weight w;
    assert_int_equal(ct_day_weight_parse(ct_str_of(text), &w, NULL), CT_OK);
    return w;
}

static void near(double got, double expected)
{
    assert_true(fabs(got - expected) <= 1e-9 * fmax(1, fabs(expected)));
}

static void distances_by_hand(void **state)
{
    (void)state;
    const ct_distance_weight flat = by_distance("flat"), square = by_distance("square 1m");
    const ct_distance_weight steps = by_distance("  steps 3m:0.8\t8m:1 14m:0.1 ");
    near(ct_distance_weight_at(&flat, 1e6), 1);
    near(ct_distance_weight_within(&flat, 1e6), 1);
    near(ct_distance_weight_at(&square, 0), 1);
    near(ct_distance_weight_at(&square, 1), 1);
    near(ct_distance_weight_at(&square, 2), 0.25);
    near(ct_distance_weight_at(&square, 10), 0.01);
    near(ct_distance_weight_within(&square, 0.5), 1);
    near(ct_distance_weight_within(&square, 2), (1 + 2 * log(2)) / 4);
    near(ct_distance_weight_at(&steps, 2.999), 0.8);
    near(ct_distance_weight_at(&steps, 3), 1);
    near(ct_distance_weight_at(&steps, 13.9), 0.1);
    near(ct_distance_weight_at(&steps, 14), 0);
    near(ct_distance_weight_within(&steps, 0), 0.8);
    near(ct_distance_weight_within(&steps, 2), 0.8);
    near(ct_distance_weight_within(&steps, 10), (9 * 0.8 + 55 * 1 + 36 * 0.1) / 100);
    near(ct_distance_weight_within(&steps, 20), (9 * 0.8 + 55 * 1 + 132 * 0.1) / 400);
}

/* exp(-(days / 2.75)^2 / 2) by whole days. */
static void days_by_hand(void **state)
{
    (void)state;
    const ct_day_weight normal = by_day("normal 2.75 0.5"), flat = by_day("flat");
    const double table[] = {1, 0.936023, 0.767618, 0.551540, 0.347201};
    for (int day = 0; day < 5; day++) {
        assert_true(fabs(ct_day_weight_curve(&normal, day + 0.5) - table[day]) < 1e-6);
        assert_true(fabs(ct_day_weight_curve(&normal, 0.5 - day) - table[day]) < 1e-6);
    }
    near(ct_day_weight_curve(&flat, -99), 1);
    const ct_day_weight days = by_day("days -1:1.6 0:0.5 2:1");
    near(ct_day_weight_curve(&days, -1.0001), 0);
    near(ct_day_weight_curve(&days, -0.0001), 1.6);
    near(ct_day_weight_curve(&days, 0), 0.5);
    near(ct_day_weight_curve(&days, 1.5), 0);
    near(ct_day_weight_curve(&days, 1e300), 0);
    near(ct_day_weight_most(&days), 1.6);
    near(ct_day_weight_most(&normal), 1);
}

/* He et al. as corrected: the worst moment is (20.516508 - 1) / 1.592124 - 12.272481 days from
 * onset, some 20 minutes before it, and 44 % of the transmission is earlier than onset. */
static void the_gamma_curve_is_the_published_one(void **state)
{
    (void)state;
    const ct_day_weight gamma = by_day("gamma 20.516508 1.592124 12.272481");
    const double mode = 19.516508 / 1.592124 - 12.272481;
    assert_true(fabs(mode + 0.014324) < 1e-5);
    near(ct_day_weight_curve(&gamma, mode), 1);
    assert_true(ct_day_weight_curve(&gamma, mode - 0.01) < 1);
    assert_true(ct_day_weight_curve(&gamma, mode + 0.01) < 1);
    near(ct_day_weight_curve(&gamma, -12.272481), 0);
    near(ct_day_weight_curve(&gamma, -20), 0);
    double before = 0, all = 0;
    enum { STEPS = 240 };
    for (int step = -13 * STEPS; step < 40 * STEPS; step++) {
        const double more = ct_day_weight_curve(&gamma, (step + 0.5) / STEPS) / STEPS;
        before += step < 0 ? more : 0;
        all += more;
    }
    assert_true(fabs(before / all - 0.44) < 0.01);
    /* a density sums up to 1 */
    const double x = mode + 12.272481;
    const double peak =
        exp(20.516508 * log(1.592124) - lgamma(20.516508) + 19.516508 * log(x) - 1.592124 * x);
    assert_true(fabs(all * peak - 1) < 1e-9);
}

/* The integral hour by hour, against that of the curve in steps of two minutes. */
static void hours_add_up_to_the_integral(void **state)
{
    (void)state;
    const char *const texts[] = {"gamma 20.516508 1.592124 12.272481", "normal 2.75 0.5",
                                 "normal 0.5 -3", "days -2:0.25 -1:1 1:3"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const ct_day_weight w = by_day(texts[i]);
        double by_hours = 0, curve = 0;
        for (int64_t at_us = -20 * CT_DAY, until_us; at_us < 20 * CT_DAY; at_us = until_us) {
            const double weight = ct_day_weight_at(&w, at_us, &until_us);
            assert_true(until_us > at_us && (until_us - at_us) % CT_HOUR == 0);
            by_hours += weight * (double)(until_us - at_us) / (double)CT_DAY;
        }
        for (int step = -20 * 720; step < 20 * 720; step++)
            curve += ct_day_weight_curve(&w, (step + 0.5) / 720) / 720;
        assert_true(fabs(by_hours - curve) < 1e-9);
    }
}

static void weights_hold_for_their_hour(void **state)
{
    (void)state;
    const ct_day_weight gamma = by_day("gamma 20.516508 1.592124 12.272481");
    const ct_day_weight days = by_day("days -2:0.25 -1:1 1:3"), flat = by_day("flat");
    int64_t until_us;
    near(ct_day_weight_at(&gamma, -CT_HOUR, &until_us), ct_day_weight_curve(&gamma, -0.5 / 24));
    assert_true(until_us == 0);
    near(ct_day_weight_at(&gamma, -1, &until_us), ct_day_weight_curve(&gamma, -0.5 / 24));
    assert_true(until_us == 0);
    near(ct_day_weight_at(&gamma, 0, &until_us), ct_day_weight_curve(&gamma, 0.5 / 24));
    assert_true(until_us == CT_HOUR);
    near(ct_day_weight_at(&gamma, INT64_MIN / 4, &until_us), 0);
    assert_true(until_us == -1000 * CT_DAY);
    near(ct_day_weight_at(&gamma, INT64_MAX / 4, &until_us), 0);
    assert_true(until_us == CT_FOREVER);
    near(ct_day_weight_at(&days, CT_DAY - 1, &until_us), 0);
    assert_true(until_us == CT_DAY);
    near(ct_day_weight_at(&days, -CT_DAY - 1, &until_us), 0.25);
    assert_true(until_us == -CT_DAY);
    near(ct_day_weight_at(&flat, 0, &until_us), 1);
    assert_true(until_us == CT_FOREVER);
}

static void discs_are_integrals(void **state)
{
    (void)state;
    const char *const texts[] = {"square 1m", "square 30cm", "steps 1m:1 2m:0.5 50m:0.01"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const ct_distance_weight w = by_distance(texts[i]);
        for (double radius = 0.2; radius < 200; radius *= 1.7) {
            enum { RINGS = 200000 };
            double sum = 0;
            for (int r = 0; r < RINGS; r++)
                sum += ct_distance_weight_at(&w, radius * (r + 0.5) / RINGS) * (2 * r + 1);
            const double mean = sum / RINGS / RINGS;
            assert_true(fabs(ct_distance_weight_within(&w, radius) - mean) < 1e-4 * mean);
        }
    }
}

static void faults_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } distances[] =
        {
            {"", "not flat"},
            {"round", "not flat"},
            {"flat 1m", "too many words"},
            {"square", ""},
            {"square 0", "the distance must be more"},
            {"square 1", ""},
            {"square 1m 2m", "too many words"},
            {"steps", "no steps"},
            {"steps 3m", "a step is written"},
            {"steps 3:1", ""},
            {"steps 3m:-1", "a weight is out of range"},
            {"steps 3m:1 3m:2", "steps must rise"},
        },
      days[] = {
          {"", "not flat"},
          {"gamma 20 1", "no shift"},
          {"gamma 1 1 1", "the shape must be 2 or more"},
          {"gamma 100 100 1", "the deviation must be"},
          {"gamma 20 x 1", "rate: "},
          {"gamma 20 1 1e9", "shift: out of range"},
          {"normal 0.1 0", "the deviation must be"},
          {"normal 2.75 0 0", "too many words"},
          {"days", "no day that weighs"},
          {"days 1:0", "no day that weighs"},
          {"days 1.5:1", ""},
          {"days 2:1 1:1", "days must rise"},
          {"days 5000:1", "a day is out of range"},
          {"days 1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1 9:1 10:1 11:1 12:1 13:1 14:1 15:1 16:1 17:1 18:1 "
           "19:1 20:1 21:1 22:1 23:1 24:1 25:1",
           "more than 24 days"},
      };
    for (size_t i = 0; i < sizeof distances / sizeof *distances; i++) {
        ct_distance_weight w;
        ct_err err = {0};
        assert_int_equal(ct_distance_weight_parse(ct_str_of(distances[i].text), &w, &err),
                         CT_ERANGE);
        assert_true(err.text[0] &&
                    strncmp(err.text, distances[i].why, strlen(distances[i].why)) == 0);
    }
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        ct_day_weight w;
        ct_err err = {0};
        assert_int_equal(ct_day_weight_parse(ct_str_of(days[i].text), &w, &err), CT_ERANGE);
        assert_true(err.text[0] && strncmp(err.text, days[i].why, strlen(days[i].why)) == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_by_hand),
        cmocka_unit_test(days_by_hand),
        cmocka_unit_test(the_gamma_curve_is_the_published_one),
        cmocka_unit_test(hours_add_up_to_the_integral),
        cmocka_unit_test(weights_hold_for_their_hour),
        cmocka_unit_test(discs_are_integrals),
        cmocka_unit_test(faults_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
