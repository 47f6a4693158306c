/* contrace/visited.h -- the places that matter to a person: home, work and others, with hours a
 * day.
 *
 * A person's stays are taken by falling duration (of equal ones the earlier first). Each belongs to
 * the first place, in the order they were found, of the same place_id; or, where both are of none,
 * whose longest stay is within radius of it, or within its own accuracy_m, which is as far as cells
 * can tell. A stay that belongs to none is a new place.
 *
 * Home is the place with the most time in the night hours, if it has any; work is that, of the
 * others, with the most time in the work hours from Monday to Friday, if it has any. Of two it is
 * the one with more time in all, then the one found first.
 *
 * Units:     microseconds; hours of the day since midnight by the clock on the wall.
 * Errors:    CT_ERANGE, CT_ENOMEM; whatever the callback gives.
 * Ownership: the zone is lent until the free; the texts of rows until ct_visited_finish(); places
 *            until the call returns.
 * Threads:   one caller. */
#ifndef CONTRACE_VISITED_H
#define CONTRACE_VISITED_H

#include "contrace/time.h"
#include "contrace/trajectory.h"

/* Hours of the day, from until until (not in it); from a day to the next if until is not later. */
typedef struct ct_hours {
    int64_t from_us, until_us; /* 0..CT_DAY */
} ct_hours;

/* "22-7", "22:00-07:00"; CT_ERANGE for anything else, and for hours that are none. */
CT_MUST_CHECK ct_status ct_hours_parse(ct_str text, ct_hours *out, ct_err *err);

typedef enum ct_visited_kind { CT_VISITED_HOME, CT_VISITED_WORK, CT_VISITED_OTHER } ct_visited_kind;

typedef struct ct_visited_place {
    ct_str id;
    int64_t place;     /* 1, 2...: by falling time in all */
    int kind;          /* ct_visited_kind */
    double x, y;       /* the mean of its stays' positions, by their durations; NAN: none has one */
    double accuracy_m; /* of its longest stay; NAN: unknown */
    ct_str place_id;   /* empty: none */
    double hours_a_day; /* these three over the days on which the person has any row */
    double night_hours; /* a day, in the night hours */
    double work_hours;  /* a day, in the work hours */
    int64_t days;       /* on which it was stayed at */
    int64_t stays;
    int64_t first_us, last_us;
} ct_visited_place;

extern const ct_schema ct_visited_schema;

/* Any status but CT_OK ends the call with it. */
typedef ct_status ct_visited_fn(const ct_visited_place *place, void *ctx, ct_err *err);

typedef struct ct_visited_options {
    ct_frame frame;
    const ct_zone *zone;
    double radius_m; /* >= 0 */
    ct_hours night, work;
} ct_visited_options;

typedef struct ct_visited ct_visited;

CT_MUST_CHECK ct_status ct_visited_new(ct_visited **out, const ct_visited_options *options,
                                       ct_err *err);
/* A person's rows in the order of time. */
CT_MUST_CHECK ct_status ct_visited_add(ct_visited *visited, const ct_trajectory_row *row,
                                       ct_err *err);
/* The end of a person's rows: gives their places by falling time. */
CT_MUST_CHECK ct_status ct_visited_finish(ct_visited *visited, ct_visited_fn *fn, void *ctx,
                                          ct_err *err);
void ct_visited_free(ct_visited *visited); /* NULL is allowed */

#endif
