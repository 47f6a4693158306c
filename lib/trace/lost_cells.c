#include "contrace/lost_cells.h"

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
 * first, the name, NUL, why, and the source. No text holds a NUL. */
enum { NUMBERS = 6, NUMBERS_LEN = 8 * NUMBERS };

ct_status ct_lost_cell_add(ct_counts *lost, const ct_lost_cell *cell, ct_err *err)
{
    const int64_t numbers[NUMBERS] = {cell->mcc, cell->mnc, cell->area,
                                      cell->enb, cell->rnc, cell->cell};
    unsigned char head[NUMBERS_LEN];
    for (size_t i = 0; i < NUMBERS_LEN; i++)
        head[i] = (unsigned char)((uint64_t)(numbers[i / 8] + 1) >> (56 - 8 * (i % 8)));
    const char why[2] = {'\0', (char)cell->why};
    const ct_str parts[] = {
        {(const char *)head, sizeof head}, cell->cell_id, {why, sizeof why}, cell->source};
    return ct_counts_add(lost, parts, sizeof parts / sizeof *parts, cell->records, err);
}

ct_lost_cell ct_lost_cell_at(const ct_counts *lost, uint32_t i)
{
    const ct_str key = ct_counts_what(lost, i);
    const unsigned char *bytes = (const unsigned char *)key.ptr;
    uint64_t numbers[NUMBERS] = {0};
    for (size_t k = 0; k < NUMBERS_LEN; k++)
        numbers[k / 8] = numbers[k / 8] << 8 | bytes[k];
    const char *const name = key.ptr + NUMBERS_LEN;
    const size_t name_len = strnlen(name, key.len - NUMBERS_LEN);
    const size_t behind = NUMBERS_LEN + name_len + 2;
    return (ct_lost_cell){.cell_id = {name, name_len},
                          .source = {key.ptr + behind, key.len - behind},
                          .mcc = (int64_t)numbers[0] - 1,
                          .mnc = (int64_t)numbers[1] - 1,
                          .area = (int64_t)numbers[2] - 1,
                          .enb = (int64_t)numbers[3] - 1,
                          .rnc = (int64_t)numbers[4] - 1,
                          .cell = (int64_t)numbers[5] - 1,
                          .why = bytes[behind - 1],
                          .records = ct_counts_n(lost, i)};
}
