/* Outliers against a direct statement of their definition, on random walks with wild pings. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "contrace/outliers.h"
#include "contrace/time.h"

enum { FEW = 11, MANY = 400 };

static uint64_t seed;

/* SplitMix64: Steele, Lea, Flood 2014. */
static uint64_t draw(uint64_t below)
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % below;
}

/* At 1 m/s: steps of just what is reachable, accuracies that bridge more, ways to a few far-off
 * masts and back, and to places that nothing else is near to, which may be many in a row. */
static size_t walk(ct_ping *pings, size_t most)
{
    static const double accuracies_m[] = {0, 0, 0, 30, NAN};
    const uint64_t wildness = draw(4);
    int64_t time_us = (int64_t)draw(1000) * CT_HOUR;
    double home = 0;
    const size_t count = draw(most + 1);
    const size_t storm = draw(most), calm = storm + draw(most / 4);
    for (size_t i = 0; i < count; i++) {
        const int64_t step_s = 10 + 10 * (int64_t)draw(3);
        time_us += step_s * CT_SECOND;
        home += (double)step_s * ((double)draw(3) - 1);
        if (draw(12) == 0)
            home += 5000;
        double x = home;
        if (draw(8) < wildness)
            x = 20000 * (double)draw(3);
        if (draw(40) == 0 || (i >= storm && i < calm))
            x = 1e5 * (double)(i + 1);
        pings[i] = (ct_ping){
            .id = CT_STR("p"), .time_us = time_us, .x = x, .accuracy_m = accuracies_m[draw(5)]};
        if (draw(10) == 0)
            pings[i].x = pings[i].y = NAN;
    }
    return count;
}

/* --- The definition, in so many words --- */

static bool is_jump(const ct_ping *a, const ct_ping *b)
{
    const double time_s = (double)(b->time_us - a->time_us) / 1e6;
    const double allowed_m =
        (isnan(a->accuracy_m) ? 0 : a->accuracy_m) + (isnan(b->accuracy_m) ? 0 : b->accuracy_m);
    return fabs(a->x - b->x) > time_s + allowed_m;
}

static size_t with_position(const ct_ping *pings, size_t count, ct_ping *out)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(pings[i].x))
            out[n++] = pings[i];
    return n;
}

/* What it costs to keep the pings whose bits are set. */
static unsigned cost_of(const ct_ping *pings, size_t count, unsigned kept)
{
    unsigned cost = 0;
    const ct_ping *last = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!(kept >> i & 1)) {
            cost++;
            continue;
        }
        if (last != NULL && is_jump(last, &pings[i]))
            cost += CT_JUMP_COST;
        last = &pings[i];
    }
    return cost;
}

/* Of all ways to keep pings the cheapest; of two, the one with the last bit that differs. */
static unsigned best_of_all(const ct_ping *pings, size_t count)
{
    unsigned best = 0, least = UINT32_MAX;
    for (unsigned kept = 1; kept < 1U << count; kept++) {
        const unsigned cost = cost_of(pings, count, kept);
        if (cost <= least) {
            least = cost;
            best = kept;
        }
    }
    return best;
}

/* --- Held against the program --- */

static ct_split split(ct_outliers *outliers, const ct_ping *pings, size_t count)
{
    ct_split got;
    assert_int_equal(ct_outliers_split(outliers, pings, count, &got, NULL), CT_OK);
    return got;
}

/* Every ping comes out once, on one side, in the order of time. */
static void assert_whole(const ct_split *got, const ct_ping *pings, size_t count)
{
    size_t kept = 0, dropped = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept < got->kept_count && got->kept[kept].time_us == pings[i].time_us)
            kept++;
        else if (dropped < got->dropped_count && got->dropped[dropped].time_us == pings[i].time_us)
            dropped++;
        else
            fail_msg("ping %zu is lost", i);
    }
    assert_true(kept == got->kept_count && dropped == got->dropped_count);
}

static void the_split_is_the_cheapest(void **state)
{
    (void)state;
    ct_outliers *outliers;
    assert_int_equal(ct_outliers_new(&outliers, CT_FRAME_PLANAR, 1, NULL), CT_OK);
    size_t drops = 0, jumps = 0;
    for (uint64_t n = 0; n < 4000; n++) {
        ct_ping pings[FEW], placed[FEW];
        seed = n * 104729;
        const size_t count = walk(pings, FEW);
        const ct_split got = split(outliers, pings, count);
        assert_whole(&got, pings, count);
        const size_t m = with_position(pings, count, placed);
        const unsigned best = best_of_all(placed, m);
        size_t dropped = 0;
        for (size_t i = 0; i < m; i++) {
            if (best >> i & 1)
                continue;
            assert_true(dropped < got.dropped_count);
            assert_int_equal(got.dropped[dropped].time_us, placed[i].time_us);
            dropped++;
        }
        assert_int_equal(got.dropped_count, dropped);
        drops += dropped;
        jumps += m > 0 && cost_of(placed, m, best) > dropped;
    }
    /* the worlds have enough of each */
    assert_true(drops > 2000 && jumps > 500);
    ct_outliers_free(outliers);
}

/* The cheapest end of every ping, found without leaving anything out. */
static void long_tracks_cost_the_least(void **state)
{
    (void)state;
    ct_outliers *outliers;
    assert_int_equal(ct_outliers_new(&outliers, CT_FRAME_PLANAR, 1, NULL), CT_OK);
    size_t longest = 0;
    for (uint64_t n = 0; n < 150; n++) {
        static ct_ping pings[MANY], placed[MANY], kept[MANY];
        static size_t cost[MANY];
        seed = n * 7919;
        const size_t count = walk(pings, MANY);
        const ct_split got = split(outliers, pings, count);
        assert_whole(&got, pings, count);
        const size_t m = with_position(pings, count, placed);
        size_t least = m == 0 ? 0 : SIZE_MAX;
        for (size_t i = 0; i < m; i++) {
            cost[i] = i <= CT_OUTLIERS_IN_ROW ? i : SIZE_MAX;
            for (size_t j = i > CT_OUTLIERS_IN_ROW ? i - CT_OUTLIERS_IN_ROW - 1 : 0; j < i; j++) {
                const size_t here =
                    cost[j] + (i - j - 1) + (is_jump(&placed[j], &placed[i]) ? CT_JUMP_COST : 0);
                cost[i] = here < cost[i] ? here : cost[i];
            }
            if (m - 1 - i <= CT_OUTLIERS_IN_ROW && cost[i] + (m - 1 - i) < least)
                least = cost[i] + (m - 1 - i);
        }
        const size_t k = with_position(got.kept, got.kept_count, kept);
        size_t paid = m - k, row = 0;
        for (size_t i = 1; i < k; i++)
            paid += is_jump(&kept[i - 1], &kept[i]) ? CT_JUMP_COST : 0;
        assert_int_equal(paid, least);
        for (size_t i = 0, at = 0; i < m; i++) {
            const bool is_kept = at < k && kept[at].time_us == placed[i].time_us;
            at += is_kept;
            row = is_kept ? 0 : row + 1;
            longest = row > longest ? row : longest;
        }
    }
    assert_int_equal(longest, CT_OUTLIERS_IN_ROW);
    ct_outliers_free(outliers);
}

static void what_is_split_again_stays(void **state)
{
    (void)state;
    ct_outliers *outliers;
    assert_int_equal(ct_outliers_new(&outliers, CT_FRAME_PLANAR, 1, NULL), CT_OK);
    for (uint64_t n = 0; n < 4000; n++) {
        ct_ping pings[CT_OUTLIERS_IN_ROW], kept[CT_OUTLIERS_IN_ROW];
        seed = n * 611953;
        const size_t count = walk(pings, CT_OUTLIERS_IN_ROW);
        const ct_split got = split(outliers, pings, count);
        for (size_t i = 0; i < got.kept_count; i++)
            kept[i] = got.kept[i];
        assert_int_equal(split(outliers, kept, got.kept_count).dropped_count, 0);
    }
    ct_outliers_free(outliers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_split_is_the_cheapest),
        cmocka_unit_test(long_tracks_cost_the_least),
        cmocka_unit_test(what_is_split_again_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
