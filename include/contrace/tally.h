/* contrace/tally.h -- what became of the records of each source: counts of those read, set aside
 * and why, left out and why.
 *
 * Errors:    CT_ENOMEM.
 * Ownership: texts are copied in, and lent until the counts are freed. They hold no NUL. */
#ifndef CONTRACE_TALLY_H
#define CONTRACE_TALLY_H

#include "contrace/counts.h"

typedef enum ct_tally_group {
    CT_TALLY_RECORDS,
    CT_TALLY_SET_ASIDE,
    CT_TALLY_LEFT_OUT,
    CT_TALLY_GROUPS, /* how many there are */
} ct_tally_group;

extern const char *const ct_tally_names[]; /* records, set_aside, left_out; ended by NULL */

typedef struct ct_tally {
    ct_tally_group group;
    ct_str what, source;
    int64_t n;
} ct_tally;

CT_MUST_CHECK ct_status ct_tally_add(ct_counts *tallies, const ct_tally *tally, ct_err *err);
ct_tally ct_tally_at(const ct_counts *tallies, uint32_t i); /* i < ct_counts_size() */

#endif
