#include "finder_vicinity.h"

#include <math.h>
#include <stdlib.h>

#include "contrace/ids.h"

/* Wider than the distance by far more than rounding takes away; the distance alone decides. */
#define WIDER   1.001
#define WIDER_M 1e-3

enum { SLOTS_LEAST_LOG2 = 10, SLOTS_MOST_LOG2 = 31, STRETCH_LEAST_LOG2 = 6 };

typedef struct cell {
    int64_t x, y, z, time;
} cell;

struct ct_vicinity {
    ct_vicinity_options options;
    double reach_m, cells_a_metre;
    uint64_t cell_us;
    ct_sight *sights; /* by time */
    ct_point *points;
    size_t count;
    unsigned slots_log2, stretches_log2; /* stretches of slots, about one a cell of time */
    uint64_t *taken;                     /* a bit a slot: is anything listed */
    uint32_t *starts;                    /* by slot, and one behind the last */
    uint32_t *listed;                    /* places in sights */
    uint32_t *place_starts, *at_place;   /* the same by place; in the order of time */
};

static int64_t time_cell(const ct_vicinity *v, int64_t us)
{
    const int64_t wide = (int64_t)v->cell_us, cut = us / wide;
    return cut - (us % wide < 0);
}

static int64_t space_cell(const ct_vicinity *v, double at_m)
{
    const double cells = at_m * v->cells_a_metre;
    const int64_t towards_0 = (int64_t)cells;
    return towards_0 - (cells < (double)towards_0); /* floor(), which may be a call */
}

/* The last step of MurmurHash3 (Appleby 2011, public domain). */
static uint64_t mixed(uint64_t h)
{
    h ^= h >> 33;
    h *= UINT64_C(0xff51afd7ed558ccd);
    h ^= h >> 33;
    h *= UINT64_C(0xc4ceb9fe1a85ec53);
    h ^= h >> 33;
    return h;
}

/* All cells of one time are in one stretch of the slots: pings mostly come in the order of time,
 * and find it where the one before them looked. Within, the sum is one by which neighbours, and
 * cells of different axes, get far apart. */
static size_t slot_of(const ct_vicinity *v, const cell *c)
{
    const uint64_t place = mixed((uint64_t)c->x * UINT64_C(0x9e3779b97f4a7c15) +
                                 (uint64_t)c->y * UINT64_C(0xc2b2ae3d27d4eb4f) +
                                 (uint64_t)c->z * UINT64_C(0x165667b19e3779f9));
    const uint64_t time = mixed((uint64_t)c->time);
    const uint64_t stretch_mask = (UINT64_C(1) << v->stretches_log2) - 1;
    return (size_t)(place >> (64 - v->slots_log2 + v->stretches_log2) |
                    (time & stretch_mask) << (v->slots_log2 - v->stretches_log2));
}

/* --- Listing --- */

/* Two cells that fall into one slot list a sight there once. Gives how many slots. */
static unsigned slots_of(const ct_vicinity *v, size_t i, size_t slots[16])
{
    const ct_point p = v->points[i];
    const int64_t us = v->sights[i].time_us, window_us = v->options.window_us;
    const double r = v->reach_m;
    const cell low = {space_cell(v, p.x - r), space_cell(v, p.y - r), space_cell(v, p.z - r),
                      time_cell(v, us - window_us)};
    const cell high = {space_cell(v, p.x + r), space_cell(v, p.y + r), space_cell(v, p.z + r),
                       time_cell(v, us + window_us)};
    unsigned count = 0;
    for (unsigned corner = 0; corner < 16; corner++) {
        const cell c = {corner & 1 ? high.x : low.x, corner & 2 ? high.y : low.y,
                        corner & 4 ? high.z : low.z, corner & 8 ? high.time : low.time};
        const size_t slot = slot_of(v, &c);
        unsigned k = 0;
        while (k < count && slots[k] != slot)
            k++;
        if (k == count)
            slots[count++] = slot;
    }
    return count;
}

/* Turns counts into where each begins; what is then put in moves them on to where each ends. */
static uint64_t starts_of(uint32_t *counts, size_t n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        const uint32_t here = counts[i];
        counts[i] = (uint32_t)sum;
        sum += here;
    }
    return sum;
}

/* Back to where each begins. */
static void shift_starts(uint32_t *ends, size_t n)
{
    for (size_t i = n; i > 0; i--)
        ends[i] = ends[i - 1];
    ends[0] = 0;
}

static ct_status no_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "no memory for where the cases were");
}

static ct_status list_cells(ct_vicinity *v, ct_err *err)
{
    const size_t slot_count = (size_t)1 << v->slots_log2;
    size_t slots[16];
    v->taken = calloc(slot_count / 64, sizeof *v->taken);
    v->starts = calloc(slot_count + 1, sizeof *v->starts);
    if (v->taken == NULL || v->starts == NULL)
        return no_memory(err);
    for (size_t i = 0; i < v->count; i++) {
        if (isnan(v->points[i].x))
            continue;
        for (unsigned k = slots_of(v, i, slots); k > 0; k--)
            v->starts[slots[k - 1]]++;
    }
    const uint64_t listed = starts_of(v->starts, slot_count);
    v->listed = malloc((size_t)(listed + 1) * sizeof *v->listed);
    if (v->listed == NULL)
        return no_memory(err);
    for (size_t i = 0; i < v->count; i++) {
        if (isnan(v->points[i].x))
            continue;
        for (unsigned k = slots_of(v, i, slots); k > 0; k--) {
            const size_t slot = slots[k - 1];
            v->listed[v->starts[slot]++] = (uint32_t)i;
            v->taken[slot / 64] |= UINT64_C(1) << slot % 64;
        }
    }
    shift_starts(v->starts, slot_count);
    return CT_OK;
}

static ct_status list_places(ct_vicinity *v, ct_err *err)
{
    const size_t places = v->options.places;
    v->place_starts = calloc(places + 1, sizeof *v->place_starts);
    v->at_place = malloc((v->count + 1) * sizeof *v->at_place);
    if (v->place_starts == NULL || v->at_place == NULL)
        return no_memory(err);
    for (size_t i = 0; i < v->count; i++)
        if (v->sights[i].place != CT_NO_ID)
            v->place_starts[v->sights[i].place]++;
    (void)starts_of(v->place_starts, places);
    for (size_t i = 0; i < v->count; i++)
        if (v->sights[i].place != CT_NO_ID)
            v->at_place[v->place_starts[v->sights[i].place]++] = (uint32_t)i;
    shift_starts(v->place_starts, places);
    return CT_OK;
}

static int by_time(const void *a, const void *b)
{
    const ct_sight *const p = a, *const q = b;
    return (p->time_us > q->time_us) - (p->time_us < q->time_us);
}

static ct_status take_sights(ct_vicinity *v, const ct_sight *sights, ct_err *err)
{
    v->sights = calloc(v->count + 1, sizeof *v->sights);
    v->points = calloc(v->count + 1, sizeof *v->points);
    if (v->sights == NULL || v->points == NULL)
        return no_memory(err);
    if (v->count > 0) {
        memcpy(v->sights, sights, v->count * sizeof *sights);
        qsort(v->sights, v->count, sizeof *v->sights, by_time);
    }
    for (size_t i = 0; i < v->count; i++) {
        const ct_sight *const s = &v->sights[i];
        v->points[i] =
            isnan(s->x) ? (ct_point){NAN, NAN, NAN} : ct_point_at(v->options.frame, s->x, s->y);
    }
    return CT_OK;
}

/* The cells of time in which any case was seen: as many stretches, or half as many. */
static unsigned count_stretches(const ct_vicinity *v)
{
    size_t times = 0;
    for (size_t i = 0; i < v->count; i++)
        times +=
            i == 0 || time_cell(v, v->sights[i].time_us) != time_cell(v, v->sights[i - 1].time_us);
    unsigned log2 = 0;
    while (log2 + STRETCH_LEAST_LOG2 < v->slots_log2 && times >> (log2 + 1) > 0)
        log2++;
    return log2;
}

ct_status ct_vicinity_new(ct_vicinity **out, const ct_vicinity_options *options,
                          const ct_sight *sights, size_t count, ct_err *err)
{
    if (count > UINT32_MAX / 16)
        return ct_fail(err, CT_ERANGE, "more than 2^28 pings of cases");
    ct_vicinity *const v = calloc(1, sizeof *v);
    if (v == NULL)
        return no_memory(err);
    v->options = *options;
    v->count = count;
    v->reach_m = WIDER * ct_nearness_most_m(&options->nearness) + WIDER_M;
    v->cells_a_metre = 1 / (2.001 * v->reach_m); /* so that none touches three of them */
    v->cell_us = 2 * (uint64_t)options->window_us + 1;
    v->slots_log2 = SLOTS_LEAST_LOG2;
    while (v->slots_log2 < SLOTS_MOST_LOG2 && (uint64_t)1 << v->slots_log2 < 32 * (uint64_t)count)
        v->slots_log2++;
    ct_status status = take_sights(v, sights, err);
    if (status == CT_OK) {
        v->stretches_log2 = count_stretches(v);
        status = list_cells(v, err);
    }
    if (status == CT_OK)
        status = list_places(v, err);
    if (status != CT_OK) {
        ct_vicinity_free(v);
        return status;
    }
    *out = v;
    return CT_OK;
}

/* --- Looking --- */

static bool in_window(const ct_vicinity *v, int64_t a_us, int64_t b_us)
{
    return (a_us > b_us ? a_us - b_us : b_us - a_us) <= v->options.window_us;
}

static ct_status visit_place(const ct_vicinity *v, const ct_sight *s, ct_point at,
                             ct_vicinity_fn *fn, void *ctx, ct_err *err)
{
    uint32_t low = v->place_starts[s->place], high = v->place_starts[s->place + 1];
    const uint32_t end = high;
    while (low < high) { /* to the first in the window */
        const uint32_t middle = low + (high - low) / 2;
        if (v->sights[v->at_place[middle]].time_us < s->time_us - v->options.window_us)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < end; low++) {
        const uint32_t i = v->at_place[low];
        const ct_sight *const of_case = &v->sights[i];
        if (!in_window(v, of_case->time_us, s->time_us))
            break;
        const double distance_m = sqrt(ct_distance_squared(v->points[i], at));
        CT_TRY(fn(of_case, distance_m, true, ctx, err));
    }
    return CT_OK;
}

static ct_status visit_cell(const ct_vicinity *v, const ct_sight *s, ct_point at,
                            ct_vicinity_fn *fn, void *ctx, ct_err *err)
{
    const cell c = {space_cell(v, at.x), space_cell(v, at.y), space_cell(v, at.z),
                    time_cell(v, s->time_us)};
    const size_t slot = slot_of(v, &c);
    if ((v->taken[slot / 64] >> slot % 64 & 1) == 0)
        return CT_OK;
    for (uint32_t k = v->starts[slot]; k < v->starts[slot + 1]; k++) {
        const uint32_t i = v->listed[k];
        const ct_sight *const of_case = &v->sights[i];
        const double distance2 = ct_distance_squared(v->points[i], at);
        if (in_window(v, of_case->time_us, s->time_us) &&
            ct_nearness_near2(&v->options.nearness, distance2, of_case->accuracy_m,
                              s->accuracy_m) &&
            (s->place == CT_NO_ID || s->place != of_case->place))
            CT_TRY(fn(of_case, sqrt(distance2), false, ctx, err));
    }
    return CT_OK;
}

ct_status ct_vicinity_visit(const ct_vicinity *v, const ct_sight *s, ct_vicinity_fn *fn, void *ctx,
                            ct_err *err)
{
    const bool somewhere = !isnan(s->x);
    const ct_point at =
        somewhere ? ct_point_at(v->options.frame, s->x, s->y) : (ct_point){NAN, NAN, NAN};
    if (s->place != CT_NO_ID)
        CT_TRY(visit_place(v, s, at, fn, ctx, err));
    return somewhere ? visit_cell(v, s, at, fn, ctx, err) : CT_OK;
}

void ct_vicinity_free(ct_vicinity *v)
{
    if (v == NULL)
        return;
    free(v->sights);
    free(v->points);
    free(v->taken);
    free(v->starts);
    free(v->listed);
    free(v->place_starts);
    free(v->at_place);
    free(v);
}
