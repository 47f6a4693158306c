/* Which areas hold a position, against the definition by whole numbers: crossings of a ray are
 * counted, and on an edge is inside. Polygons with holes and corners on a small grid, some shifted
 * across the antimeridian; threads that ask one set at once get the same answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "contrace/area.h"
#include "contrace/parallel.h"

enum { SIDE = 12, AREAS = 40, CORNERS = 8, ROUNDS = 150 };

static uint64_t seed = 20261121;

static int pick(int most)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int)(seed % (uint64_t)(most + 1));
}

/* A ring of whole numbers, closed. */
typedef struct ring {
    int x[CORNERS + 1], y[CORNERS + 1], count;
} ring;

typedef struct polygon {
    ring rings[2];
    int count;
} polygon;

static int side_of(const ring *r, int i, int x, int y)
{
    return (r->x[i + 1] - r->x[i]) * (y - r->y[i]) - (r->y[i + 1] - r->y[i]) * (x - r->x[i]);
}

static bool on_edge(const ring *r, int i, int x, int y)
{
    return side_of(r, i, x, y) == 0 && (x - r->x[i]) * (x - r->x[i + 1]) <= 0 &&
           (y - r->y[i]) * (y - r->y[i + 1]) <= 0;
}

/* Positions are given in halves. */
static bool holds(const polygon *p, int x, int y)
{
    bool inside = false;
    for (int k = 0; k < p->count; k++) {
        ring r = p->rings[k];
        for (int i = 0; i <= r.count; i++) {
            r.x[i] *= 2;
            r.y[i] *= 2;
        }
        for (int i = 0; i < r.count; i++) {
            if (on_edge(&r, i, x, y))
                return true;
            const bool up = r.y[i] <= y && r.y[i + 1] > y, down = r.y[i + 1] <= y && r.y[i] > y;
            if ((up && side_of(&r, i, x, y) > 0) || (down && side_of(&r, i, x, y) < 0))
                inside = !inside;
        }
    }
    return inside;
}

static ring random_ring(int from, int to)
{
    ring r = {.count = 3 + pick(CORNERS - 3)};
    for (int i = 0; i < r.count; i++) {
        r.x[i] = from + pick(to - from);
        r.y[i] = from + pick(to - from);
    }
    r.x[r.count] = r.x[0];
    r.y[r.count] = r.y[0];
    return r;
}

static size_t put_ring(char *text, size_t room, const ring *r, double shift, bool jump)
{
    size_t len = 0;
    for (int i = 0; i <= r->count; i++) {
        double x = r->x[i] + shift;
        if (jump && x > 180)
            x -= 360;
        len += (size_t)snprintf(text + len, room - len, "%s%g %d", i ? "," : "(", x, r->y[i]);
    }
    return len + (size_t)snprintf(text + len, room - len, ")");
}

/* Adds one that is valid, with a hole if one fits. */
static polygon add_polygon(ct_areas *areas, int number, double shift)
{
    for (;;) {
        polygon p = {.count = 1 + pick(1)};
        p.rings[0] = random_ring(0, SIDE);
        p.rings[1] = random_ring(SIDE / 4, 3 * SIDE / 4);
        char text[1024], name[16];
        const bool jump = shift != 0 && pick(1) == 0;
        size_t len = (size_t)snprintf(text, sizeof text, "POLYGON(");
        for (int k = 0; k < p.count; k++) {
            len += (size_t)snprintf(text + len, sizeof text - len, k ? "," : "");
            len += put_ring(text + len, sizeof text - len, &p.rings[k], shift, jump);
        }
        snprintf(text + len, sizeof text - len, ")");
        snprintf(name, sizeof name, "%d", number);
        if (ct_areas_add_wkt(areas, ct_str_of(name), ct_str_of(text), NAN, NULL) == CT_OK)
            return p;
    }
}

struct world {
    const ct_areas *areas;
    polygon polygons[AREAS];
    double shift;
    ct_area_finder *finders[4];
};

static ct_status compare_at(const struct world *w, ct_area_finder *finder, int x, int y,
                            ct_err *err)
{
    const uint32_t *hits;
    size_t count, expected = 0;
    double lon = x / 2.0 + w->shift;
    if (lon > 180)
        lon -= 360;
    CT_TRY(ct_areas_at(finder, lon, y / 2.0, &hits, &count, err));
    for (uint32_t i = 0; i < AREAS; i++) {
        if (!holds(&w->polygons[i], x, y))
            continue;
        if (expected >= count || hits[expected] != i)
            return ct_fail(err, CT_EROW, "area %u at %g %g (shift %g)", i, x / 2.0, y / 2.0,
                           w->shift);
        expected++;
    }
    return count == expected ? CT_OK : ct_fail(err, CT_EROW, "%zu for %zu", count, expected);
}

/* In threads, where cmocka's asserts must not stand. */
static ct_status ask_row(void *ctx, size_t task, unsigned worker, ct_err *err)
{
    const struct world *w = ctx;
    for (int x = -1; x <= 2 * SIDE + 1; x++)
        CT_TRY(compare_at(w, w->finders[worker], x, (int)task - 1, err));
    return CT_OK;
}

static void as_by_the_definition(void **state)
{
    (void)state;
    enum { WORKERS = 4 };
    ct_pool *pool;
    assert_int_equal(ct_pool_new(&pool, WORKERS, NULL), CT_OK);
    for (int round = 0; round < ROUNDS; round++) {
        static const double shifts[] = {0, 174, 180 - SIDE};
        struct world w = {.shift = shifts[round % 3]};
        ct_areas *areas;
        const ct_frame frame = round % 3 == 0 && round % 2 ? CT_FRAME_PLANAR : CT_FRAME_WGS84;
        assert_int_equal(ct_areas_new(&areas, frame, NULL), CT_OK);
        for (int i = 0; i < AREAS; i++)
            w.polygons[i] = add_polygon(areas, i, w.shift);
        w.areas = areas;
        for (int i = 0; i < WORKERS; i++)
            assert_int_equal(ct_area_finder_new(&w.finders[i], areas, NULL), CT_OK);
        ct_err err;
        if (ct_pool_run(pool, 2 * SIDE + 3, ask_row, &w, &err) != CT_OK)
            fail_msg("%s", err.text);
        for (int i = 0; i < WORKERS; i++)
            ct_area_finder_free(w.finders[i]);
        ct_areas_free(areas);
    }
    ct_pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_by_the_definition)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
