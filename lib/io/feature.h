/* feature.h -- a record as a GeoJSON Feature (RFC 7946): a point, or a line from its position to
 * its end position. */
#ifndef CONTRACE_IO_FEATURE_H
#define CONTRACE_IO_FEATURE_H

#include <stdbool.h>

#include "contrace/schema.h"

struct ct_feature {
    bool has_position, has_end;        /* the schema has lon, lat; end_lon, end_lat */
    size_t lon, lat, end_lon, end_lat; /* offsets */
};

enum { CT_FEATURE_ROOM = 400 }; /* bytes that it takes besides the properties, at the most */

void ct_feature_of(struct ct_feature *feature, const ct_schema *schema);

/* Writes what stands before the properties, which are a JSON object; behind them comes a '}'. A
 * record without a position has the geometry null. A line across the antimeridian is cut there. */
char *ct_feature_open(const struct ct_feature *feature, const void *record, char *at);

#endif
