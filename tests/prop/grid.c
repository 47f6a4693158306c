#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrace/grid.h"
#include "contrace/time.h"

/* The grid finds exactly the pairs that looking at each pair finds, in worlds made to be hard on
 * it. */

static uint64_t random_state;

static uint64_t random_bits(void) /* splitmix64 */
{
    uint64_t z = random_state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static int64_t below(int64_t n)
{
    return (int64_t)(random_bits() % (uint64_t)n);
}

static double share(void) /* 0 to 1 */
{
    return (double)(random_bits() >> 11) * 0x1p-53;
}

static double between(double least, double most)
{
    return least + (most - least) * share();
}

typedef struct world {
    ct_frame frame;
    double distance_m;
    size_t count;
    ct_thing *things; /* in order of from_us */
} world;

typedef struct near_pair {
    uint64_t earlier, later;
    double distance2;
} near_pair;

typedef struct pairs {
    near_pair *ptr;
    size_t count, capacity;
} pairs;

static void pairs_add(pairs *list, near_pair pair)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 1024 : 2 * list->capacity;
        list->ptr = realloc(list->ptr, list->capacity * sizeof *list->ptr);
        assert_non_null(list->ptr);
    }
    list->ptr[list->count++] = pair;
}

static int pair_order(const void *a, const void *b)
{
    const near_pair *l = a, *r = b;
    if (l->earlier != r->earlier)
        return l->earlier < r->earlier ? -1 : 1;
    return (l->later > r->later) - (l->later < r->later);
}

static int thing_order(const void *a, const void *b)
{
    const ct_thing *l = a, *r = b;
    return (l->from_us > r->from_us) - (l->from_us < r->from_us);
}

static void look_at_each(const world *w, pairs *out)
{
    ct_point *at = malloc((w->count + 1) * sizeof *at);
    assert_non_null(at);
    for (size_t i = 0; i < w->count; i++)
        at[i] = ct_point_at(w->frame, w->things[i].x, w->things[i].y);
    for (size_t i = 0; i < w->count; i++) {
        const ct_thing *a = &w->things[i];
        for (size_t j = i + 1; j < w->count && w->things[j].from_us <= a->until_us; j++) {
            const double reach = w->distance_m + (a->radius_m + w->things[j].radius_m);
            const double distance2 = ct_distance_squared(at[i], at[j]);
            if (distance2 <= reach * reach && !(a->aside && w->things[j].aside))
                pairs_add(out, (near_pair){i, j, distance2});
        }
    }
    free(at);
}

enum { WORKERS = 3 };

static ct_status note(const void *earlier, const void *later, double distance2_m2, void *ctx,
                      unsigned worker, ct_err *err)
{
    (void)err;
    near_pair pair = {.distance2 = distance2_m2};
    uint64_t tail[2];
    memcpy(&pair.earlier, earlier, sizeof pair.earlier);
    memcpy(&pair.later, later, sizeof pair.later);
    memcpy(&tail[0], (const char *)earlier + 8, sizeof tail[0]);
    memcpy(&tail[1], (const char *)later + 8, sizeof tail[1]);
    assert_true(tail[0] == ~pair.earlier && tail[1] == ~pair.later);
    pairs_add((pairs *)ctx + worker, pair);
    return CT_OK;
}

static void ask_grid(const world *w, ct_pool *pool, pairs *out)
{
    pairs found[WORKERS] = {0};
    const ct_grid_options options = {.frame = w->frame,
                                     .distance_m = w->distance_m,
                                     .payload_size = 16,
                                     .pool = pool,
                                     .visit = note,
                                     .ctx = found};
    ct_grid *grid;
    ct_err err;
    assert_int_equal(ct_grid_new(&grid, &options, &err), CT_OK);
    for (uint64_t i = 0; i < w->count; i++) {
        const uint64_t payload[2] = {i, ~i};
        assert_int_equal(ct_grid_add(grid, &w->things[i], payload, &err), CT_OK);
    }
    assert_int_equal(ct_grid_finish(grid, &err), CT_OK);
    ct_grid_free(grid);
    for (int worker = 0; worker < WORKERS; worker++) {
        for (size_t i = 0; i < found[worker].count; i++)
            pairs_add(out, found[worker].ptr[i]);
        free(found[worker].ptr);
    }
    if (out->ptr != NULL)
        qsort(out->ptr, out->count, sizeof *out->ptr, pair_order);
}

static size_t compare(world *w, ct_pool *pool)
{
    if (w->count > 0)
        qsort(w->things, w->count, sizeof *w->things, thing_order);
    pairs expected = {0}, found = {0};
    look_at_each(w, &expected);
    ask_grid(w, pool, &found);
    const size_t count = found.count;
    assert_int_equal(found.count, expected.count);
    for (size_t i = 0; i < count && found.ptr != NULL && expected.ptr != NULL; i++) {
        assert_int_equal(pair_order(&found.ptr[i], &expected.ptr[i]), 0);
        assert_true(found.ptr[i].distance2 == expected.ptr[i].distance2);
    }
    free(expected.ptr);
    free(found.ptr);
    return count;
}

static size_t some_count(void)
{
    static const int64_t most[] = {3, 10, 10, 40, 40, 100, 300, 700};
    return (size_t)below(most[below(8)]);
}

/* --- Times --- */

static void set_times(world *w)
{
    const int64_t kind = below(5);
    for (size_t i = 0; i < w->count; i++) {
        ct_thing *t = &w->things[i];
        switch (kind) {
        case 0: /* a whole number of windows apart: exactly at the window */
            t->from_us = below(12) * 300 * CT_SECOND;
            t->until_us = t->from_us + 600 * CT_SECOND;
            break;
        case 1: /* all at once */
            t->from_us = t->until_us = 7;
            break;
        case 2: /* long spans beside instants */
            t->from_us = below(1000000);
            t->until_us = t->from_us + (below(10) == 0 ? below(1000000) : 0);
            break;
        case 3: /* sparse */
            t->from_us = below(INT64_C(1) << 50);
            t->until_us = t->from_us + below(below(4) == 0 ? INT64_C(1) << 50 : 1000);
            break;
        default:
            t->from_us = below(1000) - 500;
            t->until_us = below(20) == 0 ? CT_FOREVER : t->from_us + below(100);
        }
    }
}

static void set_radii(world *w)
{
    const int64_t kind = below(4);
    for (size_t i = 0; i < w->count; i++) {
        double radius = 0;
        if (kind == 1)
            radius = w->distance_m * (double)below(3);
        if (kind == 2)
            radius = pow(10, between(-3, 3));
        if (kind == 3 && below(10) == 0)
            radius = pow(10, between(0, below(20) == 0 ? 14 : 5));
        w->things[i].radius_m = radius;
    }
}

/* In every other world many are looked at only by the rest. */
static void set_aside(world *w)
{
    const bool some = below(2) == 0;
    for (size_t i = 0; i < w->count; i++)
        w->things[i].aside = some && below(4) > 0;
}

/* --- Places --- */

static void lattice(world *w) /* many pairs exactly at the distance */
{
    static const double distances[] = {0, 1, 1, 2, 5, 5, 13, 0.5};
    w->frame = CT_FRAME_PLANAR;
    w->distance_m = distances[below(8)];
    const int64_t side = 1 + below(30);
    const double offset = below(3) == 0 ? (double)(below(2000000) - 1000000) : 0;
    for (size_t i = 0; i < w->count; i++) {
        w->things[i].x = offset + (double)below(side);
        w->things[i].y = offset - (double)below(side);
    }
}

static void plane(world *w)
{
    w->frame = CT_FRAME_PLANAR;
    w->distance_m = pow(10, between(-4, 6));
    const double side = w->distance_m * pow(10, between(-1, 2));
    const bool edges = below(8) == 0;
    for (size_t i = 0; i < w->count; i++) {
        w->things[i].x = edges ? (below(2) == 0 ? 1e9 : -1e9) : between(-side, side);
        w->things[i].y = edges ? (below(2) == 0 ? 1e9 : -1e9) : between(-side, side);
    }
}

/* Comes round where x and bands do, far away on a plane. */
static void far_plane(world *w)
{
    w->frame = CT_FRAME_PLANAR;
    w->distance_m = 0.5;
    for (size_t i = 0; i < w->count; i++) {
        const double step = (w->distance_m + 1e-3) / 64 * (double)(1 << 30);
        w->things[i].x = step * (double)(below(5) - 2) + (double)below(7) * 0.25;
        w->things[i].y = (double)below(4) * 0.25;
    }
}

static void on_earth(world *w)
{
    static const double places[][2] = {{0, 0},      {180, 0},   {180, 60}, {-180, -45}, {10, 90},
                                       {-120, -90}, {13.4, 52}, {0, 89.9}, {170, -89},  {90, 45}};
    const double *place = places[below(10)];
    w->frame = CT_FRAME_WGS84;
    w->distance_m = below(10) == 0 ? 0 : pow(10, between(-1, 5));
    const double spread = (w->distance_m + 0.1) / 111000 * pow(10, between(-0.5, 1.5));
    const double widen = 1 / fmax(cos(place[1] / 57.3), 1e-3);
    const bool coarse = below(3) == 0;
    for (size_t i = 0; i < w->count; i++) {
        double x = place[0] + spread * widen * between(-1, 1),
               y = place[1] + spread * between(-1, 1);
        if (coarse) {
            x = nearbyint(x / spread) * spread;
            y = nearbyint(y / spread) * spread;
        }
        if (fabs(y) > 90) { /* over the pole */
            y = copysign(180, y) - y;
            x += 180;
        }
        x = remainder(x, 360);
        w->things[i].x = below(50) == 0 ? copysign(180, x) : x;
        w->things[i].y = fmin(fmax(y, -90), 90);
    }
}

static void anywhere(world *w)
{
    w->frame = CT_FRAME_WGS84;
    w->distance_m = pow(10, between(3, 7.5));
    for (size_t i = 0; i < w->count; i++) {
        w->things[i].x = between(-180, 180);
        w->things[i].y = between(-90, 90);
    }
}

static void one_point(world *w)
{
    w->frame = below(2) == 0 ? CT_FRAME_WGS84 : CT_FRAME_PLANAR;
    w->distance_m = below(2) == 0 ? 0 : 10;
    for (size_t i = 0; i < w->count; i++) {
        w->things[i].x = 116.4;
        w->things[i].y = 39.9;
    }
}

static void test_small_worlds(void **state)
{
    (void)state;
    static void (*const place[])(world *) = {lattice,  plane,    far_plane, on_earth,
                                             on_earth, anywhere, one_point, lattice};
    ct_pool *pool;
    assert_int_equal(ct_pool_new(&pool, 2, NULL), CT_OK);
    size_t found = 0;
    for (int n = 0; n < 3000; n++) {
        random_state = (uint64_t)n;
        world w = {.count = some_count()};
        w.things = calloc(w.count + 1, sizeof *w.things);
        assert_non_null(w.things);
        place[n % 8](&w);
        set_times(&w);
        set_radii(&w);
        set_aside(&w);
        found += compare(&w, n % 3 == 0 ? pool : NULL);
        free(w.things);
    }
    assert_true(found > 300000); /* the worlds are not empty */
    ct_pool_free(pool);
}

/* Many batches, joined and dropped, and worked on at once. */
static void test_long_streams(void **state)
{
    (void)state;
    ct_pool *pool;
    assert_int_equal(ct_pool_new(&pool, WORKERS, NULL), CT_OK);
    for (int n = 0; n < 8; n++) {
        random_state = (uint64_t)n + 1000000;
        world w = {.frame = n % 2 == 0 ? CT_FRAME_WGS84 : CT_FRAME_PLANAR,
                   .distance_m = 50,
                   .count = n < 4 ? 120000 : 6000};
        w.things = calloc(w.count, sizeof *w.things);
        assert_non_null(w.things);
        const double unit = w.frame == CT_FRAME_WGS84 ? 1 / 111000.0 : 1;
        for (size_t i = 0; i < w.count; i++) {
            ct_thing *t = &w.things[i];
            const double spread = below(4) == 0 ? 20 : 2000; /* a crowded place */
            *t = (ct_thing){.x = unit * between(-spread, spread),
                            .y = unit * between(-spread, spread),
                            .from_us = below(100000 * (int64_t)w.count / 100)};
            t->until_us = t->from_us + 300000;
            if (n >= 4) { /* some stay for long, some cover much */
                t->until_us += below(20) == 0 ? below(6000000) : 0;
                t->radius_m = below(10) == 0 ? between(0, 400) : 0;
                t->aside = n > 5 && below(3) > 0;
            }
        }
        assert_true(compare(&w, n % 4 < 2 ? pool : NULL) > 10000);
        free(w.things);
    }
    ct_pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_worlds),
        cmocka_unit_test(test_long_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
