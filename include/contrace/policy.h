/* contrace/policy.h -- a public-health rule as a small text file: who counts as a contact, from
 * when to when, and how it is graded.
 *
 * Units:     metres, microseconds.
 * Errors:    CT_ERANGE for an unknown name; CT_EINPUT, with file and line, for an unknown section
 *            or key, a value that does not parse, a key that stands twice or one that is missing.
 * Ownership: by value; built-in texts are constant.
 * Threads:   safe. */
#ifndef CONTRACE_POLICY_H
#define CONTRACE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "contrace/weight.h"

/* Which date of a case its infectiousness is reckoned from. */
typedef enum ct_anchor {
    CT_ANCHOR_ONSET,
    CT_ANCHOR_SPECIMEN,
    CT_ANCHOR_DIAGNOSED,
    CT_ANCHOR_NONE
} ct_anchor;

/* What a case is known by: a positive specimen; else a diagnosis; else its onset alone. */
typedef enum ct_report { CT_REPORT_TEST, CT_REPORT_CLINICAL, CT_REPORT_SELF } ct_report;

enum { CT_SETTINGS = 6, CT_REPORTS = 3 };

/* See contrace-policy(5) for each key. */
typedef struct ct_policy {
    char name[64]; /* of a file: without folder and ".ini" */
    char title[160];
    /* [contact] what find-contacts looks for */
    double distance_m;
    bool radii;                                 /* the accuracies of both are added to it */
    int64_t window_us, gap_us, min_duration_us; /* gap_us may be CT_FOREVER */
    int64_t dwell_us, dwell_span_us; /* > 0: one of the two was there so long, in such a time */
    /* [infectious] */
    int64_t before_us, after_us;     /* around the date of a case */
    ct_anchor dates[CT_ANCHOR_NONE]; /* the first of these that is there; CT_ANCHOR_NONE: no more */
    /* [rule] what risk-rank grades by */
    int64_t exposure_us; /* > 0: this much time within the distance, each weight 1, ... */
    int64_t rolling_us;  /* > 0: ... in any span this long scores 1; may be CT_FOREVER */
    bool accumulate;     /* over all cases together, not case by case */
    bool add;            /* with two cases at once, time counts twice, not once */
    double infection; /* > 0: chance of infection that one exposure gives, and scores are doses; 0:
                         none, and they are not */
    /* [weight] how much a moment counts */
    ct_distance_weight by_distance;
    double venue_distance_m; /* how far apart people at one place are taken to be */
    ct_day_weight by_day;
    double by_setting[CT_SETTINGS]; /* ct_setting */
    double by_report[CT_REPORTS];   /* ct_report */
    bool weighs;                    /* any of these is not 1 */
    /* [class] > 0: categories by score; medium_score <= high_score */
    double high_score, medium_score;
    /* [follow-up] */
    int64_t quarantine_us, follow_up_us; /* from the last exposure; 0: none */
} ct_policy;

/* Loads a policy that ships with contrace by its name, or, where the word has a slash or ends in
 * ".ini", a file. */
CT_MUST_CHECK ct_status ct_policy_load(ct_policy *out, const char *name_or_file, ct_err *err);
/* The same from a text; `name` stands in messages. */
CT_MUST_CHECK ct_status ct_policy_parse(ct_policy *out, const char *name, ct_str text, ct_err *err);

/* Appends its text to *out: what ct_policy_load() would read. */
CT_MUST_CHECK ct_status ct_policy_text(const char *name_or_file, ct_buf *out, ct_err *err);

/* The built-in ones, in the order of their names: NULL past the last. */
const char *ct_policy_builtin_name(size_t i);
const char *ct_policy_builtin_text(size_t i);

#endif
