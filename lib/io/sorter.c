#include "contrace/sorter.h"

#include <stdlib.h>

#include "keysort.h"
#include "merge.h"
#include "spill.h"

enum {
    MEMORY_LEAST = 1 << 20,
    MEMORY_FOR_THREADS = 32 << 20, /* with less, one thread sorts */
    RECORD_MOST = 4096,
    CHUNK_MOST = 32 << 10,
    WRITE_BLOCK_MOST = 1 << 20,
    READ_BLOCK_LEAST = 16 << 10, /* smaller ones would make the disk seek more than read */
    READ_BLOCK_GOOD = 256 << 10,
    READ_BLOCK_MOST = 4 << 20,
};

struct ct_sorter {
    ct_order order;
    ct_pool *pool; /* NULL: one thread */
    uint64_t memory;
    size_t record_size;
    ct_chunks chunks;
    ct_chain chain;    /* the records in memory */
    uint64_t capacity; /* how many there may be */
    uint64_t room;     /* that each thread may take to sort them */
    ct_spill spill;
    ct_sorted_run *runs;
    size_t run_count, run_room;
    char *write_block;
    size_t write_room;
    ct_merge *merge;
    const ct_chunk *chunk; /* of the record given next, and how many of it were given */
    size_t given;
    uint64_t added, spilled;
    bool finished;
};

static ct_status out_of_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "out of memory: sorting (lower --memory to sort on disk)");
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* How much memory goes to the records, and how much to sorting them. */
static void share_memory(ct_sorter *sorter)
{
    const size_t size = sorter->record_size;
    const uint64_t workers = sorter->pool ? ct_pool_workers(sorter->pool) : 1;
    uint64_t memory = sorter->memory - sizeof *sorter - sorter->write_room;
    uint64_t chunk = least(memory / 16 / CT_KEYSORT_BUCKETS / workers, CHUNK_MOST);
    uint64_t cost = size;
    if (sorter->pool) { /* an eighth to sort in, and a sixteenth to deal out */
        sorter->room = memory / 8 / workers;
        memory = memory / 16 * 13 - memory / 64;
    } else { /* what one thread sorts, it sorts at once */
        chunk = least(memory / 64, CHUNK_MOST);
        memory -= memory / 32;
        cost += ct_keysort_cost(size);
    }
    sorter->chunks.record_size = size;
    sorter->chunks.chunk_records = chunk / size < 1 ? 1 : (size_t)(chunk / size);
    cost += (sizeof(ct_chunk) + 16) / sorter->chunks.chunk_records + 1;
    sorter->capacity = memory / cost;
    if (!sorter->pool)
        sorter->room = sorter->capacity * ct_keysort_cost(size);
}

ct_status ct_sorter_new(ct_sorter **out, size_t record_size, const ct_order *order,
                        uint64_t memory_bytes, ct_pool *pool, ct_err *err)
{
    if (record_size < 1 || record_size > RECORD_MOST)
        return ct_fail(err, CT_ERANGE, "record size outside 1 to %d bytes", (int)RECORD_MOST);
    ct_sorter *sorter = calloc(1, sizeof *sorter);
    if (!sorter)
        return out_of_memory(err);
    const uint64_t memory = memory_bytes < MEMORY_LEAST ? MEMORY_LEAST : memory_bytes;
    *sorter = (ct_sorter){.order = *order,
                          .pool = memory < MEMORY_FOR_THREADS ? NULL : pool,
                          .memory = memory,
                          .record_size = record_size};
    sorter->write_room = (size_t)least(memory / 16, WRITE_BLOCK_MOST) / record_size * record_size;
    share_memory(sorter);
    *out = sorter;
    return CT_OK;
}

static ct_status sort_chain(ct_sorter *sorter, ct_err *err)
{
    if (sorter->order.prepare)
        CT_TRY(sorter->order.prepare(sorter->order.ctx, err));
    return ct_keysort(&sorter->chain, &sorter->chunks, &sorter->order, sorter->room, sorter->pool,
                      err);
}

static ct_status add_run(ct_sorter *sorter, uint64_t from, ct_err *err)
{
    if (sorter->run_count == sorter->run_room) {
        const size_t room = sorter->run_room ? 2 * sorter->run_room : 16;
        ct_sorted_run *runs = realloc(sorter->runs, room * sizeof *runs);
        if (!runs)
            return out_of_memory(err);
        sorter->runs = runs;
        sorter->run_room = room;
    }
    sorter->runs[sorter->run_count++] =
        (ct_sorted_run){.from = from, .bytes = sorter->spill.bytes - from};
    return CT_OK;
}

static ct_status append(ct_sorter *sorter, size_t bytes, ct_err *err)
{
    CT_TRY(ct_spill_append(&sorter->spill, sorter->write_block, bytes, err));
    sorter->spilled += bytes;
    return CT_OK;
}

static ct_status write_run(ct_sorter *sorter, ct_err *err)
{
    if (!sorter->spill.open)
        CT_TRY(ct_spill_open(&sorter->spill, err));
    if (!sorter->write_block) {
        sorter->write_block = malloc(sorter->write_room);
        if (!sorter->write_block)
            return out_of_memory(err);
    }
    const uint64_t from = sorter->spill.bytes;
    size_t held = 0;
    for (ct_chunk *chunk; (chunk = ct_chain_shift(&sorter->chain)) != NULL;) {
        const char *record = chunk->records;
        for (size_t i = 0; i < chunk->count; i++, record += sorter->record_size) {
            memcpy(sorter->write_block + held, record, sorter->record_size);
            held += sorter->record_size;
            if (held < sorter->write_room)
                continue;
            const ct_status status = append(sorter, held, err);
            if (status != CT_OK) {
                ct_chunk_spare(chunk, &sorter->chunks);
                return status;
            }
            held = 0;
        }
        ct_chunk_spare(chunk, &sorter->chunks);
    }
    CT_TRY(append(sorter, held, err));
    return add_run(sorter, from, err);
}

ct_status ct_sorter_add(ct_sorter *sorter, const void *record, ct_err *err)
{
    if (sorter->finished)
        return ct_fail(err, CT_ERANGE, "record added after the last");
    if (sorter->chain.records == sorter->capacity) {
        CT_TRY(sort_chain(sorter, err));
        CT_TRY(write_run(sorter, err));
    }
    char *place = ct_chain_place(&sorter->chain, &sorter->chunks);
    if (!place)
        return out_of_memory(err);
    memcpy(place, record, sorter->record_size);
    sorter->added++;
    return CT_OK;
}

static uint64_t merge_memory(const ct_sorter *sorter)
{
    return sorter->memory - sizeof *sorter - sorter->write_room;
}

static ct_status merge_runs(const ct_sorter *sorter, size_t first, size_t count, ct_merge **out,
                            ct_err *err)
{
    const uint64_t share = merge_memory(sorter) / count - ct_merge_overhead();
    return ct_merge_new(out, &sorter->spill, sorter->runs + first, count, sorter->record_size,
                        &sorter->order, (size_t)least(share, READ_BLOCK_MOST), err);
}

/* Makes one run of several, behind the others in the file. */
static ct_status join_runs(ct_sorter *sorter, size_t first, size_t count, ct_sorted_run *joined,
                           ct_err *err)
{
    ct_merge *merge = NULL;
    CT_TRY(merge_runs(sorter, first, count, &merge, err));
    joined->from = sorter->spill.bytes;
    size_t held = 0;
    const void *record = NULL;
    ct_status status;
    while ((status = ct_merge_next(merge, &record, err)) == CT_OK) {
        memcpy(sorter->write_block + held, record, sorter->record_size);
        held += sorter->record_size;
        if (held == sorter->write_room) {
            status = append(sorter, held, err);
            if (status != CT_OK)
                break;
            held = 0;
        }
    }
    ct_merge_free(merge);
    if (status != CT_END)
        return status;
    CT_TRY(append(sorter, held, err));
    joined->bytes = sorter->spill.bytes - joined->from;
    for (size_t i = first; i < first + count; i++)
        ct_spill_drop(&sorter->spill, sorter->runs[i].from, sorter->runs[i].bytes);
    return CT_OK;
}

/* Joins neighbouring runs until one merge can read them all in blocks worth reading. */
static ct_status reduce_runs(ct_sorter *sorter, ct_err *err)
{
    uint64_t block = least(sorter->memory / 64, READ_BLOCK_GOOD);
    block = block < READ_BLOCK_LEAST ? READ_BLOCK_LEAST : block;
    const size_t fan_in = (size_t)(merge_memory(sorter) / (block + ct_merge_overhead()));
    while (sorter->run_count > fan_in) {
        size_t made = 0;
        for (size_t first = 0; first < sorter->run_count; first += fan_in) {
            const size_t rest = sorter->run_count - first;
            ct_sorted_run joined = sorter->runs[first];
            if (rest > 1)
                CT_TRY(join_runs(sorter, first, rest < fan_in ? rest : fan_in, &joined, err));
            sorter->runs[made++] = joined;
        }
        sorter->run_count = made;
    }
    return CT_OK;
}

ct_status ct_sorter_finish(ct_sorter *sorter, ct_err *err)
{
    if (sorter->finished)
        return ct_fail(err, CT_ERANGE, "sorter finished twice");
    if (sorter->chain.records > 0)
        CT_TRY(sort_chain(sorter, err));
    if (sorter->run_count > 0) {
        /* the order was last prepared for the last run, and holds for the merge as well */
        CT_TRY(write_run(sorter, err));
        ct_chunks_free(&sorter->chunks);
        CT_TRY(reduce_runs(sorter, err));
        CT_TRY(merge_runs(sorter, 0, sorter->run_count, &sorter->merge, err));
    }
    sorter->chunk = sorter->chain.first;
    sorter->finished = true;
    return CT_OK;
}

ct_status ct_sorter_next(ct_sorter *sorter, const void **record, ct_err *err)
{
    if (!sorter->finished)
        return ct_fail(err, CT_ERANGE, "sorter read before it was finished");
    if (sorter->merge)
        return ct_merge_next(sorter->merge, record, err);
    if (sorter->chunk && sorter->given == sorter->chunk->count) {
        sorter->chunk = sorter->chunk->next;
        sorter->given = 0;
    }
    if (!sorter->chunk)
        return CT_END;
    *record = sorter->chunk->records + sorter->given++ * sorter->record_size;
    return CT_OK;
}

uint64_t ct_sorter_records(const ct_sorter *sorter)
{
    return sorter->added;
}

uint64_t ct_sorter_spilled(const ct_sorter *sorter)
{
    return sorter->spilled;
}

void ct_sorter_free(ct_sorter *sorter)
{
    if (!sorter)
        return;
    ct_merge_free(sorter->merge);
    ct_spill_close(&sorter->spill);
    ct_chain_free(&sorter->chain);
    ct_chunks_free(&sorter->chunks);
    free(sorter->runs);
    free(sorter->write_block);
    free(sorter);
}
