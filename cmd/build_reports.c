#include "build_reports.h"

#include <inttypes.h>
#include <time.h>

enum { DAYS_MAX = 36525 };

static ct_status check_hours(const char *option, const char *text, ct_hours *out, ct_err *err)
{
    ct_err fault;
    if (ct_hours_parse(ct_str_of(text), out, &fault) == CT_OK)
        return CT_OK;
    return ct_fail(err, CT_ERANGE, "%s: --%s \"%s\"", fault.text, option, text);
}

static ct_status check_itinerary(const struct build_reports *reports, ct_err *err)
{
    if (reports->itinerary == NULL)
        return CT_OK;
    if (reports->areas_path == NULL)
        return ct_fail(err, CT_ERANGE, "--itinerary tells of areas: give --areas too");
    if (reports->days < 1 || reports->days > DAYS_MAX)
        return ct_fail(err, CT_ERANGE, "--days must be 1 to %d", DAYS_MAX);
    ct_err fault;
    int64_t day;
    if (reports->as_of != NULL &&
        ct_itinerary_day(reports->zone, ct_str_of(reports->as_of), &day, &fault) != CT_OK)
        return ct_fail(err, CT_ERANGE, "%s: --as-of \"%s\"", fault.text, reports->as_of);
    return CT_OK;
}

ct_status build_reports_check(struct build_reports *reports, ct_err *err)
{
    ct_err fault;
    CT_TRY(check_hours("night-hours", reports->night, &reports->night_hours, err));
    CT_TRY(check_hours("work-hours", reports->work, &reports->work_hours, err));
    const ct_status status = ct_zone_open(&reports->zone, reports->timezone, &fault);
    if (status != CT_OK)
        return ct_fail(err, status == CT_ENOMEM ? CT_ENOMEM : CT_ERANGE, "%s: --timezone",
                       fault.text);
    return check_itinerary(reports, err);
}

static ct_status put_day(const ct_daily_share *share, void *ctx, ct_err *err)
{
    return ct_writer_put(ctx, share, err);
}

static ct_status put_place(const ct_visited_place *place, void *ctx, ct_err *err)
{
    return ct_writer_put(ctx, place, err);
}

static ct_status put_visit(const ct_area_visit *visit, void *ctx, ct_err *err)
{
    return ct_writer_put(ctx, visit, err);
}

/* Areas of one name are one area, so those without would be taken together. */
static ct_status check_names(const struct build_reports *reports, ct_err *err)
{
    for (size_t i = 0; i < ct_areas_count(reports->areas); i++)
        if (ct_areas_name(reports->areas, i).len == 0)
            return ct_fail(err, CT_EINPUT,
                           "%s: an area without a name: each needs one, as its property or column "
                           "name, place_id or id",
                           reports->areas_path);
    return CT_OK;
}

static ct_status open_itinerary(struct build_reports *reports, ct_run *run, ct_frame frame,
                                ct_err *err)
{
    reports->today = ct_itinerary_day_of(reports->zone, (int64_t)time(NULL) * CT_SECOND);
    if (reports->as_of != NULL)
        CT_TRY(ct_itinerary_day(reports->zone, ct_str_of(reports->as_of), &reports->today, err));
    CT_TRY(ct_run_areas(run, reports->areas_path, frame, &reports->areas, err));
    CT_TRY(check_names(reports, err));
    const ct_itinerary_options options = {.areas = reports->areas,
                                          .zone = reports->zone,
                                          .from_day = reports->today - reports->days,
                                          .until_day = reports->today,
                                          .least_us = reports->area_time_us};
    CT_TRY(ct_itinerary_new(&reports->visits, &options, err));
    return ct_run_output_besides(run, "itinerary", reports->itinerary, &ct_area_visit_schema, frame,
                                 &reports->visits_writer, err);
}

ct_status build_reports_open(struct build_reports *reports, ct_run *run, ct_frame frame,
                             double stay_radius_m, ct_err *err)
{
    if (reports->coverage != NULL) {
        CT_TRY(ct_run_output_besides(run, "coverage", reports->coverage, &ct_daily_schema, frame,
                                     &reports->daily_writer, err));
        CT_TRY(ct_daily_new(&reports->daily, reports->zone, put_day, reports->daily_writer, err));
    }
    if (reports->places != NULL) {
        const ct_visited_options options = {.frame = frame,
                                            .zone = reports->zone,
                                            .radius_m = stay_radius_m,
                                            .night = reports->night_hours,
                                            .work = reports->work_hours};
        CT_TRY(ct_visited_new(&reports->visited, &options, err));
        CT_TRY(ct_run_output_besides(run, "places-visited", reports->places, &ct_visited_schema,
                                     frame, &reports->visited_writer, err));
    }
    return reports->itinerary == NULL ? CT_OK : open_itinerary(reports, run, frame, err);
}

bool build_reports_any(const struct build_reports *reports)
{
    return reports->daily != NULL || reports->visited != NULL || reports->visits != NULL;
}

ct_status build_reports_row(struct build_reports *reports, const ct_trajectory_row *row,
                            ct_err *err)
{
    reports->any_row = true;
    if (reports->daily != NULL)
        CT_TRY(ct_daily_add(reports->daily, row, err));
    if (reports->visited != NULL)
        CT_TRY(ct_visited_add(reports->visited, row, err));
    return reports->visits == NULL ? CT_OK : ct_itinerary_add(reports->visits, row, err);
}

ct_status build_reports_person(struct build_reports *reports, ct_err *err)
{
    if (reports->daily != NULL)
        CT_TRY(ct_daily_finish(reports->daily, err));
    if (reports->visited != NULL)
        CT_TRY(ct_visited_finish(reports->visited, put_place, reports->visited_writer, err));
    return reports->visits == NULL
               ? CT_OK
               : ct_itinerary_finish(reports->visits, put_visit, reports->visits_writer, err);
}

void build_reports_warn(const struct build_reports *reports, ct_run *run)
{
    char day[CT_TIME_MAX];
    if (reports->visits == NULL || !reports->any_row || ct_itinerary_met(reports->visits))
        return;
    (void)ct_time_format(day, reports->today * CT_DAY);
    ct_run_warn(run, "no data in the %" PRId64 " days before %.10s: is --as-of right?",
                reports->days, day);
}

void build_reports_release(struct build_reports *reports)
{
    ct_daily_free(reports->daily);
    ct_visited_free(reports->visited);
    ct_itinerary_free(reports->visits);
    ct_areas_free(reports->areas);
    ct_zone_free(reports->zone);
}
