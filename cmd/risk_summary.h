/* risk_summary.h -- counts of a list that may be shown to anybody: by category, evidence, day and
 * area, with small counts masked. */
#ifndef CONTRACE_RISK_SUMMARY_H
#define CONTRACE_RISK_SUMMARY_H

#include "contrace/ids.h"
#include "contrace/risk.h"
#include "contrace/time.h"
#include "tool.h"

enum { CT_SUMMARY_TABLES = 5 }; /* the total, and the four */

/* Zero-initialised but for the first three it is empty. */
typedef struct ct_summary {
    ct_frame frame;
    const ct_zone *zone; /* of the days; lent */
    uint64_t suppress;   /* counts from 1 to less than this are masked */
    struct ct_summary_table {
        ct_ids *labels;
        uint64_t *counts;
        size_t room;
    } tables[CT_SUMMARY_TABLES];
} ct_summary;

extern const ct_schema ct_summary_schema;

CT_MUST_CHECK ct_status ct_summary_add(ct_summary *summary, const ct_risk *row,
                                       const char *category, ct_err *err);
/* Masks and writes all.
 *
 * A count is masked if it is less than `suppress`. What is masked could still be told from the
 * total and the rest: so in each table the least of the others are masked too, until each masked
 * count could be `suppress` or more, for all that can be told: their sum less one for each of the
 * others. Where that is never so, the table is one row without a value; and where the total is
 * small itself, all of them are. */
CT_MUST_CHECK ct_status ct_summary_write(const ct_summary *summary, ct_writer *writer, ct_err *err);
void ct_summary_release(ct_summary *summary);

#endif
