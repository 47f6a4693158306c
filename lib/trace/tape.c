#include "tape.h"

#include <stdlib.h>

#include "contrace/sorter.h"

enum { PING, ROW, PASSENGER };

/* A record of any kind; in the order they came. */
typedef struct entry {
    uint64_t at;
    int64_t from_us, until_us;
    double x, y, end_x, end_y, accuracy_m;
    uint32_t id, place, coach; /* place: of a passenger the vehicle */
    int32_t row;
    int16_t kind;
    uint8_t what, crew;
    uint32_t unused; /* always 0 */
} entry;

_Static_assert(sizeof(entry) == 88, "no padding: ties are ordered by bytes");

struct ct_tape {
    ct_ids *texts;
    uint64_t memory_bytes, count;
    ct_sorter *sorter;
};

static void key(const void *record, uint64_t keys[2], void *ctx)
{
    (void)ctx;
    keys[0] = ((const entry *)record)->at;
    keys[1] = 0;
}

static ct_status new_sorter(const ct_tape *tape, ct_sorter **out, ct_err *err)
{
    const ct_order order = {.key = key};
    return ct_sorter_new(out, sizeof(entry), &order, tape->memory_bytes / 2, NULL, err);
}

ct_status ct_tape_new(ct_tape **out, ct_ids *texts, uint64_t memory_bytes, ct_err *err)
{
    ct_tape *const tape = calloc(1, sizeof *tape);
    if (tape == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory to keep what is read");
    *tape = (ct_tape){.texts = texts, .memory_bytes = memory_bytes};
    const ct_status status = new_sorter(tape, &tape->sorter, err);
    if (status != CT_OK) {
        free(tape);
        return status;
    }
    *out = tape;
    return CT_OK;
}

static ct_status number_of(ct_tape *tape, ct_str text, uint32_t *number, ct_err *err)
{
    *number = CT_NO_ID;
    return text.len == 0 ? CT_OK : ct_ids_add(tape->texts, text, number, err);
}

static ct_str text_of(const ct_tape *tape, uint32_t number)
{
    const ct_str none = {0};
    return number == CT_NO_ID ? none : ct_ids_text(tape->texts, number);
}

static ct_status add(ct_tape *tape, entry *e, ct_str id, ct_str place, ct_str coach, ct_err *err)
{
    e->at = tape->count++;
    CT_TRY(number_of(tape, id, &e->id, err));
    CT_TRY(number_of(tape, place, &e->place, err));
    CT_TRY(number_of(tape, coach, &e->coach, err));
    return ct_sorter_add(tape->sorter, e, err);
}

ct_status ct_tape_ping(ct_tape *tape, const ct_ping *p, ct_err *err)
{
    entry e = {.from_us = p->time_us, .x = p->x, .y = p->y, .accuracy_m = p->accuracy_m};
    return add(tape, &e, p->id, p->place_id, (ct_str){0}, err);
}

ct_status ct_tape_row(ct_tape *tape, const ct_trajectory_row *r, ct_err *err)
{
    entry e = {.from_us = r->start_us,
               .until_us = r->end_us,
               .x = r->x,
               .y = r->y,
               .end_x = r->end_x,
               .end_y = r->end_y,
               .accuracy_m = r->accuracy_m,
               .what = ROW};
    return add(tape, &e, r->id, r->place_id, (ct_str){0}, err);
}

ct_status ct_tape_passenger(ct_tape *tape, const ct_passenger *p, ct_err *err)
{
    entry e = {.from_us = p->from_us,
               .until_us = p->until_us,
               .row = (int32_t)p->row,
               .kind = (int16_t)p->kind,
               .what = PASSENGER,
               .crew = p->crew == 1};
    return add(tape, &e, p->id, p->vehicle_id, p->coach, err);
}

static ct_status play(const ct_tape *tape, const entry *e, ct_finder *to, ct_err *err)
{
    const ct_str id = text_of(tape, e->id), place = text_of(tape, e->place);
    if (e->what == PING) {
        const ct_ping p = {.id = id,
                           .time_us = e->from_us,
                           .x = e->x,
                           .y = e->y,
                           .accuracy_m = e->accuracy_m,
                           .place_id = place};
        return ct_finder_add_ping(to, &p, err);
    }
    if (e->what == ROW) {
        const ct_trajectory_row r = {.id = id,
                                     .start_us = e->from_us,
                                     .end_us = e->until_us,
                                     .x = e->x,
                                     .y = e->y,
                                     .end_x = e->end_x,
                                     .end_y = e->end_y,
                                     .accuracy_m = e->accuracy_m,
                                     .place_id = place};
        return ct_finder_add_row(to, &r, err);
    }
    const ct_passenger p = {.vehicle_id = place,
                            .id = id,
                            .from_us = e->from_us,
                            .until_us = e->until_us,
                            .coach = text_of(tape, e->coach),
                            .row = e->row,
                            .crew = e->crew,
                            .kind = e->kind};
    return ct_finder_add_passenger(to, &p, err);
}

static ct_status play_all(ct_tape *tape, ct_sorter *copy, ct_finder *to, ct_err *err)
{
    CT_TRY(ct_sorter_finish(tape->sorter, err));
    for (;;) {
        const void *record;
        const ct_status status = ct_sorter_next(tape->sorter, &record, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        CT_TRY(play(tape, record, to, err));
        if (copy != NULL)
            CT_TRY(ct_sorter_add(copy, record, err));
    }
}

ct_status ct_tape_play(ct_tape *tape, ct_finder *to, bool again, ct_err *err)
{
    ct_sorter *copy = NULL;
    if (again)
        CT_TRY(new_sorter(tape, &copy, err));
    const ct_status status = play_all(tape, copy, to, err);
    ct_sorter_free(tape->sorter);
    tape->sorter = copy;
    return status;
}

void ct_tape_free(ct_tape *tape)
{
    if (tape == NULL)
        return;
    ct_sorter_free(tape->sorter);
    free(tape);
}
