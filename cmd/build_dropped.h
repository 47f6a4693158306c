/* build_dropped.h -- the list of the pings that build-trajectories leaves out, each with why. */
#ifndef CONTRACE_BUILD_DROPPED_H
#define CONTRACE_BUILD_DROPPED_H

#include "contrace/ping.h"
#include "tool.h"

enum build_reason { COARSE, DUPLICATE, RIVAL, TOO_FAST, OSCILLATING, REASONS };
extern const char *const build_reasons[];

struct build_dropped {
    const char *path;  /* NULL: not listed */
    ct_writer *writer; /* the frame's */
    ct_col cols[16];
    ct_schema schema;
};

CT_MUST_CHECK ct_status build_dropped_open(struct build_dropped *dropped, ct_run *run,
                                           ct_frame frame, ct_err *err);
/* Appends the line of a ping; only where there is a path. */
CT_MUST_CHECK ct_status build_dropped_format(const struct build_dropped *dropped,
                                             const ct_ping *ping, enum build_reason reason,
                                             ct_buf *out, ct_err *err);

#endif
