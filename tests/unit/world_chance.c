/* Chance and its functions: the published sequence, the laws that draws follow, and the same bits
 * as ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "world/chance.h"
#include "world/steady.h"

static void splitmix64_is_the_published_one(void **state)
{
    (void)state;
    static const uint64_t published[] = {
        UINT64_C(6457827717110365317), UINT64_C(3203168211198807973), UINT64_C(9817491932198370423),
        UINT64_C(4593380528125082431), UINT64_C(16408922859458223821)};
    ct_chance chance = {1234567};
    for (size_t i = 0; i < sizeof published / sizeof *published; i++)
        assert_true(ct_chance_bits(&chance) == published[i]);
}

static void keys_give_streams_of_their_own(void **state)
{
    (void)state;
    uint64_t seen[4 * 4 * 4 * 4];
    size_t count = 0;
    for (uint64_t seed = 0; seed < 4; seed++)
        for (int purpose = 0; purpose < 4; purpose++)
            for (uint64_t who = 0; who < 4; who++)
                for (uint64_t when = 0; when < 4; when++) {
                    ct_chance chance = ct_chance_of(seed, (ct_purpose)purpose, who, when);
                    const uint64_t first = ct_chance_bits(&chance);
                    for (size_t i = 0; i < count; i++)
                        assert_true(seen[i] != first);
                    seen[count++] = first;
                }
}

/* Mean and variance of many draws. */
static void measure(double (*draw)(ct_chance *), double *mean, double *variance)
{
    enum { DRAWS = 200000 };
    ct_chance chance = ct_chance_of(7, CT_FOR_SAMPLE, 0, 0);
    double sum = 0, squares = 0;
    for (int i = 0; i < DRAWS; i++) {
        const double v = draw(&chance);
        sum += v;
        squares += v * v;
    }
    *mean = sum / DRAWS;
    *variance = squares / DRAWS - *mean * *mean;
}

static double draw_wait(ct_chance *chance)
{
    return ct_chance_wait(chance, 3);
}
static double draw_small_gamma(ct_chance *chance)
{
    return ct_chance_gamma(chance, 0.3);
}
static double draw_gamma(ct_chance *chance)
{
    return ct_chance_gamma(chance, 5);
}
static double draw_ten(ct_chance *chance)
{
    return ct_chance_below(chance, 10);
}

static void draws_follow_their_laws(void **state)
{
    (void)state;
    static const struct {
        double (*draw)(ct_chance *);
        double mean, variance;
    } laws[] = {{ct_chance_unit, 0.5, 1.0 / 12}, {draw_wait, 3, 9},  {ct_chance_normal, 0, 1},
                {draw_small_gamma, 0.3, 0.3},    {draw_gamma, 5, 5}, {draw_ten, 4.5, 8.25}};
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
        double mean, variance;
        measure(laws[i].draw, &mean, &variance);
        /* five standard errors of the mean; the variance within 3 % */
        if (fabs(mean - laws[i].mean) > 5 * sqrt(laws[i].variance / 200000) ||
            fabs(variance / laws[i].variance - 1) > 0.03)
            fail_msg("law %zu: mean %g, variance %g", i, mean, variance);
    }
}

static void ranks_follow_zipfs_law(void **state)
{
    (void)state;
    enum { N = 50, DRAWS = 200000 };
    uint32_t count[N] = {0};
    ct_chance chance = ct_chance_of(3, CT_FOR_SAMPLE, 0, 0);
    for (int i = 0; i < DRAWS; i++)
        count[ct_chance_zipf(&chance, N)]++;
    for (int k = 1; k <= N; k++) {
        const double expected = DRAWS * log((k + 1.0) / k) / log(N + 1.0);
        if (fabs(count[k - 1] - expected) > 5 * sqrt(expected))
            fail_msg("rank %d: %u, not %g", k, count[k - 1], expected);
    }
    assert_int_equal(ct_chance_zipf(&chance, 1), 0);
}

/* The C library is the oracle; its own error is below one unit in the last place. */
static void functions_agree_with_the_c_library(void **state)
{
    (void)state;
    ct_chance chance = ct_chance_of(11, CT_FOR_SAMPLE, 0, 0);
    for (int i = 0; i < 100000; i++) {
        const double x = ct_chance_between(&chance, -600, 600);
        assert_true(fabs(ct_steady_exp(x) / exp(x) - 1) < 1e-14);
        const double y = exp(x / 2);
        assert_true(fabs(ct_steady_log(y) - log(y)) <= 1e-15 * fmax(1, fabs(log(y))));
        double c, s;
        ct_steady_turn(x, &c, &s);
        assert_true(fabs(c - cos(x)) < 1e-13 && fabs(s - sin(x)) < 1e-13);
    }
    assert_true(ct_steady_exp(-701) == 0 && ct_steady_exp(0) == 1 && ct_steady_log(1) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splitmix64_is_the_published_one),
        cmocka_unit_test(keys_give_streams_of_their_own),
        cmocka_unit_test(draws_follow_their_laws),
        cmocka_unit_test(ranks_follow_zipfs_law),
        cmocka_unit_test(functions_agree_with_the_c_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
