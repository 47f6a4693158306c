#include "rolling.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int compare_ends(const void *a, const void *b)
{
    const struct ct_end *x = a, *y = b;
    return (x->us > y->us) - (x->us < y->us);
}

static ct_status make_room(ct_rolling *r, size_t count, ct_err *err)
{
    if (count <= r->room)
        return CT_OK;
    const size_t room = count < 2 * r->room ? 2 * r->room : count;
    ct_rolling_release(r); /* nothing in it is kept */
    r->knots = malloc(2 * room * sizeof *r->knots);
    r->ends = malloc(room * sizeof *r->ends);
    r->sums = malloc(2 * room * sizeof *r->sums);
    bool made = r->knots && r->ends && r->sums;
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
    free(r->sums);
    for (int a = 0; a < CT_AMOUNTS; a++)
        free(r->heap[a]);
    *r = (ct_rolling){0};
}

/* --- How fast exposure grows at a knot --- */

static double rate_of(const ct_spell *spell, int amount)
{
    return spell->amount_us[amount] / (double)(spell->end_us - spell->start_us);
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

static void find_densest(ct_rolling *r, struct ct_knot *knot)
{
    for (int a = 0; a < r->summing.amounts; a++) {
        while (r->heap_count[a] > 0 && r->heap[a][0].end_us <= knot->at_us)
            heap_pop(r->heap[a], &r->heap_count[a]);
        knot->rate[a] = r->heap_count[a] ? r->heap[a][0].rate : 0;
    }
}

/* The rates of the spells under way are the leaves of a tree of sums, 0 for all others: so nothing
 * stays of the rounding of what has ended, and a spell costs no more where many overlap. */
static void put_leaf(ct_rolling *r, size_t i, bool is_under_way)
{
    size_t node = r->count + i;
    for (int a = 0; a < r->summing.amounts; a++)
        r->sums[node][a] = is_under_way ? rate_of(&r->spells[i], a) : 0;
    for (node /= 2; node >= 1; node /= 2)
        for (int a = 0; a < r->summing.amounts; a++)
            r->sums[node][a] = r->sums[2 * node][a] + r->sums[2 * node + 1][a];
}

/* Takes up a spell that starts at the knot. */
static void start_spell(ct_rolling *r, size_t i, double mass_us[CT_AMOUNTS])
{
    const ct_spell *spell = &r->spells[i];
    const bool lasts = spell->end_us > spell->start_us;
    if (lasts && r->summing.add)
        put_leaf(r, i, true);
    for (int a = 0; a < r->summing.amounts; a++) {
        const double amount_us = spell->amount_us[a];
        if (lasts && !r->summing.add)
            heap_push(r->heap[a], &r->heap_count[a],
                      (struct ct_dense){rate_of(spell, a), spell->end_us});
        else if (!lasts && r->summing.add)
            mass_us[a] += amount_us;
        else if (!lasts && amount_us > mass_us[a])
            mass_us[a] = amount_us;
    }
}

static void find_rates(ct_rolling *r, const ct_spell *latest, struct ct_knot *knot)
{
    if (r->in_a_row)
        for (int a = 0; a < r->summing.amounts; a++)
            knot->rate[a] = latest->end_us > knot->at_us ? rate_of(latest, a) : 0;
    else if (r->summing.add)
        memcpy(knot->rate, r->sums[1], sizeof knot->rate);
    else
        find_densest(r, knot);
}

/* --- Knots --- */

/* Sorts the ends; spells that last and do not overlap are known as such. */
static void order(ct_rolling *r)
{
    bool sorted = true;
    r->in_a_row = true;
    for (size_t i = 0; i < r->count; i++) {
        const ct_spell *spell = &r->spells[i];
        const int64_t last_us = i > 0 ? spell[-1].end_us : spell->start_us;
        r->ends[i] = (struct ct_end){spell->end_us, i};
        r->in_a_row = r->in_a_row && spell->start_us >= last_us && spell->end_us > spell->start_us;
        sorted = sorted && spell->end_us >= last_us;
    }
    if (!sorted)
        qsort(r->ends, r->count, sizeof *r->ends, compare_ends);
}

static void begin(ct_rolling *r, const ct_spell *spells, size_t count, ct_summing summing)
{
    r->spells = spells;
    r->count = count;
    r->summing = summing;
    r->knot_count = 0;
    for (int a = 0; a < CT_AMOUNTS; a++)
        r->heap_count[a] = 0;
    order(r);
    if (summing.add && !r->in_a_row)
        memset(r->sums, 0, 2 * count * sizeof *r->sums);
}

ct_status ct_rolling_load(ct_rolling *r, const ct_spell *spells, size_t count, ct_summing summing,
                          ct_err *err)
{
    CT_TRY(make_room(r, count, err));
    begin(r, spells, count, summing);
    struct ct_knot last = {0};
    for (size_t s = 0, e = 0; e < count;) {
        struct ct_knot knot = {.at_us = r->ends[e].us};
        double mass_us[CT_AMOUNTS] = {0};
        if (s < count && spells[s].start_us < knot.at_us)
            knot.at_us = spells[s].start_us;
        for (; e < count && r->ends[e].us == knot.at_us; e++)
            if (summing.add && !r->in_a_row)
                put_leaf(r, r->ends[e].spell, false);
        for (; s < count && spells[s].start_us == knot.at_us; s++)
            if (!r->in_a_row)
                start_spell(r, s, mass_us);
        find_rates(r, &spells[s - 1], &knot);
        const double since_us = r->knot_count ? (double)(knot.at_us - last.at_us) : 0;
        for (int a = 0; a < summing.amounts; a++) {
            knot.before_us[a] = last.upto_us[a] + last.rate[a] * since_us;
            knot.upto_us[a] = knot.before_us[a] + mass_us[a];
        }
        r->knots[r->knot_count++] = last = knot;
    }
    return CT_OK;
}

static bool is_some(const ct_spell *spell, int amounts)
{
    for (int a = 0; a < amounts; a++)
        if (spell->amount_us[a] > 0)
            return true;
    return false;
}

size_t ct_rolling_spells(const ct_rolling *r, ct_spell *out)
{
    size_t count = 0;
    for (size_t k = 0; k < r->knot_count; k++) {
        const struct ct_knot *knot = &r->knots[k];
        ct_spell at = {.start_us = knot->at_us, .end_us = knot->at_us}, on = at;
        on.end_us = k + 1 < r->knot_count ? r->knots[k + 1].at_us : knot->at_us;
        for (int a = 0; a < r->summing.amounts; a++) {
            at.amount_us[a] = knot->upto_us[a] - knot->before_us[a];
            on.amount_us[a] = knot->rate[a] * (double)(on.end_us - on.start_us);
        }
        const bool goes_on = is_some(&on, r->summing.amounts);
        if (is_some(&at, r->summing.amounts) || (k == 0 && !goes_on))
            out[count++] = at; /* the first moment of exposure is told anyway */
        if (goes_on)
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

/* --- The worst span --- */

/* Spans of one length, by rising start, of which the worst is one. As a span moves on, what it
 * holds is linear in its place but where it begins or ends at a spell's border, and can be largest
 * only where it begins with a spell or ends with one. Of the latter only those that begin within a
 * spell matter: else it can be moved on to the next start. */
struct walk {
    const ct_rolling *r;
    int64_t from_us, until_us, length_us;
    size_t from, until; /* how many knots are earlier than these */
    size_t start, end;  /* spells whose starts and ends were seen */
    int64_t covered_until_us;
};

/* True: from_us is where the next span may begin. */
static bool next_border(struct walk *w)
{
    const ct_rolling *r = w->r;
    const size_t s = w->start, e = w->end;
    if (s < r->count && (e == r->count || r->spells[s].start_us <= r->ends[e].us - w->length_us)) {
        w->start++;
        w->from_us = r->spells[s].start_us;
        if (r->spells[s].end_us > w->covered_until_us)
            w->covered_until_us = r->spells[s].end_us;
        return s == 0 || w->from_us != r->spells[s - 1].start_us;
    }
    w->end++;
    w->from_us = r->ends[e].us - w->length_us;
    return s > 0 && w->from_us < w->covered_until_us &&
           (e == 0 || r->ends[e].us != r->ends[e - 1].us);
}

static bool next_span(struct walk *w)
{
    const ct_rolling *r = w->r;
    do {
        if (w->start == r->count && w->end == r->count)
            return false;
    } while (!next_border(w));
    w->until_us = w->from_us + w->length_us;
    while (w->from < r->knot_count && r->knots[w->from].at_us < w->from_us)
        w->from++;
    while (w->until < r->knot_count && r->knots[w->until].at_us < w->until_us)
        w->until++;
    return true;
}

static double amount_in(const struct walk *w, int a)
{
    return tidy(amount_until(w->r, w->until, w->until_us, true, a) -
                    amount_until(w->r, w->from, w->from_us, false, a),
                a);
}

static bool holds_all(const ct_rolling *r, int64_t length_us)
{
    return length_us >= r->ends[r->count - 1].us - r->spells[0].start_us;
}

double ct_rolling_fullest(const ct_rolling *r, int64_t length_us)
{
    if (holds_all(r, length_us))
        return tidy(r->knots[r->knot_count - 1].upto_us[CT_RECORDED], CT_RECORDED);
    struct walk walk = {.r = r, .length_us = length_us, .covered_until_us = r->spells[0].start_us};
    double fullest_us = 0;
    while (next_span(&walk))
        fullest_us = fmax(fullest_us, amount_in(&walk, CT_RECORDED));
    return fullest_us;
}

void ct_rolling_worst(const ct_rolling *r, int64_t length_us, ct_worst *out)
{
    const int last = r->summing.amounts - 1;
    struct walk walk = {.r = r, .length_us = length_us, .covered_until_us = r->spells[0].start_us};
    out->from_us = walk.covered_until_us;
    if (holds_all(r, length_us)) {
        ct_rolling_total(r, out->amount_us);
        return;
    }
    for (int a = 0; a < CT_AMOUNTS; a++)
        out->amount_us[a] = -1; /* the first is worse */
    while (next_span(&walk)) {
        ct_worst here = {.from_us = walk.from_us};
        here.amount_us[last] = amount_in(&walk, last);
        if (here.amount_us[last] < out->amount_us[last])
            continue;
        for (int a = 0; a < last; a++)
            here.amount_us[a] = amount_in(&walk, a);
        if (ct_rolling_is_worse(here.amount_us, out->amount_us))
            *out = here;
    }
}
