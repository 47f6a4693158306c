/* contrace/trajectory.h -- trajectory rows: where a person was, from when to when; and how pings
 * become rows.
 *
 * A row says: from start to end (closed) this person went in a straight line (the geodesic) at
 * constant speed from (x, y) to (end_x, end_y), within accuracy_m. Between rows nothing is claimed.
 *
 * Units:     degrees or metres as ct_frame says, microseconds, metres.
 * Errors:    CT_ENOMEM, CT_ERANGE.
 * Ownership: texts are lent by whoever filled the record.
 * Threads:   safe. */
#ifndef CONTRACE_TRAJECTORY_H
#define CONTRACE_TRAJECTORY_H

#include "contrace/ping.h"

typedef enum ct_mode {
    CT_MODE_STAY, /* both ends are one position */
    CT_MODE_MOVE,
    CT_MODE_PING, /* a lone sighting: start is end */
} ct_mode;

typedef struct ct_trajectory_row {
    ct_str id;
    int64_t start_us, end_us;
    double x, y, end_x, end_y;
    double accuracy_m; /* NAN: unknown */
    int mode;          /* ct_mode; -1: not said */
    int64_t pings;     /* how many pings it rests on */
    ct_str source;     /* empty when they were several */
    ct_str place_id;
} ct_trajectory_row;

extern const ct_schema ct_trajectory_schema;

/* The widest stay on WGS 84, m: the mean of positions farther apart lies too deep in the Earth to
 * say where on its surface it is. */
#define CT_STAY_RADIUS_MAX 1e5

typedef struct ct_trajectory_options {
    ct_frame frame;
    int64_t max_gap_us;   /* a longer silence is no data; > 0 */
    double stay_radius_m; /* how near a stay's pings are; 0..CT_STAY_RADIUS_MAX */
    int64_t stay_time_us; /* and last at least this long; >= 0 */
} ct_trajectory_options;

/* Gets a finished row, lent until it returns. Any status but CT_OK ends the build with it. */
typedef ct_status ct_trajectory_fn(const ct_trajectory_row *row, void *ctx, ct_err *err);

/* Turns one person's pings, each later than the one before, into rows, in the order of time.
 *
 * A run is pings one after the other, none more than max_gap after the one before, all of one
 * place_id or all of none (so what moves, or is larger than a stay, is stays and moves that all
 * have its place_id). Its centre is its first ping with a position; any other that has one is near
 * (within stay_radius of the centre), or the circles that hold the two with 95 % overlap: their
 * distance is at most sqrt(ln 0.05 / ln 0.32) times the sum of both accuracies (0 if unknown). The
 * last ping of a run is near, and of others one after the other the last is less than stay_time
 * after the first.
 *
 * From the first ping on, the longest run is a stay if it is of two or more pings and either has a
 * place_id or lasts stay_time or longer; failing that, the longest run of two or more pings at the
 * very same position is a stay, however short; failing that, the ping stands alone. Then the same
 * from the next ping on. Stays of the first kind, and lone pings with a place_id (any, if stay_time
 * is 0), that follow each other directly, no more than max_gap apart, of the same place_id or both
 * of none, with their centres or their mean positions within stay_radius of each other, are one.
 *
 * A stay is a row from its first ping to its last, at the mean position of its near pings (rounded
 * to 7 decimals of a degree, 4 of a metre; as it is if they are all the same). From a stay or lone
 * ping to the next is a row of mode move, unless the silence between is longer than max_gap or one
 * of the two has no position; it has a place_id if both ends have the same. A lone ping is a row of
 * mode ping if no move touches it, or none with its place_id.
 *
 * accuracy_m of a stay: r^2 = mean(r_i^2) + 1.1394 mean(d_i^2), d_i the distance from the stay
 * (1.1394 = -ln 0.32 makes the mean square a 68 % radius), rounded to millimetres; of a move the
 * larger of its ends'; unknown if any is unknown. A stay's pings without position do not count.
 * `pings` of a move is 2: its two ends.
 *
 * CT_ERANGE for options out of range, or pings of several people or out of order.
 * Source: Li et al., "Mining user similarity based on location history", 2008 (stay points). */
CT_MUST_CHECK ct_status ct_trajectory_build(const ct_trajectory_options *options,
                                            const ct_ping *pings, size_t count,
                                            ct_trajectory_fn *fn, void *ctx, ct_err *err);

#endif
