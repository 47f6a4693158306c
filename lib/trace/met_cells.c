#include "met_cells.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "contrace/number.h"

enum { SLOTS = 1 << 14 };

_Static_assert(sizeof(ct_met_cell) == 112, "a slot is small");

struct ct_met_cells {
    ct_met_cell slots[SLOTS];
};

ct_status ct_met_cells_new(ct_met_cells **out, ct_err *err)
{
    *out = calloc(1, sizeof **out);
    return *out != NULL ? CT_OK : ct_fail(err, CT_ENOMEM, "no memory to look up cells");
}

void ct_met_cells_free(ct_met_cells *met)
{
    free(met);
}

/* Names differ at their ends, mostly: the first eight bytes and the last. */
static size_t place_of(ct_str name)
{
    uint64_t first = 0, last = 0;
    const size_t some = name.len < 8 ? name.len : 8;
    memcpy(&first, name.ptr, some);
    memcpy(&last, name.ptr + name.len - some, some);
    first = (first ^ name.len) * UINT64_C(0x9E3779B97F4A7C15);
    last = (last ^ first >> 32 ^ first) * UINT64_C(0xD6E8FEB86659FD93);
    return (size_t)(last >> 48 ^ last >> 32) % SLOTS;
}

static bool is_called(const ct_met_cell *cell, ct_str name)
{
    return cell->name_len == name.len && memcmp(cell->name, name.ptr, name.len) == 0;
}

const ct_met_cell *ct_met_cells_find(const ct_met_cells *met, ct_str name)
{
    if (name.len == 0 || name.len > CT_MET_NAME_MOST)
        return NULL;
    const size_t place = place_of(name);
    const ct_met_cell *cell = &met->slots[place], *beside = &met->slots[place ^ 1];
    return is_called(cell, name) ? cell : is_called(beside, name) ? beside : NULL;
}

static void write_text(struct ct_met_text *text, double v)
{
    char written[CT_NUMBER_MAX];
    const size_t len = isfinite(v) ? ct_format_double(written, v) : 0;
    text->len = len <= CT_MET_TEXT_MOST ? (unsigned char)len : 0;
    memcpy(text->bytes, written, text->len);
}

const ct_met_cell *ct_met_cells_note(ct_met_cells *met, ct_str name, const ct_site *site)
{
    if (name.len == 0 || name.len > CT_MET_NAME_MOST)
        return NULL;
    const size_t place = place_of(name);
    ct_met_cell *cell = &met->slots[place];
    met->slots[place ^ 1] = *cell; /* where its name is looked for too */
    *cell = (ct_met_cell){.name_len = (unsigned char)name.len,
                          .x = site->x,
                          .y = site->y,
                          .accuracy_m = site->accuracy_m,
                          .place_id = site->place_id};
    memcpy(cell->name, name.ptr, name.len);
    write_text(&cell->texts[0], site->x);
    write_text(&cell->texts[1], site->y);
    write_text(&cell->texts[2], site->accuracy_m);
    return cell;
}
