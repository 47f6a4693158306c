/* Rows that are near by chance, looked at again and again. */
#include "world_rows.h"

enum { PEOPLE = 6, UNTIL_S = 7200, STEP_S = 5 };

typedef struct watched {
    int near_s, within_s, changes; /* seconds near, of these claimed and within, and switches */
    int wrong;                     /* seconds at which the list says otherwise */
} watched;

/* Two rows at a moment: near, and claimed within the distance. */
static void look(const world *w, const row *p, const row *q, double us, bool *near, bool *within)
{
    if (us < (double)most(p->from_us, q->from_us) || us > (double)least(p->until_us, q->until_us))
        return;
    const double d = sqrt(apart2(w, p, q, us)), D = w->options.distance_m;
    if (ct_probability_within(d, D, p->accuracy_m, q->accuracy_m) < w->options.min_probability)
        return;
    *near = true;
    *within |= d <= D && us >= (double)most(p->start_us, q->start_us) &&
               us <= (double)least(p->end_us, q->end_us);
}

static bool listed(const world_list *found, const char *a, const char *b, double us,
                   int64_t *duration_us)
{
    bool in = false;
    *duration_us = 0;
    for (size_t i = 0; i < found->count; i++) {
        const world_episode *const f = world_at(found, i);
        if (strcmp(f->index, a) != 0 || strcmp(f->contact, b) != 0)
            continue;
        in |= (double)f->e.start_us <= us && us <= (double)f->e.end_us;
        *duration_us += f->e.duration_us;
    }
    return in;
}

static watched watch(const world *w, const world_list *found, const char *a, const char *b,
                     int64_t *duration_us)
{
    watched seen = {0};
    bool before = false;
    for (int s = 0; s < UNTIL_S; s += STEP_S) {
        const double us =
            ((double)s + 0.5) * 1e6; /* no row begins or ends there, claimed or stretched */
        bool near = false, within = false;
        for (size_t i = 0; i < w->rows.count; i++) {
            const row *const p = world_at(&w->rows, i);
            for (size_t j = 0; j < w->rows.count && strcmp(p->id, a) == 0; j++) {
                const row *const q = world_at(&w->rows, j);
                if (strcmp(q->id, b) == 0)
                    look(w, p, q, us, &near, &within);
            }
        }
        seen.near_s += near ? STEP_S : 0;
        seen.within_s += within ? STEP_S : 0;
        seen.changes += near != before;
        seen.wrong += near != listed(found, a, b, us, duration_us);
        before = near;
    }
    return seen;
}

static void again_and_again(void **state)
{
    (void)state;
    int beyond_s = 0;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        static const double chances[] = {0.01, 0.1, 0.4, 0.5, 0.8, 0.95};
        uint64_t r = seed * 92821;
        world w;
        world_list found = {0};
        world_init(&w, CT_FRAME_PLANAR, 20 + (double)(seed % 3) * 40, 4 * CT_MINUTE);
        w.options.min_probability = chances[seed % 6];
        for (int i = 0; i < PEOPLE; i++) {
            char id[WORLD_ID];
            snprintf(id, sizeof id, "p%d", i);
            double x = world_unit(&r) * 300, y = world_unit(&r) * 300;
            for (int64_t t = world_below(&r, 600); t < UNTIL_S - 1500;) {
                const bool stays = world_below(&r, 2) == 0;
                const double to_x = stays ? x : world_unit(&r) * 300;
                const double to_y = stays ? y : world_unit(&r) * 300;
                const int64_t end = t + 60 + world_below(&r, 900);
                go(&w, id, t * CT_SECOND, end * CT_SECOND, x, y, to_x, to_y)->accuracy_m =
                    world_below(&r, 8) == 0 ? NAN : pow(10, world_unit(&r) * 3 - 1);
                x = to_x;
                y = to_y;
                t = end + (world_below(&r, 2) ? 0 : world_below(&r, 900));
            }
        }
        find(&w, 1 + seed % 2, 1 << 20, &found);
        stretch(&w);
        for (int i = 0; i < PEOPLE; i++) {
            for (int j = i + 1; j < PEOPLE; j++) {
                char a[WORLD_ID], b[WORLD_ID];
                int64_t duration_us;
                snprintf(a, sizeof a, "p%d", i);
                snprintf(b, sizeof b, "p%d", j);
                const watched seen = watch(&w, &found, a, b, &duration_us);
                assert_int_equal(seen.wrong, 0);
                assert_true(fabs((double)duration_us / 1e6 - seen.within_s) <=
                            2 * STEP_S * (seen.changes + (double)w.rows.count));
                beyond_s += seen.near_s - seen.within_s;
            }
        }
        drop(&found);
        drop_rows(&w);
    }
    assert_true(beyond_s > 5000); /* no rule of distance finds these */
}

/* Two towers 300 m apart whose cells reach 500 m can hold a contact; two of 50 m cannot. */
static void towers(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        world w;
        world_list found = {0};
        world_init(&w, CT_FRAME_PLANAR, 100, 0);
        w.options.min_probability = 0.02;
        const double accuracy_m = (i == 0 ? 500 : 50) * sqrt(0.68);
        go(&w, "a", 0, CT_HOUR, 0, 0, 0, 0)->accuracy_m = accuracy_m;
        go(&w, "b", 0, CT_HOUR, 300, 0, 300, 0)->accuracy_m = accuracy_m;
        find(&w, 1, 1 << 20, &found);
        assert_int_equal(found.count, i == 0);
        if (i == 0) {
            const world_episode *const f = world_at(&found, 0);
            const double chance = ct_probability_within(300, 100, accuracy_m, accuracy_m);
            assert_int_equal(f->e.end_us - f->e.start_us, CT_HOUR);
            assert_int_equal(f->e.duration_us, 0); /* never recorded within 100 m */
            assert_true(f->e.probability == chance);
            assert_int_equal(f->e.expected_us, llround((double)CT_HOUR * chance));
        }
        drop(&found);
        drop_rows(&w);
    }
}

/* With the radii added near is 250 m + 30 m + 20 m: at 300 m, but no further. */
static void radii(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        world w;
        world_list found = {0};
        world_init(&w, CT_FRAME_PLANAR, 250, 0);
        w.options.radii = true;
        go(&w, "a", 0, CT_HOUR, 0, 0, 0, 0)->accuracy_m = 30;
        go(&w, "b", 0, CT_HOUR, 300 + i, 0, 300 + i, 0)->accuracy_m = 20;
        go(&w, "c", 0, CT_HOUR, 0, 280, 0, 280); /* exact */
        go(&w, "d", 0, CT_HOUR, -1000, 0, 1000, 0)->accuracy_m = 70;
        find(&w, 1, 1 << 20, &found);
        assert_int_equal(found.count, 5 - i); /* a-b, a-c, a-d, b-d, c-d */
        const world_episode *const f = world_at(&found, 2 - (size_t)i);
        assert_string_equal(f->contact, "d"); /* 350 m on each side of 2 km an hour */
        assert_int_equal(f->e.duration_us, CT_HOUR * 700 / 2000);
        drop(&found);
        drop_rows(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(towers), cmocka_unit_test(radii),
                                       cmocka_unit_test(again_and_again)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
