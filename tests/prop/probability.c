#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contrace/space.h"

static uint64_t random_state = 1;

static double between(double least, double most) /* splitmix64 */
{
    uint64_t z = random_state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return least + (most - least) * (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* What a 2-D Gaussian of s = 1 centred at (a, 0) has on the disc of radius b, in strips across it:
 * a strip at x = b sin t has density(x - a) erf(b cos t/sqrt 2). Composite Simpson where the
 * density is not nothing. */
static double on_disc(double a, double b)
{
    enum { STEPS = 2000 };
    const double half_pi = 1.57079632679489661923;
    /* from where the exponent is 60 below its best */
    const double nearest = fmin(a, b);
    const double best = (nearest - a) * (nearest - a);
    const double low = asin(fmax(-1, fmin(1, (a - sqrt(best + 120)) / b)));
    const double high = asin(fmax(-1, fmin(1, (a + sqrt(best + 120)) / b)));
    const double step = ((high > low ? high : half_pi) - low) / STEPS;
    double sum = 0;
    for (int i = 0; i <= STEPS; i++) {
        const double t = low + step * i, off = b * sin(t) - a;
        const double value = exp(-off * off / 2) * erf(b * cos(t) / sqrt(2)) * b * cos(t);
        sum += value * (i == 0 || i == STEPS ? 1 : i % 2 == 1 ? 4 : 2);
    }
    return sum * step / 3 / sqrt(4 * half_pi);
}

static const double RADIUS_68 = 1.5095921854516636;

static void test_against_integration(void **state)
{
    (void)state;
    for (int n = 0; n < 4000; n++) {
        double a, b; /* in sigmas */
        if (n % 2 == 0) {
            a = pow(10, between(-3, 1.7));
            b = pow(10, between(-4, 1.7));
        } else { /* near the edge, and precise */
            b = pow(10, between(0, 3));
            a = fmax(b + between(-8, 8), 0);
        }
        const double sigma = pow(10, between(-2, 4)), share = between(0, 1);
        const double radius = sigma * RADIUS_68;
        const double found = ct_probability_within(a * sigma, b * sigma, radius * sqrt(share),
                                                   radius * sqrt(1 - share));
        const double expected = on_disc(a, b);
        if (!(fabs(found - expected) <= 1e-9) ||
            !(fabs(found - expected) <= 1e-6 * expected + 1e-150))
            fail_msg("distance %g s, reach %g s: %.15g, by integration %.15g", a, b, found,
                     expected);
    }
}

static void test_order(void **state)
{
    (void)state;
    for (int n = 0; n < 20000; n++) {
        const double reach = pow(10, between(-1, 4)), distance = reach * pow(10, between(-2, 2));
        const double a = reach * pow(10, between(-3, 3)), b = reach * pow(10, between(-3, 3));
        const double p = ct_probability_within(distance, reach, a, b);
        assert_true(p >= 0 && p <= 1);
        assert_true(p == ct_probability_within(distance, reach, b, a));
        assert_true(ct_probability_within(distance * 1.01, reach, a, b) <= p + 1e-12);
        assert_true(ct_probability_within(distance, reach * 1.01, a, b) >= p - 1e-12);
    }
}

/* One way of reckoning takes over from the other without a step. */
static void test_no_step(void **state)
{
    (void)state;
    for (int quarters = -48; quarters < 32; quarters++) {
        const double ahead = quarters / 4.0;
        double before = -1;
        for (int i = 0; i < 12000; i++) {
            const double b = fmax(20, 20 + ahead) + i * 1e-3;
            const double p = ct_probability_within(b - ahead, b, RADIUS_68, 0);
            assert_true(before < 0 || fabs(p - before) < 1e-4 * before + 1e-100);
            before = p;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_integration),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_no_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
