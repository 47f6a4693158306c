/* tool_search.h -- what find-contacts searches with: for contacts, or for generations of them, and
 * for how much there are data. */
#ifndef CONTRACE_TOOL_SEARCH_H
#define CONTRACE_TOOL_SEARCH_H

#include "contrace/coverage.h"
#include "contrace/dwell.h"
#include "contrace/tracer.h"
#include "tool.h"

typedef struct ct_search {
    ct_run *run;
    ct_reader *reader, *reading; /* the one that counts, and the one in hand */
    const ct_cases *cases;       /* lent; NULL: none */
    bool rows;                   /* they are what it reads */
    bool boarded;                /* it was given who was on board */
    bool radii;                  /* so that nothing bounds how far cases reach */
    ct_finder *finder;           /* this one, */
    ct_tracer *tracer;           /* or this one */
    ct_coverage *coverage;       /* NULL: not wanted */
    ct_dwell *dwell;             /* NULL: that is no rule here */
} ct_search;

/* Gives it who was on board, of every table in *paths. kind: of vehicles of which the table does
 * not tell it; -1: none. Who cannot be placed is set aside. */
CT_MUST_CHECK ct_status ct_search_passengers(ct_search *search, const ct_opt_list *paths, int kind,
                                             ct_err *err);
/* Reads the input, and searches. cases may be NULL. */
CT_MUST_CHECK ct_status ct_search_run(ct_search *search, const ct_cases *cases, ct_err *err);
CT_MUST_CHECK ct_status ct_search_put_contacts(ct_search *search, ct_writer *writer, ct_err *err);
CT_MUST_CHECK ct_status ct_search_put_coverage(ct_search *search, ct_writer *writer, ct_err *err);
/* Adds people, or cases if there are any, to the line of counts. */
void ct_search_count(const ct_search *search, const ct_cases *cases);
void ct_search_release(ct_search *search);

#endif
