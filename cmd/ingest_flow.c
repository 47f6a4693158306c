#include <stdlib.h>

#include "ingest.h"

/* What was made of a part of the input; its pings are in the part's buffer as they are written. */
struct made {
    uint64_t met, fates[CT_FATES];
};

/* Turns the last record read into a ping, or sets it aside, or leaves it out. */
static ct_status convert(const ct_ingest *job, const ct_sighting *raw, ct_part *part, ct_err *err)
{
    ct_ping ping;
    ct_err fault;
    ct_fate fate;
    const char *column = NULL;
    struct made *made = ct_part_state(part);
    ct_map_note(&job->map, raw, &made->met);
    /* the first file may have had no positions, and so be as good as planar */
    if (job->planar && ct_reader_frame(job->reader) == CT_FRAME_WGS84 && !isnan(raw->x))
        return ct_ingest_refuse_degrees(err);
    ct_intake *intake = job->intakes[ct_part_worker(part)];
    const ct_status status = ct_intake_take(intake, raw, &ping, &fate, &column, &fault);
    if (status != CT_OK)
        return ct_run_settle_part(part, column, status, &fault, err);
    made->fates[fate]++;
    return fate == CT_FATE_KEPT ? ct_writer_format(job->writer, &ping, ct_part_buffer(part, 0), err)
                                : CT_OK;
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
    ct_ingest *job = ctx;
    const struct made *made = ct_part_state(part);
    job->met |= made->met;
    for (size_t i = 0; i < CT_FATES; i++)
        job->fates[i] += made->fates[i];
    ct_run_progress(job->run, job->reader);
    return ct_writer_pass(job->writer, ct_buf_str(ct_part_buffer(part, 0)),
                          made->fates[CT_FATE_KEPT], err);
}

static ct_status make_intakes(ct_ingest *job, unsigned workers, ct_err *err)
{
    job->intakes = calloc(workers, sizeof(ct_intake *));
    if (job->intakes == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for %u threads", workers);
    for (; job->workers < workers; job->workers++)
        CT_TRY(ct_intake_new(&job->intakes[job->workers], &job->rules, err));
    return CT_OK;
}

static void count_drops(const ct_ingest *job)
{
    ct_run_drop(job->run, "not in --ids", job->fates[CT_FATE_UNLISTED]);
    ct_run_drop(job->run, "outside --since and --until", job->fates[CT_FATE_OUTSIDE_PERIOD]);
    ct_run_drop(job->run, "outside --bbox", job->fates[CT_FATE_OUTSIDE_BOX]);
    ct_run_drop(job->run, "outside --area", job->fates[CT_FATE_OUTSIDE_AREA]);
}

ct_status ct_ingest_convert(ct_ingest *job, ct_err *err)
{
    ct_pool *pool = ct_run_pool(job->run);
    CT_TRY(make_intakes(job, ct_pool_workers(pool), err));
    const ct_part_job parts = {
        .state_size = sizeof(struct made), .work = convert_part, .settle = settle_part, .ctx = job};
    CT_TRY(ct_reader_parts(job->reader, pool, &parts, err));
    if (ct_reader_records(job->reader) > ct_reader_rejects(job->reader))
        ct_map_warn(&job->map, job->met, job->run);
    count_drops(job);
    return CT_OK;
}
