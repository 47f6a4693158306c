#include "day.h"

#include <stdlib.h>

enum { CHUNK = 1024, ROOM_CHUNK = 4096, COLUMNS = 8, SEATS_MOST = 1024 };
#define ROOM_M 12.0

typedef struct chunk {
    ct_stint *stints;
    size_t count;
} chunk;

typedef struct planning {
    ct_day *day;
    const ct_city *city;
    const ct_lines *lines;
    const uint8_t *modes;
    chunk *chunks;
    uint32_t rooms;
} planning;

static uint32_t smaller(size_t a, size_t b)
{
    return (uint32_t)(a < b ? a : b);
}

static ct_status plan_chunk(void *ctx, size_t task, unsigned worker, ct_err *err)
{
    (void)worker;
    planning *const p = ctx;
    const uint32_t from = (uint32_t)task * CHUNK;
    const uint32_t until = smaller((size_t)from + CHUNK, p->city->people_count);
    ct_stint *stints = malloc((size_t)CHUNK * CT_STINTS_MOST * sizeof *stints);
    if (!stints)
        return ct_fail(err, CT_ENOMEM, "no memory to plan a day");
    size_t count = 0;
    for (uint32_t i = from; i < until; i++) {
        p->day->first[i] = count; /* within the chunk, for now */
        count += ct_plan(p->city, p->lines, i, p->day->number, p->day->weekday,
                         (ct_mode)p->modes[i], stints + count);
    }
    ct_stint *const kept = realloc(stints, (count + 1) * sizeof *stints);
    p->chunks[task] = (chunk){kept ? kept : stints, count};
    return kept ? CT_OK : ct_fail(err, CT_ENOMEM, "no memory to plan a day");
}

static ct_status join(planning *p, size_t chunks, ct_err *err)
{
    ct_day *const day = p->day;
    size_t total = 0;
    for (size_t i = 0; i < chunks; i++)
        total += p->chunks[i].count;
    if (total > day->capacity) {
        free(day->stints);
        free(day->by_room);
        day->capacity = total + total / 8;
        day->stints = malloc(day->capacity * sizeof *day->stints);
        day->by_room = malloc(day->capacity * sizeof *day->by_room);
        if (!day->stints || !day->by_room) {
            day->capacity = 0;
            return ct_fail(err, CT_ENOMEM, "no memory for %zu stays", total);
        }
    }
    size_t at = 0;
    for (size_t i = 0; i < chunks; i++) {
        const size_t until = smaller((i + 1) * CHUNK, p->city->people_count);
        for (size_t person = i * CHUNK; person < until; person++)
            day->first[person] += at;
        memcpy(day->stints + at, p->chunks[i].stints, p->chunks[i].count * sizeof *day->stints);
        at += p->chunks[i].count;
        free(p->chunks[i].stints);
        p->chunks[i].stints = NULL;
    }
    day->first[p->city->people_count] = total;
    return CT_OK;
}

static void group(planning *p)
{
    ct_day *const day = p->day;
    const size_t total = day->first[p->city->people_count];
    uint32_t *const next = day->room_first + 1;
    for (size_t i = 0; i < (size_t)p->rooms + 2; i++)
        day->room_first[i] = 0;
    for (size_t i = 0; i < total; i++)
        next[day->stints[i].room + 1]++; /* NOLINT(*UndefinedBinaryOperatorResult): all are set */
    for (uint32_t i = 1; i <= p->rooms; i++)
        next[i] += next[i - 1]; /* NOLINT(*UndefinedBinaryOperatorResult): all are set */
    for (size_t i = 0; i < total; i++)
        day->by_room[next[day->stints[i].room]++] = (uint32_t)i;
}

static int by_time(const void *a, const void *b, void *ctx)
{
    const ct_stint *stints = ctx;
    const uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    const int32_t from_i = stints[i].from_ms, from_j = stints[j].from_ms;
    return from_i != from_j ? (from_i > from_j) - (from_i < from_j) : (i > j) - (i < j);
}

/* Who comes first has the seat; who finds it taken, the next one free; who finds none, stands
 * behind the last row. */
static void allot(ct_stint *stints, const uint32_t *order, size_t count)
{
    int32_t free_at[SEATS_MOST] = {0};
    for (size_t i = 0; i < count; i++) {
        ct_stint *const stint = &stints[order[i]];
        if (!ct_rooms[stint->kind].allotted)
            continue;
        const unsigned seats = ct_rooms[stint->kind].seats;
        unsigned seat = stint->seat % seats, tried = 0;
        while (tried < seats && free_at[seat] > stint->from_ms) {
            seat = (seat + 1) % seats;
            tried++;
        }
        if (tried == seats)
            for (seat = seats; seat + 1 < SEATS_MOST && free_at[seat] > stint->from_ms;)
                seat++;
        free_at[seat] = stint->until_ms;
        stint->seat = (uint16_t)seat;
    }
}

static ct_status seat_rooms(void *ctx, size_t task, unsigned worker, ct_err *err)
{
    (void)worker;
    (void)err;
    planning *const p = ctx;
    ct_day *const day = p->day;
    const uint32_t until = smaller((task + 1) * ROOM_CHUNK, p->rooms);
    for (uint32_t room = (uint32_t)task * ROOM_CHUNK; room < until; room++) {
        uint32_t *const order = day->by_room + day->room_first[room];
        const size_t count = day->room_first[room + 1] - day->room_first[room];
        if (count < 2)
            continue;
        qsort_r(order, count, sizeof *order, by_time, day->stints);
        allot(day->stints, order, count);
    }
    return CT_OK;
}

static ct_status make_room(planning *p, ct_err *err)
{
    ct_day *const day = p->day;
    if (!day->first)
        day->first = calloc((size_t)p->city->people_count + 1, sizeof *day->first);
    if (!day->room_first)
        day->room_first = malloc(((size_t)p->rooms + 2) * sizeof *day->room_first);
    return day->first && day->room_first ? CT_OK
                                         : ct_fail(err, CT_ENOMEM, "no memory to plan a day");
}

ct_status ct_day_plan(ct_day *day, const ct_city *city, const ct_lines *lines, const uint8_t *modes,
                      uint32_t number, unsigned weekday, ct_pool *pool, ct_err *err)
{
    const size_t chunks = ((size_t)city->people_count + CHUNK - 1) / CHUNK;
    planning p = {.day = day, .city = city, .lines = lines, .modes = modes};
    p.rooms = city->room_count + ct_lines_rooms(lines);
    p.chunks = calloc(chunks, sizeof *p.chunks);
    day->number = number;
    day->weekday = weekday;
    ct_status status =
        p.chunks ? make_room(&p, err) : ct_fail(err, CT_ENOMEM, "no memory to plan a day");
    if (status == CT_OK)
        status = ct_pool_run(pool, chunks, plan_chunk, &p, err);
    if (status == CT_OK)
        status = join(&p, chunks, err);
    if (status == CT_OK) {
        group(&p);
        status = ct_pool_run(pool, (p.rooms + ROOM_CHUNK - 1) / ROOM_CHUNK, seat_rooms, &p, err);
    }
    for (size_t i = 0; p.chunks && i < chunks; i++)
        free(p.chunks[i].stints);
    free(p.chunks);
    return status;
}

void ct_day_release(ct_day *day)
{
    free(day->stints);
    free(day->first);
    free(day->by_room);
    free(day->room_first);
    *day = (ct_day){0};
}

/* --- Tracks --- */

uint32_t ct_room_place(const ct_city *city, uint32_t room)
{
    if (room >= city->room_count)
        return CT_NO_PLACE;
    uint32_t low = 0, high = city->first_place[CT_AT_TRANSPORT];
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (city->places[middle].first_room <= room)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void ct_room_at(const ct_city *city, const ct_lines *lines, const ct_stint *stint, int32_t ms,
                double *x, double *y)
{
    const uint32_t number = ct_room_place(city, stint->room);
    if (number == CT_NO_PLACE) {
        ct_lines_at(lines, stint->room, ms, x, y);
        return;
    }
    const ct_place *place = &city->places[number];
    const uint32_t room = stint->room - place->first_room, row = room / COLUMNS;
    *x = place->x + room % COLUMNS * ROOM_M;
    *y = place->y + row * (2 * ROOM_M);
}

void ct_track_begin(ct_track *track, const ct_city *city, const ct_lines *lines, const ct_day *day,
                    uint32_t person)
{
    track->city = city;
    track->lines = lines;
    track->stints = day->stints + day->first[person];
    track->count = day->first[person + 1] - day->first[person];
    track->at = 0;
    track->day = day->number;
    track->walked = track->passed = 0;
}

/* Where the person is in the stint in hand. */
static void within(ct_track *track, size_t stint, int32_t ms, double *x, double *y)
{
    const ct_stint *s = &track->stints[stint];
    if (track->walked != stint + 1) {
        track->node_count = ct_walk(track->city, s, track->day, track->nodes);
        track->walked = stint + 1;
    }
    double dx, dy;
    ct_walk_at(track->nodes, track->node_count, ms, &dx, &dy);
    ct_room_at(track->city, track->lines, s, ms, x, y);
    *x += dx;
    *y += dy;
}

bool ct_track_at(ct_track *track, int32_t ms, double *x, double *y)
{
    while (track->at + 1 < track->count && track->stints[track->at + 1].from_ms <= ms)
        track->at++;
    const ct_stint *s = &track->stints[track->at];
    if (ms <= s->until_ms || track->at + 1 == track->count) {
        within(track, track->at, ms < s->until_ms ? ms : s->until_ms, x, y);
        return true;
    }
    double *const ends = track->ways;
    if (track->passed != track->at + 1) {
        within(track, track->at, s->until_ms, &ends[0], &ends[1]);
        within(track, track->at + 1, s[1].from_ms, &ends[2], &ends[3]);
        track->passed = track->at + 1;
    }
    const double share = (double)(ms - s->until_ms) / (s[1].from_ms - s->until_ms);
    *x = ends[0] + share * (ends[2] - ends[0]);
    *y = ends[1] + share * (ends[3] - ends[1]);
    return false;
}
