#include <math.h>
#include <stddef.h>

#include "contrace/reference.h"

const char *const ct_datum_names[] = {"wgs84", "gcj02", "bd09", NULL};

#define PI 3.14159265358979323846

/* Krasovsky's ellipsoid of 1940: semi-major axis and squared eccentricity. */
#define A_M 6378245.0
#define E2  0.00669342162296594323

static bool is_shifted(double lon, double lat)
{
    return lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;
}

/* Two waves, of 1 and `ratio` half turns a degree, as high as they are told. */
static double waves(double high, double low, double degrees, double ratio)
{
    return (high * sin(degrees * PI) + low * sin(degrees * PI / ratio)) * 2 / 3;
}

/* From WGS 84 to GCJ-02. */
static void add_offset(double *lon, double *lat)
{
    if (!is_shifted(*lon, *lat))
        return;
    const double x = *lon - 105, y = *lat - 35;
    const double ripple = waves(20, 20, 6 * x, 3);
    const double north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(fabs(x)) +
                           ripple + waves(20, 40, y, 3) + waves(160, 320, y / 12, 2.5);
    const double east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(fabs(x)) +
                          ripple + waves(20, 40, x, 3) + waves(150, 300, x / 12, 2.5);
    const double sin_lat = sin(*lat * PI / 180);
    const double w2 = 1 - E2 * sin_lat * sin_lat, w = sqrt(w2);
    *lon += east_m * 180 / (A_M / w * cos(*lat * PI / 180) * PI);
    *lat += north_m * 180 / (A_M * (1 - E2) / (w2 * w) * PI);
}

/* From GCJ-02 to BD-09. */
static void add_twist(double *lon, double *lat)
{
    if (!is_shifted(*lon, *lat))
        return;
    const double turns = PI * 3000 / 180;
    const double radius = hypot(*lon, *lat) + 0.00002 * sin(*lat * turns);
    const double angle = atan2(*lat, *lon) + 0.000003 * cos(*lon * turns);
    *lon = radius * cos(angle) + 0.0065;
    *lat = radius * sin(angle) + 0.006;
}

void ct_datum_from_wgs84(ct_datum datum, double *lon, double *lat)
{
    if (datum != CT_DATUM_WGS84)
        add_offset(lon, lat);
    if (datum == CT_DATUM_BD09)
        add_twist(lon, lat);
}

/* The offsets change so little with the place that taking them off where the last guess is brings
 * it a hundred times nearer at least. */
void ct_datum_to_wgs84(ct_datum datum, double *lon, double *lat)
{
    enum { MOST_STEPS = 30 };
    if (datum == CT_DATUM_WGS84 || !is_shifted(*lon, *lat))
        return;
    double x = *lon, y = *lat;
    for (int i = 0; i < MOST_STEPS; i++) {
        double there_x = x, there_y = y;
        ct_datum_from_wgs84(datum, &there_x, &there_y);
        const double dx = *lon - there_x, dy = *lat - there_y;
        x += dx;
        y += dy;
        if (fabs(dx) < 1e-11 && fabs(dy) < 1e-11)
            break;
    }
    *lon = x;
    *lat = y;
}
