/* world.h -- what the property tests of the finder share: a small generator of chance, cases, and
 * a finder run to its end. */
#ifndef CONTRACE_TEST_WORLD_H
#define CONTRACE_TEST_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "contrace/contact.h"
#include "contrace/number.h"
#include "contrace/space.h"
#include "contrace/time.h"

enum { WORLD_ID = 12 };

static inline uint64_t world_random(uint64_t *state)
{
    /* splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014 */
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static inline int64_t world_below(uint64_t *state, int64_t n)
{
    return (int64_t)(world_random(state) % (uint64_t)n);
}

static inline double world_unit(uint64_t *state) /* 0 <= u < 1 */
{
    return (double)(world_random(state) >> 11) * 0x1p-53;
}

static inline void world_shuffle(void *items, size_t count, size_t size, uint64_t seed)
{
    char *const bytes = items, swap[256];
    assert_true(size <= sizeof swap);
    for (size_t i = count; i > 1; i--) {
        const size_t j = (size_t)world_below(&seed, (int64_t)i);
        memcpy(swap, bytes + (i - 1) * size, size);
        memcpy(bytes + (i - 1) * size, bytes + j * size, size);
        memcpy(bytes + j * size, swap, size);
    }
}

/* A list that grows; items of one size. */
typedef struct world_list {
    char *items;
    size_t count, capacity, size;
} world_list;

static inline void *world_push(world_list *list)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 64;
        list->items = realloc(list->items, list->capacity * list->size);
        assert_non_null(list->items);
    }
    void *const item = list->items + list->count++ * list->size;
    memset(item, 0, list->size);
    return item;
}

static inline void *world_at(const world_list *list, size_t i)
{
    assert_true(i < list->count && list->items);
    return list->items + i * list->size;
}

static inline void world_id(char out[WORLD_ID], ct_str id)
{
    assert_true(id.len < WORLD_ID);
    memset(out, 0, WORLD_ID);
    if (id.len)
        memcpy(out, id.ptr, id.len);
}

/* Same bits, or both missing. */
static inline bool world_same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static inline bool world_near(double a, double b, double allowed)
{
    return (isnan(a) && isnan(b)) || fabs(a - b) <= allowed;
}

/* The period of a person, or NULL. */
typedef struct world_case {
    char id[WORLD_ID];
    int64_t from_us, until_us;
} world_case;

typedef struct world_cases {
    bool given;
    world_case items[8];
    size_t count;
} world_cases;

static inline const world_case *world_case_of(const world_cases *cases, const char *id)
{
    for (size_t i = 0; i < cases->count; i++) {
        if (strcmp(cases->items[i].id, id) == 0)
            return &cases->items[i];
    }
    return NULL;
}

static inline ct_cases *world_case_table(const world_cases *cases)
{
    if (!cases->given)
        return NULL;
    ct_cases *table;
    assert_int_equal(ct_cases_new(&table, NULL), CT_OK);
    for (size_t i = 0; i < cases->count; i++) {
        const ct_infectious c = {ct_str_of(cases->items[i].id),
                                 cases->items[i].from_us,
                                 cases->items[i].until_us,
                                 CT_NO_TIME,
                                 CT_ANCHOR_NONE,
                                 CT_REPORT_TEST};
        assert_int_equal(ct_cases_add(table, &c, NULL), CT_OK);
    }
    return table;
}

#define WORLD_OK(call)                                                                             \
    do {                                                                                           \
        ct_err world_err_ = {CT_OK, ""};                                                           \
        ct_err *const err = &world_err_;                                                           \
        const ct_status world_status_ = (call);                                                    \
        if (world_status_ != CT_OK)                                                                \
            fail_msg("%s: status %d: %s", #call, (int)world_status_, world_err_.text);             \
    } while (0)

/* A collision or episode with its ids copied. */
typedef struct world_collision {
    char index[WORLD_ID], contact[WORLD_ID];
    ct_collision c;
    bool within; /* an oracle's: at a venue, or recorded within the distance */
} world_collision;

typedef struct world_episode {
    char index[WORLD_ID], contact[WORLD_ID];
    ct_episode e;
    bool overlaps; /* an oracle's: rows of one person do, or air that lingers */
} world_episode;

static inline void world_take_collisions(ct_finder *finder, world_list *out)
{
    const ct_collision *c;
    ct_err err = {CT_OK, ""};
    ct_status status;
    out->size = sizeof(world_collision);
    while ((status = ct_finder_next_collision(finder, &c, &err)) == CT_OK) {
        world_collision *const w = world_push(out);
        world_id(w->index, c->index_id);
        world_id(w->contact, c->contact_id);
        w->c = *c;
    }
    if (status != CT_END)
        fail_msg("next collision: %s", err.text);
}

static inline void world_take_episodes(ct_finder *finder, world_list *out)
{
    const ct_episode *e;
    ct_err err = {CT_OK, ""};
    ct_status status;
    out->size = sizeof(world_episode);
    while ((status = ct_finder_next_episode(finder, &e, &err)) == CT_OK) {
        world_episode *const w = world_push(out);
        world_id(w->index, e->index_id);
        world_id(w->contact, e->contact_id);
        w->e = *e;
    }
    if (status != CT_END)
        fail_msg("next episode: %s", err.text);
}

static inline bool world_episodes_same(const world_episode *a, const world_episode *b)
{
    return strcmp(a->index, b->index) == 0 && strcmp(a->contact, b->contact) == 0 &&
           a->e.start_us == b->e.start_us && a->e.end_us == b->e.end_us &&
           a->e.duration_us == b->e.duration_us && a->e.expected_us == b->e.expected_us &&
           a->e.collisions == b->e.collisions && a->e.setting == b->e.setting &&
           a->e.evidence == b->e.evidence && world_same(a->e.probability, b->e.probability) &&
           world_same(a->e.min_distance_m, b->e.min_distance_m) &&
           world_same(a->e.mean_distance_m, b->e.mean_distance_m) && world_same(a->e.x, b->e.x) &&
           world_same(a->e.y, b->e.y);
}

#endif
