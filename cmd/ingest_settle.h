/* ingest_settle.h -- what is settled among pings, in the order of the input: duplicates, sources
 * that contradict each other, the report; and then they are written. */
#ifndef CONTRACE_INGEST_SETTLE_H
#define CONTRACE_INGEST_SETTLE_H

#include "contrace/quality.h"
#include "contrace/recent.h"
#include "contrace/rivals.h"
#include "tool.h"

typedef struct ct_settling {
    int64_t window; /* --duplicates-window; 0: duplicates stay */
    const char *priority_text, *conflicts_path, *report_path;
    double conflict_m;
    char *names; /* of --source-priority, cut */
    const char **sources;
    size_t source_count;
    ct_run *run;
    ct_recent *recent;   /* NULL: nothing is looked for, or rivals do it */
    ct_rivals *rivals;   /* NULL: pings are written as they come */
    ct_quality *quality; /* NULL: no report */
    ct_counts *tallies;  /* of bad records and of what is settled, for the report */
    ct_writer *writer, *conflict_writer;
    ct_sink *report;
    uint64_t duplicates, outranked, conflicts, lost_cells;
} ct_settling;

/* Looks at the options. CT_ERANGE is wrong usage. To be released whatever comes of it. */
CT_MUST_CHECK ct_status ct_settling_check(ct_settling *settling, ct_err *err);

/* Opens the outputs, --output too. */
CT_MUST_CHECK ct_status ct_settling_open(ct_settling *settling, ct_run *run, ct_frame frame,
                                         ct_err *err);

/* Takes a ping into the part's buffers, both of which are the settling's. as_read is that of
 * ct_writer_format_as(). In any thread. */
CT_MUST_CHECK ct_status ct_settling_take(const ct_settling *settling, const ct_ping *ping,
                                         const ct_str *as_read, ct_part *part, ct_err *err);

/* Settles a part's pings. */
CT_MUST_CHECK ct_status ct_settling_part(ct_settling *settling, ct_part *part, ct_err *err);

CT_MUST_CHECK ct_status ct_settling_tell(const ct_conflict *conflict, void *settling, ct_err *err);

/* Settles what is left, and writes the report; bad records that name no source are of `unnamed`. */
CT_MUST_CHECK ct_status ct_settling_finish(ct_settling *settling, ct_str unnamed, ct_err *err);

void ct_settling_release(ct_settling *settling);

#endif
