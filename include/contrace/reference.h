/* contrace/reference.h -- what positions of other maps are on WGS 84: foreign coordinate systems,
 * and the offsets of Chinese maps.
 *
 * Units:     degrees, longitude first; planar positions in the unit of their system.
 * Errors:    as said at each function.
 * Ownership: texts are copied.
 * Threads:   a reference is used by one thread at a time.
 * Source:    PROJ, and what EPSG's registry says in it. GCJ-02 and BD-09 are not published; the
 *            formulas are those of coordtransform (github.com/wandergis/coordtransform) and
 *            eviltransform (github.com/googollee/eviltransform), which agree. */
#ifndef CONTRACE_REFERENCE_H
#define CONTRACE_REFERENCE_H

#include <stdbool.h>

#include "contrace/error.h"

typedef enum ct_datum {
    CT_DATUM_WGS84,
    CT_DATUM_GCJ02, /* Chinese maps in general, GNSS chips set for them */
    CT_DATUM_BD09,  /* Baidu's */
} ct_datum;

extern const char *const ct_datum_names[]; /* ended by NULL, in the order of the enum */

/* What a WGS 84 position is on such a map; outside of 72.004..137.8347 E, 0.8293..55.8271 N it is
 * the same. */
void ct_datum_from_wgs84(ct_datum datum, double *lon, double *lat);

/* The inverse, by iteration, to 1e-9 degrees (0.1 mm). */
void ct_datum_to_wgs84(ct_datum datum, double *lon, double *lat);

typedef struct ct_reference ct_reference;

/* Of a coordinate system as PROJ knows it: "EPSG:2326", a PROJ string, WKT; or, where crs is NULL,
 * of lon, lat of a datum. CT_ERANGE: PROJ does not know it, or cannot lead it to WGS 84. */
CT_MUST_CHECK ct_status ct_reference_new(ct_reference **out, const char *crs, ct_datum datum,
                                         ct_err *err);
void ct_reference_free(ct_reference *reference); /* NULL is allowed */

/* Are its positions x and y on a plane (else lon and lat)? x is east and y north, whatever order
 * the system itself has. */
bool ct_reference_is_planar(const ct_reference *reference);

/* Turns a position into lon, lat on WGS 84, rounded to 8 decimals (1 mm). CT_EROW: the system does
 * not reach there. */
CT_MUST_CHECK ct_status ct_reference_to_wgs84(ct_reference *reference, double *x, double *y,
                                              ct_err *err);

#endif
