#include "contrace/ids.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "hash.h"

/* A string is kept as a record in one of the arena's chunks, and known by its ref: the number of
 * the chunk and the place in it, in units of 16 bytes. A slot of the hash table holds the ref and
 * half of the hash, so that to look up a string that is not there costs one cache line, and one
 * that is there a second one. */
enum {
    UNIT = 16,
    CHUNK_UNITS_LOG2 = 16,
    CHUNK_BYTES = UNIT << CHUNK_UNITS_LOG2,
    FIRST_CHUNK_BYTES = 4096, /* a small table takes little */
    CHUNKS_MAX = 1 << (32 - CHUNK_UNITS_LOG2),
    FIRST_SLOTS_LOG2 = 6,
    SLOTS_LOG2_MAX = 32,
    SIDE_BY_SIDE = 16,
};

typedef struct record {
    uint32_t id, len;
    char bytes[];
} record;

typedef struct slot {
    uint32_t hash; /* its top bits are the slot's home, so that the table grows in order */
    uint32_t ref;  /* 0: empty */
} slot;

struct ct_ids {
    slot *slots;
    unsigned slots_log2;
    uint32_t count;
    uint32_t *refs; /* by id */
    size_t refs_capacity;
    char **chunks;
    size_t chunk_count, chunks_capacity;
    size_t used, room; /* bytes of the last chunk */
    size_t arena_bytes;
    uint64_t seed;
};

static ct_status out_of_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "out of memory");
}

static uint64_t fresh_seed(const void *address)
{
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) == (ssize_t)sizeof seed)
        return seed;
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)(uintptr_t)address ^ ((uint64_t)now.tv_nsec << 32) ^ (uint64_t)now.tv_sec;
}

ct_status ct_ids_new(ct_ids **out, ct_err *err)
{
    ct_ids *const ids = calloc(1, sizeof *ids);
    if (!ids)
        return out_of_memory(err);
    ids->slots_log2 = FIRST_SLOTS_LOG2;
    ids->slots = calloc((size_t)1 << ids->slots_log2, sizeof *ids->slots);
    if (!ids->slots) {
        ct_ids_free(ids);
        return out_of_memory(err);
    }
    ids->seed = fresh_seed(ids);
    *out = ids;
    return CT_OK;
}

void ct_ids_free(ct_ids *ids)
{
    if (!ids)
        return;
    for (size_t i = 0; i < ids->chunk_count; i++)
        free(ids->chunks[i]);
    free(ids->chunks);
    free(ids->refs);
    free(ids->slots);
    free(ids);
}

static record *record_at(const ct_ids *ids, uint32_t ref)
{
    const uint32_t unit = ref & ((1U << CHUNK_UNITS_LOG2) - 1);
    return (record *)(void *)(ids->chunks[ref >> CHUNK_UNITS_LOG2] + (size_t)unit * UNIT);
}

static uint32_t hash_of(const ct_ids *ids, ct_str text)
{
    return (uint32_t)(XXH3_64bits_withSeed(text.ptr, text.len, ids->seed) >> 32);
}

static size_t home_of(const ct_ids *ids, uint32_t hash)
{
    return (size_t)((uint64_t)hash << ids->slots_log2 >> 32);
}

/* The slot that holds text, or the empty one where it would go. */
static slot *find_slot(const ct_ids *ids, ct_str text, uint32_t hash)
{
    const size_t mask = ((size_t)1 << ids->slots_log2) - 1;
    for (size_t i = home_of(ids, hash);; i = (i + 1) & mask) {
        slot *const s = &ids->slots[i];
        if (s->ref == 0)
            return s;
        if (s->hash != hash)
            continue;
        const record *const r = record_at(ids, s->ref);
        if (r->len == text.len && (text.len == 0 || memcmp(r->bytes, text.ptr, text.len) == 0))
            return s;
    }
}

static ct_status grow_slots(ct_ids *ids, ct_err *err)
{
    const size_t old_count = (size_t)1 << ids->slots_log2;
    slot *const old = ids->slots, *const slots = calloc(2 * old_count, sizeof *slots);
    if (!slots)
        return out_of_memory(err);
    ids->slots = slots;
    ids->slots_log2++;
    const size_t mask = 2 * old_count - 1;
    for (size_t i = 0; i < old_count; i++) {
        if (old[i].ref == 0)
            continue;
        size_t to = home_of(ids, old[i].hash);
        while (slots[to].ref != 0)
            to = (to + 1) & mask;
        slots[to] = old[i];
    }
    free(old);
    return CT_OK;
}

/* A list of `size` bytes an item, made longer. */
static ct_status grow_list(void **list, size_t *capacity, size_t size, ct_err *err)
{
    const size_t more = *capacity ? 2 * *capacity : 16;
    void *const longer = realloc(*list, more * size);
    if (!longer)
        return out_of_memory(err);
    *list = longer;
    *capacity = more;
    return CT_OK;
}

/* Makes room for a record of `bytes` in the last chunk. A record larger than a chunk gets one of
 * its own size. */
static ct_status reserve_record(ct_ids *ids, size_t bytes, ct_err *err)
{
    /* behind a record larger than a chunk there are places that no ref reaches */
    if (ids->chunk_count > 0 && ids->used < CHUNK_BYTES && bytes <= ids->room - ids->used)
        return CT_OK;
    if (ids->chunk_count == CHUNKS_MAX)
        return ct_fail(err, CT_ERANGE, "too many ids");
    if (ids->chunk_count == ids->chunks_capacity) {
        void *list = ids->chunks;
        CT_TRY(grow_list(&list, &ids->chunks_capacity, sizeof *ids->chunks, err));
        ids->chunks = list;
    }
    size_t room =
        ids->chunk_count < 8 ? (size_t)FIRST_CHUNK_BYTES << ids->chunk_count : CHUNK_BYTES;
    if (room < bytes + UNIT)
        room = bytes + UNIT;
    char *const chunk = malloc(room);
    if (!chunk)
        return out_of_memory(err);
    ids->used = ids->chunk_count == 0 ? UNIT : 0; /* no ref may be 0 */
    ids->room = room;
    ids->arena_bytes += room;
    ids->chunks[ids->chunk_count++] = chunk;
    return CT_OK;
}

static ct_status add_new(ct_ids *ids, ct_str text, uint32_t hash, slot *empty, uint32_t *id,
                         ct_err *err)
{
    if (ids->count == CT_NO_ID - 1)
        return ct_fail(err, CT_ERANGE, "too many ids");
    if (text.len > UINT32_MAX)
        return ct_fail(err, CT_ERANGE, "too long an id");
    const size_t slot_count = (size_t)1 << ids->slots_log2;
    if (ids->count >= slot_count / 8 * 5 && ids->slots_log2 < SLOTS_LOG2_MAX) {
        CT_TRY(grow_slots(ids, err));
        empty = find_slot(ids, text, hash);
    }
    if (ids->count == ids->refs_capacity) {
        void *list = ids->refs;
        CT_TRY(grow_list(&list, &ids->refs_capacity, sizeof *ids->refs, err));
        ids->refs = list;
    }
    const size_t bytes = (sizeof(record) + text.len + UNIT - 1) / UNIT * UNIT;
    CT_TRY(reserve_record(ids, bytes, err));

    const uint32_t ref = (uint32_t)((ids->chunk_count - 1) << CHUNK_UNITS_LOG2 | ids->used / UNIT);
    ids->used += bytes;
    record *const r = record_at(ids, ref);
    r->id = ids->count;
    r->len = (uint32_t)text.len;
    if (text.len > 0)
        memcpy(r->bytes, text.ptr, text.len);
    *empty = (slot){hash, ref};
    ids->refs[ids->count] = ref;
    *id = ids->count++;
    return CT_OK;
}

static ct_status add_hashed(ct_ids *ids, ct_str text, uint32_t hash, uint32_t *id, ct_err *err)
{
    slot *const s = find_slot(ids, text, hash);
    if (s->ref == 0)
        return add_new(ids, text, hash, s, id, err);
    *id = record_at(ids, s->ref)->id;
    return CT_OK;
}

ct_status ct_ids_add(ct_ids *ids, ct_str text, uint32_t *id, ct_err *err)
{
    return add_hashed(ids, text, hash_of(ids, text), id, err);
}

/* A slot, then a record, is asked of memory some time before it is looked at. */
static ct_status add_some(ct_ids *ids, const ct_str *texts, size_t count, uint32_t *numbers,
                          ct_err *err)
{
    uint32_t hashes[SIDE_BY_SIDE];
    for (size_t i = 0; i < count; i++) {
        hashes[i] = hash_of(ids, texts[i]);
        __builtin_prefetch(&ids->slots[home_of(ids, hashes[i])]);
    }
    for (size_t i = 0; i < count; i++) {
        const slot *const s = &ids->slots[home_of(ids, hashes[i])];
        if (s->ref != 0)
            __builtin_prefetch(record_at(ids, s->ref));
    }
    for (size_t i = 0; i < count; i++)
        CT_TRY(add_hashed(ids, texts[i], hashes[i], &numbers[i], err));
    return CT_OK;
}

ct_status ct_ids_add_all(ct_ids *ids, const ct_str *texts, size_t count, uint32_t *numbers,
                         ct_err *err)
{
    for (size_t i = 0; i < count; i += SIDE_BY_SIDE)
        CT_TRY(add_some(ids, texts + i, count - i < SIDE_BY_SIDE ? count - i : SIDE_BY_SIDE,
                        numbers + i, err));
    return CT_OK;
}

uint32_t ct_ids_find(const ct_ids *ids, ct_str text)
{
    const slot *const s = find_slot(ids, text, hash_of(ids, text));
    return s->ref == 0 ? CT_NO_ID : record_at(ids, s->ref)->id;
}

ct_str ct_ids_text(const ct_ids *ids, uint32_t id)
{
    const record *const r = record_at(ids, ids->refs[id]);
    return (ct_str){r->bytes, r->len};
}

void ct_ids_prefetch(const ct_ids *ids, uint32_t id)
{
    __builtin_prefetch(record_at(ids, ids->refs[id]));
}

ct_status ct_ids_renumber(ct_ids *ids, const uint32_t *numbers, ct_err *err)
{
    if (ids->count == 0)
        return CT_OK;
    uint32_t *const refs = malloc(ids->refs_capacity * sizeof *refs);
    if (!refs)
        return out_of_memory(err);
    for (uint32_t i = 0; i < ids->count; i++) {
        refs[numbers[i]] = ids->refs[i];
        record_at(ids, ids->refs[i])->id = numbers[i];
    }
    free(ids->refs);
    ids->refs = refs;
    return CT_OK;
}

uint32_t ct_ids_count(const ct_ids *ids)
{
    return ids->count;
}

size_t ct_ids_bytes(const ct_ids *ids)
{
    return sizeof *ids + ((size_t)1 << ids->slots_log2) * sizeof *ids->slots +
           ids->refs_capacity * sizeof *ids->refs + ids->chunks_capacity * sizeof *ids->chunks +
           ids->arena_bytes;
}
