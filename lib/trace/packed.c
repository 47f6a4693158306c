#include "packed.h"

#include <math.h>
#include <stdlib.h>

ct_status ct_packing_open(ct_packing *packing, ct_err *err)
{
    CT_TRY(ct_ids_new(&packing->people, err));
    return ct_ids_new(&packing->labels, err);
}

void ct_packing_release(ct_packing *packing)
{
    ct_ids_free(packing->people);
    ct_ids_free(packing->labels);
    free(packing->ranks);
    *packing = (ct_packing){0};
}

static ct_status rank_people(void *ctx, ct_err *err)
{
    ct_packing *packing = ctx;
    const size_t people = ct_ids_count(packing->people);
    uint32_t *ranks = realloc(packing->ranks, (people + 1) * sizeof *ranks);
    if (ranks == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory to rank %zu people", people);
    packing->ranks = ranks;
    return ct_ids_rank(packing->people, ranks, err);
}

static void sort_key(const void *record, uint64_t key[2], void *ctx)
{
    const ct_packing *packing = ctx;
    const ct_packed *ping = record;
    key[0] = packing->ranks[ping->person];
    key[1] = ct_time_key(ping->time_us);
}

ct_status ct_packing_sorter(ct_packing *packing, ct_sorter **out,
                            int (*tie)(const void *a, const void *b, void *ctx),
                            uint64_t memory_bytes, ct_pool *pool, ct_err *err)
{
    const ct_order order = {rank_people, sort_key, tie, packing};
    return ct_sorter_new(out, sizeof(ct_packed), &order, memory_bytes, pool, err);
}

static ct_status add_label(ct_packing *packing, ct_label *last, ct_str text, ct_err *err)
{
    if (last->text.ptr != NULL && ct_str_equal(last->text, text))
        return CT_OK;
    CT_TRY(ct_ids_add(packing->labels, text, &last->number, err));
    last->text = ct_ids_text(packing->labels, last->number);
    return CT_OK;
}

ct_status ct_packing_put(ct_packing *packing, const ct_ping *ping, ct_packed *out, ct_err *err)
{
    CT_TRY(add_label(packing, &packing->source, ping->source, err));
    CT_TRY(add_label(packing, &packing->place, ping->place_id, err));
    *out = (ct_packed){.time_us = ping->time_us,
                       .x = ping->x,
                       .y = ping->y,
                       .accuracy_m = ping->accuracy_m,
                       .source = packing->source.number,
                       .place = packing->place.number};
    return ct_ids_add(packing->people, ping->id, &out->person, err);
}

static ct_str label_text(const ct_packing *packing, ct_label *last, uint32_t number)
{
    if (last->number != number || last->text.ptr == NULL)
        *last = (ct_label){ct_ids_text(packing->labels, number), number};
    return last->text;
}

ct_ping ct_packing_get(ct_packing *packing, const ct_packed *packed)
{
    return (ct_ping){.id = ct_ids_text(packing->people, packed->person),
                     .time_us = packed->time_us,
                     .x = packed->x,
                     .y = packed->y,
                     .accuracy_m = packed->accuracy_m,
                     .source = label_text(packing, &packing->source, packed->source),
                     .place_id = label_text(packing, &packing->place, packed->place)};
}

int ct_packed_numbers(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a > b) - (a < b);
}
