/* world_pings.h -- a world of pings, its collisions and episodes as the finder gives them, and as
 * every pair of pings looked at in turn does: the oracle. */
#ifndef CONTRACE_TEST_WORLD_PINGS_H
#define CONTRACE_TEST_WORLD_PINGS_H

#include "world.h"

typedef struct seen {
    char id[WORLD_ID], place[WORLD_ID];
    int64_t time_us;
    double x, y, accuracy_m;
} seen;

typedef struct world {
    ct_finder_options options; /* cases, pool and memory aside */
    world_cases cases;
    world_list pings;
} world;

static inline void world_init(world *w, ct_frame frame, double distance_m, int64_t window_us)
{
    *w = (world){.options = {.frame = frame,
                             .distance_m = distance_m,
                             .window_us = window_us,
                             .gap_us = 30 * CT_MINUTE},
                 .pings = {.size = sizeof(seen)}};
}

static inline seen *see(world *w, int person, int64_t time_us, double x, double y)
{
    seen *const s = world_push(&w->pings);
    snprintf(s->id, sizeof s->id, "p%d", person % 1000);
    s->time_us = time_us;
    s->x = x;
    s->y = y;
    s->accuracy_m = NAN;
    return s;
}

/* --- The oracle --- */

static inline void meet(const world *w, const seen *index, const seen *contact, double distance_m,
                        bool venue, world_list *out)
{
    world_collision *const f = world_push(out);
    memcpy(f->index, index->id, WORLD_ID);
    memcpy(f->contact, contact->id, WORLD_ID);
    f->c.index_time_us = index->time_us;
    f->c.contact_time_us = contact->time_us;
    f->c.distance_m = distance_m;
    const bool by_place =
        venue && (isnan(distance_m) || isnan(index->accuracy_m) || isnan(contact->accuracy_m));
    f->c.probability = by_place ? 1
                                : ct_probability_within(distance_m, w->options.distance_m,
                                                        index->accuracy_m, contact->accuracy_m);
    f->c.x = index->x;
    f->c.y = index->y;
    f->within = venue || w->options.radii || distance_m <= w->options.distance_m;
}

static inline void consider(const world *w, const seen *a, const seen *b, world_list *out)
{
    const double D = w->options.distance_m;
    if (strcmp(a->id, b->id) == 0)
        return;
    double d2 = NAN;
    if (!isnan(a->x) && !isnan(b->x))
        d2 = ct_distance_squared(ct_point_at(w->options.frame, a->x, a->y),
                                 ct_point_at(w->options.frame, b->x, b->y));
    const bool venue = a->place[0] && strcmp(a->place, b->place) == 0;
    const double least = w->options.min_probability;
    const double radii = w->options.radii ? fmax(0, a->accuracy_m) + fmax(0, b->accuracy_m) : 0;
    const bool near =
        radii > 0   ? sqrt(d2) <= D + radii
        : least > 0 ? ct_probability_within(sqrt(d2), D, a->accuracy_m, b->accuracy_m) >= least
                    : d2 <= D * D;
    if (!venue && !near)
        return;
    if (!w->cases.given) {
        if (strcmp(a->id, b->id) < 0)
            meet(w, a, b, sqrt(d2), venue, out);
        else
            meet(w, b, a, sqrt(d2), venue, out);
        return;
    }
    const seen *const both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        const world_case *const c = world_case_of(&w->cases, both[i]->id);
        if (c && c->from_us <= both[i]->time_us && both[i]->time_us <= c->until_us)
            meet(w, both[i], both[1 - i], sqrt(d2), venue, out);
    }
}

static inline int by_value(double a, double b)
{
    if (isnan(a) || isnan(b))
        return !isnan(a) - !isnan(b);
    return (a > b) - (a < b);
}

static inline int by_keys(const world_collision *a, const world_collision *b)
{
    const int index = strcmp(a->index, b->index), contact = strcmp(a->contact, b->contact);
    if (index != 0 || contact != 0)
        return index != 0 ? index : contact;
    const ct_collision *const p = &a->c, *const q = &b->c;
    if (p->index_time_us != q->index_time_us)
        return p->index_time_us < q->index_time_us ? -1 : 1;
    return (p->contact_time_us > q->contact_time_us) - (p->contact_time_us < q->contact_time_us);
}

static inline int by_all(const void *a, const void *b)
{
    const world_collision *const p = a, *const q = b;
    const int order[] = {by_keys(p, q), by_value(p->c.distance_m, q->c.distance_m),
                         by_value(p->c.probability, q->c.probability), by_value(p->c.x, q->c.x),
                         by_value(p->c.y, q->c.y)};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        if (order[i] != 0)
            return order[i];
    }
    return 0;
}

static inline int by_time(const void *a, const void *b)
{
    const seen *const p = a, *const q = b;
    return (p->time_us > q->time_us) - (p->time_us < q->time_us);
}

static inline void all_collisions(world *w, world_list *out)
{
    out->size = sizeof(world_collision);
    if (w->pings.count)
        qsort(w->pings.items, w->pings.count, w->pings.size, by_time);
    for (size_t i = 0; i < w->pings.count; i++) {
        const seen *const a = world_at(&w->pings, i);
        for (size_t j = i + 1; j < w->pings.count; j++) {
            const seen *const b = world_at(&w->pings, j);
            if (b->time_us - a->time_us > w->options.window_us)
                break;
            consider(w, a, b, out);
        }
    }
    if (out->count)
        qsort(out->items, out->count, out->size, by_all);
}

static inline int64_t first_of(const world_collision *f)
{
    return f->c.index_time_us < f->c.contact_time_us ? f->c.index_time_us : f->c.contact_time_us;
}

static inline int64_t last_of(const world_collision *f)
{
    return f->c.index_time_us > f->c.contact_time_us ? f->c.index_time_us : f->c.contact_time_us;
}

/* The collisions of one pair, [begin, end): episodes by joining any two spells that are near enough
 * until none are. */
static inline void pair_episodes(const world *w, const world_list *found, size_t begin, size_t end,
                                 world_list *out)
{
    const size_t n = end - begin;
    size_t *const label = malloc(n * sizeof *label);
    assert_non_null(label);
    for (size_t i = 0; i < n; i++)
        label[i] = i;
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < n; i++) {
            const world_collision *const a = world_at(found, begin + i);
            for (size_t j = 0; j < n; j++) {
                const world_collision *const b = world_at(found, begin + j);
                if (label[j] > label[i] && first_of(b) - last_of(a) <= w->options.gap_us &&
                    first_of(a) - last_of(b) <= w->options.gap_us) {
                    label[j] = label[i];
                    again = true;
                }
            }
        }
    }
    for (size_t l = 0; l < n; l++) {
        world_episode f = {.e = {.start_us = INT64_MAX, .end_us = INT64_MIN}};
        double sum_m = 0, probability = 0;
        int64_t from_us = INT64_MAX, until_us = INT64_MIN;
        int64_t measured = 0;
        f.e.min_distance_m = NAN;
        for (size_t i = 0; i < n; i++) {
            if (label[i] != l)
                continue;
            const world_collision *const a = world_at(found, begin + i);
            memcpy(f.index, a->index, WORLD_ID);
            memcpy(f.contact, a->contact, WORLD_ID);
            f.e.start_us = first_of(a) < f.e.start_us ? first_of(a) : f.e.start_us;
            f.e.end_us = last_of(a) > f.e.end_us ? last_of(a) : f.e.end_us;
            if (a->within) {
                from_us = first_of(a) < from_us ? first_of(a) : from_us;
                until_us = last_of(a) > until_us ? last_of(a) : until_us;
            }
            f.e.collisions++;
            f.e.probability = fmax(f.e.probability, a->c.probability);
            probability += a->c.probability;
            f.e.min_distance_m = fmin(f.e.min_distance_m, a->c.distance_m);
            if (!isnan(a->c.distance_m)) {
                sum_m += a->c.distance_m;
                measured++;
            }
        }
        if (f.e.collisions == 0 || f.e.probability < w->options.min_probability)
            continue;
        f.e.duration_us = from_us <= until_us ? until_us - from_us : 0;
        f.e.expected_us =
            llround((double)(f.e.end_us - f.e.start_us) * (probability / (double)f.e.collisions));
        f.e.mean_distance_m = sum_m / (double)measured;
        *(world_episode *)world_push(out) = f;
    }
    free(label);
}

static inline int by_start(const void *a, const void *b)
{
    const world_episode *const p = a, *const q = b;
    const int index = strcmp(p->index, q->index), contact = strcmp(p->contact, q->contact);
    if (index != 0 || contact != 0)
        return index != 0 ? index : contact;
    return (p->e.start_us > q->e.start_us) - (p->e.start_us < q->e.start_us);
}

static inline void all_episodes(const world *w, const world_list *found, world_list *out)
{
    out->size = sizeof(world_episode);
    for (size_t begin = 0, end; begin < found->count; begin = end) {
        const world_collision *const a = world_at(found, begin);
        for (end = begin + 1; end < found->count; end++) {
            const world_collision *const b = world_at(found, end);
            if (strcmp(a->index, b->index) != 0 || strcmp(a->contact, b->contact) != 0)
                break;
        }
        pair_episodes(w, found, begin, end, out);
    }
    if (out->count)
        qsort(out->items, out->count, out->size, by_start);
}

/* --- The finder --- */

static inline ct_ping ping_of(const seen *s)
{
    return (ct_ping){ct_str_of(s->id), s->time_us,         s->x, s->y, s->accuracy_m,
                     CT_STR("gps"),    ct_str_of(s->place)};
}

/* Adds all to every worker in turn; first those of the cases, if they are read twice. */
static inline void add_pings(const world *w, ct_finder *finder, unsigned workers, bool twice)
{
    twice = twice && !w->options.radii;
    for (size_t i = 0; twice && i < w->pings.count; i++) {
        const ct_ping ping = ping_of(world_at(&w->pings, i));
        WORLD_OK(ct_finder_add_case_ping_by(finder, (unsigned)i % workers, &ping, err));
    }
    if (twice)
        WORLD_OK(ct_finder_cases_known(finder, err));
    for (size_t i = 0; i < w->pings.count; i++) {
        const ct_ping ping = ping_of(world_at(&w->pings, i));
        WORLD_OK(ct_finder_add_ping_by(finder, (unsigned)i % workers, &ping, err));
    }
}

static inline void find(const world *w, bool pairs, bool twice, unsigned workers, uint64_t memory,
                        world_list *out)
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
    options.pairs = pairs;
    WORLD_OK(ct_finder_new(&finder, &options, err));
    add_pings(w, finder, workers, twice);
    WORLD_OK(ct_finder_run(finder, err));
    const uint64_t count = ct_finder_found(finder);
    if (pairs)
        world_take_collisions(finder, out);
    else
        world_take_episodes(finder, out);
    assert_true(count >= out->count);
    if (pairs && !(w->options.min_probability > 0))
        assert_int_equal(count, out->count);
    ct_finder_free(finder);
    ct_pool_free(pool);
    ct_cases_free(cases);
}

/* What is likely enough to be listed as a pair. */
static inline void keep_likely(world_list *all, double least)
{
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++) {
        const world_collision *const c = world_at(all, i);
        if (c->c.probability >= least)
            memmove(all->items + kept++ * all->size, c, all->size);
    }
    all->count = kept;
}

static inline void hold_collisions(const world_list *found, const world_list *all)
{
    assert_int_equal(found->count, all->count);
    for (size_t i = 1; i < found->count; i++)
        assert_true(by_keys(world_at(found, i - 1), world_at(found, i)) <= 0);
    if (found->count)
        qsort(found->items, found->count, found->size, by_all);
    for (size_t i = 0; i < found->count; i++)
        assert_int_equal(by_all(world_at(found, i), world_at(all, i)), 0);
}

/* The index person was there at the closest moment, the first of several. */
static inline bool was_there(const world_episode *f, const world_list *collisions)
{
    int64_t first_us = INT64_MAX;
    bool there = false;
    for (size_t i = 0; i < collisions->count; i++) {
        const world_collision *const c = world_at(collisions, i);
        if (strcmp(c->index, f->index) != 0 || strcmp(c->contact, f->contact) != 0 ||
            first_of(c) < f->e.start_us || last_of(c) > f->e.end_us || first_of(c) > first_us ||
            !world_same(c->c.distance_m, f->e.min_distance_m))
            continue;
        there &= first_of(c) == first_us;
        first_us = first_of(c);
        there |= world_same(c->c.x, f->e.x) && world_same(c->c.y, f->e.y);
    }
    return there;
}

static inline void hold_episodes(const world *w, const world_list *found, const world_list *all,
                                 const world_list *collisions)
{
    assert_int_equal(found->count, all->count);
    for (size_t i = 0; i < found->count; i++) {
        const world_episode *const f = world_at(found, i), *const a = world_at(all, i);
        assert_int_equal(by_start(f, a), 0);
        assert_int_equal(f->e.end_us, a->e.end_us);
        assert_int_equal(f->e.duration_us, a->e.duration_us);
        assert_int_equal(f->e.collisions, a->e.collisions);
        assert_true(llabs(f->e.expected_us - a->e.expected_us) <= 1);
        assert_true(world_same(f->e.probability, a->e.probability));
        assert_true(isnan(f->e.min_distance_m) || was_there(f, collisions));
        assert_true(world_same(f->e.min_distance_m, a->e.min_distance_m));
        assert_true(world_near(f->e.mean_distance_m, a->e.mean_distance_m,
                               1e-12 * w->options.distance_m + 1e-9));
    }
}

static inline void drop(world_list *list)
{
    free(list->items);
    *list = (world_list){.size = list->size};
}

/* What is told of pairs in brief is the same, the distance to the millimetre. */
static inline void hold_brief(world *w, const world_list *all)
{
    world_list expected = {.size = sizeof(world_collision)};
    for (size_t i = 0; i < all->count; i++) {
        world_collision *const c = world_push(&expected);
        *c = *(const world_collision *)world_at(all, i);
        c->c.distance_m = ct_round(c->c.distance_m, 3);
        c->c.probability = c->c.x = c->c.y = NAN;
    }
    if (expected.count)
        qsort(expected.items, expected.count, expected.size, by_all);
    w->options.brief = true;
    for (unsigned round = 0; round < (w->cases.given ? 3 : 2); round++) {
        world_list found = {0};
        find(w, true, round == 2, 1 + round % 2, 1 << 20, &found);
        hold_collisions(&found, &expected);
        drop(&found);
    }
    w->options.brief = false;
    drop(&expected);
}

/* Finder and oracle agree, in any order of input, with one thread or two, little memory or much,
 * and with pings that are read twice. */
static inline void hold(world *w)
{
    world_list all = {0}, likely = {0}, episodes = {0}, first[2] = {{0}, {0}};
    all_collisions(w, &all);
    all_collisions(w, &likely);
    keep_likely(&likely, w->options.min_probability);
    all_episodes(w, &all, &episodes);
    for (unsigned round = 0; round < (w->cases.given ? 5 : 3); round++) {
        const unsigned workers = 1 + round % 2;
        const bool twice = round > 2;
        const uint64_t memory = round == 2 ? 1 << 20 : 64 << 20;
        world_list found = {0}, joined = {0};
        world_shuffle(w->pings.items, w->pings.count, w->pings.size, 77 + round);
        find(w, true, twice, workers, memory, &found);
        find(w, false, twice, workers, memory, &joined);
        hold_episodes(w, &joined, &episodes, &all);
        if (round == 0) {
            first[1] = joined;
            hold_collisions(&found, &likely); /* orders ties, so that later rounds have it easy */
            first[0] = found;
            continue;
        }
        for (size_t i = 0; i < joined.count; i++)
            assert_true(world_episodes_same(world_at(&joined, i), world_at(&first[1], i)));
        hold_collisions(&found, &likely);
        drop(&found);
        drop(&joined);
    }
    if (!(w->options.min_probability > 0))
        hold_brief(w, &all);
    drop(&all);
    drop(&likely);
    drop(&episodes);
    drop(&first[0]);
    drop(&first[1]);
    drop(&w->pings);
}

#endif
