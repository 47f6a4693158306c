#include "place_index.h"

#include <math.h>
#include <stdlib.h>

/* Up to so many are looked through one by one. */
enum { FEW = 32 };

/* Places lie in cubes whose edges are the least power of two that is above their reach, a level for
 * each power: what a place reaches lies in its own cube or one next to it. */
enum { LEVELS = 40 };

static int level_of(double reach_m)
{
    int level = 0;
    while (level < LEVELS - 1 && ldexp(1, level) < 1.001 * reach_m)
        level++;
    return level;
}

/* FNV-1a, 64 bits, of numbers instead of bytes. */
static uint64_t fold(uint64_t hash, uint64_t number)
{
    return (hash ^ number) * UINT64_C(0x100000001b3);
}

static const uint64_t nothing = UINT64_C(0xcbf29ce484222325);

static size_t drawer_of(const struct ct_place_index *index, uint64_t hash)
{
    return (hash ^ hash >> 32) & (index->drawer_count - 1);
}

static size_t drawer_of_cube(const struct ct_place_index *index, int level, const int64_t cube[3])
{
    uint64_t hash = fold(nothing, (uint64_t)level);
    for (int i = 0; i < 3; i++)
        hash = fold(hash, (uint64_t)cube[i]);
    return drawer_of(index, hash);
}

static size_t drawer_of_name(const struct ct_place_index *index, ct_str name)
{
    uint64_t hash = nothing;
    for (size_t i = 0; i < name.len; i++)
        hash = fold(hash, (unsigned char)name.ptr[i]);
    return drawer_of(index, hash);
}

static void cube_of(int level, ct_point at, int64_t cube[3])
{
    const double edge_m = ldexp(1, level);
    cube[0] = (int64_t)floor(at.x / edge_m);
    cube[1] = (int64_t)floor(at.y / edge_m);
    cube[2] = (int64_t)floor(at.z / edge_m);
}

static void put_away(struct ct_place_index *index, size_t number)
{
    const struct ct_place_known *place = &index->places[number];
    size_t drawer;
    if (place->place_id.len > 0) {
        drawer = drawer_of_name(index, place->place_id);
    } else {
        const int level = level_of(place->reach_m);
        int64_t cube[3];
        cube_of(level, place->centre, cube);
        drawer = drawer_of_cube(index, level, cube);
        index->levels |= UINT64_C(1) << level;
    }
    index->next[number] = index->drawers[drawer];
    index->drawers[drawer] = (uint32_t)number + 1;
}

/* Two drawers a place at the least. */
static ct_status make_drawers(struct ct_place_index *index, ct_err *err)
{
    size_t wanted = 4 * (size_t)FEW;
    while (wanted < 2 * index->capacity)
        wanted *= 2;
    uint32_t *drawers = calloc(wanted, sizeof *drawers);
    if (drawers == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for %zu places", index->capacity);
    free(index->drawers);
    index->drawers = drawers;
    index->drawer_count = wanted;
    for (size_t i = 0; i < index->count; i++)
        put_away(index, i);
    return CT_OK;
}

static bool belongs(const struct ct_place_known *place, ct_str place_id, ct_point at)
{
    if (place->place_id.len > 0 || place_id.len > 0)
        return ct_str_equal(place->place_id, place_id);
    return ct_distance_squared(place->centre, at) <= place->reach_m * place->reach_m;
}

/* The first place in a drawer that it belongs to, if that comes before `best`. */
static size_t look_into(const struct ct_place_index *index, size_t drawer, ct_str place_id,
                        ct_point at, size_t best)
{
    for (uint32_t n = index->drawers[drawer]; n > 0; n = index->next[n - 1])
        if (n - 1 < best && belongs(&index->places[n - 1], place_id, at))
            best = n - 1;
    return best;
}

static size_t look_about(const struct ct_place_index *index, int level, ct_point at, size_t best)
{
    int64_t cube[3];
    cube_of(level, at, cube);
    for (int i = 0; i < 27; i++) {
        const int64_t near[3] = {cube[0] + i % 3 - 1, cube[1] + i / 3 % 3 - 1, cube[2] + i / 9 - 1};
        const size_t drawer = drawer_of_cube(index, level, near);
        best = look_into(index, drawer, (ct_str){NULL, 0}, at, best);
    }
    return best;
}

size_t ct_place_index_find(const struct ct_place_index *index, ct_str place_id, ct_point at)
{
    size_t best = index->count;
    if (index->count <= FEW) {
        for (size_t i = 0; i < index->count; i++)
            if (belongs(&index->places[i], place_id, at))
                return i;
        return index->count;
    }
    if (place_id.len > 0)
        return look_into(index, drawer_of_name(index, place_id), place_id, at, best);
    for (int level = 0; level < LEVELS; level++)
        if ((index->levels >> level & 1) != 0)
            best = look_about(index, level, at, best);
    return best;
}

static ct_status grow(struct ct_place_index *index, ct_err *err)
{
    const size_t wanted = index->capacity == 0 ? FEW : 2 * index->capacity;
    struct ct_place_known *places = realloc(index->places, wanted * sizeof *places);
    if (places != NULL)
        index->places = places;
    uint32_t *next = realloc(index->next, wanted * sizeof *next);
    if (next != NULL)
        index->next = next;
    if (places == NULL || next == NULL || wanted > UINT32_MAX / 2)
        return ct_fail(err, CT_ENOMEM, "no memory for %zu places", wanted);
    index->capacity = wanted;
    return CT_OK;
}

ct_status ct_place_index_add(struct ct_place_index *index, const struct ct_place_known *place,
                             ct_err *err)
{
    if (index->count == index->capacity)
        CT_TRY(grow(index, err));
    if (index->count >= FEW && index->drawer_count < 2 * index->capacity)
        CT_TRY(make_drawers(index, err));
    index->places[index->count] = *place;
    if (index->count >= FEW)
        put_away(index, index->count);
    index->count++;
    return CT_OK;
}

void ct_place_index_clear(struct ct_place_index *index)
{
    free(index->drawers);
    index->drawers = NULL;
    index->drawer_count = index->count = 0;
    index->levels = 0;
}

void ct_place_index_release(struct ct_place_index *index)
{
    ct_place_index_clear(index);
    free(index->places);
    free(index->next);
}
