/* Collisions and episodes of pings, held against every pair of pings looked at in turn. */
#include "world_pings.h"

/* --- Worlds --- */

/* Whole metres and whole minutes: many pairs exactly at the distance and exactly at the window. */
static void lattice(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 1500; seed++) {
        uint64_t r = seed;
        world w;
        world_init(&w, CT_FRAME_PLANAR, (double)world_below(&r, 6), world_below(&r, 4) * CT_MINUTE);
        w.options.gap_us = seed % 5 == 0 ? CT_FOREVER : world_below(&r, 10) * CT_MINUTE;
        const int64_t people = 1 + world_below(&r, 12), side = 1 + world_below(&r, 15);
        for (int64_t n = world_below(&r, 150); n > 0; n--) {
            const int person = (int)world_below(&r, people);
            const double x = (double)world_below(&r, side), y = (double)world_below(&r, side);
            see(&w, person, world_below(&r, 40) * CT_MINUTE, x - 7, y);
        }
        hold(&w);
    }
}

static void some_cases(world *w, uint64_t *r)
{
    w->cases.given = true;
    w->cases.count = (size_t)world_below(r, 5);
    for (size_t i = 0; i < w->cases.count; i++) {
        world_case *const c = &w->cases.items[i];
        snprintf(c->id, sizeof c->id, "p%d", (int)i);
        c->from_us = world_below(r, 30) * CT_MINUTE;
        c->until_us = c->from_us + world_below(r, 20) * CT_MINUTE;
        if (world_below(r, 4) == 0)
            c->from_us = CT_NO_TIME;
        if (world_below(r, 4) == 0)
            c->until_us = CT_FOREVER;
    }
}

/* Places, missing positions, accuracies, cases with periods. */
static void everything(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        uint64_t r = seed * 7919;
        world w;
        world_init(&w, CT_FRAME_PLANAR, 3, 2 * CT_MINUTE);
        w.options.gap_us = world_below(&r, 6) * CT_MINUTE;
        if (seed % 3 != 0)
            some_cases(&w, &r);
        for (int64_t n = world_below(&r, seed % 10 ? 160 : 900); n > 0; n--) {
            seen *const s = see(&w, (int)world_below(&r, 9), world_below(&r, 40) * CT_MINUTE,
                                (double)world_below(&r, 9), (double)world_below(&r, 9));
            if (world_below(&r, 3) == 0)
                snprintf(s->place, sizeof s->place, "v%d", (int)world_below(&r, 3));
            if (s->place[0] && world_below(&r, 2) == 0)
                s->x = s->y = NAN;
            if (world_below(&r, 2) == 0)
                s->accuracy_m = (double)world_below(&r, 5);
        }
        hold(&w);
    }
}

/* Around a point of the earth, anywhere: the poles and the antimeridian too. */
static void on_earth(void **state)
{
    static const double centres[][2] = {{0, 0},      {180, 0},     {-180, 51.5},  {179.9999, -17},
                                        {28.5, -29}, {0, 90},      {90, -90},     {10, 89.9995},
                                        {0, 51.5},   {-122, 37.7}, {180, 89.9999}};
    (void)state;
    for (uint64_t seed = 0; seed < 660; seed++) {
        uint64_t r = seed;
        const double *const c = centres[seed % 11];
        const double distance_m = seed % 2 ? 25 : 400, reach = distance_m / 111320;
        world w;
        world_init(&w, CT_FRAME_WGS84, distance_m, 3 * CT_MINUTE);
        for (int64_t n = 120; n > 0; n--) {
            double y = c[1] + (world_unit(&r) - 0.5) * 6 * reach;
            double x = c[0] + (world_unit(&r) - 0.5) * 6 * reach / cos(c[1] * 0.0174533);
            if (fabs(c[1]) > 89)
                x = (world_unit(&r) - 0.5) * 360;
            y = y > 90 ? 180 - y : y < -90 ? -180 - y : y;
            x = fmod(x + 900, 360) - 180;
            if (world_below(&r, 20) == 0)
                x = world_below(&r, 2) ? 180 : -180;
            if (world_below(&r, 20) == 0 && fabs(c[1]) > 89)
                y = c[1] > 0 ? 90 : -90;
            see(&w, (int)world_below(&r, 15), world_below(&r, 30 * CT_MINUTE), x, y);
        }
        if (seed % 3 == 1)
            some_cases(&w, &r);
        hold(&w);
    }
}

/* Nearness by chance: the accuracies decide how far the search has to look. */
static void likely(void **state)
{
    (void)state;
    size_t beyond = 0;
    for (uint64_t seed = 1; seed <= 120; seed++) {
        static const double least[] = {1e-9, 0.001, 0.05, 0.3, 0.5, 0.7, 0.99, 1};
        uint64_t r = seed * 49157;
        world w;
        world_init(&w, seed % 5 ? CT_FRAME_PLANAR : CT_FRAME_WGS84, (double)(seed % 4) * 20,
                   world_below(&r, 4) * CT_MINUTE);
        w.options.radii = seed % 11 == 0;
        w.options.min_probability = w.options.radii ? 0 : least[seed % 8];
        w.options.gap_us = world_below(&r, 6) * CT_MINUTE;
        w.cases = (world_cases){.given = seed % 3 == 0, .count = 1, .items = {{"p0", 0, CT_HOUR}}};
        for (int64_t n = world_below(&r, 150); n > 0; n--) {
            const double scale = seed % 5 ? 1 : 1e-5, x = world_unit(&r) * 400 * scale;
            seen *const s = see(&w, (int)world_below(&r, 9), world_below(&r, 40) * CT_MINUTE, x,
                                world_unit(&r) * 400 * scale);
            if (world_below(&r, 6) != 0)
                s->accuracy_m = pow(10, world_unit(&r) * 4 - 1); /* 10 cm to 1 km */
            if (world_below(&r, 12) == 0)
                snprintf(s->place, sizeof s->place, "v%d", (int)world_below(&r, 2));
        }
        world_list all = {0};
        all_collisions(&w, &all);
        for (size_t i = 0; i < all.count; i++)
            beyond +=
                ((const world_collision *)world_at(&all, i))->c.distance_m > w.options.distance_m;
        drop(&all);
        hold(&w);
    }
    assert_true(beyond > 300); /* no rule of distance finds these */
}

static void degenerate(void **state)
{
    (void)state;
    world w;
    world_init(&w, CT_FRAME_PLANAR, 1, CT_MINUTE); /* nothing at all */
    hold(&w);
    world_init(&w, CT_FRAME_PLANAR, 1, CT_MINUTE); /* one person */
    for (int i = 0; i < 50; i++)
        see(&w, 1, i * CT_SECOND, 0, 0);
    hold(&w);
    world_init(&w, CT_FRAME_PLANAR, 0, 0); /* one point, one moment */
    for (int i = 0; i < 60; i++)
        see(&w, i, 5, 3, 4);
    hold(&w);
    world_init(&w, CT_FRAME_WGS84, 0, 0); /* the same on earth */
    for (int i = 0; i < 60; i++)
        see(&w, i % 20, 5 + i / 20, -180, -90);
    hold(&w);
    world_init(&w, CT_FRAME_PLANAR, 5, CT_MINUTE); /* exactly at both, and one step past them */
    see(&w, 1, 0, 0, 0);
    see(&w, 2, CT_MINUTE, 3, 4);
    see(&w, 3, -CT_MINUTE, -3, -4);
    see(&w, 4, CT_MINUTE + 1, 3, 4);
    see(&w, 5, 0, 3, nextafter(4, 5));
    hold(&w);
}

/* Times so far apart, and so far apart together, that a pair does not fit on a slip. */
static void ages(void **state)
{
    (void)state;
    const int64_t age_us = INT64_C(1) << 58;
    for (int64_t finer_us = 0; finer_us < 2; finer_us++) {
        world w;
        world_init(&w, CT_FRAME_PLANAR, 5, age_us);
        see(&w, 1, -age_us + finer_us, 0, 0);
        see(&w, 2, 0, 3, 4);
        see(&w, 3, age_us - 1, 1, 1.0004);
        see(&w, 1, age_us, 0, 2.0006);
        hold(&w);
    }
}

/* A crowd at one place, then some exactly at the end of the window, when there is no room left: the
 * finder must not let go of the crowd. */
static void crowd(void **state)
{
    (void)state;
    world w;
    world_init(&w, CT_FRAME_PLANAR, 1, CT_MINUTE);
    for (int i = 0; i < 270; i++) {
        seen *const s = see(&w, i, i < 256 ? 0 : CT_MINUTE, NAN, NAN);
        snprintf(s->place, sizeof s->place, "stadium");
    }
    hold(&w);
}

/* More than 1 MiB of pings and of collisions, so that both go to disk. */
static void spilled(void **state)
{
    (void)state;
    uint64_t r = 4;
    world w;
    world_init(&w, CT_FRAME_PLANAR, 4, 10 * CT_SECOND);
    for (int i = 0; i < 30000; i++)
        see(&w, (int)world_below(&r, 300), world_below(&r, 4000) * CT_SECOND,
            (double)world_below(&r, 70), (double)world_below(&r, 70));
    world_list some = {0}, other = {0};
    find(&w, true, false, 1, 64 << 20, &some);
    world_shuffle(w.pings.items, w.pings.count, w.pings.size, 5);
    find(&w, true, false, 2, 1 << 20, &other);
    assert_true(some.count > 15000);
    assert_int_equal(some.count, other.count);
    for (size_t i = 0; i < some.count; i++)
        assert_int_equal(by_all(world_at(&some, i), world_at(&other, i)), 0);
    drop(&other);
    all_collisions(&w, &other);
    hold_collisions(&some, &other);
    drop(&some);
    drop(&other);
    drop(&w.pings);
}

/* A chain of pings, each near the next one alone, `apart_us` after it, and so many that they are
 * not searched in one go: no link is lost or doubled where they are cut. */
static void hold_chain(size_t count, int64_t apart_us, unsigned workers)
{
    world w;
    world_init(&w, CT_FRAME_PLANAR, 1, 100 * CT_SECOND);
    for (size_t i = 0; i < count; i++)
        see(&w, (int)(i % 1000), (int64_t)i * apart_us, 0.75 * (double)i, 0);
    world_list found = {0};
    find(&w, true, false, workers, 256 << 20, &found);
    assert_int_equal(found.count, count - 1);
    bool *const linked = calloc(count, sizeof *linked);
    assert_non_null(linked);
    for (size_t i = 0; i < found.count; i++) {
        const world_collision *const c = world_at(&found, i);
        const int64_t a_us = c->c.index_time_us, b_us = c->c.contact_time_us;
        const int64_t first_us = a_us < b_us ? a_us : b_us;
        assert_int_equal(llabs(a_us - b_us), apart_us);
        assert_false(linked[first_us / apart_us]);
        linked[first_us / apart_us] = true;
    }
    free(linked);
    drop(&found);
    drop(&w.pings);
}

static void chains(void **state)
{
    (void)state;
    for (unsigned workers = 1; workers <= 2; workers++) {
        hold_chain(150000, CT_SECOND, workers); /* some hundreds in the window */
        hold_chain(150000, 2000, workers);      /* half of them in it */
        hold_chain(150000, 1, workers);         /* all of them in it */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chains),     cmocka_unit_test(likely),   cmocka_unit_test(lattice),
        cmocka_unit_test(everything), cmocka_unit_test(on_earth), cmocka_unit_test(degenerate),
        cmocka_unit_test(ages),       cmocka_unit_test(crowd),    cmocka_unit_test(spilled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
