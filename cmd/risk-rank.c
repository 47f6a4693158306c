#include <inttypes.h>
#include <stdio.h>

#include "contrace/number.h"
#include "contrace/risk.h"
#include "contrace/time.h"
#include "tool_cases.h"
#include "tool_policies.h"

struct job {
    const char *cases_path, *policy_name, *least;
    int64_t top, as_of_us;
    bool ids_only;
    double min_score;
    ct_policy policy;
    ct_policies_shown policies;
    ct_cases *cases;
    ct_ranker *ranker;
};

static const ct_schema *const inputs[] = {&ct_episode_schema, NULL};
static const ct_schema *const shown[] = {&ct_episode_schema, &ct_case_schema, NULL};
static const ct_schema *const outputs[] = {&ct_risk_schema, NULL};

static ct_status check(void *ctx, ct_err *err)
{
    struct job *job = ctx;
    CT_TRY(ct_policies_show(&job->policies, err));
    ct_err why = {0};
    if (job->least != NULL &&
        (ct_parse_double(ct_str_of(job->least), &job->min_score, &why) != CT_OK ||
         job->min_score < 0))
        return ct_fail(err, CT_ERANGE, "not a score from 0 on: --min-score \"%s\"", job->least);
    return ct_policy_load(&job->policy, job->policy_name, err);
}

/* Episodes that count, but hardly as they were meant. */
struct doubts {
    uint64_t beyond, longer;
};

static void doubt(struct doubts *doubts, const ct_episode *episode, const ct_policy *policy)
{
    /* together at a place, two may be as far apart as it is wide; distances are written to the
     * millimetre */
    doubts->beyond += episode->min_distance_m > policy->distance_m + 0.001 &&
                      episode->setting <= CT_SETTING_DIRECT &&
                      episode->evidence != CT_EVIDENCE_VENUE;
    /* others round to seconds */
    const int64_t span_us = episode->end_us - episode->start_us;
    doubts->longer += span_us > 0 && episode->duration_us > span_us + CT_SECOND;
}

static void tell_doubts(ct_run *run, const struct doubts *doubts, const ct_policy *policy)
{
    if (doubts->beyond > 0)
        ct_run_warn(run,
                    "%" PRIu64 " of the episodes came no nearer than %g m, the distance of policy "
                    "%s: their time counts all the same (was find-contacts run with this policy?)",
                    doubts->beyond, policy->distance_m, policy->name);
    if (doubts->longer > 0)
        ct_run_warn(run,
                    "%" PRIu64 " of the episodes have a duration_s longer than from start to end: "
                    "it counts all the same (is it in seconds?)",
                    doubts->longer);
}

static ct_status take_episodes(ct_run *run, struct job *job, ct_reader *reader, ct_err *err)
{
    struct doubts doubts = {0};
    uint64_t later = 0, accounts[CT_ACCOUNT_OUTSIDE + 1] = {0};
    for (;;) {
        ct_episode episode;
        ct_status status = ct_reader_next(reader, &episode, err);
        if (status == CT_END)
            break;
        CT_TRY(status);
        ct_run_progress(run, reader);
        if (episode.start_us > job->as_of_us) {
            later++;
            continue;
        }
        ct_err fault = {0};
        ct_account account = CT_ACCOUNT_COUNTED;
        status = ct_ranker_add(job->ranker, &episode, &account, &fault);
        CT_TRY(ct_run_settle(reader, NULL, status, &fault, err));
        accounts[account] += status == CT_OK;
        if (status == CT_OK && account == CT_ACCOUNT_COUNTED)
            doubt(&doubts, &episode, &job->policy);
    }
    const uint64_t no_case = accounts[CT_ACCOUNT_NO_CASE];
    ct_run_drop(run, "after --as-of", later);
    ct_run_drop(run, "of no case", no_case);
    ct_run_drop(run, "outside the infectious period", accounts[CT_ACCOUNT_OUTSIDE]);
    if (no_case > 0 && no_case + later + ct_reader_rejects(reader) == ct_reader_records(reader))
        ct_run_warn(run, "no index_id of the input is a case in %s", job->cases_path);
    tell_doubts(run, &doubts, &job->policy);
    return ct_ranker_run(job->ranker, err);
}

static ct_status put_rows(ct_run *run, struct job *job, ct_writer *writer, ct_err *err)
{
    static const char *const names[] = {"high", "medium", "low", "listed as case"};
    int64_t written = 0;
    uint64_t counts[sizeof names / sizeof *names] = {0};
    const ct_risk *row = NULL;
    ct_status status = CT_OK;
    while (written != job->top && (status = ct_ranker_next(job->ranker, &row, err)) == CT_OK) {
        CT_TRY(ct_writer_put(writer, row, err));
        counts[row->category]++;
        written++;
    }
    if (status != CT_OK && status != CT_END)
        return status;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (counts[i] > 0)
            ct_run_count(run, names[i], counts[i]);
    const uint64_t below = ct_ranker_below(job->ranker);
    if (below > 0)
        ct_run_count(run, "below --min-score", below);
    return CT_OK;
}

static ct_status run(ct_run *run, void *ctx, ct_err *err)
{
    struct job *job = ctx;
    if (job->cases_path != NULL)
        CT_TRY(ct_run_cases(run, job->cases_path, &job->policy, &job->cases, err));
    ct_reader *reader = NULL;
    CT_TRY(ct_run_input(run, inputs, NULL, 0, &reader, err));
    const ct_ranker_options options = {.policy = &job->policy,
                                       .cases = job->cases,
                                       .min_score = job->min_score,
                                       .pool = ct_run_pool(run),
                                       .memory_bytes = ct_run_memory(run)};
    CT_TRY(ct_ranker_new(&job->ranker, &options, err));
    CT_TRY(take_episodes(run, job, reader, err));

    ct_writer *writer = NULL;
    CT_TRY(job->ids_only ? ct_run_output_column(run, &ct_risk_schema, "contact_id", &writer, err)
                         : ct_run_output(run, &ct_risk_schema, CT_FRAME_WGS84, &writer, err));
    return put_rows(run, job, writer, err);
}

int main(int argc, char **argv)
{
    struct job job = {.policy_name = "default", .top = -1, .as_of_us = CT_FOREVER};
    const ct_opt options[] = {
        CT_OPT_TEXT(0, "cases", &job.cases_path, "FILE",
                    "the cases: only their infectious periods count"),
        CT_OPT_TEXT(0, "policy", &job.policy_name, "NAME|FILE", "the rule to grade by"),
        CT_OPT_MOMENT(0, "as-of", &job.as_of_us, "leave out episodes that start later"),
        CT_OPT_COUNT(0, "top", &job.top, "write only the first N rows"),
        CT_OPT_TEXT(0, "min-score", &job.least, "SCORE", "leave out contacts with less"),
        CT_OPT_FLAG(0, "ids-only", &job.ids_only,
                    "write nothing but contact_id, one a line, without a header"),
        CT_OPTS_POLICIES(&job.policies),
        CT_OPT_END,
    };
    const ct_tool tool = {.name = "risk-rank",
                          .summary = "rank contacts by a public-health rule, with reasons",
                          .options = options,
                          .inputs = shown,
                          .outputs = outputs,
                          .max_rejects = "0",
                          .check = check,
                          .run = run,
                          .job = &job};
    const int rc = ct_tool_main(&tool, argc, argv);
    ct_ranker_free(job.ranker);
    ct_cases_free(job.cases);
    return rc;
}
