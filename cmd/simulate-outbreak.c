#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "contrace/cells.h"
#include "simulate.h"

struct job {
    const char *cells_path, *folder, *params_path, *zone_name, *calls_path;
    ct_opt_list settings;
    int64_t people, days, seed, start_us, positions_us, trace_from, trace_capacity;
    bool show_params;
    ct_params params;
    ct_zone *zone;
    ct_tables tables;
    ct_world *world;
};

static const ct_schema *const shown[] = {&ct_cell_schema, &ct_listed_schema, NULL};
static const ct_schema *const outputs[] = {&ct_world_day_schema, NULL};

static ct_status check_range(const char *option, int64_t n, int64_t low, int64_t high, ct_err *err)
{
    return n >= low && n <= high
               ? CT_OK
               : ct_fail(err, CT_ERANGE, "out of range %" PRId64 "..%" PRId64 ": --%s", low, high,
                         option);
}

static ct_status check(void *ctx, ct_err *err)
{
    struct job *job = ctx;
    if (job->show_params) {
        (void)fputs(ct_default_world, stdout);
        return CT_ESTOP;
    }
    if (!job->cells_path)
        return ct_fail(err, CT_ERANGE, "no towers to build a city among: add --cells FILE");
    CT_TRY(check_range("people", job->people, 1, CT_WORLD_PEOPLE_MOST, err));
    CT_TRY(check_range("days", job->days, 1, CT_WORLD_DAYS_MOST, err));
    if (job->start_us < 0 || job->start_us % CT_DAY != 0)
        return ct_fail(err, CT_ERANGE, "not a date from 1970 on: --start");
    if (job->positions_us != 0)
        CT_TRY(check_range("positions", job->positions_us / CT_SECOND, 1, 86400, err));
    if (job->positions_us > 0 && !job->folder)
        return ct_fail(err, CT_ERANGE, "--positions writes a file: add --output-dir FOLDER");
    if ((job->trace_from >= 0 || job->trace_capacity >= 0) && !job->calls_path)
        return ct_fail(err, CT_ERANGE, "nobody to call: add --trace FILE");
    if (job->trace_from < 0)
        job->trace_from = 0;
    CT_TRY(ct_params_default(&job->params, err));
    if (job->params_path)
        CT_TRY(ct_read_params(&job->params, job->params_path, err));
    CT_TRY(ct_take_settings(&job->params, &job->settings, err));
    return ct_zone_open(&job->zone, job->zone_name, err);
}

/* --- The run --- */

static ct_status make_folder(const char *path, ct_err *err)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return ct_fail_errno(err, CT_EIO, errno, "cannot make the folder %s", path);
    return CT_OK;
}

static ct_status make_folders(const char *path, ct_err *err)
{
    char truth[4096];
    if ((size_t)snprintf(truth, sizeof truth, "%s/truth", path) >= sizeof truth)
        return ct_fail(err, CT_ERANGE, "name too long: --output-dir");
    CT_TRY(make_folder(path, err));
    return make_folder(truth, err);
}

static ct_status begin(ct_run *run, struct job *job, ct_err *err)
{
    const ct_world_options options = {
        .params = &job->params,
        .people = (uint32_t)job->people,
        .days = (uint32_t)job->days,
        .seed = (uint64_t)job->seed,
        .start_us = job->start_us,
        .zone = job->zone,
        .towers = job->tables.towers,
        .tower_count = job->tables.tower_count,
        .folder = job->folder,
        .positions_us = job->positions_us,
        .calls = job->tables.calls,
        .call_count = job->tables.call_count,
        .trace_from =
            (uint32_t)(job->trace_from < CT_WORLD_DAYS_MOST ? job->trace_from : CT_WORLD_DAYS_MOST),
        .trace_capacity = job->trace_capacity < 0 || job->trace_capacity > UINT32_MAX
                              ? UINT32_MAX
                              : (uint32_t)job->trace_capacity,
    };
    return ct_world_new(&job->world, &options, ct_run_pool(run), err);
}

static void count(ct_run *run, const struct job *job, const ct_world_day *last)
{
    const ct_world_counts n = ct_world_counted(job->world);
    ct_run_count(run, "people", (uint64_t)job->people);
    ct_run_count(run, "infected", (uint64_t)last->total_infected);
    ct_run_count(run, "found", (uint64_t)last->total_found);
    if (job->calls_path)
        ct_run_count(run, "listed are nobody", n.unknown_calls);
    if (!job->folder)
        return;
    ct_run_count(run, "cells", n.cells);
    ct_run_count(run, "signaling rows", n.signaling);
    ct_run_count(run, "fixes", n.gps);
    ct_run_count(run, "check-ins", n.checkins);
    ct_run_count(run, "tickets", n.manifests);
    ct_run_count(run, "meetings", n.meetings);
    if (job->positions_us > 0)
        ct_run_count(run, "positions", n.positions);
}

static ct_status run(ct_run *run, void *ctx, ct_err *err)
{
    struct job *job = ctx;
    CT_TRY(ct_read_cells(run, job->cells_path, &job->tables, err));
    if (job->calls_path)
        CT_TRY(ct_read_calls(run, job->calls_path, &job->tables, err));
    if (job->folder)
        CT_TRY(make_folders(job->folder, err));
    CT_TRY(begin(run, job, err));
    ct_run_note(run,
                "an hour face to face with somebody as infectious as most ever are: hazard %.3g",
                ct_world_counted(job->world).hazard);
    ct_writer *writer;
    CT_TRY(ct_run_output(run, &ct_world_day_schema, CT_FRAME_WGS84, &writer, err));
    ct_world_day day = {0};
    ct_status status;
    while ((status = ct_world_next(job->world, &day, err)) == CT_OK) {
        CT_TRY(ct_writer_put(writer, &day, err));
        ct_run_note(run, "day %" PRId64 ": %" PRId64 " infected so far", day.day,
                    day.total_infected);
    }
    if (status != CT_END)
        return status;
    count(run, job, &day);
    return ct_world_finish(job->world, err);
}

int main(int argc, char **argv)
{
    struct job job = {.zone_name = "UTC",
                      .people = 10000,
                      .days = 14,
                      .start_us = CT_WORLD_START,
                      .trace_from = -1,
                      .trace_capacity = -1};
    const ct_opt options[] = {
        CT_OPT_TEXT(0, "cells", &job.cells_path, "FILE",
                    "table of cells: the city is where they are densest"),
        CT_OPT_COUNT(0, "people", &job.people, "how many people live in it"),
        CT_OPT_COUNT(0, "days", &job.days, "how many days to let pass"),
        CT_OPT_COUNT(0, "seed", &job.seed, "which of all such worlds: another seed, another one"),
        CT_OPT_TEXT(0, "output-dir", &job.folder, "DIR",
                    "write there what its sources record, and the truth; without it there is the "
                    "course of the outbreak alone"),
        CT_OPT_MOMENT(0, "start", &job.start_us, "the first day, by its local midnight"),
        CT_OPT_TEXT(0, "timezone", &job.zone_name, "NAME",
                    "zone of the city: Asia/Shanghai, +08:00"),
        CT_OPT_TEXT(0, "params", &job.params_path, "FILE",
                    "figures that differ from the usual ones, as --show-params prints those"),
        CT_OPT_LIST(0, "set", &job.settings, "SECTION.KEY=VALUE",
                    "one figure that differs: disease.r0=3"),
        CT_OPT_FLAG(0, "show-params", &job.show_params,
                    "print all figures with their sources, and end"),
        CT_OPT_DURATION(0, "positions", &job.positions_us,
                        "write everybody's true position this often"),
        CT_OPT_TEXT(0, "trace", &job.calls_path, "FILE",
                    "people to be called and quarantined, a ranked list"),
        CT_OPT_COUNT(0, "trace-from", &job.trace_from, "the first day of calls"),
        CT_OPT_COUNT(0, "trace-capacity", &job.trace_capacity, "how many calls a day"),
        CT_OPT_END,
    };
    static const char *const lacks[] = {"input-format", "delimiter", "memory", "progress", NULL};
    const ct_tool tool = {.name = "simulate-outbreak",
                          .summary = "make a city with an outbreak, its records and the truth",
                          .options = options,
                          .outputs = outputs,
                          .tables = shown,
                          .lacks = lacks,
                          .max_rejects = "1%",
                          .check = check,
                          .run = run,
                          .job = &job};
    const int rc = ct_tool_main(&tool, argc, argv);
    ct_world_free(job.world);
    ct_zone_free(job.zone);
    ct_tables_release(&job.tables);
    return rc;
}
