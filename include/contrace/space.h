/* contrace/space.h -- positions as points in space, and the distance that decides a contact.
 *
 * A WGS 84 position becomes its earth-centred (ECEF) point on the ellipsoid, a planar one (x, y,
 * 0): from there on a distance is the straight line between two points, in either frame.
 *
 * Units:     degrees, metres, microseconds.
 * Errors:    as said at each function.
 * Ownership: all by value; nothing is allocated.
 * Threads:   safe.
 * Source:    WGS 84: a = 6378137 m, 1/f = 298.257223563 (NGA.STND.0036). The chord is shorter than
 *            the geodesic by L^3/24R^2: 1e-9 L at 1 km, 1e-7 L at 10 km. */
#ifndef CONTRACE_SPACE_H
#define CONTRACE_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "contrace/error.h"
#include "contrace/schema.h"

typedef struct ct_point {
    double x, y, z; /* metres */
} ct_point;

/* x, y as ct_frame says. */
ct_point ct_point_at(ct_frame frame, double x, double y);

static inline double ct_distance_squared(ct_point a, ct_point b)
{
    const double dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
    return dx * dx + dy * dy + dz * dz;
}

/* The position (degrees or metres) of a point near the surface; the inverse of ct_point_at() to
 * 1e-9 degrees (Bowring 1976, one iteration, within 10 km of the surface). */
void ct_point_position(ct_frame frame, ct_point p, double *x, double *y);

/* Length of the geodesic from one position to another (PROJ's geodesic, Karney 2013); Euclidean
 * when planar. */
double ct_path_length_m(ct_frame frame, const double from[2], const double to[2]);

/* The positions at equal steps along the path (the geodesic, or the straight line): fills
 * out[0..2*(pieces+1)) with x,y pairs, the first `from`, the last `to` exactly. pieces >= 1. */
void ct_path_cut(ct_frame frame, const double from[2], const double to[2], unsigned pieces,
                 double *out);

/* The position that is distance_m ahead of `from` in the direction azimuth_deg, clockwise from
 * north (from the y axis when planar). */
void ct_path_ahead(ct_frame frame, const double from[2], double azimuth_deg, double distance_m,
                   double to[2]);

/* How many equal pieces a path must be cut into so that no chord dips more than 1 cm below the
 * surface (L^2/8R < 0.01 m: 714 m a piece; 700 are taken); 1 when planar. */
unsigned ct_path_pieces(ct_frame frame, double length_m);

/* --- Two points in uniform motion --- */

/* From start_us to end_us (closed) uniformly from `from` to `to`; at rest if they are equal, an
 * instant if the times are. */
typedef struct ct_motion {
    int64_t start_us, end_us;
    ct_point from, to;
} ct_motion;

ct_point ct_motion_at(const ct_motion *m, int64_t us); /* us is held within start..end */

/* When two motions are within distance_m of each other. */
typedef struct ct_meet {
    int64_t start_us,
        end_us; /* closed, inward rounded to whole us (equal for a touch); within both motions */
    int64_t closest_us; /* the moment of least distance (the first, if it lasts) */
    double closest_m;   /* the distance then */
} ct_meet;

/* False if they have no time in common or are never that near in it. The squared distance is a
 * convex quadratic of time, so there is one interval, between its roots. At the distance is inside:
 * a computed squared distance up to distance_m^2 counts, and for two points at rest to each other
 * that comparison is all. distance_m >= 0. */
bool ct_motion_meet(const ct_motion *a, const ct_motion *b, double distance_m, ct_meet *out);

/* --- Uncertainty --- */

/* P(true distance <= reach_m) when two positions distance_m apart err by independent isotropic
 * Gaussians with 68 % radii accuracy_a_m and accuracy_b_m (>= 0; NAN, missing, counts as exact).
 * The true separation is Rice distributed: 1 - Q1(distance/s, reach/s), with s^2 = sa^2 + sb^2, and
 * the 68 % radius r of a 2-D Gaussian is s*sqrt(-2 ln 0.32). To 1e-9. With both exact it is 1 or 0
 * by distance_m <= reach_m. Source: Rice 1944; Marcum 1960 (Q1). */
double ct_probability_within(double distance_m, double reach_m, double accuracy_a_m,
                             double accuracy_b_m);

#endif
