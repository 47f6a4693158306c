#include "keysort.h"
#include "entries.h"

#include <stdlib.h>

/* A chain of any length is first dealt out to buckets by keys of a sample, so that each bucket is
 * of about the same size, and small enough for the cache (sample sort: Frazer, McKellar, 1970). A
 * bucket is sorted through an array of its records' keys; one of too many equal keys piece by
 * piece, and merged. */

enum {
    SAMPLES_A_BUCKET = 16,
    BUCKETS_MOST = CT_KEYSORT_BUCKETS,
    DEAL_LEAST = 1 << 14, /* fewer records make one bucket */
    BUCKET_GOOD = 1 << 15,
};

/* One thread's. */
struct task {
    const struct job *job;
    ct_chunks chunks;
    ct_entry *entries;
    char *copies;
    size_t room; /* records that both have room for */
    ct_chain dealt[BUCKETS_MOST];
};

struct job {
    ct_entries_order by;
    size_t bucket_most; /* records that a task may have room for */
    struct task *tasks;
    size_t task_count;
    ct_entry splitters[BUCKETS_MOST]; /* bucket i ends below splitters[i] */
    size_t bucket_count;
    ct_chain buckets[BUCKETS_MOST];
    ct_chunk **sources;
    size_t source_count;
};

static ct_status out_of_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "out of memory: sorting (lower --memory to sort on disk)");
}

static ct_entry entry_of(const struct job *job, const char *record)
{
    ct_entry e = {.record = record};
    job->by.order->key(record, e.key, job->by.order->ctx);
    return e;
}

static ct_status make_room(struct task *task, size_t records, ct_err *err)
{
    if (records <= task->room)
        return CT_OK;
    free(task->entries);
    free(task->copies);
    task->room = 0;
    task->entries = malloc(records * sizeof *task->entries);
    task->copies = malloc(records * task->job->by.record_size);
    if (!task->entries || !task->copies)
        return out_of_memory(err);
    task->room = records;
    return CT_OK;
}

/* Lists the chain's entries; true if they are in order. */
static bool list_entries(struct task *task, const ct_chain *chain)
{
    const size_t size = task->job->by.record_size;
    ct_entry *e = task->entries;
    bool sorted = true;
    for (const ct_chunk *chunk = chain->first; chunk; chunk = chunk->next) {
        for (size_t i = 0; i < chunk->count; i++, e++) {
            /* NOLINTNEXTLINE(*NullDereference): there is room for all */
            *e = entry_of(task->job, chunk->records + i * size);
            sorted = sorted && (e == task->entries || !ct_entry_before(&task->job->by, e, e - 1));
        }
    }
    return sorted;
}

/* Puts a chain that there is room for in order. */
static ct_status sort_small(struct task *task, ct_chain *chain, ct_err *err)
{
    const size_t size = task->job->by.record_size, count = (size_t)chain->records;
    CT_TRY(make_room(task, count, err));
    if (list_entries(task, chain))
        return CT_OK;
    ct_entries_sort(&task->job->by, task->entries, count);
    for (size_t i = 0; i < count; i++)
        memcpy(task->copies + i * size, task->entries[i].record, size);
    const char *from = task->copies;
    for (ct_chunk *chunk = chain->first; chunk; chunk = chunk->next) {
        memcpy(chunk->records, from, chunk->count * size);
        from += chunk->count * size;
    }
    return CT_OK;
}

/* The first record of a chain, which loses it to `chunks` when the chunk is used up. */
struct cursor {
    ct_chain *chain;
    size_t at;
    ct_entry entry;
};

static void look(const struct job *job, struct cursor *c)
{
    if (c->chain->first)
        c->entry = entry_of(job, c->chain->first->records + c->at * job->by.record_size);
}

static void step(struct task *task, struct cursor *c)
{
    if (++c->at == c->chain->first->count) {
        ct_chunk_spare(ct_chain_shift(c->chain), &task->chunks);
        c->at = 0;
    }
    look(task->job, c);
}

/* Merges b into a, both in order; b is empty then. */
static ct_status merge_chains(struct task *task, ct_chain *a, ct_chain *b, ct_err *err)
{
    struct cursor x = {.chain = a}, y = {.chain = b};
    ct_chain merged = {0};
    ct_status status = CT_OK;
    look(task->job, &x);
    look(task->job, &y);
    while (a->first || b->first) {
        const bool second =
            !a->first || (b->first && ct_entry_before(&task->job->by, &y.entry, &x.entry));
        struct cursor *c = second ? &y : &x;
        char *place = ct_chain_place(&merged, &task->chunks);
        if (!place) {
            status = out_of_memory(err);
            break;
        }
        /* NOLINTNEXTLINE(*NonNullParamChecker): a chain that is not empty was looked at */
        memcpy(place, c->entry.record, task->job->by.record_size);
        step(task, c);
    }
    ct_chain_join(a, &merged);
    return status;
}

static ct_status sort_chain(struct task *task, ct_chain *chain, ct_err *err)
{
    if (chain->records <= task->job->bucket_most)
        return sort_small(task, chain, err);
    ct_chain halves[2] = {{0}, {0}};
    while (chain->first) {
        ct_chunk *chunk = ct_chain_shift(chain);
        ct_chain one = {chunk, chunk, 1, chunk->count};
        chunk->next = NULL;
        ct_chain_join(&halves[halves[0].records > halves[1].records], &one);
    }
    ct_status status = sort_chain(task, &halves[0], err);
    if (status == CT_OK)
        status = sort_chain(task, &halves[1], err);
    if (status == CT_OK)
        status = merge_chains(task, &halves[0], &halves[1], err);
    ct_chain_join(chain, &halves[0]);
    ct_chain_join(chain, &halves[1]);
    return status;
}

/* --- Dealing out --- */

static ct_status deal_source(struct task *task, ct_chunk *source, ct_err *err)
{
    const struct job *job = task->job;
    for (size_t i = 0; i < source->count; i++) {
        const ct_entry e = entry_of(job, source->records + i * job->by.record_size);
        size_t low = 0, high = job->bucket_count - 1;
        while (low < high) {
            const size_t middle = (low + high) / 2;
            const uint64_t *key = job->splitters[middle].key;
            if (e.key[0] < key[0] || (e.key[0] == key[0] && e.key[1] < key[1]))
                high = middle;
            else
                low = middle + 1;
        }
        char *place = ct_chain_place(&task->dealt[low], &task->chunks);
        if (!place)
            return out_of_memory(err);
        memcpy(place, e.record, job->by.record_size);
    }
    return CT_OK;
}

/* Deals out every task_count-th chunk, and uses its memory again. */
static ct_status deal(void *ctx, size_t number, unsigned worker, ct_err *err)
{
    (void)worker;
    struct job *job = ctx;
    struct task *task = &job->tasks[number];
    for (size_t i = number; i < job->source_count; i += job->task_count) {
        CT_TRY(deal_source(task, job->sources[i], err));
        ct_chunk_spare(job->sources[i], &task->chunks);
        job->sources[i] = NULL;
    }
    return CT_OK;
}

static ct_status sort_bucket(void *ctx, size_t number, unsigned worker, ct_err *err)
{
    struct job *job = ctx;
    return sort_chain(&job->tasks[worker], &job->buckets[number], err);
}

static ct_status run_tasks(ct_pool *pool, size_t count, ct_task_fn *fn, struct job *job,
                           ct_err *err)
{
    if (pool)
        return ct_pool_run(pool, count, fn, job, err);
    for (size_t i = 0; i < count; i++)
        CT_TRY(fn(job, i, 0, err));
    return CT_OK;
}

/* Records at equal distances along the chunks, in order, tell where buckets end. */
static ct_status choose_splitters(struct job *job, ct_err *err)
{
    struct task *task = &job->tasks[0];
    const size_t samples = job->bucket_count * SAMPLES_A_BUCKET;
    CT_TRY(make_room(task, samples, err));
    for (size_t i = 0; i < samples; i++) {
        const ct_chunk *chunk = job->sources[i * job->source_count / samples];
        task->entries[i] =
            entry_of(job, chunk->records + i * 7919 % chunk->count * job->by.record_size);
    }
    ct_entries_sort(&job->by, task->entries, samples);
    for (size_t i = 0; i + 1 < job->bucket_count; i++)
        job->splitters[i] = task->entries[(i + 1) * SAMPLES_A_BUCKET];
    return CT_OK;
}

static bool is_sorted(const struct job *job, const ct_chain *chain)
{
    ct_entry last = {.record = NULL};
    for (const ct_chunk *chunk = chain->first; chunk; chunk = chunk->next) {
        for (size_t i = 0; i < chunk->count; i++) {
            const ct_entry e = entry_of(job, chunk->records + i * job->by.record_size);
            if (last.record && ct_entry_before(&job->by, &e, &last))
                return false;
            last = e;
        }
    }
    return true;
}

/* Puts the chain in order by way of buckets. */
static ct_status sort_large(struct job *job, ct_chain *chain, ct_pool *pool, ct_err *err)
{
    const uint64_t good = job->bucket_most / 2 < BUCKET_GOOD ? job->bucket_most / 2 : BUCKET_GOOD;
    const uint64_t wanted = chain->records / good + 1;
    job->bucket_count = wanted < BUCKETS_MOST ? (size_t)wanted : BUCKETS_MOST;
    job->sources = malloc(chain->chunks * sizeof(ct_chunk *));
    if (!job->sources)
        return out_of_memory(err);
    for (const ct_chunk *chunk = chain->first; chunk; chunk = chunk->next)
        job->sources[job->source_count++] = (ct_chunk *)chunk;
    *chain = (ct_chain){0};
    ct_status status = choose_splitters(job, err);
    if (status == CT_OK)
        status = run_tasks(pool, job->task_count, deal, job, err);
    for (size_t b = 0; b < job->bucket_count; b++)
        for (size_t t = 0; t < job->task_count; t++)
            ct_chain_join(&job->buckets[b], &job->tasks[t].dealt[b]);
    if (status == CT_OK)
        status = run_tasks(pool, job->bucket_count, sort_bucket, job, err);
    for (size_t b = 0; b < job->bucket_count; b++)
        ct_chain_join(chain, &job->buckets[b]);
    for (size_t i = 0; i < job->source_count; i++)
        free(job->sources[i]); /* where dealing failed */
    free(job->sources);
    return status;
}

/* Puts what the tasks had back to where it belongs. */
static void release(struct job *job, ct_chunks *chunks)
{
    for (size_t t = 0; t < job->task_count; t++) {
        struct task *task = &job->tasks[t];
        free(task->entries);
        free(task->copies);
        while (task->chunks.spare) {
            ct_chunk *chunk = task->chunks.spare;
            task->chunks.spare = chunk->next;
            ct_chunk_spare(chunk, chunks);
        }
    }
    free(job->tasks);
}

uint64_t ct_keysort_cost(size_t record_size)
{
    return sizeof(ct_entry) + record_size;
}

ct_status ct_keysort(ct_chain *chain, ct_chunks *chunks, const ct_order *order, uint64_t room,
                     ct_pool *pool, ct_err *err)
{
    struct job job = {.by = {order, chunks->record_size},
                      .bucket_most = (size_t)(room / ct_keysort_cost(chunks->record_size)),
                      .task_count = pool ? ct_pool_workers(pool) : 1};
    job.tasks = calloc(job.task_count, sizeof *job.tasks);
    if (!job.tasks)
        return out_of_memory(err);
    for (size_t t = 0; t < job.task_count; t++) {
        job.tasks[t].job = &job;
        job.tasks[t].chunks = (ct_chunks){chunks->record_size, chunks->chunk_records, NULL};
    }
    job.tasks[0].chunks.spare = chunks->spare;
    chunks->spare = NULL;
    ct_status status = CT_OK;
    if (!is_sorted(&job, chain))
        status = chain->records <= job.bucket_most && (!pool || chain->records < DEAL_LEAST)
                     ? sort_small(&job.tasks[0], chain, err)
                     : sort_large(&job, chain, pool, err);
    release(&job, chunks);
    return status;
}
