/* contrace/itinerary.h -- in which areas people were for long, over some days: as the
 * travel-history card does.
 *
 * A row is in an area if both its ends are, which for a stay is its position; where areas overlap
 * it is in each. Time before and after the days is cut off.
 *
 * Units:     microseconds.
 * Errors:    CT_ERANGE, CT_ENOMEM; whatever the callback gives.
 * Ownership: areas are lent until the free; rows and visits until the call returns.
 * Threads:   one caller. */
#ifndef CONTRACE_ITINERARY_H
#define CONTRACE_ITINERARY_H

#include "contrace/area.h"
#include "contrace/time.h"
#include "contrace/trajectory.h"

typedef struct ct_area_visit {
    ct_str id, area;
    int64_t time_us;    /* in the area, in all */
    int64_t longest_us; /* at a stretch: without a silence, or a row outside */
    int64_t days;       /* on which any of it was */
    int64_t first_us, last_us;
} ct_area_visit;

extern const ct_schema ct_area_visit_schema;

typedef struct ct_itinerary_options {
    const ct_areas *areas;
    const ct_zone *zone;
    int64_t from_day, until_day; /* days since 1970 in the zone, until_day not among them */
    int64_t least_us;            /* the least time in all; >= 0 */
} ct_itinerary_options;

/* The day of a date, or of a moment in the zone: what --as-of says. CT_ERANGE for other texts. */
CT_MUST_CHECK ct_status ct_itinerary_day(const ct_zone *zone, ct_str text, int64_t *day,
                                         ct_err *err);
/* The day of a moment. */
int64_t ct_itinerary_day_of(const ct_zone *zone, int64_t us);

/* Any status but CT_OK ends the call with it. */
typedef ct_status ct_area_visit_fn(const ct_area_visit *visit, void *ctx, ct_err *err);

typedef struct ct_itinerary ct_itinerary;

CT_MUST_CHECK ct_status ct_itinerary_new(ct_itinerary **out, const ct_itinerary_options *options,
                                         ct_err *err);
/* A person's rows in the order of time. */
CT_MUST_CHECK ct_status ct_itinerary_add(ct_itinerary *itinerary, const ct_trajectory_row *row,
                                         ct_err *err);
/* The end of a person's rows: gives each area they were in for least_us or longer, by the area's
 * name and then its number. */
CT_MUST_CHECK ct_status ct_itinerary_finish(ct_itinerary *itinerary, ct_area_visit_fn *fn,
                                            void *ctx, ct_err *err);
/* Did any row of anybody reach into the days? */
bool ct_itinerary_met(const ct_itinerary *itinerary);
void ct_itinerary_free(ct_itinerary *itinerary); /* NULL is allowed */

#endif
