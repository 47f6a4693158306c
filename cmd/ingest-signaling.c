#include <time.h>

#include "contrace/sighting.h"
#include "tool_map.h"

struct job {
    ct_opt_list map_texts;
    ct_map map;
    const char *cells_path, *zone_name, *source;
    int twice;
    bool planar;
    int64_t since_us, until_us;
    ct_sighting_rules rules;
    ct_zone *zone;
    ct_cells *cells;
    ct_frame cells_frame;
};

static const ct_schema *const inputs[] = {&ct_sighting_schema, NULL};
static const ct_schema *const tables[] = {&ct_cell_schema, NULL};
static const ct_schema *const shown[] = {&ct_sighting_schema, &ct_cell_schema, NULL};
static const ct_schema *const outputs[] = {&ct_ping_schema, NULL};

static ct_status check(void *ctx, ct_err *err)
{
    struct job *job = ctx;
    CT_TRY(ct_map_read(&job->map, &job->map_texts, &ct_sighting_schema, err));
    if (job->since_us >= job->until_us)
        return ct_fail(err, CT_ERANGE, "--since must be before --until");
    if (job->rules.pattern != NULL)
        CT_TRY(ct_time_pattern_check(job->rules.pattern, err));
    CT_TRY(ct_zone_open(&job->zone, job->zone_name, err));
    job->rules.zone = job->zone;
    job->rules.twice = (ct_twice)job->twice;
    if (job->source != NULL)
        job->rules.source = ct_str_of(job->source);
    job->rules.latest_us = (int64_t)time(NULL) * CT_SECOND + CT_DAY;
    return CT_OK;
}

static ct_status read_cells(ct_run *run, struct job *job, ct_err *err)
{
    ct_reader *reader;
    uint64_t repeated = 0;
    CT_TRY(ct_run_table(run, job->cells_path, tables, ct_cell_names, CT_CELL_NAMES, &reader, err));
    CT_TRY(ct_cells_new(&job->cells, err));
    CT_TRY(ct_cells_read(job->cells, reader, &repeated, err));
    job->rules.cells = job->cells;
    job->cells_frame = ct_reader_frame(reader);
    const size_t known = ct_cells_count(job->cells);
    ct_run_count(run, known == 1 ? "known cell" : "known cells", known);
    ct_run_count(run, "repeated", repeated);
    return CT_OK;
}

static ct_status refuse_degrees(ct_err *err)
{
    return ct_fail(err, CT_EINPUT, "positions are lon,lat: leave out --planar, or map x_m,y_m");
}

/* Positions are what the input's header says, or --planar where it says nothing. */
static ct_status settle_frame(const struct job *job, const ct_reader *reader, ct_frame *frame,
                              ct_err *err)
{
    *frame = job->planar ? CT_FRAME_PLANAR : ct_reader_frame(reader);
    if (job->planar && ct_reader_has(reader, "lon"))
        return refuse_degrees(err);
    if (job->cells == NULL || job->cells_frame == *frame)
        return CT_OK;
    if (*frame == CT_FRAME_PLANAR)
        return ct_fail(err, CT_EINPUT, "cells at lon,lat, positions at x_m,y_m: %s",
                       job->cells_path);
    return ct_fail(err, CT_EINPUT, "cells at x_m,y_m: add --planar: %s", job->cells_path);
}

static bool says_where(const struct job *job, const ct_reader *reader)
{
    return ct_reader_has(reader, "lon") || ct_reader_has(reader, "x_m") ||
           ct_reader_has(reader, "place_id") ||
           (job->cells != NULL &&
            (ct_reader_has(reader, "cell") || ct_reader_has(reader, "cell_id")));
}

/* Turns the last record read into a ping and writes it, unless it is at fault or outside the
 * period. */
static ct_status convert(const struct job *job, const ct_sighting *raw, ct_reader *reader,
                         ct_writer *writer, uint64_t *outside, ct_err *err)
{
    int64_t time_us;
    ct_ping ping;
    ct_err fault;
    const char *column = "time";
    /* the first file may have had no positions, and so be as good as planar */
    if (job->planar && ct_reader_frame(reader) == CT_FRAME_WGS84 && !isnan(raw->x))
        return refuse_degrees(err);
    ct_status status = ct_sighting_time(&job->rules, raw, &time_us, &fault);
    if (status == CT_OK && (time_us < job->since_us || time_us >= job->until_us)) {
        ++*outside;
        return CT_OK;
    }
    if (status == CT_OK) {
        column = NULL;
        status = ct_sighting_ping(&job->rules, raw, time_us, &ping, &fault);
    }
    if (status == CT_OK)
        return ct_writer_put(writer, &ping, err);
    if (status == CT_EROW)
        return ct_reader_reject(reader, column, fault.text, err);
    return ct_fail(err, status, "%s", fault.text);
}

static ct_status run(ct_run *run, void *ctx, ct_err *err)
{
    struct job *job = ctx;
    if (job->cells_path != NULL)
        CT_TRY(read_cells(run, job, err));
    ct_reader *reader;
    CT_TRY(ct_run_input(run, inputs, job->map.renames, job->map.count, &reader, err));
    ct_frame frame;
    CT_TRY(settle_frame(job, reader, &frame, err));
    if (!says_where(job, reader))
        ct_run_warn(run, "no column says where: --map one to lon and lat, to place_id, or, with "
                         "--cells, to cell or cell_id");
    ct_writer *writer;
    CT_TRY(ct_run_output(run, &ct_ping_schema, frame, &writer, err));

    uint64_t outside = 0;
    ct_sighting raw;
    ct_status status;
    while ((status = ct_reader_next(reader, &raw, err)) == CT_OK) {
        ct_map_note(&job->map, &raw);
        CT_TRY(convert(job, &raw, reader, writer, &outside, err));
        ct_run_progress(run, reader);
    }
    if (ct_reader_records(reader) > ct_reader_rejects(reader))
        ct_map_warn(&job->map, run);
    ct_run_drop(run, "outside --since and --until", outside);
    return status == CT_END ? CT_OK : status;
}

int main(int argc, char **argv)
{
    struct job job = {.zone_name = "UTC", .since_us = CT_NO_TIME, .until_us = CT_FOREVER};
    const ct_opt options[] = {
        CT_OPT_LIST(0, "map", &job.map_texts, "FIELD=COLUMN[,COLUMN...]",
                    "read FIELD from the first of these columns that a file has"),
        CT_OPT_TEXT(0, "cells", &job.cells_path, "FILE",
                    "table of cells, to look up where a record's cell is"),
        CT_OPT_TEXT(0, "timezone", &job.zone_name, "NAME",
                    "zone of times without an offset: Asia/Shanghai, +08:00"),
        CT_OPT_CHOICE(0, "ambiguous", &job.twice, ct_twice_names,
                      "which moment is meant when a clock was put back and a time came twice"),
        CT_OPT_TEXT(0, "time-format", &job.rules.pattern, "PATTERN",
                    "how times are written, as for strptime: '%d.%m.%Y %H:%M:%S'"),
        CT_OPT_FLAG(0, "planar", &job.planar,
                    "positions are x_m,y_m, also where only cells say so"),
        CT_OPT_MOMENT(0, "since", &job.since_us, "leave out what is before this moment"),
        CT_OPT_MOMENT(0, "until", &job.until_us, "leave out this moment and what is after it"),
        CT_OPT_TEXT(0, "source", &job.source, "NAME", "source of records that name none"),
        CT_OPT_END,
    };
    const ct_tool tool = {.name = "ingest-signaling",
                          .summary = "turn operators' raw records into pings",
                          .options = options,
                          .inputs = shown,
                          .outputs = outputs,
                          .max_rejects = "1%",
                          .check = check,
                          .run = run,
                          .job = &job};
    const int rc = ct_tool_main(&tool, argc, argv);
    ct_map_release(&job.map);
    ct_zone_free(job.zone);
    ct_cells_free(job.cells);
    return rc;
}
