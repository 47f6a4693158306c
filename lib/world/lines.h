/* lines.h -- the lines of a city's buses, their runs and coaches.
 *
 * Lines run straight across the city through its centre, from early until midnight, at a constant
 * headway and speed (stops included). A coach of a run on one day is a room.
 *
 * Units:     metres on the plane, milliseconds of the day.
 * Errors:    none.
 * Ownership: by value.
 * Threads:   safe. */
#ifndef CONTRACE_WORLD_LINES_H
#define CONTRACE_WORLD_LINES_H

#include "city.h"

enum { CT_LINES_MOST = 24 };

typedef struct ct_lines {
    double half_m; /* from the centre to either end */
    uint32_t count, runs, coaches, first_room;
    int32_t headway_ms;
    double east[CT_LINES_MOST], north[CT_LINES_MOST];
} ct_lines;

typedef struct ct_ride {
    uint32_t room;
    int32_t board_ms, alight_ms;
} ct_ride;

ct_lines ct_lines_of(const ct_city *city);
uint32_t ct_lines_rooms(const ct_lines *lines);

/* The next ride from near `from` to near `to` for someone who sets out at ready_ms, in the coach
 * that chance gives; false if no line goes there, or none any more. */
bool ct_lines_find(const ct_lines *lines, const double from[2], const double to[2],
                   int32_t ready_ms, ct_chance *chance, ct_ride *ride);

/* Where the middle of a coach is. */
void ct_lines_at(const ct_lines *lines, uint32_t room, int32_t time_ms, double *x, double *y);

/* Line, direction, run and coach of a room. */
typedef struct ct_coach {
    uint32_t line, back, run, coach;
} ct_coach;
ct_coach ct_lines_coach(const ct_lines *lines, uint32_t room);

#endif
