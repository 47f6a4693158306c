#include "contrace/space.h"

#include <float.h>
#include <math.h>

static ct_point minus(ct_point a, ct_point b)
{
    return (ct_point){a.x - b.x, a.y - b.y, a.z - b.z};
}

static double dot(ct_point a, ct_point b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

static ct_point along(ct_point from, ct_point step, double share)
{
    return (ct_point){from.x + step.x * share, from.y + step.y * share, from.z + step.z * share};
}

/* The time between two moments; it may be longer than an int64_t holds. */
static double elapsed_us(int64_t from_us, int64_t to_us)
{
    return (double)((uint64_t)to_us - (uint64_t)from_us);
}

ct_point ct_motion_at(const ct_motion *m, int64_t us)
{
    if (us <= m->start_us)
        return m->from;
    if (us >= m->end_us)
        return m->to;
    const double share = elapsed_us(m->start_us, us) / elapsed_us(m->start_us, m->end_us);
    return along(m->from, minus(m->to, m->from), share);
}

/* One of the two motions, seen from the start of the time in common. */
typedef struct track {
    ct_point step;
    double before_us, length_us; /* an instant has length 1, of which nothing is used */
} track;

/* The two motions relative to each other: subtracting points first keeps the metres between them
 * exact, however far they are from the origin. */
typedef struct pair {
    ct_point apart;
    track a, b;
    double distance2_m2;
} pair;

static track track_of(const ct_motion *m, int64_t common_us)
{
    const double length_us = elapsed_us(m->start_us, m->end_us);
    return (track){minus(m->to, m->from), elapsed_us(m->start_us, common_us),
                   length_us > 0 ? length_us : 1};
}

static double share_at(const track *t, double us)
{
    return (t->before_us + us) / t->length_us;
}

/* Turned round, b to a, it gives the same to the last bit. */
static ct_point apart_at(const pair *p, double us)
{
    const double a = share_at(&p->a, us), b = share_at(&p->b, us);
    return (ct_point){p->apart.x + (p->a.step.x * a - p->b.step.x * b),
                      p->apart.y + (p->a.step.y * a - p->b.step.y * b),
                      p->apart.z + (p->a.step.z * a - p->b.step.z * b)};
}

static double apart2_at(const pair *p, double us)
{
    const ct_point d = apart_at(p, us);
    return dot(d, d);
}

static bool inside(const pair *p, double us)
{
    return apart2_at(p, us) <= p->distance2_m2;
}

/* The last whole microsecond inside, looked for from one that is (in) to one that is not (out) by
 * the comparison that also decides whether they meet at all: the root, with its rounding, only says
 * where to look first. */
static int64_t edge(const pair *p, int64_t in, int64_t out, double root_us)
{
    const int64_t way = out > in ? 1 : -1;
    const bool sound = root_us >= 0 && root_us < 0x1p62;
    int64_t probe = sound ? (int64_t)(way > 0 ? floor(root_us) : ceil(root_us)) : out;
    for (int64_t step = 1; way * (out - in) > 1; step *= 2) {
        if (way * (probe - in) <= 0 || way * (out - probe) <= 0)
            probe = in + (out - in) / 2;
        const bool further = inside(p, (double)probe);
        *(further ? &in : &out) = probe;
        probe += further ? way * step : -way * step;
    }
    return in;
}

/* The roots in shares of the common time; without cancellation (Goldberg 1991). */
static void roots(double a, double b, double c, double *first, double *second)
{
    const double root = sqrt(fmax(b * b - a * c, 0));
    const double q = -(b + copysign(root, b));
    const double near = q != 0 ? c / q : 0, far = q / a;
    *first = fmin(near, far);
    *second = fmax(near, far);
}

static bool at_rest(const pair *p, ct_point drift, double common_us)
{
    const double a = common_us / p->a.length_us, b = common_us / p->b.length_us;
    const double moved2 = dot(p->a.step, p->a.step) * a * a + dot(p->b.step, p->b.step) * b * b;
    return dot(drift, drift) <= 16 * DBL_EPSILON * DBL_EPSILON * moved2;
}

/* The whole microsecond next to the one of least distance; another one only where rounding makes
 * the nearest one of those that are inside look as if it were not. */
static double closest_moment(const pair *p, double least_us, double common_us)
{
    const double next_us = nearbyint(least_us);
    const double moments[] = {next_us, next_us > least_us ? floor(least_us) : ceil(least_us), 0,
                              common_us};
    for (int i = 0; i < 4; i++)
        if (inside(p, moments[i]))
            return moments[i];
    return next_us;
}

bool ct_motion_meet(const ct_motion *a, const ct_motion *b, double distance_m, ct_meet *out)
{
    const int64_t from_us = a->start_us > b->start_us ? a->start_us : b->start_us;
    const int64_t until_us = a->end_us < b->end_us ? a->end_us : b->end_us;
    if (from_us > until_us)
        return false;
    const pair p = {minus(a->from, b->from), track_of(a, from_us), track_of(b, from_us),
                    distance_m * distance_m};
    const double common_us = elapsed_us(from_us, until_us);
    const ct_point begin = apart_at(&p, 0), finish = apart_at(&p, common_us);
    const ct_point drift = minus(finish, begin);
    if (at_rest(&p, drift, common_us)) {
        if (!inside(&p, 0))
            return false;
        *out = (ct_meet){from_us, until_us, from_us, sqrt(dot(begin, begin))};
        return true;
    }

    const double speed2 = dot(drift, drift), closing = dot(begin, drift);
    const double least_us = fmin(fmax(-closing / speed2, 0), 1) * common_us;
    const double closest_us = closest_moment(&p, least_us, common_us);
    const double least2 = fmin(apart2_at(&p, least_us), apart2_at(&p, closest_us));
    if (!(least2 <= p.distance2_m2))
        return false;

    const int64_t last = (int64_t)fmin(common_us, 0x1p62), closest = (int64_t)closest_us;
    int64_t start = closest, end = closest;
    if (inside(&p, closest_us)) { /* else it is a touch between two whole microseconds */
        double first, second;
        roots(speed2, closing, dot(begin, begin) - p.distance2_m2, &first, &second);
        start = inside(&p, 0) ? 0 : edge(&p, closest, 0, first * common_us);
        end = inside(&p, common_us) ? last : edge(&p, closest, last, second * common_us);
    }
    *out = (ct_meet){from_us + start, from_us + end, from_us + closest, sqrt(least2)};
    return true;
}
