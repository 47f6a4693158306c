#include <stdio.h>

#include "contrace/time.h"
#include "tool_cases.h"
#include "tool_policies.h"
#include "tool_search.h"

struct job {
    const char *cases_path, *policy_name, *coverage_path;
    ct_policy policy;
    ct_policies_shown policies;
    ct_finder_options rule;
    bool radii_asked, dwell_given;
    int64_t dwell_us;
    ct_opt_list manifests;
    int vehicle;
    bool distance_given, window_given, gap_given, min_duration_given;
    int64_t generations, latent_us;
    bool generations_given, latent_given;
    ct_cases *cases;
    ct_search search;
    ct_schema traced; /* contacts, with the extra columns that tell their descent */
    ct_col traced_cols[CT_EPISODE_COLS];
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
    job->rule.radii = job->policy.radii || job->radii_asked;
    if (!job->window_given)
        job->rule.window_us = job->policy.window_us;
    if (!job->gap_given)
        job->rule.gap_us = job->policy.gap_us;
    if (!job->dwell_given)
        job->dwell_us = job->policy.dwell_us;
    if (!job->min_duration_given)
        job->rule.min_duration_us = job->policy.min_duration_us;
}

/* What an option asks for that the others do not give. */
static const char *amiss(const struct job *job)
{
    const bool cases = job->cases_path != NULL, pairs = job->rule.pairs;
    if (job->coverage_path != NULL && !cases)
        return "--coverage tells of cases: give --cases too";
    if (job->rule.linger_us > 0 && !cases)
        return "--linger is for the air of cases: give --cases too";
    if (job->generations > 1 && !cases)
        return "--generations begin with cases: give --cases too";
    if (job->rule.linger_us > 0 && pairs)
        return "--linger is for stays, --pairs lists pairs of pings";
    if (job->latent_given && !job->generations_given)
        return "--latent is for contacts of contacts: give --generations too";
    if (job->vehicle >= 0 && job->manifests.count == 0)
        return "--vehicle tells the kind of the vehicles in --manifests: give that too";
    if (job->generations > 1 && pairs)
        return "--generations are of episodes, --pairs lists pairs of pings";
    if (job->manifests.count > 0 && pairs)
        return "--manifests tells of people, --pairs lists pairs of pings";
    return NULL;
}

static ct_status check(void *ctx, ct_err *err)
{
    struct job *job = ctx;
    CT_TRY(ct_policies_show(&job->policies, err));
    const char *const fault = amiss(job);
    if (fault != NULL)
        return ct_fail(err, CT_ERANGE, "%s", fault);
    if (job->generations < 1 || job->generations > CT_GENERATIONS_MAX)
        return ct_fail(err, CT_ERANGE, "out of range 1..%d: --generations", CT_GENERATIONS_MAX);
    CT_TRY(ct_policy_load(&job->policy, job->policy_name, err));
    take_policy(job);
    if (job->generations > 1 && job->dwell_us > 0)
        return ct_fail(err, CT_ERANGE, "--generations do not go with --dwell, or a policy's dwell");
    return ct_finder_options_check(&job->rule, err);
}

static ct_status begin_coverage(ct_run *run, struct job *job, ct_writer **writer, ct_err *err)
{
    if (job->coverage_path == NULL)
        return CT_OK;
    CT_TRY(ct_run_output_besides(run, "coverage", job->coverage_path, &ct_coverage_schema,
                                 CT_FRAME_WGS84, writer, err));
    return ct_coverage_new(&job->search.coverage, job->cases, job->rule.window_us,
                           ct_run_memory(run) / 8, err);
}

/* Generations are told unless --fields leaves them out. */
static const ct_schema *output_schema(struct job *job)
{
    if (job->rule.pairs)
        return &ct_collision_schema;
    if (job->generations == 1)
        return &ct_episode_schema;
    job->traced = ct_episode_schema;
    for (size_t i = 0; i < CT_EPISODE_COLS; i++) {
        job->traced_cols[i] = ct_episode_schema.cols[i];
        job->traced_cols[i].flags &= ~(unsigned)CT_COL_EXTRA;
    }
    job->traced.cols = job->traced_cols;
    return &job->traced;
}

/* What nobody wants to see need not be worked out. */
static ct_status open_output(ct_run *run, struct job *job, ct_writer **out, ct_err *err)
{
    static const char *const dear[] = {"probability", "lon", "lat", "x_m", "y_m"};
    CT_TRY(ct_run_output(run, output_schema(job), job->rule.frame, out, err));
    job->rule.brief = true;
    for (size_t i = 0; i < sizeof dear / sizeof *dear; i++)
        job->rule.brief &= !ct_writer_has(*out, dear[i]);
    return CT_OK;
}

static ct_status open_input(ct_run *run, struct job *job, ct_err *err)
{
    ct_search *const search = &job->search;
    search->run = run;
    CT_TRY(ct_run_input(run, inputs, NULL, 0, &search->reader, err));
    search->rows = ct_reader_schema(search->reader) == &ct_trajectory_schema;
    job->rule.frame = ct_reader_frame(search->reader);
    if (job->rule.pairs && search->rows)
        return ct_fail(err, CT_EINPUT,
                       "--pairs lists pairs of pings, but these are trajectory rows");
    if (job->rule.linger_us > 0 && !search->rows)
        return ct_fail(err, CT_EINPUT,
                       "--linger is for stays, but these are pings (build-trajectories makes stays "
                       "of them)");
    return CT_OK;
}

static ct_status begin_search(ct_run *run, struct job *job, ct_err *err)
{
    job->rule.cases = job->cases;
    job->search.radii = job->rule.radii;
    job->rule.pool = ct_run_pool(run);
    job->rule.memory_bytes = ct_run_memory(run);
    if (job->dwell_us > 0 && !job->rule.pairs) {
        job->rule.memory_bytes /= 2;
        const ct_dwell_options dwell = {job->rule.frame,           job->rule.distance_m,
                                        job->rule.window_us,       job->dwell_us,
                                        job->policy.dwell_span_us, job->rule.memory_bytes};
        CT_TRY(ct_dwell_new(&job->search.dwell, &dwell, err));
    }
    if (job->generations == 1)
        return ct_finder_new(&job->search.finder, &job->rule, err);
    const ct_tracer_options options = {job->rule, job->generations, job->latent_us};
    return ct_tracer_new(&job->search.tracer, &options, err);
}

static ct_status run(ct_run *run, void *ctx, ct_err *err)
{
    struct job *job = ctx;
    if (job->cases_path != NULL)
        CT_TRY(ct_run_cases(run, job->cases_path, &job->policy, &job->cases, err));
    CT_TRY(open_input(run, job, err));
    ct_writer *writer = NULL, *coverage = NULL;
    CT_TRY(begin_coverage(run, job, &coverage, err));
    CT_TRY(open_output(run, job, &writer, err));
    CT_TRY(begin_search(run, job, err));
    CT_TRY(ct_search_passengers(&job->search, &job->manifests, job->vehicle, err));
    CT_TRY(ct_search_run(&job->search, job->cases, err));
    CT_TRY(ct_search_put_coverage(&job->search, coverage, err));
    CT_TRY(ct_search_put_contacts(&job->search, writer, err));
    ct_search_count(&job->search, job->cases);
    return CT_OK;
}

int main(int argc, char **argv)
{
    struct job job = {
        .policy_name = "default", .vehicle = -1, .generations = 1, .latent_us = CT_DAY};
    ct_err err = {0};
    if (ct_policy_load(&job.policy, job.policy_name, &err) != CT_OK) {
        fprintf(stderr, "find-contacts: %s\n", err.text);
        return 1;
    }
    take_policy(&job); /* so that --help shows what holds unless told otherwise */
    const ct_opt options[] = {
        {"distance", 0, CT_OPT_METRES_KIND, &job.rule.distance_m, "DISTANCE", NULL,
         "farthest apart that counts as near", &job.distance_given},
        CT_OPT_FLAG(0, "radii", &job.radii_asked, "add the accuracy of both to the distance"),
        {"window", 0, CT_OPT_DURATION_KIND, &job.rule.window_us, "TIME", NULL,
         "longest time between two sightings that counts as together", &job.window_given},
        {"gap", 0, CT_OPT_DURATION_KIND, &job.rule.gap_us, "TIME", NULL,
         "longest break within one episode; inf: one episode a pair", &job.gap_given},
        {"min-duration", 0, CT_OPT_DURATION_KIND, &job.rule.min_duration_us, "TIME", NULL,
         "leave out shorter episodes", &job.min_duration_given},
        {"dwell", 0, CT_OPT_DURATION_KIND, &job.dwell_us, "TIME", NULL,
         "leave out contacts where neither was so long before, in the policy's dwell_span",
         &job.dwell_given},
        CT_OPT_SHARE(0, "min-probability", &job.rule.min_probability,
                     "near is what is at least that likely within the distance, however far apart "
                     "it was recorded"),
        CT_OPT_TEXT(0, "cases", &job.cases_path, "FILE",
                    "only contacts of these cases, in their infectious periods"),
        {"generations", 0, CT_OPT_COUNT_KIND, &job.generations, "N", NULL,
         "list contacts of contacts too, up to this many steps from a case",
         &job.generations_given},
        {"latent", 0, CT_OPT_DURATION_KIND, &job.latent_us, "TIME", NULL,
         "how long after exposure nobody passes it on yet, with --generations", &job.latent_given},
        CT_OPT_LIST(0, "manifests", &job.manifests, "FILE", "who was on board of vehicles"),
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
    ct_search_release(&job.search);
    ct_cases_free(job.cases);
    return rc;
}
