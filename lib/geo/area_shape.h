/* area_shape.h -- a set of areas from the inside, and polygons on their way into it. */
#ifndef CONTRACE_AREA_SHAPE_H
#define CONTRACE_AREA_SHAPE_H

#include "contrace/area.h"
#include "contrace/ids.h"
#include "contrace/space.h"

/* Closed rings, the outer one first; zero-initialised it is empty and ready. */
typedef struct ct_rings {
    double *xy; /* x, y of each point */
    size_t points, point_room;
    size_t *ends; /* of each ring: the points up to its last one */
    size_t count, room;
} ct_rings;

typedef struct ct_bounds {
    double west, south, east, north;
} ct_bounds;

typedef struct ct_shape {
    uint32_t area;
    ct_bounds bounds;
    ct_rings rings; /* none: it is a disc */
    ct_point centre;
    double radius_m;
} ct_shape;

struct ct_areas {
    ct_frame frame;
    ct_ids *names;
    ct_shape *shapes;
    size_t count, room;
};

void ct_rings_clear(ct_rings *rings); /* empties it for the next polygon */
void ct_rings_release(ct_rings *rings);
/* Room for `more` points behind the last one. */
CT_MUST_CHECK ct_status ct_rings_reserve(ct_rings *rings, size_t more, ct_err *err);
/* Ends a ring with the points since the last end. CT_ERANGE: it is not closed, or has less than
 * four points. */
CT_MUST_CHECK ct_status ct_rings_end(ct_rings *rings, ct_err *err);

/* Makes the rings fit for a plane: in degrees, their longitudes go on across the antimeridian, and
 * holes lie where the outer ring does. CT_ERANGE: a position out of range, or a ring that goes
 * round a pole. */
CT_MUST_CHECK ct_status ct_rings_unroll(ct_rings *rings, ct_frame frame, ct_err *err);

/* CT_ERANGE with the reason unless the rings make a valid polygon (OGC 06-103r4, 6.1.11). */
CT_MUST_CHECK ct_status ct_rings_check(const ct_rings *rings, ct_err *err);

/* Adds a polygon of rings, which are unrolled on the way; they are taken on success only. */
CT_MUST_CHECK ct_status ct_areas_add_rings(ct_areas *areas, ct_str name, ct_rings *rings,
                                           ct_err *err);

#endif
