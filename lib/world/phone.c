#include "phone.h"

#include <stdlib.h>

#define MINUTE_MS 60000
#define HOUR_MS   (60 * MINUTE_MS)
#define STEP_MS   40000
#define EVENING   (22 * HOUR_MS + 45 * MINUTE_MS)
#define MORNING   (6 * HOUR_MS + 15 * MINUTE_MS)

enum { OFF_MOST = 3 };

typedef struct phone {
    const ct_params *params;
    const ct_radio *radio;
    const ct_person *person;
    uint32_t number, day;
    ct_chance chance;
    ct_track track;
    struct {
        int32_t from_ms, until_ms;
    } off[OFF_MOST];
    size_t off_count;
    ct_heard heard;
    const ct_mast *before;
    int32_t due_ms, heard_from_ms; /* the next event; when the network last heard of it */
    ct_event due;
    ct_rows *rows;
    ct_err *err;
} phone;

ct_status ct_rows_add(ct_rows *rows, const ct_row *row, ct_err *err)
{
    if (rows->count == rows->capacity) {
        const size_t capacity = rows->capacity ? 2 * rows->capacity : 4096;
        ct_row *const items = realloc(rows->items, capacity * sizeof *items);
        if (!items)
            return ct_fail(err, CT_ENOMEM, "no memory for signaling rows");
        rows->items = items;
        rows->capacity = capacity;
    }
    rows->items[rows->count++] = *row;
    return CT_OK;
}

static ct_status record(phone *p, int32_t ms, ct_event event, const ct_mast *mast)
{
    ct_chance *const c = &p->chance;
    const uint32_t time_s = p->day * 86400 + (uint32_t)ms / 1000;
    ct_row row = {.time_s = time_s,
                  .arrival_s = time_s + (uint32_t)ct_chance_wait(c, 20),
                  .person = p->number,
                  .tower = mast->tower,
                  .event = (uint8_t)event};
    if (ct_chance_true(c, p->params->phone.late))
        row.arrival_s += (uint32_t)ct_chance_between(c, 2 * 3600, 40 * 3600);
    if (ct_chance_true(c, p->params->phone.corrupt))
        row.spoilt = (uint8_t)(1 + ct_chance_below(c, CT_SPOILT_KINDS - 1));
    CT_TRY(ct_rows_add(p->rows, &row, p->err));
    p->heard_from_ms = ms;
    if (!ct_chance_true(c, p->params->phone.duplicates))
        return CT_OK;
    row.arrival_s += (uint32_t)ct_chance_between(c, 20, 900);
    return ct_rows_add(p->rows, &row, p->err);
}

/* When the phone will be heard of next, and by what: at the latest by the periodic update. */
static void schedule(phone *p, int32_t now_ms)
{
    const int hour = now_ms / HOUR_MS;
    const bool night = hour < 6 || hour >= 23;
    const bool burst = p->due >= CT_DATA && ct_chance_true(&p->chance, 0.25);
    const double mean =
        burst ? MINUTE_MS / 2.0
              : p->params->phone.data_min * MINUTE_MS * (night ? p->params->phone.night : 1);
    const double wait = 1000 + ct_chance_wait(&p->chance, mean);
    const double update = p->params->phone.update_min * MINUTE_MS;
    const uint32_t luck = ct_chance_below(&p->chance, 10);
    p->due = wait > update ? CT_UPDATE : luck < 6 ? CT_DATA : luck < 8 ? CT_SMS : CT_CALL;
    p->due_ms = now_ms + (int32_t)(wait > update ? update : wait);
}

static void off(phone *p, double from_ms, double until_ms)
{
    p->off[p->off_count].from_ms = (int32_t)from_ms;
    p->off[p->off_count++].until_ms = (int32_t)(until_ms < CT_DAY_MS ? until_ms : CT_DAY_MS);
}

/* Nights go over two days: each is drawn by the day on whose evening it begins. */
static bool off_by_night(const phone *p, uint64_t seed, uint32_t evening)
{
    ct_chance chance = ct_chance_of(seed, CT_FOR_PHONE, p->number, UINT64_C(1) << 32 | evening);
    return ct_chance_true(&chance, p->params->phone.off_night);
}

static void switch_off(phone *p, uint64_t seed)
{
    if (p->day > 0 && off_by_night(p, seed, p->day - 1))
        off(p, 0, MORNING);
    if (ct_chance_true(&p->chance, p->params->phone.off_day)) {
        const double from = ct_chance_between(&p->chance, 7 * HOUR_MS, 19 * HOUR_MS);
        off(p, from, from + ct_chance_between(&p->chance, HOUR_MS, 6 * HOUR_MS));
    }
    if (off_by_night(p, seed, p->day))
        off(p, EVENING, CT_DAY_MS);
}

/* When it is on again, or `ms` if it is on. */
static int32_t on_again(const phone *p, int32_t ms)
{
    for (size_t i = 0; i < p->off_count; i++)
        if (ms >= p->off[i].from_ms && ms < p->off[i].until_ms)
            return p->off[i].until_ms;
    return ms;
}

/* Events that are due before until_ms, on the cells heard now. */
static ct_status talk(phone *p, int32_t from_ms, int32_t until_ms)
{
    while (p->due_ms < until_ms) {
        const int32_t on_ms = on_again(p, p->due_ms);
        if (on_ms > p->due_ms) {
            p->due = CT_ATTACH;
            p->due_ms = on_ms + 1000 + (int32_t)ct_chance_wait(&p->chance, 20000);
            p->before = NULL;
            continue;
        }
        const int32_t at = p->due_ms < from_ms ? from_ms : p->due_ms; /* coverage is back */
        p->before = ct_radio_serve(&p->heard, p->before, p->params->phone.ping_pong, &p->chance);
        if (p->before)
            CT_TRY(record(p, at, p->due, p->before));
        schedule(p, at);
    }
    return CT_OK;
}

static ct_status move(phone *p, int32_t from_ms, int32_t until_ms)
{
    for (int32_t ms = from_ms; ms < until_ms; ms += STEP_MS) {
        double x, y;
        (void)ct_track_at(&p->track, ms, &x, &y);
        ct_radio_hear(p->radio, p->person->operator_of, x, y, &p->heard);
        const ct_mast *now =
            ct_radio_serve(&p->heard, p->before, p->params->phone.ping_pong / 2, &p->chance);
        const bool on = on_again(p, ms) == ms;
        if (on && now && p->before && now != p->before) {
            const bool other_area = now->area != p->before->area;
            if (other_area || ct_chance_true(&p->chance, 0.3))
                CT_TRY(record(p, ms, other_area ? CT_UPDATE : CT_HANDOVER, now));
        }
        p->before = now;
        CT_TRY(talk(p, ms, ms + STEP_MS < until_ms ? ms + STEP_MS : until_ms));
    }
    return CT_OK;
}

static bool is_dead_spot(const phone *p, uint64_t seed, uint32_t place)
{
    ct_chance chance = ct_chance_of(seed, CT_FOR_RADIO, UINT64_C(1) << 40 | place, 0);
    return ct_chance_true(&chance, p->params->phone.dead_spots);
}

static ct_status stay(phone *p, const ct_city *city, const ct_stint *stint)
{
    const uint32_t place = ct_room_place(city, stint->room);
    if (place == CT_NO_PLACE)
        return move(p, stint->from_ms, stint->until_ms);
    if (is_dead_spot(p, city->seed, place))
        return CT_OK;
    ct_radio_hear(p->radio, p->person->operator_of, city->places[place].x, city->places[place].y,
                  &p->heard);
    return talk(p, stint->from_ms, stint->until_ms);
}

ct_status ct_phone_day(const ct_city *city, const ct_lines *lines, const ct_radio *radio,
                       const ct_day *day, uint32_t person, ct_rows *rows, ct_err *err)
{
    phone p = {.params = city->params,
               .radio = radio,
               .person = &city->people[person],
               .number = person,
               .day = day->number,
               .rows = rows,
               .err = err};
    if (p.person->operator_of == CT_NO_OPERATOR)
        return CT_OK;
    p.chance = ct_chance_of(city->seed, CT_FOR_PHONE, person, day->number);
    switch_off(&p, city->seed);
    schedule(&p, 0);
    p.due_ms = (int32_t)ct_chance_between(&p.chance, 0, p.due_ms);
    ct_track_begin(&p.track, city, lines, day, person);
    const ct_stint *stints = p.track.stints;
    if (ct_chance_true(&p.chance, city->params->phone.left_home)) {
        const ct_stint home = {person, stints[0].room, 0, CT_DAY_MS, 0, CT_BEDROOM, CT_AT_HOME};
        return stay(&p, city, &home);
    }
    for (size_t i = 0; i < p.track.count; i++) {
        CT_TRY(stay(&p, city, &stints[i]));
        if (i + 1 < p.track.count && stints[i + 1].from_ms > stints[i].until_ms)
            CT_TRY(move(&p, stints[i].until_ms, stints[i + 1].from_ms));
    }
    return CT_OK;
}
