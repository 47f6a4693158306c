#include "stop.h"

#include "contrace/number.h"

/* Makes a mean square distance the square of a 68 % radius: -ln 0.32. */
#define SQUARE_OF_68 1.139434283188365

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

static bool in_reach(const struct ct_track *track, size_t centre, size_t other)
{
    const double reach_m = track->options->stay_radius_m;
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

/* The first of the pings begin..end-1 that is out of reach of `centre`; `end` if none is. */
static size_t find_far(const struct ct_track *track, size_t centre, size_t begin, size_t end)
{
    while (begin < end && in_reach(track, centre, begin))
        begin++;
    return begin;
}

/* Is every ping from `first` to the one before `end` in reach of `first`? All have positions. What
 * is too far from one ping mostly is so from the next, so the search begins there. */
static bool all_in_reach(struct ct_stops *stops, size_t first, size_t end)
{
    const size_t begin = stops->far > first && stops->far < end ? stops->far : first;
    size_t far = find_far(stops->track, first, begin, end);
    if (far == end) {
        far = find_far(stops->track, first, first, begin);
        if (far == begin)
            return true;
    }
    stops->far = far;
    return false;
}

/* Does the longest run from `first`, which is of no place, last stay_time? The run is not followed
 * to find out: where it is too short only its first pings are used up, and the next run would be
 * followed over the others again. */
static bool lasts(struct ct_stops *stops, size_t first)
{
    const struct ct_track *track = stops->track;
    const uint64_t least_us = (uint64_t)track->options->stay_time_us;
    if (stops->enough < first)
        stops->enough = first;
    while (stops->enough < stops->border && delay_us(track, first, stops->enough) < least_us)
        stops->enough++;
    return stops->enough < stops->border && all_in_reach(stops, first, stops->enough + 1);
}

/* Where the longest run from `first` ends: the first ping behind it. */
static size_t run_end(const struct ct_stops *stops, size_t first)
{
    const struct ct_track *track = stops->track;
    size_t end = first, centre = first;
    for (; end < stops->border; end++) {
        if (!ct_ping_has_position(&track->pings[end]))
            continue;
        if (!ct_ping_has_position(&track->pings[centre]))
            centre = end;
        if (!in_reach(track, centre, end))
            break;
    }
    return end;
}

static size_t same_position_end(const struct ct_stops *stops, size_t first)
{
    const ct_ping *pings = stops->track->pings;
    size_t end = first + 1;
    while (end < stops->border && same_position(&pings[first], &pings[end]))
        end++;
    return end;
}

/* Where the stop that begins at `first` ends. */
static size_t stop_end(struct ct_stops *stops, size_t first)
{
    if (stops->border <= first)
        stops->border = find_border(stops->track, first);
    const bool stay = stops->track->pings[first].place_id.len > 0 || lasts(stops, first);
    return stay ? run_end(stops, first) : same_position_end(stops, first);
}

/* The mean position of pings; positions that are all the same are not rounded. */
static void mean_position(const struct ct_track *track, size_t first, size_t end, double *x,
                          double *y)
{
    const ct_frame frame = track->options->frame;
    const int decimals = frame == CT_FRAME_PLANAR ? 4 : 7;
    size_t n = 0;
    bool same = true;
    ct_point base = {0, 0, 0}, sum = {0, 0, 0};
    *x = *y = NAN;
    for (size_t i = first; i < end; i++) {
        const ct_ping *ping = &track->pings[i];
        if (!ct_ping_has_position(ping))
            continue;
        const ct_point at = track->points[i];
        if (n++ == 0) {
            base = at;
            *x = ping->x;
            *y = ping->y;
        }
        same = same && ping->x == *x && ping->y == *y;
        /* sums of offsets keep the digits that sums of positions lose */
        sum = (ct_point){sum.x + (at.x - base.x), sum.y + (at.y - base.y), sum.z + (at.z - base.z)};
    }
    if (same)
        return;
    const double share = 1 / (double)n;
    const ct_point mean = {base.x + sum.x * share, base.y + sum.y * share, base.z + sum.z * share};
    ct_point_position(frame, mean, x, y);
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

static struct ct_stop make_stop(const struct ct_track *track, size_t first, size_t end)
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
    mean_position(track, first, end, &stop.x, &stop.y);
    stop.accuracy_m = isnan(stop.x) ? NAN : spread_m(track, first, end, stop.x, stop.y);
    return stop;
}

bool ct_stop_next(struct ct_stops *stops, struct ct_stop *out)
{
    const size_t first = stops->next;
    if (first == stops->track->count)
        return false;
    stops->next = stop_end(stops, first);
    *out = make_stop(stops->track, first, stops->next);
    return true;
}
