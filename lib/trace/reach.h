/* reach.h -- can a phone have come from one ping to the next? */
#ifndef CONTRACE_REACH_H
#define CONTRACE_REACH_H

#include "contrace/ping.h"
#include "contrace/space.h"

/* A ping that has a position. */
struct ct_seen {
    ct_point at;
    int64_t time_us;
    double accuracy_m; /* 0 if unknown */
};

static inline struct ct_seen ct_seen_of(ct_frame frame, const ct_ping *ping)
{
    return (struct ct_seen){.at = ct_point_at(frame, ping->x, ping->y),
                            .time_us = ping->time_us,
                            .accuracy_m = isnan(ping->accuracy_m) ? 0 : ping->accuracy_m};
}

/* b is not earlier than a */
static inline bool ct_can_reach(double max_speed_mps, const struct ct_seen *a,
                                const struct ct_seen *b)
{
    const double time_s = (double)((uint64_t)b->time_us - (uint64_t)a->time_us) / 1e6;
    const double reach_m = max_speed_mps * time_s + (a->accuracy_m + b->accuracy_m);
    return ct_distance_squared(a->at, b->at) <= reach_m * reach_m;
}

/* Is each ping later than the one before? */
static inline bool ct_is_track(const ct_ping *pings, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (pings[i].time_us <= pings[i - 1].time_us)
            return false;
    return true;
}

#endif
