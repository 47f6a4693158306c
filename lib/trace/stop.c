#include "stop.h"

#include "contrace/number.h"

/* Makes a mean square distance the square of a 68 % radius: -ln 0.32. */
#define SQUARE_OF_68 1.139434283188365

/* Makes a 68 % radius one of 95 %: sqrt(ln 0.05 / ln 0.32). */
#define RADIUS_OF_95 1.621462309006629

bool ct_silence(const ct_trajectory_options *options, int64_t a_us, int64_t b_us)
{
    return (uint64_t)b_us - (uint64_t)a_us > (uint64_t)options->max_gap_us;
}

ct_str ct_shared_text(ct_str text, ct_str other)
{
    return ct_str_equal(text, other) ? text : (ct_str){NULL, 0};
}

static bool same_position(const ct_ping *a, const ct_ping *b)
{
    return a->x == b->x && a->y == b->y;
}

/* How long after the ping `first` the ping `later` is. */
static uint64_t delay_us(const struct ct_track *track, size_t first, size_t later)
{
    return (uint64_t)track->pings[later].time_us - (uint64_t)track->pings[first].time_us;
}

static bool is_near(const struct ct_track *track, size_t centre, size_t other)
{
    const double reach_m = track->options->stay_radius_m;
    return ct_distance_squared(track->points[centre], track->points[other]) <= reach_m * reach_m;
}

static double known_accuracy_m(double accuracy_m)
{
    return isnan(accuracy_m) ? 0 : accuracy_m;
}

/* Closer than this the circles overlap that hold the true positions with 95 %. */
static double overlap_reach_m(const ct_ping *centre, double accuracy_m)
{
    return RADIUS_OF_95 * (known_accuracy_m(centre->accuracy_m) + known_accuracy_m(accuracy_m));
}

static bool overlap(const struct ct_track *track, size_t centre, size_t other)
{
    const double reach_m = overlap_reach_m(&track->pings[centre], track->pings[other].accuracy_m);
    return ct_distance_squared(track->points[centre], track->points[other]) <= reach_m * reach_m;
}

/* Where time or place ends every run that begins at the ping `first`. */
static size_t find_border(const struct ct_track *track, size_t first)
{
    const ct_ping *pings = track->pings;
    size_t end = first + 1;
    while (end < track->count &&
           !ct_silence(track->options, pings[end - 1].time_us, pings[end].time_us) &&
           ct_str_equal(pings[end - 1].place_id, pings[end].place_id))
        end++;
    return end;
}

/* Was it sent from elsewhere? */
static bool is_out(const struct ct_track *track, size_t centre, size_t other)
{
    return ct_ping_has_position(&track->pings[other]) && !is_near(track, centre, other) &&
           !overlap(track, centre, other);
}

/* --- Looking ahead, over blocks of pings at a time --- */

/* Near what the centre is, not near, or out of reach. */
enum sought { NEAR, AWAY, OUT };

static bool is_sought(const struct ct_track *track, size_t centre, size_t i, enum sought sought)
{
    if (sought == OUT)
        return is_out(track, centre, i);
    const bool near = !ct_ping_has_position(&track->pings[i]) || is_near(track, centre, i);
    return near == (sought == NEAR);
}

/* The block that begins at a ping. */
static const struct ct_block *block_at(const struct ct_track *track, size_t i)
{
    struct ct_block *block = &track->blocks[i / CT_BLOCK];
    if (!block->known)
        ct_block_fill(block, &track->pings[i], &track->points[i]);
    return block;
}

/* That none of a block is told by its bounds alone. */
static bool has_none(const struct ct_track *track, size_t centre, const struct ct_block *block,
                     enum sought sought)
{
    const ct_point at = track->points[centre];
    const double radius_m = track->options->stay_radius_m;
    if (!block->whole)
        return false;
    if (sought == NEAR)
        return ct_distance_squared(at, ct_block_nearest(block, at)) > radius_m * radius_m;
    const double overlap_m = overlap_reach_m(&track->pings[centre], block->least_accuracy_m);
    const double reach_m = sought == AWAY ? radius_m : fmax(radius_m, overlap_m);
    return ct_distance_squared(at, ct_block_farthest(block, at)) <= reach_m * reach_m;
}

/* The first of the pings from `from` on and before `to` that is sought; `to` if none is. */
static size_t seek(const struct ct_stops *stops, size_t centre, size_t from, size_t to,
                   enum sought sought)
{
    for (size_t i = from; i < to;) {
        const bool skips = i % CT_BLOCK == 0 && to - i >= CT_BLOCK &&
                           has_none(stops->track, centre, block_at(stops->track, i), sought);
        if (!skips && is_sought(stops->track, centre, i, sought))
            return i;
        i += skips ? CT_BLOCK : 1;
    }
    return to;
}

/* The first ping that is so much later than the one at `from`, before `to`; `to` if none is. */
static size_t find_later(const struct ct_track *track, size_t from, size_t to, uint64_t delay)
{
    if (delay == 0)
        return from;
    size_t early = from, step = 1;
    while (to - early > step && delay_us(track, from, early + step) < delay) {
        early += step;
        step *= 2;
    }
    size_t late = to - early > step ? early + step : to;
    while (late - early > 1) {
        const size_t middle = early + (late - early) / 2;
        if (delay_us(track, from, middle) < delay)
            early = middle;
        else
            late = middle;
    }
    return late;
}

/* The last ping of the longest run from `first`; if that reaches the ping `goal`, any of its pings
 * from there on. */
static size_t run_last(const struct ct_stops *stops, size_t first, size_t goal)
{
    const struct ct_track *track = stops->track;
    const uint64_t away_us = (uint64_t)track->options->stay_time_us;
    const size_t border = stops->border, limit = goal < border ? goal + 1 : border;
    size_t last = first, centre = first;
    while (centre < border && !ct_ping_has_position(&track->pings[centre]))
        centre++;
    if (centre == border)
        return border - 1;
    while (last < goal) {
        const size_t away = seek(stops, centre, last + 1, limit, AWAY);
        last = away - 1;
        if (away == limit)
            break;
        const size_t late = find_later(track, away, border, away_us);
        const size_t end = seek(stops, centre, away, late < border ? late + 1 : border, OUT);
        const size_t back = seek(stops, centre, away, end, NEAR);
        if (back == end)
            break;
        last = back;
    }
    return last;
}

/* Does the longest run from `first`, which is of no place, last stay_time? The run is not followed
 * further than that: where it is too short only its first pings are used up, and the next run would
 * be followed over the others again. What is too far from one ping mostly is so from the next, so
 * that is looked at before. */
static bool lasts(struct ct_stops *stops, size_t first)
{
    const struct ct_track *track = stops->track;
    const uint64_t least_us = (uint64_t)track->options->stay_time_us;
    if (stops->enough < first)
        stops->enough = first;
    while (stops->enough < stops->border && delay_us(track, first, stops->enough) < least_us)
        stops->enough++;
    if (stops->enough == stops->border)
        return false;
    const size_t from = stops->far > first ? stops->far : first + 1, to = stops->enough + 1;
    const size_t out = seek(stops, first, from, to, OUT);
    if (out < to)
        stops->far = out;
    return out >= to && run_last(stops, first, stops->enough) >= stops->enough;
}

static size_t same_position_end(const struct ct_stops *stops, size_t first)
{
    const ct_ping *pings = stops->track->pings;
    size_t end = first + 1;
    while (end < stops->border && same_position(&pings[first], &pings[end]))
        end++;
    return end;
}

/* What begins at `first`. */
static struct ct_fragment find_fragment(struct ct_stops *stops, size_t first)
{
    if (stops->border <= first)
        stops->border = find_border(stops->track, first);
    const bool stay = stops->track->pings[first].place_id.len > 0 || lasts(stops, first);
    const size_t end =
        stay ? run_last(stops, first, SIZE_MAX) + 1 : same_position_end(stops, first);
    return (struct ct_fragment){first, end, stay};
}

/* The mean of positions. */
struct mean {
    size_t n;
    bool same; /* all are the first */
    double x, y;
    ct_point base, sum; /* sums of offsets keep the digits that sums of positions lose */
};

/* Adds the pings of a fragment that are near its centre. Those of other cells say where it may have
 * been too, which is for the accuracy to tell; but two people who lie on one cell, and hop to
 * others, are on that cell. */
static void add_positions(struct mean *mean, const struct ct_track *track, size_t first, size_t end)
{
    size_t centre = first;
    for (size_t i = first; i < end; i++) {
        const ct_ping *ping = &track->pings[i];
        if (!ct_ping_has_position(ping))
            continue;
        if (!ct_ping_has_position(&track->pings[centre]))
            centre = i;
        if (!is_near(track, centre, i))
            continue;
        const ct_point at = track->points[i], base = mean->n == 0 ? at : mean->base;
        if (mean->n++ == 0)
            *mean = (struct mean){1, true, ping->x, ping->y, base, {0, 0, 0}};
        mean->same = mean->same && ping->x == mean->x && ping->y == mean->y;
        mean->sum = (ct_point){mean->sum.x + (at.x - base.x), mean->sum.y + (at.y - base.y),
                               mean->sum.z + (at.z - base.z)};
    }
}

static ct_point mean_point(const struct mean *mean)
{
    const double share = 1 / (double)mean->n;
    return (ct_point){mean->base.x + mean->sum.x * share, mean->base.y + mean->sum.y * share,
                      mean->base.z + mean->sum.z * share};
}

/* Positions that are all the same are not rounded; NAN if there are none. */
static void mean_position(ct_frame frame, const struct mean *mean, double *x, double *y)
{
    const int decimals = frame == CT_FRAME_PLANAR ? 4 : 7;
    *x = mean->n == 0 ? NAN : mean->x;
    *y = mean->n == 0 ? NAN : mean->y;
    if (mean->n == 0 || mean->same)
        return;
    ct_point_position(frame, mean_point(mean), x, y);
    *x = ct_round(*x, decimals);
    *y = ct_round(*y, decimals);
}

/* The 68 % radius of a stay at (x, y); NAN if that of any position is unknown. */
static double spread_m(const struct ct_track *track, size_t first, size_t end, double x, double y)
{
    const ct_point mean = ct_point_at(track->options->frame, x, y);
    double sum2 = 0;
    size_t n = 0;
    for (size_t i = first; i < end; i++) {
        const ct_ping *ping = &track->pings[i];
        if (!ct_ping_has_position(ping))
            continue;
        const bool there = ping->x == x && ping->y == y;
        sum2 += ping->accuracy_m * ping->accuracy_m;
        sum2 += there ? 0 : SQUARE_OF_68 * ct_distance_squared(mean, track->points[i]);
        n++;
    }
    const double radius_m = sqrt(sum2 / (double)n);
    return isfinite(radius_m) ? ct_round(radius_m, 3) : NAN;
}

static struct ct_stop make_stop(const struct ct_track *track, size_t first, size_t end,
                                const struct mean *mean)
{
    const ct_ping *head = &track->pings[first];
    struct ct_stop stop = {.pings = end - first,
                           .start_us = head->time_us,
                           .end_us = track->pings[end - 1].time_us,
                           .x = head->x,
                           .y = head->y,
                           .accuracy_m = head->accuracy_m,
                           .source = head->source,
                           .place_id = head->place_id};
    if (stop.pings == 1)
        return stop;
    for (size_t i = first + 1; i < end; i++)
        stop.source = ct_shared_text(stop.source, track->pings[i].source);
    mean_position(track->options->frame, mean, &stop.x, &stop.y);
    stop.accuracy_m = isnan(stop.x) ? NAN : spread_m(track, first, end, stop.x, stop.y);
    return stop;
}

/* Takes in the stays behind this one that are fragments of it: where its first ping strays, the
 * rest is soon out of that one's reach, though not of the mean's. */
static void join_fragments(struct ct_stops *stops, struct ct_fragment *stay, struct mean *mean)
{
    const struct ct_track *track = stops->track;
    const double reach_m = track->options->stay_radius_m;
    while (mean->n > 0 && stay->end < stops->border) {
        struct ct_fragment *next = &stops->ahead;
        *next = find_fragment(stops, stay->end);
        struct mean of_next = {.n = 0};
        if (next->stay)
            add_positions(&of_next, track, next->first, next->end);
        if (of_next.n == 0 ||
            (ct_distance_squared(mean_point(mean), mean_point(&of_next)) > reach_m * reach_m &&
             ct_distance_squared(mean->base, of_next.base) > reach_m * reach_m))
            return;
        add_positions(mean, track, next->first, next->end);
        stay->end = next->end;
    }
}

bool ct_stop_next(struct ct_stops *stops, struct ct_stop *out)
{
    const size_t first = stops->next;
    if (first == stops->track->count)
        return false;
    const bool is_known = stops->ahead.first == first && stops->ahead.end > first;
    struct ct_fragment stop = is_known ? stops->ahead : find_fragment(stops, first);
    struct mean mean = {.n = 0};
    add_positions(&mean, stops->track, first, stop.end);
    if (stop.stay)
        join_fragments(stops, &stop, &mean);
    stops->next = stop.end;
    *out = make_stop(stops->track, first, stop.end, &mean);
    return true;
}
