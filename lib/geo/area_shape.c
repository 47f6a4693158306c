#include "area_shape.h"

#include <stdlib.h>

void ct_rings_clear(ct_rings *rings)
{
    rings->points = rings->count = 0;
}

void ct_rings_release(ct_rings *rings)
{
    free(rings->xy);
    free(rings->ends);
    *rings = (ct_rings){0};
}

ct_status ct_rings_reserve(ct_rings *rings, size_t more, ct_err *err)
{
    if (more <= rings->point_room - rings->points)
        return CT_OK;
    const size_t room = 2 * rings->points + more;
    double *xy = realloc(rings->xy, 2 * room * sizeof *xy);
    if (xy == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for a polygon of %zu points", room);
    rings->xy = xy;
    rings->point_room = room;
    return CT_OK;
}

static size_t begin_of(const ct_rings *rings, size_t ring)
{
    return ring == 0 ? 0 : rings->ends[ring - 1];
}

ct_status ct_rings_end(ct_rings *rings, ct_err *err)
{
    const size_t begin = begin_of(rings, rings->count);
    if (rings->points - begin < 4)
        return ct_fail(err, CT_ERANGE, "a ring of less than four positions");
    const double *first = &rings->xy[2 * begin], *last = &rings->xy[2 * (rings->points - 1)];
    if (first[0] != last[0] || first[1] != last[1])
        return ct_fail(err, CT_ERANGE, "a ring that does not end where it begins");
    if (rings->count == rings->room) {
        const size_t room = 2 * rings->room + 4;
        size_t *ends = realloc(rings->ends, room * sizeof *ends);
        if (ends == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory for a polygon of %zu rings", room);
        rings->ends = ends;
        rings->room = room;
    }
    rings->ends[rings->count++] = rings->points;
    return CT_OK;
}

/* A step of 360 degrees is no crossing: a strip round the whole earth has them at its ends. */
static bool crosses(double step)
{
    return fabs(step) > 180 && fabs(step) < 360;
}

static ct_status unroll_ring(double *xy, size_t points, ct_err *err)
{
    bool crossing = false;
    for (size_t i = 1; i < points; i++)
        crossing = crossing || crosses(xy[2 * i] - xy[2 * i - 2]);
    if (!crossing)
        return CT_OK;
    double shift = 0, before = xy[0];
    for (size_t i = 1; i < points; i++) {
        const double step = xy[2 * i] - before;
        before = xy[2 * i];
        if (fabs(step) > 180)
            shift -= copysign(360, step);
        xy[2 * i] += shift;
    }
    if (shift != 0)
        return ct_fail(err, CT_ERANGE,
                       "a ring that goes round a pole: cut it along the antimeridian");
    return CT_OK;
}

struct span {
    double least, most;
};

static struct span span_of(const double *xy, size_t points)
{
    struct span span = {xy[0], xy[0]};
    for (size_t i = 1; i < points; i++) {
        span.least = fmin(span.least, xy[2 * i]);
        span.most = fmax(span.most, xy[2 * i]);
    }
    return span;
}

/* Moves a hole by whole turns to where the outer ring is. */
static void shift_into(double *xy, size_t points, struct span outer)
{
    const struct span hole = span_of(xy, points);
    for (int turn = -1; turn <= 1; turn += 2) {
        const double shift = 360.0 * turn;
        const bool inside = hole.least >= outer.least && hole.most <= outer.most;
        if (inside || hole.least + shift < outer.least || hole.most + shift > outer.most)
            continue;
        for (size_t i = 0; i < points; i++)
            xy[2 * i] += shift;
        return;
    }
}

static ct_status check_range(const ct_rings *rings, ct_err *err)
{
    for (size_t i = 0; i < rings->points; i++) {
        const double lon = rings->xy[2 * i], lat = rings->xy[2 * i + 1];
        if (!(fabs(lat) <= 90))
            return ct_fail(err, CT_ERANGE,
                           "lat out of range -90..90: %g (positions are lon, lat in degrees)", lat);
        if (!(fabs(lon) <= 360))
            return ct_fail(err, CT_ERANGE,
                           "lon out of range -360..360: %g (positions are lon, lat in degrees)",
                           lon);
    }
    return CT_OK;
}

ct_status ct_rings_unroll(ct_rings *rings, ct_frame frame, ct_err *err)
{
    if (frame == CT_FRAME_PLANAR)
        return CT_OK;
    CT_TRY(check_range(rings, err));
    struct span outer = {0};
    for (size_t ring = 0; ring < rings->count; ring++) {
        const size_t begin = begin_of(rings, ring), points = rings->ends[ring] - begin;
        double *xy = &rings->xy[2 * begin];
        CT_TRY(unroll_ring(xy, points, err));
        if (ring == 0)
            outer = span_of(xy, points);
        else
            shift_into(xy, points, outer);
    }
    return CT_OK;
}
