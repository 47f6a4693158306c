#include "finder_venue.h"

#include <stdlib.h>
#include <string.h>

#define NOTHING UINT32_MAX

enum { ROOM_LEAST = 256 };

/* Things stand in one array, each chained to an older one of its place and kind. */
struct node {
    int64_t until_us;
    uint32_t older; /* in its chain, or in that of the free */
    uint32_t chain; /* NOTHING: free */
};

struct ct_venues {
    size_t thing_size;
    bool only_marked;
    ct_venue_fn *visit;
    void *ctx;
    uint32_t *newest; /* two chains a place: those marked, those not */
    struct node *nodes;
    char *things;
    uint32_t capacity, used; /* nodes below `used` are in a chain or free */
    uint32_t free;
};

ct_status ct_venues_new(ct_venues **out, uint32_t places, size_t thing_size, bool only_marked,
                        ct_venue_fn *visit, void *ctx, ct_err *err)
{
    if (places > NOTHING / 2 - 1)
        return ct_fail(err, CT_ERANGE, "more than 2^31 places");
    ct_venues *const venues = calloc(1, sizeof *venues);
    uint32_t *const newest = malloc((2 * (size_t)places + 1) * sizeof *newest);
    if (venues == NULL || newest == NULL) {
        free(venues);
        free(newest);
        return ct_fail(err, CT_ENOMEM, "no memory for %u places", places);
    }
    memset(newest, 0xff, (2 * (size_t)places + 1) * sizeof *newest);
    *venues = (ct_venues){.thing_size = thing_size,
                          .only_marked = only_marked,
                          .visit = visit,
                          .ctx = ctx,
                          .newest = newest,
                          .free = NOTHING};
    *out = venues;
    return CT_OK;
}

/* Takes what ended before now_us out of a chain. */
static void expire(ct_venues *venues, uint32_t chain, int64_t now_us)
{
    uint32_t *link = &venues->newest[chain];
    while (*link != NOTHING) {
        const uint32_t i = *link;
        struct node *const node = &venues->nodes[i];
        if (node->until_us >= now_us) {
            link = &node->older;
            continue;
        }
        *link = node->older;
        *node = (struct node){0, venues->free, NOTHING};
        venues->free = i;
    }
}

static void *thing_at(const ct_venues *venues, uint32_t i)
{
    return venues->things + i * venues->thing_size;
}

/* Keeps only what is not over, and chains that anew; places that nobody is at cost nothing. */
static void compact(ct_venues *venues, int64_t now_us)
{
    const uint32_t used = venues->used;
    for (uint32_t i = 0; i < used; i++) {
        if (venues->nodes[i].chain != NOTHING)
            venues->newest[venues->nodes[i].chain] = NOTHING;
    }
    venues->used = 0;
    venues->free = NOTHING;
    for (uint32_t i = 0; i < used; i++) {
        const struct node node = venues->nodes[i];
        if (node.chain == NOTHING || node.until_us < now_us)
            continue;
        const uint32_t to = venues->used++;
        venues->nodes[to] = (struct node){node.until_us, venues->newest[node.chain], node.chain};
        venues->newest[node.chain] = to;
        memmove(thing_at(venues, to), thing_at(venues, i), venues->thing_size);
    }
}

static ct_status make_room(ct_venues *venues, int64_t now_us, ct_err *err)
{
    if (venues->free != NOTHING || venues->used < venues->capacity)
        return CT_OK;
    compact(venues, now_us);
    if (venues->used < venues->capacity / 2)
        return CT_OK;
    if (venues->capacity > NOTHING / 2)
        return ct_fail(err, CT_ENOMEM, "more than 2^31 people at places at one time");
    const uint32_t wanted = venues->capacity == 0 ? ROOM_LEAST : 2 * venues->capacity;
    struct node *const nodes = realloc(venues->nodes, wanted * sizeof *nodes);
    if (nodes != NULL)
        venues->nodes = nodes;
    char *const things = realloc(venues->things, wanted * venues->thing_size);
    if (things != NULL)
        venues->things = things;
    if (nodes == NULL || things == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for %u people at places", wanted);
    venues->capacity = wanted;
    return CT_OK;
}

static ct_status visit_chain(ct_venues *venues, uint32_t chain, int64_t now_us, const void *thing,
                             ct_err *err)
{
    expire(venues, chain, now_us);
    for (uint32_t i = venues->newest[chain]; i != NOTHING; i = venues->nodes[i].older)
        CT_TRY(venues->visit(thing_at(venues, i), thing, venues->ctx, err));
    return CT_OK;
}

ct_status ct_venues_add(ct_venues *venues, uint32_t place, int64_t from_us, int64_t until_us,
                        bool marked, const void *thing, ct_err *err)
{
    CT_TRY(make_room(venues, from_us, err));
    const uint32_t those_marked = 2 * place, those_not = 2 * place + 1;
    CT_TRY(visit_chain(venues, those_marked, from_us, thing, err));
    if (marked || !venues->only_marked)
        CT_TRY(visit_chain(venues, those_not, from_us, thing, err));
    uint32_t i = venues->free;
    if (i != NOTHING)
        venues->free = venues->nodes[i].older;
    else
        i = venues->used++;
    const uint32_t chain = marked ? those_marked : those_not;
    venues->nodes[i] = (struct node){until_us, venues->newest[chain], chain};
    venues->newest[chain] = i;
    memcpy(thing_at(venues, i), thing, venues->thing_size);
    return CT_OK;
}

void ct_venues_free(ct_venues *venues)
{
    if (venues == NULL)
        return;
    free(venues->newest);
    free(venues->nodes);
    free(venues->things);
    free(venues);
}
