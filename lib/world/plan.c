#include "plan.h"

#include <math.h>

#define MINUTE_MS 60000
#define HOUR_MS   (60 * MINUTE_MS)
#define WALK_M_S  1.3
#define DRIVE_M_S 8.0

enum { OUTINGS_MOST = 6, FAVOURITES = 5, DRAWS = 4, FRIENDS = 4 };

typedef enum doing { WORKING, LEARNING, SHOPPING, SITTING, WATCHING, VISITING } doing;

typedef struct outing {
    uint32_t place;
    int32_t from_ms, until_ms;
    uint16_t seat; /* where company sits together */
    doing what;
} outing;

typedef struct plan {
    const ct_city *city;
    const ct_lines *lines;
    const ct_person *person;
    uint32_t number, day;
    ct_chance chance;
    int32_t wake_ms, bed_ms, now_ms;
    uint32_t at; /* place */
    ct_mode mode;
    ct_stint *out;
    size_t count;
    outing outings[OUTINGS_MOST];
    size_t outing_count;
} plan;

static int32_t earlier(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static void add(plan *p, uint32_t room, ct_room_kind kind, ct_setting setting, uint32_t seat,
                int32_t until_ms)
{
    if (until_ms <= p->now_ms || p->count == CT_STINTS_MOST)
        return;
    p->out[p->count++] = (ct_stint){p->number,      room,          p->now_ms,       until_ms,
                                    (uint16_t)seat, (uint8_t)kind, (uint8_t)setting};
    p->now_ms = until_ms;
}

/* --- At home --- */

uint32_t ct_bedroom(const ct_city *city, const ct_person *person)
{
    return city->places[person->home].first_room + 1 + person->member / 2u;
}

static void to_bedroom(plan *p, int32_t until_ms)
{
    add(p, ct_bedroom(p->city, p->person), CT_BEDROOM, CT_AT_HOME, p->person->member % 2u,
        until_ms);
}

/* In bed until waking and from bedtime on; between, in the living room or one's own. The last stint
 * of a day has room kept for it. */
static void be_home(plan *p, int32_t until_ms)
{
    while (p->now_ms < until_ms) {
        if (p->mode == CT_APART || p->now_ms >= p->bed_ms || p->count + 8 > CT_STINTS_MOST) {
            to_bedroom(p, until_ms);
            return;
        }
        if (p->now_ms < p->wake_ms) {
            to_bedroom(p, earlier(p->wake_ms, until_ms));
            continue;
        }
        const int32_t spell = 5 * MINUTE_MS + (int32_t)ct_chance_wait(&p->chance, 75 * MINUTE_MS);
        const int32_t end = earlier(earlier(p->now_ms + spell, until_ms), p->bed_ms);
        if (ct_chance_true(&p->chance, 0.6))
            add(p, p->city->places[p->person->home].first_room, CT_LIVING, CT_AT_HOME,
                ct_chance_below(&p->chance, 9), end);
        else
            to_bedroom(p, end);
    }
}

/* --- On the way --- */

static int32_t drive_or_walk_ms(double distance_m)
{
    return distance_m < 1200 ? (int32_t)(distance_m / WALK_M_S * 1000) + 20000
                             : (int32_t)(distance_m / DRIVE_M_S * 1000) + 3 * MINUTE_MS;
}

static double distance_m(const plan *p, uint32_t place)
{
    const ct_place *a = &p->city->places[p->at], *b = &p->city->places[place];
    const double dx = a->x - b->x, dy = a->y - b->y;
    return sqrt(dx * dx + dy * dy);
}

/* Those who ride do so to work, and home from there. */
static bool rides(const plan *p, uint32_t place)
{
    return p->person->rider && p->person->role == CT_WORKER &&
           (place == p->person->place || p->at == p->person->place) && distance_m(p, place) > 1500;
}

static void go(plan *p, uint32_t place)
{
    const ct_place *a = &p->city->places[p->at], *b = &p->city->places[place];
    const double from[2] = {a->x, a->y}, to[2] = {b->x, b->y};
    int32_t arrival = p->now_ms + drive_or_walk_ms(distance_m(p, place));
    ct_ride ride;
    if (rides(p, place) && p->count < CT_STINTS_MOST &&
        ct_lines_find(p->lines, from, to, p->now_ms, &p->chance, &ride)) {
        p->now_ms = ride.board_ms;
        add(p, ride.room, CT_COACH, CT_AT_TRANSPORT, ct_chance_below(&p->chance, 48),
            ride.alight_ms);
        arrival = ride.alight_ms + 8 * MINUTE_MS;
    }
    p->now_ms = arrival;
    p->at = place;
}

static void go_home(plan *p)
{
    if (p->at != p->person->home)
        go(p, p->person->home);
}

/* --- At work, at school, out --- */

static void work(plan *p, const outing *o)
{
    const ct_place *place = &p->city->places[o->place];
    const uint32_t office = place->first_room + p->person->room;
    const ct_setting setting = (ct_setting)place->setting;
    if (setting != CT_AT_WORK) { /* serves, or teaches */
        add(p, office, setting == CT_AT_SCHOOL ? CT_CLASS : CT_ZONE, setting, p->person->seat,
            o->until_ms);
        return;
    }
    const int32_t lunch = 11 * HOUR_MS + (int32_t)ct_chance_below(&p->chance, 120) * MINUTE_MS;
    if (lunch > p->now_ms && lunch + HOUR_MS < o->until_ms && ct_chance_true(&p->chance, 0.6)) {
        add(p, office, CT_OFFICE, setting, p->person->seat, lunch);
        add(p, place->first_room + place->rooms - 1, CT_CANTEEN, setting,
            ct_chance_below(&p->chance, 24), lunch + 30 * MINUTE_MS);
    }
    add(p, office, CT_OFFICE, setting, p->person->seat, o->until_ms);
}

/* Lessons, with two breaks in the yard. */
static void learn(plan *p, const outing *o)
{
    static const int32_t breaks[][2] = {{600, 620}, {720, 760}}; /* minutes of the day */
    const ct_place *place = &p->city->places[o->place];
    const uint32_t lesson = place->first_room + p->person->room;
    const uint32_t yard = place->first_room + place->rooms / 3 * 2 + p->person->room / 2;
    for (int i = 0; i < 2; i++) {
        const int32_t from = breaks[i][0] * MINUTE_MS, until = breaks[i][1] * MINUTE_MS;
        if (from <= p->now_ms || until >= o->until_ms)
            continue;
        add(p, lesson, CT_CLASS, CT_AT_SCHOOL, p->person->seat, from);
        add(p, yard, CT_YARD, CT_AT_SCHOOL, 0, until);
    }
    add(p, lesson, CT_CLASS, CT_AT_SCHOOL, p->person->seat, o->until_ms);
}

static void be_out(plan *p, const outing *o)
{
    const ct_place *place = &p->city->places[o->place];
    const ct_setting setting = (ct_setting)place->setting;
    if (o->what == VISITING) {
        add(p, place->first_room, CT_LIVING, CT_AT_HOME, ct_chance_below(&p->chance, 9),
            o->until_ms);
        return;
    }
    /* company is in the same part of a place */
    ct_chance where = ct_chance_of(p->city->seed, CT_FOR_OUTING, o->seat, p->day);
    const uint32_t room = ct_chance_below(&where, place->rooms);
    const uint32_t seats = ct_rooms[ct_city_room_kind(place, room)].seats;
    const uint32_t seat = (o->seat + p->person->member) % seats;
    const int32_t half = p->now_ms + (o->until_ms - p->now_ms) / 2;
    if (o->what == SHOPPING && place->rooms > 1) {
        add(p, place->first_room + room, CT_ZONE, setting, seat, half);
        add(p, place->first_room + (room + 1) % place->rooms, CT_ZONE, setting, seat, o->until_ms);
        return;
    }
    add(p, place->first_room + room, ct_city_room_kind(place, room), setting, seat, o->until_ms);
}

/* --- What to do --- */

static uint32_t nearest_drawn(const plan *p, ct_chance *chance, ct_setting setting)
{
    const ct_place *home = &p->city->places[p->person->home];
    uint32_t best = 0;
    double least = INFINITY;
    for (int i = 0; i < DRAWS; i++) {
        const uint32_t place = p->city->first_place[setting] +
                               ct_chance_zipf(chance, ct_city_places(p->city, setting));
        const double dx = p->city->places[place].x - home->x;
        const double dy = p->city->places[place].y - home->y;
        if (dx * dx + dy * dy < least) {
            least = dx * dx + dy * dy;
            best = place;
        }
    }
    return best;
}

/* As a rule one of a few favourites, the first far more often than the last. */
static uint32_t choose(plan *p, ct_chance *chance, ct_setting setting)
{
    if (ct_chance_true(chance, 0.2))
        return nearest_drawn(p, chance, setting);
    const uint32_t which = ct_chance_zipf(chance, FAVOURITES);
    ct_chance own = ct_chance_of(p->city->seed, CT_FOR_FAVOURITE, p->person->home,
                                 (uint64_t)setting * FAVOURITES + which);
    return nearest_drawn(p, &own, setting);
}

static uint32_t choose_friend(plan *p, ct_chance *chance)
{
    ct_chance own = ct_chance_of(p->city->seed, CT_FOR_FAVOURITE, p->number,
                                 1000 + ct_chance_zipf(chance, FRIENDS));
    return ct_chance_below(&own, p->city->first_place[CT_AT_WORK]);
}

static void want(plan *p, uint32_t place, int32_t from_ms, int32_t last_ms, uint32_t seat,
                 doing what)
{
    if (p->outing_count == OUTINGS_MOST || place == p->person->home)
        return;
    size_t i = p->outing_count++;
    for (; i > 0 && p->outings[i - 1].from_ms > from_ms; i--)
        p->outings[i] = p->outings[i - 1];
    p->outings[i] = (outing){place, from_ms, from_ms + last_ms, (uint16_t)seat, what};
}

static int32_t minutes(ct_chance *chance, double low, double high)
{
    return (int32_t)(ct_chance_between(chance, low, high) * MINUTE_MS);
}

/* Draws are made one a statement, as compilers choose the order of arguments. */
static void want_leisure(plan *p, ct_chance *chance, int32_t from_ms, uint32_t seat)
{
    if (ct_chance_true(chance, 0.35)) {
        const uint32_t friends = choose_friend(p, chance);
        want(p, friends, from_ms, minutes(chance, 60, 180), seat, VISITING);
        return;
    }
    const uint32_t place = choose(p, chance, CT_AT_LEISURE);
    want(p, place, from_ms, minutes(chance, 45, 150), seat, SITTING);
}

static void want_shop(plan *p, ct_chance *chance, int32_t from_ms, double most_min, uint32_t seat)
{
    const uint32_t place = choose(p, chance, CT_AT_SHOP);
    want(p, place, from_ms, minutes(chance, 8, most_min), seat, SHOPPING);
}

/* True if there is work or school, and until when. */
static bool want_duty(plan *p, unsigned weekday, int32_t *until_ms)
{
    const ct_person *person = p->person;
    if (person->place == CT_NO_PLACE || !ct_chance_true(&p->chance, 0.94))
        return false;
    const bool weekend = weekday >= 5;
    const int32_t jitter = minutes(&p->chance, -8, 8);
    if (person->role == CT_PUPIL) {
        if (weekend)
            return false;
        want(p, person->place, 8 * HOUR_MS + jitter, 6 * HOUR_MS + 30 * MINUTE_MS, 0, LEARNING);
        *until_ms = 15 * HOUR_MS;
        return true;
    }
    if (person->serves ? (weekday + p->number) % 7 >= 5 : weekend)
        return false;
    const int32_t begin = person->begin_min * MINUTE_MS + jitter +
                          (person->serves ? (int32_t)(p->number % 3) * 2 * HOUR_MS : 0);
    const int32_t last = minutes(&p->chance, 420, 540);
    want(p, person->place, begin, last, 0, WORKING);
    *until_ms = begin + last;
    return true;
}

/* What the household does together at the weekend: the same for all of them. */
static bool want_together(plan *p, unsigned weekday)
{
    ct_chance ours =
        ct_chance_of(p->city->seed, CT_FOR_OUTING, p->person->home, ((uint64_t)p->day << 20) + 1);
    if (weekday < 5 || p->person->household_size < 2 ||
        !ct_chance_true(&ours, p->city->params->places.outing_day))
        return false;
    const uint32_t seat = ct_chance_below(&ours, 10000);
    const int32_t from = 10 * HOUR_MS + minutes(&ours, 0, 480);
    if (ct_chance_true(&ours, 0.4)) {
        want_shop(p, &ours, from, 60, seat);
        return true;
    }
    const uint32_t place = choose(p, &ours, CT_AT_LEISURE);
    want(p, place, from, minutes(&ours, 45, 150), seat, SITTING);
    return true;
}

static void decide(plan *p, unsigned weekday)
{
    const ct_params *params = p->city->params;
    int32_t free_ms = p->wake_ms + 90 * MINUTE_MS;
    const bool duty = want_duty(p, weekday, &free_ms);
    if (weekday == 5 && ct_chance_true(&p->chance, params->places.event_share)) {
        const uint32_t events = ct_city_places(p->city, CT_AT_EVENT);
        const uint32_t which = ct_chance_below(&p->chance, events);
        want(p, p->city->first_place[CT_AT_EVENT] + which, 16 * HOUR_MS, 2 * HOUR_MS,
             ct_chance_below(&p->chance, 10000), WATCHING);
    }
    if (p->person->role == CT_INFANT && weekday < 5)
        return;
    if (!duty && want_together(p, weekday))
        free_ms += 5 * HOUR_MS;
    const double lively = p->person->sociable * (duty ? 0.8 : 1.3);
    const int32_t last_ms = 20 * HOUR_MS + HOUR_MS / 2;
    const double left_min = free_ms < last_ms ? (double)(last_ms - free_ms) / MINUTE_MS : 0;
    if (ct_chance_true(&p->chance, params->places.shop_day * lively) && left_min > 0) {
        const int32_t from_ms = free_ms + minutes(&p->chance, 0, left_min);
        const uint32_t seat = ct_chance_below(&p->chance, 10000);
        want_shop(p, &p->chance, from_ms, 40, seat);
    }
    if (ct_chance_true(&p->chance, params->places.leisure_day * lively) && left_min > 0) {
        const int32_t from_ms = free_ms + minutes(&p->chance, left_min / 2, left_min);
        want_leisure(p, &p->chance, from_ms, ct_chance_below(&p->chance, 10000));
    }
}

static void do_outing(plan *p, outing *o)
{
    const int32_t gap = o->from_ms - p->now_ms;
    if (p->at != p->person->home && gap > 90 * MINUTE_MS)
        go_home(p);
    const int32_t way = drive_or_walk_ms(distance_m(p, o->place));
    if (p->at == p->person->home)
        be_home(p, o->from_ms - (rides(p, o->place) ? way + 15 * MINUTE_MS : way));
    /* home again before the day ends */
    const int32_t last = 23 * HOUR_MS - 2 * way;
    if (p->now_ms + way + 10 * MINUTE_MS > last)
        return;
    go(p, o->place);
    if (o->until_ms < p->now_ms + 5 * MINUTE_MS)
        o->until_ms = p->now_ms + 5 * MINUTE_MS;
    o->until_ms = earlier(o->until_ms, last > p->now_ms ? last : p->now_ms + MINUTE_MS);
    if (o->what == WORKING)
        work(p, o);
    else if (o->what == LEARNING)
        learn(p, o);
    else
        be_out(p, o);
}

size_t ct_plan(const ct_city *city, const ct_lines *lines, uint32_t number, uint32_t day,
               unsigned weekday, ct_mode mode, ct_stint out[CT_STINTS_MOST])
{
    const ct_person *person = &city->people[number];
    plan p = {.city = city,
              .lines = lines,
              .person = person,
              .number = number,
              .day = day,
              .chance = ct_chance_of(city->seed, CT_FOR_PLAN, number, day),
              .at = person->home,
              .mode = mode,
              .out = out};
    p.wake_ms = person->wake_min * MINUTE_MS + minutes(&p.chance, -10, 10) +
                (weekday >= 5 ? 75 * MINUTE_MS : 0);
    p.bed_ms = earlier(p.wake_ms + 16 * HOUR_MS, 23 * HOUR_MS + HOUR_MS / 2);
    if (mode == CT_FREE)
        decide(&p, weekday);
    for (size_t i = 0; i < p.outing_count; i++)
        do_outing(&p, &p.outings[i]);
    go_home(&p);
    be_home(&p, p.now_ms < p.bed_ms ? p.bed_ms : CT_DAY_MS);
    to_bedroom(&p, CT_DAY_MS);
    return p.count;
}
