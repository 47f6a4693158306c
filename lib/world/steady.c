#include "steady.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* ln 2 and pi/2 in two parts, the first with so few bits that small multiples of it are exact */
#define LN2_HIGH     6.93147180369123816490e-01
#define LN2_LOW      1.90821492927058770002e-10
#define QUARTER_HIGH 1.57079632673412561417e+00
#define QUARTER_LOW  6.07710050650619224932e-11

static double power_of_two(int exponent)
{
    const uint64_t bits = (uint64_t)(exponent + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

double ct_steady_exp(double x)
{
    if (x < -700)
        return 0;
    const double n = floor(x / (LN2_HIGH + LN2_LOW) + 0.5);
    const double r = (x - n * LN2_HIGH) - n * LN2_LOW;
    /* Taylor's series by pairs: |r| <= ln 2 / 2, and 13! leaves 2e-17 of it */
    static const double factor[] = {1.0,
                                    1.0,
                                    1.0 / 2,
                                    1.0 / 6,
                                    1.0 / 24,
                                    1.0 / 120,
                                    1.0 / 720,
                                    1.0 / 5040,
                                    1.0 / 40320,
                                    1.0 / 362880,
                                    1.0 / 3628800,
                                    1.0 / 39916800,
                                    1.0 / 479001600,
                                    1.0 / 6227020800};
    double even = 0, odd = 0;
    const double square = r * r;
    for (int k = 12; k >= 0; k -= 2) {
        even = even * square + factor[k];
        odd = odd * square + factor[k + 1];
    }
    return (even + odd * r) * power_of_two((int)n);
}

double ct_steady_log(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int exponent = (int)(bits >> 52) - 1023;
    double m = x * power_of_two(-exponent);
    if (m > 1.41421356237309504880) {
        m /= 2;
        exponent++;
    }
    const double s = (m - 1) / (m + 1), square = s * s;
    static const double factor[] = {1.0,      1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9,  1.0 / 11,
                                    1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21, 1.0 / 23};
    double sum = 0;
    for (int k = 11; k >= 0; k--)
        sum = sum * square + factor[k];
    return exponent * LN2_HIGH + (2 * s * sum + exponent * LN2_LOW);
}

void ct_steady_turn(double x, double *cosine, double *sine)
{
    const double n = floor(x / (QUARTER_HIGH + QUARTER_LOW) + 0.5);
    const double r = (x - n * QUARTER_HIGH) - n * QUARTER_LOW, square = r * r;
    double c = 1, s = 1;
    for (int k = 18; k > 0; k -= 2) {
        c = 1 - c * square / (k * (k - 1));
        s = 1 - s * square / (k * (k + 1));
    }
    s *= r;
    const int quarter = (int)((int64_t)n & 3);
    *cosine = quarter == 0 ? c : quarter == 1 ? -s : quarter == 2 ? -c : s;
    *sine = quarter == 0 ? s : quarter == 1 ? c : quarter == 2 ? -s : -c;
}
