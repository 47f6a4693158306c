/* risk_tables.h -- the tables that risk-rank reads besides: yesterday's list, the links from
 * pseudonyms to people, and for how much of each case's days there are data. */
#ifndef CONTRACE_RISK_TABLES_H
#define CONTRACE_RISK_TABLES_H

#include "contrace/ids.h"
#include "tool.h"

/* A value for each id. Zero-initialised it is empty. */
typedef struct ct_previous_row {
    int category; /* ct_category */
    double score;
    bool seen; /* on today's list */
} ct_previous_row;

typedef struct ct_previous {
    ct_ids *ids; /* NULL: no such list */
    ct_previous_row *rows;
    size_t room;
} ct_previous;

CT_MUST_CHECK ct_status ct_previous_read(ct_run *run, const char *path, ct_previous *out,
                                         ct_err *err);
ct_previous_row *ct_previous_find(const ct_previous *previous, ct_str id); /* NULL: not on it */
void ct_previous_release(ct_previous *previous);

/* Refuses a file that others than its owner can read. */
CT_MUST_CHECK ct_status ct_links_check(const char *path, ct_err *err);

typedef struct ct_links {
    ct_ids *pseudonyms, *people; /* NULL: no links */
    uint32_t *person;            /* by pseudonym */
    size_t room;
} ct_links;

CT_MUST_CHECK ct_status ct_links_read(ct_run *run, const char *path, ct_links *out, ct_err *err);
/* Who a pseudonym stands for; the pseudonym itself if that is not known. */
ct_str ct_links_follow(const ct_links *links, ct_str pseudonym, bool *known);
void ct_links_release(ct_links *links);

typedef struct ct_shares {
    ct_ids *ids; /* NULL: not known */
    struct ct_share {
        double period_s, data_s;
    } * items;
    size_t room;
} ct_shares;

CT_MUST_CHECK ct_status ct_shares_read(ct_run *run, const char *path, ct_shares *out, ct_err *err);
double ct_shares_of(const ct_shares *shares, ct_str id); /* NAN: not known */
void ct_shares_release(ct_shares *shares);

#endif
