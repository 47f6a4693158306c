/* The worst rolling span against brute force: on worlds small enough, every span is tried. All
 * times are multiples of four and all densities of a quarter, so that the sums are exact. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../lib/trace/rolling.h"

enum { SPELLS_MOST = 7, END = 100 };

static uint64_t random_state;

static int64_t draw(int64_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (int64_t)(random_state % (uint64_t)below);
}

static int compare_starts(const void *a, const void *b)
{
    const ct_spell *x = a, *y = b;
    return (x->start_us > y->start_us) - (x->start_us < y->start_us);
}

/* Each unit step of the closed span counts as its densest spell; so does each moment. */
static double sum_span(const ct_spell *spells, size_t count, int64_t from, int64_t until,
                       int amount)
{
    double sum = 0;
    for (int64_t t = from; t <= until; t++) {
        double densest = 0, mass = 0;
        for (size_t i = 0; i < count; i++) {
            const ct_spell *s = &spells[i];
            const double v = (double)s->amount_us[amount];
            if (s->start_us == s->end_us && s->start_us == t && v > mass)
                mass = v;
            const double density = v / (double)(s->end_us - s->start_us);
            if (t < until && s->start_us <= t && t < s->end_us && density > densest)
                densest = density;
        }
        sum += densest + mass;
    }
    return sum;
}

static bool is_exposed(const ct_spell *spells, size_t count, int64_t t)
{
    for (size_t i = 0; i < count; i++)
        if (spells[i].start_us == t || (spells[i].start_us <= t && t < spells[i].end_us))
            return true;
    return false;
}

static size_t make_world(ct_spell *spells)
{
    const size_t count = 1 + (size_t)draw(SPELLS_MOST);
    const bool pure = draw(3) == 0; /* all expected as recorded, no masses */
    for (size_t i = 0; i < count; i++) {
        ct_spell *s = &spells[i];
        s->start_us = 4 * draw(END / 4);
        s->end_us = s->start_us + (draw(4) || pure ? 4 * draw((END - s->start_us) / 4) : 0);
        const int64_t length = s->end_us - s->start_us;
        const int64_t quarters = pure ? 4 : draw(5);
        s->amount_us[CT_RECORDED] = length ? length / 4 * quarters : pure ? 0 : draw(9);
        s->amount_us[CT_EXPECTED] = length && !pure ? length / 4 * draw(quarters + 1)
                                    : pure          ? s->amount_us[CT_RECORDED]
                                                    : draw(s->amount_us[CT_RECORDED] + 1);
    }
    qsort(spells, count, sizeof *spells, compare_starts);
    return count;
}

static void check_world(ct_rolling *rolling)
{
    ct_spell spells[SPELLS_MOST] = {0};
    const size_t count = make_world(spells);
    const int64_t length = 4 * (1 + draw(30));
    double best[CT_AMOUNTS] = {-1, -1}, fullest = -1;
    int64_t best_from = 0;
    for (int64_t t = -length - 1; t <= END + 1; t++) {
        const double recorded = sum_span(spells, count, t, t + length, CT_RECORDED);
        const double expected = sum_span(spells, count, t, t + length, CT_EXPECTED);
        fullest = recorded > fullest ? recorded : fullest;
        const bool worse = expected > best[CT_EXPECTED] ||
                           (expected == best[CT_EXPECTED] && recorded > best[CT_RECORDED]);
        const bool same = expected == best[CT_EXPECTED] && recorded == best[CT_RECORDED];
        if (worse || (same && best_from == INT64_MIN)) {
            best[CT_EXPECTED] = expected;
            best[CT_RECORDED] = recorded;
            best_from = is_exposed(spells, count, t) ? t : INT64_MIN;
        }
    }
    assert_int_equal(ct_rolling_load(rolling, spells, count, NULL), CT_OK);
    ct_worst worst;
    ct_rolling_worst(rolling, length, &worst);
    assert_true((double)worst.amount_us[CT_EXPECTED] == best[CT_EXPECTED]);
    assert_true((double)worst.amount_us[CT_RECORDED] == best[CT_RECORDED]);
    assert_true(worst.from_us == best_from);
    assert_true((double)worst.fullest_us == fullest);

    int64_t amount[CT_AMOUNTS];
    ct_rolling_total(rolling, amount);
    assert_true((double)amount[CT_RECORDED] == sum_span(spells, count, 0, END + 1, CT_RECORDED));
    const int64_t from = 4 * draw(END / 4), until = from + 4 * draw(END / 4);
    ct_rolling_within(rolling, from, until, amount);
    for (int a = 0; a < CT_AMOUNTS; a++)
        assert_true((double)amount[a] == sum_span(spells, count, from, until, a));
}

static void every_span_is_tried(void **state)
{
    (void)state;
    random_state = 24;
    ct_rolling rolling = {0};
    for (int world = 0; world < 3000; world++)
        check_world(&rolling);
    ct_rolling_release(&rolling);
}

/* Many spells at once: the densest of each moment must still be found, and fast. */
static void all_overlap(void **state)
{
    (void)state;
    const int64_t many = 100000;
    ct_spell *spells = malloc((size_t)many * sizeof *spells);
    assert_non_null(spells);
    for (int64_t i = 0; i < many; i++) {
        const int64_t length = 4 * (many - i); /* all end at one moment */
        spells[i] = (ct_spell){4 * i, 4 * many, {length / 2, length / 4}};
    }
    spells[many / 2].amount_us[CT_RECORDED] *= 2;
    ct_rolling rolling = {0};
    ct_worst worst;
    assert_int_equal(ct_rolling_load(&rolling, spells, (size_t)many, NULL), CT_OK);
    ct_rolling_worst(&rolling, 2 * many, &worst);
    assert_true(worst.amount_us[CT_RECORDED] == 2 * many);
    assert_true(worst.amount_us[CT_EXPECTED] == many / 2);
    assert_true(worst.from_us == 2 * many);
    ct_rolling_release(&rolling);
    free(spells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_span_is_tried),
        cmocka_unit_test(all_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
