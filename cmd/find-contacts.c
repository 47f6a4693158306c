#include <stdio.h>

#include "contrace/contact.h"
#include "contrace/coverage.h"
#include "contrace/part.h"
#include "tool_cases.h"
#include "tool_passengers.h"
#include "tool_policies.h"

struct job {
    const char *cases_path, *policy_name, *coverage_path;
    ct_policy policy;
    ct_policies_shown policies;
    ct_finder_options rule;
    ct_opt_list manifests;
    int vehicle;
    bool distance_given, window_given, gap_given, min_duration_given;
    ct_cases *cases;
    ct_run *run;
    ct_reader *reader;
    bool rows; /* they are what it reads */
    ct_finder *finder;
    ct_coverage *coverage;
};

static const ct_schema *const inputs[] = {&ct_ping_schema, &ct_trajectory_schema, NULL};
static const ct_schema *const shown[] = {&ct_ping_schema, &ct_trajectory_schema, &ct_case_schema,
                                         &ct_passenger_schema, NULL};
static const ct_schema *const outputs[] = {&ct_episode_schema, &ct_collision_schema,
                                           &ct_coverage_schema, NULL};

static void take_policy(struct job *job)
{
    if (!job->distance_given)
        job->rule.distance_m = job->policy.distance_m;
    if (!job->window_given)
        job->rule.window_us = job->policy.window_us;
    if (!job->gap_given)
        job->rule.gap_us = job->policy.gap_us;
    if (!job->min_duration_given)
        job->rule.min_duration_us = job->policy.min_duration_us;
}

static ct_status check(void *ctx, ct_err *err)
{
    struct job *job = ctx;
    CT_TRY(ct_policies_show(&job->policies, err));
    if (job->coverage_path != NULL && job->cases_path == NULL)
        return ct_fail(err, CT_ERANGE, "--coverage tells of cases: give --cases too");
    if (job->manifests.count > 0 && job->rule.pairs)
        return ct_fail(err, CT_ERANGE, "--manifests tells of people, --pairs lists pairs of pings");
    if (job->rule.linger_us > 0 && (job->cases_path == NULL || job->rule.pairs))
        return ct_fail(err, CT_ERANGE,
                       job->rule.pairs ? "--linger is for stays, --pairs lists pairs of pings"
                                       : "--linger is for the air of cases: give --cases too");
    CT_TRY(ct_policy_load(&job->policy, job->policy_name, err));
    take_policy(job);
    return ct_finder_options_check(&job->rule, err);
}

static ct_status take_ping(struct job *job, unsigned worker, const ct_ping *ping, ct_err *err)
{
    CT_TRY(ct_finder_add_ping_by(job->finder, worker, ping, err));
    return job->coverage == NULL
               ? CT_OK
               : ct_coverage_add(job->coverage, ping->id, ping->time_us, ping->time_us, err);
}

static ct_status take_row(struct job *job, const ct_trajectory_row *row, ct_err *err)
{
    CT_TRY(ct_finder_add_row(job->finder, row, err));
    return job->coverage == NULL
               ? CT_OK
               : ct_coverage_add(job->coverage, row->id, row->start_us, row->end_us, err);
}

static ct_status take_part(ct_part *part, void *ctx, ct_err *err)
{
    struct job *const job = ctx;
    for (;;) {
        ct_ping ping;
        ct_trajectory_row row;
        ct_err fault = {0};
        ct_status status = ct_part_next(part, job->rows ? (void *)&row : &ping, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        status = job->rows ? take_row(job, &row, &fault)
                           : take_ping(job, ct_part_worker(part), &ping, &fault);
        if (status == CT_EROW)
            CT_TRY(ct_part_reject(part, NULL, fault.text, err));
        else if (status != CT_OK)
            return ct_fail(err, status, "%s", fault.text);
    }
}

static ct_status settle_part(ct_part *part, void *ctx, ct_err *err)
{
    (void)part;
    (void)err;
    const struct job *const job = ctx;
    ct_run_progress(job->run, job->reader);
    return CT_OK;
}

/* Pings come in on all threads, unless each of them has to be looked at for --coverage too. */
static ct_status take_input(struct job *job, ct_err *err)
{
    const ct_part_job parts = {.work = take_part, .settle = settle_part, .ctx = job};
    const bool alone = job->rows || job->coverage != NULL;
    CT_TRY(ct_reader_parts(job->reader, alone ? NULL : job->rule.pool, &parts, err));
    return ct_finder_run(job->finder, err);
}

static ct_status begin_coverage(ct_run *run, struct job *job, ct_writer **writer, ct_err *err)
{
    if (job->coverage_path == NULL)
        return CT_OK;
    CT_TRY(ct_run_output_besides(run, "coverage", job->coverage_path, &ct_coverage_schema,
                                 CT_FRAME_WGS84, writer, err));
    return ct_coverage_new(&job->coverage, job->cases, job->rule.window_us, ct_run_memory(run) / 8,
                           err);
}

static ct_status put_coverage(struct job *job, ct_writer *writer, ct_err *err)
{
    if (job->coverage == NULL)
        return CT_OK;
    for (;;) {
        const ct_coverage_day *day;
        const ct_status status = ct_coverage_next(job->coverage, &day, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        CT_TRY(ct_writer_put(writer, day, err));
    }
}

/* What nobody wants to see need not be worked out. */
static ct_status open_output(ct_run *run, struct job *job, ct_writer **out, ct_err *err)
{
    static const char *const dear[] = {"probability", "lon", "lat", "x_m", "y_m"};
    CT_TRY(ct_run_output(run, job->rule.pairs ? &ct_collision_schema : &ct_episode_schema,
                         job->rule.frame, out, err));
    job->rule.brief = true;
    for (size_t i = 0; i < sizeof dear / sizeof *dear; i++)
        job->rule.brief &= !ct_writer_has(*out, dear[i]);
    return CT_OK;
}

static ct_status run(ct_run *run, void *ctx, ct_err *err)
{
    struct job *job = ctx;
    if (job->cases_path != NULL)
        CT_TRY(ct_run_cases(run, job->cases_path, &job->policy, &job->cases, err));
    CT_TRY(ct_run_input(run, inputs, NULL, 0, &job->reader, err));
    job->run = run;
    job->rows = ct_reader_schema(job->reader) == &ct_trajectory_schema;
    if (job->rule.pairs && job->rows)
        return ct_fail(err, CT_EINPUT,
                       "--pairs lists pairs of pings, but these are trajectory rows");
    if (job->rule.linger_us > 0 && !job->rows)
        return ct_fail(err, CT_EINPUT,
                       "--linger is for stays, but these are pings (build-trajectories makes stays "
                       "of them)");
    job->rule.frame = ct_reader_frame(job->reader);
    ct_writer *writer = NULL, *coverage = NULL;
    CT_TRY(begin_coverage(run, job, &coverage, err));
    CT_TRY(open_output(run, job, &writer, err));
    job->rule.cases = job->cases;
    job->rule.pool = ct_run_pool(run);
    job->rule.memory_bytes = ct_run_memory(run);
    CT_TRY(ct_finder_new(&job->finder, &job->rule, err));
    CT_TRY(ct_run_passengers(run, &job->manifests, job->vehicle, job->finder, err));
    CT_TRY(take_input(job, err));
    CT_TRY(put_coverage(job, coverage, err));
    CT_TRY(ct_finder_write(job->finder, writer, err));
    const uint32_t people = ct_finder_people(job->finder);
    ct_run_count(run, people == 1 ? "person" : "people", people);
    if (job->cases != NULL) {
        const size_t cases = ct_cases_count(job->cases);
        const uint32_t unseen = ct_finder_cases_without_data(job->finder);
        ct_run_count(run, cases == 1 ? "case" : "cases", cases);
        ct_run_count(run, unseen == 1 ? "case without data" : "cases without data", unseen);
    }
    return CT_OK;
}

int main(int argc, char **argv)
{
    struct job job = {.policy_name = "default", .vehicle = -1};
    ct_err err = {0};
    if (ct_policy_load(&job.policy, job.policy_name, &err) != CT_OK) {
        fprintf(stderr, "find-contacts: %s\n", err.text);
        return 1;
    }
    take_policy(&job); /* so that --help shows what holds unless told otherwise */
    const ct_opt options[] = {
        {"distance", 0, CT_OPT_METRES_KIND, &job.rule.distance_m, "DISTANCE", NULL,
         "farthest apart that counts as near", &job.distance_given},
        {"window", 0, CT_OPT_DURATION_KIND, &job.rule.window_us, "TIME", NULL,
         "longest time between two sightings that counts as together", &job.window_given},
        {"gap", 0, CT_OPT_DURATION_KIND, &job.rule.gap_us, "TIME", NULL,
         "longest break within one episode; inf: one episode a pair", &job.gap_given},
        {"min-duration", 0, CT_OPT_DURATION_KIND, &job.rule.min_duration_us, "TIME", NULL,
         "leave out shorter episodes", &job.min_duration_given},
        CT_OPT_SHARE(0, "min-probability", &job.rule.min_probability,
                     "leave out what is less likely truly within the distance"),
        CT_OPT_TEXT(0, "cases", &job.cases_path, "FILE",
                    "only contacts of these cases, in their infectious periods"),
        CT_OPT_LIST(0, "manifests", &job.manifests, "FILE",
                    "who was on board of vehicles (may be given several times)"),
        CT_OPT_ROW(0, "vehicle", CT_OPT_CHOICE_KIND, &job.vehicle, "KIND", ct_vehicle_names,
                   "the kind of vehicle where the table of --manifests does not tell it: plane, "
                   "closed-train, ordinary-train, sealed-coach, ventilated-coach or ship"),
        CT_OPT_DURATION(0, "linger", &job.rule.linger_us,
                        "how long the air of a place counts after a case left it"),
        CT_OPT_TEXT(0, "coverage", &job.coverage_path, "FILE",
                    "write for how much of each day of each case there are data"),
        CT_OPT_FLAG(0, "pairs", &job.rule.pairs, "write each pair of pings instead of episodes"),
        CT_OPT_TEXT(0, "policy", &job.policy_name, "NAME|FILE",
                    "the rule that the options above do not override"),
        CT_OPTS_POLICIES(&job.policies),
        CT_OPT_END,
    };
    const ct_tool tool = {.name = "find-contacts",
                          .summary = "find who was near whom, and how sure that is",
                          .options = options,
                          .inputs = shown,
                          .outputs = outputs,
                          .max_rejects = "0",
                          .check = check,
                          .run = run,
                          .job = &job};
    const int rc = ct_tool_main(&tool, argc, argv);
    ct_finder_free(job.finder);
    ct_coverage_free(job.coverage);
    ct_cases_free(job.cases);
    return rc;
}
