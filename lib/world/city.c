#include "city.h"

#include <math.h>
#include <stdlib.h>

#include "jobs.h"
#include "steady.h"

const char *const ct_setting_names[] = {"home",    "work",  "school",    "shop",
                                        "leisure", "event", "transport", NULL};

const ct_room_rules ct_rooms[CT_ROOM_KINDS] = {
    [CT_LIVING] = {1.1, 3, 9, 1500, 1200, .wander = false},
    [CT_BEDROOM] = {0.8, 2, 4, 0, 0, .wander = false},
    [CT_OFFICE] = {1.5, 4, 16, 1800, 300, .wander = false},
    [CT_CANTEEN] = {1.0, 6, 24, 0, 0, .allotted = true},
    [CT_CLASS] = {1.6, 6, 30, 5400, 90, .wander = false},
    [CT_YARD] = {1.8, 18, 300, 60, 0, .wander = true},
    [CT_ZONE] = {1.4, 14, 200, 90, 0, .wander = true},
    [CT_TABLES] = {1.0, 5, 20, 3000, 120, .allotted = true},
    [CT_STAND] = {0.8, 10, 50, 0, 0, .allotted = true},
    [CT_COACH] = {0.8, 4, 48, 0, 0, .allotted = true},
};

enum { YARD_CLASSES = 2, EVENT_PEOPLE = 40000, SCHOOL_PUPILS = 400 };

double ct_city_radius_m(const ct_params *params, uint32_t people)
{
    const double radius = 1000 * sqrt(people / (CT_PI * params->people.density_km2));
    return radius < 2500 ? 2500 : radius;
}

ct_room_kind ct_city_room_kind(const ct_place *place, uint32_t room)
{
    switch ((ct_setting)place->setting) {
    case CT_AT_HOME:
        return room == 0 ? CT_LIVING : CT_BEDROOM;
    case CT_AT_WORK:
        return room + 1 < place->rooms ? CT_OFFICE : CT_CANTEEN;
    case CT_AT_SCHOOL: /* a yard to two classes, behind them */
        return room * (YARD_CLASSES + 1) < place->rooms * YARD_CLASSES ? CT_CLASS : CT_YARD;
    case CT_AT_SHOP:
        return CT_ZONE;
    case CT_AT_LEISURE:
        return CT_TABLES;
    case CT_AT_EVENT:
        return CT_STAND;
    case CT_AT_TRANSPORT:
    case CT_SETTINGS:
        break;
    }
    return CT_COACH;
}

/* --- People --- */

static unsigned draw_size(const ct_params *params, ct_chance *chance)
{
    double sum = 0;
    for (unsigned i = 0; i < CT_HOUSEHOLD_MOST; i++)
        sum += params->people.size[i];
    double luck = ct_chance_unit(chance) * sum;
    unsigned size = 1;
    while (size < CT_HOUSEHOLD_MOST && (luck -= params->people.size[size - 1]) >= 0)
        size++;
    return size;
}

static ct_role draw_child(ct_chance *chance)
{
    return ct_chance_true(chance, 0.25) ? CT_INFANT : CT_PUPIL;
}

static ct_role draw_adult(const ct_params *params, ct_chance *chance)
{
    return ct_chance_true(chance, params->people.working) ? CT_WORKER : CT_ADULT;
}

static void make_person(const ct_city *city, ct_person *person, uint32_t number, unsigned operators)
{
    const ct_params *p = city->params;
    ct_chance chance = ct_chance_of(city->seed, CT_FOR_PERSON, number, 0);
    const double has = person->role == CT_INFANT  ? 0
                       : person->role == CT_PUPIL ? p->phone.children
                       : person->role == CT_OLD   ? p->phone.old
                                                  : p->phone.adults;
    person->place = CT_NO_PLACE;
    person->sociable = (float)ct_steady_exp(p->people.sociable * ct_chance_normal(&chance) -
                                            p->people.sociable * p->people.sociable / 2);
    const double wake = 390 + 40 * ct_chance_normal(&chance);
    person->wake_min = (int16_t)(wake < 270 ? 270 : wake > 600 ? 600 : wake);
    person->begin_min = (int16_t)(person->wake_min + 80 + 25 * ct_chance_normal(&chance));
    const bool phone = operators > 0 && ct_chance_true(&chance, has);
    const uint32_t which = ct_chance_below(&chance, operators > 0 ? operators : 1);
    person->operator_of = phone ? (uint8_t)which : CT_NO_OPERATOR;
    person->rider = ct_chance_true(&chance, p->people.riding);
    person->gps = phone && ct_chance_true(&chance, p->gps.share);
    person->app = phone && ct_chance_true(&chance, p->app.share);
    person->ticket = ct_chance_true(&chance, p->app.ticket);
}

static void make_household(ct_city *city, uint32_t household, uint32_t first, unsigned size,
                           ct_chance *chance, unsigned operators)
{
    const bool old = size <= 2 && ct_chance_true(chance, city->params->people.old);
    const unsigned adults = size >= 2 && ct_chance_true(chance, 0.87) ? 2 : 1;
    for (unsigned i = 0; i < size; i++) {
        ct_person *const person = &city->people[first + i];
        person->home = household;
        person->member = (uint8_t)i;
        person->household_size = (uint8_t)size;
        person->role = (uint8_t)(old          ? CT_OLD
                                 : i < adults ? draw_adult(city->params, chance)
                                              : draw_child(chance));
        make_person(city, person, first + i, operators);
    }
}

static ct_status make_people(ct_city *city, uint32_t people, unsigned operators,
                             uint32_t *households, ct_err *err)
{
    city->people = calloc(people, sizeof *city->people);
    city->households = malloc((people + 1) * sizeof *city->households);
    if (!city->people || !city->households)
        return ct_fail(err, CT_ENOMEM, "no memory for %u people", people);
    city->people_count = people;
    uint32_t made = 0, count = 0;
    while (made < people) {
        ct_chance chance = ct_chance_of(city->seed, CT_FOR_HOUSEHOLD, count, 0);
        unsigned size = draw_size(city->params, &chance);
        if (size > people - made)
            size = people - made;
        make_household(city, count, made, size, &chance, operators);
        city->households[count++] = made;
        made += size;
    }
    city->households[count] = people;
    *households = count;
    return CT_OK;
}

/* --- Places --- */

typedef struct land {
    const double *masts;
    size_t mast_count;
} land;

static void in_disc(ct_chance *chance, double radius, double *x, double *y)
{
    do {
        *x = ct_chance_between(chance, -1, 1);
        *y = ct_chance_between(chance, -1, 1);
    } while (*x * *x + *y * *y > 1);
    *x *= radius;
    *y *= radius;
}

static void near(ct_chance *chance, double spread, double *x, double *y)
{
    *x += spread * ct_chance_normal(chance);
    *y += spread * ct_chance_normal(chance);
}

static void settle(ct_city *city, const land *ground, uint32_t number, ct_place *place)
{
    ct_chance chance = ct_chance_of(city->seed, CT_FOR_PLACE, number, 0);
    const uint32_t homes = city->first_place[CT_AT_WORK];
    const bool central = place->setting == CT_AT_WORK || place->setting == CT_AT_EVENT ||
                         (place->setting == CT_AT_LEISURE && ct_chance_true(&chance, 0.5));
    if (place->setting == CT_AT_HOME && ground->mast_count > 0 && ct_chance_true(&chance, 0.5)) {
        const double *mast =
            ground->masts + 2 * (size_t)ct_chance_below(&chance, (uint32_t)ground->mast_count);
        place->x = mast[0];
        place->y = mast[1];
        near(&chance, 300, &place->x, &place->y);
    } else if (place->setting == CT_AT_HOME || central) {
        in_disc(&chance, city->radius_m, &place->x, &place->y);
        const double inward = central ? ct_chance_unit(&chance) : 1;
        place->x *= inward;
        place->y *= inward;
    } else { /* homes are made first */
        const ct_place *home = &city->places[ct_chance_below(&chance, homes)];
        place->x = home->x;
        place->y = home->y;
        near(&chance, 150, &place->x, &place->y);
    }
}

/* A visitor's share of those who go to the rank-th of n places. */
static double zipf_share(uint32_t rank, uint32_t n)
{
    return ct_steady_log((rank + 2.0) / (rank + 1.0)) / ct_steady_log(n + 1.0);
}

static uint32_t at_least_1(double n)
{
    return n < 1 ? 1 : n > 1e6 ? 1000000 : (uint32_t)n;
}

/* How many rooms the place has, by those expected in it at once. */
static uint32_t count_rooms(const ct_city *city, uint32_t rank, uint32_t n, ct_setting setting)
{
    const double all = city->people_count;
    switch (setting) {
    case CT_AT_SHOP: /* half an hour each, within ten hours, 12 to a room */
        return at_least_1(1 + zipf_share(rank, n) * all * city->params->places.shop_day / 240);
    case CT_AT_LEISURE: /* an hour and a half each, within four hours, 14 to a room */
        return at_least_1(1 + zipf_share(rank, n) * all * city->params->places.leisure_day / 36);
    case CT_AT_EVENT:
        return at_least_1(1 + all * city->params->places.event_share / n / 45);
    default:
        return 1;
    }
}

static uint32_t count_role(const ct_city *city, ct_role role)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < city->people_count; i++)
        n += city->people[i].role == role;
    return n;
}

static void furnish(ct_city *city, uint32_t pupils, const land *ground)
{
    const uint32_t lessons = pupils / (uint32_t)city->params->places.class_size + 1;
    for (uint32_t s = 0; s < CT_AT_TRANSPORT; s++)
        for (uint32_t i = city->first_place[s]; i < city->first_place[s + 1]; i++) {
            const uint32_t n = ct_city_places(city, s), rank = i - city->first_place[s];
            ct_place *const place = &city->places[i];
            place->setting = (uint8_t)s;
            settle(city, ground, i, place);
            place->rooms =
                s == CT_AT_HOME ? 2 + (city->households[i + 1] - city->households[i]) / 2
                : s == CT_AT_SCHOOL
                    ? (lessons / n + 1) / YARD_CLASSES * (YARD_CLASSES + 1) + YARD_CLASSES + 1
                    : count_rooms(city, rank, n, s);
        }
}

static ct_status make_places(ct_city *city, uint32_t households, const land *ground, ct_err *err)
{
    const ct_params *p = city->params;
    const uint32_t workers = count_role(city, CT_WORKER), pupils = count_role(city, CT_PUPIL);
    const uint32_t counts[CT_AT_TRANSPORT] = {
        [CT_AT_HOME] = households,
        [CT_AT_WORK] = ct_jobs_firms(city, workers),
        [CT_AT_SCHOOL] = at_least_1((double)pupils / SCHOOL_PUPILS),
        [CT_AT_SHOP] = at_least_1(city->people_count / p->places.per_shop),
        [CT_AT_LEISURE] = at_least_1(city->people_count / p->places.per_leisure),
        [CT_AT_EVENT] = at_least_1((double)city->people_count / EVENT_PEOPLE),
    };
    for (int s = 0; s < CT_AT_TRANSPORT; s++)
        city->first_place[s + 1] = city->first_place[s] + counts[s];
    city->places = calloc(city->first_place[CT_AT_TRANSPORT], sizeof *city->places);
    if (!city->places)
        return ct_fail(err, CT_ENOMEM, "no memory for the places of a city");
    furnish(city, pupils, ground);
    CT_TRY(ct_jobs_fill(city, workers, pupils, err));
    for (uint32_t i = 0; i < city->first_place[CT_AT_TRANSPORT]; i++) {
        city->places[i].first_room = city->room_count;
        city->room_count += city->places[i].rooms;
    }
    return CT_OK;
}

ct_status ct_city_make(ct_city *city, const ct_params *params, uint64_t seed, uint32_t people,
                       unsigned operators, const double *masts, size_t mast_count, ct_err *err)
{
    *city = (ct_city){.params = params, .seed = seed, .radius_m = ct_city_radius_m(params, people)};
    const land ground = {masts, mast_count};
    uint32_t households = 0;
    ct_status status = make_people(city, people, operators, &households, err);
    if (status == CT_OK)
        status = make_places(city, households, &ground, err);
    if (status != CT_OK)
        ct_city_release(city);
    return status;
}

void ct_city_release(ct_city *city)
{
    free(city->people);
    free(city->households);
    free(city->places);
    *city = (ct_city){0};
}
