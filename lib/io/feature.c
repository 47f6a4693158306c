#include "feature.h"

#include <math.h>
#include <string.h>

#include "contrace/number.h"

void ct_feature_of(struct ct_feature *feature, const ct_schema *schema)
{
    const char *const names[] = {"lon", "lat", "end_lon", "end_lat"};
    size_t *const offsets[] = {&feature->lon, &feature->lat, &feature->end_lon, &feature->end_lat};
    size_t found = 0;
    for (size_t n = 0; n < 4; n++)
        for (size_t i = 0; i < schema->col_count; i++)
            if (strcmp(schema->cols[i].name, names[n]) == 0) {
                *offsets[n] = schema->cols[i].offset;
                found |= (size_t)1 << n;
            }
    feature->has_position = (found & 3) == 3;
    feature->has_end = found == 15;
}

static double number_at(const void *record, size_t offset)
{
    double value;
    memcpy(&value, (const char *)record + offset, sizeof value);
    return value;
}

static char *put(char *at, ct_str text)
{
    memcpy(at, text.ptr, text.len);
    return at + text.len;
}

static char *put_position(char *at, double lon, double lat)
{
    *at++ = '[';
    at += ct_format_double(at, lon);
    *at++ = ',';
    at += ct_format_double(at, lat);
    *at++ = ']';
    return at;
}

static char *put_pair(char *at, const double from[2], const double to[2])
{
    *at++ = '[';
    at = put_position(at, from[0], from[1]);
    *at++ = ',';
    at = put_position(at, to[0], to[1]);
    *at++ = ']';
    return at;
}

static char *put_line(char *at, const double from[2], const double to[2])
{
    if (fabs(from[0] - to[0]) <= 180) {
        at = put(at, CT_STR("{\"type\":\"LineString\",\"coordinates\":"));
        at = put_pair(at, from, to);
        return put(at, CT_STR("}"));
    }
    /* RFC 7946, 3.1.9 */
    const double side = from[0] < 0 ? -180 : 180;
    const double span = 360 - fabs(from[0] - to[0]);
    const double share = span > 0 ? fabs(side - from[0]) / span : 0;
    const double lat = ct_round(from[1] + share * (to[1] - from[1]), 7);
    const double here[2] = {side, lat}, there[2] = {-side, lat};
    at = put(at, CT_STR("{\"type\":\"MultiLineString\",\"coordinates\":["));
    at = put_pair(at, from, here);
    *at++ = ',';
    at = put_pair(at, there, to);
    return put(at, CT_STR("]}"));
}

static char *put_geometry(const struct ct_feature *feature, const void *record, char *at)
{
    double from[2] = {NAN, NAN}, to[2];
    if (feature->has_position) {
        from[0] = number_at(record, feature->lon);
        from[1] = number_at(record, feature->lat);
    }
    if (isnan(from[0]) || isnan(from[1]))
        return put(at, CT_STR("null"));
    to[0] = feature->has_end ? number_at(record, feature->end_lon) : from[0];
    to[1] = feature->has_end ? number_at(record, feature->end_lat) : from[1];
    const bool lies = isnan(to[0]) || isnan(to[1]) || (from[0] == to[0] && from[1] == to[1]);
    if (!lies)
        return put_line(at, from, to);
    at = put(at, CT_STR("{\"type\":\"Point\",\"coordinates\":"));
    at = put_position(at, from[0], from[1]);
    return put(at, CT_STR("}"));
}

char *ct_feature_open(const struct ct_feature *feature, const void *record, char *at)
{
    at = put(at, CT_STR("{\"type\":\"Feature\",\"geometry\":"));
    at = put_geometry(feature, record, at);
    return put(at, CT_STR(",\"properties\":"));
}
