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
    CT_COL_ACCURACY(ct_ping, 0),
    {.name = "source",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_ping, source),
     .help = "the feed it came from"},
    {.name = "place_id",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_ping, place_id),
     .help = "the venue, vehicle or ward"},
};

_Static_assert(sizeof cols / sizeof *cols == CT_PING_COLUMNS, "the columns are numbered");

const ct_schema ct_ping_schema = {"ping", sizeof(ct_ping), cols, sizeof cols / sizeof *cols};

const char *ct_ping_fault(const ct_ping *ping)
{
    if (isnan(ping->x) != isnan(ping->y))
        return "half a position";
    if (isnan(ping->x) && ping->place_id.len == 0)
        return "neither a position nor a place_id";
    return NULL;
}

/* The numbers of a packed ping, and the lengths of its texts, which follow. */
struct packed {
    int64_t time_us;
    double x, y, accuracy_m;
    size_t lens[3];
};

/* One way to write what compares equal. */
static double canonical(double v)
{
    return isnan(v) ? (double)NAN : v + 0.0;
}

ct_status ct_ping_pack(const ct_ping *ping, ct_buf *out, ct_err *err)
{
    const ct_str texts[] = {ping->id, ping->source, ping->place_id};
    const struct packed head = {ping->time_us,
                                canonical(ping->x),
                                canonical(ping->y),
                                canonical(ping->accuracy_m),
                                {texts[0].len, texts[1].len, texts[2].len}};
    CT_TRY(ct_buf_reserve(out, sizeof head + texts[0].len + texts[1].len + texts[2].len, err));
    CT_TRY(ct_buf_append(out, (ct_str){(const char *)&head, sizeof head}, err));
    for (size_t i = 0; i < 3; i++)
        CT_TRY(ct_buf_append(out, texts[i], err));
    return CT_OK;
}

void ct_ping_unpack(const char *bytes, ct_ping *out)
{
    struct packed head;
    memcpy(&head, bytes, sizeof head);
    const char *text = bytes + sizeof head;
    ct_str texts[3];
    for (size_t i = 0; i < 3; i++) {
        texts[i] = (ct_str){text, head.lens[i]};
        text += head.lens[i];
    }
    *out = (ct_ping){texts[0], head.time_us, head.x, head.y, head.accuracy_m, texts[1], texts[2]};
}
