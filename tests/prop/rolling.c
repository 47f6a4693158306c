/* The worst rolling span against brute force: on worlds small enough, every span is tried. All
 * times are multiples of four and all densities of a quarter, so that the sums are exact. */
#include <math.h>
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

/* Each unit step of the closed span counts as its densest spell, or as all of them; so does each
 * moment. */
static double sum_span(const ct_spell *spells, size_t count, int64_t from, int64_t until,
                       int amount, bool add)
{
    double sum = 0;
    for (int64_t t = from; t <= until; t++) {
        double densest = 0, mass = 0, all = 0;
        for (size_t i = 0; i < count; i++) {
            const ct_spell *s = &spells[i];
            const double v = s->amount_us[amount];
            const double density = v / (double)(s->end_us - s->start_us);
            const bool lies_here = s->start_us == s->end_us && s->start_us == t;
            const bool goes_on = t < until && s->start_us <= t && t < s->end_us;
            if (lies_here && v > mass)
                mass = v;
            if (goes_on && density > densest)
                densest = density;
            all += lies_here ? v : goes_on ? density : 0;
        }
        sum += add ? all : densest + mass;
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

static size_t make_world(ct_spell *spells, int amounts)
{
    const size_t count = 1 + (size_t)draw(SPELLS_MOST);
    const bool pure = draw(3) == 0; /* all amounts as recorded, no masses */
    for (size_t i = 0; i < count; i++) {
        ct_spell *s = &spells[i];
        s->start_us = 4 * draw(END / 4);
        s->end_us = s->start_us + (draw(4) || pure ? 4 * draw((END - s->start_us) / 4) : 0);
        const int64_t length = s->end_us - s->start_us;
        int64_t quarters = pure ? 4 : draw(5), mass = pure ? 0 : draw(9);
        for (int a = 0; a < amounts; a++) {
            s->amount_us[a] = (double)(length ? length / 4 * quarters : mass);
            quarters = pure ? 4 : draw(quarters + 1);
            mass = draw(mass + 1);
        }
    }
    qsort(spells, count, sizeof *spells, compare_starts);
    return count;
}

/* The worst of all spans there are, and the most recorded time of any. */
static void try_all(const ct_spell *spells, size_t count, int64_t length, ct_summing how,
                    ct_worst *best, double *fullest_us)
{
    *best = (ct_worst){.amount_us = {-1, -1, -1, -1, -1}};
    *fullest_us = -1;
    for (int64_t t = -length - 1; t <= END + 1; t++) {
        double here[CT_AMOUNTS] = {0};
        bool worse = false, same = true;
        for (int a = how.amounts; a-- > 0;) {
            here[a] = sum_span(spells, count, t, t + length, a, how.add);
            worse = worse || (same && here[a] > best->amount_us[a]);
            same = same && here[a] == best->amount_us[a];
        }
        *fullest_us = fmax(*fullest_us, here[CT_RECORDED]);
        if (worse || (same && best->from_us == INT64_MIN)) {
            for (int a = 0; a < CT_AMOUNTS; a++)
                best->amount_us[a] = here[a];
            best->from_us = is_exposed(spells, count, t) ? t : INT64_MIN;
        }
    }
}

static void check_worst(const ct_rolling *rolling, int64_t length, const ct_worst *best)
{
    ct_worst worst;
    ct_rolling_worst(rolling, length, &worst);
    for (int a = 0; a < CT_AMOUNTS; a++)
        assert_true(worst.amount_us[a] == best->amount_us[a]);
    assert_true(worst.from_us == best->from_us);
}

static void check_world(ct_rolling *rolling, ct_summing how)
{
    ct_spell spells[SPELLS_MOST] = {0}, again[4 * SPELLS_MOST] = {0};
    const size_t count = make_world(spells, how.amounts);
    const int64_t length = 4 * (1 + draw(30));
    ct_worst best;
    double fullest_us;
    try_all(spells, count, length, how, &best, &fullest_us);
    assert_int_equal(ct_rolling_load(rolling, spells, count, how, NULL), CT_OK);
    check_worst(rolling, length, &best);
    assert_true(ct_rolling_fullest(rolling, length) == fullest_us);

    double amount[CT_AMOUNTS];
    const int64_t from = 4 * draw(END / 4), until = from + 4 * draw(END / 4);
    ct_rolling_within(rolling, from, until, amount);
    for (int a = 0; a < how.amounts; a++)
        assert_true(amount[a] == sum_span(spells, count, from, until, a, how.add));
    ct_worst all;
    ct_rolling_total(rolling, amount);
    ct_rolling_worst(rolling, INT64_MAX, &all);
    for (int a = 0; a < how.amounts; a++) {
        assert_true(amount[a] == sum_span(spells, count, 0, END + 1, a, how.add));
        assert_true(all.amount_us[a] == amount[a]);
    }
    const size_t parts = ct_rolling_spells(rolling, again);
    assert_true(parts >= 1 && parts <= 4 * count);
    for (size_t i = 1; i < parts; i++)
        assert_true(again[i].start_us >= again[i - 1].end_us);
    assert_int_equal(ct_rolling_load(rolling, again, parts, how, NULL), CT_OK);
    ct_rolling_within(rolling, from, until, amount);
    for (int a = 0; a < how.amounts; a++)
        assert_true(amount[a] == sum_span(spells, count, from, until, a, how.add));
}

static void every_span_is_tried(void **state)
{
    (void)state;
    random_state = 24;
    ct_rolling rolling = {0};
    for (int world = 0; world < 1200; world++)
        for (int how = 0; how < 4; how++)
            check_world(&rolling, (ct_summing){how & 1 ? CT_AMOUNTS : CT_PLAIN_AMOUNTS, how & 2});
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
        const double length = (double)(4 * (many - i)); /* all end at one moment */
        spells[i] = (ct_spell){4 * i, 4 * many, {length / 2, length / 4}};
    }
    spells[many / 2].amount_us[CT_RECORDED] *= 2;
    ct_rolling rolling = {0};
    ct_worst worst;
    assert_int_equal(ct_rolling_load(&rolling, spells, (size_t)many,
                                     (ct_summing){CT_PLAIN_AMOUNTS, false}, NULL),
                     CT_OK);
    ct_rolling_worst(&rolling, 2 * many, &worst);
    assert_true(worst.amount_us[CT_RECORDED] == (double)(2 * many));
    assert_true(worst.amount_us[CT_EXPECTED] == (double)many / 2);
    assert_true(worst.from_us == 2 * many);
    assert_int_equal(
        ct_rolling_load(&rolling, spells, (size_t)many, (ct_summing){CT_PLAIN_AMOUNTS, true}, NULL),
        CT_OK);
    ct_rolling_worst(&rolling, 4 * many, &worst); /* half of each, but for the one that is whole */
    assert_true(worst.amount_us[CT_RECORDED] == (double)many * (double)(many + 1) + (double)many);
    assert_true(worst.from_us == 0);
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
