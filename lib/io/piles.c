#include "contrace/piles.h"

#include <stdlib.h>

#include "spill.h"

enum { BLOCK_LEAST = 4 << 10, BLOCK_MOST = 32 << 10 };

/* Full but for the newest of its stack. In a file it is told by its place there + 1; 0: none. */
typedef struct block {
    struct block *older;
    uint64_t older_in_file; /* of a block in the file */
    char records[];
} block;

/* What one worker has laid on one pile. */
typedef struct stack {
    block *newest;
    uint64_t newest_in_file;
    uint64_t count;
    size_t held; /* records of the newest block */
} stack;

/* A worker's; on cache lines of its own. */
typedef struct hand {
    stack *stacks;
    uint64_t blocks;
    ct_spill spill;
    char apart[64];
} hand;

struct ct_piles {
    size_t record_size, room; /* of a block, in records */
    size_t block_bytes;
    uint32_t count;
    unsigned workers;
    uint64_t most_blocks; /* of a worker, in memory */
    hand hands[];
};

static ct_status no_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM,
                   "out of memory: what is found (lower --memory to keep it on disk)");
}

ct_status ct_piles_new(ct_piles **out, size_t record_size, uint32_t count, unsigned workers,
                       uint64_t memory_bytes, ct_err *err)
{
    ct_piles *const piles = calloc(1, sizeof *piles + workers * sizeof(hand));
    if (piles == NULL)
        return no_memory(err);
    const uint64_t each = memory_bytes / workers;
    uint64_t bytes = each / 4 / count;
    bytes = bytes < BLOCK_LEAST ? BLOCK_LEAST : bytes;
    bytes = bytes > BLOCK_MOST ? BLOCK_MOST : bytes;
    piles->record_size = record_size;
    piles->room = ((size_t)bytes - sizeof(block)) / record_size;
    piles->block_bytes = sizeof(block) + piles->room * record_size;
    piles->count = count;
    piles->workers = workers;
    piles->most_blocks = each / piles->block_bytes;
    for (unsigned i = 0; i < workers; i++) {
        piles->hands[i].stacks = calloc(count, sizeof(stack));
        if (piles->hands[i].stacks == NULL) {
            ct_piles_free(piles);
            return no_memory(err);
        }
    }
    *out = piles;
    return CT_OK;
}

/* Lets the newest block, which is full, be written over. */
static ct_status write_newest(const ct_piles *piles, hand *h, stack *s, ct_err *err)
{
    if (!h->spill.open)
        CT_TRY(ct_spill_open(&h->spill, err));
    s->newest->older_in_file = s->newest_in_file;
    s->newest_in_file = h->spill.bytes + 1;
    CT_TRY(ct_spill_append(&h->spill, s->newest, piles->block_bytes, err));
    s->held = 0;
    return CT_OK;
}

/* A stack that has no block at all gets one beyond the bound. */
static ct_status make_room(const ct_piles *piles, hand *h, stack *s, ct_err *err)
{
    if (s->newest != NULL && h->blocks >= piles->most_blocks)
        return write_newest(piles, h, s, err);
    block *const fresh = malloc(piles->block_bytes);
    if (fresh == NULL)
        return no_memory(err);
    fresh->older = s->newest;
    s->newest = fresh;
    s->held = 0;
    h->blocks++;
    return CT_OK;
}

ct_status ct_piles_add(ct_piles *piles, unsigned worker, uint32_t pile, void **record, ct_err *err)
{
    hand *const h = &piles->hands[worker];
    stack *const s = &h->stacks[pile];
    if (s->newest == NULL || s->held == piles->room)
        CT_TRY(make_room(piles, h, s, err));
    *record = s->newest->records + s->held * piles->record_size;
    s->held++;
    s->count++;
    return CT_OK;
}

uint32_t ct_piles_count(const ct_piles *piles)
{
    return piles->count;
}

uint64_t ct_piles_records(const ct_piles *piles, uint32_t pile)
{
    uint64_t records = 0;
    for (unsigned i = 0; i < piles->workers; i++)
        records += piles->hands[i].stacks[pile].count;
    return records;
}

uint64_t ct_piles_spilled(const ct_piles *piles)
{
    uint64_t bytes = 0;
    for (unsigned i = 0; i < piles->workers; i++)
        bytes += piles->hands[i].spill.bytes;
    return bytes;
}

/* Those in memory first; the last of them is then read into. */
static ct_status take_stack(const ct_piles *piles, unsigned worker, stack *s, ct_pile_fn *fn,
                            void *ctx, ct_err *err)
{
    const hand *const h = &piles->hands[worker];
    for (size_t held = s->held; s->newest != NULL; held = piles->room) {
        CT_TRY(fn(s->newest->records, held, worker, ctx, err));
        if (s->newest->older == NULL)
            break;
        block *const done = s->newest;
        s->newest = done->older;
        free(done);
    }
    while (s->newest != NULL && s->newest_in_file != 0) {
        const uint64_t from = s->newest_in_file - 1;
        const ct_status status = ct_spill_read(&h->spill, from, s->newest, piles->block_bytes, err);
        s->newest->older = NULL; /* whatever stood there when it was written */
        CT_TRY(status);
        s->newest_in_file = s->newest->older_in_file;
        CT_TRY(fn(s->newest->records, piles->room, worker, ctx, err));
    }
    free(s->newest);
    *s = (stack){0};
    return CT_OK;
}

ct_status ct_piles_take(ct_piles *piles, uint32_t pile, ct_pile_fn *fn, void *ctx, ct_err *err)
{
    for (unsigned i = 0; i < piles->workers; i++)
        CT_TRY(take_stack(piles, i, &piles->hands[i].stacks[pile], fn, ctx, err));
    return CT_OK;
}

void ct_piles_free(ct_piles *piles)
{
    if (piles == NULL)
        return;
    for (unsigned i = 0; i < piles->workers; i++) {
        hand *const h = &piles->hands[i];
        for (uint32_t pile = 0; h->stacks != NULL && pile < piles->count; pile++) {
            for (block *b = h->stacks[pile].newest, *older; b != NULL; b = older) {
                older = b->older;
                free(b);
            }
        }
        free(h->stacks);
        ct_spill_close(&h->spill);
    }
    free(piles);
}
