#include "finder_aboard.h"

#include <stdlib.h>

#include "finder_venue.h"

struct ct_aboard {
    ct_ids *names;     /* of vehicles and coaches */
    uint8_t *kind_of;  /* by number of a vehicle; UINT8_MAX: it is none */
    uint32_t capacity; /* of kind_of */
    ct_sorter *sorter;
};

typedef struct rider {
    int64_t from_us, until_us;
    uint32_t person, which_case, vehicle;
    ct_seat seat;
} rider;

_Static_assert(sizeof(rider) == 40 && sizeof(ct_seat) == 12, "ties are ordered by bytes");

static void time_key(const void *record, uint64_t key[2], void *ctx)
{
    (void)ctx;
    const rider *const r = record;
    key[0] = ct_time_key(r->from_us);
    key[1] = r->person;
}

static ct_status no_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "no memory for those on board");
}

static ct_status begin(ct_finder *f, ct_err *err)
{
    if (f->aboard != NULL)
        return CT_OK;
    const ct_order order = {.key = time_key};
    ct_aboard *const aboard = calloc(1, sizeof *aboard);
    if (aboard == NULL)
        return no_memory(err);
    f->aboard = aboard;
    CT_TRY(ct_ids_new(&aboard->names, err));
    return ct_sorter_new(&aboard->sorter, sizeof(rider), &order, f->options.memory_bytes / 8,
                         f->options.pool, err);
}

static ct_status number_of(ct_aboard *aboard, ct_str name, uint32_t *number, ct_err *err)
{
    const uint32_t count = ct_ids_count(aboard->names);
    if (count == aboard->capacity) {
        const uint32_t wanted = count == 0 ? 256 : 2 * count;
        uint8_t *const grown = realloc(aboard->kind_of, wanted);
        if (grown == NULL)
            return no_memory(err);
        aboard->kind_of = grown;
        aboard->capacity = wanted;
    }
    CT_TRY(ct_ids_add(aboard->names, name, number, err));
    if (*number == count)
        aboard->kind_of[count] = UINT8_MAX;
    return CT_OK;
}

/* A vehicle is of one kind, as its rule is one. */
static ct_status hold_kind(ct_aboard *aboard, uint32_t vehicle, int kind, ct_err *err)
{
    uint8_t *const known = &aboard->kind_of[vehicle];
    if (*known != UINT8_MAX && *known != kind)
        return ct_fail(err, CT_EROW, "this vehicle was a %s before, and is a %s here",
                       ct_vehicle_names[*known], ct_vehicle_names[kind]);
    *known = (uint8_t)kind;
    return CT_OK;
}

ct_status ct_finder_take_passenger(ct_finder *f, const ct_passenger *passenger, ct_err *err)
{
    rider r = {
        .from_us = passenger->from_us,
        .until_us = passenger->until_us,
        .seat = {.coach = CT_NO_ID,
                 .row = (int32_t)passenger->row,
                 .kind = (uint8_t)passenger->kind,
                 .crew = passenger->crew == 1},
    };
    CT_TRY(begin(f, err));
    CT_TRY(number_of(f->aboard, passenger->vehicle_id, &r.vehicle, err));
    CT_TRY(hold_kind(f->aboard, r.vehicle, passenger->kind, err));
    if (passenger->coach.len > 0)
        CT_TRY(number_of(f->aboard, passenger->coach, &r.seat.coach, err));
    CT_TRY(ct_ids_add(f->hands[0].people, passenger->id, &r.person, err));
    return ct_sorter_add(f->aboard->sorter, &r, err);
}

static ct_status list(ct_finder *f, const rider *index, const rider *contact, ct_err *err)
{
    ct_when when;
    if (!ct_finder_lists(f, index->person, contact->person, index->which_case, &when))
        return CT_OK;
    when.from_us = ct_later(when.from_us, ct_later(index->from_us, contact->from_us));
    when.until_us = ct_earlier(when.until_us, ct_earlier(index->until_us, contact->until_us));
    if (when.from_us > when.until_us)
        return CT_OK;
    const ct_meeting meeting = {
        .index = index->person,
        .contact = contact->person,
        .start_us = when.from_us,
        .end_us = when.until_us,
        .closest_m = NAN,
        .probability = 1,
        .x = NAN,
        .y = NAN,
        .count = 1,
        .setting = CT_SETTING_VEHICLE,
        .evidence = CT_EVIDENCE_VENUE,
        .claimed = f->of_pings || when.from_us < when.until_us,
        .mean_m = NAN,
        .expected_us = (double)(when.until_us - when.from_us),
    };
    return ct_meetings_add(&f->meetings, 0, &meeting, err);
}

static ct_status at_once(const void *earlier, const void *later, void *ctx, ct_err *err)
{
    const rider *const a = earlier, *const b = later;
    if (a->person == b->person || !ct_seats_near(&a->seat, &b->seat))
        return CT_OK;
    CT_TRY(list(ctx, a, b, err));
    return list(ctx, b, a, err);
}

static ct_status sweep(ct_finder *f, ct_venues *vehicles, ct_err *err)
{
    for (;;) {
        const void *record;
        const ct_status status = ct_sorter_next(f->aboard->sorter, &record, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        rider r = *(const rider *)record;
        r.person = f->hands[0].rank[r.person];
        r.which_case = ct_finder_case(f, r.person);
        ct_finder_note(f, r.which_case, r.from_us, r.until_us);
        CT_TRY(ct_venues_add(vehicles, r.vehicle, r.from_us, r.until_us, r.which_case != CT_NO_ID,
                             &r, err));
    }
}

ct_status ct_finder_find_aboard(ct_finder *f, ct_err *err)
{
    if (f->aboard == NULL)
        return CT_OK;
    ct_venues *vehicles = NULL;
    CT_TRY(ct_sorter_finish(f->aboard->sorter, err));
    CT_TRY(ct_venues_new(&vehicles, ct_ids_count(f->aboard->names), sizeof(rider),
                         f->options.cases != NULL, at_once, f, err));
    const ct_status status = sweep(f, vehicles, err);
    ct_venues_free(vehicles);
    return status;
}

void ct_aboard_free(ct_aboard *aboard)
{
    if (aboard == NULL)
        return;
    ct_ids_free(aboard->names);
    ct_sorter_free(aboard->sorter);
    free(aboard->kind_of);
    free(aboard);
}
