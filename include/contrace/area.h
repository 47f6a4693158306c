/* contrace/area.h -- named areas, polygons with holes and discs, and which of them hold a position.
 *
 * Borders are inside. An edge is straight in the coordinates it is given in, as RFC 7946 (3.1.1)
 * has it, and not along the geodesic. Across the antimeridian a polygon may be cut in two (RFC
 * 7946, 3.1.9), or go on past 180 degrees (170, 190), or jump (170, -170): an edge of more than 180
 * and less than 360 degrees of longitude is taken to go the short way round.
 *
 * Units:     degrees on WGS 84 or planar metres, as ct_frame says.
 * Errors:    CT_ERANGE for a text or shape that is no area, with the reason; CT_ENOMEM. The set is
 *            then as it was, unless said otherwise.
 * Ownership: names and shapes are copied in; names are lent until the set is freed.
 * Threads:   a set has one writer, or many readers; each thread asks through a finder of its own.
 * Source:    GeoJSON: RFC 7946. WKT: OGC 06-103r4 (Simple feature access, 1), clause 7. */
#ifndef CONTRACE_AREA_H
#define CONTRACE_AREA_H

#include <stdbool.h>

#include "contrace/schema.h"

/* Shapes that have one name are one area. Areas are numbered in the order of their first shape. */
typedef struct ct_areas ct_areas;

#define CT_AREA_RADIUS_MAX 1e5 /* metres: past it the chord is no longer the distance to 1 m */

CT_MUST_CHECK ct_status ct_areas_new(ct_areas **out, ct_frame frame, ct_err *err);
void ct_areas_free(ct_areas *areas); /* NULL is allowed; no finder of it may be left */

/* Adds the polygons of a WKT text: POLYGON, MULTIPOLYGON, a collection of them, and POINT, which is
 * a disc of radius_m (NAN: none is known, and a point is at fault). A prefix "SRID=n;" is passed
 * over. Some polygons may have been added when it fails. */
CT_MUST_CHECK ct_status ct_areas_add_wkt(ct_areas *areas, ct_str name, ct_str wkt, double radius_m,
                                         ct_err *err);

/* Adds what lies within 0..CT_AREA_RADIUS_MAX metres of a position. */
CT_MUST_CHECK ct_status ct_areas_add_disc(ct_areas *areas, ct_str name, double x, double y,
                                          double radius_m, ct_err *err);

/* Adds the polygons and points of a GeoJSON text: a FeatureCollection, a Feature or a geometry, or
 * a sequence of them (RFC 8142, and one a line). A feature's name is the first of its properties
 * place_id, name, id and its own id; its radius_m is the property of that name. Reasons name the
 * feature, from 1; some may have been added when it fails. */
CT_MUST_CHECK ct_status ct_areas_add_geojson(ct_areas *areas, ct_str text, ct_err *err);

ct_frame ct_areas_frame(const ct_areas *areas);
size_t ct_areas_count(const ct_areas *areas);
ct_str ct_areas_name(const ct_areas *areas, size_t area); /* may be empty; area < count */

/* What one thread asks the set with; it is made when the set is whole, and holds copies of its
 * shapes. */
typedef struct ct_area_finder ct_area_finder;

CT_MUST_CHECK ct_status ct_area_finder_new(ct_area_finder **out, const ct_areas *areas,
                                           ct_err *err);
void ct_area_finder_free(ct_area_finder *finder); /* NULL is allowed */

/* The areas that hold x, y, which is no NAN and in range: their numbers, ascending, lent until the
 * next call. -180 and 180 degrees are one meridian, and a pole is on every meridian. CT_ENOMEM. */
CT_MUST_CHECK ct_status ct_areas_at(ct_area_finder *finder, double x, double y,
                                    const uint32_t **areas, size_t *count, ct_err *err);

#endif
