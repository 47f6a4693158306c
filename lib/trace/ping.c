#include "contrace/ping.h"

static const ct_col cols[] = {
    {.name = "id",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_ping, id),
     .help = "the person, as bytes: never a number"},
    {.name = "time",
     .kind = CT_KIND_TIME,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_ping, time_us),
     .help = "the moment, UTC"},
    {.name = "lon",
     .kind = CT_KIND_NUMBER,
     .flags = CT_COL_WGS84,
     .offset = offsetof(ct_ping, x),
     .least = -180,
     .most = 180,
     .decimals = -1,
     .help = "longitude, degrees on WGS 84"},
    {.name = "lat",
     .kind = CT_KIND_NUMBER,
     .flags = CT_COL_WGS84,
     .offset = offsetof(ct_ping, y),
     .least = -90,
     .most = 90,
     .decimals = -1,
     .help = "latitude, degrees on WGS 84"},
    {.name = "x_m",
     .kind = CT_KIND_NUMBER,
     .flags = CT_COL_PLANAR,
     .offset = offsetof(ct_ping, x),
     .least = -1e9,
     .most = 1e9,
     .decimals = -1,
     .help = "first coordinate on a plane, metres"},
    {.name = "y_m",
     .kind = CT_KIND_NUMBER,
     .flags = CT_COL_PLANAR,
     .offset = offsetof(ct_ping, y),
     .least = -1e9,
     .most = 1e9,
     .decimals = -1,
     .help = "second coordinate on a plane, metres"},
    {.name = "accuracy_m",
     .kind = CT_KIND_NUMBER,
     .offset = offsetof(ct_ping, accuracy_m),
     .least = 0,
     .most = 1e9,
     .decimals = -1,
     .help = "radius of the circle that holds the true position with 68 %, metres"},
    {.name = "source",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_ping, source),
     .help = "the feed it came from"},
    {.name = "place_id",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_ping, place_id),
     .help = "the venue, vehicle or ward"},
};

const ct_schema ct_ping_schema = {"ping", sizeof(ct_ping), cols, sizeof cols / sizeof *cols};

const char *ct_ping_fault(const ct_ping *ping)
{
    if (isnan(ping->x) != isnan(ping->y))
        return "half a position";
    if (isnan(ping->x) && ping->place_id.len == 0)
        return "neither a position nor a place_id";
    return NULL;
}
