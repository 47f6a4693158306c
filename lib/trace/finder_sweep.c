#include "finder_sweep.h"

#include <stdlib.h>

#include "contrace/grid.h"
#include "contrace/pipeline.h"

#include "finder_pings.h"
#include "finder_venue.h"

enum {
    SLAB_LEAST = 1 << 15,
    SLAB_SHARE = 4,       /* times as many new ones as there are from before */
    BEFORE_MOST = 1 << 16 /* more than these are no longer looked at twice */
};

typedef struct sights {
    ct_sight *items;
    size_t count, capacity;
} sights;

typedef struct slab {
    sights all;
    size_t before; /* of them are from earlier slabs, where pairs among them were found */
} slab;

typedef struct sweep sweep;

/* One worker's. */
typedef struct lane {
    ct_finder *f;
    unsigned worker;
    bool plain; /* pairs of which the distance alone decides, that are listed on slips */
    const slab *slab;
    ct_grid *grid;
} lane;

struct sweep {
    ct_finder *f;
    ct_venues *venues;
    unsigned taker; /* in whose hands the input is */
    ct_sight next;  /* of the input, if there is one */
    bool more, crowded;
    sights tail; /* what is still in the window after the last slab */
    lane *lanes;
};

static ct_status no_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "no memory for the search for contacts");
}

static ct_status reserve(sights *to, size_t count, ct_err *err)
{
    if (count <= to->capacity)
        return CT_OK;
    const size_t wanted = count > 2 * to->capacity ? count : 2 * to->capacity;
    ct_sight *const grown = realloc(to->items, wanted * sizeof *grown);
    if (grown == NULL)
        return no_memory(err);
    to->items = grown;
    to->capacity = wanted;
    return CT_OK;
}

/* Those of `from`, which are in the order of time, that are not before us. */
static ct_status append_since(sights *to, const sights *from, int64_t us, ct_err *err)
{
    size_t low = 0, high = from->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (from->items[middle].time_us < us)
            low = middle + 1;
        else
            high = middle;
    }
    const size_t count = from->count - low;
    CT_TRY(reserve(to, to->count + count, err));
    if (count > 0)
        memcpy(to->items + to->count, from->items + low, count * sizeof *to->items);
    to->count += count;
    return CT_OK;
}

/* --- Near each other --- */

static ct_status list_both(ct_finder *f, const ct_sight *a, const ct_sight *b, double distance_m,
                           bool venue, unsigned worker, ct_err *err)
{
    if (f->options.cases == NULL) { /* once, from the side of the smaller id */
        const bool in_order = a->person < b->person;
        return ct_finder_list_pings(f, in_order ? a : b, in_order ? b : a, distance_m, venue,
                                    worker, err);
    }
    CT_TRY(ct_finder_list_sights(f, a, b, distance_m, venue, worker, err));
    return ct_finder_list_sights(f, b, a, distance_m, venue, worker, err);
}

static ct_status near(ct_finder *f, const ct_sight *a, const ct_sight *b, double distance2_m2,
                      unsigned worker, ct_err *err)
{
    if (a->person == b->person)
        return CT_OK;
    if (!ct_nearness_near2(&f->nearness, distance2_m2, a->accuracy_m, b->accuracy_m))
        return CT_OK;
    if (a->place != CT_NO_ID && a->place == b->place) /* that is listed as at one venue */
        return CT_OK;
    return list_both(f, a, b, sqrt(distance2_m2), false, worker, err);
}

static ct_status at_venue(const void *earlier, const void *later, void *ctx, ct_err *err)
{
    const sweep *const s = ctx;
    const ct_sight *const a = earlier, *const b = later;
    if (a->person == b->person)
        return CT_OK;
    double distance_m = NAN;
    if (!isnan(a->x) && !isnan(b->x))
        distance_m = sqrt(ct_distance_squared(ct_point_at(s->f->options.frame, a->x, a->y),
                                              ct_point_at(s->f->options.frame, b->x, b->y)));
    return list_both(s->f, a, b, distance_m, true, s->taker, err);
}

/* --- The input --- */

/* Tells people by rank, and places as the first worker does. */
static ct_sight settled(const ct_finder *f, const void *read, unsigned worker)
{
    enum { LEAST = offsetof(ct_sight, accuracy_m) };
    const ct_finder_hand *const hand = &f->hands[worker];
    ct_sight s = {.accuracy_m = NAN};
    memcpy(&s, read, LEAST);
    if (f->sight_size > LEAST)
        memcpy((char *)&s + LEAST, (const char *)read + LEAST, sizeof s - LEAST);
    s.person = hand->rank[s.person];
    if (worker != 0 && s.place != CT_NO_ID)
        s.place = hand->place[s.place];
    return s;
}

/* Goes on to the next whose position can be near another; those of a place meet there at once. */
static ct_status advance(sweep *s, ct_err *err)
{
    ct_finder *const f = s->f;
    for (;;) {
        const void *record;
        unsigned worker;
        const ct_status status = ct_feed_next(f->pings, &record, &worker, err);
        s->more = status == CT_OK;
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        s->next = settled(f, record, worker);
        const ct_sight *const next = &s->next;
        const uint32_t which_case = ct_finder_case(f, next->person);
        ct_finder_note(f, which_case, next->time_us, next->time_us);
        if (next->place != CT_NO_ID)
            CT_TRY(ct_venues_add(s->venues, next->place, next->time_us,
                                 next->time_us + f->options.window_us, which_case != CT_NO_ID, next,
                                 err));
        if (!isnan(next->x) && ct_nearness_possible(&f->nearness, next->accuracy_m))
            return CT_OK;
    }
}

/* --- A slab a worker --- */

/* Of a sight what mostly is all that is asked of it, and where it lies in the slab. */
typedef struct token {
    int64_t time_us;
    uint32_t person, place;
    uint64_t at;
} token;

static ct_status near_in_slab(const void *earlier, const void *later, double distance2_m2,
                              void *ctx, unsigned worker, ct_err *err)
{
    (void)worker;
    const lane *const l = ctx;
    const token *a = earlier, *b = later;
    if (b->at < l->slab->before || a->person == b->person)
        return CT_OK;
    if (!l->plain) {
        const ct_sight *const items = l->slab->all.items;
        return near(l->f, &items[a->at], &items[b->at], distance2_m2, l->worker, err);
    }
    if (a->place != CT_NO_ID && a->place == b->place)
        return CT_OK;
    if (a->person > b->person) {
        a = later;
        b = earlier;
    }
    return ct_finder_list_slip(l->f, (ct_seen){a->person, a->time_us},
                               (ct_seen){b->person, b->time_us}, sqrt(distance2_m2), l->worker,
                               err);
}

static ct_grid_options grid_options(const ct_finder *f, size_t payload_size, ct_near_fn *visit,
                                    void *ctx)
{
    return (ct_grid_options){.frame = f->options.frame,
                             .distance_m = f->options.distance_m,
                             .payload_size = payload_size,
                             .visit = visit,
                             .ctx = ctx};
}

static ct_thing thing_of(const ct_finder *f, const ct_sight *s)
{
    const double margin_m = ct_nearness_margin_m(&f->nearness, s->accuracy_m);
    return (ct_thing){.x = s->x,
                      .y = s->y,
                      .radius_m = margin_m,
                      .from_us = s->time_us,
                      .until_us = s->time_us + f->options.window_us,
                      .aside =
                          f->options.cases != NULL && ct_finder_case(f, s->person) == CT_NO_ID};
}

static ct_status take(void *item, unsigned worker, void *ctx, ct_err *err)
{
    sweep *const s = ctx;
    slab *const to = item;
    const int64_t window_us = s->f->options.window_us;
    if (!s->more || s->crowded)
        return CT_END;
    s->taker = worker;
    to->all.count = 0;
    CT_TRY(append_since(&to->all, &s->tail, s->next.time_us - window_us, err));
    to->before = to->all.count;
    size_t wanted = SLAB_SHARE * to->before;
    wanted = to->before + (wanted > SLAB_LEAST ? wanted : SLAB_LEAST);
    CT_TRY(reserve(&to->all, wanted, err));
    while (s->more && to->all.count < wanted) {
        to->all.items[to->all.count++] = s->next;
        CT_TRY(advance(s, err));
    }
    s->tail.count = 0;
    const int64_t last_us = to->all.items[to->all.count - 1].time_us;
    CT_TRY(append_since(&s->tail, &to->all, last_us - window_us, err));
    s->crowded = s->tail.count > BEFORE_MOST;
    return CT_OK;
}

static ct_status work(void *item, unsigned worker, void *ctx, ct_err *err)
{
    const sweep *const s = ctx;
    lane *const l = &s->lanes[worker];
    l->slab = item;
    if (l->grid == NULL) {
        const ct_grid_options options = grid_options(s->f, sizeof(token), near_in_slab, l);
        CT_TRY(ct_grid_new(&l->grid, &options, err));
    }
    ct_grid_restart(l->grid);
    for (uint64_t i = 0; i < l->slab->all.count; i++) {
        const ct_sight *const sight = &l->slab->all.items[i];
        const ct_thing thing = thing_of(s->f, sight);
        const token payload = {sight->time_us, sight->person, sight->place, i};
        CT_TRY(ct_grid_add(l->grid, &thing, &payload, err));
    }
    return ct_grid_finish(l->grid, err);
}

static ct_status settle(void *item, void *ctx, ct_err *err)
{
    (void)item;
    (void)ctx;
    (void)err;
    return CT_OK;
}

static ct_status run_slabs(sweep *s, ct_err *err)
{
    ct_pool *const pool = s->f->options.pool;
    const size_t count = ct_pipeline_items(pool);
    slab *const slabs = calloc(count, sizeof *slabs);
    if (slabs == NULL)
        return no_memory(err);
    const ct_pipeline pipeline = {take, work, settle, s};
    const ct_status status = ct_pipeline_run(&pipeline, pool, slabs, sizeof *slabs, count, err);
    for (size_t i = 0; i < count; i++)
        free(slabs[i].all.items);
    free(slabs);
    return status;
}

/* --- One slab for all workers --- */

typedef struct shared {
    ct_sight sight;
    uint64_t before;
} shared;

static ct_status near_in_rest(const void *earlier, const void *later, double distance2_m2,
                              void *ctx, unsigned worker, ct_err *err)
{
    const shared *const a = earlier, *const b = later;
    if (b->before)
        return CT_OK;
    return near(ctx, &a->sight, &b->sight, distance2_m2, worker, err);
}

static ct_status add_shared(const sweep *s, ct_grid *grid, const ct_sight *sight, bool before,
                            ct_err *err)
{
    const shared payload = {*sight, before};
    const ct_thing thing = thing_of(s->f, sight);
    return ct_grid_add(grid, &thing, &payload, err);
}

static ct_status add_rest(sweep *s, ct_grid *grid, ct_err *err)
{
    s->taker = 0;
    for (size_t i = 0; i < s->tail.count; i++)
        CT_TRY(add_shared(s, grid, &s->tail.items[i], true, err));
    while (s->more) {
        CT_TRY(add_shared(s, grid, &s->next, false, err));
        CT_TRY(advance(s, err));
    }
    return ct_grid_finish(grid, err);
}

static ct_status run_rest(sweep *s, ct_err *err)
{
    ct_grid_options options = grid_options(s->f, sizeof(shared), near_in_rest, s->f);
    options.pool = s->f->options.pool;
    ct_grid *grid;
    CT_TRY(ct_grid_new(&grid, &options, err));
    const ct_status status = add_rest(s, grid, err);
    ct_grid_free(grid);
    return status;
}

/* --- */

static ct_status run(sweep *s, ct_err *err)
{
    ct_finder *const f = s->f;
    s->lanes = calloc(f->workers, sizeof *s->lanes);
    if (s->lanes == NULL)
        return no_memory(err);
    const bool plain = f->meetings.slips != NULL && f->options.cases == NULL && !f->options.radii;
    for (unsigned i = 0; i < f->workers; i++)
        s->lanes[i] = (lane){.f = f, .worker = i, .plain = plain};
    CT_TRY(ct_venues_new(&s->venues, ct_ids_count(f->hands[0].places), sizeof(ct_sight),
                         f->options.cases != NULL, at_venue, s, err));
    CT_TRY(ct_feed_finish(f->pings, f->options.pool, err));
    CT_TRY(advance(s, err));
    CT_TRY(run_slabs(s, err));
    return s->more ? run_rest(s, err) : CT_OK;
}

ct_status ct_finder_sweep(ct_finder *f, ct_err *err)
{
    sweep s = {.f = f};
    const ct_status status = run(&s, err);
    for (unsigned i = 0; s.lanes != NULL && i < f->workers; i++)
        ct_grid_free(s.lanes[i].grid);
    free(s.lanes);
    free(s.tail.items);
    ct_venues_free(s.venues);
    return status;
}
