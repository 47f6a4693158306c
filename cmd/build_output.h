/* build_output.h -- from tracks to what build-trajectories writes, a batch of people at a time on
 * all cores. */
#ifndef CONTRACE_BUILD_OUTPUT_H
#define CONTRACE_BUILD_OUTPUT_H

#include "build_dropped.h"
#include "build_reports.h"
#include "contrace/cleaner.h"
#include "contrace/tracks.h"
#include "contrace/trajectory.h"

struct build_output {
    const ct_trajectory_options *rules;
    const ct_cleaner_options *cleaning; /* NULL: tracks are kept as they are */
    bool points;                        /* the pings kept are written, not rows */
    ct_tracks *tracks;                  /* finished */
    ct_writer *writer;
    struct build_dropped *dropped;
    struct build_reports *reports;
    ct_pool *pool;
    uint64_t unclean[REASONS]; /* how many pings cleaning left out, by reason; begins at 0 */
};

/* Writes all there is, in the order of the tracks. */
CT_MUST_CHECK ct_status build_output_write(struct build_output *output, ct_err *err);

#endif
