#include "contrace/ping.h"

#include "columns.h"

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
    CT_COLS_POSITION(ct_ping, x, y, 0, "", ""),
    CT_COL_ACCURACY(ct_ping),
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
