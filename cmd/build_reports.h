/* build_reports.h -- what build-trajectories tells of people besides their rows: days with data,
 * places, areas. */
#ifndef CONTRACE_BUILD_REPORTS_H
#define CONTRACE_BUILD_REPORTS_H

#include "contrace/daily.h"
#include "contrace/itinerary.h"
#include "contrace/visited.h"
#include "tool.h"

struct build_reports {
    /* the options */
    const char *coverage, *places, *itinerary, *areas_path; /* NULL: not given */
    const char *timezone, *night, *work, *as_of;            /* as_of NULL: today */
    int64_t days, area_time_us;
    /* the rest is the reports' own */
    ct_hours night_hours, work_hours;
    ct_zone *zone;
    ct_areas *areas;
    ct_daily *daily;
    ct_visited *visited;
    ct_itinerary *visits;
    int64_t today; /* the day after the last of the itinerary */
    bool any_row;
    ct_writer *daily_writer, *visited_writer, *visits_writer; /* the frame's */
};

/* Looks at the options: CT_ERANGE is wrong usage. */
CT_MUST_CHECK ct_status build_reports_check(struct build_reports *reports, ct_err *err);
CT_MUST_CHECK ct_status build_reports_open(struct build_reports *reports, ct_run *run,
                                           ct_frame frame, double stay_radius_m, ct_err *err);
bool build_reports_any(const struct build_reports *reports);
/* A person's rows in the order of time, and their end. */
CT_MUST_CHECK ct_status build_reports_row(struct build_reports *reports,
                                          const ct_trajectory_row *row, ct_err *err);
CT_MUST_CHECK ct_status build_reports_person(struct build_reports *reports, ct_err *err);
/* Says what about them may be a mistake. */
void build_reports_warn(const struct build_reports *reports, ct_run *run);
void build_reports_release(struct build_reports *reports);

#endif
