/* risk_list.h -- the list of contacts as it is written: which columns, in which format, with what
 * other tables tell of them. */
#ifndef CONTRACE_RISK_LIST_H
#define CONTRACE_RISK_LIST_H

#include "contrace/risk.h"
#include "contrace/time.h"
#include "risk_tables.h"
#include "tool.h"

typedef enum ct_list_format {
    CT_LIST_CSV,
    CT_LIST_NDJSON,
    CT_LIST_EPICONTACTS,
    CT_LIST_MICROBETRACE,
    CT_LIST_EXCEL
} ct_list_format;

extern const char *const ct_list_formats[]; /* ended by NULL, in the order of the enum */

/* The risk row and what is told besides. */
typedef struct ct_list_row {
    ct_risk risk; /* first, so that its columns are this row's too */
    int change;   /* -1: not asked */
    int64_t case_date_us;
    double coverage;
    ct_str explanation;
} ct_list_row;

enum { CT_LIST_COLS = 48 };

typedef struct ct_list {
    int format; /* ct_list_format */
    bool health_code, explain, ids_only;
    const ct_policy *policy;
    const ct_cases *cases; /* NULL: none */
    const ct_zone *zone;
    ct_previous previous;
    ct_links links;
    ct_shares shares;
    /* the rest is the list's own */
    ct_col cols[CT_LIST_COLS], sheet_cols[CT_LIST_COLS];
    ct_schema schema, sheet_schema;
    ct_writer *writer;
    bool *written; /* by case: it has a row */
    ct_buf explanation, sheet_room;
    uint64_t unlinked;
    uint64_t changes[4];
} ct_list;

/* The columns, for --help-fields: before any option is known. */
void ct_list_init(ct_list *list);

CT_MUST_CHECK ct_status ct_list_open(ct_list *list, ct_run *run, ct_err *err);
CT_MUST_CHECK ct_status ct_list_put(ct_list *list, const ct_risk *risk, ct_err *err);
/* For a contact who is ranked but not listed: not gone either. */
void ct_list_pass(ct_list *list, const ct_risk *risk);
/* Adds those that are gone, and in a line list the cases that nobody met. */
CT_MUST_CHECK ct_status ct_list_finish(ct_list *list, ct_run *run, ct_err *err);

/* Writes who met whom to a sink, as the format names it. */
CT_MUST_CHECK ct_status ct_list_edges(ct_list *list, ct_ranker *ranker, ct_sink *sink, ct_err *err);

const char *ct_list_category(const ct_list *list, int category);
void ct_list_release(ct_list *list);

/* A sentence that says why this contact stands where it does. */
CT_MUST_CHECK ct_status ct_list_explain(const ct_list *list, const ct_list_row *row, ct_buf *out,
                                        ct_err *err);

/* A record as a spreadsheet reads it as it is meant: times by the zone's clock, and an apostrophe
 * before text that would be run as a formula, or be taken for a number and lose digits. */
typedef struct ct_sheet {
    union {
        ct_list_row row;
        ct_edge edge;
    } record;
    ct_str texts[CT_LIST_COLS];
} ct_sheet;

/* The text that a spreadsheet's text stands for: without such an apostrophe. */
ct_str ct_sheet_plain(ct_str text);
/* Makes columns of a ct_sheet of those of a record. */
void ct_sheet_cols(ct_col *cols, size_t count);
/* The sheet's texts are lent until the next call. */
CT_MUST_CHECK ct_status ct_sheet_fill(ct_sheet *sheet, const ct_schema *plain, const void *record,
                                      const ct_zone *zone, ct_buf *room, ct_err *err);

#endif
