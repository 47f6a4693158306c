#include <cjson/cJSON.h>
#include <stdio.h>

#include "contrace/number.h"

#include "area_shape.h"

/* One feature on its way into the set. */
struct feature {
    ct_areas *areas;
    ct_str name;
    char number[CT_NUMBER_MAX]; /* holds a name that is a number */
    double radius_m;
    ct_rings rings;
};

enum { DEEPEST = 16 }; /* of collections in collections */

static const cJSON *member(const cJSON *of, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(of, name);
}

static bool is_type(const cJSON *of, const char *type)
{
    const char *text = cJSON_GetStringValue(member(of, "type"));
    return text != NULL && strcmp(text, type) == 0;
}

static bool take_position(const cJSON *position, double xy[2])
{
    const cJSON *x = cJSON_IsArray(position) ? position->child : NULL;
    const cJSON *y = x != NULL ? x->next : NULL;
    if (x == NULL || y == NULL || !cJSON_IsNumber(x) || !cJSON_IsNumber(y))
        return false;
    xy[0] = x->valuedouble;
    xy[1] = y->valuedouble;
    return isfinite(xy[0]) && isfinite(xy[1]);
}

static ct_status take_ring(ct_rings *rings, const cJSON *ring, ct_err *err)
{
    const cJSON *position;
    cJSON_ArrayForEach(position, ring)
    {
        CT_TRY(ct_rings_reserve(rings, 1, err));
        if (!take_position(position, &rings->xy[2 * rings->points]))
            return ct_fail(err, CT_ERANGE, "a position that is not [lon, lat]");
        rings->points++;
    }
    return ct_rings_end(rings, err);
}

static ct_status take_polygon(struct feature *feature, const cJSON *coordinates, ct_err *err)
{
    const cJSON *ring;
    ct_rings_clear(&feature->rings);
    cJSON_ArrayForEach(ring, coordinates)
    {
        CT_TRY(take_ring(&feature->rings, ring, err));
    }
    return ct_areas_add_rings(feature->areas, feature->name, &feature->rings, err);
}

static ct_status take_point(struct feature *feature, const cJSON *coordinates, ct_err *err)
{
    double xy[2];
    if (!take_position(coordinates, xy))
        return ct_fail(err, CT_ERANGE, "a position that is not [lon, lat]");
    return ct_areas_add_disc(feature->areas, feature->name, xy[0], xy[1], feature->radius_m, err);
}

typedef ct_status take_fn(struct feature *feature, const cJSON *item, ct_err *err);

static ct_status take_each(struct feature *feature, const cJSON *items, take_fn *take, ct_err *err)
{
    const cJSON *item;
    if (!cJSON_IsArray(items) || items->child == NULL)
        return ct_fail(err, CT_ERANGE, "a geometry of no parts");
    cJSON_ArrayForEach(item, items)
    {
        CT_TRY(take(feature, item, err));
    }
    return CT_OK;
}

static ct_status take_geometry(struct feature *feature, const cJSON *geometry, int depth,
                               ct_err *err)
{
    const cJSON *coordinates = member(geometry, "coordinates");
    if (is_type(geometry, "Polygon"))
        return take_polygon(feature, coordinates, err);
    if (is_type(geometry, "MultiPolygon"))
        return take_each(feature, coordinates, take_polygon, err);
    if (is_type(geometry, "Point"))
        return take_point(feature, coordinates, err);
    if (is_type(geometry, "MultiPoint"))
        return take_each(feature, coordinates, take_point, err);
    if (!is_type(geometry, "GeometryCollection") || depth == DEEPEST)
        return ct_fail(err, CT_ERANGE, "neither polygons nor a point with a radius_m");
    const cJSON *part;
    cJSON_ArrayForEach(part, member(geometry, "geometries"))
    {
        CT_TRY(take_geometry(feature, part, depth + 1, err));
    }
    return CT_OK;
}

static bool take_name(struct feature *feature, const cJSON *value)
{
    const char *text = cJSON_GetStringValue(value);
    if (text != NULL)
        feature->name = ct_str_of(text);
    else if (cJSON_IsNumber(value) && isfinite(value->valuedouble))
        feature->name =
            (ct_str){feature->number, ct_format_double(feature->number, value->valuedouble)};
    return feature->name.len > 0;
}

static void find_name(struct feature *feature, const cJSON *of)
{
    static const char *const names[] = {"place_id", "name", "id"};
    const cJSON *properties = member(of, "properties");
    feature->name = (ct_str){0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (take_name(feature, member(properties, names[i])))
            return;
    (void)take_name(feature, member(of, "id"));
}

static ct_status add_feature(struct feature *feature, const cJSON *item, int number, ct_err *err)
{
    ct_err why;
    find_name(feature, item);
    const cJSON *radius = member(member(item, "properties"), "radius_m");
    feature->radius_m = cJSON_IsNumber(radius) ? radius->valuedouble : NAN;
    const ct_status status = is_type(item, "Feature")
                                 ? take_geometry(feature, member(item, "geometry"), 0, &why)
                                 : ct_fail(&why, CT_ERANGE, "not a Feature");
    if (status == CT_OK)
        return CT_OK;
    const int shown = feature->name.len < 64 ? (int)feature->name.len : 64;
    return shown > 0 ? ct_fail(err, status, "feature %d (%.*s): %s", number, shown,
                               feature->name.ptr, why.text)
                     : ct_fail(err, status, "feature %d: %s", number, why.text);
}

/* Adds one text of JSON; *number counts the features. */
static ct_status add_root(struct feature *feature, const cJSON *root, int *number, ct_err *err)
{
    const cJSON *item;
    if (is_type(root, "Feature"))
        return add_feature(feature, root, ++*number, err);
    if (!is_type(root, "FeatureCollection"))
        return take_geometry(feature, root, 0, err);
    cJSON_ArrayForEach(item, member(root, "features"))
    {
        CT_TRY(add_feature(feature, item, ++*number, err));
    }
    return CT_OK;
}

static ct_status not_json(ct_str text, const char *at, ct_err *err)
{
    size_t line = 1;
    for (const char *c = text.ptr; at != NULL && c < at && c < text.ptr + text.len; c++)
        line += *c == '\n';
    return ct_fail(err, CT_ERANGE, "not JSON from line %zu on", line);
}

/* Passes over what stands between the texts of a sequence (RFC 8142). */
static const char *next_text(const char *at, const char *end)
{
    static const char between[] = {' ', '\t', '\r', '\n', 0x1e};
    while (at < end && memchr(between, *at, sizeof between) != NULL)
        at++;
    return at;
}

ct_status ct_areas_add_geojson(ct_areas *areas, ct_str text, ct_err *err)
{
    const char *const end = text.ptr + text.len;
    struct feature feature = {.areas = areas};
    int number = 0;
    ct_status status = CT_OK;
    for (const char *at = next_text(text.ptr, end); at < end && status == CT_OK;
         at = next_text(at, end)) {
        const char *stop = at;
        cJSON *root = cJSON_ParseWithLengthOpts(at, (size_t)(end - at), &stop, false);
        feature.radius_m = NAN;
        feature.name = (ct_str){0};
        status = root != NULL ? add_root(&feature, root, &number, err) : not_json(text, stop, err);
        cJSON_Delete(root);
        at = stop;
    }
    ct_rings_release(&feature.rings);
    return status;
}
