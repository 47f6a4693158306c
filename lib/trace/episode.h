/* episode.h -- joins the meetings of a pair into an episode.
 *
 * Units:     microseconds, metres.
 * Threads:   by value; nothing is allocated. */
#ifndef CONTRACE_EPISODE_H
#define CONTRACE_EPISODE_H

#include "contrace/contact.h"

#include "finder_meetings.h"

/* A mean as it grows. */
typedef struct ct_mean {
    double sum, weight;
} ct_mean;

typedef struct ct_joiner {
    bool of_pings;
    int64_t gap_us;
    bool open; /* an episode is under way */
    uint32_t index, contact;
    int64_t start_us, end_us;
    int64_t covered_us; /* the time before this is counted */
    int64_t duration_us;
    int64_t within_from_us, within_until_us; /* of pings: from the first to the last within */
    double expected_us;
    ct_mean claimed, stretched, plain; /* distances: by time, by time, and one a meeting */
    ct_mean chance;                    /* probabilities, one a meeting */
    double min_distance_m, probability;
    double x, y;
    int64_t collisions;
    int setting, evidence;
} ct_joiner;

/* Does this one, the next in order, belong to the open episode? */
bool ct_joiner_takes(const ct_joiner *joiner, const ct_meeting *meeting);

/* Adds it: to the open episode if that takes it, else to a new one. */
void ct_joiner_add(ct_joiner *joiner, const ct_meeting *meeting);

/* Gives the open episode, ids aside, and closes it. */
void ct_joiner_close(ct_joiner *joiner, ct_episode *out);

#endif
