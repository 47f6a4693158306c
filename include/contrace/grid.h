/* contrace/grid.h -- files things by place and time, and visits every pair that is near in both.
 *
 * A thing is at a point (with a radius that bounds what else it covers) through a closed span of
 * time. Two things are near when their spans have a moment in common and their centres are no
 * further apart than distance + (radius + radius); both inclusive. Every such pair, unless both
 * stand aside, is visited exactly once, whatever the threads; the order of visits is not defined.
 * Things are added in the order of their from_us, and leave memory once nothing that is still to
 * come can meet them.
 *
 * How: things are taken in batches; a batch is filed in bands of latitude (of y when planar) as
 * high as the reach, each sorted by longitude (by x), and swept against itself and against what is
 * still alive from before. Bands and longitudes bound the chord from below everywhere on the
 * ellipsoid, the poles and the antimeridian included. Things of very different radius are filed
 * apart, by powers of four; so are those that stand aside.
 *
 * Units:     ct_frame's positions, metres, microseconds.
 * Errors:    CT_ERANGE for a thing out of order or out of range, which is left out. CT_ENOMEM, and
 *            what the visitor returns but CT_OK, end the grid: later calls only repeat it.
 * Ownership: things and their payload are copied in, and lent to the visitor until it returns.
 * Threads:   one caller; the visitor is called by the pool's workers, each with its number. */
#ifndef CONTRACE_GRID_H
#define CONTRACE_GRID_H

#include "contrace/parallel.h"
#include "contrace/space.h"

typedef struct ct_thing {
    double x, y;               /* centre, as the grid's frame says; on a plane up to 1e9 m */
    double radius_m;           /* >= 0, finite: how far from the centre it may be meant */
    int64_t from_us, until_us; /* closed */
    bool aside;                /* pairs of two that stand aside are neither looked at nor visited */
} ct_thing;

/* Gets a pair, the one that was added earlier first, and the squared distance of the centres
 * (ct_distance_squared of ct_point_at). */
typedef ct_status ct_near_fn(const void *earlier, const void *later, double distance2_m2, void *ctx,
                             unsigned worker, ct_err *err);

typedef struct ct_grid_options {
    ct_frame frame;
    double distance_m;   /* >= 0, finite */
    size_t payload_size; /* 1 to 256 bytes, a multiple of 8 */
    ct_pool *pool;       /* lent; NULL: one thread */
    ct_near_fn *visit;
    void *ctx;
} ct_grid_options;

typedef struct ct_grid ct_grid;

CT_MUST_CHECK ct_status ct_grid_new(ct_grid **out, const ct_grid_options *options, ct_err *err);
CT_MUST_CHECK ct_status ct_grid_add(ct_grid *grid, const ct_thing *thing, const void *payload,
                                    ct_err *err);
CT_MUST_CHECK ct_status ct_grid_finish(ct_grid *grid, ct_err *err); /* visits the pairs still due */
/* Forgets all things, keeps their memory, and begins anew: with any time. */
void ct_grid_restart(ct_grid *grid);
size_t ct_grid_bytes(const ct_grid *grid); /* memory held */
void ct_grid_free(ct_grid *grid);          /* NULL is allowed */

#endif
