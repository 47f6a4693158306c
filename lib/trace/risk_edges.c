#include "risk_edges.h"

#include <math.h>
#include <stdlib.h>

/* An edge whose ids are still numbers. */
struct kept {
    uint32_t contact_rank, index_rank; /* bytewise, among all ids */
    uint32_t contact, index;
    ct_edge edge;
};

static void key_of(const void *record, uint64_t key[2], void *ctx)
{
    (void)ctx;
    const struct kept *kept = record;
    key[0] = (uint64_t)kept->contact_rank << 32 | kept->index_rank;
    key[1] = 0;
}

static int no_tie(const void *a, const void *b, void *ctx)
{
    (void)a, (void)b, (void)ctx;
    return 0;
}

ct_status ct_edges_init(struct ct_edges *edges, uint64_t memory_bytes, ct_pool *pool, ct_err *err)
{
    const ct_order order = {.prepare = NULL, .key = key_of, .tie = no_tie, .ctx = NULL};
    return ct_sorter_new(&edges->sorter, sizeof(struct kept), &order, memory_bytes, pool, err);
}

static void take(ct_edge *edge, const ct_met *met)
{
    if (met->start_us < edge->first_us)
        edge->first_us = met->start_us;
    if (met->end_us > edge->last_us)
        edge->last_us = met->end_us;
    if (__builtin_add_overflow(edge->recorded_us, met->recorded_us, &edge->recorded_us))
        edge->recorded_us = INT64_MAX;
    if (__builtin_add_overflow(edge->expected_us, met->expected_us, &edge->expected_us))
        edge->expected_us = INT64_MAX;
    edge->episodes++;
    edge->min_distance_m = fmin(edge->min_distance_m, met->min_distance_m);
    edge->probability = fmax(edge->probability, met->probability);
}

ct_status ct_edges_add(struct ct_edges *edges, const ct_met *met, size_t count,
                       const uint32_t *ranks, ct_err *err)
{
    for (size_t i = 0; i < count;) {
        const ct_met *first = &met[i];
        struct kept kept = {.contact_rank = ranks[first->contact],
                            .index_rank = ranks[first->index],
                            .contact = first->contact,
                            .index = first->index,
                            .edge = {.first_us = first->start_us,
                                     .last_us = first->end_us,
                                     .generation = first->generation,
                                     .min_distance_m = NAN,
                                     .probability = NAN}};
        for (; i < count && met[i].index == first->index; i++)
            take(&kept.edge, &met[i]);
        CT_TRY(ct_sorter_add(edges->sorter, &kept, err));
    }
    return CT_OK;
}

ct_status ct_edges_finish(struct ct_edges *edges, uint32_t people, ct_err *err)
{
    edges->wanted = calloc((size_t)people + 1, sizeof *edges->wanted);
    if (!edges->wanted)
        return ct_fail(err, CT_ENOMEM, "out of memory: keeping who met whom");
    return ct_sorter_finish(edges->sorter, err);
}

void ct_edges_want(struct ct_edges *edges, uint32_t contact)
{
    edges->wanted[contact] = true;
}

ct_status ct_edges_next(struct ct_edges *edges, const ct_ids *ids, const ct_edge **out, ct_err *err)
{
    const void *record = NULL;
    const struct kept *kept;
    do {
        CT_TRY(ct_sorter_next(edges->sorter, &record, err));
        kept = record;
    } while (!edges->wanted[kept->contact]);
    edges->out = kept->edge;
    edges->out.contact_id = ct_ids_text(ids, kept->contact);
    edges->out.index_id = ct_ids_text(ids, kept->index);
    *out = &edges->out;
    return CT_OK;
}

void ct_edges_release(struct ct_edges *edges)
{
    ct_sorter_free(edges->sorter);
    free(edges->wanted);
    *edges = (struct ct_edges){0};
}
