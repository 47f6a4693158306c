#include "contrace/grid.h"

#include "plan.h"

#include <math.h>
#include <stdlib.h>

enum {
    LEAST_BATCH = 256,      /* things: fewer cost more to file than to compare */
    COMFORTABLE = 1 << 13,  /* fit the processor's own memory */
    MOST_BATCH = 1 << 17,   /* unless more are alive */
    ALIVE_SHARE = 8,        /* a batch is at least this part of what it is swept against */
    QUEUE_THINGS = 1 << 14, /* a worker's: enough to be worth waking it */
    MOST_SPARE = 128,
    MOST_LENGTHS = 4,
    UNJOINED = 2, /* filed batches not worth joining */
};

struct ct_grid {
    ct_grid_options options;
    ct_bands bands;
    unsigned workers;
    ct_filing *filings; /* one a worker */
    ct_batch *open;
    size_t look_at;         /* the count of the open batch at which to see if it should be closed */
    ct_batch_list batches;  /* oldest first: filed ones, then those closed but not filed yet */
    size_t filed_count;     /* of the list */
    size_t things, waiting; /* in all of the list, in those not filed */
    ct_plan plan;
    ct_batch *spare[MOST_SPARE]; /* kept for their memory */
    size_t spare_count;
    int64_t last_from_us;
    unsigned lengths; /* how many times as long as its things a batch should go on */
    ct_status ended;  /* not CT_OK: by what */
};

ct_status ct_grid_new(ct_grid **out, const ct_grid_options *options, ct_err *err)
{
    *out = NULL;
    if (!(options->distance_m >= 0 && isfinite(options->distance_m)))
        return ct_fail(err, CT_ERANGE, "distance of the grid is negative or not finite");
    if (options->payload_size < 1 || options->payload_size > 256 || options->payload_size % 8 != 0)
        return ct_fail(err, CT_ERANGE,
                       "payload of the grid is not a multiple of 8 up to 256 bytes");
    ct_grid *grid = calloc(1, sizeof *grid);
    if (grid == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for a grid");
    grid->options = *options;
    grid->workers = options->pool != NULL ? ct_pool_workers(options->pool) : 1;
    grid->last_from_us = INT64_MIN;
    grid->lengths = 2;
    ct_bands_init(&grid->bands, options->frame, options->distance_m);
    grid->filings = calloc(grid->workers, sizeof *grid->filings);
    if (grid->filings == NULL) {
        ct_grid_free(grid);
        return ct_fail(err, CT_ENOMEM, "no memory for a grid");
    }
    *out = grid;
    return CT_OK;
}

static ct_status take_batch(ct_grid *grid, ct_batch **out, ct_err *err)
{
    if (grid->spare_count == 0)
        return ct_batch_new(out, grid->options.payload_size, err);
    *out = grid->spare[--grid->spare_count];
    return CT_OK;
}

static void give_batch(ct_grid *grid, ct_batch *batch)
{
    if (grid->spare_count == MOST_SPARE) {
        ct_batch_free(batch);
        return;
    }
    ct_batch_clear(batch);
    grid->spare[grid->spare_count++] = batch;
}

static ct_status run_tasks(ct_grid *grid, size_t tasks, ct_task_fn *fn, ct_err *err)
{
    if (grid->options.pool != NULL && tasks > 1)
        return ct_pool_run(grid->options.pool, tasks, fn, grid, err);
    for (size_t task = 0; task < tasks; task++)
        CT_TRY(fn(grid, task, 0, err));
    return CT_OK;
}

static ct_status file_task(void *ctx, size_t task, unsigned worker, ct_err *err)
{
    ct_grid *grid = ctx;
    return ct_batch_file(grid->batches.ptr[grid->filed_count + task], &grid->bands,
                         &grid->filings[worker], err);
}

static ct_status sweep_task(void *ctx, size_t task, unsigned worker, ct_err *err)
{
    ct_grid *grid = ctx;
    const ct_sweep_output output = {grid->options.visit, grid->options.ctx, worker};
    return ct_sweep_run(&grid->plan.sweeps[task], &grid->bands, &output, err);
}

/* Keeps the memory of what nothing to come can meet. */
static void drop_dead(ct_grid *grid)
{
    ct_batch_list *list = &grid->batches;
    size_t kept = 0;
    grid->things = 0;
    for (size_t i = 0; i < list->count; i++) {
        ct_batch *batch = list->ptr[i];
        ct_batch_drop(batch, grid->last_from_us, &grid->bands);
        if (batch->count == 0) {
            give_batch(grid, batch);
            continue;
        }
        list->ptr[kept++] = batch;
        grid->things += batch->count;
    }
    list->count = grid->filed_count = kept;
}

/* Batches that live long are joined, so that there are about as many as the logarithm of what is
 * alive: the last two, unless the last is much smaller. */
static ct_status join_last(ct_grid *grid, ct_err *err)
{
    ct_batch_list *list = &grid->batches;
    while (list->count > UNJOINED) {
        ct_batch *a = list->ptr[list->count - 2], *b = list->ptr[list->count - 1], *into;
        if (a->count > 2 * b->count)
            break;
        CT_TRY(take_batch(grid, &into, err));
        const ct_status status = ct_batch_join(into, a, b, &grid->bands, err);
        if (status != CT_OK) {
            ct_batch_free(into);
            return status;
        }
        give_batch(grid, a);
        give_batch(grid, b);
        grid->filed_count = --list->count;
        list->ptr[list->count - 1] = into;
    }
    return CT_OK;
}

static double elapsed_us(int64_t from_us, int64_t until_us)
{
    return (double)((uint64_t)until_us - (uint64_t)from_us);
}

/* In a batch that goes on for longer than its things do, many pairs are looked at that are near in
 * place alone; of shorter ones there are more, and things are searched for in each. It should be
 * `lengths` times as long as most of its things. */
static bool long_enough(const ct_batch *batch, unsigned lengths)
{
    enum { SAMPLES = 64 };
    const double length_us = elapsed_us(batch->first_from_us, batch->last_from_us);
    double sum_us = 0;
    size_t samples = 0;
    for (size_t i = 0; i < batch->count; i += 1 + batch->count / SAMPLES, samples++) {
        const ct_thing *t = &batch->things[i];
        const double us = lengths * elapsed_us(t->from_us, t->until_us);
        sum_us += us < length_us ? us : length_us;
    }
    return length_us * (double)samples > sum_us;
}

/* A search costs about as much as to look at four pairs. So batches get longer, and fewer, where
 * fewer pairs are looked at, and shorter where many more are. */
static void adapt_lengths(ct_grid *grid)
{
    size_t searches = 0, looked_at = 0;
    for (size_t i = 0; i < grid->plan.count; i++) {
        searches += grid->plan.sweeps[i].searches;
        looked_at += grid->plan.sweeps[i].looked_at;
    }
    if (looked_at / 2 < searches && grid->lengths < MOST_LENGTHS)
        grid->lengths *= 2;
    else if (looked_at / 8 > searches && grid->lengths > 1)
        grid->lengths /= 2;
}

static ct_status flush(ct_grid *grid, ct_err *err)
{
    ct_batch_list *list = &grid->batches;
    CT_TRY(run_tasks(grid, list->count - grid->filed_count, file_task, err));
    CT_TRY(ct_plan_make(&grid->plan, &grid->bands, list, grid->filed_count, grid->workers, err));
    CT_TRY(run_tasks(grid, grid->plan.count, sweep_task, err));
    adapt_lengths(grid);
    grid->waiting = 0;
    drop_dead(grid);
    return join_last(grid, err);
}

static ct_status close_batch(ct_grid *grid, ct_err *err)
{
    CT_TRY(ct_batch_list_add(&grid->batches, grid->open, err));
    grid->things += grid->open->count;
    grid->waiting += grid->open->count;
    grid->open = NULL;
    return CT_OK;
}

static ct_status look(ct_grid *grid, ct_err *err)
{
    const size_t count = grid->open->count;
    grid->look_at = count + count / 8;
    const unsigned lengths = count < COMFORTABLE ? grid->lengths : 1;
    if (count < grid->things / ALIVE_SHARE ||
        (count < MOST_BATCH && !long_enough(grid->open, lengths)))
        return CT_OK;
    CT_TRY(close_batch(grid, err));
    return grid->workers == 1 || grid->waiting / grid->workers >= QUEUE_THINGS ? flush(grid, err)
                                                                               : CT_OK;
}

static ct_status check_thing(const ct_grid *grid, const ct_thing *t, ct_err *err)
{
    const bool planar = grid->options.frame == CT_FRAME_PLANAR;
    if (!(fabs(t->x) <= (planar ? CT_PLANE_M : 180) && fabs(t->y) <= (planar ? CT_PLANE_M : 90)))
        return ct_fail(err, CT_ERANGE, "position of a thing in the grid out of range");
    if (!(t->radius_m >= 0 && isfinite(t->radius_m)))
        return ct_fail(err, CT_ERANGE, "radius of a thing in the grid negative or not finite");
    if (t->until_us < t->from_us)
        return ct_fail(err, CT_ERANGE, "thing in the grid ends before it begins");
    if (t->from_us < grid->last_from_us)
        return ct_fail(err, CT_ERANGE, "thing in the grid out of the order of time");
    return CT_OK;
}

ct_status ct_grid_add(ct_grid *grid, const ct_thing *thing, const void *payload, ct_err *err)
{
    if (grid->ended != CT_OK)
        return ct_fail(err, grid->ended, "the grid has ended");
    CT_TRY(check_thing(grid, thing, err));
    if (grid->open == NULL) {
        CT_TRY(take_batch(grid, &grid->open, err));
        grid->look_at = LEAST_BATCH;
    }
    CT_TRY(ct_batch_add(grid->open, thing, payload, err));
    grid->last_from_us = thing->from_us;
    if (grid->open->count >= grid->look_at)
        grid->ended = look(grid, err);
    return grid->ended;
}

ct_status ct_grid_finish(ct_grid *grid, ct_err *err)
{
    if (grid->ended != CT_OK)
        return ct_fail(err, grid->ended, "the grid has ended");
    if (grid->open != NULL && grid->open->count > 0)
        grid->ended = close_batch(grid, err);
    if (grid->ended == CT_OK)
        grid->ended = flush(grid, err);
    return grid->ended;
}

void ct_grid_restart(ct_grid *grid)
{
    for (size_t i = 0; i < grid->batches.count; i++)
        give_batch(grid, grid->batches.ptr[i]);
    grid->batches.count = grid->filed_count = 0;
    grid->things = grid->waiting = 0;
    if (grid->open != NULL)
        ct_batch_clear(grid->open);
    grid->look_at = LEAST_BATCH;
    grid->last_from_us = INT64_MIN;
    grid->ended = CT_OK;
}

size_t ct_grid_bytes(const ct_grid *grid)
{
    size_t bytes =
        sizeof *grid + ct_plan_bytes(&grid->plan) + grid->batches.capacity * sizeof(void *);
    for (unsigned i = 0; i < grid->workers; i++)
        bytes += sizeof *grid->filings + ct_filing_bytes(&grid->filings[i]);
    for (size_t i = 0; i < grid->batches.count; i++)
        bytes += ct_batch_bytes(grid->batches.ptr[i]);
    for (size_t i = 0; i < grid->spare_count; i++)
        bytes += ct_batch_bytes(grid->spare[i]);
    return bytes + (grid->open != NULL ? ct_batch_bytes(grid->open) : 0);
}

void ct_grid_free(ct_grid *grid)
{
    if (grid == NULL)
        return;
    for (unsigned i = 0; grid->filings != NULL && i < grid->workers; i++)
        ct_filing_release(&grid->filings[i]);
    free(grid->filings);
    for (size_t i = 0; i < grid->batches.count; i++)
        ct_batch_free(grid->batches.ptr[i]);
    ct_batch_list_release(&grid->batches);
    for (size_t i = 0; i < grid->spare_count; i++)
        ct_batch_free(grid->spare[i]);
    ct_batch_free(grid->open);
    ct_plan_release(&grid->plan);
    free(grid);
}
