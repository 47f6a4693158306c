#include "contrace/space.h"

#include <float.h>
#include <math.h>

/* The radius of the circle that holds 68 % of a round 2-D Gaussian: sqrt(-2 ln 0.32) s. */
static const double RADIUS_68 = 1.5095921854516634;

/* 1 - Q1(a, b) is the chance that a Poisson number of mean y = b^2/2 exceeds one of mean x = a^2/2
 * (Marcum 1960). All terms of that sum are positive, so even the least chance is relatively exact.
 */
static double chance_by_series(double x, double y)
{
    double x_term = 1, x_sum = 1; /* x^k/k!, and the sum of these for k < j */
    double y_term = y;            /* y^j/j! */
    double sum = y, inverse = 1;
    for (double j = 2; y_term * x_sum > 1e-17 * sum; j++) {
        x_term *= x * inverse;
        x_sum += x_term;
        inverse = 1 / j;
        y_term *= y * inverse;
        sum += y_term * x_sum;
    }
    return sum * exp(-(x + y));
}

/* The density of the Rice distribution at a + u over that of a standard Gaussian at u:
 * sqrt(2 pi x/a) I0e(a x) by the asymptotic expansion of I0 (DLMF 10.40.1), for a x > 100. */
static double density_ratio(double a, double u)
{
    const double v = 1 / (8 * a * (a + u));
    const double series =
        1 + v * (1 + v * (9.0 / 2 + v * (75.0 / 2 + v * (3675.0 / 8 + v * 59535.0 / 8))));
    return sqrt(1 + u / a) * series;
}

/* 16-point Gauss-Legendre (Abramowitz and Stegun, table 25.4). */
static const double NODES[8] = {
    0.095012509837637440185, 0.281603550779258913230, 0.458016777657227386342,
    0.617876244402643748447, 0.755404408355003033895, 0.865631202387831743880,
    0.944575023073232576078, 0.989400934991649932596,
};
static const double WEIGHTS[8] = {
    0.189450610455068496285, 0.182603415044923588867, 0.169156519395002538189,
    0.149595988816576732081, 0.124628971255533872052, 0.095158511682492784810,
    0.062253523938647892863, 0.027152459411754094852,
};

/* For large a and b: the integral of the density from where it is e^-40 of its largest to b = a +
 * ahead. */
static double chance_by_integral(double a, double ahead)
{
    enum { PANELS = 4 };
    const double from = ahead < 0 ? -sqrt(ahead * ahead + 80) : -sqrt(80);
    const double half = (ahead - from) / (2 * PANELS);
    double sum = 0;
    for (int panel = 0; panel < PANELS; panel++) {
        const double middle = from + (2 * panel + 1) * half;
        for (int i = 0; i < 8; i++) {
            const double l = middle - NODES[i] * half, r = middle + NODES[i] * half;
            sum += WEIGHTS[i] *
                   (density_ratio(a, l) * exp(-l * l / 2) + density_ratio(a, r) * exp(-r * r / 2));
        }
    }
    return sum * half * 0.398942280401432677940; /* 1/sqrt(2 pi) */
}

double ct_probability_within(double distance_m, double reach_m, double accuracy_a_m,
                             double accuracy_b_m)
{
    const double radius_a_m = accuracy_a_m > 0 ? accuracy_a_m : 0; /* NAN is not > 0 */
    const double radius_b_m = accuracy_b_m > 0 ? accuracy_b_m : 0;
    const double sigma_m = sqrt(radius_a_m * radius_a_m + radius_b_m * radius_b_m) / RADIUS_68;
    if (!(sigma_m >= DBL_MIN))
        return distance_m <= reach_m ? 1 : 0;
    /* outside these the chance is 1 to 1e-16, or 0 to 1e-190 */
    const double ahead = (reach_m - distance_m) / sigma_m;
    if (ahead > 8.5)
        return 1;
    if (ahead < -30)
        return 0;
    const double a = distance_m / sigma_m, b = reach_m / sigma_m;
    const double x = a * a / 2, y = b * b / 2;
    const double p = x + y < 700 ? chance_by_series(x, y) : chance_by_integral(a, ahead);
    return p > 1 ? 1 : p;
}
