#include "contrace/sighting.h"
#include "contrace/number.h"

#include "columns.h"

#define LON_MAX 180.0
#define LAT_MAX 90.0
#define E7      1e7

#define TEXT(field) offsetof(ct_sighting, field##_text)

const char *const ct_twice_names[] = {"earlier", "later", "reject", NULL};

static const ct_col cols[] = {
    {.name = "id",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_sighting, id),
     .help = "the person, as bytes: never a number (needed, unless --id or --id-from tells)"},
    {.name = "time",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_sighting, time),
     .help = "the moment: ISO 8601 or an epoch, else see --time-format"},
    {.name = "date",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_sighting, date),
     .help = "the day, if time is but a time of day: the two are read as \"date time\""},
    {.name = "end",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_sighting, end),
     .help = "when it ended, if it lasted: a call, a visit"},
    {.name = "duration",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_sighting, duration),
     .help = "how long it lasted, if there is no end: seconds, or h:mm:ss"},
    CT_COL_COORDINATE("lon", ct_sighting, x, TEXT(x), CT_COL_WGS84, LON_MAX,
                      "longitude, degrees on WGS 84"),
    /* ct_sighting_check() looks at its range */
    CT_COL_COORDINATE("lat", ct_sighting, y, TEXT(y), CT_COL_WGS84, INFINITY,
                      "latitude, degrees on WGS 84"),
    CT_COL_COORDINATE("lon_e7", ct_sighting, lon_e7, 0, CT_COL_WGS84, E7 *LON_MAX,
                      "longitude in degrees times 10,000,000, if there is no lon"),
    CT_COL_COORDINATE("lat_e7", ct_sighting, lat_e7, 0, CT_COL_WGS84, E7 *LON_MAX,
                      "latitude in degrees times 10,000,000, if there is no lat"),
    CT_COLS_PLANAR(ct_sighting, x, y, TEXT(x), TEXT(y), 0, "", ""),
    CT_COL_ACCURACY(ct_sighting, TEXT(accuracy)),
    {.name = "source",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_sighting, source),
     .help = "the feed it came from"},
    {.name = "place_id",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_sighting, place_id),
     .help = "the venue, vehicle or ward"},
    {.name = "mcc",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_sighting, mcc),
     .help = "mobile country code"},
    {.name = "mnc",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_sighting, mnc),
     .help = "mobile network code"},
    {.name = "area",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_sighting, area),
     .help = "location or tracking area code (LAC, TAC)"},
    {.name = "cell",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_sighting, cell),
     .help = "cell identity within the area (CID, ECI)"},
    {.name = "enb",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_sighting, enb),
     .help = "eNodeB, if cell is the cell within it (LTE: ECI = enb * 256 + cell)"},
    {.name = "rnc",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_sighting, rnc),
     .help = "RNC, if cell is the cell within it (UMTS: rnc * 65536 + cell)"},
    {.name = "cell_id",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_sighting, cell_id),
     .help = "the operator's own name of the cell"},
};

const ct_schema ct_sighting_schema = {"sighting", sizeof(ct_sighting), cols,
                                      sizeof cols / sizeof *cols};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The moment that a wall time of the zone means. */
static ct_status from_wall(const ct_sighting_rules *rules, int64_t wall_us, int64_t *us,
                           ct_err *err)
{
    int64_t earlier_us, later_us;
    switch (ct_zone_to_utc(rules->zone, wall_us, &earlier_us, &later_us)) {
    case CT_WALL_NEVER:
        return ct_fail(err, CT_EROW, "a wall time that never was: the clock was put forward");
    case CT_WALL_TWICE:
        if (rules->twice == CT_TWICE_REJECT)
            return ct_fail(err, CT_EROW, "a wall time that came twice: the clock was put back");
        break;
    case CT_WALL_UNIQUE:
        break;
    }
    *us = rules->twice == CT_TWICE_LATER ? later_us : earlier_us;
    return CT_OK;
}

/* The pattern of a time without separators, 202011211935 or 20201121T193500Z, in the years 1900 to
 * 2099; NULL: it is none. As epochs in milliseconds these digits would be of 1976, or of 2572 and
 * later. */
static const char *compact_pattern(ct_str text)
{
    static const struct {
        size_t digits;
        const char *plain, *with_t, *zoned;
    } forms[] = {
        {12, "%Y%m%d%H%M", "%Y%m%dT%H%M", "%Y%m%dT%H%M%z"},
        {14, "%Y%m%d%H%M%S", "%Y%m%dT%H%M%S", "%Y%m%dT%H%M%S%z"},
    };
    if (text.len < 12 || (memcmp(text.ptr, "19", 2) != 0 && memcmp(text.ptr, "20", 2) != 0))
        return NULL;
    const bool has_t = text.ptr[8] == 'T' || text.ptr[8] == 't';
    size_t digits = 0;
    while (digits < text.len && (is_digit(text.ptr[digits]) || (has_t && digits == 8)))
        digits++;
    for (size_t i = 0; i < 2; i++) {
        if (digits != forms[i].digits + has_t)
            continue;
        if (digits == text.len)
            return has_t ? forms[i].with_t : forms[i].plain;
        return has_t ? forms[i].zoned : NULL;
    }
    return NULL;
}

enum { BOTH_MAX = 128 };

/* "date time"; empty, and so no time, if it is longer than any. */
static ct_str join(ct_str date, ct_str time, char room[BOTH_MAX])
{
    if (date.len + 1 + time.len > BOTH_MAX)
        return (ct_str){room, 0};
    memcpy(room, date.ptr, date.len);
    room[date.len] = ' ';
    memcpy(room + date.len + 1, time.ptr, time.len);
    return (ct_str){room, date.len + 1 + time.len};
}

ct_status ct_sighting_time(const ct_sighting_rules *rules, const ct_sighting *raw, int64_t *time_us,
                           ct_err *err)
{
    int64_t us;
    ct_time_kind kind;
    char room[BOTH_MAX];
    const ct_str text = raw->date.len > 0 ? join(raw->date, raw->time, room) : raw->time;
    const char *pattern = rules->pattern != NULL ? rules->pattern : compact_pattern(text);
    const ct_status status = pattern != NULL ? ct_time_parse_pattern(text, pattern, &us, &kind, err)
                                             : ct_time_parse(text, &us, &kind, err);
    if (status != CT_OK) {
        if (status == CT_ERANGE && err != NULL)
            err->status = CT_EROW;
        return status == CT_ERANGE ? CT_EROW : status;
    }
    if (kind == CT_TIME_DATE)
        return ct_fail(err, CT_EROW, "a date without a time of day");
    if (kind == CT_TIME_LOCAL)
        CT_TRY(from_wall(rules, us, &us, err));
    us += raw->later_us;
    if (us < CT_SIGHTING_EARLIEST)
        return ct_fail(err, CT_EROW, "before 1990");
    if (us > rules->latest_us)
        return ct_fail(err, CT_EROW, "in the future");
    *time_us = us;
    return CT_OK;
}

ct_status ct_sighting_check(const ct_sighting_rules *rules, const ct_sighting *raw,
                            const char **column, ct_err *err)
{
    *column = "id";
    if (raw->id.len == 0)
        return ct_fail(err, CT_EROW, "missing");
    *column = isnan(raw->lat_e7) || raw->lat_e7 == rint(raw->lat_e7) ? "lon_e7" : "lat_e7";
    if (!(isnan(raw->lon_e7) || raw->lon_e7 == rint(raw->lon_e7)) || strcmp(*column, "lat_e7") == 0)
        return ct_fail(err, CT_EROW, "not degrees times 10,000,000: these are whole numbers");
    const double lat = fabs(raw->y), lon = fabs(raw->x);
    if (rules->frame == CT_FRAME_PLANAR || isnan(lat) || lat <= LAT_MAX)
        return CT_OK;
    if (lat <= LON_MAX && lon <= LAT_MAX) {
        *column = NULL;
        return ct_fail(err, CT_EROW,
                       "lon and lat look swapped: if all are, --map each to the other's column");
    }
    char value[CT_NUMBER_MAX];
    const int len = rules->discreet ? 0 : (int)ct_format_double(value, raw->y);
    *column = "lat";
    return ct_fail(err, CT_EROW, "out of range -90..90%s%.*s", len > 0 ? ": " : "", len, value);
}

bool ct_sighting_needs_cell(const ct_sighting *raw)
{
    return isnan(raw->x) && isnan(raw->y) && (raw->cell_id.len > 0 || raw->cell >= 0);
}

ct_cell_answer ct_sighting_cell(const ct_sighting_rules *rules, const ct_sighting *raw,
                                int64_t time_us, ct_site *site)
{
    const ct_cell key = {.cell_id = raw->cell_id,
                         .mcc = raw->mcc,
                         .mnc = raw->mnc,
                         .area = raw->area,
                         .cell = raw->cell,
                         .enb = raw->enb,
                         .rnc = raw->rnc};
    return ct_cells_find(rules->cells, &key, time_us, site);
}

ct_status ct_sighting_site(const ct_sighting_rules *rules, const ct_sighting *raw, int64_t time_us,
                           ct_site *site, ct_err *err)
{
    if (rules->cells == NULL)
        return ct_fail(err, CT_EROW, "no table of cells to look the cell up in");
    switch (ct_sighting_cell(rules, raw, time_us, site)) {
    case CT_CELL_UNKNOWN:
        return ct_fail(err, CT_EROW, "unknown cell");
    case CT_CELL_NOT_THEN:
        return ct_fail(err, CT_EROW, "a cell that was not there then");
    case CT_CELL_FOUND:
        break;
    }
    return CT_OK;
}

ct_status ct_sighting_ping(const ct_sighting_rules *rules, const ct_sighting *raw, int64_t time_us,
                           ct_ping *out, ct_err *err)
{
    ct_site site = {0};
    const bool needs_cell = ct_sighting_needs_cell(raw);
    if (needs_cell)
        CT_TRY(ct_sighting_site(rules, raw, time_us, &site, err));
    return ct_sighting_ping_at(rules, raw, needs_cell ? &site : NULL, time_us, out, err);
}

ct_status ct_sighting_ping_at(const ct_sighting_rules *rules, const ct_sighting *raw,
                              const ct_site *site, int64_t time_us, ct_ping *out, ct_err *err)
{
    ct_ping ping = {.id = raw->id,
                    .time_us = time_us,
                    .x = raw->x,
                    .y = raw->y,
                    .accuracy_m = raw->accuracy_m,
                    .source = raw->source,
                    .place_id = raw->place_id};
    if (site != NULL) {
        ping.x = site->x;
        ping.y = site->y;
        if (isnan(ping.accuracy_m))
            ping.accuracy_m = site->accuracy_m;
        if (ping.place_id.len == 0)
            ping.place_id = site->place_id;
    }
    const char *fault = ct_ping_fault(&ping);
    if (fault != NULL)
        return ct_fail(err, CT_EROW, "%s", fault);
    if (rules->frame == CT_FRAME_WGS84 && ping.x == 0 && ping.y == 0)
        return ct_fail(err, CT_EROW,
                       "lon and lat are both 0 (no position known): leave them empty");
    *out = ping;
    return CT_OK;
}
