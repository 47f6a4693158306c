#include "risk_summary.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const names[CT_SUMMARY_TABLES] = {"total", "category", "evidence", "day",
                                                     "area"};

typedef struct summary_row {
    ct_str table, value;
    int64_t contacts; /* -1: masked */
    int masked;
} summary_row;

static const ct_col cols[] = {
    {.name = "table",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(summary_row, table),
     .help = "total, category, evidence, day (of the last exposure) or area"},
    {.name = "value",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(summary_row, value),
     .help = "which one; an area by its south-west corner"},
    {.name = "contacts",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(summary_row, contacts),
     .help = "how many; empty if masked"},
    {.name = "masked",
     .kind = CT_KIND_FLAG,
     .offset = offsetof(summary_row, masked),
     .help = "so that nobody is told by a small count"},
};

const ct_schema ct_summary_schema = {"summary", sizeof(summary_row), cols,
                                     sizeof cols / sizeof *cols};

static ct_status count(struct ct_summary_table *table, const char *label, ct_err *err)
{
    uint32_t number;
    if (!table->labels)
        CT_TRY(ct_ids_new(&table->labels, err));
    const uint32_t known = ct_ids_count(table->labels);
    CT_TRY(ct_ids_add(table->labels, ct_str_of(label), &number, err));
    if (number >= table->room) {
        const size_t room = table->room ? 2 * table->room : 64;
        uint64_t *counts = realloc(table->counts, room * sizeof *counts);
        if (!counts)
            return ct_fail(err, CT_ENOMEM, "out of memory: summing up the list");
        table->counts = counts;
        table->room = room;
    }
    if (number == known)
        table->counts[number] = 0;
    table->counts[number]++;
    return CT_OK;
}

static void tell_day(const ct_summary *summary, int64_t us, char *label, size_t size)
{
    enum { DAY_LEN = 10 };
    char text[CT_TIME_MAX];
    (void)ct_time_format(text, us + ct_zone_offset_s(summary->zone, us) * CT_SECOND);
    (void)snprintf(label, size, "%.*s", (int)DAY_LEN, text);
}

/* Multiplied as the float it is, so that 116.7 is not just below itself; and 0 for -0. */
static double tenth_of(float degrees)
{
    const float tenths = degrees * 10;
    return floor((double)tenths) / 10 + 0.0;
}

/* A tenth of a degree, or 10 km on a plane: some hundred square kilometres. */
static void tell_area(const ct_summary *summary, const ct_risk *row, char *label, size_t size)
{
    if (isnan(row->x) || isnan(row->y))
        (void)snprintf(label, size, "unknown");
    else if (summary->frame == CT_FRAME_PLANAR)
        (void)snprintf(label, size, "%.0f,%.0f", floor((double)row->x / 1e4) * 1e4,
                       floor((double)row->y / 1e4) * 1e4);
    else
        (void)snprintf(label, size, "%.1f,%.1f", tenth_of(row->x), tenth_of(row->y));
}

ct_status ct_summary_add(ct_summary *summary, const ct_risk *row, const char *category, ct_err *err)
{
    char day[CT_TIME_MAX], area[64];
    tell_day(summary, row->last_exposure_us, day, sizeof day);
    tell_area(summary, row, area, sizeof area);
    const char *const labels[CT_SUMMARY_TABLES] = {
        "all", category, row->evidence < 0 ? "unknown" : ct_evidence_names[row->evidence], day,
        area};
    for (size_t t = 0; t < CT_SUMMARY_TABLES; t++)
        CT_TRY(count(&summary->tables[t], labels[t], err));
    return CT_OK;
}

/* Marks the least count that is not masked; false if there is none. */
static bool mask_least(const uint64_t *counts, bool *masked, size_t cells)
{
    size_t least = cells;
    for (size_t i = 0; i < cells; i++)
        if (!masked[i] && (least == cells || counts[i] < counts[least]))
            least = i;
    if (least == cells)
        return false;
    masked[least] = true;
    return true;
}

/* False if even all masked would tell. The counts are in the order of their labels, so that of
 * equals the same is masked. */
static bool mask(const uint64_t *counts, bool *masked, size_t cells, uint64_t suppress)
{
    for (size_t i = 0; i < cells; i++)
        masked[i] = counts[i] < suppress;
    for (;;) {
        uint64_t hidden = 0;
        size_t many = 0;
        for (size_t i = 0; i < cells; i++) {
            hidden += masked[i] ? counts[i] : 0;
            many += masked[i];
        }
        if (many == 0 || (many > 1 && hidden >= suppress + many - 1))
            return true;
        if (!mask_least(counts, masked, cells))
            return false;
    }
}

struct cells {
    uint32_t *at; /* by place: the number of the label */
    uint64_t *counts;
    bool *masked;
};

static ct_status sort_cells(const struct ct_summary_table *table, size_t many,
                            const struct cells *cells, ct_err *err)
{
    CT_TRY(ct_ids_order(table->labels, cells->at, err));
    for (size_t i = 0; i < many; i++)
        cells->counts[i] = table->counts[cells->at[i]];
    return CT_OK;
}

static ct_status write_cell(ct_writer *writer, size_t t, ct_str value, uint64_t contacts,
                            bool masked, ct_err *err)
{
    const summary_row row = {.table = ct_str_of(names[t]),
                             .value = value,
                             .contacts = masked ? -1 : (int64_t)contacts,
                             .masked = masked};
    return ct_writer_put(writer, &row, err);
}

static ct_status write_cells(const ct_summary *summary, size_t t, const struct cells *cells,
                             ct_writer *writer, ct_err *err)
{
    const struct ct_summary_table *table = &summary->tables[t];
    const size_t many = ct_ids_count(table->labels);
    CT_TRY(sort_cells(table, many, cells, err));
    const bool is_small = summary->tables[0].counts[0] < summary->suppress;
    if (is_small || (t > 0 && !mask(cells->counts, cells->masked, many, summary->suppress)))
        return write_cell(writer, t, (ct_str){0}, 0, true, err);
    for (size_t i = 0; i < many; i++)
        CT_TRY(write_cell(writer, t, ct_ids_text(table->labels, cells->at[i]), cells->counts[i],
                          cells->masked[i], err));
    return CT_OK;
}

ct_status ct_summary_write(const ct_summary *summary, ct_writer *writer, ct_err *err)
{
    for (size_t t = 0; t < CT_SUMMARY_TABLES && summary->tables[t].labels; t++) {
        const size_t many = ct_ids_count(summary->tables[t].labels);
        const struct cells cells = {calloc(many, sizeof *cells.at),
                                    calloc(many, sizeof *cells.counts),
                                    calloc(many, sizeof *cells.masked)};
        const ct_status status = cells.at && cells.counts && cells.masked
                                     ? write_cells(summary, t, &cells, writer, err)
                                     : ct_fail(err, CT_ENOMEM, "out of memory: a summary");
        free(cells.at);
        free(cells.counts);
        free(cells.masked);
        CT_TRY(status);
    }
    return CT_OK;
}

void ct_summary_release(ct_summary *summary)
{
    for (size_t t = 0; t < CT_SUMMARY_TABLES; t++) {
        ct_ids_free(summary->tables[t].labels);
        free(summary->tables[t].counts);
        summary->tables[t] = (struct ct_summary_table){0};
    }
}
