/* Rivals of one second, against the definition on a plain list; shuffled, with little memory or
 * much: the same pings in the same order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "contrace/rivals.h"
#include "contrace/space.h"
#include "contrace/time.h"

enum { PINGS = 120, ROUNDS = 300 };

static const char *const ids[] = {"a", "b", "ab", "0012"};
static const char *const sources[] = {"", "gps", "op-a", "op-b"};
static const char *const priorities[] = {"op-a", "gps"};

static uint64_t seed = 88172645463325252;

static unsigned pick(unsigned below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed % below);
}

static ct_ping random_ping(void)
{
    const bool nowhere = pick(8) == 0;
    return (ct_ping){.id = ct_str_of(ids[pick(4)]),
                     .time_us = (int64_t)pick(12) * CT_SECOND / 4 - CT_SECOND,
                     .x = nowhere ? NAN : (double)pick(3),
                     .y = nowhere ? NAN : (double)pick(2),
                     .accuracy_m = pick(2) ? NAN : 10,
                     .source = ct_str_of(sources[pick(4)]),
                     .place_id = ct_str_of(nowhere ? "ward" : "")};
}

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool same(const ct_ping *a, const ct_ping *b)
{
    return ct_str_equal(a->id, b->id) && a->time_us == b->time_us && same_number(a->x, b->x) &&
           same_number(a->y, b->y) && same_number(a->accuracy_m, b->accuracy_m) &&
           ct_str_equal(a->source, b->source) && ct_str_equal(a->place_id, b->place_id);
}

static int64_t floor_second(int64_t us)
{
    return (us + 100 * CT_SECOND) / CT_SECOND - 100;
}

static bool rivals(const ct_ping *a, const ct_ping *b)
{
    return ct_str_equal(a->id, b->id) && floor_second(a->time_us) == floor_second(b->time_us);
}

static int priority(const ct_ping *p)
{
    for (int i = 0; i < 2; i++)
        if (ct_str_equal(p->source, ct_str_of(priorities[i])))
            return i;
    return 2;
}

/* Does it stay, by the definition? */
static bool stays(const ct_ping *all, size_t i)
{
    for (size_t k = 0; k < PINGS; k++)
        if ((k < i && same(&all[k], &all[i])) ||
            (rivals(&all[k], &all[i]) && priority(&all[k]) < priority(&all[i])))
            return false;
    return true;
}

/* Is there a rival with a position too far from the first one? Whichever is the first: with so few
 * places the farthest from it is too far exactly if some two are. */
static size_t conflicts_of(const ct_ping *all, double limit_m)
{
    size_t count = 0;
    for (size_t i = 0; i < PINGS; i++) {
        bool first = true, apart = false;
        for (size_t k = 0; k < PINGS; k++) {
            if (!rivals(&all[i], &all[k]))
                continue;
            first = first && k >= i;
            for (size_t l = 0; l < PINGS; l++)
                apart =
                    apart || (rivals(&all[i], &all[l]) && !isnan(all[k].x) && !isnan(all[l].x) &&
                              hypot(all[k].x - all[l].x, all[k].y - all[l].y) > limit_m);
        }
        count += first && apart;
    }
    return count;
}

struct told {
    size_t conflicts, left_out;
};

static ct_status count_conflict(const ct_conflict *conflict, void *ctx, ct_err *err)
{
    (void)err;
    struct told *told = ctx;
    assert_true(conflict->distance_m > 0);
    told->conflicts++;
    return CT_OK;
}

static ct_status count_left_out(ct_str source, bool outranked, void *ctx, ct_err *err)
{
    (void)err;
    struct told *told = ctx;
    assert_false(outranked && ct_str_equal(source, ct_str_of(priorities[0])));
    told->left_out++;
    return CT_OK;
}

static size_t settle(const ct_ping *all, ct_ping *out, char *texts, struct told *told)
{
    *told = (struct told){0};
    const ct_rivals_options options = {.frame = CT_FRAME_PLANAR,
                                       .sources = priorities,
                                       .source_count = 2,
                                       .conflict_m = 0,
                                       .on_conflict = count_conflict,
                                       .on_left_out = count_left_out,
                                       .ctx = told};
    ct_rivals *rivals;
    assert_int_equal(ct_rivals_new(&rivals, &options, pick(2) << 24, NULL, NULL), CT_OK);
    for (size_t i = 0; i < PINGS; i++)
        assert_int_equal(ct_rivals_add(rivals, &all[i], NULL), CT_OK);
    assert_int_equal(ct_rivals_finish(rivals, NULL), CT_OK);
    size_t count = 0, len = 0;
    ct_status status;
    while ((status = ct_rivals_next(rivals, &out[count], NULL)) == CT_OK) {
        ct_str *lent[] = {&out[count].id, &out[count].source, &out[count].place_id};
        for (size_t i = 0; i < 3; i++) {
            if (lent[i]->len > 0)
                memcpy(texts + len, lent[i]->ptr, lent[i]->len);
            lent[i]->ptr = texts + len;
            len += lent[i]->len;
        }
        count++;
    }
    assert_int_equal(status, CT_END);
    assert_int_equal(ct_rivals_next(rivals, &out[count], NULL), CT_END);
    ct_rivals_free(rivals);
    return count;
}

static void as_by_the_definition(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        ct_ping all[PINGS], out[PINGS + 1], again[PINGS + 1];
        char texts[PINGS * 16], more_texts[PINGS * 16];
        struct told told;
        size_t expected = 0;
        for (size_t i = 0; i < PINGS; i++)
            all[i] = pick(3) || i == 0 ? random_ping() : all[pick((unsigned)i)];
        const size_t count = settle(all, out, texts, &told);
        for (size_t i = 0; i < PINGS; i++)
            expected += stays(all, i);
        assert_int_equal(count, expected);
        assert_int_equal(count + told.left_out, PINGS);
        assert_int_equal(told.conflicts, conflicts_of(all, 0));
        for (size_t i = 0; i < count; i++) {
            bool found = false;
            for (size_t k = 0; k < PINGS && !found; k++)
                found = same(&out[i], &all[k]) && stays(all, k);
            assert_true(found);
            const int order = i > 0 ? ct_str_compare(out[i - 1].id, out[i].id) : -1;
            assert_true(order < 0 || (order == 0 && out[i - 1].time_us <= out[i].time_us));
        }
        for (size_t i = PINGS - 1; i > 0; i--) {
            const size_t k = pick((unsigned)i + 1);
            const ct_ping swap = all[i];
            all[i] = all[k];
            all[k] = swap;
        }
        assert_int_equal(settle(all, again, more_texts, &told), count);
        for (size_t i = 0; i < count; i++)
            assert_true(same(&out[i], &again[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_by_the_definition)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
