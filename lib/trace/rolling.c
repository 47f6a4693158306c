#include "rolling.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

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
    r->under_way = malloc(room * sizeof(const ct_spell *));
    bool made = r->knots && r->ends && r->under_way;
    for (int a = 0; a < CT_AMOUNTS; a++) {
        r->heap[a] = malloc(room * sizeof *r->heap[a]);
        made = made && r->heap[a];
    }
    if (!made) {
        ct_rolling_release(r);
        return ct_fail(err, CT_ENOMEM, "out of memory: summing exposure");
    }
    r->room = room;
    return CT_OK;
}

void ct_rolling_release(ct_rolling *r)
{
    free(r->knots);
    free(r->ends);
    free(r->under_way);
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

/* Takes up a spell that starts at the knot. */
static void start_spell(ct_rolling *r, const ct_spell *spell, double mass_us[CT_AMOUNTS])
{
    const double length_us = (double)(spell->end_us - spell->start_us);
    if (length_us > 0 && r->summing.add)
        r->under_way[r->under_way_count++] = spell;
    for (int a = 0; a < r->summing.amounts; a++) {
        const double amount_us = spell->amount_us[a];
        if (length_us > 0 && !r->summing.add)
            heap_push(r->heap[a], &r->heap_count[a],
                      (struct ct_dense){amount_us / length_us, spell->end_us});
        else if (length_us == 0 && r->summing.add)
            mass_us[a] += amount_us;
        else if (length_us == 0 && amount_us > mass_us[a])
            mass_us[a] = amount_us;
    }
}

static void find_densest(ct_rolling *r, struct ct_knot *knot)
{
    for (int a = 0; a < r->summing.amounts; a++) {
        while (r->heap_count[a] > 0 && r->heap[a][0].end_us <= knot->at_us)
            heap_pop(r->heap[a], &r->heap_count[a]);
        knot->rate[a] = r->heap_count[a] ? r->heap[a][0].rate : 0;
    }
}

/* Summed up anew at each knot: a sum carried on would keep the rounding of what has ended. */
static void add_up(ct_rolling *r, struct ct_knot *knot)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->under_way_count; i++) {
        const ct_spell *spell = r->under_way[i];
        if (spell->end_us <= knot->at_us)
            continue;
        r->under_way[kept++] = spell;
        for (int a = 0; a < r->summing.amounts; a++)
            knot->rate[a] += spell->amount_us[a] / (double)(spell->end_us - spell->start_us);
    }
    r->under_way_count = kept;
}

ct_status ct_rolling_load(ct_rolling *r, const ct_spell *spells, size_t count, ct_summing summing,
                          ct_err *err)
{
    CT_TRY(make_room(r, count, err));
    r->spells = spells;
    r->count = count;
    r->summing = summing;
    r->knot_count = r->under_way_count = 0;
    for (int a = 0; a < CT_AMOUNTS; a++)
        r->heap_count[a] = 0;
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
        double mass_us[CT_AMOUNTS] = {0};
        while (s < count && spells[s].start_us == knot.at_us)
            start_spell(r, &spells[s++], mass_us);
        if (summing.add)
            add_up(r, &knot);
        else
            find_densest(r, &knot);
        const double since_us = r->knot_count ? (double)(knot.at_us - last.at_us) : 0;
        for (int a = 0; a < summing.amounts; a++) {
            knot.before_us[a] = last.upto_us[a] + last.rate[a] * since_us;
            knot.upto_us[a] = knot.before_us[a] + mass_us[a];
        }
        r->knots[r->knot_count++] = last = knot;
    }
    return CT_OK;
}

size_t ct_rolling_spells(const ct_rolling *r, ct_spell *out)
{
    size_t count = 0;
    for (size_t k = 0; k < r->knot_count; k++) {
        const struct ct_knot *knot = &r->knots[k];
        ct_spell at = {.start_us = knot->at_us, .end_us = knot->at_us}, on = at;
        bool some_at = k == 0, some_on = false; /* the first moment of exposure is told anyway */
        on.end_us = k + 1 < r->knot_count ? r->knots[k + 1].at_us : knot->at_us;
        for (int a = 0; a < r->summing.amounts; a++) {
            at.amount_us[a] = knot->upto_us[a] - knot->before_us[a];
            on.amount_us[a] = knot->rate[a] * (double)(on.end_us - on.start_us);
            some_at = some_at || at.amount_us[a] > 0;
            some_on = some_on || on.amount_us[a] > 0;
        }
        if (some_at)
            out[count++] = at;
        if (some_on)
            out[count++] = on;
    }
    return count;
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

static double tidy(double us, int amount)
{
    if (amount < CT_PLAIN_AMOUNTS)
        return rint(us);
    uint64_t bits;
    memcpy(&bits, &us, sizeof bits);
    bits = (bits + (UINT64_C(1) << 12)) & ~((UINT64_C(1) << 13) - 1); /* 13 of 53 are dropped */
    memcpy(&us, &bits, sizeof us);
    return us;
}

void ct_rolling_within(const ct_rolling *r, int64_t from_us, int64_t until_us,
                       double amount_us[CT_AMOUNTS])
{
    const size_t from = knots_before(r, from_us), until = knots_before(r, until_us);
    for (int a = 0; a < CT_AMOUNTS; a++)
        amount_us[a] = a >= r->summing.amounts ? 0
                                               : tidy(amount_until(r, until, until_us, true, a) -
                                                          amount_until(r, from, from_us, false, a),
                                                      a);
}

void ct_rolling_total(const ct_rolling *r, double amount_us[CT_AMOUNTS])
{
    for (int a = 0; a < CT_AMOUNTS; a++)
        amount_us[a] = a < r->summing.amounts ? tidy(r->knots[r->knot_count - 1].upto_us[a], a) : 0;
}

bool ct_rolling_is_worse(const double *a, const double *b)
{
    int amount = CT_AMOUNTS;
    while (--amount > 0 && a[amount] == b[amount])
        ;
    return a[amount] > b[amount];
}

static void consider(const ct_rolling *r, int64_t from_us, int64_t length_us, ct_worst *worst)
{
    ct_worst here = {.from_us = from_us, .fullest_us = worst->fullest_us};
    ct_rolling_within(r, from_us, from_us + length_us, here.amount_us);
    here.fullest_us = worst->fullest_us = fmax(here.amount_us[CT_RECORDED], worst->fullest_us);
    if (ct_rolling_is_worse(here.amount_us, worst->amount_us))
        *worst = here;
}

/* As a span moves on, what it holds is linear in its place but where it begins or ends at a spell's
 * border, and can be largest only where it begins with a spell or ends with one. Of the latter only
 * those that begin within a spell matter: else it can be moved on to the next start. */
void ct_rolling_worst(const ct_rolling *r, int64_t length_us, ct_worst *out)
{
    size_t s = 0, e = 0;
    int64_t covered_until_us = r->spells[0].start_us;
    const int64_t all_us = r->ends[r->count - 1] - covered_until_us;
    if (length_us > all_us)
        length_us = all_us;
    *out = (ct_worst){.fullest_us = -1};
    for (int a = 0; a < CT_AMOUNTS; a++)
        out->amount_us[a] = -1; /* the first is worse */
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
