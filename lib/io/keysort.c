#include "keysort.h"

#include <stdlib.h>

/* A chain of any length is first dealt out to buckets by keys of a sample, so that each bucket is
 * of about the same size, and small enough for the cache (sample sort: Frazer, McKellar, 1970).
 * Buckets are sorted by an array of their records' keys: spread in place by the highest eight bits
 * in which they differ (McIlroy, Bostic, McIlroy, "Engineering radix sort", 1993); what is left
 * small, or has equal keys, goes to a quicksort that falls back to heapsort. A bucket of too many
 * equal keys is sorted piece by piece, and merged. */

enum {
    DIGITS = 256, /* buckets of a spread */
    RADIX_LEAST = 256,
    INSERTION_MOST = 16,
    SAMPLES_A_BUCKET = 16,
    BUCKETS_MOST = CT_KEYSORT_BUCKETS,
    DEAL_LEAST = 1 << 14, /* fewer records make one bucket */
    BUCKET_GOOD = 1 << 15,
};

/* A record's keys and where it is. */
struct entry {
    uint64_t key[2];
    const char *record;
};

/* One thread's. */
struct task {
    const struct job *job;
    ct_chunks chunks;
    struct entry *entries;
    char *copies;
    size_t room; /* records that both have room for */
    ct_chain dealt[BUCKETS_MOST];
};

struct job {
    const ct_order *order;
    size_t record_size;
    size_t bucket_most; /* records that a task may have room for */
    struct task *tasks;
    size_t task_count;
    struct entry splitters[BUCKETS_MOST]; /* bucket i ends below splitters[i] */
    size_t bucket_count;
    ct_chain buckets[BUCKETS_MOST];
    ct_chunk **sources;
    size_t source_count;
};

static bool before(const struct task *task, const struct entry *a, const struct entry *b)
{
    if (a->key[0] != b->key[0])
        return a->key[0] < b->key[0];
    if (a->key[1] != b->key[1])
        return a->key[1] < b->key[1];
    const struct job *job = task->job;
    return ct_order_compare(job->order, job->record_size, a->key, a->record, b->key, b->record) < 0;
}

static void swap(struct entry *a, struct entry *b)
{
    const struct entry t = *a;
    *a = *b;
    *b = t;
}

static void insertion_sort(const struct task *task, struct entry *e, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const struct entry t = e[i];
        size_t j = i;
        for (; j > 0 && before(task, &t, &e[j - 1]); j--)
            e[j] = e[j - 1];
        e[j] = t;
    }
}

static void sift_down(const struct task *task, struct entry *e, size_t root, size_t n)
{
    for (size_t child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && before(task, &e[child], &e[child + 1]))
            child++;
        if (!before(task, &e[root], &e[child]))
            return;
        swap(&e[root], &e[child]);
    }
}

static void heap_sort(const struct task *task, struct entry *e, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift_down(task, e, i, n);
    for (size_t i = n; i-- > 1;) {
        swap(&e[0], &e[i]);
        sift_down(task, e, 0, i);
    }
}

/* The pivot stops both scans, as do its equals. */
static void compare_sort(const struct task *task, struct entry *e, size_t n, unsigned depth)
{
    while (n > INSERTION_MOST) {
        if (depth-- == 0) {
            heap_sort(task, e, n);
            return;
        }
        struct entry *first = &e[0], *middle = &e[n / 2], *last = &e[n - 1];
        if (before(task, middle, first))
            swap(middle, first);
        if (before(task, last, middle)) {
            swap(last, middle);
            if (before(task, middle, first))
                swap(middle, first);
        }
        const struct entry pivot = *middle;
        size_t i = 0, j = n - 1;
        for (;;) {
            while (before(task, &e[i], &pivot))
                i++;
            while (before(task, &pivot, &e[j]))
                j--;
            if (i >= j)
                break;
            swap(&e[i++], &e[j--]);
        }
        /* e[0..i) <= pivot <= e[i..n); recursing into the smaller half bounds the stack */
        if (i < n - i) {
            compare_sort(task, e, i, depth);
            e += i;
            n -= i;
        } else {
            compare_sort(task, e + i, n - i, depth);
            n = i;
        }
    }
    insertion_sort(task, e, n);
}

static unsigned bit_length(uint64_t v)
{
    return v ? 64 - (unsigned)__builtin_clzll(v) : 0;
}

/* Spreads e by the highest digit in `differ`; bucket d is then e[bucket[d]..bucket[d+1]). */
static void spread(struct entry *e, size_t n, const uint64_t differ[2], size_t bucket[DIGITS + 1])
{
    const unsigned word = differ[0] ? 0 : 1;
    const unsigned bits = bit_length(differ[word]);
    const unsigned shift = bits > 8 ? bits - 8 : 0;
    size_t next[DIGITS] = {0};
    for (size_t i = 0; i < n; i++)
        next[(e[i].key[word] >> shift) & (DIGITS - 1)]++;
    size_t sum = 0;
    for (size_t d = 0; d < DIGITS; d++) {
        bucket[d] = sum;
        sum += next[d];
        next[d] = bucket[d];
    }
    bucket[DIGITS] = sum;
    for (size_t d = 0; d < DIGITS; d++) {
        while (next[d] < bucket[d + 1]) {
            struct entry hand = e[next[d]];
            size_t home;
            while ((home = (hand.key[word] >> shift) & (DIGITS - 1)) != d)
                swap(&hand, &e[next[home]++]);
            e[next[d]++] = hand;
        }
    }
}

static void radix_sort(const struct task *task, struct entry *e, size_t n)
{
    uint64_t differ[2] = {0, 0};
    if (n >= RADIX_LEAST) {
        for (size_t i = 1; i < n; i++) {
            differ[0] |= e[i].key[0] ^ e[0].key[0];
            differ[1] |= e[i].key[1] ^ e[0].key[1];
        }
    }
    if (!differ[0] && !differ[1]) {
        compare_sort(task, e, n, 2 * bit_length(n));
        return;
    }
    size_t bucket[DIGITS + 1];
    spread(e, n, differ, bucket);
    for (size_t d = 0; d < DIGITS; d++)
        if (bucket[d + 1] - bucket[d] > 1)
            radix_sort(task, e + bucket[d], bucket[d + 1] - bucket[d]);
}

static ct_status out_of_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "out of memory: sorting (lower --memory to sort on disk)");
}

static struct entry entry_of(const struct job *job, const char *record)
{
    struct entry e = {.record = record};
    job->order->key(record, e.key, job->order->ctx);
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
    task->copies = malloc(records * task->job->record_size);
    if (!task->entries || !task->copies)
        return out_of_memory(err);
    task->room = records;
    return CT_OK;
}

/* Lists the chain's entries; true if they are in order. */
static bool list_entries(struct task *task, const ct_chain *chain)
{
    const size_t size = task->job->record_size;
    struct entry *e = task->entries;
    bool sorted = true;
    for (const ct_chunk *chunk = chain->first; chunk; chunk = chunk->next) {
        for (size_t i = 0; i < chunk->count; i++, e++) {
            *e = entry_of(task->job, chunk->records + i * size);
            sorted = sorted && (e == task->entries || !before(task, e, e - 1));
        }
    }
    return sorted;
}

/* Puts a chain that there is room for in order. */
static ct_status sort_small(struct task *task, ct_chain *chain, ct_err *err)
{
    const size_t size = task->job->record_size, count = (size_t)chain->records;
    CT_TRY(make_room(task, count, err));
    if (list_entries(task, chain))
        return CT_OK;
    radix_sort(task, task->entries, count);
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
    struct entry entry;
};

static void look(const struct job *job, struct cursor *c)
{
    if (c->chain->first)
        c->entry = entry_of(job, c->chain->first->records + c->at * job->record_size);
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
        const bool second = !a->first || (b->first && before(task, &y.entry, &x.entry));
        struct cursor *c = second ? &y : &x;
        char *place = ct_chain_place(&merged, &task->chunks);
        if (!place) {
            status = out_of_memory(err);
            break;
        }
        memcpy(place, c->entry.record, task->job->record_size);
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
        const struct entry e = entry_of(job, source->records + i * job->record_size);
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
        memcpy(place, e.record, job->record_size);
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
            entry_of(job, chunk->records + i * 7919 % chunk->count * job->record_size);
    }
    radix_sort(task, task->entries, samples);
    for (size_t i = 0; i + 1 < job->bucket_count; i++)
        job->splitters[i] = task->entries[(i + 1) * SAMPLES_A_BUCKET];
    return CT_OK;
}

static bool is_sorted(const struct job *job, const ct_chain *chain)
{
    struct entry last = {.record = NULL};
    for (const ct_chunk *chunk = chain->first; chunk; chunk = chunk->next) {
        for (size_t i = 0; i < chunk->count; i++) {
            const struct entry e = entry_of(job, chunk->records + i * job->record_size);
            if (last.record && before(&job->tasks[0], &e, &last))
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
    job->sources = malloc(chain->chunks * sizeof *job->sources);
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
    return sizeof(struct entry) + record_size;
}

ct_status ct_keysort(ct_chain *chain, ct_chunks *chunks, const ct_order *order, uint64_t room,
                     ct_pool *pool, ct_err *err)
{
    struct job job = {.order = order,
                      .record_size = chunks->record_size,
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
