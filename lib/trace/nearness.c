#include "nearness.h"

#include <math.h>

#include "contrace/space.h"

/* The radius of the circle that holds 68 %, in deviations: see ct_probability_within(). */
static const double RADIUS_68 = 1.5095921854516634;

/* The upper quantile of the standard Gaussian, rounded up; 0 for a half and more. */
static double quantile(double upper)
{
    double low = 0, high = 40;
    for (int i = 0; i < 60; i++) {
        const double middle = (low + high) / 2;
        *(0.5 * erfc(middle * M_SQRT1_2) >= upper ? &low : &high) = middle;
    }
    return upper >= 0.5 ? 0 : high;
}

ct_nearness ct_nearness_of(double distance_m, bool radii, double least_probability)
{
    ct_nearness n = {.distance_m = distance_m, .radii = radii};
    if (!(least_probability > 0))
        return n;
    n.least = least_probability;
    const double wide = least_probability * (1 - 1e-6); /* as chances are reckoned to 1e-9 */
    /* being within D of a point d away takes an error of d - D at least in its direction */
    n.deviates = quantile(wide);
    /* nowhere is the chance larger than at distance 0, where it is 1 - exp(-D^2/2s^2) */
    n.most_m = distance_m * RADIUS_68 / sqrt(-2 * log1p(-wide));
    return n;
}

static double known(double accuracy_m)
{
    return accuracy_m > 0 ? accuracy_m : 0;
}

bool ct_nearness_possible(const ct_nearness *n, double accuracy_m)
{
    return !(n->least > 0) || known(accuracy_m) <= n->most_m;
}

double ct_nearness_margin_m(const ct_nearness *n, double accuracy_m)
{
    return n->radii ? known(accuracy_m) : n->deviates * known(accuracy_m) / RADIUS_68;
}

double ct_nearness_most_m(const ct_nearness *n)
{
    return n->distance_m + n->deviates * n->most_m / RADIUS_68;
}

bool ct_nearness_near(const ct_nearness *n, double distance_m, double accuracy_a_m,
                      double accuracy_b_m)
{
    const double a_m = known(accuracy_a_m), b_m = known(accuracy_b_m);
    if (!(n->least > 0))
        return distance_m <= n->distance_m + (n->radii ? a_m + b_m : 0);
    const double both_m = sqrt(a_m * a_m + b_m * b_m);
    if (both_m > n->most_m || distance_m > n->distance_m + n->deviates * both_m / RADIUS_68)
        return false;
    return ct_probability_within(distance_m, n->distance_m, a_m, b_m) >= n->least;
}

double ct_nearness_reach_m(const ct_nearness *n, double accuracy_a_m, double accuracy_b_m)
{
    const double a_m = known(accuracy_a_m), b_m = known(accuracy_b_m);
    if (n->radii)
        return n->distance_m + a_m + b_m;
    if (!(n->least > 0) || (a_m == 0 && b_m == 0))
        return n->distance_m;
    if (!ct_nearness_near(n, 0, a_m, b_m))
        return -1;
    double low = 0;
    double high = n->distance_m + n->deviates * sqrt(a_m * a_m + b_m * b_m) / RADIUS_68;
    for (int i = 0; i < 50; i++) {
        const double middle = (low + high) / 2;
        *(ct_nearness_near(n, middle, a_m, b_m) ? &low : &high) = middle;
    }
    return low;
}
