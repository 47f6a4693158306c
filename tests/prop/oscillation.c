/* Hops between cells against a direct statement of what is one, on random hops; and cleaned pings
 * that are cleaned again. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrace/cleaner.h"

enum { PINGS_MAX = 250, WORLDS = 6000 };

static const double max_speed_mps = 50;

static uint64_t seed;

/* SplitMix64: Steele, Lea, Flood 2014. */
static uint64_t draw(uint64_t below)
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % below;
}

struct world {
    ct_ping pings[PINGS_MAX];
    size_t count;
    bool kept[PINGS_MAX];
};

/* Steps that are often just the limits; cells on a line, so that all sums of distances are exact.
 */
static void hop(struct world *w)
{
    static const int64_t steps_s[] = {1, 10, 20, 30, 60, 61, 120, 300, 600, 1800, 3601};
    const uint64_t calm = 1 + draw(sizeof steps_s / sizeof *steps_s), cells = 1 + draw(5);
    const bool dense = draw(3) == 0;
    int64_t time_us = (int64_t)draw(1000) * CT_HOUR;
    uint64_t cell = 0;
    w->count = draw(PINGS_MAX + 1);
    for (size_t i = 0; i < w->count; i++) {
        const int64_t step_us = steps_s[draw(calm)] * CT_SECOND;
        time_us += dense ? CT_SECOND / 2 + (int64_t)draw(2) : step_us + (int64_t)draw(2);
        if (draw(3) != 0)
            cell = draw(cells);
        w->pings[i] = (ct_ping){.id = CT_STR("p"),
                                .time_us = time_us,
                                .x = (double)(cell * cell) * 300,
                                .y = 7,
                                .accuracy_m = draw(9) == 0 ? NAN : (double)draw(3) * 300};
        if (draw(12) == 0)
            w->pings[i].place_id = CT_STR("w");
        if (draw(20) == 0)
            w->pings[i] = (ct_ping){.id = CT_STR("p"),
                                    .time_us = time_us,
                                    .x = NAN,
                                    .y = NAN,
                                    .accuracy_m = NAN,
                                    .place_id = CT_STR("w")};
    }
}

/* --- The definition, in so many words --- */

struct one {
    int64_t us;
    double x, accuracy_m;
    size_t ping;
    bool stable, gone;
};

struct state {
    struct one p[PINGS_MAX];
    size_t n;
};

static void mark_stable(struct state *s)
{
    for (size_t i = 0; i < s->n; i++)
        s->p[i].stable = false;
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = i; j < s->n && s->p[j].x == s->p[i].x; j++) {
            if (j > i && s->p[j].us - s->p[j - 1].us > CT_HOUR)
                break;
            if (s->p[j].us - s->p[i].us < CT_STABLE_LEAST)
                continue;
            for (size_t k = i; k <= j; k++)
                s->p[k].stable = true;
        }
}

static bool close_ranks(struct state *s, bool *kept)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (s->p[i].gone)
            kept[s->p[i].ping] = false;
        else
            s->p[n++] = s->p[i];
    }
    const bool any = n < s->n;
    s->n = n;
    return any;
}

/* Are i and j in one stable period? */
static bool in_one(const struct state *s, size_t i, size_t j)
{
    for (size_t k = i; k <= j; k++)
        if (s->p[k].x != s->p[i].x || (k > i && s->p[k].us - s->p[k - 1].us > CT_HOUR))
            return false;
    return true;
}

static bool between_stable_periods(struct state *s)
{
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = i + 1; j < s->n; j++) {
            bool next = s->p[i].stable && s->p[j].stable && !in_one(s, i, j);
            for (size_t k = i + 1; k < j; k++)
                next = next && !s->p[k].stable;
            if (!next || s->p[i].x != s->p[j].x || s->p[j].us - s->p[i].us >= CT_STABLE_APART)
                continue;
            for (size_t k = i + 1; k < j; k++)
                s->p[k].gone = s->p[k].x != s->p[i].x;
        }
    bool any = false;
    for (size_t i = 0; i < s->n; i++)
        any = any || s->p[i].gone;
    return any;
}

static bool too_fast(const struct one *a, const struct one *b)
{
    const double radii =
        (isnan(a->accuracy_m) ? 0 : a->accuracy_m) + (isnan(b->accuracy_m) ? 0 : b->accuracy_m);
    return fabs(a->x - b->x) > max_speed_mps * (double)(b->us - a->us) / 1e6 + radii;
}

/* The last of the suspicious sequence that begins at i; i if there is none. */
static size_t suspicious_last(const struct state *s, size_t i)
{
    size_t last = i;
    while (last + 1 < s->n && last + 1 - i < CT_SUSPICIOUS_PINGS &&
           s->p[last + 1].us - s->p[i].us <= CT_SUSPICIOUS_MOST)
        last++;
    for (size_t k = i; k <= last && last - i >= 2; k++)
        if (s->p[k].x != s->p[i].x)
            return last;
    return i + 1 < s->n && too_fast(&s->p[i], &s->p[i + 1]) ? i + 1 : i;
}

static size_t count_of(struct one *const *q, size_t n, double x)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += q[i]->x == x;
    return count;
}

/* Does the cell of q[i] lie on both sides of something else? */
static bool is_returned_to(struct one *const *q, size_t n, size_t i)
{
    size_t first = n, last = 0;
    for (size_t k = n; k-- > 0;)
        if (q[k]->x == q[i]->x)
            first = k;
    for (size_t k = 0; k < n; k++)
        if (q[k]->x == q[i]->x)
            last = k;
    return last - first + 1 > count_of(q, n, q[i]->x);
}

/* Is there a cell that lies before, or at, place i, and again behind it? */
static bool runs_on(struct one *const *q, size_t n, size_t i)
{
    for (size_t a = 0; a <= i; a++)
        for (size_t b = i + 1; b < n; b++)
            if (q[a]->x == q[b]->x && is_returned_to(q, n, a))
                return true;
    return false;
}

static void remove_others(struct one **q, size_t n, struct one *const *all, size_t all_n)
{
    bool any_stable = false;
    size_t best = n;
    double best_sum = 0;
    for (size_t i = 0; i < n; i++)
        any_stable = any_stable || q[i]->stable;
    for (size_t i = 0; i < n; i++) {
        bool may_win = false;
        for (size_t k = 0; k < n; k++)
            may_win = may_win ||
                      (q[k]->x == q[i]->x && (any_stable ? q[k]->stable : is_returned_to(q, n, k)));
        double sum = 0;
        for (size_t k = 0; k < n; k++)
            sum += fabs(q[k]->x - q[i]->x);
        if (may_win && (best == n || sum < best_sum ||
                        (sum == best_sum &&
                         count_of(all, all_n, q[i]->x) > count_of(all, all_n, q[best]->x)))) {
            best = i;
            best_sum = sum;
        }
    }
    for (size_t i = 0; i < n; i++)
        q[i]->gone = !q[i]->stable && q[i]->x != q[best]->x;
}

static void settle(struct state *s, size_t first, size_t last)
{
    struct one *q[PINGS_MAX];
    size_t n = 0, from = first, to = last;
    while (from > 0 && first - from < CT_SUSPICIOUS_PINGS / 2 &&
           s->p[first].us - s->p[from - 1].us <= CT_SUSPICIOUS_AWAY)
        from--;
    while (to + 1 < s->n && to - last < CT_SUSPICIOUS_PINGS / 2 &&
           s->p[to + 1].us - s->p[last].us <= CT_SUSPICIOUS_AWAY)
        to++;
    for (size_t i = from; i <= to; i++)
        if (!s->p[i].gone)
            q[n++] = &s->p[i];
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; runs_on(q, n, end - 1);)
            end++;
        if (end - i > 1)
            remove_others(q + i, end - i, q, n);
    }
}

static void define(struct world *w)
{
    static struct state s;
    s.n = 0;
    for (size_t i = 0; i < w->count; i++) {
        const ct_ping *p = &w->pings[i];
        w->kept[i] = true;
        if (!isnan(p->x) && p->place_id.len == 0)
            s.p[s.n++] = (struct one){p->time_us, p->x, p->accuracy_m, i, false, false};
    }
    do {
        mark_stable(&s);
        if (between_stable_periods(&s))
            continue;
        for (size_t i = 0; i < s.n;) {
            const size_t last = suspicious_last(&s, i);
            if (last > i)
                settle(&s, i, last);
            i = last + 1;
        }
    } while (close_ranks(&s, w->kept));
}

/* --- Held against the program --- */

static void what_is_dropped_is_as_defined(void **state)
{
    (void)state;
    static struct world w;
    size_t dropped = 0, kept = 0;
    ct_oscillation *oscillation;
    ct_split split;
    assert_int_equal(
        ct_oscillation_new(&oscillation, CT_FRAME_PLANAR, CT_HOUR, max_speed_mps, NULL), CT_OK);
    for (uint64_t n = 0; n < WORLDS; n++) {
        seed = n * 7919;
        hop(&w);
        define(&w);
        assert_int_equal(ct_oscillation_split(oscillation, w.pings, w.count, &split, NULL), CT_OK);
        assert_int_equal(split.kept_count + split.dropped_count, w.count);
        size_t k = 0, d = 0;
        for (size_t i = 0; i < w.count; i++) {
            const ct_ping *got = w.kept[i] ? &split.kept[k++] : &split.dropped[d++];
            assert_true(k <= split.kept_count && d <= split.dropped_count);
            assert_int_equal(got->time_us, w.pings[i].time_us);
        }
        dropped += d;
        kept += k;
    }
    ct_oscillation_free(oscillation);
    assert_true(dropped > 20000 && kept > 20000); /* the worlds have enough of each */
}

static void cleaned_pings_are_clean(void **state)
{
    (void)state;
    static struct world w;
    static ct_ping once[PINGS_MAX];
    size_t by_reason[2] = {0, 0};
    const ct_cleaner_options options = {
        .frame = CT_FRAME_PLANAR, .max_speed_mps = 10, .oscillation = true, .max_gap_us = CT_HOUR};
    ct_cleaner *cleaner;
    ct_cleaned cleaned;
    assert_int_equal(ct_cleaner_new(&cleaner, &options, NULL), CT_OK);
    for (uint64_t n = 0; n < WORLDS; n++) {
        seed = n * 7919;
        hop(&w);
        assert_int_equal(ct_cleaner_clean(cleaner, w.pings, w.count, &cleaned, NULL), CT_OK);
        for (size_t i = 0; i < cleaned.dropped_count; i++) {
            by_reason[cleaned.dropped[i].why]++;
            assert_true(i == 0 ||
                        cleaned.dropped[i - 1].ping.time_us < cleaned.dropped[i].ping.time_us);
        }
        const size_t count = cleaned.kept_count;
        assert_int_equal(count + cleaned.dropped_count, w.count);
        for (size_t i = 0; i < count; i++)
            once[i] = cleaned.kept[i];
        assert_int_equal(ct_cleaner_clean(cleaner, once, count, &cleaned, NULL), CT_OK);
        assert_int_equal(cleaned.kept_count, count);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(cleaned.kept[i].time_us, once[i].time_us);
    }
    ct_cleaner_free(cleaner);
    assert_true(by_reason[CT_UNCLEAN_SPEED] > 5000 && by_reason[CT_UNCLEAN_OSCILLATION] > 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_dropped_is_as_defined),
        cmocka_unit_test(cleaned_pings_are_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
