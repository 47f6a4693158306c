#include "contrace/recent.h"

#include <stdlib.h>

#include "hash.h"

/* One generation: a table that is filled up to the window, half of its slots at the most. When it
 * is full, it becomes the older one, and the older one is emptied and filled anew. */
struct generation {
    ct_fingerprint *slots; /* all zero bits: empty */
    uint64_t count;
};

struct ct_recent {
    uint64_t window, mask;
    struct generation young, old;
};

ct_fingerprint ct_fingerprint_of(ct_str bytes)
{
    const XXH128_hash_t hash = XXH3_128bits(bytes.ptr, bytes.len);
    /* the empty slot's is taken by nobody */
    return (ct_fingerprint){hash.high64, hash.low64 != 0 ? hash.low64 : 1};
}

ct_status ct_recent_new(ct_recent **out, uint64_t window, ct_err *err)
{
    if (window < 1 || window > CT_RECENT_MOST)
        return ct_fail(err, CT_ERANGE, "not 1 to %llu", (unsigned long long)CT_RECENT_MOST);
    ct_recent *recent = calloc(1, sizeof *recent);
    if (recent == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory to tell duplicates");
    uint64_t slots = 2;
    while (slots < 2 * window)
        slots *= 2;
    recent->window = window;
    recent->mask = slots - 1;
    recent->young.slots = calloc(slots, sizeof(ct_fingerprint));
    recent->old.slots = calloc(slots, sizeof(ct_fingerprint));
    if (recent->young.slots == NULL || recent->old.slots == NULL) {
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
    free(recent->young.slots);
    free(recent->old.slots);
    free(recent);
}

/* The slot that holds it, or the empty one where it would go. */
static ct_fingerprint *find(const ct_recent *recent, const struct generation *in,
                            ct_fingerprint what)
{
    uint64_t i = what.high & recent->mask;
    while (in->slots[i].low != 0 &&
           (in->slots[i].low != what.low || in->slots[i].high != what.high))
        i = (i + 1) & recent->mask;
    return &in->slots[i];
}

static void grow_old(ct_recent *recent)
{
    const struct generation emptied = recent->old;
    memset(emptied.slots, 0, (recent->mask + 1) * sizeof *emptied.slots);
    recent->old = recent->young;
    recent->young = (struct generation){emptied.slots, 0};
}

bool ct_recent_seen(ct_recent *recent, ct_fingerprint what)
{
    ct_fingerprint *young = find(recent, &recent->young, what);
    if (young->low != 0)
        return true;
    const bool seen = find(recent, &recent->old, what)->low != 0;
    if (recent->young.count == recent->window) {
        grow_old(recent);
        young = find(recent, &recent->young, what);
    }
    *young = what;
    recent->young.count++;
    return seen;
}

void ct_recent_expect(const ct_recent *recent, ct_fingerprint what)
{
    __builtin_prefetch(&recent->young.slots[what.high & recent->mask]);
    __builtin_prefetch(&recent->old.slots[what.high & recent->mask]);
}
