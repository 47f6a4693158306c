#include "contrace/cells.h"

#include <stdlib.h>

#include "contrace/ids.h"
#include "contrace/number.h"

#include "columns.h"

static const ct_col cols[] = {
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
    CT_COLS_POSITION(ct_cell, x, y, CT_COL_REQUIRED, "", ""),
    {.name = "range_m",
     .kind = CT_KIND_NUMBER,
     .offset = offsetof(ct_cell, range_m),
     .least = 0,
     .most = CT_METRES_MAX,
     .decimals = -1,
     .help = "radius of its coverage, metres; 0: unknown"},
    {.name = "place_id",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_cell, place_id),
     .help = "the venue it covers, for an indoor cell"},
};

const ct_schema ct_cell_schema = {"cell", sizeof(ct_cell), cols, sizeof cols / sizeof *cols};

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})
const ct_rename ct_cell_names[CT_CELL_NAMES] = {
    {"mcc", NAMES("MCC")},
    {"mnc", NAMES("MNC", "net")},
    {"area", NAMES("TAC", "LAC", "tac", "lac")},
    {"cell", NAMES("CID", "cid")},
    {"lon", NAMES("LON")},
    {"lat", NAMES("LAT")},
    {"range_m", NAMES("RANGE", "range")},
};

/* One kind of identity: the number of each in `keys` leads to the cell that had it first. */
struct index {
    ct_ids *keys;
    uint32_t *cells;
    size_t capacity;
};

struct ct_cells {
    struct index by_name, by_numbers;
    ct_ids *texts;
    ct_cell *cells;
    size_t count, capacity;
};

struct numbers {
    int64_t mcc, mnc, area, cell;
};

static struct numbers numbers_of(const ct_cell *cell)
{
    return (struct numbers){cell->mcc, cell->mnc, cell->area, cell->cell};
}

static ct_str bytes_of(const struct numbers *numbers)
{
    return (ct_str){(const char *)numbers, sizeof *numbers};
}

ct_status ct_cells_new(ct_cells **out, ct_err *err)
{
    ct_cells *cells = calloc(1, sizeof *cells);
    if (cells == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for the table of cells");
    ct_status status = ct_ids_new(&cells->by_name.keys, err);
    if (status == CT_OK)
        status = ct_ids_new(&cells->by_numbers.keys, err);
    if (status == CT_OK)
        status = ct_ids_new(&cells->texts, err);
    if (status != CT_OK) {
        ct_cells_free(cells);
        return status;
    }
    *out = cells;
    return CT_OK;
}

/* Makes room for one more item; *capacity grows by doubling. */
static ct_status grow(void **items, size_t item_size, size_t count, size_t *capacity, ct_err *err)
{
    if (count < *capacity)
        return CT_OK;
    const size_t wanted = *capacity == 0 ? 64 : 2 * *capacity;
    void *grown = realloc(*items, wanted * item_size);
    if (grown == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for %zu cells", wanted);
    *items = grown;
    *capacity = wanted;
    return CT_OK;
}

static ct_status index_add(struct index *index, ct_str key, uint32_t cell, bool *added, ct_err *err)
{
    const uint32_t known = ct_ids_count(index->keys);
    void *grown = index->cells;
    CT_TRY(grow(&grown, sizeof *index->cells, known, &index->capacity, err));
    index->cells = grown;
    uint32_t id;
    CT_TRY(ct_ids_add(index->keys, key, &id, err));
    if (id == known) {
        index->cells[id] = cell;
        *added = true;
    }
    return CT_OK;
}

static uint32_t index_find(const struct index *index, ct_str key)
{
    const uint32_t id = ct_ids_find(index->keys, key);
    return id == CT_NO_ID ? CT_NO_ID : index->cells[id];
}

static ct_status enter(ct_cells *cells, const ct_cell *cell, uint32_t number, bool *added,
                       ct_err *err)
{
    if (cell->cell_id.len > 0)
        CT_TRY(index_add(&cells->by_name, cell->cell_id, number, added, err));
    if (cell->cell >= 0) {
        const struct numbers numbers = numbers_of(cell);
        CT_TRY(index_add(&cells->by_numbers, bytes_of(&numbers), number, added, err));
    }
    return CT_OK;
}

/* Texts are lent by the tables of ids, which keep each distinct one for good. */
static ct_status keep_text(ct_ids *ids, ct_str *text, ct_err *err)
{
    uint32_t id;
    CT_TRY(ct_ids_add(ids, *text, &id, err));
    *text = ct_ids_text(ids, id);
    return CT_OK;
}

ct_status ct_cells_add(ct_cells *cells, const ct_cell *cell, bool *added, ct_err *err)
{
    if (cell->cell_id.len == 0 && cell->cell < 0)
        return ct_fail(err, CT_ERANGE, "neither a cell_id nor a cell number");
    if (isnan(cell->x) || isnan(cell->y))
        return ct_fail(err, CT_ERANGE, "no position");
    if (cells->count >= CT_NO_ID)
        return ct_fail(err, CT_ERANGE, "too many cells");
    void *grown = cells->cells;
    CT_TRY(grow(&grown, sizeof *cells->cells, cells->count, &cells->capacity, err));
    cells->cells = grown;

    ct_cell copy = *cell;
    CT_TRY(keep_text(cells->texts, &copy.cell_id, err));
    CT_TRY(keep_text(cells->texts, &copy.place_id, err));
    cells->cells[cells->count] = copy;
    *added = false;
    const ct_status status = enter(cells, cell, (uint32_t)cells->count, added, err);
    /* also after a failure: the first identity may be there already, and must lead to this cell */
    if (*added)
        cells->count++;
    return status;
}

static ct_status read_row(ct_cells *cells, ct_cell *cell, ct_reference *reference,
                          uint64_t *repeated, ct_err *err)
{
    bool added;
    if (reference != NULL && !isnan(cell->x) && !isnan(cell->y))
        CT_TRY(ct_reference_to_wgs84(reference, &cell->x, &cell->y, err));
    CT_TRY(ct_cells_add(cells, cell, &added, err));
    *repeated += !added;
    return CT_OK;
}

ct_status ct_cells_read(ct_cells *cells, ct_reader *reader, ct_reference *reference,
                        uint64_t *repeated, ct_err *err)
{
    ct_cell cell;
    ct_status status;
    *repeated = 0;
    while ((status = ct_reader_next(reader, &cell, err)) == CT_OK) {
        ct_err fault;
        status = read_row(cells, &cell, reference, repeated, &fault);
        if (status == CT_ERANGE || status == CT_EROW)
            CT_TRY(ct_reader_reject(reader, NULL, fault.text, err));
        else if (status != CT_OK)
            return ct_fail(err, status, "%s", fault.text);
    }
    return status == CT_END ? CT_OK : status;
}

const ct_cell *ct_cells_find(const ct_cells *cells, const ct_cell *key)
{
    uint32_t number = CT_NO_ID;
    if (key->cell_id.len > 0)
        number = index_find(&cells->by_name, key->cell_id);
    if (number == CT_NO_ID && key->cell >= 0) {
        const struct numbers numbers = numbers_of(key);
        number = index_find(&cells->by_numbers, bytes_of(&numbers));
    }
    return number == CT_NO_ID ? NULL : &cells->cells[number];
}

size_t ct_cells_count(const ct_cells *cells)
{
    return cells->count;
}

void ct_cells_free(ct_cells *cells)
{
    if (cells == NULL)
        return;
    ct_ids_free(cells->by_name.keys);
    free(cells->by_name.cells);
    ct_ids_free(cells->by_numbers.keys);
    free(cells->by_numbers.cells);
    ct_ids_free(cells->texts);
    free(cells->cells);
    free(cells);
}

double ct_cell_accuracy_m(double range_m)
{
    return range_m > 0 ? ct_round(range_m * sqrt(0.68), 3) : NAN;
}
