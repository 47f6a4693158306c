#include "batch.h"

#include <stdlib.h>
#include <string.h>

ct_status ct_batch_new(ct_batch **out, size_t payload_size, ct_err *err)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for a batch of the grid");
    (*out)->payload_size = payload_size;
    ct_batch_clear(*out);
    return CT_OK;
}

void ct_batch_clear(ct_batch *batch)
{
    batch->count = 0;
    memset(batch->widest_m, 0, sizeof batch->widest_m);
    batch->first_from_us = batch->last_from_us = batch->last_until_us = INT64_MIN;
}

static bool grow(void **array, size_t count, size_t size)
{
    void *grown = count < SIZE_MAX / size ? realloc(*array, count * size) : NULL;
    if (grown != NULL)
        *array = grown;
    return grown != NULL;
}

ct_status ct_batch_reserve(ct_batch *batch, size_t count, ct_err *err)
{
    if (count <= batch->capacity)
        return CT_OK;
    void *things = batch->things, *payload = batch->payload;
    void *filed = batch->filed, *keys = batch->keys;
    const bool fits =
        grow(&things, count, sizeof *batch->things) && grow(&payload, count, batch->payload_size) &&
        grow(&filed, count, sizeof *batch->filed) && grow(&keys, count + 1, sizeof *batch->keys);
    batch->things = things;
    batch->payload = payload;
    batch->filed = filed;
    batch->keys = keys;
    if (!fits)
        return ct_fail(err, CT_ENOMEM, "no memory for a batch of %zu things in the grid", count);
    batch->capacity = count;
    return CT_OK;
}

ct_status ct_batch_add(ct_batch *batch, const ct_thing *thing, const void *payload, ct_err *err)
{
    if (batch->count == batch->capacity)
        CT_TRY(ct_batch_reserve(batch, batch->capacity < 256 ? 256 : 2 * batch->capacity, err));
    if (batch->count == 0)
        batch->first_from_us = thing->from_us;
    batch->last_from_us = thing->from_us;
    if (thing->until_us > batch->last_until_us)
        batch->last_until_us = thing->until_us;
    batch->things[batch->count] = *thing;
    memcpy(batch->payload + batch->count * batch->payload_size, payload, batch->payload_size);
    batch->count++;
    return CT_OK;
}

static void end_keys(ct_batch *batch, const ct_bands *bands)
{
    batch->keys[batch->count] = UINT64_MAX;
    size_t at = 0;
    for (uint64_t level = 0; level < CT_LEVELS; level++) {
        batch->level_starts[level] = at;
        const uint64_t next = (level + 1) << (bands->x_bits + CT_BAND_BITS);
        at = ct_keys_seek(batch->keys, at, batch->count, next);
    }
    batch->level_starts[CT_LEVELS] = batch->count;
}

enum { AHEAD = 16 }; /* to be fetched: what is filed next lies anywhere in the batch */

ct_status ct_batch_file(ct_batch *batch, const ct_bands *bands, ct_filing *filing, ct_err *err)
{
    const size_t count = batch->count;
    if (filing->capacity < count) {
        void *items = filing->items;
        if (!grow(&items, 2 * count, sizeof *filing->items))
            return ct_fail(err, CT_ENOMEM, "no memory to sort %zu things in the grid", count);
        filing->items = items;
        filing->capacity = count;
    }
    ct_keyed *items = filing->items;
    uint64_t differing = 0;
    size_t alive = 0;
    for (size_t i = 0; i < count; i++) {
        const ct_thing *t = &batch->things[i];
        const unsigned level = ct_bands_level(bands, t->radius_m, t->aside);
        items[i] = (ct_keyed){ct_bands_key(bands, level, t->x, t->y), i};
        if (t->radius_m > batch->widest_m[level])
            batch->widest_m[level] = t->radius_m;
        differing |= items[i].key ^ items[0].key;
        alive += t->until_us >= batch->last_from_us;
    }
    batch->alive = alive;
    items = ct_radix_sort(items, items + count, count, differing);
    for (size_t i = 0; i < count; i++) {
        const ct_thing *t = &batch->things[items[i].slot];
        __builtin_prefetch(&batch->things[items[i + AHEAD < count ? i + AHEAD : i].slot]);
        batch->keys[i] = items[i].key;
        batch->filed[i] = (ct_filed){ct_point_at(bands->frame, t->x, t->y),
                                     t->y,
                                     t->radius_m,
                                     t->from_us,
                                     t->until_us,
                                     items[i].slot};
    }
    end_keys(batch, bands);
    return CT_OK;
}

void ct_batch_drop(ct_batch *batch, int64_t us, const ct_bands *bands)
{
    size_t kept = 0, i = batch->last_until_us < us ? batch->count : 0;
    while (kept < batch->count && i == kept && batch->filed[i].until_us >= us)
        i = ++kept;
    for (; i < batch->count; i++) {
        if (batch->filed[i].until_us < us)
            continue;
        batch->keys[kept] = batch->keys[i];
        batch->filed[kept++] = batch->filed[i];
    }
    batch->count = batch->alive = kept;
    end_keys(batch, bands);
}

ct_status ct_batch_join(ct_batch *into, const ct_batch *a, const ct_batch *b, const ct_bands *bands,
                        ct_err *err)
{
    const size_t count = a->count + b->count;
    CT_TRY(ct_batch_reserve(into, count, err));
    for (size_t n = 0, i = 0, j = 0; n < count; n++) {
        const bool from_a = a->keys[i] <= b->keys[j];
        const ct_batch *source = from_a ? a : b;
        const size_t at = from_a ? i++ : j++;
        into->keys[n] = source->keys[at];
        into->filed[n] = source->filed[at];
        into->filed[n].slot = n;
        memcpy(into->payload + n * into->payload_size, ct_batch_payload(source, &source->filed[at]),
               into->payload_size);
    }
    into->count = into->alive = count;
    into->first_from_us = a->first_from_us;
    into->last_from_us = b->last_from_us;
    into->last_until_us = a->last_until_us > b->last_until_us ? a->last_until_us : b->last_until_us;
    for (unsigned level = 0; level < CT_LEVELS; level++)
        into->widest_m[level] = fmax(a->widest_m[level], b->widest_m[level]);
    end_keys(into, bands);
    return CT_OK;
}

size_t ct_batch_bytes(const ct_batch *batch)
{
    return sizeof *batch + batch->capacity * (sizeof *batch->things + batch->payload_size +
                                              sizeof *batch->filed + sizeof *batch->keys);
}

size_t ct_filing_bytes(const ct_filing *filing)
{
    return 2 * filing->capacity * sizeof *filing->items;
}

void ct_batch_free(ct_batch *batch)
{
    if (batch == NULL)
        return;
    free(batch->things);
    free(batch->payload);
    free(batch->filed);
    free(batch->keys);
    free(batch);
}

void ct_filing_release(ct_filing *filing)
{
    free(filing->items);
    *filing = (ct_filing){0};
}
