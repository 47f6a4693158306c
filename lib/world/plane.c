#include "plane.h"

#include <math.h>

#include "steady.h"

#define AXIS   6378137.0
#define SQUARE 6.69437999014e-3 /* first eccentricity, squared */
#define DEGREE (CT_PI / 180)

/* The radii of curvature, and the latitude's tangent, at a latitude. */
typedef struct bend {
    double cosine, tangent, meridian, across;
} bend;

static bend bend_at(double lat)
{
    double c, s;
    ct_steady_turn(lat, &c, &s);
    const double root = sqrt(1 - SQUARE * s * s);
    return (bend){c, s / c, AXIS * (1 - SQUARE) / (root * root * root), AXIS / root};
}

void ct_plane_to(const ct_plane *plane, double lon_deg, double lat_deg, double *x, double *y)
{
    const double from = plane->lat_deg * DEGREE, to = lat_deg * DEGREE;
    const bend at = bend_at(to);
    const double a = (lon_deg - plane->lon_deg) * DEGREE * at.cosine;
    const double t = at.tangent * at.tangent, c = SQUARE / (1 - SQUARE) * at.cosine * at.cosine;
    *x = at.across * a * (1 + (1 - t + c) * a * a / 6);
    *y = (to - from) * bend_at((from + to) / 2).meridian + at.across * at.tangent * a * a / 2;
}

void ct_plane_from(const ct_plane *plane, double x, double y, double *lon_deg, double *lat_deg)
{
    const double from = plane->lat_deg * DEGREE;
    const double half = from + y / bend_at(from).meridian / 2;
    const double foot = from + y / bend_at(half).meridian;
    const bend at = bend_at(foot);
    const double d = x / at.across;
    const double t = at.tangent * at.tangent, c = SQUARE / (1 - SQUARE) * at.cosine * at.cosine;
    *lat_deg = (foot - at.across * at.tangent / at.meridian * d * d / 2) / DEGREE;
    *lon_deg = plane->lon_deg + d * (1 - (1 + 2 * t + c) * d * d / 6) / at.cosine / DEGREE;
}
