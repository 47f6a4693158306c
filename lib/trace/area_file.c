#include "contrace/area_file.h"

#include <strings.h>

#include "contrace/reader.h"
#include "contrace/source.h"

#include "columns.h"

enum { FILE_MOST = 1 << 30, BLOCK = 64 << 10 };

typedef struct area_row {
    ct_str name, wkt;
    double x, y, radius_m;
} area_row;

static const ct_col cols[] = {
    {.name = "name", .kind = CT_KIND_TEXT, .offset = offsetof(area_row, name)},
    {.name = "wkt", .kind = CT_KIND_TEXT, .offset = offsetof(area_row, wkt)},
    CT_COLS_POSITION(area_row, x, y, 0, "", ""),
    {.name = "radius_m",
     .kind = CT_KIND_NUMBER,
     .offset = offsetof(area_row, radius_m),
     .least = 0,
     .most = CT_AREA_RADIUS_MAX},
};

static const ct_schema schema = {"area", sizeof(area_row), cols, sizeof cols / sizeof *cols};
static const ct_schema *const schemas[] = {&schema};

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})
static const ct_rename renames[] = {
    {"name", NAMES("place_id", "name", "id")},
    {"wkt", NAMES("wkt", "WKT", "geometry", "geom", "the_geom")},
};

static ct_status take_row(ct_areas *areas, const area_row *row, ct_err *err)
{
    if (row->wkt.len > 0)
        return ct_areas_add_wkt(areas, row->name, row->wkt, row->radius_m, err);
    if (isnan(row->x) || isnan(row->y))
        return ct_fail(err, CT_ERANGE, "neither wkt nor a position");
    return ct_areas_add_disc(areas, row->name, row->x, row->y, row->radius_m, err);
}

static ct_status check_header(const ct_reader *reader, const char *name, ct_frame frame,
                              ct_err *err)
{
    const bool degrees = ct_reader_has(reader, "lon"), metres = ct_reader_has(reader, "x_m");
    if (!ct_reader_has(reader, "wkt") && !degrees && !metres)
        return ct_fail(err, CT_EINPUT,
                       "%s: no areas: neither GeoJSON, nor WKT, nor a column wkt, nor lon, lat and "
                       "radius_m",
                       name);
    if (frame == CT_FRAME_PLANAR ? degrees : metres)
        return ct_fail(err, CT_EINPUT, "%s: areas at %s, positions at %s", name,
                       degrees ? "lon,lat" : "x_m,y_m", degrees ? "x_m,y_m" : "lon,lat");
    return CT_OK;
}

static ct_status take_rows(ct_areas *areas, ct_reader *reader, ct_err *err)
{
    area_row row;
    ct_status status;
    while ((status = ct_reader_next(reader, &row, err)) == CT_OK) {
        ct_err why;
        status = take_row(areas, &row, &why);
        if (status != CT_OK) {
            const char *file;
            uint64_t line;
            ct_reader_where(reader, &file, &line);
            return ct_fail(err, status, "%s:%llu: %s", file, (unsigned long long)line, why.text);
        }
    }
    return status == CT_END ? CT_OK : status;
}

static ct_status parse_table(ct_areas *areas, const char *name, ct_str text, ct_err *err)
{
    const ct_reader_options options = {
        .schemas = schemas,
        .schema_count = 1,
        .renames = renames,
        .rename_count = sizeof renames / sizeof *renames,
    };
    ct_reader *reader = NULL;
    CT_TRY(ct_reader_open_memory(&reader, &options, name, text, err));
    ct_status status = check_header(reader, name, ct_areas_frame(areas), err);
    if (status == CT_OK)
        status = take_rows(areas, reader, err);
    ct_reader_free(reader);
    return status;
}

static ct_str without_blanks(ct_str line)
{
    while (line.len > 0 && strchr(" \t\r", line.ptr[line.len - 1]) != NULL)
        line.len--;
    return line;
}

static ct_status parse_lines(ct_areas *areas, const char *name, ct_str text, ct_err *err)
{
    const char *at = text.ptr, *const end = text.ptr + text.len;
    for (size_t number = 1; at < end; number++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (stop == NULL)
            stop = end;
        const ct_str line = without_blanks((ct_str){at, (size_t)(stop - at)});
        ct_err why;
        const ct_status status =
            line.len > 0 ? ct_areas_add_wkt(areas, (ct_str){0}, line, NAN, &why) : CT_OK;
        if (status != CT_OK)
            return ct_fail(err, status, "%s:%zu: %s", name, number, why.text);
        at = stop + 1;
    }
    return CT_OK;
}

static bool begins_as_wkt(ct_str text)
{
    static const char *const words[] = {"POLYGON", "MULTIPOLYGON", "GEOMETRYCOLLECTION",
                                        "POINT",   "LINESTRING",   "SRID="};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const size_t len = strlen(words[i]);
        if (text.len > len && strncasecmp(text.ptr, words[i], len) == 0)
            return words[i][len - 1] == '=' || strchr(" (\t", text.ptr[len]) != NULL;
    }
    return false;
}

/* {"type": "Feature..."} and no NDJSON, whose first record is closed on its first line. */
static bool begins_as_geojson(ct_str text)
{
    static const char *const types[] = {"\"FeatureCollection\"", "\"Feature\"", "\"coordinates\"",
                                        "\"geometries\""};
    if (text.len == 0 || text.ptr[0] != '{')
        return false;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (memmem(text.ptr, text.len, types[i], strlen(types[i])) != NULL)
            return true;
    return false;
}

static ct_str without_bom(ct_str text)
{
    const bool has = text.len >= 3 && memcmp(text.ptr, "\xEF\xBB\xBF", 3) == 0;
    return has ? (ct_str){text.ptr + 3, text.len - 3} : text;
}

static ct_str without_head(ct_str text)
{
    while (text.len > 0 && strchr(" \t\r\n", text.ptr[0]) != NULL)
        text = (ct_str){text.ptr + 1, text.len - 1};
    return text;
}

static ct_status parse_into(ct_areas *areas, const char *name, ct_str text, ct_err *err)
{
    text = without_bom(text);
    const ct_str body = without_head(text);
    ct_err why;
    if (begins_as_wkt(body))
        return parse_lines(areas, name, text, err);
    if (!begins_as_geojson(body))
        return parse_table(areas, name, text, err);
    const ct_status status = ct_areas_add_geojson(areas, text, &why);
    return status == CT_OK ? CT_OK : ct_fail(err, status, "%s: %s", name, why.text);
}

ct_status ct_areas_parse(ct_areas **out, const char *name, ct_str text, ct_frame frame, ct_err *err)
{
    ct_areas *areas = NULL;
    CT_TRY(ct_areas_new(&areas, frame, err));
    ct_err why;
    ct_status status = parse_into(areas, name, text, &why);
    if (status == CT_OK && ct_areas_count(areas) == 0)
        status = ct_fail(&why, CT_EINPUT, "%s: no areas", name);
    if (status == CT_OK) {
        *out = areas;
        return CT_OK;
    }
    ct_areas_free(areas);
    const bool is_fault = status == CT_ERANGE || status == CT_EROW;
    return ct_fail(err, is_fault ? CT_EINPUT : status, "%s", why.text);
}

static ct_status read_all(ct_source *source, ct_buf *text, ct_err *err)
{
    for (;;) {
        size_t got = 0;
        CT_TRY(ct_buf_reserve(text, BLOCK, err));
        CT_TRY(ct_source_read(source, text->ptr + text->len, BLOCK, &got, err));
        if (got == 0)
            return CT_OK;
        text->len += got;
        if (text->len > FILE_MOST)
            return ct_fail(err, CT_EINPUT, "%s: more than 1 GiB of areas", ct_source_name(source));
    }
}

ct_status ct_areas_read(ct_areas **out, const char *path, ct_frame frame, ct_err *err)
{
    ct_source *source = NULL;
    CT_TRY(ct_source_open(&source, path, err));
    ct_buf text = {0};
    ct_status status = read_all(source, &text, err);
    if (status == CT_OK)
        status = ct_areas_parse(out, ct_source_name(source), ct_buf_str(&text), frame, err);
    ct_buf_release(&text);
    ct_source_free(source);
    return status;
}
