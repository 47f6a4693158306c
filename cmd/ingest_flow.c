#include <stdlib.h>

#include "ingest.h"

/* What was made of a part of the input, but for its pings. */
struct made {
    uint64_t met, fates[CT_FATES], ends;
};

/* Why records are left out, as counted; a record that is kept is but read. */
static const char *const fate_names[CT_FATES] = {[CT_FATE_KEPT] = "read",
                                                 [CT_FATE_UNLISTED] = "not in --ids",
                                                 [CT_FATE_OUTSIDE_PERIOD] =
                                                     "outside --since and --until",
                                                 [CT_FATE_OUTSIDE_BOX] = "outside --bbox",
                                                 [CT_FATE_OUTSIDE_AREA] = "outside --area"};

/* Makes the ping of a sighting, and writes it where it is kept. */
static ct_status take(const ct_ingest *job, const ct_sighting *raw, ct_part *part, ct_fate *fate,
                      const char **column, ct_err *err)
{
    ct_ping ping;
    ct_str as_read[CT_PING_COLUMNS];
    ct_intake *intake = job->intakes[ct_part_worker(part)];
    CT_TRY(ct_intake_take(intake, raw, &ping, as_read, fate, column, err));
    return *fate == CT_FATE_KEPT ? ct_settling_take(&job->settling, &ping, as_read, part, err)
                                 : CT_OK;
}

/* The same for one that may have lasted: its end gives a ping too. */
static ct_status take_both(const ct_ingest *job, const ct_sighting *raw, ct_part *part,
                           ct_fate *fate, const char **column, ct_err *err)
{
    ct_sighting last;
    ct_fate last_fate;
    CT_TRY(take(job, raw, part, fate, column, err));
    if (*fate == CT_FATE_UNLISTED) /* so is the end, whether it can be read or not */
        return CT_OK;
    const ct_status status = ct_sighting_last(&job->rules.sighting, raw, &last, column, err);
    if (status != CT_OK)
        return status == CT_END ? CT_OK : status;
    CT_TRY(take(job, &last, part, &last_fate, column, err));
    struct made *made = ct_part_state(part);
    made->ends += *fate == CT_FATE_KEPT && last_fate == CT_FATE_KEPT;
    if (*fate != CT_FATE_KEPT)
        *fate = last_fate;
    return CT_OK;
}

/* Counts a record by its source, for --report. */
static ct_status tally(ct_counts *tallies, ct_str source, ct_fate fate, bool has_end, ct_err *err)
{
    const bool kept = fate == CT_FATE_KEPT;
    const ct_tally one = {kept ? CT_TALLY_RECORDS : CT_TALLY_LEFT_OUT, ct_str_of(fate_names[fate]),
                          source, 1};
    const ct_tally end = {CT_TALLY_RECORDS, CT_STR("more_at_ends"), source, 1};
    CT_TRY(ct_tally_add(tallies, &one, err));
    return has_end ? ct_tally_add(tallies, &end, err) : CT_OK;
}

/* Turns the last record read into its pings, or sets it aside, or leaves it out. */
static ct_status convert(const ct_ingest *job, ct_sighting *raw, ct_part *part, ct_err *err)
{
    ct_err fault;
    ct_fate fate;
    const char *column = NULL;
    struct made *made = ct_part_state(part);
    ct_buf *pings = ct_part_buffer(part, 0), *list = ct_part_buffer(part, 1);
    const size_t pings_before = pings->len, list_before = list->len;
    const uint64_t ends_before = made->ends;
    ct_map_note(&job->input.map, raw, &made->met);
    ct_sighting_complete(&job->rules.sighting, ct_part_file(part), raw);
    /* the first file may have had no positions, and so be as good as planar */
    if ((job->planar || job->crs_is_planar) && ct_reader_frame(job->reader) == CT_FRAME_WGS84 &&
        !isnan(raw->x))
        return ct_ingest_refuse_degrees(job, err);
    const ct_status status = take_both(job, raw, part, &fate, &column, &fault);
    if (status != CT_OK) {
        pings->len = pings_before;
        list->len = list_before;
        return ct_run_settle_part(part, column, status, &fault, err);
    }
    made->fates[fate]++;
    return job->tallies == NULL ? CT_OK
                                : tally(job->tallies[ct_part_worker(part)], raw->source, fate,
                                        made->ends > ends_before, err);
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
    job->ends += made->ends;
    ct_run_progress(job->run, job->reader);
    return ct_settling_part(&job->settling, part, err);
}

static ct_status make_intakes(ct_ingest *job, unsigned workers, ct_err *err)
{
    job->intakes = calloc(workers, sizeof(ct_intake *));
    if (job->intakes == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for %u threads", workers);
    for (; job->workers < workers; job->workers++)
        CT_TRY(ct_intake_new(&job->intakes[job->workers], &job->rules, err));
    if (job->settling.quality == NULL)
        return CT_OK;
    job->tallies = calloc(workers, sizeof(ct_counts *));
    if (job->tallies == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for %u threads", workers);
    for (unsigned i = 0; i < workers; i++)
        CT_TRY(ct_counts_new(&job->tallies[i], err));
    return CT_OK;
}

static void count_fates(const ct_ingest *job)
{
    for (size_t i = CT_FATE_KEPT + 1; i < CT_FATES; i++)
        ct_run_drop(job->run, fate_names[i], job->fates[i]);
    ct_run_more(job->run, job->ends == 1 ? "more at its end" : "more at their ends", job->ends);
}

ct_status ct_ingest_convert(ct_ingest *job, ct_err *err)
{
    ct_pool *pool = ct_run_pool(job->run);
    CT_TRY(make_intakes(job, ct_pool_workers(pool), err));
    const ct_part_job parts = {
        .state_size = sizeof(struct made), .work = convert_part, .settle = settle_part, .ctx = job};
    CT_TRY(ct_reader_parts(job->reader, pool, &parts, err));
    if (ct_reader_records(job->reader) > ct_reader_rejects(job->reader))
        ct_map_warn(&job->input.map, job->met, job->run);
    count_fates(job);
    CT_TRY(ct_ingest_tell_lost(job, err));
    for (unsigned i = 0; job->tallies != NULL && i < job->workers; i++)
        CT_TRY(ct_counts_merge(job->settling.tallies, job->tallies[i], err));
    return ct_settling_finish(&job->settling, job->rules.sighting.source, err);
}
