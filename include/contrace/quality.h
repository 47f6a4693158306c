/* contrace/quality.h -- what a feed is like: how many people and pings, over which time, how often,
 * with which gaps, all in all and by source.
 *
 * An interval is the time from a person's latest ping so far to the next one that comes; a ping
 * that is earlier than that is out of order, and gives none. Medians are within 1 % of the true
 * one, as intervals are counted in bins, 128 to each doubling, and the mean of a bin is told, with
 * three digits.
 *
 * Units:     microseconds in, seconds out.
 * Errors:    CT_ENOMEM.
 * Ownership: pings are looked at, and texts copied.
 * Threads:   one at a time.
 * Memory grows with the people and the sources, and not with the pings. */
#ifndef CONTRACE_QUALITY_H
#define CONTRACE_QUALITY_H

#include "contrace/ping.h"
#include "contrace/tally.h"

typedef struct ct_quality ct_quality;

CT_MUST_CHECK ct_status ct_quality_new(ct_quality **out, ct_err *err);
void ct_quality_free(ct_quality *quality); /* NULL is allowed */

CT_MUST_CHECK ct_status ct_quality_add(ct_quality *quality, const ct_ping *ping, ct_err *err);

/* Adds what was counted of the records besides; those of no source are of `unnamed`. Records that
 * were read and kept are "read" of the records; of those set aside and left out that goes without
 * saying. */
CT_MUST_CHECK ct_status ct_quality_take(ct_quality *quality, const ct_counts *tallies,
                                        ct_str unnamed, ct_err *err);

/* Something that is told in all only, and not by source. */
typedef struct ct_total {
    const char *what;
    uint64_t n;
} ct_total;

/* Appends the report to *out: JSON, with a line end. It repeats no id. */
CT_MUST_CHECK ct_status ct_quality_report(const ct_quality *quality, const ct_total *totals,
                                          size_t count, ct_buf *out, ct_err *err);

#endif
