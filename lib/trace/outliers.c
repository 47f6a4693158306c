#include "contrace/outliers.h"

#include <stdlib.h>

#include "reach.h"

enum { WINDOW = CT_OUTLIERS_IN_ROW + 1 };

/* A ping with a position, as the last one kept of those up to it. */
struct candidate {
    struct ct_seen seen;
    int64_t cost; /* the least that the pings up to this one can cost */
};

struct ct_outliers {
    ct_frame frame;
    double max_speed_mps;
    struct candidate window[WINDOW]; /* the nth ping with a position is at n % WINDOW */
    uint8_t *skips;  /* of each ping: how many to drop just before it, if it is kept */
    ct_ping *sorted; /* the dropped, then the kept */
    ct_buf skip_bytes, sorted_bytes; /* where these two lie */
};

ct_status ct_outliers_new(ct_outliers **out, ct_frame frame, double max_speed_mps, ct_err *err)
{
    if (!(max_speed_mps > 0) || isinf(max_speed_mps))
        return ct_fail(err, CT_ERANGE, "max-speed must be faster than 0");
    ct_outliers *outliers = calloc(1, sizeof *outliers);
    if (outliers == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for outliers");
    outliers->frame = frame;
    outliers->max_speed_mps = max_speed_mps;
    *out = outliers;
    return CT_OK;
}

static ct_status make_room(ct_outliers *outliers, size_t count, ct_err *err)
{
    CT_TRY(ct_buf_reserve(&outliers->skip_bytes, count * sizeof *outliers->skips, err));
    CT_TRY(ct_buf_reserve(&outliers->sorted_bytes, count * sizeof *outliers->sorted, err));
    outliers->skips = (void *)outliers->skip_bytes.ptr;
    outliers->sorted = (void *)outliers->sorted_bytes.ptr;
    return CT_OK;
}

/* Finds the least cost of the nth ping with a position, and gives how many to drop before it.
 * `least` is the least cost that any ping before it gives: reached, it ends the search. */
static uint8_t weigh(const ct_outliers *outliers, size_t n, struct candidate *ping, int64_t least)
{
    uint8_t skip = 0;
    ping->cost = INT64_MAX;
    for (size_t d = 0; d <= n && d < WINDOW && ping->cost > least; d++) {
        const bool is_first = d == n;
        const struct candidate *before = &outliers->window[(n - d + WINDOW - 1) % WINDOW];
        int64_t cost = (int64_t)d + (is_first ? 0 : before->cost);
        if (cost < ping->cost && !is_first &&
            !ct_can_reach(outliers->max_speed_mps, &before->seen, &ping->seen))
            cost += CT_JUMP_COST;
        if (cost < ping->cost) {
            ping->cost = cost;
            skip = (uint8_t)d;
        }
    }
    return skip;
}

/* Fills in skips; gives how many pings with a position to drop behind the last kept one. */
static size_t weigh_all(ct_outliers *outliers, const ct_ping *pings, size_t count)
{
    size_t n = 0, skip = 0;
    int64_t least = 0;
    for (size_t i = 0; i < count; i++) {
        if (!ct_ping_has_position(&pings[i]))
            continue;
        struct candidate ping = {.seen = ct_seen_of(outliers->frame, &pings[i])};
        outliers->skips[i] = weigh(outliers, n, &ping, least);
        outliers->window[n++ % WINDOW] = ping;
        /* one more ping behind any of those before costs one more */
        least = ping.cost < least + 1 ? ping.cost : least + 1;
    }
    int64_t best = INT64_MAX;
    for (size_t d = 0; d < n && d < WINDOW; d++) {
        const int64_t cost = outliers->window[(n - 1 - d) % WINDOW].cost + (int64_t)d;
        if (cost < best) {
            best = cost;
            skip = d;
        }
    }
    return skip;
}

/* Sorts the pings from the last to the first, as `skips` says; gives how many are dropped. */
static size_t sort_out(ct_outliers *outliers, const ct_ping *pings, size_t count, size_t skip)
{
    ct_ping *sorted = outliers->sorted;
    size_t kept = count, dropped = 0;
    for (size_t i = count; i-- > 0;) {
        const bool has_position = ct_ping_has_position(&pings[i]);
        if (has_position && skip > 0) {
            skip--;
            sorted[dropped++] = pings[i];
        } else {
            skip = has_position ? outliers->skips[i] : skip;
            sorted[--kept] = pings[i];
        }
    }
    for (size_t i = 0; i < dropped / 2; i++) {
        const ct_ping later = sorted[i];
        sorted[i] = sorted[dropped - 1 - i];
        sorted[dropped - 1 - i] = later;
    }
    return dropped;
}

ct_status ct_outliers_split(ct_outliers *outliers, const ct_ping *pings, size_t count,
                            ct_split *out, ct_err *err)
{
    if (!ct_is_track(pings, count))
        return ct_fail(err, CT_ERANGE, "a track is of pings each later than the last");
    CT_TRY(make_room(outliers, count, err));
    const size_t skip = weigh_all(outliers, pings, count);
    const size_t dropped = sort_out(outliers, pings, count, skip);
    *out = (ct_split){.kept = outliers->sorted + dropped,
                      .kept_count = count - dropped,
                      .dropped = outliers->sorted,
                      .dropped_count = dropped};
    return CT_OK;
}

void ct_outliers_free(ct_outliers *outliers)
{
    if (outliers == NULL)
        return;
    ct_buf_release(&outliers->skip_bytes);
    ct_buf_release(&outliers->sorted_bytes);
    free(outliers);
}
