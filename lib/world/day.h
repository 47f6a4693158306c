/* day.h -- one day of everybody: who is in which room when.
 *
 * Errors:    CT_ENOMEM.
 * Ownership: a day owns its tables, and may be planned again.
 * Threads:   planned by a pool; then many readers. */
#ifndef CONTRACE_WORLD_DAY_H
#define CONTRACE_WORLD_DAY_H

#include "contrace/parallel.h"
#include "walk.h"

typedef struct ct_day {
    uint32_t number;
    unsigned weekday;  /* 0 is Monday */
    ct_stint *stints;  /* by person, and by time */
    size_t *first;     /* of each person; the count behind the last */
    uint32_t *by_room; /* numbers of stints, by room, and by time, then person */
    uint32_t *room_first;
    size_t capacity;
} ct_day;

/* Makes the plans of everybody, modes telling what each may do, and gives those their seats who
 * look for a free one. */
CT_MUST_CHECK ct_status ct_day_plan(ct_day *day, const ct_city *city, const ct_lines *lines,
                                    const uint8_t *modes, uint32_t number, unsigned weekday,
                                    ct_pool *pool, ct_err *err);
void ct_day_release(ct_day *day);

/* --- Where a person is, from one moment to a later one --- */

typedef struct ct_track {
    const ct_city *city;
    const ct_lines *lines;
    const ct_stint *stints;
    size_t count, at; /* the stint that has begun last */
    uint32_t day;
    size_t walked, passed; /* the stint whose walk is in nodes, and that before the way whose ends
                              are in ways; from 1, 0: none */
    double ways[4];
    size_t node_count;
    ct_node nodes[CT_NODES_MOST];
} ct_track;

void ct_track_begin(ct_track *track, const ct_city *city, const ct_lines *lines, const ct_day *day,
                    uint32_t person);
/* True in a stint, false on the way between two; ms never goes back. */
bool ct_track_at(ct_track *track, int32_t ms, double *x, double *y);

/* The corner of a room on the plane, at a moment. */
void ct_room_at(const ct_city *city, const ct_lines *lines, const ct_stint *stint, int32_t ms,
                double *x, double *y);

/* The place that a room is of; CT_NO_PLACE for a coach. */
uint32_t ct_room_place(const ct_city *city, uint32_t room);

#endif
