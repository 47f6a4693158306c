#include "contrace/space.h"

#include <geodesic.h>
#include <math.h>

static const double PIECE_M = 700;

static struct geod_geodesic wgs84(void)
{
    struct geod_geodesic g;
    geod_init(&g, 6378137.0, 1 / 298.257223563);
    return g;
}

double ct_path_length_m(ct_frame frame, const double from[2], const double to[2])
{
    if (frame == CT_FRAME_PLANAR)
        return hypot(to[0] - from[0], to[1] - from[1]);
    const struct geod_geodesic g = wgs84();
    double length_m;
    geod_inverse(&g, from[1], from[0], to[1], to[0], &length_m, NULL, NULL);
    return length_m;
}

void ct_path_cut(ct_frame frame, const double from[2], const double to[2], unsigned pieces,
                 double *out)
{
    out[0] = from[0];
    out[1] = from[1];
    if (frame == CT_FRAME_PLANAR) {
        for (size_t i = 1; i < pieces; i++) {
            const double share = (double)i / pieces;
            out[2 * i] = from[0] + (to[0] - from[0]) * share;
            out[2 * i + 1] = from[1] + (to[1] - from[1]) * share;
        }
    } else if (pieces > 1) {
        const struct geod_geodesic g = wgs84();
        struct geod_geodesicline line;
        geod_inverseline(&line, &g, from[1], from[0], to[1], to[0],
                         GEOD_DISTANCE_IN | GEOD_LATITUDE | GEOD_LONGITUDE);
        for (size_t i = 1; i < pieces; i++)
            geod_position(&line, line.s13 * (double)i / pieces, &out[2 * i + 1], &out[2 * i], NULL);
    }
    out[2 * (size_t)pieces] = to[0];
    out[2 * (size_t)pieces + 1] = to[1];
}

void ct_path_ahead(ct_frame frame, const double from[2], double azimuth_deg, double distance_m,
                   double to[2])
{
    if (frame == CT_FRAME_PLANAR) {
        const double azimuth = azimuth_deg * (M_PI / 180);
        to[0] = from[0] + distance_m * sin(azimuth);
        to[1] = from[1] + distance_m * cos(azimuth);
        return;
    }
    const struct geod_geodesic g = wgs84();
    geod_direct(&g, from[1], from[0], azimuth_deg, distance_m, &to[1], &to[0], NULL);
}

unsigned ct_path_pieces(ct_frame frame, double length_m)
{
    if (frame == CT_FRAME_PLANAR || !(length_m > PIECE_M))
        return 1;
    return (unsigned)fmin(ceil(length_m / PIECE_M), 1e6);
}
