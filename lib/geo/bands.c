#include "bands.h"

/* WGS 84; the least radius of curvature is that of the meridian at the equator, a(1-e^2). */
#define A_M        6378137.0
#define E2         0.0066943799901413165
#define CURVE_M    (A_M * (1 - E2))
#define HALF_WAY_M 2.1e7 /* more than anything on earth is away from anything else */

#define DEGREES 57.295779513082320877 /* in a radian */

/* Filters are wider than the reach by this much, far more than rounding takes away: the decision
 * is the distance's alone. */
#define WIDER     1.001
#define WIDER_M   1e-3
#define WIDER_DEG 1e-6 /* 0.1 m; fewer than 2^28 bands from pole to pole */

/* The chord over an arc of a curve whose normal turns by an angle, and whose radius of curvature is
 * at least r, is at least 2 r sin(angle/2); latitude is the angle of the normal. */
static double angle_deg(double chord_m, double radius_m)
{
    const double half = chord_m / (2 * radius_m);
    return half < 1 ? 2 * asin(half) * DEGREES : 360;
}

static double height(const ct_bands *bands, double chord_m)
{
    if (bands->frame == CT_FRAME_PLANAR)
        return fmin(WIDER * chord_m + WIDER_M, 3 * CT_PLANE_M);
    return WIDER * angle_deg(chord_m, CURVE_M) + WIDER_DEG;
}

void ct_bands_init(ct_bands *bands, ct_frame frame, double distance_m)
{
    *bands = (ct_bands){.frame = frame, .distance_m = distance_m};
    bands->greatest_m[0] = distance_m / 1024;
    bands->greatest_m[1] = fmax(distance_m / 4, 0.01);
    for (unsigned level = 2; level < CT_RADII - 1; level++)
        bands->greatest_m[level] = 4 * bands->greatest_m[level - 1];
    bands->greatest_m[CT_RADII - 1] = INFINITY;

    /* steps of a 64th of the least reach, if that leaves enough of them in the circle */
    const double step_m = (distance_m + WIDER_M) / 64;
    if (frame == CT_FRAME_PLANAR) {
        bands->x_bits = 30;
        bands->x_steps = 1 / step_m;
    } else {
        const double circle = 2 * HALF_WAY_M / step_m;
        bands->x_bits = (unsigned)fmin(fmax(ceil(log2(circle)), 8), 30);
        bands->x_steps = (double)(UINT64_C(1) << bands->x_bits) / 360;
        bands->x_least = -180;
        bands->y_least = -90;
    }
    for (unsigned level = 0; level < CT_LEVELS; level++)
        bands->per_unit[level] =
            1 / height(bands, distance_m + 2 * bands->greatest_m[level % CT_RADII]);
}

/* The distance from the earth's axis at a latitude, and of all that is nearer to the equator. */
static double axis_m(double lat_deg)
{
    const double sine = sin(lat_deg / DEGREES);
    return lat_deg < 90 ? A_M * cos(lat_deg / DEGREES) / sqrt(1 - E2 * sine * sine) : 0;
}

size_t ct_keys_seek_far(const uint64_t *keys, size_t at, size_t end, uint64_t key)
{
    size_t step = 8;
    while (step < end - at && keys[at + step] < key) {
        at += step;
        step *= 2;
    }
    end = step < end - at ? at + step : end;
    while (at < end) {
        const size_t middle = at + (end - at) / 2;
        if (keys[middle] < key)
            at = middle + 1;
        else
            end = middle;
    }
    return at;
}

ct_reach ct_bands_reach(const ct_bands *bands, unsigned level, uint64_t row, double reach_m)
{
    ct_reach out = {.height = height(bands, reach_m), .last_row = UINT64_MAX};
    double reach = WIDER * reach_m + WIDER_M;
    if (bands->frame == CT_FRAME_WGS84) {
        /* bands of 1/64 degree together, so that it need not be taken often */
        const double per_degree = bands->per_unit[level], together = floor(per_degree / 64);
        out.last_row = row + ((uint64_t)together << bands->x_bits);
        const uint64_t band = row >> bands->x_bits & ((UINT64_C(1) << CT_BAND_BITS) - 1);
        const double south = (double)band / per_degree - 90;
        const double north = ((double)band + together + 1) / per_degree - 90;
        /* a chord is at least 2 p sin(dl/2), p the lesser of the distances from the axis */
        const double far_side = fmax(fabs(south), fabs(north)) + WIDER_DEG;
        const double p_m = axis_m(far_side + out.height);
        reach = p_m > 0 ? angle_deg(reach, p_m) : 360;
    }
    const double steps = ceil(reach * bands->x_steps) + 1;
    const double all = (double)(UINT64_C(1) << bands->x_bits);
    out.steps = 2 * steps + 1 < all ? (uint64_t)steps : UINT64_MAX;
    return out;
}

double ct_bands_to_search(const ct_bands *bands, unsigned level, double reach_m)
{
    return 2 * height(bands, reach_m) * bands->per_unit[level] + 1;
}
