#include "build_output.h"

#include <stdlib.h>

#include "contrace/pipeline.h"

enum { BATCH_PINGS = 1 << 13 };

/* A ping that was left out before its track was cleaned. */
struct early {
    ct_ping ping;
    enum build_reason reason;
    size_t track; /* it is listed before this one of the batch is cleaned */
};

/* Some people in a row: their tracks as they come, and what is made of them. */
struct batch {
    ct_buf pings; /* ct_ping, track by track */
    ct_buf ends;  /* size_t: how many pings as far as the end of each track */
    ct_buf early; /* struct early */
    size_t early_told;
    ct_buf out, dropped; /* formatted */
    ct_buf rows;         /* ct_trajectory_row, for the reports */
    ct_buf row_ends;     /* as `ends` */
    uint64_t written, dropped_written;
    uint64_t unclean[REASONS];
};

/* What batches are worked on with. */
struct shop {
    struct build_output *output;
    struct batch *taken;   /* the batch being filled */
    ct_cleaner **cleaners; /* one a worker */
    struct batch *batches;
    size_t batch_count;
};

static size_t count_of(const ct_buf *ends)
{
    return ends->len / sizeof(size_t);
}

static ct_status append(ct_buf *buf, const void *item, size_t size, ct_err *err)
{
    return ct_buf_append(buf, (ct_str){item, size}, err);
}

/* --- Taking: one thread at a time, in order --- */

static ct_status hear_of_drop(const ct_ping *ping, ct_drop why, void *ctx, ct_err *err)
{
    static const enum build_reason reason_of[] = {
        [CT_DROP_UNFIT] = COARSE, [CT_DROP_DUPLICATE] = DUPLICATE, [CT_DROP_RIVAL] = RIVAL};
    struct batch *batch = ((struct shop *)ctx)->taken;
    const struct early early = {*ping, reason_of[why], count_of(&batch->ends)};
    return append(&batch->early, &early, sizeof early, err);
}

static void empty(struct batch *batch)
{
    batch->pings.len = batch->ends.len = batch->early.len = batch->early_told = 0;
    batch->out.len = batch->dropped.len = batch->rows.len = batch->row_ends.len = 0;
    batch->written = batch->dropped_written = 0;
    memset(batch->unclean, 0, sizeof batch->unclean);
}

static ct_status take(void *item, unsigned worker, void *ctx, ct_err *err)
{
    (void)worker;
    struct shop *shop = ctx;
    struct batch *batch = shop->taken = item;
    empty(batch);
    while (batch->pings.len < BATCH_PINGS * sizeof(ct_ping)) {
        const ct_status status = ct_tracks_append(shop->output->tracks, &batch->pings, err);
        if (status == CT_END)
            return batch->ends.len > 0 || batch->early.len > 0 ? CT_OK : CT_END;
        CT_TRY(status);
        const size_t end = batch->pings.len / sizeof(ct_ping);
        CT_TRY(append(&batch->ends, &end, sizeof end, err));
    }
    return CT_OK;
}

/* --- Work: in any thread --- */

static ct_status list_dropped(const struct build_output *o, struct batch *batch,
                              const ct_ping *ping, enum build_reason reason, ct_err *err)
{
    if (o->dropped->path == NULL)
        return CT_OK;
    batch->dropped_written++;
    return build_dropped_format(o->dropped, ping, reason, &batch->dropped, err);
}

/* Lists what was left out of the tracks up to this one of the batch. */
static ct_status list_early(const struct build_output *o, struct batch *batch, size_t track,
                            ct_err *err)
{
    const struct early *early = (const void *)batch->early.ptr;
    const size_t count = batch->early.len / sizeof *early;
    for (; batch->early_told < count && early[batch->early_told].track <= track;
         batch->early_told++) {
        const struct early *e = &early[batch->early_told];
        CT_TRY(list_dropped(o, batch, &e->ping, e->reason, err));
    }
    return CT_OK;
}

/* The track as it is kept. */
static ct_status clean(const struct build_output *o, ct_cleaner *cleaner, struct batch *batch,
                       const ct_ping **pings, size_t *count, ct_err *err)
{
    static const enum build_reason reason_of[] = {
        [CT_UNCLEAN_SPEED] = TOO_FAST, [CT_UNCLEAN_OSCILLATION] = OSCILLATING};
    if (cleaner == NULL)
        return CT_OK;
    ct_cleaned cleaned;
    CT_TRY(ct_cleaner_clean(cleaner, *pings, *count, &cleaned, err));
    for (size_t i = 0; i < cleaned.dropped_count; i++) {
        const enum build_reason reason = reason_of[cleaned.dropped[i].why];
        CT_TRY(list_dropped(o, batch, &cleaned.dropped[i].ping, reason, err));
        batch->unclean[reason]++;
    }
    *pings = cleaned.kept;
    *count = cleaned.kept_count;
    return CT_OK;
}

struct row_taker {
    const struct build_output *output;
    struct batch *batch;
};

static ct_status take_row(const ct_trajectory_row *row, void *ctx, ct_err *err)
{
    const struct row_taker *taker = ctx;
    const struct build_output *o = taker->output;
    struct batch *batch = taker->batch;
    if (build_reports_any(o->reports))
        CT_TRY(append(&batch->rows, row, sizeof *row, err));
    if (o->points)
        return CT_OK;
    batch->written++;
    return ct_writer_format(o->writer, row, &batch->out, err);
}

static ct_status make_track(const struct build_output *o, ct_cleaner *cleaner, struct batch *batch,
                            const ct_ping *pings, size_t count, ct_err *err)
{
    struct row_taker taker = {o, batch};
    CT_TRY(clean(o, cleaner, batch, &pings, &count, err));
    for (size_t i = 0; o->points && i < count; i++)
        CT_TRY(ct_writer_format(o->writer, &pings[i], &batch->out, err));
    if (o->points)
        batch->written += count;
    if (!o->points || build_reports_any(o->reports))
        CT_TRY(ct_trajectory_build(o->rules, pings, count, take_row, &taker, err));
    const size_t end = batch->rows.len / sizeof(ct_trajectory_row);
    return append(&batch->row_ends, &end, sizeof end, err);
}

static ct_status work(void *item, unsigned worker, void *ctx, ct_err *err)
{
    const struct shop *shop = ctx;
    struct batch *batch = item;
    const ct_ping *pings = (const void *)batch->pings.ptr;
    const size_t *ends = (const void *)batch->ends.ptr, tracks = count_of(&batch->ends);
    ct_cleaner *cleaner = shop->cleaners == NULL ? NULL : shop->cleaners[worker];
    for (size_t t = 0, from = 0; t < tracks; from = ends[t++]) {
        CT_TRY(list_early(shop->output, batch, t, err));
        CT_TRY(make_track(shop->output, cleaner, batch, pings + from, ends[t] - from, err));
    }
    return list_early(shop->output, batch, tracks, err);
}

/* --- Settling: one thread at a time, in order --- */

static ct_status settle(void *item, void *ctx, ct_err *err)
{
    struct build_output *o = ((struct shop *)ctx)->output;
    const struct batch *batch = item;
    CT_TRY(ct_writer_pass(o->writer, ct_buf_str(&batch->out), batch->written, err));
    if (o->dropped->path != NULL)
        CT_TRY(ct_writer_pass(o->dropped->writer, ct_buf_str(&batch->dropped),
                              batch->dropped_written, err));
    for (int reason = 0; reason < REASONS; reason++)
        o->unclean[reason] += batch->unclean[reason];
    if (!build_reports_any(o->reports))
        return CT_OK;
    const ct_trajectory_row *rows = (const void *)batch->rows.ptr;
    const size_t *ends = (const void *)batch->row_ends.ptr;
    for (size_t t = 0, row = 0; t < count_of(&batch->row_ends); t++) {
        for (; row < ends[t]; row++)
            CT_TRY(build_reports_row(o->reports, &rows[row], err));
        CT_TRY(build_reports_person(o->reports, err));
    }
    return CT_OK;
}

/* --- The whole --- */

static void shop_release(struct shop *shop, unsigned workers)
{
    for (unsigned i = 0; shop->cleaners != NULL && i < workers; i++)
        ct_cleaner_free(shop->cleaners[i]);
    free(shop->cleaners);
    for (size_t i = 0; shop->batches != NULL && i < shop->batch_count; i++) {
        struct batch *b = &shop->batches[i];
        ct_buf_release(&b->pings);
        ct_buf_release(&b->ends);
        ct_buf_release(&b->early);
        ct_buf_release(&b->out);
        ct_buf_release(&b->dropped);
        ct_buf_release(&b->rows);
        ct_buf_release(&b->row_ends);
    }
    free(shop->batches);
}

static ct_status shop_open(struct shop *shop, unsigned workers, ct_err *err)
{
    const ct_cleaner_options *cleaning = shop->output->cleaning;
    shop->batches = calloc(shop->batch_count, sizeof *shop->batches);
    if (shop->batches == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for tracks");
    if (cleaning == NULL)
        return CT_OK;
    shop->cleaners = calloc(workers, sizeof(ct_cleaner *));
    if (shop->cleaners == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for tracks");
    for (unsigned i = 0; i < workers; i++)
        CT_TRY(ct_cleaner_new(&shop->cleaners[i], cleaning, err));
    return CT_OK;
}

ct_status build_output_write(struct build_output *output, ct_err *err)
{
    const unsigned workers = ct_pool_workers(output->pool);
    struct shop shop = {.output = output, .batch_count = ct_pipeline_items(output->pool)};
    ct_status status = shop_open(&shop, workers, err);
    if (status == CT_OK) {
        if (output->dropped->path != NULL)
            ct_tracks_on_drop(output->tracks, hear_of_drop, &shop);
        const ct_pipeline pipeline = {take, work, settle, &shop};
        status = ct_pipeline_run(&pipeline, output->pool, shop.batches, sizeof *shop.batches,
                                 shop.batch_count, err);
    }
    shop_release(&shop, workers);
    return status;
}
