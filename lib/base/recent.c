#include "contrace/recent.h"

#include <stdlib.h>

#include "hash.h"

/* A generation is a list of things in the order they were seen. The young one is filled up to the
 * window; then it becomes the old one, and what was the old one is emptied and filled anew.
 *
 * One table leads to both: a place has a slot for each, side by side in a cache line, and half of
 * them are filled at the most. A slot holds where in the list a thing stands, plus one, in its low
 * bits, and above them as much of its fingerprint as there is room for: what is not there is seldom
 * looked for in the list. */
typedef struct place {
    uint32_t of[2]; /* 0: empty */
} place;

struct ct_recent {
    uint64_t window, mask;
    unsigned bits;  /* of a slot, that say where in the list */
    unsigned young; /* which generation is */
    uint64_t count; /* of it */
    place *places;
    ct_fingerprint *things[2];
};

ct_fingerprint ct_fingerprint_of(ct_str bytes)
{
    const XXH128_hash_t hash = XXH3_128bits(bytes.ptr, bytes.len);
    return (ct_fingerprint){hash.high64, hash.low64};
}

ct_status ct_recent_new(ct_recent **out, uint64_t window, ct_err *err)
{
    if (window < 1 || window > CT_RECENT_MOST)
        return ct_fail(err, CT_ERANGE, "not 1 to %llu", (unsigned long long)CT_RECENT_MOST);
    ct_recent *recent = calloc(1, sizeof *recent);
    if (recent == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory to tell duplicates");
    uint64_t places = 2;
    recent->bits = 1;
    while (places < 2 * window) {
        places *= 2;
        recent->bits++;
    }
    recent->window = window;
    recent->mask = places - 1;
    recent->places = calloc(places, sizeof *recent->places);
    for (unsigned i = 0; i < 2; i++)
        recent->things[i] = malloc(window * sizeof *recent->things[i]);
    if (recent->places == NULL || recent->things[0] == NULL || recent->things[1] == NULL) {
        ct_recent_free(recent);
        return ct_fail(err, CT_ENOMEM, "no memory to tell duplicates");
    }
    *out = recent;
    return CT_OK;
}

void ct_recent_free(ct_recent *recent)
{
    if (recent == NULL)
        return;
    free(recent->places);
    free(recent->things[0]);
    free(recent->things[1]);
    free(recent);
}

/* What a slot has above its low bits. */
static uint32_t mark_of(const ct_recent *recent, ct_fingerprint what)
{
    return (uint32_t)(what.low >> 32) >> recent->bits;
}

/* The slot that leads to it, or the empty one where that would go. */
static uint32_t *find(const ct_recent *recent, unsigned generation, ct_fingerprint what)
{
    const uint32_t mark = mark_of(recent, what);
    for (uint64_t i = what.high & recent->mask;; i = (i + 1) & recent->mask) {
        uint32_t *slot = &recent->places[i].of[generation];
        if (*slot == 0)
            return slot;
        if (*slot >> recent->bits != mark)
            continue;
        const uint32_t low = *slot & ((UINT32_C(1) << recent->bits) - 1);
        const ct_fingerprint *there = &recent->things[generation][low - 1];
        if (there->low == what.low && there->high == what.high)
            return slot;
    }
}

static void grow_old(ct_recent *recent)
{
    recent->young ^= 1;
    recent->count = 0;
    for (uint64_t i = 0; i <= recent->mask; i++)
        recent->places[i].of[recent->young] = 0;
}

bool ct_recent_seen(ct_recent *recent, ct_fingerprint what)
{
    uint32_t *slot = find(recent, recent->young, what);
    if (*slot != 0)
        return true;
    const bool seen = *find(recent, recent->young ^ 1, what) != 0;
    if (recent->count == recent->window) {
        grow_old(recent);
        slot = find(recent, recent->young, what);
    }
    recent->things[recent->young][recent->count++] = what;
    *slot = mark_of(recent, what) << recent->bits | (uint32_t)recent->count;
    return seen;
}

void ct_recent_expect(const ct_recent *recent, ct_fingerprint what)
{
    __builtin_prefetch(&recent->places[what.high & recent->mask], 1);
}
