#include "cells_table.h"

#include <stdlib.h>

#include "contrace/ids.h"
#include "contrace/time.h"

/* The numbers of a cell; what is missing is 0, and else one is added. */
struct numbers {
    uint64_t cell;
    uint32_t area;
    uint16_t mcc, mnc;
};

/* A table has tens of millions: what most rows lack lies beside. */
struct row {
    struct numbers numbers;
    double x, y, accuracy_m;
    uint32_t next; /* row of the same numbers, plus one; 0: none */
    uint32_t rest; /* plus one; 0: always valid, with neither name nor place */
};

struct rest {
    int64_t from_us, until_us;
    uint32_t next_named; /* row of the same name, plus one; 0: none */
    uint32_t place;
};

struct slot {
    uint32_t hash, row; /* row plus one; 0: empty */
};

/* What leads from numbers to the first of their rows. */
struct index {
    struct slot *slots;
    size_t count;
    unsigned log2; /* of its slots; 0: there are none yet */
};

struct ct_cells {
    ct_frame frame;
    struct index by_numbers, by_short; /* by_short: of UMTS, by the last 16 bits */
    ct_ids *names, *places;
    uint32_t *by_name; /* the first row of each name, plus one */
    size_t name_room;
    struct row *rows;
    size_t count, room;
    struct rest *rests;
    size_t rest_count, rest_room;
};

#define SHARED (UINT32_C(1) << 31) /* in a slot of by_short: two cells have this number */

enum { ROWS_MOST = INT32_MAX };

static uint64_t hash_of(struct numbers n)
{
    uint64_t h =
        n.cell * UINT64_C(0x9E3779B97F4A7C15) ^
        ((uint64_t)n.area << 32 | (uint64_t)n.mcc << 16 | n.mnc) * UINT64_C(0xC2B2AE3D27D4EB4F);
    h ^= h >> 32;
    h *= UINT64_C(0xD6E8FEB86659FD93);
    return h ^ h >> 32;
}

static bool same_numbers(struct numbers a, struct numbers b)
{
    return a.cell == b.cell && a.area == b.area && a.mcc == b.mcc && a.mnc == b.mnc;
}

static struct numbers numbers_of(const ct_cell *cell, int64_t number)
{
    return (struct numbers){(uint64_t)(number + 1), (uint32_t)(cell->area + 1),
                            (uint16_t)(cell->mcc + 1), (uint16_t)(cell->mnc + 1)};
}

static struct numbers short_of(struct numbers n)
{
    n.cell = ((n.cell - 1) & 0xFFFF) + 1;
    return n;
}

ct_status ct_cells_new(ct_cells **out, ct_frame frame, ct_err *err)
{
    ct_cells *cells = calloc(1, sizeof *cells);
    if (cells == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for the table of cells");
    cells->frame = frame;
    ct_status status = ct_ids_new(&cells->names, err);
    if (status == CT_OK)
        status = ct_ids_new(&cells->places, err);
    if (status != CT_OK) {
        ct_cells_free(cells);
        return status;
    }
    *out = cells;
    return CT_OK;
}

void ct_cells_free(ct_cells *cells)
{
    if (cells == NULL)
        return;
    free(cells->by_numbers.slots);
    free(cells->by_short.slots);
    ct_ids_free(cells->names);
    ct_ids_free(cells->places);
    free(cells->by_name);
    free(cells->rows);
    free(cells->rests);
    free(cells);
}

ct_frame ct_cells_frame(const ct_cells *cells)
{
    return cells->frame;
}

size_t ct_cells_count(const ct_cells *cells)
{
    return cells->count;
}

/* Makes room for one more item; *room grows by doubling. */
static ct_status grow(void **items, size_t item_size, size_t count, size_t *room, ct_err *err)
{
    if (count < *room)
        return CT_OK;
    const size_t wanted = *room == 0 ? 64 : 2 * *room;
    void *grown = realloc(*items, wanted * item_size);
    if (grown == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for %zu cells", wanted);
    *items = grown;
    *room = wanted;
    return CT_OK;
}

/* --- Indexes --- */

static size_t home_of(const struct index *index, uint32_t hash)
{
    return (size_t)((uint64_t)hash << index->log2 >> 32);
}

/* The slot that leads to numbers, or the empty one where that would go. */
static struct slot *find_slot(const ct_cells *cells, const struct index *index,
                              struct numbers numbers, bool is_short)
{
    const uint32_t hash = (uint32_t)(hash_of(numbers) >> 32);
    const size_t mask = ((size_t)1 << index->log2) - 1;
    for (size_t i = home_of(index, hash);; i = (i + 1) & mask) {
        struct slot *slot = &index->slots[i];
        if (slot->row == 0)
            return slot;
        if (slot->hash != hash)
            continue;
        const struct numbers there = cells->rows[(slot->row & ~SHARED) - 1].numbers;
        if (same_numbers(is_short ? short_of(there) : there, numbers))
            return slot;
    }
}

/* Doubles an index that is filled by more than two thirds. */
static ct_status index_reserve(struct index *index, ct_err *err)
{
    const size_t slots = index->log2 == 0 ? 0 : (size_t)1 << index->log2;
    if (3 * (index->count + 1) <= 2 * slots)
        return CT_OK;
    struct index grown = {.count = index->count, .log2 = index->log2 == 0 ? 6 : index->log2 + 1};
    grown.slots = calloc((size_t)1 << grown.log2, sizeof *grown.slots);
    if (grown.slots == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for %zu cells", 2 * slots);
    for (size_t i = 0; i < slots; i++) {
        if (index->slots[i].row == 0)
            continue;
        size_t to = home_of(&grown, index->slots[i].hash);
        while (grown.slots[to].row != 0)
            to = (to + 1) & (((size_t)1 << grown.log2) - 1);
        grown.slots[to] = index->slots[i];
    }
    free(index->slots);
    *index = grown;
    return CT_OK;
}

/* --- Rows in --- */

static struct rest rest_of(const ct_cells *cells, uint32_t row)
{
    const uint32_t rest = cells->rows[row].rest;
    return rest > 0 ? cells->rests[rest - 1] : (struct rest){CT_NO_TIME, CT_FOREVER, 0, CT_NO_ID};
}

static uint32_t next_of(const ct_cells *cells, uint32_t row, bool named)
{
    return named ? rest_of(cells, row).next_named : cells->rows[row].next;
}

/* Is there a row for the very same time in the chain that begins at first? */
static bool stands(const ct_cells *cells, uint32_t first, bool named, const struct rest *rest)
{
    for (uint32_t row = first; row != 0; row = next_of(cells, row - 1, named)) {
        const struct rest there = rest_of(cells, row - 1);
        if (there.from_us == rest->from_us && there.until_us == rest->until_us)
            return true;
    }
    return false;
}

/* Makes room for all that one row may need, so that nothing fails halfway. */
static ct_status reserve(ct_cells *cells, ct_err *err)
{
    void *rows = cells->rows, *rests = cells->rests, *by_name = cells->by_name;
    const size_t names = cells->name_room;
    if (cells->count >= ROWS_MOST)
        return ct_fail(err, CT_ERANGE, "too many cells");
    CT_TRY(grow(&rows, sizeof *cells->rows, cells->count, &cells->room, err));
    cells->rows = rows;
    CT_TRY(grow(&rests, sizeof *cells->rests, cells->rest_count, &cells->rest_room, err));
    cells->rests = rests;
    CT_TRY(
        grow(&by_name, sizeof *cells->by_name, ct_ids_count(cells->names), &cells->name_room, err));
    cells->by_name = by_name;
    if (cells->name_room > names)
        memset(cells->by_name + names, 0, (cells->name_room - names) * sizeof *cells->by_name);
    CT_TRY(index_reserve(&cells->by_numbers, err));
    return index_reserve(&cells->by_short, err);
}

static void enter_short(ct_cells *cells, struct numbers numbers, uint32_t row)
{
    struct slot *slot = find_slot(cells, &cells->by_short, short_of(numbers), true);
    if (slot->row == 0) {
        *slot = (struct slot){(uint32_t)(hash_of(short_of(numbers)) >> 32), row + 1};
        cells->by_short.count++;
    } else if (!same_numbers(cells->rows[(slot->row & ~SHARED) - 1].numbers, numbers)) {
        slot->row |= SHARED;
    }
}

/* Puts the new row before those of its numbers; false: one for its time stands there. */
static bool enter_numbers(ct_cells *cells, const struct rest *rest, bool is_umts)
{
    const uint32_t row = (uint32_t)cells->count;
    const struct numbers numbers = cells->rows[row].numbers;
    struct slot *slot = find_slot(cells, &cells->by_numbers, numbers, false);
    const uint32_t first = slot->row;
    if (stands(cells, first, false, rest))
        return false;
    cells->rows[row].next = first;
    *slot = (struct slot){(uint32_t)(hash_of(numbers) >> 32), row + 1};
    cells->by_numbers.count += first == 0;
    if (first == 0 && is_umts)
        enter_short(cells, numbers, row);
    return true;
}

static bool is_umts(ct_str radio)
{
    return ct_str_equal(radio, CT_STR("UMTS")) || ct_str_equal(radio, CT_STR("WCDMA"));
}

static int64_t until_of(const ct_cell *cell)
{
    return cell->until_us == CT_NO_TIME ? CT_FOREVER : cell->until_us;
}

ct_status ct_cells_enter(ct_cells *cells, const ct_cell *cell, int64_t number, const ct_site *site,
                         bool *repeated, ct_err *err)
{
    uint32_t name = CT_NO_ID;
    struct rest rest = {cell->from_us, until_of(cell), 0, CT_NO_ID};
    CT_TRY(reserve(cells, err));
    if (cell->cell_id.len > 0)
        CT_TRY(ct_ids_add(cells->names, cell->cell_id, &name, err));
    if (cell->place_id.len > 0)
        CT_TRY(ct_ids_add(cells->places, cell->place_id, &rest.place, err));
    const bool plain = name == CT_NO_ID && rest.place == CT_NO_ID && rest.from_us == CT_NO_TIME &&
                       rest.until_us == CT_FOREVER;
    struct row *row = &cells->rows[cells->count];
    *row = (struct row){
        numbers_of(cell, number), site->x, site->y,
        site->accuracy_m,         0,       plain ? 0 : (uint32_t)cells->rest_count + 1};
    bool by_numbers = false, by_name = false;
    if (name != CT_NO_ID && !stands(cells, cells->by_name[name], true, &rest)) {
        rest.next_named = cells->by_name[name];
        cells->by_name[name] = (uint32_t)cells->count + 1;
        by_name = true;
    }
    if (!plain)
        cells->rests[cells->rest_count] = rest;
    if (number >= 0)
        by_numbers = enter_numbers(cells, &rest, is_umts(cell->radio));
    *repeated = (name != CT_NO_ID && !by_name) || (number >= 0 && !by_numbers);
    if (by_numbers || by_name) {
        cells->count++;
        cells->rest_count += !plain;
    }
    return CT_OK;
}

ct_status ct_cells_add(ct_cells *cells, const ct_cell *cell, bool *repeated, ct_err *err)
{
    ct_site site;
    int64_t number;
    CT_TRY(ct_cell_site(cell, cells->frame, &site, err));
    CT_TRY(ct_cell_number(cell, &number, err));
    return ct_cells_enter(cells, cell, number, &site, repeated, err);
}

void ct_cells_expect(const ct_cells *cells, const ct_cell *cell, int64_t number)
{
    if (number < 0 || cells->by_numbers.log2 == 0)
        return;
    const uint32_t hash = (uint32_t)(hash_of(numbers_of(cell, number)) >> 32);
    __builtin_prefetch(&cells->by_numbers.slots[home_of(&cells->by_numbers, hash)]);
}

/* --- Rows out --- */

/* Of two rows that both hold, does the first one count? */
static bool counts_more(const struct rest *a, const struct rest *b)
{
    return a->from_us != b->from_us ? a->from_us > b->from_us : a->until_us < b->until_us;
}

/* The row of a chain that holds at time_us; 0: none. */
static uint32_t choose(const ct_cells *cells, uint32_t first, bool named, int64_t time_us)
{
    uint32_t best = 0;
    struct rest of_best = {0};
    for (uint32_t row = first; row != 0; row = next_of(cells, row - 1, named)) {
        const struct rest rest = rest_of(cells, row - 1);
        if (time_us < rest.from_us || time_us > rest.until_us)
            continue;
        if (best == 0 || counts_more(&rest, &of_best)) {
            best = row;
            of_best = rest;
        }
    }
    return best;
}

/* The chain of a number that a record has short and the table long, or the other way round. */
static uint32_t by_short(const ct_cells *cells, struct numbers numbers)
{
    enum { SHORT_MOST = UINT16_MAX + 1 }; /* one is added to numbers */
    if (cells->by_short.log2 == 0)
        return 0;
    const uint32_t row = find_slot(cells, &cells->by_short, short_of(numbers), true)->row;
    if (row == 0 || (row & SHARED) != 0)
        return 0;
    const struct numbers there = cells->rows[row - 1].numbers;
    if (numbers.cell > SHORT_MOST && there.cell > SHORT_MOST)
        return 0;
    return find_slot(cells, &cells->by_numbers, there, false)->row;
}

static uint32_t by_numbers(const ct_cells *cells, const ct_cell *key)
{
    int64_t number;
    if (cells->by_numbers.log2 == 0 || ct_cell_number(key, &number, NULL) != CT_OK || number < 0 ||
        key->mcc >= UINT16_MAX || key->mnc >= UINT16_MAX || key->area >= UINT32_MAX)
        return 0;
    const struct numbers numbers = numbers_of(key, number);
    const uint32_t row = find_slot(cells, &cells->by_numbers, numbers, false)->row;
    return row != 0 ? row : by_short(cells, numbers);
}

ct_cell_answer ct_cells_find(const ct_cells *cells, const ct_cell *key, int64_t time_us,
                             ct_site *site)
{
    const uint32_t name = key->cell_id.len > 0 ? ct_ids_find(cells->names, key->cell_id) : CT_NO_ID;
    const uint32_t named = name != CT_NO_ID ? cells->by_name[name] : 0;
    uint32_t numbered = 0, row = choose(cells, named, true, time_us);
    if (row == 0) {
        numbered = by_numbers(cells, key);
        row = choose(cells, numbered, false, time_us);
    }
    if (row == 0)
        return named != 0 || numbered != 0 ? CT_CELL_NOT_THEN : CT_CELL_UNKNOWN;
    const struct row *found = &cells->rows[row - 1];
    const struct rest rest = rest_of(cells, row - 1);
    *site = (ct_site){.x = found->x,
                      .y = found->y,
                      .accuracy_m = found->accuracy_m,
                      .always = row == named && rest.next_named == 0 &&
                                rest.from_us == CT_NO_TIME && rest.until_us == CT_FOREVER};
    if (rest.place != CT_NO_ID)
        site->place_id = ct_ids_text(cells->places, rest.place);
    return CT_CELL_FOUND;
}
