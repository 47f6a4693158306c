#include <errno.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

#include "contrace/box.h"
#include "contrace/pseudonym.h"
#include "contrace/sighting.h"
#include "tool_map.h"

struct job {
    ct_opt_list map_texts;
    ct_map map;
    const char *cells_path, *zone_name, *source, *box_text, *key_path, *new_key_path;
    int twice;
    bool planar, boxed;
    ct_box box;
    int64_t since_us, until_us;
    ct_sighting_rules rules;
    ct_zone *zone;
    ct_cells *cells;
    ct_frame cells_frame;
    ct_pseudonyms **pseudonyms; /* one a worker, made of the first; NULL: ids stay as they are */
    unsigned workers;
    ct_run *run;
    ct_reader *reader;
    ct_writer *writer;
    uint64_t met; /* which of --map have a value */
    uint64_t outside_period, outside_box;
};

/* What was made of a part of the input; its pings are in the part's buffer as they are written. */
struct made {
    uint64_t pings, met, outside_period, outside_box;
};

static const ct_schema *const inputs[] = {&ct_sighting_schema, NULL};
static const ct_schema *const tables[] = {&ct_cell_schema, NULL};
static const ct_schema *const shown[] = {&ct_sighting_schema, &ct_cell_schema, NULL};
static const ct_schema *const outputs[] = {&ct_ping_schema, NULL};

/* Neither a core file nor another process of the user's may show the key. */
static ct_status take_key(struct job *job, ct_err *err)
{
    if (prctl(PR_SET_DUMPABLE, 0) != 0)
        return ct_fail_errno(err, CT_EIO, errno, "cannot keep the key out of core files");
    job->rules.discreet = true;
    job->pseudonyms = calloc(1, sizeof(ct_pseudonyms *));
    if (job->pseudonyms == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for pseudonyms");
    job->workers = 1;
    return ct_pseudonyms_open(&job->pseudonyms[0], job->key_path, err);
}

/* Each worker has its own. */
static ct_status copy_key(struct job *job, unsigned workers, ct_err *err)
{
    ct_pseudonyms **all = realloc(job->pseudonyms, workers * sizeof *all);
    if (all == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for pseudonyms");
    job->pseudonyms = all;
    for (; job->workers < workers; job->workers++)
        CT_TRY(ct_pseudonyms_copy(&all[job->workers], all[0], err));
    return CT_OK;
}

static ct_status make_key(const struct job *job, ct_err *err)
{
    if (job->key_path != NULL)
        return ct_fail(err, CT_ERANGE,
                       "--generate-key makes a key and ends: leave out "
                       "--pseudonymize");
    CT_TRY(ct_key_generate(job->new_key_path, err));
    return CT_ESTOP;
}

static ct_status check(void *ctx, ct_err *err)
{
    struct job *job = ctx;
    if (job->new_key_path != NULL)
        return make_key(job, err);
    CT_TRY(ct_map_read(&job->map, &job->map_texts, &ct_sighting_schema, err));
    if (job->since_us >= job->until_us)
        return ct_fail(err, CT_ERANGE, "--since must be before --until");
    if (job->rules.pattern != NULL)
        CT_TRY(ct_time_pattern_check(job->rules.pattern, err));
    ct_err why;
    job->boxed = job->box_text != NULL;
    if (job->boxed && ct_box_parse(ct_str_of(job->box_text), &job->box, &why) != CT_OK)
        return ct_fail(err, CT_ERANGE, "%s: --bbox \"%s\"", why.text, job->box_text);
    if (job->key_path != NULL)
        CT_TRY(take_key(job, err));
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
    ct_err why;
    if (job->boxed && ct_box_check(&job->box, *frame, &why) != CT_OK)
        return ct_fail(err, CT_EINPUT, "%s: --bbox \"%s\"", why.text, job->box_text);
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

/* The ping of a record that is not at fault, and the field at fault of one that is. CT_ESTOP: it is
 * outside the period or the box. */
static ct_status make_ping(const struct job *job, const ct_sighting *raw, struct made *made,
                           ct_ping *ping, const char **column, ct_err *err)
{
    int64_t time_us;
    CT_TRY(ct_sighting_check(&job->rules, raw, column, err));
    *column = "time";
    CT_TRY(ct_sighting_time(&job->rules, raw, &time_us, err));
    if (time_us < job->since_us || time_us >= job->until_us) {
        made->outside_period++;
        return CT_ESTOP;
    }
    *column = NULL;
    CT_TRY(ct_sighting_ping(&job->rules, raw, time_us, ping, err));
    if (job->boxed && ct_ping_has_position(ping) &&
        !ct_box_holds(&job->box, job->rules.frame, ping->x, ping->y)) {
        made->outside_box++;
        return CT_ESTOP;
    }
    return CT_OK;
}

/* Turns the last record read into a ping, or sets it aside, or leaves it out. */
static ct_status convert(const struct job *job, const ct_sighting *raw, ct_part *part, ct_err *err)
{
    ct_ping ping;
    ct_err fault;
    const char *column = NULL;
    struct made *made = ct_part_state(part);
    ct_map_note(&job->map, raw, &made->met);
    /* the first file may have had no positions, and so be as good as planar */
    if (job->planar && ct_reader_frame(job->reader) == CT_FRAME_WGS84 && !isnan(raw->x))
        return refuse_degrees(err);
    const ct_status status = make_ping(job, raw, made, &ping, &column, &fault);
    if (status == CT_ESTOP)
        return CT_OK;
    if (status != CT_OK)
        return ct_run_settle_part(part, column, status, &fault, err);
    if (job->pseudonyms != NULL)
        CT_TRY(ct_pseudonym_of(job->pseudonyms[ct_part_worker(part)], ping.id, &ping.id, err));
    made->pings++;
    return ct_writer_format(job->writer, &ping, ct_part_buffer(part, 0), err);
}

/* In any thread, several parts at once: *job is only read. */
static ct_status convert_part(ct_part *part, void *ctx, ct_err *err)
{
    ct_sighting raw;
    ct_status status;
    while ((status = ct_part_next(part, &raw, err)) == CT_OK)
        CT_TRY(convert(ctx, &raw, part, err));
    return status == CT_END ? CT_OK : status;
}

/* One part at a time, in the order of the input. */
static ct_status settle_part(ct_part *part, void *ctx, ct_err *err)
{
    struct job *job = ctx;
    const struct made *made = ct_part_state(part);
    job->met |= made->met;
    job->outside_period += made->outside_period;
    job->outside_box += made->outside_box;
    ct_run_progress(job->run, job->reader);
    return ct_writer_pass(job->writer, ct_buf_str(ct_part_buffer(part, 0)), made->pings, err);
}

static ct_status open_input(ct_run *run, struct job *job, ct_err *err)
{
    if (job->pseudonyms != NULL) {
        ct_run_discreet(run);
        CT_TRY(copy_key(job, ct_pool_workers(ct_run_pool(run)), err));
    }
    if (job->cells_path != NULL)
        CT_TRY(read_cells(run, job, err));
    CT_TRY(ct_run_input(run, inputs, job->map.renames, job->map.count, &job->reader, err));
    CT_TRY(settle_frame(job, job->reader, &job->rules.frame, err));
    if (!says_where(job, job->reader))
        ct_run_warn(run, "no column says where: --map one to lon and lat, to place_id, or, with "
                         "--cells, to cell or cell_id");
    return CT_OK;
}

static ct_status run(ct_run *run, void *ctx, ct_err *err)
{
    struct job *job = ctx;
    job->run = run;
    CT_TRY(open_input(run, job, err));
    CT_TRY(ct_run_output(run, &ct_ping_schema, job->rules.frame, &job->writer, err));
    const ct_part_job parts = {
        .state_size = sizeof(struct made), .work = convert_part, .settle = settle_part, .ctx = job};
    CT_TRY(ct_reader_parts(job->reader, ct_run_pool(run), &parts, err));
    if (ct_reader_records(job->reader) > ct_reader_rejects(job->reader))
        ct_map_warn(&job->map, job->met, run);
    ct_run_drop(run, "outside --since and --until", job->outside_period);
    ct_run_drop(run, "outside --bbox", job->outside_box);
    return CT_OK;
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
        CT_OPT_TEXT(0, "bbox", &job.box_text, "WEST,SOUTH,EAST,NORTH",
                    "leave out positions outside this box, in degrees or planar metres"),
        CT_OPT_TEXT(0, "source", &job.source, "NAME", "source of records that name none"),
        CT_OPT_TEXT(0, "pseudonymize", &job.key_path, "FILE",
                    "write keyed pseudonyms (HMAC-SHA-256) instead of ids; FILE holds the key"),
        CT_OPT_TEXT(0, "generate-key", &job.new_key_path, "FILE",
                    "make a new FILE with a random key for --pseudonymize, and do nothing else"),
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
    for (unsigned i = 0; i < job.workers; i++)
        ct_pseudonyms_free(job.pseudonyms[i]);
    free(job.pseudonyms);
    return rc;
}
