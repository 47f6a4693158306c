#include "contrace/feed.h"

#include <stdlib.h>
#include <string.h>

#include "spill.h"

enum { BLOCK_LEAST = 16 << 10, BLOCK_MOST = 256 << 10, RECORD_MOST = 1024 };

typedef struct block {
    struct block *next;
    char records[];
} block;

/* What one worker adds: blocks in memory, all full, then blocks in the file, then the open one. */
typedef struct queue {
    block *first, *last, *open;
    uint64_t blocks;
    ct_spill spill;
    size_t held; /* records of the open block */
    int64_t last_us;
    bool unsorted;
    /* while it is read */
    const char *at, *end;
    uint64_t read_from; /* of the file */
    bool open_read;
    char apart[64]; /* queues are written to by different threads */
} queue;

struct ct_feed {
    size_t record_size, room; /* of a block, in records */
    size_t block_bytes;
    uint64_t most_blocks; /* of a queue, in memory */
    uint64_t memory_bytes;
    ct_sorter *sorter;       /* NULL: the queues are in order */
    char *sorted;            /* a record as it is sorted: with its worker behind it */
    unsigned workers, given; /* whose record was given out last; workers: none yet */
    queue queues[];
};

static ct_status no_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "out of memory: input (lower --memory to keep it on disk)");
}

static int64_t time_of(const void *record)
{
    int64_t us;
    memcpy(&us, record, sizeof us);
    return us;
}

ct_status ct_feed_new(ct_feed **out, size_t record_size, unsigned workers, uint64_t memory_bytes,
                      ct_err *err)
{
    if (record_size < sizeof(int64_t) || record_size > RECORD_MOST || record_size % 8 != 0)
        return ct_fail(err, CT_ERANGE, "record size is not a multiple of 8 up to %d bytes",
                       (int)RECORD_MOST);
    ct_feed *const feed = calloc(1, sizeof *feed + workers * sizeof(queue));
    if (feed == NULL)
        return no_memory(err);
    const uint64_t each = memory_bytes / workers;
    uint64_t bytes = each / 16;
    bytes = bytes < BLOCK_LEAST ? BLOCK_LEAST : bytes;
    bytes = bytes > BLOCK_MOST ? BLOCK_MOST : bytes;
    feed->record_size = record_size;
    feed->room = ((size_t)bytes - sizeof(block)) / record_size;
    feed->block_bytes = sizeof(block) + feed->room * record_size;
    feed->most_blocks = each / feed->block_bytes;
    feed->memory_bytes = memory_bytes;
    feed->workers = feed->given = workers;
    for (unsigned i = 0; i < workers; i++)
        feed->queues[i].last_us = INT64_MIN;
    *out = feed;
    return CT_OK;
}

/* --- Taking in --- */

/* Puts the open block, which is full, behind the others, and opens another. */
static ct_status open_next(const ct_feed *feed, queue *q, ct_err *err)
{
    if (q->open != NULL && q->blocks >= feed->most_blocks) {
        if (!q->spill.open)
            CT_TRY(ct_spill_open(&q->spill, err));
        CT_TRY(ct_spill_append(&q->spill, q->open->records, feed->room * feed->record_size, err));
        q->held = 0;
        return CT_OK;
    }
    block *const fresh = malloc(feed->block_bytes);
    if (fresh == NULL)
        return no_memory(err);
    fresh->next = NULL;
    if (q->open != NULL && q->last != NULL)
        q->last->next = q->open;
    else if (q->open != NULL)
        q->first = q->open;
    q->last = q->open;
    q->open = fresh;
    q->held = 0;
    q->blocks++;
    return CT_OK;
}

ct_status ct_feed_add(ct_feed *feed, unsigned worker, const void *record, ct_err *err)
{
    queue *const q = &feed->queues[worker];
    if (q->open == NULL || q->held == feed->room)
        CT_TRY(open_next(feed, q, err));
    if (q->open == NULL) /* it is not, but that is hard to see */
        return no_memory(err);
    memcpy(q->open->records + q->held * feed->record_size, record, feed->record_size);
    q->held++;
    const int64_t us = time_of(record);
    q->unsorted |= us < q->last_us;
    q->last_us = us;
    return CT_OK;
}

/* --- Giving out --- */

static void drop_first(queue *q)
{
    block *const done = q->first;
    q->first = done->next;
    if (q->first == NULL)
        q->last = NULL;
    free(done);
    q->blocks--;
}

/* Goes to the next block. A file is read into a block of its own, as the open one is still full. */
static ct_status next_block(const ct_feed *feed, queue *q, ct_err *err)
{
    const size_t bytes = feed->room * feed->record_size;
    if (q->at != NULL && q->first != NULL && q->read_from == 0)
        drop_first(q);
    if (q->first != NULL && q->read_from == 0) {
        q->at = q->first->records;
        q->end = q->at + bytes;
        return CT_OK;
    }
    if (q->read_from < q->spill.bytes) {
        if (q->first == NULL) {
            q->first = q->last = malloc(feed->block_bytes);
            if (q->first == NULL)
                return no_memory(err);
            q->first->next = NULL;
            q->blocks++;
        }
        CT_TRY(ct_spill_read(&q->spill, q->read_from, q->first->records, bytes, err));
        q->read_from += bytes;
        q->at = q->first->records;
        q->end = q->at + bytes;
        return CT_OK;
    }
    if (q->open_read || q->open == NULL) {
        q->at = q->end = NULL;
        return CT_END;
    }
    q->open_read = true;
    q->at = q->open->records;
    q->end = q->at + q->held * feed->record_size;
    return CT_OK;
}

/* Moves on to the next record of a queue; at its end `at` is NULL. */
static ct_status advance(const ct_feed *feed, queue *q, ct_err *err)
{
    if (q->at != NULL)
        q->at += feed->record_size;
    if (q->at == q->end) {
        const ct_status status = next_block(feed, q, err);
        return status == CT_END ? CT_OK : status;
    }
    return CT_OK;
}

static void time_key(const void *record, uint64_t key[2], void *ctx)
{
    (void)ctx;
    key[0] = ct_time_key(time_of(record));
    key[1] = 0;
}

/* What is read is let go of at once, so that it does not stand in memory twice. */
static ct_status sort_queue(ct_feed *feed, unsigned worker, ct_err *err)
{
    queue *const q = &feed->queues[worker];
    const uint64_t name = worker;
    for (;;) {
        CT_TRY(advance(feed, q, err));
        if (q->at == NULL)
            return CT_OK;
        memcpy(feed->sorted, q->at, feed->record_size);
        memcpy(feed->sorted + feed->record_size, &name, sizeof name);
        CT_TRY(ct_sorter_add(feed->sorter, feed->sorted, err));
    }
}

ct_status ct_feed_finish(ct_feed *feed, ct_pool *pool, ct_err *err)
{
    bool unsorted = false;
    for (unsigned i = 0; i < feed->workers; i++)
        unsorted |= feed->queues[i].unsorted;
    if (!unsorted) {
        for (unsigned i = 0; i < feed->workers; i++)
            CT_TRY(advance(feed, &feed->queues[i], err));
        return CT_OK;
    }
    const size_t size = feed->record_size + sizeof(uint64_t);
    const ct_order order = {.key = time_key};
    feed->sorted = malloc(size);
    if (feed->sorted == NULL)
        return no_memory(err);
    CT_TRY(ct_sorter_new(&feed->sorter, size, &order, feed->memory_bytes / 2, pool, err));
    for (unsigned i = 0; i < feed->workers; i++)
        CT_TRY(sort_queue(feed, i, err));
    return ct_sorter_finish(feed->sorter, err);
}

static ct_status next_sorted(ct_feed *feed, const void **record, unsigned *worker, ct_err *err)
{
    CT_TRY(ct_sorter_next(feed->sorter, record, err));
    uint64_t name;
    memcpy(&name, (const char *)*record + feed->record_size, sizeof name);
    *worker = (unsigned)name;
    return CT_OK;
}

ct_status ct_feed_next(ct_feed *feed, const void **record, unsigned *worker, ct_err *err)
{
    if (feed->sorter != NULL)
        return next_sorted(feed, record, worker, err);
    if (feed->given < feed->workers)
        CT_TRY(advance(feed, &feed->queues[feed->given], err));
    const queue *first = NULL;
    for (unsigned i = 0; i < feed->workers; i++) {
        const queue *const q = &feed->queues[i];
        if (q->at != NULL && (first == NULL || time_of(q->at) < time_of(first->at)))
            first = q;
    }
    if (first == NULL)
        return CT_END;
    feed->given = *worker = (unsigned)(first - feed->queues);
    *record = first->at;
    return CT_OK;
}

uint64_t ct_feed_bytes(const ct_feed *feed)
{
    uint64_t blocks = 0;
    for (unsigned i = 0; i < feed->workers; i++)
        blocks += feed->queues[i].blocks;
    return blocks * feed->block_bytes;
}

void ct_feed_free(ct_feed *feed)
{
    if (feed == NULL)
        return;
    for (unsigned i = 0; i < feed->workers; i++) {
        queue *const q = &feed->queues[i];
        while (q->first != NULL)
            drop_first(q);
        free(q->open);
        ct_spill_close(&q->spill);
    }
    ct_sorter_free(feed->sorter);
    free(feed->sorted);
    free(feed);
}
