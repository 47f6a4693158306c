/* world.h -- a city through an outbreak, day by day: what its sources record, and the truth.
 *
 * The world does not know how contacts are found or ranked: nothing of lib/trace is used here.
 * Everything is a function of the options; threads change nothing.
 *
 * Units:     microseconds since 1970 UTC; days from 0, the first.
 * Errors:    CT_ERANGE for options, CT_EINPUT for towers of no use; CT_EIO; CT_ENOMEM.
 * Ownership: what the options point to is lent for the world's life.
 * Threads:   one at a time, which uses the pool given. */
#ifndef CONTRACE_WORLD_WORLD_H
#define CONTRACE_WORLD_WORLD_H

#include "contrace/parallel.h"
#include "contrace/schema.h"
#include "contrace/time.h"
#include "params.h"

#define CT_WORLD_PEOPLE_MOST 50000000
#define CT_WORLD_DAYS_MOST   365
#define CT_WORLD_START       (INT64_C(1772409600) * CT_SECOND) /* 2026-03-02, a Monday */

typedef struct ct_tower {
    ct_str cell_id;
    int64_t mcc, mnc, area, cell; /* -1: missing */
    double lon_deg, lat_deg, range_m;
} ct_tower;

/* Somebody to be called: a row of a ranked list. */
typedef struct ct_call {
    ct_str id;
    int64_t day; /* the list is of this day; -1: of no day */
} ct_call;

typedef struct ct_world_options {
    const ct_params *params;
    uint32_t people, days;
    uint64_t seed;
    int64_t start_us; /* the first day's midnight by the wall clock, as if it were UTC */
    const ct_zone *zone;
    const ct_tower *towers;
    size_t tower_count;
    const char *folder;   /* where the files go, which is there; NULL: none are written */
    int64_t positions_us; /* how often to tell true positions; 0: never; whole ms, at least 1 s */
    const ct_call *calls; /* by rank */
    size_t call_count;
    uint32_t trace_from, trace_capacity; /* the first day of calls; how many a day */
} ct_world_options;

/* The course of the outbreak: a row a day. */
typedef struct ct_world_day {
    int64_t day, time_us; /* its midnight */
    int64_t infected, onsets, found, called, quarantined, isolated;
    int64_t total_infected, total_found;
} ct_world_day;

extern const ct_schema ct_world_day_schema;

typedef struct ct_world ct_world;

CT_MUST_CHECK ct_status ct_world_new(ct_world **out, const ct_world_options *options, ct_pool *pool,
                                     ct_err *err);
/* Lets a day pass. CT_END after the last. */
CT_MUST_CHECK ct_status ct_world_next(ct_world *world, ct_world_day *out, ct_err *err);
/* Writes what can be told only at the end, and gives the files their names. */
CT_MUST_CHECK ct_status ct_world_finish(ct_world *world, ct_err *err);
void ct_world_free(ct_world *world); /* NULL is allowed */

/* Figures for the line of counts. */
typedef struct ct_world_counts {
    uint64_t signaling, gps, checkins, manifests, meetings, positions, cells;
    uint64_t unknown_calls; /* ids called that are nobody's */
    double hazard;          /* the hazard of an hour at no distance that r0 asked for */
} ct_world_counts;
ct_world_counts ct_world_counted(const ct_world *world);

#endif
