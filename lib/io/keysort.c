#include "keysort.h"

/* The entries are spread in place by the highest eight bits in which their keys differ, bucket by
 * bucket (McIlroy, Bostic, McIlroy, "Engineering radix sort", 1993); what is left small, or has
 * equal keys, goes to a quicksort that falls back to heapsort. No memory is taken but the stack. */

enum {
    SLICES = 64,  /* tasks of the first pass */
    DIGITS = 256, /* buckets of a spread */
    RADIX_LEAST = 256,
    INSERTION_MOST = 16,
};

struct slice {
    uint64_t differ[2]; /* bits in which a key differs from the slice's first */
    bool sorted;
};

struct job {
    ct_entry *entries;
    size_t count;
    const ct_stock *stock;
    const ct_order *order;
    struct slice slices[SLICES];
    size_t bucket[DIGITS + 1];
};

static bool before(const struct job *job, const ct_entry *a, const ct_entry *b)
{
    if (a->key[0] != b->key[0])
        return a->key[0] < b->key[0];
    if (a->key[1] != b->key[1])
        return a->key[1] < b->key[1];
    if (a->at == b->at)
        return false;
    const int c =
        ct_order_compare(job->order, job->stock->record_size, a->key,
                         ct_stock_at(job->stock, a->at), b->key, ct_stock_at(job->stock, b->at));
    return c ? c < 0 : a->at < b->at;
}

static void swap(ct_entry *a, ct_entry *b)
{
    const ct_entry t = *a;
    *a = *b;
    *b = t;
}

static void insertion_sort(const struct job *job, ct_entry *e, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const ct_entry t = e[i];
        size_t j = i;
        for (; j > 0 && before(job, &t, &e[j - 1]); j--)
            e[j] = e[j - 1];
        e[j] = t;
    }
}

static void sift_down(const struct job *job, ct_entry *e, size_t root, size_t n)
{
    for (size_t child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && before(job, &e[child], &e[child + 1]))
            child++;
        if (!before(job, &e[root], &e[child]))
            return;
        swap(&e[root], &e[child]);
    }
}

static void heap_sort(const struct job *job, ct_entry *e, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift_down(job, e, i, n);
    for (size_t i = n; i-- > 1;) {
        swap(&e[0], &e[i]);
        sift_down(job, e, 0, i);
    }
}

/* No two entries are equal, since `at` decides last: the pivot stops both scans. */
static void compare_sort(const struct job *job, ct_entry *e, size_t n, unsigned depth)
{
    while (n > INSERTION_MOST) {
        if (depth-- == 0) {
            heap_sort(job, e, n);
            return;
        }
        ct_entry *first = &e[0], *middle = &e[n / 2], *last = &e[n - 1];
        if (before(job, middle, first))
            swap(middle, first);
        if (before(job, last, middle)) {
            swap(last, middle);
            if (before(job, middle, first))
                swap(middle, first);
        }
        const ct_entry pivot = *middle;
        size_t i = 0, j = n - 1;
        for (;;) {
            while (before(job, &e[i], &pivot))
                i++;
            while (before(job, &pivot, &e[j]))
                j--;
            if (i >= j)
                break;
            swap(&e[i++], &e[j--]);
        }
        /* e[0..i) <= pivot <= e[i..n); recursing into the smaller half bounds the stack */
        if (i < n - i) {
            compare_sort(job, e, i, depth);
            e += i;
            n -= i;
        } else {
            compare_sort(job, e + i, n - i, depth);
            n = i;
        }
    }
    insertion_sort(job, e, n);
}

static unsigned bit_length(uint64_t v)
{
    return v ? 64 - (unsigned)__builtin_clzll(v) : 0;
}

/* Spreads e by the highest digit in `differ`; bucket d is then e[bucket[d]..bucket[d+1]). */
static void spread(ct_entry *e, size_t n, const uint64_t differ[2], size_t bucket[DIGITS + 1])
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
            ct_entry hand = e[next[d]];
            size_t home;
            while ((home = (hand.key[word] >> shift) & (DIGITS - 1)) != d)
                swap(&hand, &e[next[home]++]);
            e[next[d]++] = hand;
        }
    }
}

static void radix_sort(const struct job *job, ct_entry *e, size_t n)
{
    uint64_t differ[2] = {0, 0};
    if (n >= RADIX_LEAST) {
        for (size_t i = 1; i < n; i++) {
            differ[0] |= e[i].key[0] ^ e[0].key[0];
            differ[1] |= e[i].key[1] ^ e[0].key[1];
        }
    }
    if (!differ[0] && !differ[1]) {
        compare_sort(job, e, n, 2 * bit_length(n));
        return;
    }
    size_t bucket[DIGITS + 1];
    spread(e, n, differ, bucket);
    for (size_t d = 0; d < DIGITS; d++)
        if (bucket[d + 1] - bucket[d] > 1)
            radix_sort(job, e + bucket[d], bucket[d + 1] - bucket[d]);
}

static size_t slice_start(const struct job *job, size_t slice)
{
    return job->count / SLICES * slice +
           (slice < job->count % SLICES ? slice : job->count % SLICES);
}

static ct_status fill_slice(void *ctx, size_t task, unsigned worker, ct_err *err)
{
    (void)worker;
    (void)err;
    struct job *job = ctx;
    struct slice *slice = &job->slices[task];
    *slice = (struct slice){.sorted = true};
    const size_t from = slice_start(job, task), to = slice_start(job, task + 1);
    for (size_t i = from; i < to; i++) {
        ct_entry *e = &job->entries[i];
        e->at = i;
        job->order->key(ct_stock_at(job->stock, i), e->key, job->order->ctx);
        slice->differ[0] |= e->key[0] ^ job->entries[from].key[0];
        slice->differ[1] |= e->key[1] ^ job->entries[from].key[1];
        if (slice->sorted && i > from)
            slice->sorted = before(job, e - 1, e);
    }
    return CT_OK;
}

static ct_status sort_bucket(void *ctx, size_t task, unsigned worker, ct_err *err)
{
    (void)worker;
    (void)err;
    const struct job *job = ctx;
    const size_t from = job->bucket[task];
    radix_sort(job, job->entries + from, job->bucket[task + 1] - from);
    return CT_OK;
}

static ct_status run_tasks(ct_pool *pool, size_t tasks, ct_task_fn *fn, struct job *job,
                           ct_err *err)
{
    if (pool)
        return ct_pool_run(pool, tasks, fn, job, err);
    for (size_t i = 0; i < tasks; i++)
        CT_TRY(fn(job, i, 0, err));
    return CT_OK;
}

ct_status ct_keysort(ct_entry *entries, const ct_stock *stock, const ct_order *order, ct_pool *pool,
                     ct_err *err)
{
    struct job job = {
        .entries = entries, .count = (size_t)stock->records, .stock = stock, .order = order};
    if (job.count == 0)
        return CT_OK;
    CT_TRY(run_tasks(pool, SLICES, fill_slice, &job, err));
    uint64_t differ[2] = {0, 0};
    bool sorted = true;
    for (size_t s = 0; s < SLICES; s++) {
        const size_t from = slice_start(&job, s);
        if (from == slice_start(&job, s + 1))
            continue;
        for (int w = 0; w < 2; w++)
            differ[w] |= job.slices[s].differ[w] | (entries[from].key[w] ^ entries[0].key[w]);
        sorted = sorted && job.slices[s].sorted &&
                 (from == 0 || before(&job, &entries[from - 1], &entries[from]));
    }
    if (sorted)
        return CT_OK;
    if (!differ[0] && !differ[1]) {
        compare_sort(&job, entries, job.count, 2 * bit_length(job.count));
        return CT_OK;
    }
    spread(entries, job.count, differ, job.bucket);
    return run_tasks(pool, DIGITS, sort_bucket, &job, err);
}
