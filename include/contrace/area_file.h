/* contrace/area_file.h -- files of areas and venues.
 *
 * A file is GeoJSON; or CSV or NDJSON with a column wkt (or WKT, geometry, geom, the_geom), or with
 * lon, lat (x_m, y_m on a plane) and radius_m, and a name in place_id, name or id; or WKT alone,
 * one area a line, without names. Which, is seen from its first bytes; gzip is unpacked.
 *
 * Errors:    CT_EINPUT for a file with anything in it that is no area, naming file and line or
 *            feature; CT_EIO, CT_ENOMEM.
 * Ownership: all is copied.
 * Threads:   one at a time. */
#ifndef CONTRACE_AREA_FILE_H
#define CONTRACE_AREA_FILE_H

#include "contrace/area.h"

/* The areas of a file, at least one. "-" is standard input. */
CT_MUST_CHECK ct_status ct_areas_read(ct_areas **out, const char *path, ct_frame frame,
                                      ct_err *err);

/* The same over bytes lent by the caller; messages call them `name`. */
CT_MUST_CHECK ct_status ct_areas_parse(ct_areas **out, const char *name, ct_str text,
                                       ct_frame frame, ct_err *err);

#endif
