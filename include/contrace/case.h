/* contrace/case.h -- cases: the infected people, and when they could pass it on.
 *
 * Units:     microseconds since 1970 UTC.
 * Errors:    CT_EROW for a case that contradicts itself or stands twice; CT_ENOMEM.
 * Ownership: cases are copied in and lent out.
 * Threads:   one writer, or many readers. */
#ifndef CONTRACE_CASE_H
#define CONTRACE_CASE_H

#include "contrace/ids.h"
#include "contrace/policy.h"
#include "contrace/schema.h"

typedef struct ct_case {
    ct_str id;
    int64_t onset_us, specimen_us, diagnosed_us, isolated_us;
    int64_t infectious_from_us, infectious_until_us;
    int symptomatic; /* 1, 0, -1 */
} ct_case;

extern const ct_schema ct_case_schema;

/* A case with its infectious period, closed. An end that nothing bounds is CT_NO_TIME (from) or
 * CT_FOREVER (until). */
typedef struct ct_infectious {
    ct_str id;
    int64_t from_us, until_us;
    int64_t anchor_us; /* the date reckoned from; CT_NO_TIME with CT_ANCHOR_NONE */
    ct_anchor anchor;  /* which one it is */
    ct_report report;
} ct_infectious;

/* The period: infectious_from and infectious_until where given; else the first date present of
 * policy->dates, less policy->before_us and plus policy->after_us; ended by isolation if that is
 * earlier. The date is told whether the period needs it or not. CT_EROW if the period ends before
 * it begins. */
CT_MUST_CHECK ct_status ct_case_infectious(const ct_case *c, const ct_policy *policy,
                                           ct_infectious *out, ct_err *err);

typedef struct ct_cases ct_cases;
CT_MUST_CHECK ct_status ct_cases_new(ct_cases **out, ct_err *err);
CT_MUST_CHECK ct_status ct_cases_add(ct_cases *cases, const ct_infectious *c,
                                     ct_err *err);                    /* CT_EROW: twice */
const ct_infectious *ct_cases_find(const ct_cases *cases, ct_str id); /* NULL: no case */
const ct_infectious *ct_cases_at(const ct_cases *cases,
                                 size_t i); /* i < count, in the order added */
size_t ct_cases_count(const ct_cases *cases);
const ct_ids *ct_cases_ids(const ct_cases *cases); /* their numbers are those of ct_cases_at() */
void ct_cases_free(ct_cases *cases);               /* NULL is allowed */

#endif
