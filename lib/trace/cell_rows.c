#include "cells_table.h"

#include "contrace/part.h"

#include "columns.h"

static const ct_col cols[] = {
    {.name = "radio",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_cell, radio),
     .help = "GSM, UMTS, LTE...: a cell of UMTS is found by its short number too"},
    {.name = "cell_id",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_cell, cell_id),
     .help = "the operator's own name of the cell"},
    {.name = "mcc",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_cell, mcc),
     .help = "mobile country code"},
    {.name = "mnc",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_cell, mnc),
     .help = "mobile network code"},
    {.name = "area",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_cell, area),
     .help = "location or tracking area code (LAC, TAC)"},
    {.name = "cell",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_cell, cell),
     .help = "cell identity within the area (CID, ECI)"},
    {.name = "enb",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_cell, enb),
     .help = "eNodeB, if cell is the cell within it (LTE: ECI = enb * 256 + cell)"},
    {.name = "rnc",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_cell, rnc),
     .help = "RNC, if cell is the cell within it (UMTS: rnc * 65536 + cell)"},
    CT_COLS_POSITION(ct_cell, x, y, CT_COL_REQUIRED, "", ""),
    {.name = "range_m",
     .kind = CT_KIND_NUMBER,
     .offset = offsetof(ct_cell, range_m),
     .least = 0,
     .most = CT_METRES_MAX,
     .decimals = -1,
     .help = "radius of its coverage, metres; 0: unknown"},
    {.name = "azimuth_deg",
     .kind = CT_KIND_NUMBER,
     .offset = offsetof(ct_cell, azimuth_deg),
     .least = -360,
     .most = 360,
     .decimals = -1,
     .help = "where it looks, degrees clockwise from north; missing: all around"},
    {.name = "beamwidth_deg",
     .kind = CT_KIND_NUMBER,
     .offset = offsetof(ct_cell, beamwidth_deg),
     .least = 0,
     .most = 360,
     .decimals = -1,
     .help = "how wide it looks, degrees; missing: 120, if it has an azimuth"},
    {.name = "valid_from",
     .kind = CT_KIND_FROM,
     .offset = offsetof(ct_cell, from_us),
     .help = "since when it is there; missing: always was"},
    {.name = "valid_to",
     .kind = CT_KIND_UNTIL,
     .offset = offsetof(ct_cell, until_us),
     .help = "until when it is there, that included; missing: always will"},
    {.name = "place_id",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_cell, place_id),
     .help = "the venue it covers, for an indoor cell"},
};

const ct_schema ct_cell_schema = {"cell", sizeof(ct_cell), cols, sizeof cols / sizeof *cols};

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})
const ct_rename ct_cell_names[CT_CELL_NAMES] = {
    {"radio", NAMES("RADIO")},         {"mcc", NAMES("MCC")},
    {"mnc", NAMES("MNC", "net")},      {"area", NAMES("TAC", "LAC", "tac", "lac")},
    {"cell", NAMES("CID", "cid")},     {"enb", NAMES("eNB", "enb_id")},
    {"cell_id", NAMES("antenna_id")},  {"lon", NAMES("LON", "longitude")},
    {"lat", NAMES("LAT", "latitude")}, {"range_m", NAMES("RANGE", "range")},
};

/* A row on its way into the table. */
struct entry {
    ct_cell cell;
    ct_site site;
    int64_t number;
};

struct loading {
    ct_cells *cells;
    ct_frame frame;
    ct_reference *reference;
    uint64_t repeated;
};

static ct_status make_entry(const struct loading *loading, struct entry *entry, ct_err *err)
{
    ct_cell *cell = &entry->cell;
    if (loading->reference != NULL && !isnan(cell->x) && !isnan(cell->y))
        CT_TRY(ct_reference_to_wgs84(loading->reference, &cell->x, &cell->y, err));
    CT_TRY(ct_cell_site(cell, loading->frame, &entry->site, err));
    return ct_cell_number(cell, &entry->number, err);
}

static ct_status read_part(ct_part *part, void *ctx, ct_err *err)
{
    ct_buf *entries = ct_part_buffer(part, 0);
    struct entry entry;
    ct_status status;
    while ((status = ct_part_next(part, &entry.cell, err)) == CT_OK) {
        ct_err fault;
        status = make_entry(ctx, &entry, &fault);
        if (status == CT_OK)
            CT_TRY(ct_buf_append(entries, (ct_str){(const char *)&entry, sizeof entry}, err));
        else if (status == CT_ERANGE || status == CT_EROW)
            CT_TRY(ct_part_reject(part, NULL, fault.text, err));
        else
            return ct_fail(err, status, "%s", fault.text);
    }
    return status == CT_END ? CT_OK : status;
}

static ct_status enter_part(ct_part *part, void *ctx, ct_err *err)
{
    enum { AHEAD = 8 };
    struct loading *loading = ctx;
    const ct_buf *bytes = ct_part_buffer(part, 0);
    const struct entry *entries = (const void *)bytes->ptr;
    const size_t count = bytes->len / sizeof *entries;
    for (size_t i = 0; i < count; i++) {
        bool repeated;
        if (i + AHEAD < count)
            ct_cells_expect(loading->cells, &entries[i + AHEAD].cell, entries[i + AHEAD].number);
        CT_TRY(ct_cells_enter(loading->cells, &entries[i].cell, entries[i].number, &entries[i].site,
                              &repeated, err));
        loading->repeated += repeated;
    }
    return CT_OK;
}

ct_status ct_cells_read(ct_cells *cells, ct_reader *reader, ct_reference *reference, ct_pool *pool,
                        uint64_t *repeated, ct_err *err)
{
    struct loading loading = {
        .cells = cells, .frame = ct_cells_frame(cells), .reference = reference};
    const ct_part_job job = {.work = read_part, .settle = enter_part, .ctx = &loading};
    const ct_status status = ct_reader_parts(reader, reference != NULL ? NULL : pool, &job, err);
    *repeated = loading.repeated;
    return status;
}
