/* Contacts of trajectory rows, held against the closed form and against a dense sampling. */
#include "world_rows.h"

/* --- Worlds --- */

static const world_episode *only(const world_list *found)
{
    assert_int_equal(found->count, 1);
    return world_at(found, 0);
}

/* Both closed forms stand in the documentation of MobilityDB's tDwithin and atDistance. */
static void closed_forms(void **state)
{
    (void)state;
    world w;
    world_list found = {0};
    world_init(&w, CT_FRAME_PLANAR, 1, 0);
    go(&w, "a", 0, 4 * CT_DAY, 0, 0, 2, 2);
    go(&w, "b", 0, 4 * CT_DAY, 0, 1, 0, 1);
    find(&w, 1, 1 << 20, &found);
    assert_int_equal(only(&found)->e.start_us, 0);
    assert_int_equal(only(&found)->e.end_us, 2 * CT_DAY);
    assert_int_equal(only(&found)->e.duration_us, 2 * CT_DAY);
    assert_int_equal(only(&found)->e.expected_us, 2 * CT_DAY);
    assert_true(world_near(only(&found)->e.min_distance_m, sqrt(0.5), 1e-9));
    assert_true(world_near(only(&found)->e.x, 0.5, 1e-4));
    assert_true(world_near(only(&found)->e.y, 0.5, 1e-4));
    drop(&found);
    drop_rows(&w);

    world_init(&w, CT_FRAME_PLANAR, 1, 0);
    go(&w, "a", 0, 4 * CT_DAY, 1, 0, 1, 4);
    go(&w, "b", 0, 4 * CT_DAY, 1, 2, 1, 2);
    find(&w, 1, 1 << 20, &found);
    assert_int_equal(only(&found)->e.start_us, 1 * CT_DAY);
    assert_int_equal(only(&found)->e.end_us, 3 * CT_DAY);
    assert_true(world_near(only(&found)->e.mean_distance_m, 0.5, 1e-9));
    drop(&found);
    drop_rows(&w);

    world_init(&w, CT_FRAME_PLANAR, 0.5, 0); /* abreast, a metre apart */
    go(&w, "a", 0, CT_HOUR, 0, 0, 1000, 0);
    go(&w, "b", 0, CT_HOUR, 0, 1, 1000, 1);
    find(&w, 1, 1 << 20, &found);
    assert_int_equal(found.count, 0);
    w.options.distance_m = 1;
    find(&w, 1, 1 << 20, &found);
    assert_int_equal(only(&found)->e.duration_us, CT_HOUR);
    assert_int_equal(only(&found)->e.collisions, 1);
    drop(&found);
    drop_rows(&w);

    world_init(&w, CT_FRAME_PLANAR, 5, 0); /* no common time */
    go(&w, "a", 0, CT_HOUR, 0, 0, 9, 0);
    go(&w, "b", CT_HOUR + 1, CT_DAY, 0, 0, 9, 0);
    find(&w, 1, 1 << 20, &found);
    assert_int_equal(found.count, 0);
    drop_rows(&w);
}

/* Two lone sightings meet when they are no more than the window apart, an odd one too. */
static void stretched(void **state)
{
    (void)state;
    for (int64_t window = 0; window < 8; window++) {
        for (int64_t apart = 0; apart < 10; apart++) {
            world w;
            world_list found = {0};
            world_init(&w, CT_FRAME_PLANAR, 5, window);
            go(&w, "a", 100, 100, 0, 0, 0, 0);
            go(&w, "b", 100 + apart, 100 + apart, 3, 4, 3, 4);
            find(&w, 1, 1 << 20, &found);
            assert_int_equal(found.count, apart <= window);
            if (found.count) {
                assert_int_equal(only(&found)->e.duration_us, 0);
                assert_int_equal(only(&found)->e.end_us - only(&found)->e.start_us, window - apart);
                assert_true(only(&found)->e.mean_distance_m == 5);
            }
            drop(&found);
            drop_rows(&w);
        }
    }
}

/* People on a plane who stay, go, and fall silent now and then. */
static void wander(world *w, const char *id, uint64_t *r, bool lattice)
{
    int64_t t = world_below(r, 20 * CT_MINUTE);
    double x = world_unit(r) * 60, y = world_unit(r) * 60;
    for (int64_t n = 2 + world_below(r, 6); n > 0; n--) {
        const bool stay = world_below(r, 2) == 0;
        const int64_t span =
            stay && world_below(r, 4) == 0 ? 0 : 1 + world_below(r, 15 * CT_MINUTE);
        double to_x = world_unit(r) * 60, to_y = world_unit(r) * 60;
        if (lattice) {
            x = floor(x / 5) * 5;
            y = floor(y / 5) * 5;
        }
        if (stay) {
            to_x = x;
            to_y = y;
        }
        row *const added = go(w, id, t, t + span, x, y, to_x, to_y);
        if (world_below(r, 2) == 0)
            added->accuracy_m = 0.5 + world_unit(r) * 20;
        if (world_below(r, 16) == 0)
            added->accuracy_m = 0;
        if (world_below(r, 8) == 0)
            snprintf(added->place, sizeof added->place, "v%d", (int)world_below(r, 2));
        t += span;
        x = to_x;
        y = to_y;
        if (span == 0 || world_below(r, 3) == 0) {
            t += 1 + world_below(r, 15 * CT_MINUTE);
            x = world_unit(r) * 60;
        }
    }
}

static void wandering(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        uint64_t r = seed * 104729;
        world w;
        world_init(&w, CT_FRAME_PLANAR, 5 + (double)(seed % 3) * 5,
                   world_below(&r, 3) * 5 * CT_MINUTE);
        w.options.gap_us = seed % 7 == 0 ? CT_FOREVER : world_below(&r, 3) * 5 * CT_MINUTE;
        w.cases.given = seed % 4 == 0;
        w.cases.count = w.cases.given ? 3 : 0;
        for (size_t i = 0; i < w.cases.count; i++) {
            world_case *const c = &w.cases.items[i];
            snprintf(c->id, sizeof c->id, "p%d", (int)i);
            c->from_us = world_below(&r, 30 * CT_MINUTE);
            c->until_us = c->from_us + world_below(&r, 60 * CT_MINUTE);
        }
        for (int i = 0; i < 7; i++) {
            char id[WORLD_ID];
            snprintf(id, sizeof id, "p%d", i);
            wander(&w, id, &r, seed % 2 == 0);
        }
        hold(&w);
    }
}

/* The air of a place lasts when a case has left it. */
static void lingering(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        uint64_t r = seed * 15485863;
        world w;
        world_init(&w, CT_FRAME_PLANAR, 5 + (double)(seed % 3) * 5,
                   world_below(&r, 3) * 5 * CT_MINUTE);
        w.options.gap_us = seed % 7 == 0 ? CT_FOREVER : world_below(&r, 3) * 5 * CT_MINUTE;
        w.options.linger_us = 1 + world_below(&r, 40 * CT_MINUTE);
        w.cases.given = true;
        w.cases.count = 3;
        for (size_t i = 0; i < w.cases.count; i++) {
            world_case *const c = &w.cases.items[i];
            snprintf(c->id, sizeof c->id, "p%d", (int)i);
            c->from_us = world_below(&r, 30 * CT_MINUTE);
            c->until_us = c->from_us + world_below(&r, 60 * CT_MINUTE);
        }
        for (int i = 0; i < 7; i++) {
            char id[WORLD_ID];
            snprintf(id, sizeof id, "p%d", i);
            wander(&w, id, &r, seed % 2 == 0);
        }
        hold(&w);
    }
}

/* c stays for an hour, in two rows, and is isolated when they end, or earlier; d is there from this
 * minute on. */
static void hold_left(int isolated, int arrives, int start, int end, int minutes, int setting)
{
    world w;
    world_list found = {0};
    world_init(&w, CT_FRAME_PLANAR, 1, 0);
    w.options.linger_us = 30 * CT_MINUTE;
    w.options.gap_us = CT_HOUR;
    w.cases = (world_cases){true, {{"c", 0, isolated * CT_MINUTE}}, 1};
    go(&w, "c", 0, 30 * CT_MINUTE, 0, 0, 0, 0);
    go(&w, "c", 30 * CT_MINUTE, CT_HOUR, 0, 0, 0, 0);
    go(&w, "c", CT_HOUR, 2 * CT_HOUR, 0, 0, 900, 0);
    go(&w, "d", arrives * CT_MINUTE, 3 * CT_HOUR, 0, 1, 0, 1);
    find(&w, 1, 1 << 20, &found);
    assert_int_equal(only(&found)->e.start_us, start * CT_MINUTE);
    assert_int_equal(only(&found)->e.end_us, end * CT_MINUTE);
    assert_int_equal(only(&found)->e.duration_us, minutes * CT_MINUTE);
    assert_int_equal(only(&found)->e.expected_us, minutes * CT_MINUTE);
    assert_int_equal(only(&found)->e.setting, setting);
    drop(&found);
    drop_rows(&w);
}

static void left(void **state)
{
    (void)state;
    hold_left(60, 0, 0, 90, 90, CT_SETTING_DIRECT); /* no minute counts twice */
    hold_left(60, 50, 50, 90, 40, CT_SETTING_DIRECT);
    hold_left(60, 70, 70, 90, 20, CT_SETTING_LINGERING);
    hold_left(20, 40, 40, 50, 10, CT_SETTING_LINGERING); /* the air of the infectious time alone */
}

/* Long planar moves, which the search takes in parts: the parts must not show. */
static void long_moves(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        uint64_t r = seed;
        world w;
        world_init(&w, CT_FRAME_PLANAR, 40, 4 * CT_MINUTE);
        w.options.gap_us = CT_MINUTE;
        for (int i = 0; i < 8; i++) {
            char id[WORLD_ID];
            const double to_x = world_unit(&r) * 9000, to_y = world_unit(&r) * 200;
            const int64_t t = world_below(&r, 5 * CT_MINUTE), turn = t + 20 * CT_MINUTE;
            snprintf(id, sizeof id, "p%d", i);
            go(&w, id, t, turn, 0, 30 * i, to_x, to_y)->accuracy_m = i % 2 ? 25 : NAN;
            go(&w, id, turn, turn + 10 * CT_MINUTE, to_x, to_y, to_x / 2, 100);
        }
        hold(&w);
    }
}

/* --- On earth --- */

static void pave(row *r)
{
    const double from[2] = {r->x, r->y}, to[2] = {r->end_x, r->end_y};
    double cut[2 * (FINE + 1)];
    r->fine = malloc((FINE + 1) * sizeof *r->fine);
    assert_non_null(r->fine);
    ct_path_cut(CT_FRAME_WGS84, from, to, FINE, cut);
    for (size_t i = 0; i <= FINE; i++)
        r->fine[i] = ct_point_at(CT_FRAME_WGS84, cut[2 * i], cut[2 * i + 1]);
}

/* Time that two rows both claim within distance_m, by sampling. */
static double sampled_us(const world *w, const row *a, const row *b, double distance_m)
{
    enum { STEPS = 20000 };
    const double from = (double)most(a->start_us, b->start_us);
    const double until = (double)least(a->end_us, b->end_us);
    int inside = 0;
    for (int i = 0; from < until && i < STEPS; i++)
        inside +=
            apart2(w, a, b, from + (until - from) * (i + 0.5) / STEPS) <= distance_m * distance_m;
    return from < until ? (until - from) * inside / STEPS : 0;
}

/* Journeys of up to 30 km that cross near one point, anywhere: a chord may dip 1 cm. */
static void journeys(void **state)
{
    static const double centres[][2] = {{28, -29},   {180, 10},  {-179.99, 65}, {0, 0},
                                        {30, 89.97}, {0, -89.9}, {10, 51.5},    {121, 31}};
    (void)state;
    for (uint64_t seed = 0; seed < 16; seed++) {
        uint64_t r = seed;
        const double *const c = centres[seed % 8];
        world w;
        world_list found = {0};
        world_init(&w, CT_FRAME_WGS84, seed % 2 ? 30 : 300, 0);
        w.options.gap_us = CT_FOREVER;
        for (int i = 0; i < 6; i++) {
            char id[WORLD_ID];
            double xy[4];
            for (size_t k = 0; k < 2; k++) {
                const double part = (0.2 + 0.8 * world_unit(&r)) * 0.13 * (k ? -1 : 1);
                const double turn = world_unit(&r) * 3.14159;
                xy[2 * k + 1] = c[1] + part * sin(turn);
                xy[2 * k] = c[0] + part * cos(turn) / cos(c[1] * 0.0174533);
                if (fabs(xy[2 * k + 1]) > 90) { /* over the pole */
                    xy[2 * k + 1] = copysign(180, xy[2 * k + 1]) - xy[2 * k + 1];
                    xy[2 * k] += 180;
                }
                xy[2 * k] = remainder(xy[2 * k], 360);
            }
            snprintf(id, sizeof id, "p%d", i);
            pave(go(&w, id, 0, CT_HOUR + i, xy[0], xy[1], xy[2], xy[3]));
        }
        find(&w, 2, 1 << 20, &found);
        for (size_t i = 0; i < w.rows.count; i++) {
            for (size_t j = i + 1; j < w.rows.count; j++) {
                const row *const a = world_at(&w.rows, i), *const b = world_at(&w.rows, j);
                const double D = w.options.distance_m;
                double us = 0;
                for (size_t k = 0; k < found.count; k++) {
                    const world_episode *const f = world_at(&found, k);
                    if (strcmp(f->index, a->id) != 0 || strcmp(f->contact, b->id) != 0)
                        continue;
                    us = (double)f->e.duration_us;
                    assert_true(sqrt(apart2(&w, a, b, (double)f->e.start_us)) <= D + 0.02);
                    assert_true(sqrt(apart2(&w, a, b, (double)f->e.end_us)) <= D + 0.02);
                    const ct_point at = ct_point_at(CT_FRAME_WGS84, f->e.x, f->e.y);
                    double near2 = INFINITY; /* the place of the closest moment is on a's path */
                    for (int n = 0; n <= FINE; n++)
                        near2 = fmin(near2, ct_distance_squared(at, a->fine[n]));
                    assert_true(near2 < 20 * 20);
                }
                const double step_us = 2.0 * CT_HOUR / 20000;
                assert_true(sampled_us(&w, a, b, D - 0.03) - step_us <= us);
                assert_true(us <= sampled_us(&w, a, b, D + 0.03) + step_us);
            }
        }
        drop(&found);
        drop_rows(&w);
    }
}

/* One journey in one row, or in many with the same ends: the same contact. */
static void cut_rows(void **state)
{
    (void)state;
    enum { PARTS = 12 };
    const double from[2] = {27.5, -29.3}, to[2] = {27.8, -29.5};
    double cut[2 * (PARTS + 1)];
    ct_path_cut(CT_FRAME_WGS84, from, to, PARTS, cut);
    world_episode one = {0};
    for (int round = 0; round < 2; round++) {
        world w;
        world_list found = {0};
        world_init(&w, CT_FRAME_WGS84, 500, CT_MINUTE);
        go(&w, "b", 0, CT_HOUR, cut[10], cut[11], cut[10], cut[11]);
        if (round == 0) {
            go(&w, "a", 0, PARTS * CT_MINUTE, from[0], from[1], to[0], to[1]);
        } else {
            for (size_t i = 0; i < PARTS; i++)
                go(&w, "a", (int64_t)i * CT_MINUTE, (int64_t)(i + 1) * CT_MINUTE, cut[2 * i],
                   cut[2 * i + 1], cut[2 * i + 2], cut[2 * i + 3]);
        }
        find(&w, 1, 1 << 20, &found);
        const world_episode *const f = only(&found);
        if (round == 0) {
            one = *f;
            assert_int_equal(f->e.collisions, 1);
        } else {
            assert_int_equal(f->e.collisions, 2);
            assert_true(llabs(f->e.start_us - one.e.start_us) <= 1000);
            assert_true(llabs(f->e.end_us - one.e.end_us) <= 1000);
            assert_true(llabs(f->e.duration_us - one.e.duration_us) <= 2000);
            assert_true(world_near(f->e.mean_distance_m, one.e.mean_distance_m, 0.01));
        }
        drop(&found);
        drop_rows(&w);
    }
}

/* The search takes a move in parts of 200 m: a contact that begins, ends or only touches where two
 * of them meet is one all the same. */
static void borders(void **state)
{
    (void)state;
    for (int at = 150; at <= 700; at += 50) {
        for (int aside = 0; aside <= 50; aside += 50) {
            world w;
            world_list found = {0};
            world_init(&w, CT_FRAME_PLANAR, 50, 0);
            go(&w, "a", 0, 800 * CT_SECOND, 0, 0, 800, 0);
            go(&w, "b", 0, 800 * CT_SECOND, at, aside, at, aside);
            find(&w, 2, 1 << 20, &found);
            const int64_t half_us = aside ? 0 : 50 * CT_SECOND;
            assert_int_equal(only(&found)->e.start_us, at * CT_SECOND - half_us);
            assert_int_equal(only(&found)->e.end_us, at * CT_SECOND + half_us);
            assert_int_equal(only(&found)->e.duration_us, 2 * half_us);
            assert_int_equal(only(&found)->e.collisions, 1);
            drop(&found);
            drop_rows(&w);
        }
    }
}

/* Rows of one person that overlap: each stands for itself, time counts once. */
static void overlapping(void **state)
{
    (void)state;
    world w;
    world_list found = {0};
    world_init(&w, CT_FRAME_PLANAR, 1, 0);
    go(&w, "a", 0, 60 * CT_MINUTE, 0, 0, 0, 0);
    go(&w, "a", 10 * CT_MINUTE, 20 * CT_MINUTE, 0, 0, 0, 0);
    go(&w, "a", 50 * CT_MINUTE, 90 * CT_MINUTE, 0, 1, 0, 1);
    go(&w, "b", 0, 100 * CT_MINUTE, 0, 0, 0, 0);
    find(&w, 1, 1 << 20, &found);
    assert_int_equal(only(&found)->e.duration_us, 90 * CT_MINUTE);
    assert_int_equal(only(&found)->e.collisions, 3);
    drop(&found);
    drop_rows(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lingering),   cmocka_unit_test(left),      cmocka_unit_test(closed_forms),
        cmocka_unit_test(stretched),   cmocka_unit_test(wandering), cmocka_unit_test(long_moves),
        cmocka_unit_test(journeys),    cmocka_unit_test(cut_rows),  cmocka_unit_test(borders),
        cmocka_unit_test(overlapping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
