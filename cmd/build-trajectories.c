#include <inttypes.h>

#include "build_input.h"
#include "build_output.h"
#include "contrace/time.h"

enum { OSCILLATION_OFF, OSCILLATION_DECRE };
static const char *const oscillation_names[] = {"off", "decre", NULL};

struct job {
    ct_trajectory_options rules;
    double max_accuracy_m, max_speed_mps; /* INFINITY: not asked for */
    int oscillation;                      /* place in its choices */
    bool points;
    ct_tracks *tracks;
    struct build_dropped dropped;
    struct build_reports reports;
};

static const ct_schema *const inputs[] = {&ct_ping_schema, NULL};
static const ct_schema *const outputs[] = {&ct_trajectory_schema, &ct_ping_schema,
                                           &ct_daily_schema,      &ct_visited_schema,
                                           &ct_area_visit_schema, NULL};

static const ct_need needs[] = {
    {"areas", {"itinerary"}},
    {"days", {"itinerary"}},
    {"as-of", {"itinerary"}},
    {"area-time", {"itinerary"}},
    {"night-hours", {"places-visited"}},
    {"work-hours", {"places-visited"}},
    {"timezone", {"coverage", "places-visited", "itinerary"}},
    {NULL, {NULL}},
};

static ct_status check(void *ctx, ct_err *err)
{
    struct job *job = ctx;
    if (job->rules.max_gap_us <= 0)
        return ct_fail(err, CT_ERANGE, "--max-gap must be longer than 0");
    if (job->rules.stay_radius_m > CT_STAY_RADIUS_MAX)
        return ct_fail(err, CT_ERANGE, "--stay-radius must not be longer than 100km");
    if (job->max_speed_mps <= 0)
        return ct_fail(err, CT_ERANGE, "--max-speed must be faster than 0");
    return build_reports_check(&job->reports, err);
}

static ct_status put_tracks(ct_run *run, struct job *job, const struct build_input *input,
                            ct_err *err)
{
    const ct_cleaner_options cleaning = {.frame = job->rules.frame,
                                         .max_speed_mps = job->max_speed_mps,
                                         .oscillation = job->oscillation == OSCILLATION_DECRE,
                                         .max_gap_us = job->rules.max_gap_us};
    const bool asked = cleaning.oscillation || isfinite(cleaning.max_speed_mps);
    struct build_output output = {.rules = &job->rules,
                                  .cleaning = asked ? &cleaning : NULL,
                                  .points = job->points,
                                  .tracks = job->tracks,
                                  .dropped = &job->dropped,
                                  .reports = &job->reports,
                                  .pool = ct_run_pool(run)};
    const ct_schema *schema = job->points ? &ct_ping_schema : &ct_trajectory_schema;
    CT_TRY(ct_run_output(run, schema, job->rules.frame, &output.writer, err));
    CT_TRY(build_output_write(&output, err));
    build_reports_warn(&job->reports, run);
    ct_run_drop(run, build_reasons[COARSE], input->coarse);
    const uint64_t duplicates = ct_tracks_duplicates(job->tracks);
    ct_run_drop(run, duplicates == 1 ? build_reasons[DUPLICATE] : "duplicates", duplicates);
    ct_run_drop(run, build_reasons[RIVAL], ct_tracks_rivals(job->tracks));
    ct_run_drop(run, build_reasons[TOO_FAST], output.unclean[TOO_FAST]);
    ct_run_drop(run, build_reasons[OSCILLATING], output.unclean[OSCILLATING]);
    return CT_OK;
}

static ct_status run(ct_run *run, void *ctx, ct_err *err)
{
    struct job *job = ctx;
    ct_reader *reader;
    CT_TRY(ct_run_input(run, inputs, NULL, 0, &reader, err));
    job->rules.frame = ct_reader_frame(reader);
    /* a quarter is left to the texts and to the longest track */
    CT_TRY(ct_tracks_new(&job->tracks, ct_run_memory(run) / 4 * 3, ct_run_pool(run), err));
    CT_TRY(build_dropped_open(&job->dropped, run, job->rules.frame, err));
    CT_TRY(build_reports_open(&job->reports, run, job->rules.frame, job->rules.stay_radius_m, err));
    struct build_input input = {.run = run,
                                .reader = reader,
                                .tracks = job->tracks,
                                .max_accuracy_m = job->max_accuracy_m,
                                .lists_unfit = job->dropped.path != NULL};
    CT_TRY(build_input_take(&input, err));
    CT_TRY(put_tracks(run, job, &input, err));
    const uint32_t people = ct_tracks_people(job->tracks);
    ct_run_count(run, people == 1 ? "person" : "people", people);
    ct_run_note(run, "%" PRIu64 " bytes went through temporary files",
                ct_tracks_spilled(job->tracks));
    return CT_OK;
}

int main(int argc, char **argv)
{
    struct job job = {
        .rules = {.max_gap_us = CT_HOUR, .stay_radius_m = 200, .stay_time_us = 20 * CT_MINUTE},
        .max_accuracy_m = INFINITY,
        .max_speed_mps = INFINITY,
        .reports = {.timezone = "UTC",
                    .night = "22-7",
                    .work = "9-17",
                    .days = 14,
                    .area_time_us = 4 * CT_HOUR}};
    const ct_opt options[] = {
        CT_OPT_DURATION(0, "max-gap", &job.rules.max_gap_us,
                        "longest silence that is bridged; a longer one is no data"),
        CT_OPT_METRES(0, "stay-radius", &job.rules.stay_radius_m,
                      "how far from its first ping a stay may reach"),
        CT_OPT_DURATION(0, "stay-time", &job.rules.stay_time_us,
                        "how long a stay lasts at the least"),
        CT_OPT_METRES(0, "max-accuracy", &job.max_accuracy_m,
                      "leave out pings whose accuracy_m is larger; unknown ones stay"),
        CT_OPT_SPEED(0, "max-speed", &job.max_speed_mps,
                     "leave out pings that could only be reached faster, such as 300km/h"),
        CT_OPT_CHOICE(0, "oscillation", &job.oscillation, oscillation_names,
                      "leave out the pings of a phone that hops between cells"),
        CT_OPT_TEXT(0, "dropped", &job.dropped.path, "FILE",
                    "write the pings left out to FILE, each with its reason"),
        CT_OPT_TEXT(0, "coverage", &job.reports.coverage, "FILE",
                    "write for how much of each day there are data of each person to FILE"),
        CT_OPT_TEXT(0, "places-visited", &job.reports.places, "FILE",
                    "write each person's places, home, work and others, to FILE"),
        CT_OPT_TEXT(0, "night-hours", &job.reports.night, "HOURS",
                    "home is where these are spent, as in 22-7"),
        CT_OPT_TEXT(0, "work-hours", &job.reports.work, "HOURS",
                    "work is where these are spent from Monday to Friday, as in 8:30-17"),
        CT_OPT_TEXT(0, "itinerary", &job.reports.itinerary, "FILE",
                    "write in which --areas each person was for long to FILE"),
        CT_OPT_TEXT(0, "areas", &job.reports.areas_path, "FILE",
                    "the areas, polygons with names: GeoJSON, or a table with a column wkt"),
        CT_OPT_COUNT(0, "days", &job.reports.days, "how many days before --as-of count"),
        CT_OPT_TEXT(0, "as-of", &job.reports.as_of, "DATE",
                    "the day after the last that counts (default: today)"),
        CT_OPT_DURATION(0, "area-time", &job.reports.area_time_us,
                        "the least time in an area over these days"),
        CT_OPT_TEXT(0, "timezone", &job.reports.timezone, "NAME",
                    "whose days and hours are meant, such as Asia/Shanghai"),
        CT_OPT_FLAG(0, "points", &job.points, "write the cleaned pings instead of rows"),
        CT_OPT_END,
    };
    const ct_tool tool = {.name = "build-trajectories",
                          .summary = "turn pings into stays and moves, person by person",
                          .options = options,
                          .inputs = inputs,
                          .outputs = outputs,
                          .needs = needs,
                          .max_rejects = "0",
                          .check = check,
                          .run = run,
                          .job = &job};
    const int rc = ct_tool_main(&tool, argc, argv);
    build_reports_release(&job.reports);
    ct_tracks_free(job.tracks);
    return rc;
}
