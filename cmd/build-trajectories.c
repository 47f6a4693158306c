#include <inttypes.h>

#include "contrace/outliers.h"
#include "contrace/time.h"
#include "contrace/tracks.h"
#include "contrace/trajectory.h"
#include "tool.h"

struct job {
    ct_trajectory_options rules;
    double max_accuracy_m, max_speed_mps; /* INFINITY: not asked for */
    bool points;
    ct_tracks *tracks;
    ct_outliers *outliers; /* NULL without --max-speed */
    uint64_t too_fast;
};

static const ct_schema *const inputs[] = {&ct_ping_schema, NULL};
static const ct_schema *const outputs[] = {&ct_trajectory_schema, &ct_ping_schema, NULL};

static ct_status check(void *ctx, ct_err *err)
{
    const struct job *job = ctx;
    if (job->rules.max_gap_us <= 0)
        return ct_fail(err, CT_ERANGE, "--max-gap must be longer than 0");
    if (job->rules.stay_radius_m > CT_STAY_RADIUS_MAX)
        return ct_fail(err, CT_ERANGE, "--stay-radius must not be longer than 100km");
    if (job->max_speed_mps <= 0)
        return ct_fail(err, CT_ERANGE, "--max-speed must be faster than 0");
    return CT_OK;
}

static ct_status take_pings(ct_run *run, struct job *job, ct_reader *reader, ct_err *err)
{
    uint64_t coarse = 0;
    for (;;) {
        ct_ping ping;
        const ct_status status = ct_reader_next(reader, &ping, err);
        if (status == CT_END)
            break;
        CT_TRY(status);
        ct_run_progress(run, reader);
        const char *fault = ct_ping_fault(&ping);
        if (fault != NULL)
            CT_TRY(ct_reader_reject(reader, NULL, fault, err));
        else if (ping.accuracy_m > job->max_accuracy_m)
            coarse++;
        else
            CT_TRY(ct_tracks_add(job->tracks, &ping, err));
    }
    ct_run_drop(run, "beyond --max-accuracy", coarse);
    return ct_tracks_finish(job->tracks, err);
}

static ct_status put_row(const ct_trajectory_row *row, void *ctx, ct_err *err)
{
    return ct_writer_put(ctx, row, err);
}

static ct_status put_points(ct_writer *writer, const ct_ping *pings, size_t count, ct_err *err)
{
    for (size_t i = 0; i < count; i++)
        CT_TRY(ct_writer_put(writer, &pings[i], err));
    return CT_OK;
}

/* The track as it is kept. */
static ct_status clean(struct job *job, const ct_ping **pings, size_t *count, ct_err *err)
{
    if (job->outliers == NULL)
        return CT_OK;
    ct_split split;
    CT_TRY(ct_outliers_split(job->outliers, *pings, *count, &split, err));
    job->too_fast += split.dropped_count;
    *pings = split.kept;
    *count = split.kept_count;
    return CT_OK;
}

static ct_status put_tracks(struct job *job, ct_writer *writer, ct_err *err)
{
    for (;;) {
        const ct_ping *pings;
        size_t count;
        const ct_status status = ct_tracks_next(job->tracks, &pings, &count, err);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
        CT_TRY(clean(job, &pings, &count, err));
        if (job->points)
            CT_TRY(put_points(writer, pings, count, err));
        else
            CT_TRY(ct_trajectory_build(&job->rules, pings, count, put_row, writer, err));
    }
}

static ct_status run(ct_run *run, void *ctx, ct_err *err)
{
    struct job *job = ctx;
    ct_reader *reader;
    CT_TRY(ct_run_input(run, inputs, NULL, 0, &reader, err));
    job->rules.frame = ct_reader_frame(reader);
    /* a quarter is left to the texts and to the longest track */
    CT_TRY(ct_tracks_new(&job->tracks, ct_run_memory(run) / 4 * 3, ct_run_pool(run), err));
    if (isfinite(job->max_speed_mps))
        CT_TRY(ct_outliers_new(&job->outliers, job->rules.frame, job->max_speed_mps, err));
    CT_TRY(take_pings(run, job, reader, err));

    ct_writer *writer;
    const ct_schema *schema = job->points ? &ct_ping_schema : &ct_trajectory_schema;
    CT_TRY(ct_run_output(run, schema, job->rules.frame, &writer, err));
    CT_TRY(put_tracks(job, writer, err));
    const uint64_t duplicates = ct_tracks_duplicates(job->tracks);
    ct_run_drop(run, duplicates == 1 ? "duplicate" : "duplicates", duplicates);
    ct_run_drop(run, "of the same moment", ct_tracks_rivals(job->tracks));
    ct_run_drop(run, "too fast", job->too_fast);
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
        .max_speed_mps = INFINITY};
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
        CT_OPT_FLAG(0, "points", &job.points, "write the cleaned pings instead of rows"),
        CT_OPT_END,
    };
    const ct_tool tool = {.name = "build-trajectories",
                          .summary = "turn pings into stays and moves, person by person",
                          .options = options,
                          .inputs = inputs,
                          .outputs = outputs,
                          .max_rejects = "0",
                          .check = check,
                          .run = run,
                          .job = &job};
    const int rc = ct_tool_main(&tool, argc, argv);
    ct_outliers_free(job.outliers);
    ct_tracks_free(job.tracks);
    return rc;
}
