/* stop.h -- the stops of a track: its stays and lone pings, between which moves are drawn ("stops
 * and moves": Spaccapietra et al., "A conceptual view on trajectories", 2008). */
#ifndef CONTRACE_STOP_H
#define CONTRACE_STOP_H

#include "block.h"
#include "contrace/trajectory.h"

struct ct_track {
    const ct_trajectory_options *options;
    const ct_ping *pings;
    const ct_point *points;  /* of each ping; not looked at where it has no position */
    struct ct_block *blocks; /* of the pings, CT_BLOCK in each; zeroed */
    size_t count;
};

struct ct_stop {
    size_t pings; /* one: a lone ping; more: a stay */
    int64_t start_us, end_us;
    double x, y, accuracy_m; /* NAN: unknown */
    ct_str source, place_id;
};

/* A run that is a stop, or a fragment of one. */
struct ct_fragment {
    size_t first, end; /* its first ping, and the first behind it */
    bool stay;         /* of a place, or long enough */
};

/* Goes through the stops of a track; all but `track` begins at 0. */
struct ct_stops {
    const struct ct_track *track;
    size_t next;   /* the first ping of the next stop */
    size_t border; /* the first ping that no run from `next` reaches, for its time or its place */
    size_t enough; /* the first ping late enough to make a run a stay */
    size_t far;    /* the last ping found to be out of another's reach */
    struct ct_fragment ahead; /* the one at `next`, if it was looked at already */
};

/* The next stop; false behind the last. Mostly a ping is compared with two or three others; where
 * accuracies are coarse, or a track keeps leaving a place for a little less than stay_time, with
 * the bounds of all blocks in about that time. */
bool ct_stop_next(struct ct_stops *stops, struct ct_stop *out);

/* Is b so much later than a that nothing is known of the time between? */
bool ct_silence(const ct_trajectory_options *options, int64_t a_us, int64_t b_us);

/* `text` if it is `other` too, else an empty text. */
ct_str ct_shared_text(ct_str text, ct_str other);

#endif
