/* world_rows.h -- a world of trajectory rows, its episodes as the finder gives them, and as a
 * search by halving intervals and by sampling does: the oracle of the row contacts. */
#ifndef CONTRACE_TEST_WORLD_ROWS_H
#define CONTRACE_TEST_WORLD_ROWS_H

#include "world.h"

typedef struct row {
    char id[WORLD_ID], place[WORLD_ID];
    int64_t start_us, end_us;
    double x, y, end_x, end_y, accuracy_m;
    int64_t from_us, until_us; /* stretched, filled in by stretch() */
    ct_point *fine;            /* on earth: the path in FINE equal steps */
} row;

enum { FINE = 2048 };

typedef struct world {
    ct_finder_options options;
    world_cases cases;
    world_list rows;
} world;

static inline void world_init(world *w, ct_frame frame, double distance_m, int64_t window_us)
{
    *w = (world){
        .options = {.frame = frame, .distance_m = distance_m, .window_us = window_us},
        .rows = {.size = sizeof(row)},
    };
}

static inline row *go(world *w, const char *id, int64_t start_us, int64_t end_us, double x,
                      double y, double end_x, double end_y)
{
    row *const r = world_push(&w->rows);
    snprintf(r->id, sizeof r->id, "%s", id);
    r->start_us = start_us;
    r->end_us = end_us;
    r->x = x;
    r->y = y;
    r->end_x = end_x;
    r->end_y = end_y;
    r->accuracy_m = NAN;
    return r;
}

static inline void drop(world_list *list)
{
    free(list->items);
    *list = (world_list){.size = list->size};
}

static inline void drop_rows(world *w)
{
    for (size_t i = 0; i < w->rows.count; i++)
        free(((row *)world_at(&w->rows, i))->fine);
    drop(&w->rows);
}

static inline void find(const world *w, unsigned workers, uint64_t memory, world_list *out)
{
    ct_finder_options options = w->options;
    ct_cases *const cases = world_case_table(&w->cases);
    ct_pool *pool = NULL;
    ct_finder *finder;
    if (workers > 1)
        WORLD_OK(ct_pool_new(&pool, workers, err));
    options.cases = cases;
    options.pool = pool;
    options.memory_bytes = memory;
    WORLD_OK(ct_finder_new(&finder, &options, err));
    for (size_t i = 0; i < w->rows.count; i++) {
        const row *const r = world_at(&w->rows, i);
        const ct_trajectory_row t = {.id = ct_str_of(r->id),
                                     .start_us = r->start_us,
                                     .end_us = r->end_us,
                                     .x = r->x,
                                     .y = r->y,
                                     .end_x = r->end_x,
                                     .end_y = r->end_y,
                                     .accuracy_m = r->accuracy_m,
                                     .mode = -1,
                                     .pings = -1,
                                     .place_id = ct_str_of(r->place)};
        WORLD_OK(ct_finder_add_row(finder, &t, err));
    }
    WORLD_OK(ct_finder_run(finder, err));
    world_take_episodes(finder, out);
    ct_finder_free(finder);
    ct_pool_free(pool);
    ct_cases_free(cases);
}

/* --- The oracle --- */

static inline int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static inline void stretch(world *w)
{
    const int64_t before = w->options.window_us / 2, after = w->options.window_us - before;
    for (size_t i = 0; i < w->rows.count; i++) {
        row *const r = world_at(&w->rows, i);
        r->from_us = r->start_us - before;
        r->until_us = r->end_us + after;
        for (size_t j = 0; j < w->rows.count; j++) {
            const row *const o = world_at(&w->rows, j);
            if (j == i || strcmp(o->id, r->id) != 0)
                continue;
            if (o->start_us < r->start_us)
                r->from_us = most(r->from_us, least(o->end_us, r->start_us));
            if (o->end_us > r->end_us)
                r->until_us = least(r->until_us, most(o->start_us, r->end_us));
        }
    }
}

static inline ct_point where(const world *w, const row *r, double t_us)
{
    const double span = (double)(r->end_us - r->start_us), past = t_us - (double)r->start_us;
    const double part = past <= 0 ? 0 : past >= span ? 1 : past / span;
    if (w->options.frame == CT_FRAME_PLANAR)
        return (ct_point){r->x + part * (r->end_x - r->x), r->y + part * (r->end_y - r->y), 0};
    const double step = part * FINE;
    const int k = step >= FINE ? FINE - 1 : (int)step;
    const ct_point a = r->fine[k], b = r->fine[k + 1];
    const double f = step - k;
    return (ct_point){a.x + f * (b.x - a.x), a.y + f * (b.y - a.y), a.z + f * (b.z - a.z)};
}

static inline double apart2(const world *w, const row *a, const row *b, double t_us)
{
    return ct_distance_squared(where(w, a, t_us), where(w, b, t_us));
}

typedef struct met {
    char index[WORLD_ID], contact[WORLD_ID];
    int64_t start_us, end_us, claim_start_us, claim_end_us; /* no claim: start after end */
    double expected_us, closest_m, claimed_m, stretched_m;  /* the last two: integrals, m us */
    double probability;
    bool venue, lingers;
} met;

static inline double last_inside(const world *w, const row *a, const row *b, double inside,
                                 double outside)
{
    const double d2 = w->options.distance_m * w->options.distance_m;
    for (int i = 0; i < 80; i++) {
        const double middle = inside + (outside - inside) / 2;
        *(apart2(w, a, b, middle) <= d2 ? &inside : &outside) = middle;
    }
    return inside;
}

/* In [from, until] both move uniformly, so the squared distance is convex: one interval at most. */
static inline bool convex(const world *w, const row *a, const row *b, double from, double until,
                          double *s, double *e, double *closest_us)
{
    const double d2 = w->options.distance_m * w->options.distance_m;
    double lo = from, hi = until;
    for (int i = 0; i < 200; i++) {
        const double p = lo + (hi - lo) / 3, q = hi - (hi - lo) / 3;
        if (apart2(w, a, b, p) <= apart2(w, a, b, q))
            hi = q;
        else
            lo = p;
    }
    *closest_us = lo;
    if (apart2(w, a, b, from) <= apart2(w, a, b, lo))
        *closest_us = from;
    if (apart2(w, a, b, until) < apart2(w, a, b, *closest_us))
        *closest_us = until;
    if (apart2(w, a, b, *closest_us) > d2)
        return false;
    *s = apart2(w, a, b, from) <= d2 ? from : last_inside(w, a, b, *closest_us, from);
    *e = apart2(w, a, b, until) <= d2 ? until : last_inside(w, a, b, *closest_us, until);
    return true;
}

enum { WHAT_DISTANCE, WHAT_PROBABILITY };

static inline double simpson(const world *w, const row *a, const row *b, double from, double until,
                             int what)
{
    enum { STEPS = 2000 };
    double sum = 0;
    for (int i = 0; i <= STEPS; i++) {
        const double d = sqrt(apart2(w, a, b, from + (until - from) * i / STEPS));
        const double f =
            what == WHAT_DISTANCE
                ? d
                : ct_probability_within(d, w->options.distance_m, a->accuracy_m, b->accuracy_m);
        sum += f * (i == 0 || i == STEPS ? 1 : i % 2 ? 4 : 2);
    }
    return until > from ? sum * (until - from) / (3 * STEPS) : 0;
}

static inline bool by_place(const row *a, const row *b)
{
    return a->place[0] && strcmp(a->place, b->place) == 0 &&
           (isnan(a->accuracy_m) || isnan(b->accuracy_m));
}

static inline void fill(const world *w, const row *a, const row *b, met *m)
{
    m->claim_start_us = most(m->start_us, most(a->start_us, b->start_us));
    m->claim_end_us = least(m->end_us, least(a->end_us, b->end_us));
    if (m->claim_start_us < m->claim_end_us)
        m->claimed_m =
            simpson(w, a, b, (double)m->claim_start_us, (double)m->claim_end_us, WHAT_DISTANCE);
    m->stretched_m =
        simpson(w, a, b, (double)m->start_us, (double)m->end_us, WHAT_DISTANCE) - m->claimed_m;
    m->probability = by_place(a, b) ? 1
                                    : ct_probability_within(m->closest_m, w->options.distance_m,
                                                            a->accuracy_m, b->accuracy_m);
    memcpy(m->index, a->id, WORLD_ID);
    memcpy(m->contact, b->id, WORLD_ID);
}

/* Of a time in which both claim where they are. */
static inline double expected(const world *w, const row *a, const row *b, double lo, double hi)
{
    double s, e, closest;
    if (by_place(a, b))
        return hi - lo;
    if (a->accuracy_m > 0 || b->accuracy_m > 0)
        return simpson(w, a, b, lo, hi, WHAT_PROBABILITY);
    return convex(w, a, b, lo, hi, &s, &e, &closest) ? e - s : 0;
}

/* All contacts of two rows within [from, until] of a's infectious period. */
static inline void meet(const world *w, const row *a, const row *b, int64_t from, int64_t until,
                        world_list *out)
{
    from = most(from, most(a->from_us, b->from_us));
    until = least(until, least(a->until_us, b->until_us));
    const bool venue = a->place[0] && strcmp(a->place, b->place) == 0;
    const size_t first = out->count;
    int64_t breaks[6] = {from, a->start_us, a->end_us, b->start_us, b->end_us, until};
    if (from > until)
        return;
    for (int i = 1; i < 5; i++) { /* put in order, held within the ends */
        breaks[i] = most(from, least(until, breaks[i]));
        for (int j = i; j > 1 && breaks[j] < breaks[j - 1]; j--) {
            const int64_t t = breaks[j];
            breaks[j] = breaks[j - 1];
            breaks[j - 1] = t;
        }
    }
    for (int i = 0; i < 5; i++) {
        double s = (double)breaks[i], e = (double)breaks[i + 1], closest;
        bool in = convex(w, a, b, s, e, &s, &e, &closest);
        const double closest_m = sqrt(apart2(w, a, b, closest));
        if (venue) {
            s = (double)breaks[i];
            e = (double)breaks[i + 1];
            in = true;
        }
        if (!in)
            continue;
        met *last = out->count > first ? world_at(out, out->count - 1) : NULL;
        if (last && s <= (double)last->end_us + 2) {
            last->end_us = most(last->end_us, (int64_t)floor(e + 1e-3));
            last->closest_m = fmin(last->closest_m, closest_m);
            continue;
        }
        met *const m = world_push(out);
        m->start_us = (int64_t)ceil(s - 1e-3);
        m->end_us = most(m->start_us, (int64_t)floor(e + 1e-3));
        m->closest_m = closest_m;
        m->venue = venue;
    }
    for (size_t k = first; k < out->count; k++) {
        met *const m = world_at(out, k);
        const met *const next = k + 1 < out->count ? world_at(out, k + 1) : NULL;
        const int64_t lo = most(k == first ? from : m->start_us, most(a->start_us, b->start_us));
        const int64_t hi = least(next ? next->start_us : until, least(a->end_us, b->end_us));
        fill(w, a, b, m);
        if (lo < hi)
            m->expected_us = expected(w, a, b, (double)lo, (double)hi);
    }
}

static inline int by_start(const void *a, const void *b)
{
    const met *const p = a, *const q = b;
    const int index = strcmp(p->index, q->index), contact = strcmp(p->contact, q->contact);
    if (index != 0 || contact != 0)
        return index != 0 ? index : contact;
    return (p->start_us > q->start_us) - (p->start_us < q->start_us);
}

/* The measure of the union of what is claimed in mets i to j: no moment counts twice. */
static inline int64_t claimed_once(const world_list *all, size_t i, size_t j)
{
    int64_t sum = 0, at = INT64_MIN;
    for (;;) { /* from `at` on to the next moment that any claims */
        const met *next = NULL;
        for (size_t k = i; k < j; k++) {
            const met *const m = world_at(all, k);
            if (m->claim_start_us < m->claim_end_us && m->claim_end_us > at &&
                (!next || most(at, m->claim_start_us) < most(at, next->claim_start_us)))
                next = m;
        }
        if (!next)
            return sum;
        sum += next->claim_end_us - most(at, next->claim_start_us);
        at = next->claim_end_us;
    }
}

static inline void join(const world *w, const world_list *all, world_list *out)
{
    out->size = sizeof(world_episode);
    for (size_t i = 0, j; i < all->count; i = j) {
        const met *const m = world_at(all, i);
        world_episode *const f = world_push(out);
        double sum_m = 0, other_m = 0, plain_m = 0;
        int64_t stretched = 0;
        double expected = 0;
        memcpy(f->index, m->index, WORLD_ID);
        memcpy(f->contact, m->contact, WORLD_ID);
        f->e.start_us = m->start_us;
        f->e.end_us = m->end_us;
        f->e.min_distance_m = INFINITY;
        f->e.setting = CT_SETTING_LINGERING;
        for (j = i; j < all->count; j++) {
            const met *const n = world_at(all, j);
            if (j > i && (strcmp(m->index, n->index) != 0 || strcmp(m->contact, n->contact) != 0 ||
                          n->start_us - f->e.end_us > w->options.gap_us))
                break;
            f->e.end_us = most(f->e.end_us, n->end_us);
            f->e.collisions++;
            expected += n->expected_us;
            f->e.min_distance_m = fmin(f->e.min_distance_m, n->closest_m);
            f->e.probability = fmax(f->e.probability, n->probability);
            const int setting = n->lingers ? CT_SETTING_LINGERING
                                : n->venue ? CT_SETTING_VENUE
                                           : CT_SETTING_DIRECT;
            f->e.setting = setting < f->e.setting ? setting : f->e.setting;
            const int64_t claimed = most(0, n->claim_end_us - n->claim_start_us);
            f->e.duration_us += claimed;
            stretched += n->end_us - n->start_us - claimed;
            sum_m += n->claimed_m;
            other_m += n->stretched_m;
            plain_m += n->closest_m;
        }
        f->overlaps = claimed_once(all, i, j) != f->e.duration_us;
        f->e.duration_us = claimed_once(all, i, j);
        f->e.expected_us = llround(expected);
        f->e.mean_distance_m = f->e.duration_us > 0 ? sum_m / (double)f->e.duration_us
                               : stretched > 0      ? other_m / (double)stretched
                                                    : plain_m / (double)f->e.collisions;
    }
}

/* What of the air of a place is left when the person has gone. */
static inline void linger(const world *w, const row *a, const row *b, const world_case *c,
                          world_list *out)
{
    const size_t first = out->count;
    row air = *a;
    if (a->x != a->end_x || a->y != a->end_y || a->start_us > c->until_us || a->end_us < c->from_us)
        return;
    air.start_us = air.from_us = least(a->end_us, c->until_us);
    air.end_us = air.until_us = air.start_us + w->options.linger_us;
    meet(w, &air, b, INT64_MIN, INT64_MAX, out);
    for (size_t i = first; i < out->count; i++)
        ((met *)world_at(out, i))->lingers = true;
}

static inline void all_episodes(world *w, world_list *out)
{
    world_list all = {.size = sizeof(met)};
    stretch(w);
    for (size_t i = 0; i < w->rows.count; i++) {
        for (size_t j = 0; j < w->rows.count; j++) {
            const row *const a = world_at(&w->rows, i), *const b = world_at(&w->rows, j);
            const world_case *const c = world_case_of(&w->cases, a->id);
            if (strcmp(a->id, b->id) == 0 || (w->cases.given && !c))
                continue;
            if (w->cases.given)
                meet(w, a, b, c->from_us, c->until_us, &all);
            else if (strcmp(a->id, b->id) < 0)
                meet(w, a, b, INT64_MIN, INT64_MAX, &all);
            if (w->options.linger_us > 0)
                linger(w, a, b, c, &all);
        }
    }
    if (all.count)
        qsort(all.items, all.count, all.size, by_start);
    join(w, &all, out);
    drop(&all);
}

static inline void hold_near(const world *w, const world_list *found, const world_list *all)
{
    const int64_t ms = 1000;
    assert_int_equal(found->count, all->count);
    for (size_t i = 0; i < found->count; i++) {
        const world_episode *const f = world_at(found, i), *const a = world_at(all, i);
        const double least_m = 1e-3 + 1e-6 * w->options.distance_m;
        assert_string_equal(f->index, a->index);
        assert_string_equal(f->contact, a->contact);
        assert_true(llabs(f->e.start_us - a->e.start_us) <= ms);
        assert_true(llabs(f->e.end_us - a->e.end_us) <= ms);
        assert_true(llabs(f->e.duration_us - a->e.duration_us) <= ms);
        assert_int_equal(f->e.collisions, a->e.collisions);
        assert_int_equal(f->e.setting, a->e.setting);
        assert_true(world_near(f->e.min_distance_m, a->e.min_distance_m, 1e-6));
        assert_true(world_near(f->e.probability, a->e.probability, 1e-6));
        if (a->overlaps) { /* of what counts once it is not said which counts */
            assert_true(f->e.expected_us <= a->e.expected_us + f->e.collisions * ms);
            continue;
        }
        assert_true(world_near(f->e.mean_distance_m, a->e.mean_distance_m, least_m));
        assert_true(llabs(f->e.expected_us - a->e.expected_us) <= f->e.collisions * ms);
    }
}

static inline void hold(world *w)
{
    world_list all = {0}, first = {0};
    all_episodes(w, &all);
    for (unsigned round = 0; round < 4; round++) {
        world_list found = {0};
        find(w, 1 + round % 2, round < 2 ? 64 << 20 : 1 << 20, &found);
        hold_near(w, &found, &all);
        for (size_t i = 0; round > 0 && i < found.count; i++)
            assert_true(world_episodes_same(world_at(&found, i), world_at(&first, i)));
        world_shuffle(w->rows.items, w->rows.count, w->rows.size, 31 + round);
        if (round == 0)
            first = found;
        else
            drop(&found);
    }
    drop(&all);
    drop(&first);
    drop_rows(w);
}

#endif
