#include "contrace/area.h"

#include <stdlib.h>

#include "area_shape.h"

/* The shortest degree of latitude on the ellipsoid, at the equator, is 110,574 m. */
#define LEAST_DEGREE_M 110574.0

#define DEGREE 0.017453292519943295769 /* pi/180 */

ct_status ct_areas_new(ct_areas **out, ct_frame frame, ct_err *err)
{
    ct_areas *areas = calloc(1, sizeof *areas);
    if (areas == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for areas");
    areas->frame = frame;
    const ct_status status = ct_ids_new(&areas->names, err);
    if (status != CT_OK) {
        ct_areas_free(areas);
        return status;
    }
    *out = areas;
    return CT_OK;
}

void ct_areas_free(ct_areas *areas)
{
    if (areas == NULL)
        return;
    for (size_t i = 0; i < areas->count; i++)
        ct_rings_release(&areas->shapes[i].rings);
    free(areas->shapes);
    ct_ids_free(areas->names);
    free(areas);
}

ct_frame ct_areas_frame(const ct_areas *areas)
{
    return areas->frame;
}

size_t ct_areas_count(const ct_areas *areas)
{
    return ct_ids_count(areas->names);
}

ct_str ct_areas_name(const ct_areas *areas, size_t area)
{
    return ct_ids_text(areas->names, (uint32_t)area);
}

static ct_status add(ct_areas *areas, ct_str name, const ct_shape *shape, ct_err *err)
{
    if (areas->count == areas->room) {
        const size_t room = areas->room == 0 ? 16 : 2 * areas->room;
        ct_shape *grown = realloc(areas->shapes, room * sizeof *grown);
        if (grown == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory for %zu areas", room);
        areas->shapes = grown;
        areas->room = room;
    }
    ct_shape *to = &areas->shapes[areas->count];
    *to = *shape;
    CT_TRY(ct_ids_add(areas->names, name, &to->area, err));
    areas->count++;
    return CT_OK;
}

/* The most degrees of longitude that radius_m spans beside lat; 360: a pole is near. */
static double reach_deg(double lat, double reach_lat_deg)
{
    const double farthest = fabs(lat) + reach_lat_deg;
    return farthest < 90 ? fmin(360, reach_lat_deg / cos(farthest * DEGREE)) : 360;
}

ct_status ct_areas_add_disc(ct_areas *areas, ct_str name, double x, double y, double radius_m,
                            ct_err *err)
{
    if (!(radius_m >= 0 && radius_m <= CT_AREA_RADIUS_MAX))
        return isnan(radius_m) ? ct_fail(err, CT_ERANGE, "a point without radius_m")
                               : ct_fail(err, CT_ERANGE, "radius_m out of range 0..%g: %g",
                                         CT_AREA_RADIUS_MAX, radius_m);
    const bool planar = areas->frame == CT_FRAME_PLANAR;
    if (!planar && !(fabs(x) <= 180 && fabs(y) <= 90))
        return ct_fail(err, CT_ERANGE, "a position is not in degrees, lon -180..180, lat -90..90");
    /* a hair wider than the disc: it is the distance that decides */
    const double up = planar ? radius_m * 1.001 : radius_m * 1.001 / LEAST_DEGREE_M + 1e-9;
    const double across = planar ? up : reach_deg(y, up);
    const ct_shape disc = {.bounds = {x - across, y - up, x + across, y + up},
                           .centre = ct_point_at(areas->frame, x, y),
                           .radius_m = radius_m};
    return add(areas, name, &disc, err);
}

static ct_bounds bounds_of(const ct_rings *rings)
{
    ct_bounds b = {rings->xy[0], rings->xy[1], rings->xy[0], rings->xy[1]};
    for (size_t i = 1; i < rings->ends[0]; i++) {
        const double x = rings->xy[2 * i], y = rings->xy[2 * i + 1];
        b = (ct_bounds){fmin(b.west, x), fmin(b.south, y), fmax(b.east, x), fmax(b.north, y)};
    }
    return b;
}

ct_status ct_areas_add_rings(ct_areas *areas, ct_str name, ct_rings *rings, ct_err *err)
{
    if (rings->count == 0)
        return ct_fail(err, CT_ERANGE, "a polygon without positions");
    if (rings->points > INT32_MAX)
        return ct_fail(err, CT_ERANGE, "a polygon of too many positions");
    CT_TRY(ct_rings_unroll(rings, areas->frame, err));
    CT_TRY(ct_rings_check(rings, err));
    ct_shape shape = {.bounds = bounds_of(rings), .rings = *rings};
    CT_TRY(add(areas, name, &shape, err));
    *rings = (ct_rings){0}; /* taken */
    return CT_OK;
}
