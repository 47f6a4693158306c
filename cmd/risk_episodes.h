/* risk_episodes.h -- reads the contact episodes into the ranker, on all cores. */
#ifndef CONTRACE_RISK_EPISODES_H
#define CONTRACE_RISK_EPISODES_H

#include "contrace/risk.h"
#include "tool.h"

/* What the episodes go to; the rest of it is counts. */
typedef struct ct_intake {
    ct_ranker *ranker;
    const ct_policy *policy;
    const char *cases_path; /* NULL: no cases */
    int64_t as_of_us;       /* those that start later are left out */
    uint64_t later, accounts[CT_ACCOUNT_OUTSIDE + 1];
    uint64_t beyond, longer; /* episodes that count, but hardly as they were meant */
    ct_run *run;
    ct_reader *reader;
} ct_intake;

/* Reads all, and says what was left out and what is doubtful. */
CT_MUST_CHECK ct_status ct_intake_run(ct_intake *intake, ct_run *run, ct_reader *reader,
                                      ct_err *err);

#endif
