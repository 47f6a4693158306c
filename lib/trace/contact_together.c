#include "contact_together.h"

#include <math.h>
#include <stdlib.h>

/* A time in which both move uniformly. */
typedef struct span {
    const ct_motion *a, *b;
    int64_t from_us, until_us;
} span;

typedef struct walk {
    const ct_together *together;
    size_t a, b;
    int64_t at_us;
    bool done;
} walk;

/* The leg that holds a moment: of two that share it, the later. */
static size_t leg_at(const ct_legs *legs, int64_t us)
{
    size_t low = 0, high = legs->count - 1;
    while (low < high) {
        const size_t middle = low + (high - low + 1) / 2;
        if (legs->items[middle].start_us <= us)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

static walk walk_of(const ct_together *t)
{
    return (walk){t, leg_at(t->a, t->from_us), leg_at(t->b, t->from_us), t->from_us, false};
}

static bool walk_on(walk *w, span *out)
{
    if (w->done)
        return false;
    const ct_motion *const a = &w->together->a->items[w->a], *const b =
                                                                 &w->together->b->items[w->b];
    int64_t until_us = w->together->until_us;
    until_us = a->end_us < until_us ? a->end_us : until_us;
    until_us = b->end_us < until_us ? b->end_us : until_us;
    *out = (span){a, b, w->at_us, until_us};
    w->at_us = until_us;
    w->done = until_us == w->together->until_us;
    w->a += a->end_us == until_us;
    w->b += b->end_us == until_us;
    return true;
}

/* ct_motion_meet() looks at all the time the two legs have in common; this keeps to the span. */
static bool span_meet(const span *s, double distance_m, ct_meet *out)
{
    if (!ct_motion_meet(s->a, s->b, distance_m, out) || out->start_us > s->until_us ||
        out->end_us < s->from_us)
        return false;
    out->start_us = out->start_us > s->from_us ? out->start_us : s->from_us;
    out->end_us = out->end_us < s->until_us ? out->end_us : s->until_us;
    if (out->closest_us < out->start_us || out->closest_us > out->end_us) {
        /* the distance grows away from its least, so the nearer end is the closest */
        out->closest_us = out->closest_us < out->start_us ? out->start_us : out->end_us;
        out->closest_m = sqrt(ct_distance_squared(ct_motion_at(s->a, out->closest_us),
                                                  ct_motion_at(s->b, out->closest_us)));
    }
    return true;
}

bool ct_together_first(const ct_together *t, double distance_m, int64_t *first_us)
{
    walk w = walk_of(t);
    span s;
    while (walk_on(&w, &s)) {
        ct_meet meet;
        if (span_meet(&s, distance_m, &meet)) {
            *first_us = meet.start_us;
            return true;
        }
    }
    return false;
}

ct_status ct_spells_add(ct_spells *spells, const ct_meet *spell, ct_err *err)
{
    if (spells->count == spells->capacity) {
        const size_t wanted = spells->capacity == 0 ? 8 : 2 * spells->capacity;
        ct_meet *const grown = realloc(spells->items, wanted * sizeof *grown);
        if (grown == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory for %zu spells of contact", wanted);
        spells->items = grown;
        spells->capacity = wanted;
    }
    spells->items[spells->count++] = *spell;
    return CT_OK;
}

ct_status ct_together_spells(const ct_together *t, double distance_m, ct_spells *out, ct_err *err)
{
    walk w = walk_of(t);
    span s;
    out->count = 0;
    while (walk_on(&w, &s)) {
        ct_meet meet;
        if (!span_meet(&s, distance_m, &meet))
            continue;
        ct_meet *const last = out->count > 0 ? &out->items[out->count - 1] : NULL;
        if (last == NULL || meet.start_us > last->end_us + 1) {
            CT_TRY(ct_spells_add(out, &meet, err));
            continue;
        }
        last->end_us = meet.end_us;
        if (meet.closest_m < last->closest_m) {
            last->closest_m = meet.closest_m;
            last->closest_us = meet.closest_us;
        }
    }
    return CT_OK;
}

int64_t ct_together_within_us(const ct_together *t, double distance_m)
{
    walk w = walk_of(t);
    span s;
    int64_t within_us = 0;
    while (walk_on(&w, &s)) {
        ct_meet meet;
        if (span_meet(&s, distance_m, &meet))
            within_us += meet.end_us - meet.start_us;
    }
    return within_us;
}

void ct_spells_release(ct_spells *spells)
{
    free(spells->items);
    *spells = (ct_spells){0};
}

/* --- Integrals --- */

/* In a span one person goes past the other on a straight line: least_m away from it at the nearest,
 * from `from_m` to `to_m` along it, counted from there. */
typedef struct passage {
    double least_m, from_m, to_m;
    double length_us;
} passage;

static passage passage_of(const span *s)
{
    const ct_point a0 = ct_motion_at(s->a, s->from_us), a1 = ct_motion_at(s->a, s->until_us);
    const ct_point b0 = ct_motion_at(s->b, s->from_us), b1 = ct_motion_at(s->b, s->until_us);
    const ct_point at = {a0.x - b0.x, a0.y - b0.y, a0.z - b0.z};
    const ct_point step = {a1.x - b1.x - at.x, a1.y - b1.y - at.y, a1.z - b1.z - at.z};
    const double way_m = sqrt(step.x * step.x + step.y * step.y + step.z * step.z);
    const double length_us = (double)(s->until_us - s->from_us);
    if (!(way_m > 0))
        return (passage){sqrt(at.x * at.x + at.y * at.y + at.z * at.z), 0, 0, length_us};
    const double along_m = (at.x * step.x + at.y * step.y + at.z * step.z) / way_m;
    const double share = along_m / way_m;
    const ct_point aside = {at.x - share * step.x, at.y - share * step.y, at.z - share * step.z};
    const double least_m = sqrt(aside.x * aside.x + aside.y * aside.y + aside.z * aside.z);
    return (passage){least_m, along_m, along_m + way_m, length_us};
}

static double distance_at(const passage *p, double along_m)
{
    return sqrt(p->least_m * p->least_m + along_m * along_m);
}

/* The integral of sqrt(c^2 + u^2) from 0: (u sqrt(c^2 + u^2) + c^2 asinh(u/c))/2 (DLMF 4.37). */
static double distance_integral(const passage *p, double along_m)
{
    const double c = p->least_m;
    const double bend = c > 0 ? c * c * asinh(along_m / c) : 0;
    return (along_m * distance_at(p, along_m) + bend) / 2;
}

static double mean_of(const passage *p)
{
    const double way_m = p->to_m - p->from_m, middle_m = p->from_m + way_m / 2;
    /* on a short way the difference would only be rounding, and the mean is the middle's */
    if (way_m <= 1e-4 * (p->least_m + fabs(middle_m)))
        return distance_at(p, middle_m);
    return (distance_integral(p, p->to_m) - distance_integral(p, p->from_m)) / way_m;
}

double ct_together_mean_m(const ct_together *t)
{
    const double total_us = (double)(t->until_us - t->from_us);
    walk w = walk_of(t);
    span s;
    double mean_m = 0;
    while (walk_on(&w, &s)) {
        const passage p = passage_of(&s);
        if (total_us == 0)
            return distance_at(&p, p.from_m);
        if (p.length_us > 0)
            mean_m += mean_of(&p) * (p.length_us / total_us);
    }
    return mean_m;
}

/* What the probability depends on. */
typedef struct blur {
    double reach_m, accuracy_a_m, accuracy_b_m;
    double sigma_m; /* of the separation */
} blur;

static double probability(const passage *p, const blur *b, double along_m)
{
    return ct_probability_within(distance_at(p, along_m), b->reach_m, b->accuracy_a_m,
                                 b->accuracy_b_m);
}

/* Gauss-Legendre rules (Abramowitz and Stegun, table 25.4), the half right of the middle, and up to
 * how many sigma each integrates the probability to 4e-7 of the way: it is smooth on the scale of
 * sigma, whatever the reach. */
static const struct rule {
    double widest_sigma;
    int nodes; /* in this half; the other one mirrors it */
    double node[8], weight[8];
} rules[] = {
    {0.2, 1, {0.577350269189625765}, {1}},
    {3,
     3,
     {0.238619186083196909, 0.661209386466264514, 0.932469514203152028},
     {0.467913934572691047, 0.360761573048138608, 0.171324492379170345}},
    {11,
     8,
     {0.095012509837637440, 0.281603550779258913, 0.458016777657227386, 0.617876244402643748,
      0.755404408355003034, 0.865631202387831744, 0.944575023073232576, 0.989400934991649933},
     {0.189450610455068496, 0.182603415044923589, 0.169156519395002538, 0.149595988816576732,
      0.124628971255533872, 0.095158511682492785, 0.062253523938647893, 0.027152459411754095}},
};
enum { RULES = sizeof rules / sizeof *rules };

/* The integral of the probability from one point of a passage to a later one. */
static double smooth_way(const passage *p, const blur *b, double from_m, double to_m)
{
    const double wide_m = to_m - from_m;
    const struct rule *rule = rules;
    while (rule < &rules[RULES - 1] && wide_m > rule->widest_sigma * b->sigma_m)
        rule++;
    const double wanted = ceil(wide_m / (rule->widest_sigma * b->sigma_m));
    const int panels = (int)fmin(fmax(wanted, 1), 4096);
    const double half_m = wide_m / panels / 2;
    double sum = 0;
    for (int i = 0; i < panels; i++) {
        const double middle_m = from_m + (2 * i + 1) * half_m;
        for (int k = 0; k < rule->nodes; k++)
            sum += rule->weight[k] * (probability(p, b, middle_m - rule->node[k] * half_m) +
                                      probability(p, b, middle_m + rule->node[k] * half_m));
    }
    return sum * half_m;
}

/* The same on one side of the nearest point, 0 <= from_m <= to_m: nearer than the reach by 5.5
 * sigma the probability is 1, further by that it is 0, to 3e-7. */
static double certain_way(const passage *p, const blur *b, double from_m, double to_m)
{
    const double least2 = p->least_m * p->least_m;
    const double sure_m = b->reach_m - 5.5 * b->sigma_m, vain_m = b->reach_m + 5.5 * b->sigma_m;
    const double sure_way_m = sure_m > p->least_m ? sqrt(sure_m * sure_m - least2) : 0;
    const double vain_way_m = vain_m > p->least_m ? sqrt(vain_m * vain_m - least2) : 0;
    const double begin_m = fmin(fmax(from_m, sure_way_m), to_m);
    const double end_m = fmax(fmin(to_m, vain_way_m), begin_m);
    return begin_m - from_m + (end_m > begin_m ? smooth_way(p, b, begin_m, end_m) : 0);
}

static double expected_of(const passage *p, const blur *b)
{
    const double way_m = p->to_m - p->from_m;
    if (way_m <= 1e-6 * b->sigma_m)
        return p->length_us * probability(p, b, p->from_m + way_m / 2);
    double certain_m;
    if (p->from_m >= 0)
        certain_m = certain_way(p, b, p->from_m, p->to_m);
    else if (p->to_m <= 0)
        certain_m = certain_way(p, b, -p->to_m, -p->from_m);
    else
        certain_m = certain_way(p, b, 0, -p->from_m) + certain_way(p, b, 0, p->to_m);
    return p->length_us * (certain_m / way_m);
}

double ct_together_expected_us(const ct_together *t, double reach_m, double accuracy_a_m,
                               double accuracy_b_m)
{
    const double a_m = accuracy_a_m > 0 ? accuracy_a_m : 0;
    const double b_m = accuracy_b_m > 0 ? accuracy_b_m : 0;
    /* 1.5096 = sqrt(-2 ln 0.32): see ct_probability_within() */
    const blur b = {reach_m, accuracy_a_m, accuracy_b_m, sqrt(a_m * a_m + b_m * b_m) / 1.5096};
    walk w = walk_of(t);
    span s;
    double expected_us = 0;
    while (walk_on(&w, &s)) {
        const passage p = passage_of(&s);
        if (p.length_us > 0)
            expected_us += expected_of(&p, &b);
    }
    return expected_us;
}
