/* The same tracks from pings in any order, with little memory or much, one thread or two; and as a
 * direct statement of the definition has them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "contrace/tracks.h"

enum { PINGS = 60000, PEOPLE = 300 };

static uint64_t seed = 20;

/* SplitMix64: Steele, Lea, Flood 2014. */
static uint64_t draw(uint64_t below)
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % below;
}

static const char *const texts[] = {"", "a", "b"};

/* The same text, as one that lasts. */
static ct_str own(ct_str text)
{
    for (size_t i = 0; i < 3; i++)
        if (ct_str_equal(text, ct_str_of(texts[i])))
            return ct_str_of(texts[i]);
    fail_msg("a text from nowhere");
    return text;
}

struct world {
    char ids[PEOPLE][8];
    ct_ping pings[PINGS];
};

/* Few moments, positions and texts, so that many pings fall on one moment or are equal. */
static void fill(struct world *w)
{
    for (int i = 0; i < PEOPLE; i++)
        snprintf(w->ids[i], sizeof w->ids[i], "%d", i * 7);
    for (int i = 0; i < PINGS; i++) {
        const bool lost = draw(4) == 0;
        w->pings[i] = (ct_ping){.id = ct_str_of(w->ids[draw(PEOPLE)]),
                                .time_us = (int64_t)draw(50) - 25,
                                .x = lost ? NAN : (double)draw(2),
                                .y = lost ? NAN : (double)draw(2),
                                .accuracy_m = draw(3) == 0 ? NAN : (double)draw(2),
                                .source = ct_str_of(texts[draw(3)]),
                                .place_id = ct_str_of(texts[draw(3)])};
    }
}

static void shuffle(struct world *w)
{
    for (size_t i = PINGS - 1; i > 0; i--) {
        const size_t j = draw(i + 1);
        const ct_ping ping = w->pings[i];
        w->pings[i] = w->pings[j];
        w->pings[j] = ping;
    }
}

struct out {
    ct_ping pings[PINGS];
    size_t count;
    uint64_t duplicates, rivals, spilled;
};

static void run(const struct world *w, uint64_t memory_bytes, unsigned threads, struct out *out)
{
    ct_pool *pool;
    ct_tracks *tracks;
    ct_err err;
    assert_int_equal(ct_pool_new(&pool, threads, NULL), CT_OK);
    assert_int_equal(ct_tracks_new(&tracks, memory_bytes, pool, NULL), CT_OK);
    for (size_t i = 0; i < PINGS; i++)
        if (ct_tracks_add(tracks, &w->pings[i], &err) != CT_OK)
            fail_msg("%s", err.text);
    assert_int_equal(ct_tracks_finish(tracks, NULL), CT_OK);
    out->count = 0;
    const ct_ping *pings;
    size_t count, people = 0;
    while (ct_tracks_next(tracks, &pings, &count, NULL) == CT_OK) {
        people++;
        for (size_t i = 0; i < count; i++) {
            assert_true(ct_str_equal(pings[i].id, pings[0].id));
            ct_ping *p = &out->pings[out->count++];
            *p = pings[i];
            /* texts of the tracks go with them */
            char id[8];
            snprintf(id, sizeof id, "%.*s", (int)p->id.len, p->id.ptr);
            p->id = ct_str_of(w->ids[atoi(id) / 7]);
            p->source = own(p->source);
            p->place_id = own(p->place_id);
        }
    }
    out->duplicates = ct_tracks_duplicates(tracks);
    out->rivals = ct_tracks_rivals(tracks);
    out->spilled = ct_tracks_spilled(tracks);
    assert_int_equal(people, PEOPLE);
    assert_int_equal(ct_tracks_people(tracks), PEOPLE);
    ct_tracks_free(tracks);
    ct_pool_free(pool);
}

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool same_ping(const ct_ping *a, const ct_ping *b)
{
    return ct_str_equal(a->id, b->id) && a->time_us == b->time_us && same_number(a->x, b->x) &&
           same_number(a->y, b->y) && same_number(a->accuracy_m, b->accuracy_m) &&
           ct_str_equal(a->source, b->source) && ct_str_equal(a->place_id, b->place_id);
}

/* --- The definition --- */

/* Sorts by id and time, and by nothing else. */
static int by_moment(const void *a, const void *b)
{
    const ct_ping *p = a, *q = b;
    const int order = ct_str_compare(p->id, q->id);
    return order != 0 ? order : (p->time_us > q->time_us) - (p->time_us < q->time_us);
}

/* What is missing ranks behind all values. */
static double rank_number(double v)
{
    return isnan(v) ? 1e300 : v;
}

static int rank_text(ct_str text)
{
    return text.len == 0 ? 256 : (unsigned char)*text.ptr;
}

static bool better(const ct_ping *p, const ct_ping *q)
{
    const double ps[] = {isnan(p->x),       rank_number(p->accuracy_m), rank_number(p->x),
                         rank_number(p->y), rank_text(p->source),       rank_text(p->place_id)};
    const double qs[] = {isnan(q->x),       rank_number(q->accuracy_m), rank_number(q->x),
                         rank_number(q->y), rank_text(q->source),       rank_text(q->place_id)};
    for (size_t i = 0; i < sizeof ps / sizeof *ps; i++)
        if (ps[i] != qs[i])
            return ps[i] < qs[i];
    return false;
}

static void define(const struct world *w, struct out *out)
{
    static ct_ping sorted[PINGS];
    memcpy(sorted, w->pings, sizeof sorted);
    qsort(sorted, PINGS, sizeof *sorted, by_moment);
    *out = (struct out){.count = 0};
    for (size_t from = 0, end; from < PINGS; from = end) {
        for (end = from + 1; end < PINGS && by_moment(&sorted[from], &sorted[end]) == 0;)
            end++;
        size_t best = from, best_place = PINGS, distinct = 0;
        for (size_t i = from; i < end; i++) {
            if (better(&sorted[i], &sorted[best]))
                best = i;
            if (sorted[i].place_id.len > 0 &&
                (best_place == PINGS || better(&sorted[i], &sorted[best_place])))
                best_place = i;
            size_t first = from;
            while (!same_ping(&sorted[first], &sorted[i]))
                first++;
            distinct += first == i;
        }
        ct_ping *kept = &out->pings[out->count++];
        *kept = sorted[best];
        if (kept->place_id.len == 0 && best_place < PINGS)
            kept->place_id = sorted[best_place].place_id;
        out->rivals += distinct - 1;
        out->duplicates += end - from - distinct;
    }
}

static void assert_same(const struct out *a, const struct out *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++)
        assert_true(same_ping(&a->pings[i], &b->pings[i]));
    assert_int_equal(a->duplicates, b->duplicates);
    assert_int_equal(a->rivals, b->rivals);
}

static void tracks_are_as_defined(void **state)
{
    (void)state;
    static struct world w;
    static struct out due, got;
    fill(&w);
    define(&w, &due);
    assert_true(due.duplicates > 500 && due.rivals > 1000 && due.count > 5000);
    for (unsigned round = 0; round < 4; round++) {
        shuffle(&w);
        const bool little = round % 2 == 0;
        run(&w, little ? 1 << 20 : 64 << 20, 1 + round / 2, &got);
        assert_true(little ? got.spilled > 0 : got.spilled == 0);
        assert_same(&due, &got);
    }
}

/* Cleaned pings are clean: they come out as they went in. */
static void once_is_enough(void **state)
{
    (void)state;
    static struct out once;
    static struct world w;
    fill(&w);
    run(&w, 64 << 20, 1, &once);
    ct_tracks *tracks;
    assert_int_equal(ct_tracks_new(&tracks, 1 << 20, NULL, NULL), CT_OK);
    for (size_t i = 0; i < once.count; i++)
        assert_int_equal(ct_tracks_add(tracks, &once.pings[i], NULL), CT_OK);
    assert_int_equal(ct_tracks_finish(tracks, NULL), CT_OK);
    const ct_ping *pings;
    size_t count, at = 0;
    while (ct_tracks_next(tracks, &pings, &count, NULL) == CT_OK)
        for (size_t i = 0; i < count; i++)
            assert_true(same_ping(&pings[i], &once.pings[at++]));
    assert_int_equal(at, once.count);
    assert_true(ct_tracks_duplicates(tracks) == 0 && ct_tracks_rivals(tracks) == 0);
    ct_tracks_free(tracks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tracks_are_as_defined),
        cmocka_unit_test(once_is_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
