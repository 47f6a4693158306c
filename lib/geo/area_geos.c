#include <geos_c.h>
#include <stdio.h>
#include <stdlib.h>

#include "area_shape.h"

/* A GEOS context, and what it complained of last. */
struct geos {
    GEOSContextHandle_t handle;
    char complaint[160];
};

static void complain(const char *message, void *ctx)
{
    struct geos *geos = ctx;
    const char *word = strstr(message, "Exception: "); /* "ParseException: Expected..." */
    snprintf(geos->complaint, sizeof geos->complaint, "%s", word != NULL ? word + 11 : message);
}

static ct_status geos_begin(struct geos *geos, ct_err *err)
{
    geos->complaint[0] = '\0';
    geos->handle = GEOS_init_r();
    if (geos->handle == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for areas");
    GEOSContext_setErrorMessageHandler_r(geos->handle, complain, geos);
    return CT_OK;
}

static void geos_end(struct geos *geos)
{
    if (geos->handle != NULL)
        GEOS_finish_r(geos->handle);
}

static GEOSGeometry *ring_of(GEOSContextHandle_t geos, const double *xy, size_t points)
{
    GEOSCoordSequence *sequence =
        GEOSCoordSeq_copyFromBuffer_r(geos, xy, (unsigned)points, false, false);
    return sequence != NULL ? GEOSGeom_createLinearRing_r(geos, sequence) : NULL;
}

static GEOSGeometry *polygon_of(GEOSContextHandle_t geos, const ct_rings *rings)
{
    GEOSGeometry **made = calloc(rings->count, sizeof(GEOSGeometry *));
    GEOSGeometry *polygon = NULL;
    size_t count = 0;
    while (made != NULL && count < rings->count) {
        const size_t begin = count > 0 ? rings->ends[count - 1] : 0;
        made[count] = ring_of(geos, &rings->xy[2 * begin], rings->ends[count] - begin);
        if (made[count] == NULL)
            break;
        count++;
    }
    if (count == rings->count) /* the polygon takes the rings, whether it can be made or not */
        polygon = GEOSGeom_createPolygon_r(geos, made[0], made + 1, (unsigned)count - 1);
    else
        while (count > 0)
            GEOSGeom_destroy_r(geos, made[--count]);
    free(made);
    return polygon;
}

ct_status ct_rings_check(const ct_rings *rings, ct_err *err)
{
    struct geos geos;
    CT_TRY(geos_begin(&geos, err));
    GEOSGeometry *polygon = polygon_of(geos.handle, rings);
    char *reason = polygon != NULL ? GEOSisValidReason_r(geos.handle, polygon) : NULL;
    ct_status status = CT_OK;
    if (reason == NULL)
        status = ct_fail(err, CT_ENOMEM, "no memory for a polygon");
    else if (strcmp(reason, "Valid Geometry") != 0)
        status = ct_fail(err, CT_ERANGE, "not a valid polygon: %s (ogr2ogr -makevalid mends that)",
                         reason);
    GEOSFree_r(geos.handle, reason);
    GEOSGeom_destroy_r(geos.handle, polygon);
    geos_end(&geos);
    return status;
}

/* --- WKT --- */

/* A text on its way into the set. */
struct taking {
    ct_areas *areas;
    ct_str name;
    double radius_m;
    struct geos geos;
    ct_rings rings;
};

static ct_status take_ring(struct taking *to, const GEOSGeometry *ring, ct_err *err)
{
    GEOSContextHandle_t geos = to->geos.handle;
    ct_rings *rings = &to->rings;
    const GEOSCoordSequence *sequence = GEOSGeom_getCoordSeq_r(geos, ring);
    unsigned points = 0;
    if (sequence == NULL || GEOSCoordSeq_getSize_r(geos, sequence, &points) != 1)
        return ct_fail(err, CT_ENOMEM, "no memory for a polygon");
    CT_TRY(ct_rings_reserve(rings, points, err));
    double *xy = &rings->xy[2 * rings->points];
    if (GEOSCoordSeq_copyToBuffer_r(geos, sequence, xy, false, false) != 1)
        return ct_fail(err, CT_ENOMEM, "no memory for a polygon");
    rings->points += points;
    return ct_rings_end(rings, err);
}

static ct_status take_polygon(struct taking *to, const GEOSGeometry *polygon, ct_err *err)
{
    GEOSContextHandle_t geos = to->geos.handle;
    if (GEOSisEmpty_r(geos, polygon) != 0)
        return ct_fail(err, CT_ERANGE, "a polygon without positions");
    ct_rings_clear(&to->rings);
    CT_TRY(take_ring(to, GEOSGetExteriorRing_r(geos, polygon), err));
    const int holes = GEOSGetNumInteriorRings_r(geos, polygon);
    for (int i = 0; i < holes; i++)
        CT_TRY(take_ring(to, GEOSGetInteriorRingN_r(geos, polygon, i), err));
    return ct_areas_add_rings(to->areas, to->name, &to->rings, err);
}

static ct_status take_point(struct taking *to, const GEOSGeometry *point, ct_err *err)
{
    double x, y;
    if (GEOSGeomGetX_r(to->geos.handle, point, &x) != 1 ||
        GEOSGeomGetY_r(to->geos.handle, point, &y) != 1)
        return ct_fail(err, CT_ERANGE, "a point without position");
    return ct_areas_add_disc(to->areas, to->name, x, y, to->radius_m, err);
}

/* Goes as deep as the WKT reader itself went. */
static ct_status take_geometry(struct taking *to, const GEOSGeometry *geometry, ct_err *err)
{
    GEOSContextHandle_t geos = to->geos.handle;
    switch (GEOSGeomTypeId_r(geos, geometry)) {
    case GEOS_POLYGON:
        return take_polygon(to, geometry, err);
    case GEOS_POINT:
        return take_point(to, geometry, err);
    case GEOS_MULTIPOINT:
    case GEOS_MULTIPOLYGON:
    case GEOS_GEOMETRYCOLLECTION:
        break;
    default:
        return ct_fail(err, CT_ERANGE, "neither polygons nor a point with a radius_m");
    }
    const int parts = GEOSGetNumGeometries_r(geos, geometry);
    if (parts == 0)
        return ct_fail(err, CT_ERANGE, "a geometry of no parts");
    for (int i = 0; i < parts; i++)
        CT_TRY(take_geometry(to, GEOSGetGeometryN_r(geos, geometry, i), err));
    return CT_OK;
}

/* Passes over "SRID=4326;", PostGIS's prefix. */
static const char *without_srid(const char *text)
{
    const char *end = strncmp(text, "SRID=", 5) == 0 ? strchr(text, ';') : NULL;
    return end != NULL ? end + 1 : text;
}

static ct_status read_wkt(struct taking *to, const char *text, ct_err *err)
{
    GEOSContextHandle_t geos = to->geos.handle;
    GEOSWKTReader *reader = GEOSWKTReader_create_r(geos);
    if (reader == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for an area");
    GEOSGeometry *geometry = GEOSWKTReader_read_r(geos, reader, without_srid(text));
    const ct_status status = geometry != NULL
                                 ? take_geometry(to, geometry, err)
                                 : ct_fail(err, CT_ERANGE, "not WKT: %s", to->geos.complaint);
    GEOSGeom_destroy_r(geos, geometry);
    GEOSWKTReader_destroy_r(geos, reader);
    return status;
}

ct_status ct_areas_add_wkt(ct_areas *areas, ct_str name, ct_str wkt, double radius_m, ct_err *err)
{
    struct taking to = {.areas = areas, .name = name, .radius_m = radius_m};
    char *text = malloc(wkt.len + 1);
    if (text == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for an area");
    if (wkt.len > 0)
        memcpy(text, wkt.ptr, wkt.len);
    text[wkt.len] = '\0';
    ct_status status = geos_begin(&to.geos, err);
    if (status == CT_OK)
        status = read_wkt(&to, text, err);
    geos_end(&to.geos);
    ct_rings_release(&to.rings);
    free(text);
    return status;
}

/* --- What holds a position --- */

struct ct_area_finder {
    const ct_areas *areas;
    struct geos geos;
    GEOSSTRtree *tree;
    struct part {
        const ct_shape *shape;
        GEOSGeometry *geometry; /* of a disc: its bounds */
        const GEOSPreparedGeometry *prepared;
    } * parts;
    uint32_t *hits;
    size_t hit_count;
    /* the position that is asked for */
    const GEOSGeometry *point;
    ct_point at;
    bool failed;
};

static ct_status prepare(ct_area_finder *finder, struct part *part, ct_err *err)
{
    GEOSContextHandle_t geos = finder->geos.handle;
    const ct_bounds *b = &part->shape->bounds;
    const bool disc = part->shape->rings.count == 0;
    part->geometry = disc ? GEOSGeom_createRectangle_r(geos, b->west, b->south, b->east, b->north)
                          : polygon_of(geos, &part->shape->rings);
    if (part->geometry == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for areas");
    if (!disc) {
        part->prepared = GEOSPrepare_r(geos, part->geometry);
        if (part->prepared == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory for areas");
    }
    GEOSSTRtree_insert_r(geos, finder->tree, part->geometry, part);
    return CT_OK;
}

static ct_status fill(ct_area_finder *finder, ct_err *err)
{
    enum { NODE = 10 };
    const size_t count = finder->areas->count;
    CT_TRY(geos_begin(&finder->geos, err));
    finder->tree = GEOSSTRtree_create_r(finder->geos.handle, NODE);
    finder->parts = calloc(count + 1, sizeof *finder->parts);
    finder->hits = calloc(count + 1, sizeof *finder->hits);
    if (finder->tree == NULL || finder->parts == NULL || finder->hits == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for areas");
    for (size_t i = 0; i < count; i++) {
        finder->parts[i].shape = &finder->areas->shapes[i];
        CT_TRY(prepare(finder, &finder->parts[i], err));
    }
    return CT_OK;
}

ct_status ct_area_finder_new(ct_area_finder **out, const ct_areas *areas, ct_err *err)
{
    ct_area_finder *finder = calloc(1, sizeof *finder);
    if (finder == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for areas");
    finder->areas = areas;
    const ct_status status = fill(finder, err);
    if (status != CT_OK) {
        ct_area_finder_free(finder);
        return status;
    }
    *out = finder;
    return CT_OK;
}

void ct_area_finder_free(ct_area_finder *finder)
{
    if (finder == NULL)
        return;
    GEOSContextHandle_t geos = finder->geos.handle;
    for (size_t i = 0; finder->parts != NULL && i < finder->areas->count; i++) {
        if (finder->parts[i].prepared != NULL)
            GEOSPreparedGeom_destroy_r(geos, finder->parts[i].prepared);
        if (finder->parts[i].geometry != NULL)
            GEOSGeom_destroy_r(geos, finder->parts[i].geometry);
    }
    if (finder->tree != NULL)
        GEOSSTRtree_destroy_r(geos, finder->tree);
    geos_end(&finder->geos);
    free(finder->parts);
    free(finder->hits);
    free(finder);
}

/* Keeps the hits ascending, each once. */
static void hit(ct_area_finder *finder, uint32_t area)
{
    size_t i = finder->hit_count;
    while (i > 0 && finder->hits[i - 1] > area)
        i--;
    if (i > 0 && finder->hits[i - 1] == area)
        return;
    memmove(&finder->hits[i + 1], &finder->hits[i], (finder->hit_count - i) * sizeof *finder->hits);
    finder->hits[i] = area;
    finder->hit_count++;
}

static void try_part(void *item, void *ctx)
{
    ct_area_finder *finder = ctx;
    const struct part *part = item;
    const ct_shape *shape = part->shape;
    bool inside;
    if (part->prepared == NULL) {
        inside =
            ct_distance_squared(finder->at, shape->centre) <= shape->radius_m * shape->radius_m;
    } else {
        const char answer =
            GEOSPreparedIntersects_r(finder->geos.handle, part->prepared, finder->point);
        finder->failed = finder->failed || answer > 1;
        inside = answer == 1;
    }
    if (inside)
        hit(finder, shape->area);
}

static void ask(ct_area_finder *finder, double x, double y)
{
    GEOSGeometry *point = GEOSGeom_createPointFromXY_r(finder->geos.handle, x, y);
    finder->point = point;
    finder->failed = finder->failed || point == NULL;
    if (point != NULL)
        GEOSSTRtree_query_r(finder->geos.handle, finder->tree, point, try_part, finder);
    GEOSGeom_destroy_r(finder->geos.handle, point);
}

/* A shape that reaches the pole holds it, at whatever longitude. */
static void ask_pole(ct_area_finder *finder, double y)
{
    for (size_t i = 0; i < finder->areas->count; i++) {
        const struct part *part = &finder->parts[i];
        const ct_bounds *b = &part->shape->bounds;
        if (part->prepared == NULL)
            try_part(&finder->parts[i], finder);
        else if (y > 0 ? b->north >= 90 : b->south <= -90)
            hit(finder, part->shape->area);
    }
}

ct_status ct_areas_at(ct_area_finder *finder, double x, double y, const uint32_t **areas,
                      size_t *count, ct_err *err)
{
    finder->hit_count = 0;
    finder->failed = false;
    finder->at = ct_point_at(finder->areas->frame, x, y);
    if (finder->areas->frame == CT_FRAME_PLANAR) {
        ask(finder, x, y);
    } else if (fabs(y) == 90) {
        ask_pole(finder, y);
    } else { /* a polygon may go on past the antimeridian */
        for (int turn = -1; turn <= 1; turn++)
            ask(finder, x + 360.0 * turn, y);
    }
    if (finder->failed)
        return ct_fail(err, CT_ENOMEM, "no memory to tell which areas hold a position");
    *areas = finder->hits;
    *count = finder->hit_count;
    return CT_OK;
}
