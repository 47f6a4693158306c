#include "contrace/sorter.h"

#include <stdlib.h>

#include "keysort.h"
#include "merge.h"
#include "spill.h"

enum {
    MEMORY_LEAST = 1 << 20,
    RECORD_MOST = 4096,
    PIECE_MOST = 1 << 20,
    WRITE_BLOCK_MOST = 1 << 20,
    READ_BLOCK_LEAST = 16 << 10, /* smaller ones would make the disk seek more than read */
    READ_BLOCK_GOOD = 256 << 10,
    READ_BLOCK_MOST = 4 << 20,
    CACHE_LINE = 64,
    AHEAD = 16, /* records whose memory is asked for before they are needed */
};

struct ct_sorter {
    ct_order order;
    ct_pool *pool;
    uint64_t memory;
    size_t record_size;
    ct_stock stock;
    uint64_t capacity; /* records in memory at the most */
    ct_entry *entries; /* once finished, or once spilled */
    ct_spill spill;
    ct_sorted_run *runs;
    size_t run_count, run_room;
    char *write_block;
    size_t write_room;
    ct_merge *merge;
    uint64_t added, spilled, given;
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

ct_status ct_sorter_new(ct_sorter **out, size_t record_size, const ct_order *order,
                        uint64_t memory_bytes, ct_pool *pool, ct_err *err)
{
    if (record_size < 1 || record_size > RECORD_MOST)
        return ct_fail(err, CT_ERANGE, "record size outside 1 to %d bytes", (int)RECORD_MOST);
    ct_sorter *sorter = calloc(1, sizeof *sorter);
    if (!sorter)
        return out_of_memory(err);
    const uint64_t memory = memory_bytes < MEMORY_LEAST ? MEMORY_LEAST : memory_bytes;
    *sorter =
        (ct_sorter){.order = *order, .pool = pool, .memory = memory, .record_size = record_size};
    sorter->stock.record_size = record_size;
    const uint64_t piece_bytes = least(memory / 64, PIECE_MOST);
    while ((record_size << (sorter->stock.piece_bits + 1)) <= piece_bytes)
        sorter->stock.piece_bits++;
    sorter->write_room = (size_t)least(memory / 16, WRITE_BLOCK_MOST) / record_size * record_size;

    /* what a full piece takes: its records, their entries, and its place in a table that may stand
     * twice while it grows */
    const uint64_t piece_records = UINT64_C(1) << sorter->stock.piece_bits;
    const uint64_t piece_cost =
        piece_records * (record_size + sizeof(ct_entry)) + 4 * sizeof(char *);
    sorter->capacity = (memory - sizeof *sorter - sorter->write_room) / piece_cost * piece_records;
    *out = sorter;
    return CT_OK;
}

static ct_status add_piece(ct_stock *stock, ct_err *err)
{
    if (stock->piece_count == stock->piece_room) {
        const size_t room = stock->piece_room ? 2 * stock->piece_room : 16;
        char **pieces = realloc(stock->pieces, room * sizeof *pieces);
        if (!pieces)
            return out_of_memory(err);
        stock->pieces = pieces;
        stock->piece_room = room;
    }
    char *piece = malloc(stock->record_size << stock->piece_bits);
    if (!piece)
        return out_of_memory(err);
    stock->pieces[stock->piece_count++] = piece;
    return CT_OK;
}

static void stock_release(ct_stock *stock)
{
    for (size_t i = 0; i < stock->piece_count; i++)
        free(stock->pieces[i]);
    free(stock->pieces);
    stock->pieces = NULL;
    stock->piece_count = stock->piece_room = 0;
}

static ct_status sort_stock(ct_sorter *sorter, uint64_t entry_room, ct_err *err)
{
    if (!sorter->entries) {
        sorter->entries = malloc((size_t)entry_room * sizeof *sorter->entries);
        if (!sorter->entries)
            return out_of_memory(err);
    }
    if (sorter->order.prepare)
        CT_TRY(sorter->order.prepare(sorter->order.ctx, err));
    return ct_keysort(sorter->entries, &sorter->stock, &sorter->order, sorter->pool, err);
}

/* The i-th record in order; neighbours in order lie apart in memory, so those to come are asked
 * for. */
static const char *in_order(const ct_sorter *sorter, uint64_t i)
{
    if (i + AHEAD < sorter->stock.records) {
        const char *coming = ct_stock_at(&sorter->stock, sorter->entries[i + AHEAD].at);
        for (size_t at = 0; at < sorter->record_size; at += CACHE_LINE)
            __builtin_prefetch(coming + at);
    }
    return ct_stock_at(&sorter->stock, sorter->entries[i].at);
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
    for (uint64_t i = 0; i < sorter->stock.records; i++) {
        memcpy(sorter->write_block + held, in_order(sorter, i), sorter->record_size);
        held += sorter->record_size;
        if (held == sorter->write_room) {
            CT_TRY(append(sorter, held, err));
            held = 0;
        }
    }
    CT_TRY(append(sorter, held, err));
    sorter->stock.records = 0;
    return add_run(sorter, from, err);
}

ct_status ct_sorter_add(ct_sorter *sorter, const void *record, ct_err *err)
{
    if (sorter->finished)
        return ct_fail(err, CT_ERANGE, "record added after the last");
    ct_stock *stock = &sorter->stock;
    if (stock->records == sorter->capacity) {
        CT_TRY(sort_stock(sorter, sorter->capacity, err));
        CT_TRY(write_run(sorter, err));
    }
    if (stock->records >> stock->piece_bits == stock->piece_count)
        CT_TRY(add_piece(stock, err));
    memcpy(ct_stock_at(stock, stock->records), record, sorter->record_size);
    stock->records++;
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
    if (sorter->stock.records > 0)
        CT_TRY(sort_stock(sorter, sorter->stock.records, err));
    if (sorter->run_count > 0) {
        /* the order was last prepared for the last run, and holds for the merge as well */
        CT_TRY(write_run(sorter, err));
        stock_release(&sorter->stock);
        free(sorter->entries);
        sorter->entries = NULL;
        CT_TRY(reduce_runs(sorter, err));
        CT_TRY(merge_runs(sorter, 0, sorter->run_count, &sorter->merge, err));
    }
    sorter->finished = true;
    return CT_OK;
}

ct_status ct_sorter_next(ct_sorter *sorter, const void **record, ct_err *err)
{
    if (!sorter->finished)
        return ct_fail(err, CT_ERANGE, "sorter read before it was finished");
    if (sorter->merge)
        return ct_merge_next(sorter->merge, record, err);
    if (sorter->given == sorter->stock.records)
        return CT_END;
    *record = in_order(sorter, sorter->given++);
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
    stock_release(&sorter->stock);
    free(sorter->entries);
    free(sorter->runs);
    free(sorter->write_block);
    free(sorter);
}
