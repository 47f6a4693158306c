#include "contrace/pipeline.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* The state of an item that was taken and is not settled yet. */
typedef struct slot {
    bool done; /* it waits to be settled */
    ct_status status;
    ct_err why;
} slot;

typedef struct run {
    const ct_pipeline *pipeline;
    char *items;
    size_t item_size, count;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* under the lock */
    slot *slots;
    uint64_t taken, settled; /* how many; item n lies at n % count */
    bool taking, settling;   /* somebody is */
    bool ended, stopped;     /* there is no more to take; nothing more is to be settled */
    ct_status status;
    ct_err *err; /* may be NULL */
} run;

static void *item_at(const run *r, uint64_t n)
{
    return r->items + (size_t)(n % r->count) * r->item_size;
}

/* Takes the next item as soon as it is this worker's turn and a place is free. False: there is none
 * to be had any more. */
static bool take(run *r, unsigned worker, uint64_t *n)
{
    while (!r->stopped && !r->ended && (r->taking || r->taken - r->settled == r->count))
        pthread_cond_wait(&r->changed, &r->lock);
    if (r->stopped || r->ended)
        return false;
    *n = r->taken;
    slot *s = &r->slots[*n % r->count];
    r->taking = true;
    pthread_mutex_unlock(&r->lock);
    s->why = (ct_err){CT_OK, ""};
    s->status = r->pipeline->take(item_at(r, *n), worker, r->pipeline->ctx, &s->why);
    pthread_mutex_lock(&r->lock);
    r->taking = false;
    r->ended = s->status != CT_OK;
    r->taken += s->status != CT_END;
    pthread_cond_broadcast(&r->changed);
    return s->status != CT_END;
}

/* Settles all that is due, unless somebody is at it, who will see to this item too. */
static void settle(run *r)
{
    if (r->settling)
        return;
    r->settling = true;
    for (slot *s; !r->stopped && (s = &r->slots[r->settled % r->count])->done;) {
        pthread_mutex_unlock(&r->lock);
        if (s->status == CT_OK)
            s->status = r->pipeline->settle(item_at(r, r->settled), r->pipeline->ctx, &s->why);
        pthread_mutex_lock(&r->lock);
        s->done = false;
        r->settled++;
        if (s->status != CT_OK) {
            r->stopped = true;
            r->status = s->status;
            if (r->err != NULL)
                *r->err = s->why;
        }
        pthread_cond_broadcast(&r->changed);
    }
    r->settling = false;
}

/* What each worker does until the end; failures are kept in the order of the items. */
static ct_status work(void *ctx, size_t task, unsigned worker, ct_err *err)
{
    (void)task;
    (void)err;
    run *r = ctx;
    uint64_t n;
    pthread_mutex_lock(&r->lock);
    while (take(r, worker, &n)) {
        slot *s = &r->slots[n % r->count];
        pthread_mutex_unlock(&r->lock);
        if (s->status == CT_OK)
            s->status = r->pipeline->work(item_at(r, n), worker, r->pipeline->ctx, &s->why);
        pthread_mutex_lock(&r->lock);
        s->done = true;
        settle(r);
    }
    pthread_mutex_unlock(&r->lock);
    return CT_OK;
}

size_t ct_pipeline_items(const ct_pool *pool)
{
    const size_t workers = pool == NULL ? 1 : ct_pool_workers(pool);
    return workers == 1 ? 1 : 2 * workers;
}

ct_status ct_pipeline_run(const ct_pipeline *pipeline, ct_pool *pool, void *items, size_t item_size,
                          size_t count, ct_err *err)
{
    run r = {.pipeline = pipeline,
             .items = items,
             .item_size = item_size,
             .count = count,
             .slots = calloc(count, sizeof *r.slots),
             .err = err};
    if (r.slots == NULL)
        return ct_fail(err, CT_ENOMEM, "out of memory");
    pthread_mutex_init(&r.lock, NULL);
    pthread_cond_init(&r.changed, NULL);
    const ct_status started = pool == NULL
                                  ? work(&r, 0, 0, err)
                                  : ct_pool_run(pool, ct_pool_workers(pool), work, &r, err);
    pthread_cond_destroy(&r.changed);
    pthread_mutex_destroy(&r.lock);
    free(r.slots);
    return started != CT_OK ? started : r.status;
}
