#include "simulate.h"

#include <stdlib.h>

#include "contrace/cells.h"
#include "contrace/source.h"

enum { PARAMS_MOST = 64 << 10 };

/* A row of a ranked list; all else in it is passed over. */
struct listed {
    ct_str id;
    int64_t day;
};

static const ct_col listed_cols[] = {
    {.name = "contact_id",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(struct listed, id),
     .help = "the person to be called"},
    {.name = "day",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(struct listed, day),
     .help = "the day, the first is 0: of which the list is; missing: of all"},
};
const ct_schema ct_listed_schema = {"list", sizeof(struct listed), listed_cols,
                                    sizeof listed_cols / sizeof *listed_cols};

static const ct_schema *const cell_tables[] = {&ct_cell_schema, NULL};
static const ct_schema *const list_tables[] = {&ct_listed_schema, NULL};

/* Room for one more item, CT_ENOMEM. */
static ct_status grow(void **items, size_t count, size_t *capacity, size_t size, ct_err *err)
{
    if (count < *capacity)
        return CT_OK;
    const size_t more = *capacity ? 2 * *capacity : 1024;
    void *const grown = realloc(*items, more * size);
    if (!grown)
        return ct_fail(err, CT_ENOMEM, "out of memory");
    *items = grown;
    *capacity = more;
    return CT_OK;
}

static ct_status keep(ct_tables *tables, ct_str text, ct_str *kept, ct_err *err)
{
    uint32_t number;
    if (!tables->texts)
        CT_TRY(ct_ids_new(&tables->texts, err));
    CT_TRY(ct_ids_add(tables->texts, text, &number, err));
    *kept = ct_ids_text(tables->texts, number);
    return CT_OK;
}

ct_status ct_read_cells(ct_run *run, const char *path, ct_tables *tables, ct_err *err)
{
    ct_reader *reader;
    ct_cell cell;
    ct_status status;
    CT_TRY(ct_run_table(run, path, cell_tables, ct_cell_names, CT_CELL_NAMES, &reader, err));
    if (ct_reader_frame(reader) == CT_FRAME_PLANAR)
        return ct_fail(err, CT_EINPUT, "cells must be at lon,lat: %s", path);
    while ((status = ct_reader_next(reader, &cell, err)) == CT_OK) {
        if (cell.cell_id.len == 0 && cell.cell < 0) {
            CT_TRY(ct_reader_reject(reader, NULL, "no cell_id and no cell", err));
            continue;
        }
        CT_TRY(grow((void **)&tables->towers, tables->tower_count, &tables->tower_capacity,
                    sizeof *tables->towers, err));
        ct_tower *const tower = &tables->towers[tables->tower_count];
        *tower =
            (ct_tower){{0}, cell.mcc, cell.mnc, cell.area, cell.cell, cell.x, cell.y, cell.range_m};
        CT_TRY(keep(tables, cell.cell_id, &tower->cell_id, err));
        tables->tower_count++;
    }
    return status == CT_END ? CT_OK : status;
}

ct_status ct_read_calls(ct_run *run, const char *path, ct_tables *tables, ct_err *err)
{
    ct_reader *reader;
    struct listed listed;
    ct_status status;
    CT_TRY(ct_run_table(run, path, list_tables, NULL, 0, &reader, err));
    while ((status = ct_reader_next(reader, &listed, err)) == CT_OK) {
        CT_TRY(grow((void **)&tables->calls, tables->call_count, &tables->call_capacity,
                    sizeof *tables->calls, err));
        ct_call *const call = &tables->calls[tables->call_count];
        call->day = listed.day;
        CT_TRY(keep(tables, listed.id, &call->id, err));
        tables->call_count++;
    }
    return status == CT_END ? CT_OK : status;
}

void ct_tables_release(ct_tables *tables)
{
    free(tables->towers);
    free(tables->calls);
    ct_ids_free(tables->texts);
    *tables = (ct_tables){0};
}

/* --- Figures --- */

ct_status ct_read_params(ct_params *params, const char *path, ct_err *err)
{
    ct_source *source = NULL;
    char text[PARAMS_MOST];
    size_t len = 0, got = 1;
    CT_TRY(ct_source_open(&source, path, err));
    ct_status status = CT_OK;
    while (status == CT_OK && got > 0 && len < sizeof text) {
        status = ct_source_read(source, text + len, sizeof text - len, &got, err);
        len += status == CT_OK ? got : 0;
    }
    ct_source_free(source);
    CT_TRY(status);
    if (len == sizeof text)
        return ct_fail(err, CT_EINPUT, "%s: too long for params", path);
    return ct_params_read(params, path, (ct_str){text, len}, err);
}

ct_status ct_take_settings(ct_params *params, const ct_opt_list *settings, ct_err *err)
{
    for (size_t i = 0; i < settings->count; i++) {
        ct_err why;
        const char *text = settings->items[i];
        if (ct_params_set(params, ct_str_of(text), &why) != CT_OK)
            return ct_fail(err, CT_ERANGE, "%s: --set \"%s\" (see --show-params)", why.text, text);
    }
    return CT_OK;
}
