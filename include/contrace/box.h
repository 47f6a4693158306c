/* contrace/box.h -- an upright box of positions, its edges included.
 *
 * Units:     degrees on WGS 84 or planar metres, as ct_frame says.
 * Errors:    as said at each function.
 * Ownership: all by value.
 * Threads:   safe. */
#ifndef CONTRACE_BOX_H
#define CONTRACE_BOX_H

#include <stdbool.h>

#include "contrace/schema.h"

/* From west to east and from south to north. In degrees, a west that is greater than east crosses
 * the antimeridian. */
typedef struct ct_box {
    double west, south, east, north;
} ct_box;

/* Reads WEST,SOUTH,EAST,NORTH. CT_ERANGE: not four numbers, or south of more than north. */
CT_MUST_CHECK ct_status ct_box_parse(ct_str text, ct_box *out, ct_err *err);

/* CT_ERANGE unless the box can be one of positions of the frame: degrees in range; on a plane, west
 * not greater than east. */
CT_MUST_CHECK ct_status ct_box_check(const ct_box *box, ct_frame frame, ct_err *err);

/* Is x, y, which is no NAN, in the box, which fits the frame? -180 and 180 degrees are one
 * meridian, and a pole is on every meridian. */
bool ct_box_holds(const ct_box *box, ct_frame frame, double x, double y);

#endif
