/* plane.h -- the plane on which a city lies, and its positions on WGS 84.
 *
 * A transverse Mercator plane about the city's centre: distances on it are those on the ellipsoid
 * but for x^2/2R^2 of them, 3 in a million at 15 km.
 *
 * Units:   metres east and north of the centre; degrees on WGS 84.
 * Errors:  none.
 * Threads: safe.
 * Source:  Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395, 1987, pages 60
 *          to 64, with the arc of the meridian by the midpoint rule: centimetres at 100 km. */
#ifndef CONTRACE_WORLD_PLANE_H
#define CONTRACE_WORLD_PLANE_H

typedef struct ct_plane {
    double lon_deg, lat_deg; /* of the centre */
} ct_plane;

void ct_plane_to(const ct_plane *plane, double lon_deg, double lat_deg, double *x, double *y);
void ct_plane_from(const ct_plane *plane, double x, double y, double *lon_deg, double *lat_deg);

#endif
