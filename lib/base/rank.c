#include <endian.h>
#include <stdlib.h>

#include "contrace/ids.h"

/* Radix sort in place, from the first byte on, by keys kept beside the ids. Source: McIlroy,
 * Bostic and McIlroy, "Engineering radix sort", 1993 (American flag sort).
 *
 * A key is 7 bytes of the string, in the order of the bytes, and in its last byte how many there
 * were: STEP + 1 means that the string goes on. So a string comes before those it begins, even if
 * they go on in NULs, and strings of one key that do not go on are one. */
enum {
    STEP = 7,
    FEW = 16,
    BUCKET_BITS = 4, /* ids are mostly of decimal digits, which differ in 4 bits */
    BUCKETS = 1 << BUCKET_BITS,
};

typedef struct item {
    uint64_t key;
    uint32_t id;
} item;

/* Items whose strings are alike up to depth, where their keys begin. */
typedef struct part {
    item *items;
    size_t count, depth;
} part;

static uint64_t key_of(ct_str text, size_t depth)
{
    const size_t left = text.len - depth;
    uint64_t key = 0;
    if (left > STEP) {
        memcpy(&key, text.ptr + depth, sizeof key);
        return (be64toh(key) & ~UINT64_C(0xFF)) | (STEP + 1);
    }
    if (left > 0)
        memcpy(&key, text.ptr + depth, left);
    return be64toh(key) | left;
}

static bool is_before(const ct_ids *ids, const item *a, const item *b, size_t depth)
{
    if (a->key != b->key)
        return a->key < b->key;
    if ((a->key & 0xFF) <= STEP)
        return false;
    ct_str text_a = ct_ids_text(ids, a->id), text_b = ct_ids_text(ids, b->id);
    depth += STEP;
    text_a = (ct_str){text_a.ptr + depth, text_a.len - depth};
    text_b = (ct_str){text_b.ptr + depth, text_b.len - depth};
    return ct_str_compare(text_a, text_b) < 0;
}

static void sort_few(const ct_ids *ids, part few)
{
    item *const items = few.items;
    for (size_t i = 1; i < few.count; i++) {
        const item moving = items[i];
        size_t j = i;
        for (; j > 0 && is_before(ids, &moving, &items[j - 1], few.depth); j--)
            items[j] = items[j - 1];
        items[j] = moving;
    }
}

/* The bits in which keys of the part differ. */
static uint64_t differing_bits(part p)
{
    uint64_t bits = 0;
    for (size_t i = 1; i < p.count; i++)
        bits |= p.items[i].key ^ p.items[0].key;
    return bits;
}

/* Groups the items by BUCKET_BITS bits of their keys, `shift` from the last. */
static void distribute(part whole, int shift, part buckets[BUCKETS])
{
    size_t counts[BUCKETS] = {0};
    for (size_t i = 0; i < whole.count; i++)
        counts[whole.items[i].key >> shift & (BUCKETS - 1)]++;
    item *next[BUCKETS], *at = whole.items;
    for (size_t b = 0; b < BUCKETS; b++) {
        buckets[b] = (part){at, counts[b], whole.depth};
        next[b] = at;
        at += counts[b];
    }
    for (size_t b = 0; b < BUCKETS; b++) {
        item *const end = buckets[b].items + buckets[b].count;
        while (next[b] < end) {
            item moving = *next[b];
            for (;;) {
                const size_t home = moving.key >> shift & (BUCKETS - 1);
                if (home == b)
                    break;
                item *const to = next[home]++;
                const item other = *to;
                *to = moving;
                moving = other;
            }
            *next[b]++ = moving;
        }
    }
}

/* Goes on with the largest bucket, and nests for the others: at most log2(count) deep. */
static void sort(const ct_ids *ids, part whole)
{
    while (whole.count > FEW) {
        const uint64_t bits = differing_bits(whole);
        if (bits == 0) {
            whole.depth += STEP;
            for (size_t i = 0; i < whole.count; i++)
                whole.items[i].key = key_of(ct_ids_text(ids, whole.items[i].id), whole.depth);
            continue;
        }
        const int highest = 63 - __builtin_clzll(bits);
        part buckets[BUCKETS];
        distribute(whole, highest < BUCKET_BITS ? 0 : highest - BUCKET_BITS + 1, buckets);
        size_t largest = 0;
        for (size_t b = 1; b < BUCKETS; b++)
            if (buckets[b].count > buckets[largest].count)
                largest = b;
        for (size_t b = 0; b < BUCKETS; b++)
            if (b != largest)
                sort(ids, buckets[b]);
        whole = buckets[largest];
    }
    sort_few(ids, whole);
}

/* All strings in bytewise order, which the caller frees; NULL: no memory. */
static item *sorted(const ct_ids *ids, uint32_t count, ct_err *err)
{
    item *const items = malloc(((size_t)count + 1) * sizeof *items);
    if (!items) {
        (void)ct_fail(err, CT_ENOMEM, "out of memory");
        return NULL;
    }
    for (uint32_t id = 0; id < count; id++)
        items[id] = (item){key_of(ct_ids_text(ids, id), 0), id};
    sort(ids, (part){items, count, 0});
    return items;
}

ct_status ct_ids_rank(const ct_ids *ids, uint32_t *rank, ct_err *err)
{
    const uint32_t count = ct_ids_count(ids);
    item *const items = sorted(ids, count, err);
    if (!items)
        return CT_ENOMEM;
    for (uint32_t i = 0; i < count; i++)
        rank[items[i].id] = i;
    free(items);
    return CT_OK;
}

ct_status ct_ids_order(const ct_ids *ids, uint32_t *order, ct_err *err)
{
    const uint32_t count = ct_ids_count(ids);
    item *const items = sorted(ids, count, err);
    if (!items)
        return CT_ENOMEM;
    for (uint32_t i = 0; i < count; i++)
        order[i] = items[i].id;
    free(items);
    return CT_OK;
}
