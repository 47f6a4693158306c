#include "contrace/space.h"

#include <math.h>
#include <stdint.h>

/* WGS 84 (NGA.STND.0036): semi-major axis and flattening define the rest. */
#define A_M        6378137.0
#define FLATTENING (1 / 298.257223563)
#define E2         (FLATTENING * (2 - FLATTENING))

#define DEGREE 0.017453292519943295769 /* pi/180 */

/* Longitude and latitude side by side: both go through the same steps. */
typedef double two __attribute__((vector_size(16)));
typedef uint64_t two_bits __attribute__((vector_size(16)));

typedef struct angles {
    two sin, cos;
} angles;

/* Sines and cosines of angles up to pi/4, by the Taylor series: the first term left out is below
 * 2^-58. The C library picks its own by the processor's features, with last bits that differ from
 * one machine to the next; shards of one job must agree. */
static inline angles angles_small(two radians)
{
    const two s = radians * radians, s4 = s * s * s * s;
    const two odd_low = -1.0 / 6 + s * (1.0 / 120 + s * (-1.0 / 5040 + s * (1.0 / 362880)));
    const two odd_high =
        -1.0 / 39916800 +
        s * (1.0 / 6227020800 + s * (-1.0 / 1307674368000 + s * (1.0 / 355687428096000)));
    const two even_low = -1.0 / 2 + s * (1.0 / 24 + s * (-1.0 / 720 + s * (1.0 / 40320)));
    const two even_high =
        -1.0 / 3628800 +
        s * (1.0 / 479001600 + s * (-1.0 / 87178291200 + s * (1.0 / 20922789888000)));
    const two odd = s * (odd_low + s4 * odd_high), even = s * (even_low + s4 * even_high);
    return (angles){radians + radians * odd, 1 + even};
}

/* Quarter turns are taken off in degrees, where that is exact: so the poles lie on the axis, and
 * -180 and 180 degrees are the same meridian to the last bit. */
static inline angles angles_of(two degrees)
{
    const double rounder = 0x1.8p52; /* what is added to it is rounded to a whole number, which its
                                        lowest bits then hold */
    const two rounded = degrees * (1.0 / 90) + rounder;
    const angles r = angles_small((degrees - 90 * (rounded - rounder)) * DEGREE);
    const two_bits quarters = (two_bits)rounded, sin = (two_bits)r.sin, cos = (two_bits)r.cos;
    const two_bits swap = -(quarters & 1);
    const two_bits sin_sign = (quarters & 2) << 62, cos_sign = ((quarters + 1) & 2) << 62;
    return (angles){(two)(((swap & cos) | (~swap & sin)) ^ sin_sign),
                    (two)(((swap & sin) | (~swap & cos)) ^ cos_sign)};
}

ct_point ct_point_at(ct_frame frame, double x, double y)
{
    if (frame == CT_FRAME_PLANAR)
        return (ct_point){x, y, 0};
    const angles at = angles_of((two){x, y});
    const double lon_sin = at.sin[0], lon_cos = at.cos[0], lat_sin = at.sin[1], lat_cos = at.cos[1];
    const double normal_m = A_M / sqrt(1 - E2 * lat_sin * lat_sin);
    const double axis_m = normal_m * lat_cos;
    return (ct_point){axis_m * lon_cos, axis_m * lon_sin, normal_m * (1 - E2) * lat_sin};
}

void ct_point_position(ct_frame frame, ct_point p, double *x, double *y)
{
    if (frame == CT_FRAME_PLANAR) {
        *x = p.x;
        *y = p.y;
        return;
    }
    const double axis_m = sqrt(p.x * p.x + p.y * p.y);
    /* the parametric latitude, its sine and cosine without the angle */
    const double up = p.z, out = axis_m * (1 - FLATTENING);
    const double length = sqrt(up * up + out * out);
    const double sin_u = length > 0 ? up / length : 0, cos_u = length > 0 ? out / length : 1;
    const double b_m = A_M * (1 - FLATTENING);
    *x = atan2(p.y, p.x) / DEGREE;
    *y = atan2(p.z + E2 / (1 - E2) * b_m * sin_u * sin_u * sin_u,
               axis_m - E2 * A_M * cos_u * cos_u * cos_u) /
         DEGREE;
}
