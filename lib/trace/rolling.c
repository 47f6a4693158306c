#include "rolling.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static int compare_times(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static ct_status make_room(ct_rolling *r, size_t count, ct_err *err)
{
    if (count <= r->room)
        return CT_OK;
    const size_t room = count < 2 * r->room ? 2 * r->room : count;
    ct_rolling_release(r); /* nothing in it is kept */
    r->knots = malloc(2 * room * sizeof *r->knots);
    r->ends = malloc(room * sizeof *r->ends);
    for (int a = 0; a < CT_AMOUNTS; a++)
        r->heap[a] = malloc(room * sizeof *r->heap[a]);
    if (!r->knots || !r->ends || !r->heap[CT_RECORDED] || !r->heap[CT_EXPECTED]) {
        ct_rolling_release(r);
        ct_fail(err, CT_ENOMEM, "out of memory: summing exposure");
        return CT_ENOMEM;
    }
    r->room = room;
    return CT_OK;
}

void ct_rolling_release(ct_rolling *r)
{
    free(r->knots);
    free(r->ends);
    for (int a = 0; a < CT_AMOUNTS; a++)
        free(r->heap[a]);
    *r = (ct_rolling){0};
}

static void heap_push(struct ct_dense *heap, size_t *count, struct ct_dense item)
{
    size_t at = (*count)++;
    for (; at > 0 && heap[(at - 1) / 2].rate < item.rate; at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = item;
}

static void heap_pop(struct ct_dense *heap, size_t *count)
{
    const struct ct_dense item = heap[--*count];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < *count; at = child) {
        if (child + 1 < *count && heap[child].rate < heap[child + 1].rate)
            child++;
        if (heap[child].rate <= item.rate)
            break;
        heap[at] = heap[child];
    }
    heap[at] = item;
}

/* Takes up the spells that start at the knot. */
static void start_spells(ct_rolling *r, size_t *next, int64_t at_us, double mass_us[CT_AMOUNTS])
{
    for (; *next < r->count && r->spells[*next].start_us == at_us; ++*next) {
        const ct_spell *spell = &r->spells[*next];
        const double length_us = (double)(spell->end_us - at_us);
        for (int a = 0; a < CT_AMOUNTS; a++) {
            const double amount_us = (double)spell->amount_us[a];
            if (length_us > 0)
                heap_push(r->heap[a], &r->heap_count[a],
                          (struct ct_dense){amount_us / length_us, spell->end_us});
            else if (amount_us > mass_us[a])
                mass_us[a] = amount_us;
        }
    }
}

ct_status ct_rolling_load(ct_rolling *r, const ct_spell *spells, size_t count, ct_err *err)
{
    CT_TRY(make_room(r, count, err));
    r->spells = spells;
    r->count = count;
    r->knot_count = r->heap_count[CT_RECORDED] = r->heap_count[CT_EXPECTED] = 0;
    for (size_t i = 0; i < count; i++)
        r->ends[i] = spells[i].end_us;
    qsort(r->ends, count, sizeof *r->ends, compare_times);

    struct ct_knot last = {0};
    for (size_t s = 0, e = 0; e < count;) {
        struct ct_knot knot = {.at_us = r->ends[e]};
        if (s < count && spells[s].start_us < knot.at_us)
            knot.at_us = spells[s].start_us;
        while (e < count && r->ends[e] == knot.at_us)
            e++;
        double mass_us[CT_AMOUNTS] = {0, 0};
        start_spells(r, &s, knot.at_us, mass_us);
        const double since_us = r->knot_count ? (double)(knot.at_us - last.at_us) : 0;
        for (int a = 0; a < CT_AMOUNTS; a++) {
            while (r->heap_count[a] > 0 && r->heap[a][0].end_us <= knot.at_us)
                heap_pop(r->heap[a], &r->heap_count[a]);
            knot.rate[a] = r->heap_count[a] ? r->heap[a][0].rate : 0;
            knot.before_us[a] = last.upto_us[a] + last.rate[a] * since_us;
            knot.upto_us[a] = knot.before_us[a] + mass_us[a];
        }
        r->knots[r->knot_count++] = last = knot;
    }
    return CT_OK;
}

/* How many knots are earlier than us. */
static size_t knots_before(const ct_rolling *r, int64_t us)
{
    size_t low = 0, high = r->knot_count;
    while (low < high) {
        const size_t mid = (low + high) / 2;
        if (r->knots[mid].at_us < us)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* The amount before us, or (closed) up to and with it. */
static double amount_until(const ct_rolling *r, size_t knot, int64_t us, bool closed, int a)
{
    if (knot < r->knot_count && r->knots[knot].at_us == us)
        return closed ? r->knots[knot].upto_us[a] : r->knots[knot].before_us[a];
    if (knot == 0)
        return 0;
    const struct ct_knot *k = &r->knots[knot - 1];
    return k->upto_us[a] + k->rate[a] * (double)(us - k->at_us);
}

/* To whole microseconds; what 64 bits do not hold counts as the most they do. */
static int64_t whole(double us)
{
    return us < 0x1p63 ? llround(us) : INT64_MAX;
}

void ct_rolling_within(const ct_rolling *r, int64_t from_us, int64_t until_us,
                       int64_t amount_us[CT_AMOUNTS])
{
    const size_t from = knots_before(r, from_us), until = knots_before(r, until_us);
    for (int a = 0; a < CT_AMOUNTS; a++)
        amount_us[a] = whole(amount_until(r, until, until_us, true, a) -
                             amount_until(r, from, from_us, false, a));
}

void ct_rolling_total(const ct_rolling *r, int64_t amount_us[CT_AMOUNTS])
{
    for (int a = 0; a < CT_AMOUNTS; a++)
        amount_us[a] = whole(r->knots[r->knot_count - 1].upto_us[a]);
}

static void consider(const ct_rolling *r, int64_t from_us, int64_t length_us, ct_worst *worst)
{
    ct_worst here = {.from_us = from_us, .fullest_us = worst->fullest_us};
    ct_rolling_within(r, from_us, from_us + length_us, here.amount_us);
    const int64_t recorded_us = here.amount_us[CT_RECORDED];
    const int64_t expected_us = here.amount_us[CT_EXPECTED];
    if (recorded_us > worst->fullest_us)
        here.fullest_us = worst->fullest_us = recorded_us;
    if (expected_us > worst->amount_us[CT_EXPECTED] ||
        (expected_us == worst->amount_us[CT_EXPECTED] &&
         recorded_us > worst->amount_us[CT_RECORDED]))
        *worst = here;
}

/* As a span moves on, what it holds is linear in its place but where it begins or ends at a spell's
 * border, and can be largest only where it begins with a spell or ends with one. Of the latter only
 * those that begin within a spell matter: else it can be moved on to the next start. */
void ct_rolling_worst(const ct_rolling *r, int64_t length_us, ct_worst *out)
{
    size_t s = 0, e = 0;
    int64_t covered_until_us = r->spells[0].start_us;
    *out = (ct_worst){.amount_us = {-1, -1}, .fullest_us = -1}; /* the first is worse */
    while (s < r->count || e < r->count) {
        const bool is_start =
            s < r->count && (e == r->count || r->spells[s].start_us <= r->ends[e] - length_us);
        if (is_start) {
            const ct_spell *spell = &r->spells[s++];
            if (s < 2 || spell->start_us != r->spells[s - 2].start_us)
                consider(r, spell->start_us, length_us, out);
            if (spell->end_us > covered_until_us)
                covered_until_us = spell->end_us;
        } else {
            const int64_t end_us = r->ends[e++];
            if ((e < 2 || end_us != r->ends[e - 2]) && end_us - length_us < covered_until_us &&
                s > 0)
                consider(r, end_us - length_us, length_us, out);
        }
    }
}
