/* quality_state.h -- what a report is made of, for the counting (quality.c) and for the telling
 * (quality_report.c). */
#ifndef CONTRACE_TRACE_QUALITY_STATE_H
#define CONTRACE_TRACE_QUALITY_STATE_H

#include "contrace/ids.h"
#include "contrace/quality.h"
#include "contrace/time.h"

enum { CT_SUBBINS_LOG2 = 7, CT_SUBBINS = 1 << CT_SUBBINS_LOG2, CT_OCTAVES = 64 };

/* The intervals of one doubling of lengths, in bins. */
typedef struct ct_octave {
    uint64_t n[CT_SUBBINS];
    double sum_us[CT_SUBBINS];
} ct_octave;

/* Gaps are told by how many intervals are longer than these. */
static const struct {
    const char *name;
    int64_t us;
} ct_gap_limits[] = {{"over_1h", CT_HOUR}, {"over_6h", 6 * CT_HOUR}, {"over_24h", CT_DAY}};

enum { CT_GAP_LIMITS = sizeof ct_gap_limits / sizeof *ct_gap_limits };

/* What is told of one source, or of all. */
typedef struct ct_account {
    uint64_t pings, people, intervals, out_of_order;
    int64_t first_us, last_us, longest_us;
    uint64_t over[CT_GAP_LIMITS];
    ct_octave *octaves[CT_OCTAVES]; /* NULL: none as long */
} ct_account;

struct ct_quality {
    ct_ids *people, *sources, *both; /* both: the numbers of a source and a person, as bytes */
    int64_t *seen_us, *seen_by_us;   /* the latest ping by person, and by both */
    size_t seen_room, seen_by_room;
    ct_account all, **by_source;
    size_t source_room;
    ct_counts *tallies;
};

#endif
