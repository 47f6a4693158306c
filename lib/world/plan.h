/* plan.h -- where a person is on a day: one stay in one room after another, and the ways between.
 *
 * Everybody begins and ends the day in bed, where the day before ended.
 *
 * Units:     milliseconds of the day.
 * Errors:    none.
 * Ownership: by value.
 * Threads:   safe; a plan depends on the city, the person, the day and the mode alone. */
#ifndef CONTRACE_WORLD_PLAN_H
#define CONTRACE_WORLD_PLAN_H

#include "lines.h"

#define CT_DAY_MS (24 * 3600 * 1000)

enum { CT_STINTS_MOST = 64 };

/* A stay in one room, from one moment to another. */
typedef struct ct_stint {
    uint32_t person, room;
    int32_t from_ms, until_ms;
    uint16_t seat;
    uint8_t kind, setting;
} ct_stint;

typedef enum ct_mode {
    CT_FREE,
    CT_STAYS_HOME, /* does not go out */
    CT_APART,      /* nor leave the bedroom */
} ct_mode;

/* Fills out in the order of time; gives how many. weekday: 0 is Monday. */
size_t ct_plan(const ct_city *city, const ct_lines *lines, uint32_t person, uint32_t day,
               unsigned weekday, ct_mode mode, ct_stint out[CT_STINTS_MOST]);

/* The room in which a person sleeps. */
uint32_t ct_bedroom(const ct_city *city, const ct_person *person);

#endif
