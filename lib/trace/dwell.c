#include "contrace/dwell.h"

#include <stdlib.h>

#include "contrace/ids.h"
#include "contrace/sorter.h"
#include "contrace/time.h"

#include "contact_together.h"

/* A record of a person. */
typedef struct visit {
    uint64_t person;
    int64_t from_us, until_us;
    double x, y, end_x, end_y;
} visit;

/* A record of the person under way. */
typedef struct one {
    visit visit;
    ct_point from;
    bool rests;
} one;

/* A place at which a person may have been long; told by the number of the contact. */
typedef struct place {
    uint64_t person, contact;
    int64_t until_us;
    double x, y;
} place;

/* A contact with numbers for names. */
typedef struct held {
    uint64_t number;
    uint32_t index, contact;
    ct_episode episode; /* its texts are not used */
} held;

struct ct_dwell {
    ct_dwell_options options;
    ct_ids *people;
    ct_sorter *visits, *places, *contacts, *kept; /* kept: numbers of contacts */
    uint64_t count, left_out;
    one *ones; /* of one person, by time */
    size_t ones_count, ones_capacity;
    ct_legs legs[2];
    ct_spells passage; /* of one visit */
    ct_spells there;   /* of all visits of a person to a place */
    visit next_visit;  /* read ahead */
    bool any_visit, done;
    uint64_t next_kept; /* UINT64_MAX: no more */
    held out;
};

static void by_person(const void *record, uint64_t key[2], void *ctx)
{
    (void)ctx;
    const visit *const v = record;
    key[0] = v->person;
    key[1] = ct_time_key(v->from_us);
}

static void by_visitor(const void *record, uint64_t key[2], void *ctx)
{
    (void)ctx;
    const place *const p = record;
    key[0] = p->person;
    key[1] = p->contact;
}

static void by_number(const void *record, uint64_t key[2], void *ctx)
{
    (void)ctx;
    key[0] = *(const uint64_t *)record;
    key[1] = 0;
}

static ct_status no_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "no memory for who was long at a place");
}

static ct_status new_sorters(ct_dwell *d, ct_err *err)
{
    const ct_order person = {.key = by_person}, visitor = {.key = by_visitor};
    const ct_order number = {.key = by_number};
    const uint64_t memory = d->options.memory_bytes / 4;
    CT_TRY(ct_sorter_new(&d->visits, sizeof(visit), &person, memory, NULL, err));
    CT_TRY(ct_sorter_new(&d->places, sizeof(place), &visitor, memory, NULL, err));
    CT_TRY(ct_sorter_new(&d->contacts, sizeof(held), &number, memory, NULL, err));
    return ct_sorter_new(&d->kept, sizeof(uint64_t), &number, memory, NULL, err);
}

ct_status ct_dwell_new(ct_dwell **out, const ct_dwell_options *options, ct_err *err)
{
    ct_dwell *const d = calloc(1, sizeof *d);
    if (d == NULL)
        return no_memory(err);
    d->options = *options;
    ct_status status = ct_ids_new(&d->people, err);
    if (status == CT_OK)
        status = new_sorters(d, err);
    if (status != CT_OK) {
        ct_dwell_free(d);
        return status;
    }
    *out = d;
    return CT_OK;
}

static ct_status add_visit(ct_dwell *d, ct_str id, visit *v, ct_err *err)
{
    uint32_t person;
    if (d->done)
        return ct_fail(err, CT_ERANGE, "more records after the contacts");
    if (isnan(v->x))
        return CT_OK;
    CT_TRY(ct_ids_add(d->people, id, &person, err));
    v->person = person;
    return ct_sorter_add(d->visits, v, err);
}

ct_status ct_dwell_add_ping(ct_dwell *d, const ct_ping *p, ct_err *err)
{
    const int64_t before_us = d->options.window_us / 2;
    visit v = {.from_us = p->time_us - before_us,
               .until_us = p->time_us + (d->options.window_us - before_us),
               .x = p->x,
               .y = p->y,
               .end_x = p->x,
               .end_y = p->y};
    return add_visit(d, p->id, &v, err);
}

ct_status ct_dwell_add_row(ct_dwell *d, const ct_trajectory_row *r, ct_err *err)
{
    const bool stays = isnan(r->end_x);
    visit v = {.from_us = r->start_us,
               .until_us = r->end_us,
               .x = r->x,
               .y = r->y,
               .end_x = stays ? r->x : r->end_x,
               .end_y = stays ? r->y : r->end_y};
    return add_visit(d, r->id, &v, err);
}

ct_status ct_dwell_take(ct_dwell *d, const ct_episode *e, ct_err *err)
{
    held h = {.number = d->count++, .episode = *e};
    CT_TRY(ct_ids_add(d->people, e->index_id, &h.index, err));
    CT_TRY(ct_ids_add(d->people, e->contact_id, &h.contact, err));
    h.episode.index_id = h.episode.contact_id = h.episode.case_id = (ct_str){0};
    place p = {.contact = h.number, .until_us = e->end_us, .x = e->x, .y = e->y};
    for (int i = 0; i < 2 && !isnan(e->x); i++) {
        p.person = i == 0 ? h.index : h.contact;
        CT_TRY(ct_sorter_add(d->places, &p, err));
    }
    return ct_sorter_add(d->contacts, &h, err);
}

/* --- How long somebody was there --- */

static ct_presence presence_of(const ct_dwell *d, const visit *v)
{
    const ct_frame frame = d->options.frame;
    ct_presence p = {
        .start_us = v->from_us,
        .end_us = v->until_us,
        .from_us = v->from_us,
        .until_us = v->until_us,
        .x = v->x,
        .y = v->y,
        .end_x = v->end_x,
        .end_y = v->end_y,
    };
    if (v->x != v->end_x || v->y != v->end_y) {
        const double from[2] = {v->x, v->y}, to[2] = {v->end_x, v->end_y};
        p.pieces = ct_path_pieces(frame, ct_path_length_m(frame, from, to));
        if (p.pieces > v->until_us - v->from_us)
            p.pieces = (uint32_t)(v->until_us - v->from_us);
    }
    return p;
}

/* The spells of one who moves within the distance, in a time that the visit claims. */
static ct_status add_passage(ct_dwell *d, const visit *v, const place *at, int64_t from_us,
                             int64_t until_us, ct_err *err)
{
    const visit there = {.from_us = from_us,
                         .until_us = until_us,
                         .x = at->x,
                         .y = at->y,
                         .end_x = at->x,
                         .end_y = at->y};
    const ct_presence a = presence_of(d, v), b = presence_of(d, &there);
    d->legs[0].count = d->legs[1].count = 0; /* they are of others */
    CT_TRY(ct_legs_of(&d->legs[0], d->options.frame, &a, err));
    CT_TRY(ct_legs_of(&d->legs[1], d->options.frame, &b, err));
    const ct_together together = {&d->legs[0], &d->legs[1], from_us, until_us};
    CT_TRY(ct_together_spells(&together, d->options.distance_m, &d->passage, err));
    for (size_t i = 0; i < d->passage.count; i++)
        CT_TRY(ct_spells_add(&d->there, &d->passage.items[i], err));
    return CT_OK;
}

/* All spells of the person within the distance, in the time that counts. */
static ct_status find_spells(ct_dwell *d, const place *at, ct_err *err)
{
    const double distance2_m2 = d->options.distance_m * d->options.distance_m;
    const ct_point here = ct_point_at(d->options.frame, at->x, at->y);
    const int64_t since_us = at->until_us - d->options.span_us;
    d->there.count = 0;
    for (size_t i = 0; i < d->ones_count && d->ones[i].visit.from_us < at->until_us; i++) {
        const one *const o = &d->ones[i];
        const visit *const v = &o->visit;
        const int64_t from_us = v->from_us > since_us ? v->from_us : since_us;
        const int64_t until_us = v->until_us < at->until_us ? v->until_us : at->until_us;
        if (from_us >= until_us)
            continue;
        if (!o->rests) {
            CT_TRY(add_passage(d, v, at, from_us, until_us, err));
        } else if (ct_distance_squared(o->from, here) <= distance2_m2) {
            const ct_meet all = {.start_us = from_us, .end_us = until_us};
            CT_TRY(ct_spells_add(&d->there, &all, err));
        }
    }
    return CT_OK;
}

static int by_start(const void *a, const void *b)
{
    const ct_meet *const p = a, *const q = b;
    return (p->start_us > q->start_us) - (p->start_us < q->start_us);
}

/* The measure of the union. Spells come in the order of time unless rows of the person overlap. */
static int64_t union_us(ct_spells *spells)
{
    bool sorted = true;
    for (size_t i = 1; i < spells->count && sorted; i++)
        sorted = spells->items[i - 1].start_us <= spells->items[i].start_us;
    if (!sorted)
        qsort(spells->items, spells->count, sizeof *spells->items, by_start);
    int64_t sum_us = 0, covered_us = INT64_MIN;
    for (size_t i = 0; i < spells->count; i++) {
        const ct_meet *const s = &spells->items[i];
        const int64_t begin_us = s->start_us > covered_us ? s->start_us : covered_us;
        sum_us += s->end_us > begin_us ? s->end_us - begin_us : 0;
        covered_us = s->end_us > covered_us ? s->end_us : covered_us;
    }
    return sum_us;
}

/* --- Person after person --- */

static ct_status read_visit(ct_dwell *d, ct_err *err)
{
    const void *record;
    const ct_status status = ct_sorter_next(d->visits, &record, err);
    d->any_visit = status == CT_OK;
    if (status == CT_OK)
        d->next_visit = *(const visit *)record;
    return status == CT_END ? CT_OK : status;
}

static ct_status keep_visit(ct_dwell *d, ct_err *err)
{
    if (d->ones_count == d->ones_capacity) {
        const size_t wanted = d->ones_capacity == 0 ? 64 : 2 * d->ones_capacity;
        one *const grown = realloc(d->ones, wanted * sizeof *grown);
        if (grown == NULL)
            return no_memory(err);
        d->ones = grown;
        d->ones_capacity = wanted;
    }
    const visit *const v = &d->next_visit;
    d->ones[d->ones_count++] = (one){.visit = *v,
                                     .from = ct_point_at(d->options.frame, v->x, v->y),
                                     .rests = v->x == v->end_x && v->y == v->end_y};
    return CT_OK;
}

static ct_status take_person(ct_dwell *d, uint64_t person, ct_err *err)
{
    if (d->ones_count > 0 && d->ones[0].visit.person == person)
        return CT_OK;
    d->ones_count = 0;
    while (d->any_visit && d->next_visit.person <= person) {
        if (d->next_visit.person == person)
            CT_TRY(keep_visit(d, err));
        CT_TRY(read_visit(d, err));
    }
    return CT_OK;
}

static ct_status judge_all(ct_dwell *d, ct_err *err)
{
    CT_TRY(read_visit(d, err));
    for (;;) {
        const void *record;
        const ct_status status = ct_sorter_next(d->places, &record, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        const place *const at = record;
        CT_TRY(take_person(d, at->person, err));
        CT_TRY(find_spells(d, at, err));
        if (union_us(&d->there) >= d->options.dwell_us)
            CT_TRY(ct_sorter_add(d->kept, &at->contact, err));
    }
}

static ct_status read_kept(ct_dwell *d, ct_err *err)
{
    const void *record;
    const ct_status status = ct_sorter_next(d->kept, &record, err);
    d->next_kept = status == CT_OK ? *(const uint64_t *)record : UINT64_MAX;
    return status == CT_END ? CT_OK : status;
}

static ct_status finish(ct_dwell *d, ct_err *err)
{
    d->done = true;
    CT_TRY(ct_sorter_finish(d->visits, err));
    CT_TRY(ct_sorter_finish(d->places, err));
    CT_TRY(ct_sorter_finish(d->contacts, err));
    CT_TRY(judge_all(d, err));
    CT_TRY(ct_sorter_finish(d->kept, err));
    return read_kept(d, err);
}

ct_status ct_dwell_next(ct_dwell *d, const ct_episode **out, ct_err *err)
{
    if (!d->done)
        CT_TRY(finish(d, err));
    for (;;) {
        const void *record;
        CT_TRY(ct_sorter_next(d->contacts, &record, err));
        d->out = *(const held *)record;
        if (d->out.number == d->next_kept)
            break;
        d->left_out++;
    }
    while (d->next_kept == d->out.number) /* both of the two were there */
        CT_TRY(read_kept(d, err));
    ct_episode *const e = &d->out.episode;
    e->index_id = ct_ids_text(d->people, d->out.index);
    e->contact_id = ct_ids_text(d->people, d->out.contact);
    if (e->generation > 0) /* of a case, in the first generation */
        e->case_id = e->index_id;
    *out = e;
    return CT_OK;
}

uint64_t ct_dwell_left_out(const ct_dwell *d)
{
    return d->left_out;
}

void ct_dwell_free(ct_dwell *d)
{
    if (d == NULL)
        return;
    ct_sorter_free(d->visits);
    ct_sorter_free(d->places);
    ct_sorter_free(d->contacts);
    ct_sorter_free(d->kept);
    ct_ids_free(d->people);
    ct_legs_release(&d->legs[0]);
    ct_legs_release(&d->legs[1]);
    ct_spells_release(&d->passage);
    ct_spells_release(&d->there);
    free(d->ones);
    free(d);
}
