#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contrace/space.h"

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

static double between(double least, double most)
{
    return least + (most - least) * (double)(random_bits() >> 11) * 0x1p-53;
}

/* A way over whole metres and a power of two of microseconds: all of it can be reckoned exactly. */
typedef struct way {
    int64_t start, length, x, y, dx, dy; /* dx, dy: over all of the length */
} way;

static way random_way(int64_t size)
{
    way w = {below(64) - 16, INT64_C(1) << below(7), below(size), below(size), 0, 0};
    if (below(5) == 0)
        w.length = 0;
    if (w.length > 0 && below(4) != 0) {
        w.dx = below(2 * size) - size;
        w.dy = below(2 * size) - size;
    }
    return w;
}

static ct_motion motion_of(way w)
{
    return (ct_motion){w.start,
                       w.start + w.length,
                       {(double)w.x, (double)w.y, 0},
                       {(double)(w.x + w.dx), (double)(w.y + w.dy), 0}};
}

/* 64 times where it is. */
static void place64(way w, int64_t us, int64_t out[2])
{
    const int64_t scale = w.length > 0 ? 64 / w.length : 0;
    out[0] = 64 * w.x + w.dx * (us - w.start) * scale;
    out[1] = 64 * w.y + w.dy * (us - w.start) * scale;
}

static int64_t apart2(way a, way b, int64_t us) /* 64^2 times */
{
    int64_t p[2], q[2];
    place64(a, us, p);
    place64(b, us, q);
    return (p[0] - q[0]) * (p[0] - q[0]) + (p[1] - q[1]) * (p[1] - q[1]);
}

/* The squared distance is a quadratic of time: 4 f(t + 1/2) = 2 f(t) + 2 f(t + 1) - (its second
 * difference)/2, and its least value between t and t + 1 follows from the same three numbers. */
static bool touches_between(way a, way b, int64_t us, int64_t limit)
{
    const int64_t f = apart2(a, b, us), g = apart2(a, b, us + 1);
    int64_t p[2], q[2], p1[2], q1[2];
    place64(a, us, p);
    place64(b, us, q);
    place64(a, us + 1, p1);
    place64(b, us + 1, q1);
    const int64_t vx = (p1[0] - q1[0]) - (p[0] - q[0]), vy = (p1[1] - q1[1]) - (p[1] - q[1]);
    const int64_t v2 = vx * vx + vy * vy, d = (p[0] - q[0]) * vx + (p[1] - q[1]) * vy;
    if (f <= limit || g <= limit || v2 == 0 || d >= 0 || -d >= v2)
        return false;
    return f * v2 - d * d <= limit * v2;
}

static void test_exact_worlds(void **state)
{
    (void)state;
    int met = 0, touched = 0;
    for (int n = 0; n < 200000; n++) {
        random_state = (uint64_t)n;
        const int64_t size = 2 + below(12);
        const way a = random_way(size), b = random_way(size);
        const int64_t distance = below(5), limit = distance * distance * 64 * 64;
        const int64_t from = a.start > b.start ? a.start : b.start;
        const int64_t a_end = a.start + a.length, b_end = b.start + b.length;
        const int64_t until = a_end < b_end ? a_end : b_end;
        int64_t first = INT64_MAX, last = INT64_MIN, between_us = INT64_MAX;
        for (int64_t us = from; us <= until; us++) {
            if (apart2(a, b, us) <= limit) {
                first = us < first ? us : first;
                last = us;
            } else if (us < until && touches_between(a, b, us, limit)) {
                between_us = us;
            }
        }
        const ct_motion p = motion_of(a), q = motion_of(b);
        ct_meet m;
        const bool meet = ct_motion_meet(&p, &q, (double)distance, &m);
        if (first <= last) {
            met++;
            assert_true(meet);
            assert_int_equal(m.start_us, first);
            assert_int_equal(m.end_us, last);
            assert_true(m.closest_m <= (double)distance);
            assert_true(m.closest_us >= first && m.closest_us <= last);
        } else if (between_us == INT64_MAX) {
            assert_false(meet);
        } else if (meet) { /* between two microseconds: rounding decides, but not when or whether it
                              lasts */
            touched++;
            assert_int_equal(m.start_us, m.end_us);
            assert_true(m.start_us == between_us || m.start_us == between_us + 1);
        }
    }
    assert_true(met > 10000 && touched > 100);
}

static ct_point on_earth(double x, double y)
{
    return ct_point_at(CT_FRAME_WGS84, 13 + x / 67000, 52 + y / 111000);
}

/* On earth, in odd times: inside from start to end, outside before and after, to a micrometre. */
static void test_any_motion(void **state)
{
    (void)state;
    int met = 0;
    for (int n = 0; n < 100000; n++) {
        random_state = (uint64_t)n + 1000000;
        const double side = pow(10, between(0, 4)), distance = side * pow(10, between(-2, 0));
        ct_motion m[2];
        for (int i = 0; i < 2; i++) {
            m[i].start_us = below(1000000);
            m[i].end_us = m[i].start_us + below(1000000000);
            m[i].from = on_earth(between(0, side), between(0, side));
            m[i].to = below(4) == 0 ? m[i].from : on_earth(between(0, side), between(0, side));
        }
        const int64_t from = m[0].start_us > m[1].start_us ? m[0].start_us : m[1].start_us;
        const int64_t until = m[0].end_us < m[1].end_us ? m[0].end_us : m[1].end_us;
        ct_meet meet = {INT64_MAX, INT64_MIN, 0, 0}, turned;
        const bool found = ct_motion_meet(&m[0], &m[1], distance, &meet);
        assert_true(found == ct_motion_meet(&m[1], &m[0], distance, &turned));
        if (found) {
            met++;
            assert_true(meet.start_us >= from && meet.end_us <= until);
            assert_true(meet.start_us <= meet.closest_us && meet.closest_us <= meet.end_us);
            assert_int_equal(meet.start_us, turned.start_us);
            assert_int_equal(meet.end_us, turned.end_us);
            assert_int_equal(meet.closest_us, turned.closest_us);
            assert_true(meet.closest_m == turned.closest_m);
        }
        for (int i = 0; from <= until && i <= 40; i++) {
            int64_t us = from + (until - from) * i / 40;
            if (found && i == 1 && meet.start_us > from)
                us = meet.start_us - 1;
            if (found && i == 2 && meet.end_us < until)
                us = meet.end_us + 1;
            const double apart =
                sqrt(ct_distance_squared(ct_motion_at(&m[0], us), ct_motion_at(&m[1], us)));
            if (us >= meet.start_us && us <= meet.end_us)
                assert_true(apart <= distance + 1e-6 && apart >= meet.closest_m - 1e-3);
            else
                assert_true(apart > distance - 1e-6);
        }
    }
    assert_true(met > 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact_worlds),
        cmocka_unit_test(test_any_motion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
