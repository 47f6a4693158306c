/* build_input.h -- from the FILEs to tracks: sorted, or streamed where they are in order. */
#ifndef CONTRACE_BUILD_INPUT_H
#define CONTRACE_BUILD_INPUT_H

#include "contrace/tracks.h"
#include "tool.h"

struct build_input {
    ct_run *run;
    ct_reader *reader;
    ct_tracks *tracks;
    double max_accuracy_m; /* pings beyond it are unfit */
    bool lists_unfit;      /* the tracks tell of them */
    uint64_t coarse;       /* how many were unfit; begins at 0 */
};

/* Makes the tracks ready to be given out, which may read on until the last one is. */
CT_MUST_CHECK ct_status build_input_take(struct build_input *input, ct_err *err);

#endif
