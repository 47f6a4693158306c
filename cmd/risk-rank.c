#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "contrace/coverage.h"
#include "contrace/number.h"
#include "risk_episodes.h"
#include "risk_list.h"
#include "risk_manifest.h"
#include "risk_summary.h"
#include "tool_cases.h"
#include "tool_policies.h"

struct job {
    char **argv;
    const char *cases_path, *policy_name, *least, *zone_name;
    const char *previous_path, *link_path, *coverage_path;
    const char *edges_path, *summary_path, *manifest_path;
    int64_t top, as_of_us, suppress;
    double min_score;
    ct_policy policy;
    ct_policies_shown policies;
    ct_cases *cases;
    ct_ranker *ranker;
    ct_zone *zone;
    ct_list list;
    ct_summary summary;
    ct_writer *summary_writer;
    ct_sink *edges_sink, *manifest_sink;
};

static const ct_schema *const inputs[] = {&ct_episode_schema, NULL};
static const ct_schema *const shown[] = {&ct_episode_schema, &ct_case_schema, &ct_coverage_schema,
                                         NULL};

static ct_status check(void *ctx, ct_err *err)
{
    struct job *job = ctx;
    CT_TRY(ct_policies_show(&job->policies, err));
    ct_err why = {0};
    if (job->least != NULL &&
        (ct_parse_double(ct_str_of(job->least), &job->min_score, &why) != CT_OK ||
         job->min_score < 0))
        return ct_fail(err, CT_ERANGE, "not a score from 0 on: --min-score \"%s\"", job->least);
    const bool is_line_list =
        job->list.format == CT_LIST_EPICONTACTS || job->list.format == CT_LIST_MICROBETRACE;
    if (is_line_list && !job->edges_path)
        return ct_fail(err, CT_ERANGE,
                       "--format %s makes two tables: give --edges FILE for who met whom",
                       ct_list_formats[job->list.format]);
    CT_TRY(ct_zone_open(&job->zone, job->zone_name, err));
    if (job->link_path)
        CT_TRY(ct_links_check(job->link_path, err));
    return ct_policy_load(&job->policy, job->policy_name, err);
}

/* Cases that are of no use, or hardly as they were meant. */
static void tell_cases(ct_run *run, const struct job *job)
{
    const int64_t now_us =
        job->as_of_us != CT_FOREVER ? job->as_of_us : (int64_t)time(NULL) * CT_SECOND;
    uint64_t future = 0, unseen = 0;
    for (size_t i = 0; i < ct_cases_count(job->cases); i++) {
        const ct_infectious *c = ct_cases_at(job->cases, i);
        future += c->anchor != CT_ANCHOR_NONE && c->anchor_us > now_us;
        unseen += job->coverage_path && !(ct_shares_of(&job->list.shares, c->id) > 0);
    }
    if (future > 0)
        ct_run_warn(run, "%" PRIu64 " of the cases in %s have a date in the future: is it right?",
                    future, job->cases_path);
    if (unseen > 0)
        ct_run_warn(run,
                    "%" PRIu64 " of the cases in %s have no data in %s: whom they met is not known",
                    unseen, job->cases_path, job->coverage_path);
}

static ct_status read_tables(ct_run *run, struct job *job, ct_reader **reader, ct_err *err)
{
    if (job->cases_path)
        CT_TRY(ct_run_cases(run, job->cases_path, &job->policy, &job->cases, err));
    if (job->previous_path)
        CT_TRY(ct_previous_read(run, job->previous_path, &job->list.previous, err));
    if (job->coverage_path)
        CT_TRY(ct_shares_read(run, job->coverage_path, &job->list.shares, err));
    CT_TRY(ct_run_input(run, inputs, NULL, 0, reader, err));
    if (job->link_path)
        CT_TRY(ct_links_read(run, job->link_path, &job->list.links, err));
    if (job->cases)
        tell_cases(run, job);
    return CT_OK;
}

static ct_status open_outputs(ct_run *run, struct job *job, ct_frame frame, ct_err *err)
{
    job->summary.frame = frame;
    job->summary.zone = job->zone;
    job->summary.suppress = (uint64_t)job->suppress;
    job->list.policy = &job->policy;
    job->list.cases = job->cases;
    job->list.zone = job->zone;
    if (job->edges_path)
        CT_TRY(ct_run_sink_besides(run, "edges", job->edges_path, &job->edges_sink, err));
    if (job->summary_path)
        CT_TRY(ct_run_output_besides(run, "summary", job->summary_path, &ct_summary_schema, frame,
                                     &job->summary_writer, err));
    if (job->manifest_path)
        CT_TRY(ct_run_sink_besides(run, "manifest", job->manifest_path, &job->manifest_sink, err));
    return CT_OK;
}

static ct_status put_rows(ct_run *run, struct job *job, ct_err *err)
{
    static const char *const names[] = {"high", "medium", "low", "listed as case"};
    const bool all = job->summary_writer || job->previous_path;
    const uint64_t top = (uint64_t)job->top; /* -1: more than there can be */
    uint64_t written = 0;
    uint64_t counts[sizeof names / sizeof *names] = {0};
    const ct_risk *row = NULL;
    ct_status status = CT_OK;
    while ((written < top || all) && (status = ct_ranker_next(job->ranker, &row, err)) == CT_OK) {
        if (job->summary_writer)
            CT_TRY(ct_summary_add(&job->summary, row, ct_list_category(&job->list, row->category),
                                  err));
        if (written == top) {
            ct_list_pass(&job->list, row);
            continue;
        }
        CT_TRY(ct_list_put(&job->list, row, err));
        if (job->edges_sink)
            ct_ranker_want_edges(job->ranker);
        counts[row->category]++;
        written++;
    }
    if (status != CT_OK && status != CT_END)
        return status;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (counts[i] > 0)
            ct_run_count(run, names[i], counts[i]);
    if (ct_ranker_listed(job->ranker) > written)
        ct_run_count(run, "beyond --top", ct_ranker_listed(job->ranker) - written);
    if (ct_ranker_below(job->ranker) > 0)
        ct_run_count(run, "below --min-score", ct_ranker_below(job->ranker));
    return ct_list_finish(&job->list, run, err);
}

static ct_status put_besides(ct_run *run, struct job *job, ct_err *err)
{
    if (job->edges_sink)
        CT_TRY(ct_list_edges(&job->list, job->ranker, job->edges_sink, err));
    if (job->summary_writer)
        CT_TRY(ct_summary_write(&job->summary, job->summary_writer, err));
    if (!job->manifest_sink)
        return CT_OK;
    const char *const files[] = {job->cases_path, job->previous_path, job->coverage_path,
                                 job->link_path};
    const ct_manifest manifest = {.argv = job->argv,
                                  .policy = &job->policy,
                                  .policy_name = job->policy_name,
                                  .files = files,
                                  .file_count = sizeof files / sizeof *files};
    return ct_manifest_write(run, &manifest, job->manifest_sink, err);
}

static ct_status run(ct_run *run, void *ctx, ct_err *err)
{
    struct job *job = ctx;
    ct_reader *reader = NULL;
    CT_TRY(read_tables(run, job, &reader, err));
    CT_TRY(open_outputs(run, job, ct_reader_frame(reader), err));
    const ct_ranker_options options = {.policy = &job->policy,
                                       .cases = job->cases,
                                       .min_score = job->min_score,
                                       .edges = job->edges_path != NULL,
                                       .pool = ct_run_pool(run),
                                       .memory_bytes = ct_run_memory(run)};
    CT_TRY(ct_ranker_new(&job->ranker, &options, err));
    ct_intake intake = {.ranker = job->ranker,
                        .policy = &job->policy,
                        .cases_path = job->cases_path,
                        .as_of_us = job->as_of_us};
    CT_TRY(ct_intake_run(&intake, run, reader, err));
    CT_TRY(ct_list_open(&job->list, run, err));
    CT_TRY(put_rows(run, job, err));
    return put_besides(run, job, err);
}

static const ct_need needs[] = {{"suppress", {"summary"}}, {NULL, {NULL}}};

int main(int argc, char **argv)
{
    struct job job = {.policy_name = "default",
                      .zone_name = "UTC",
                      .top = -1,
                      .suppress = 5,
                      .as_of_us = CT_FOREVER};
    const ct_opt options[] = {
        CT_OPT_TEXT(0, "cases", &job.cases_path, "FILE",
                    "the cases: only their infectious periods count"),
        CT_OPT_TEXT(0, "policy", &job.policy_name, "NAME|FILE", "the rule to grade by"),
        CT_OPT_MOMENT(0, "as-of", &job.as_of_us, "leave out episodes that start later"),
        CT_OPT_TEXT(0, "previous", &job.previous_path, "FILE",
                    "an earlier list: a column says who is new, changed or gone"),
        CT_OPT_TEXT(0, "coverage", &job.coverage_path, "FILE",
                    "for how much of each case's days there are data, by find-contacts"),
        CT_OPT_TEXT(0, "link", &job.link_path, "FILE",
                    "write people for pseudonyms, by this table (pseudonym,id)"),
        CT_OPT_COUNT(0, "top", &job.top, "write only the first N rows"),
        CT_OPT_TEXT(0, "min-score", &job.least, "SCORE", "leave out contacts with less"),
        CT_OPT_FLAG(0, "health-code", &job.list.health_code,
                    "name the categories red, yellow and green"),
        CT_OPT_FLAG(0, "explain", &job.list.explain, "add a sentence that says why"),
        CT_OPT_CHOICE(0, "format", &job.list.format, ct_list_formats, "format of the list"),
        CT_OPT_TEXT(0, "timezone", &job.zone_name, "ZONE",
                    "zone of the times for excel and of the days of --summary"),
        CT_OPT_FLAG(0, "ids-only", &job.list.ids_only,
                    "write nothing but contact_id, one a line, without a header"),
        CT_OPT_TEXT(0, "edges", &job.edges_path, "FILE", "write who met whom, a row a pair"),
        CT_OPT_TEXT(0, "summary", &job.summary_path, "FILE",
                    "write counts by category, evidence, day and area"),
        CT_OPT_COUNT(0, "suppress", &job.suppress, "mask counts in it that are less"),
        CT_OPT_TEXT(0, "manifest", &job.manifest_path, "FILE",
                    "write what the list was made from, as JSON"),
        CT_OPTS_POLICIES(&job.policies),
        CT_OPT_END,
    };
    ct_list_init(&job.list);
    const ct_schema *const outputs[] = {&job.list.schema, &ct_edge_schema, &ct_summary_schema,
                                        NULL};
    const ct_tool tool = {.name = "risk-rank",
                          .summary = "rank contacts by a public-health rule, with reasons",
                          .options = options,
                          .inputs = shown,
                          .outputs = outputs,
                          .needs = needs,
                          .max_rejects = "0",
                          .check = check,
                          .run = run,
                          .job = &job};
    /* as given: options are read in an order of their own */
    job.argv = calloc((size_t)argc + 1, sizeof *argv);
    if (job.argv)
        memcpy(job.argv, argv, (size_t)argc * sizeof *argv);
    const int rc = ct_tool_main(&tool, argc, argv);
    ct_ranker_free(job.ranker);
    ct_list_release(&job.list);
    ct_summary_release(&job.summary);
    ct_cases_free(job.cases);
    ct_zone_free(job.zone);
    free(job.argv);
    return rc;
}
