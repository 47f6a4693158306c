#include "contrace/lost_cells.h"

#include <stdlib.h>

#include "contrace/ids.h"

const char *const ct_lost_names[] = {"unknown", "not_then", NULL};

static const ct_col cols[] = {
    {.name = "mcc",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_lost_cell, mcc),
     .help = "mobile country code"},
    {.name = "mnc",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_lost_cell, mnc),
     .help = "mobile network code"},
    {.name = "area",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_lost_cell, area),
     .help = "location or tracking area code (LAC, TAC)"},
    {.name = "enb",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_lost_cell, enb),
     .help = "eNodeB, where cell is the cell within it"},
    {.name = "rnc",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_lost_cell, rnc),
     .help = "RNC, where cell is the cell within it"},
    {.name = "cell",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_lost_cell, cell),
     .help = "cell identity within the area (CID, ECI)"},
    {.name = "cell_id",
     .kind = CT_KIND_TEXT,
     .offset = offsetof(ct_lost_cell, cell_id),
     .help = "the operator's own name of the cell"},
    {.name = "why",
     .kind = CT_KIND_CHOICE,
     .offset = offsetof(ct_lost_cell, why),
     .choices = ct_lost_names,
     .help = "unknown: in no row of the table; not_then: in rows of other times only"},
    {.name = "records",
     .kind = CT_KIND_COUNT,
     .offset = offsetof(ct_lost_cell, records),
     .help = "how many records were set aside for it"},
};

const ct_schema ct_lost_cell_schema = {"lost cell", sizeof(ct_lost_cell), cols,
                                       sizeof cols / sizeof *cols};

/* Each cell is known by bytes that are ordered as cells are: six numbers, their highest byte
 * first, the name, and why. */
enum { NUMBERS = 6, NUMBERS_LEN = 8 * NUMBERS };

struct ct_lost_cells {
    ct_ids *keys;
    int64_t *records;
    size_t room;
    ct_buf key; /* scratch */
};

ct_status ct_lost_cells_new(ct_lost_cells **out, ct_err *err)
{
    ct_lost_cells *lost = calloc(1, sizeof *lost);
    if (lost == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for unknown cells");
    const ct_status status = ct_ids_new(&lost->keys, err);
    if (status != CT_OK) {
        free(lost);
        return status;
    }
    *out = lost;
    return CT_OK;
}

void ct_lost_cells_free(ct_lost_cells *lost)
{
    if (lost == NULL)
        return;
    ct_ids_free(lost->keys);
    ct_buf_release(&lost->key);
    free(lost->records);
    free(lost);
}

static ct_status add_key(ct_lost_cells *lost, ct_str key, int64_t records, ct_err *err)
{
    const uint32_t known = ct_ids_count(lost->keys);
    if (known == lost->room) {
        const size_t room = known == 0 ? 64 : 2 * lost->room;
        int64_t *grown = realloc(lost->records, room * sizeof *grown);
        if (grown == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory for %zu unknown cells", room);
        lost->records = grown;
        lost->room = room;
    }
    uint32_t number;
    CT_TRY(ct_ids_add(lost->keys, key, &number, err));
    if (number == known)
        lost->records[number] = 0;
    lost->records[number] += records;
    return CT_OK;
}

ct_status ct_lost_cells_add(ct_lost_cells *lost, const ct_lost_cell *cell, ct_err *err)
{
    const int64_t numbers[NUMBERS] = {cell->mcc, cell->mnc, cell->area,
                                      cell->enb, cell->rnc, cell->cell};
    unsigned char head[NUMBERS_LEN];
    for (size_t i = 0; i < NUMBERS_LEN; i++)
        head[i] = (unsigned char)((uint64_t)(numbers[i / 8] + 1) >> (56 - 8 * (i % 8)));
    const char why = (char)cell->why;
    lost->key.len = 0;
    CT_TRY(ct_buf_append(&lost->key, (ct_str){(const char *)head, sizeof head}, err));
    CT_TRY(ct_buf_append(&lost->key, cell->cell_id, err));
    CT_TRY(ct_buf_append(&lost->key, (ct_str){&why, 1}, err));
    return add_key(lost, ct_buf_str(&lost->key), cell->records, err);
}

ct_status ct_lost_cells_merge(ct_lost_cells *lost, const ct_lost_cells *other, ct_err *err)
{
    for (uint32_t i = 0; i < ct_ids_count(other->keys); i++)
        CT_TRY(add_key(lost, ct_ids_text(other->keys, i), other->records[i], err));
    return CT_OK;
}

size_t ct_lost_cells_count(const ct_lost_cells *lost)
{
    return ct_ids_count(lost->keys);
}

ct_lost_cell ct_lost_cells_at(const ct_lost_cells *lost, size_t i)
{
    const ct_str key = ct_ids_text(lost->keys, (uint32_t)i);
    const unsigned char *bytes = (const unsigned char *)key.ptr;
    uint64_t numbers[NUMBERS] = {0};
    for (size_t k = 0; k < NUMBERS_LEN; k++)
        numbers[k / 8] = numbers[k / 8] << 8 | bytes[k];
    return (ct_lost_cell){.cell_id = {key.ptr + NUMBERS_LEN, key.len - NUMBERS_LEN - 1},
                          .mcc = (int64_t)numbers[0] - 1,
                          .mnc = (int64_t)numbers[1] - 1,
                          .area = (int64_t)numbers[2] - 1,
                          .enb = (int64_t)numbers[3] - 1,
                          .rnc = (int64_t)numbers[4] - 1,
                          .cell = (int64_t)numbers[5] - 1,
                          .why = bytes[key.len - 1],
                          .records = lost->records[i]};
}

ct_status ct_lost_cells_order(const ct_lost_cells *lost, uint32_t *order, ct_err *err)
{
    const uint32_t count = ct_ids_count(lost->keys);
    uint32_t *ranks = malloc(((size_t)count + 1) * sizeof *ranks);
    if (ranks == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory to sort unknown cells");
    const ct_status status = ct_ids_rank(lost->keys, ranks, err);
    for (uint32_t i = 0; status == CT_OK && i < count; i++)
        order[ranks[i]] = i;
    free(ranks);
    return status;
}
