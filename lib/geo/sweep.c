#include "sweep.h"

/* Pairs found to be near are gathered, and visited some at a time: looking goes faster when it is
 * not interrupted. */
enum { HITS = 256, AHEAD = 8 };

typedef struct hit {
    const ct_filed *a, *b; /* walked, searched */
    double distance2_m2;
} hit;

typedef struct walk {
    const ct_sweep *sweep;
    const ct_bands *bands;
    const ct_sweep_output *output;
    const uint64_t *keys; /* of the searched batch */
    uint64_t x_mask;
    double height;
    uint64_t reach; /* in steps of x, to both sides; all ones: the whole band */
    size_t searches, looked_at, hit_count;
    hit hits[HITS];
} walk;

enum { CURSORS = 16 };

/* Where the search of a band has come to. */
typedef struct cursor {
    uint64_t row; /* the key at which the band begins */
    size_t at;
} cursor;

/* Things walked along one band. */
typedef struct stretch {
    size_t begin, end;
    uint64_t row;
} stretch;

static ct_status visit_hits(walk *w, ct_err *err)
{
    const ct_sweep *s = w->sweep;
    const size_t count = w->hit_count;
    w->hit_count = 0;
    for (size_t i = 0; i < count; i++) {
        const hit *h = &w->hits[i], *next = &w->hits[i + AHEAD < count ? i + AHEAD : i];
        __builtin_prefetch(ct_batch_payload(s->walked, next->a));
        __builtin_prefetch(ct_batch_payload(s->searched, next->b));
        const bool in_order =
            s->walked == s->searched ? h->a->slot < h->b->slot : s->walked_earlier;
        const void *a = ct_batch_payload(s->walked, h->a);
        const void *b = ct_batch_payload(s->searched, h->b);
        CT_TRY(w->output->visit(in_order ? a : b, in_order ? b : a, h->distance2_m2, w->output->ctx,
                                w->output->worker, err));
    }
    return CT_OK;
}

/* The things filed from at on, up to and with the key last. The one that is not near is written
 * down, too, and then written over: the processor cannot foresee which it is. */
static inline ct_status visit_range(walk *w, const ct_filed *a, size_t at, uint64_t last,
                                    ct_err *err)
{
    const uint64_t *keys = w->keys;
    const ct_filed *searched = w->sweep->searched->filed;
    const double distance_m = w->bands->distance_m, radius_m = a->radius_m;
    const ct_point center = a->at;
    const int64_t from_us = a->from_us, until_us = a->until_us;
    size_t hits = w->hit_count;
    const size_t begin = at;
    for (; keys[at] <= last; at++) {
        const ct_filed *b = &searched[at];
        const double distance2 = ct_distance_squared(center, b->at);
        const double reach = distance_m + (radius_m + b->radius_m);
        w->hits[hits] = (hit){a, b, distance2};
        hits += (size_t)((distance2 <= reach * reach) & (from_us <= b->until_us) &
                         (b->from_us <= until_us));
        if (hits == HITS) {
            w->hit_count = hits;
            CT_TRY(visit_hits(w, err));
            hits = 0;
        }
    }
    w->hit_count = hits;
    w->looked_at += at - begin;
    return CT_OK;
}

static inline uint64_t last_key(const walk *w, uint64_t row, uint64_t x)
{
    return row + (w->x_mask - x < w->reach ? w->x_mask : x + w->reach);
}

/* The part of a band that is in reach of x, but for what is behind where x comes round. */
static inline ct_status visit_window(walk *w, const ct_filed *a, uint64_t row, uint64_t x,
                                     size_t *at, ct_err *err)
{
    const uint64_t first = row + (x < w->reach ? 0 : x - w->reach);
    *at = ct_keys_seek(w->keys, *at, w->sweep->searched_end, first);
    return visit_range(w, a, *at, last_key(w, row, x), err);
}

static bool comes_round(const walk *w, uint64_t least_x, uint64_t greatest_x)
{
    return w->reach <= w->x_mask && (least_x < w->reach || w->x_mask - greatest_x < w->reach);
}

static ct_status visit_round(walk *w, const ct_filed *a, uint64_t row, uint64_t x,
                             bool forward_only, ct_err *err)
{
    const size_t begin = w->sweep->searched_begin, end = w->sweep->searched_end;
    if (w->x_mask - x < w->reach) {
        const uint64_t last = row + (x + w->reach - w->x_mask - 1);
        CT_TRY(visit_range(w, a, ct_keys_seek(w->keys, begin, end, row), last, err));
    }
    if (x < w->reach && !forward_only) {
        const uint64_t first = row + (x + w->x_mask + 1 - w->reach);
        CT_TRY(visit_range(w, a, ct_keys_seek(w->keys, begin, end, first), row + w->x_mask, err));
    }
    return CT_OK;
}

static void move_to(const walk *w, cursor *c, uint64_t row)
{
    const size_t begin = w->sweep->searched_begin;
    const bool ahead = c->at == begin || w->keys[c->at - 1] < row;
    *c = (cursor){row, ct_keys_seek(w->keys, ahead ? c->at : begin, w->sweep->searched_end, row)};
}

/* --- On one level both have the same bands --- */

/* It ends before anything that is searched begins. */
static bool is_over(const walk *w, const ct_filed *a)
{
    return a->until_us < w->sweep->searched->first_from_us;
}

/* As the things of a stretch come in the order of x, the search only ever goes on. */
static ct_status visit_band(walk *w, const stretch *along, cursor *c, int up, ct_err *err)
{
    const ct_batch *walked = w->sweep->walked;
    const uint64_t row = ct_bands_row(w->bands, along->row, up), row_end = row + w->x_mask;
    move_to(w, c, row);
    size_t at = c->at;
    if (w->keys[at] > row_end)
        return CT_OK;
    w->searches += along->end - along->begin;
    for (size_t i = along->begin; i < along->end && w->keys[at] <= row_end; i++)
        if (!is_over(w, &walked->filed[i]))
            CT_TRY(visit_window(w, &walked->filed[i], row, walked->keys[i] - along->row, &at, err));
    if (comes_round(w, walked->keys[along->begin] - along->row,
                    walked->keys[along->end - 1] - along->row))
        for (size_t i = along->begin; i < along->end; i++)
            CT_TRY(
                visit_round(w, &walked->filed[i], row, walked->keys[i] - along->row, false, err));
    return CT_OK;
}

/* The things behind each one in its own band. */
static ct_status visit_own(walk *w, const stretch *along, ct_err *err)
{
    const ct_batch *walked = w->sweep->walked;
    w->searches += along->end - along->begin;
    for (size_t i = along->begin; i < along->end; i++) {
        const uint64_t x = walked->keys[i] - along->row;
        CT_TRY(visit_range(w, &walked->filed[i], i + 1, last_key(w, along->row, x), err));
        if (comes_round(w, x, x))
            CT_TRY(visit_round(w, &walked->filed[i], along->row, x, true, err));
    }
    return CT_OK;
}

static ct_status visit_level(walk *w, const stretch *along, cursor *cursors, ct_err *err)
{
    if (w->sweep->walked == w->sweep->searched) {
        CT_TRY(visit_own(w, along, err));
    } else {
        CT_TRY(visit_band(w, along, &cursors[0], -1, err));
        CT_TRY(visit_band(w, along, &cursors[1], 0, err));
    }
    return visit_band(w, along, &cursors[2], 1, err);
}

/* --- Another level has bands of another height --- */

/* The things of a stretch can reach into different ones (on a plane, that is folded, into any), and
 * so the search goes back now and then. */
static ct_status visit_other(walk *w, const stretch *along, cursor *cursors, ct_err *err)
{
    const ct_sweep *s = w->sweep;
    const unsigned x_bits = w->bands->x_bits;
    for (int k = 0; k < CURSORS; k++)
        cursors[k].row = UINT64_MAX;
    for (size_t i = along->begin; i < along->end; i++) {
        const ct_filed *a = &s->walked->filed[i];
        if (is_over(w, a))
            continue;
        const uint64_t x = s->walked->keys[i] - along->row;
        const uint64_t low = ct_bands_key(w->bands, s->searched_level, 0, a->y - w->height);
        const uint64_t high = ct_bands_key(w->bands, s->searched_level, 0, a->y + w->height);
        const uint64_t behind = ct_bands_row(w->bands, high, 1);
        for (uint64_t row = ct_bands_row(w->bands, low, 0); row != behind;
             row = ct_bands_row(w->bands, row, 1)) {
            cursor *c = &cursors[(row >> x_bits) % CURSORS];
            if (c->row != row)
                move_to(w, c, row);
            w->searches++;
            CT_TRY(visit_window(w, a, row, x, &c->at, err));
            if (comes_round(w, x, x))
                CT_TRY(visit_round(w, a, row, x, false, err));
        }
    }
    return CT_OK;
}

ct_status ct_sweep_run(ct_sweep *sweep, const ct_bands *bands, const ct_sweep_output *output,
                       ct_err *err)
{
    const uint64_t *walked = sweep->walked->keys;
    walk w = {.sweep = sweep,
              .bands = bands,
              .output = output,
              .keys = sweep->searched->keys,
              .x_mask = (UINT64_C(1) << bands->x_bits) - 1};
    cursor cursors[CURSORS];
    for (int k = 0; k < CURSORS; k++)
        cursors[k] = (cursor){UINT64_MAX, sweep->searched_begin};
    ct_reach reach = {0};
    for (stretch along = {.begin = sweep->begin}; along.begin < sweep->end;
         along.begin = along.end) {
        along.row = ct_bands_row(bands, walked[along.begin], 0);
        along.end = along.begin + 1;
        while (along.end < sweep->end && walked[along.end] <= along.row + w.x_mask)
            along.end++;
        if (along.begin == sweep->begin || along.row > reach.last_row)
            reach = ct_bands_reach(bands, sweep->walked_level, along.row, sweep->reach_m);
        w.reach = reach.steps;
        w.height = reach.height;
        CT_TRY(sweep->walked_level == sweep->searched_level
                   ? visit_level(&w, &along, cursors, err)
                   : visit_other(&w, &along, cursors, err));
    }
    sweep->searches = w.searches;
    sweep->looked_at = w.looked_at;
    return visit_hits(&w, err);
}
