#include "merge.h"

#include <stdlib.h>

#include "keysort.h"

struct source {
    uint64_t key[2];
    const char *record; /* NULL: the run is used up */
    char *block;
    size_t in_block, at;   /* bytes */
    uint64_t from, unread; /* in the file */
};

struct ct_merge {
    const ct_spill *spill;
    const ct_order *order;
    size_t record_size, block_bytes, count;
    struct source *sources;
    size_t *losers; /* a loser tree: losers[0] is the winner, losers[i] lost at inner node i */
    char *blocks;
    bool started;
};

size_t ct_merge_overhead(void)
{
    return sizeof(struct source) + sizeof(size_t);
}

static ct_status advance(ct_merge *merge, struct source *s, ct_err *err)
{
    s->at += merge->record_size;
    if (s->at >= s->in_block) {
        s->record = NULL;
        if (s->unread == 0)
            return CT_OK;
        s->in_block = s->unread < merge->block_bytes ? (size_t)s->unread : merge->block_bytes;
        CT_TRY(ct_spill_read(merge->spill, s->from, s->block, s->in_block, err));
        s->from += s->in_block;
        s->unread -= s->in_block;
        s->at = 0;
    }
    s->record = s->block + s->at;
    merge->order->key(s->record, s->key, merge->order->ctx);
    return CT_OK;
}

/* Runs follow each other in the order their records were added, so the lower number wins a tie. */
static bool wins(const ct_merge *merge, size_t a, size_t b)
{
    const struct source *sa = &merge->sources[a], *sb = &merge->sources[b];
    if (!sa->record || !sb->record)
        return sb->record ? false : sa->record ? true : a < b;
    const int c = ct_order_compare(merge->order, merge->record_size, sa->key, sa->record, sb->key,
                                   sb->record);
    return c ? c < 0 : a < b;
}

/* Leaf i hangs below inner node (i + count) / 2; inner nodes are 1 to count - 1. */
static void replay(ct_merge *merge, size_t leaf)
{
    size_t winner = leaf;
    for (size_t node = (leaf + merge->count) / 2; node >= 1; node /= 2) {
        if (wins(merge, merge->losers[node], winner)) {
            const size_t loser = winner;
            winner = merge->losers[node];
            merge->losers[node] = loser;
        }
    }
    merge->losers[0] = winner;
}

/* The winner of the games below a node, whose losers stay where they lost. */
static size_t play(ct_merge *merge, size_t node)
{
    if (node >= merge->count)
        return node - merge->count;
    const size_t a = play(merge, 2 * node), b = play(merge, 2 * node + 1);
    const bool a_wins = wins(merge, a, b);
    merge->losers[node] = a_wins ? b : a;
    return a_wins ? a : b;
}

ct_status ct_merge_new(ct_merge **out, const ct_spill *spill, const ct_sorted_run *runs,
                       size_t count, size_t record_size, const ct_order *order, size_t block_bytes,
                       ct_err *err)
{
    block_bytes = block_bytes < record_size ? record_size : block_bytes / record_size * record_size;
    ct_status status = CT_OK;
    ct_merge *merge = calloc(1, sizeof *merge);
    if (!merge)
        return ct_fail(err, CT_ENOMEM, "out of memory: merging sorted records");
    *merge = (ct_merge){.spill = spill,
                        .order = order,
                        .record_size = record_size,
                        .block_bytes = block_bytes,
                        .count = count,
                        .sources = calloc(count, sizeof *merge->sources),
                        .losers = calloc(count, sizeof *merge->losers),
                        .blocks = malloc(count * block_bytes)};
    if (!merge->sources || !merge->losers || !merge->blocks) {
        status = ct_fail(err, CT_ENOMEM, "out of memory: merging sorted records");
        goto fail;
    }
    for (size_t i = 0; i < count; i++) {
        struct source *s = &merge->sources[i];
        *s = (struct source){.block = merge->blocks + i * block_bytes,
                             .from = runs[i].from,
                             .unread = runs[i].bytes};
        status = advance(merge, s, err);
        if (status != CT_OK)
            goto fail;
    }
    merge->losers[0] = play(merge, 1);
    *out = merge;
    return CT_OK;
fail:
    ct_merge_free(merge);
    return status;
}

ct_status ct_merge_next(ct_merge *merge, const void **record, ct_err *err)
{
    if (merge->started) {
        CT_TRY(advance(merge, &merge->sources[merge->losers[0]], err));
        replay(merge, merge->losers[0]);
    }
    merge->started = true;
    const char *winner = merge->sources[merge->losers[0]].record;
    if (!winner) {
        merge->started = false; /* asked again, it answers the same */
        return CT_END;
    }
    *record = winner;
    return CT_OK;
}

void ct_merge_free(ct_merge *merge)
{
    if (!merge)
        return;
    free(merge->sources);
    free(merge->losers);
    free(merge->blocks);
    free(merge);
}
