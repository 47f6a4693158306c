#include "jobs.h"

#include <stdlib.h>

/* Where someone may work or learn. */
typedef struct slot {
    uint32_t place, room, seat;
    bool serves;
} slot;

typedef struct slots {
    slot *items;
    size_t count, capacity;
} slots;

static ct_status push(slots *list, slot item, ct_err *err)
{
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 1024;
        slot *const items = realloc(list->items, capacity * sizeof *items);
        if (!items)
            return ct_fail(err, CT_ENOMEM, "no memory for places of work");
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = item;
    return CT_OK;
}

static double squared(double v)
{
    return v * v;
}

/* Everybody of a role takes one of eight places drawn, nearer ones rather. */
static void assign(ct_city *city, slots *list, ct_role role, double half_m, uint64_t key)
{
    ct_chance chance = ct_chance_of(city->seed, CT_FOR_SLOTS, key, 0);
    size_t left = list->count;
    for (uint32_t i = 0; i < city->people_count && left > 0; i++) {
        ct_person *const person = &city->people[i];
        if (person->role != role)
            continue;
        enum { TRIES = 8 };
        size_t tried[TRIES];
        double weight[TRIES], sum = 0;
        for (int k = 0; k < TRIES; k++) {
            tried[k] = ct_chance_below(&chance, (uint32_t)left);
            const ct_place *home = &city->places[person->home];
            const ct_place *place = &city->places[list->items[tried[k]].place];
            const double d2 = squared(home->x - place->x) + squared(home->y - place->y);
            weight[k] = 1 / (1 + d2 / (half_m * half_m));
            sum += weight[k];
        }
        double luck = ct_chance_unit(&chance) * sum;
        int k = 0;
        while (k + 1 < TRIES && (luck -= weight[k]) >= 0)
            k++;
        const slot taken = list->items[tried[k]];
        list->items[tried[k]] = list->items[--left];
        person->place = taken.place;
        person->room = taken.room;
        person->seat = taken.seat;
        person->serves = taken.serves;
    }
}

/* How large the next firm is, by Zipf's law. */
static uint32_t draw_firm(const ct_city *city, uint32_t wanted, ct_chance *chance)
{
    const double most = 4 + wanted * city->params->places.firm_most;
    const double drawn = 4 / (1 - ct_chance_unit(chance));
    return (uint32_t)(drawn < most ? drawn : most);
}

static uint32_t wanted_in_firms(uint32_t workers)
{
    return workers / 5 * 4;
}

uint32_t ct_jobs_firms(const ct_city *city, uint32_t workers)
{
    const uint32_t wanted = wanted_in_firms(workers);
    ct_chance chance = ct_chance_of(city->seed, CT_FOR_SLOTS, 1, 0);
    uint32_t firms = 0;
    for (uint32_t made = 0; made < wanted; firms++)
        made += draw_firm(city, wanted, &chance);
    return firms;
}

static ct_status make_firms(const ct_city *city, uint32_t workers, slots *jobs, ct_err *err)
{
    const uint32_t office = (uint32_t)city->params->places.office_size;
    const uint32_t wanted = wanted_in_firms(workers);
    ct_chance chance = ct_chance_of(city->seed, CT_FOR_SLOTS, 1, 0);
    uint32_t firm = city->first_place[CT_AT_WORK];
    for (uint32_t made = 0; made < wanted; firm++) {
        const uint32_t size = draw_firm(city, wanted, &chance);
        for (uint32_t i = 0; i < size; i++)
            CT_TRY(push(jobs, (slot){firm, i / office, i % office, false}, err));
        made += size;
    }
    return CT_OK;
}

/* Those who serve in shops and places of leisure; which, by Zipf's law. */
static ct_status make_staff(const ct_city *city, uint32_t wanted, slots *jobs, ct_err *err)
{
    ct_chance chance = ct_chance_of(city->seed, CT_FOR_SLOTS, 2, 0);
    for (uint32_t i = 0; i < wanted; i++) {
        const ct_setting setting = ct_chance_true(&chance, 0.5) ? CT_AT_SHOP : CT_AT_LEISURE;
        const uint32_t place =
            city->first_place[setting] + ct_chance_zipf(&chance, ct_city_places(city, setting));
        const uint32_t room = ct_chance_below(&chance, city->places[place].rooms);
        CT_TRY(push(jobs, (slot){place, room, ct_chance_below(&chance, 20), true}, err));
    }
    return CT_OK;
}

static ct_status make_lessons(const ct_city *city, uint32_t pupils, slots *desks, slots *jobs,
                              ct_err *err)
{
    const uint32_t size = (uint32_t)city->params->places.class_size;
    const uint32_t schools = ct_city_places(city, CT_AT_SCHOOL);
    const uint32_t first = city->first_place[CT_AT_SCHOOL];
    for (uint32_t i = 0; i < pupils + size; i++) {
        const uint32_t lesson = i / size, school = first + lesson % schools;
        const uint32_t room = lesson / schools;
        CT_TRY(push(desks, (slot){school, room, i % size, false}, err));
        if (i % size == 0)
            CT_TRY(push(jobs, (slot){school, room, size, false}, err));
    }
    return CT_OK;
}

/* A firm has as many offices as its people need, and a canteen behind them. */
static void open_offices(const ct_city *city, const slots *jobs)
{
    for (size_t i = 0; i < jobs->count; i++) {
        ct_place *const place = &city->places[jobs->items[i].place];
        if (place->setting == CT_AT_WORK && place->rooms < jobs->items[i].room + 2)
            place->rooms = jobs->items[i].room + 2;
    }
}

static ct_status fill(ct_city *city, uint32_t workers, uint32_t pupils, slots *jobs, slots *desks,
                      ct_err *err)
{
    CT_TRY(make_firms(city, workers, jobs, err));
    CT_TRY(make_lessons(city, pupils, desks, jobs, err));
    if (jobs->count < workers)
        CT_TRY(make_staff(city, workers - (uint32_t)jobs->count, jobs, err));
    open_offices(city, jobs);
    assign(city, desks, CT_PUPIL, 700, 3);
    assign(city, jobs, CT_WORKER, 1000 * city->params->people.commute_km, 4);
    return CT_OK;
}

ct_status ct_jobs_fill(ct_city *city, uint32_t workers, uint32_t pupils, ct_err *err)
{
    slots jobs = {0}, desks = {0};
    const ct_status status = fill(city, workers, pupils, &jobs, &desks, err);
    free(jobs.items);
    free(desks.items);
    return status;
}
