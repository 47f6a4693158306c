/* city.h -- a city that stands still: people in households, and the places where they go.
 *
 * A place has rooms, and a room has seats: who is in one room can come near, walls and floors keep
 * the others apart. Everything follows from the seed and the params alone.
 *
 * Units:     metres on the city's plane.
 * Errors:    CT_ENOMEM; CT_ERANGE for more people than numbers.
 * Ownership: a city owns its tables.
 * Threads:   many readers. */
#ifndef CONTRACE_WORLD_CITY_H
#define CONTRACE_WORLD_CITY_H

#include "chance.h"
#include "params.h"
#include "plane.h"

typedef enum ct_setting {
    CT_AT_HOME,
    CT_AT_WORK,
    CT_AT_SCHOOL,
    CT_AT_SHOP,
    CT_AT_LEISURE,
    CT_AT_EVENT,
    CT_AT_TRANSPORT,
    CT_SETTINGS
} ct_setting;

extern const char *const ct_setting_names[]; /* ended by NULL */

typedef enum ct_room_kind {
    CT_LIVING,
    CT_BEDROOM,
    CT_OFFICE,
    CT_CANTEEN,
    CT_CLASS,
    CT_YARD,
    CT_ZONE,
    CT_TABLES,
    CT_STAND,
    CT_COACH,
    CT_ROOM_KINDS
} ct_room_kind;

/* How people are in a room: seats in rows, `columns` to a row, `pitch_m` apart. They get up after
 * away_s on average, and are back after back_s; 0: they never do. */
typedef struct ct_room_rules {
    double pitch_m;
    unsigned columns, seats;
    double away_s, back_s;
    bool wander;   /* there are no seats: people walk about and stop at random */
    bool allotted; /* a free seat is looked for by those who come in */
} ct_room_rules;

extern const ct_room_rules ct_rooms[CT_ROOM_KINDS];

typedef struct ct_place {
    double x, y;
    uint32_t first_room, rooms;
    uint8_t setting;
} ct_place;

typedef enum ct_role { CT_INFANT, CT_PUPIL, CT_WORKER, CT_ADULT, CT_OLD } ct_role;

#define CT_NO_PLACE    UINT32_MAX
#define CT_NO_OPERATOR UINT8_MAX

typedef struct ct_person {
    uint32_t home;               /* place */
    uint32_t place, room, seat;  /* of work or school; the room within it */
    float sociable;              /* factor on outings */
    int16_t wake_min, begin_min; /* usual: minutes of the day */
    uint8_t role, member, household_size;
    uint8_t operator_of; /* of the phone; CT_NO_OPERATOR: none */
    bool serves;         /* works where others are customers, on any five days */
    bool rider, gps, app, ticket;
} ct_person;

typedef struct ct_city {
    const ct_params *params;
    uint64_t seed;
    double radius_m;
    ct_person *people;
    uint32_t people_count;
    uint32_t *households; /* the first person of each, and people_count behind the last */
    ct_place *places;
    uint32_t first_place[CT_SETTINGS]; /* of each setting; of transport: the number of places */
    uint32_t room_count;
} ct_city;

/* Where people may live: `masts` are x,y pairs, of which half of all homes are near. */
CT_MUST_CHECK ct_status ct_city_make(ct_city *city, const ct_params *params, uint64_t seed,
                                     uint32_t people, unsigned operators, const double *masts,
                                     size_t mast_count, ct_err *err);
void ct_city_release(ct_city *city);

static inline uint32_t ct_city_places(const ct_city *city, ct_setting setting)
{
    return city->first_place[setting + 1] - city->first_place[setting];
}

/* What kind the room-th room of a place is. */
ct_room_kind ct_city_room_kind(const ct_place *place, uint32_t room);

/* The radius that a city of so many people has. */
double ct_city_radius_m(const ct_params *params, uint32_t people);

#endif
