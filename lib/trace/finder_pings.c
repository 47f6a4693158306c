#include "finder_pings.h"

#include "contrace/grid.h"

#include "finder_venue.h"

ct_status ct_finder_expect_pings(ct_finder *f, ct_err *err)
{
    return ct_feed_new(&f->pings, sizeof(ct_sight), f->workers, f->options.memory_bytes / 2, err);
}

/* Can a sighting at this time be within the window of one in an infectious period? */
static bool matters(const ct_finder *f, int64_t us)
{
    return us + f->options.window_us >= f->from_us && us - f->options.window_us <= f->until_us;
}

ct_status ct_finder_take_ping(ct_finder *f, unsigned worker, const ct_ping *ping, ct_err *err)
{
    ct_finder_hand *const hand = &f->hands[worker];
    ct_sight s = {
        .time_us = ping->time_us, .x = ping->x, .y = ping->y, .accuracy_m = ping->accuracy_m};
    CT_TRY(ct_ids_add(hand->people, ping->id, &s.person, err));
    if (!matters(f, s.time_us))
        return CT_OK;
    CT_TRY(ct_finder_place(hand, ping->place_id, &s.place, err));
    return ct_feed_add(f->pings, worker, &s, err);
}

static void tell_more(const ct_finder *f, const ct_sight *index, const ct_sight *contact,
                      bool venue, ct_meeting *m)
{
    m->probability =
        ct_finder_probability(f, venue, m->closest_m, index->accuracy_m, contact->accuracy_m);
    m->x = index->x;
    m->y = index->y;
    m->count = 1;
    m->setting = venue ? CT_SETTING_VENUE : CT_SETTING_DIRECT;
    m->evidence =
        venue ? CT_EVIDENCE_VENUE
              : ct_evidence_of(f->options.distance_m, index->accuracy_m, contact->accuracy_m);
}

ct_status ct_finder_list_pings(ct_finder *f, const ct_sight *index, const ct_sight *contact,
                               double distance_m, bool venue, unsigned worker, ct_err *err)
{
    const int64_t i_us = index->time_us, c_us = contact->time_us;
    const bool swap = !f->options.pairs && c_us < i_us;
    ct_meeting meeting = {
        .index = index->person,
        .contact = contact->person,
        .start_us = swap ? c_us : i_us,
        .end_us = swap ? i_us : c_us,
        .closest_m = distance_m,
    };
    if (!f->brief)
        tell_more(f, index, contact, venue, &meeting);
    return ct_meetings_add(&f->meetings, worker, &meeting, err);
}

static ct_status list(ct_finder *f, const ct_sight *index, const ct_sight *contact,
                      double distance_m, bool venue, unsigned worker, ct_err *err)
{
    ct_when when;
    if (!ct_finder_lists(f, index->person, contact->person, ct_finder_case(f, index->person),
                         &when) ||
        index->time_us < when.from_us || index->time_us > when.until_us)
        return CT_OK;
    return ct_finder_list_pings(f, index, contact, distance_m, venue, worker, err);
}

static ct_status list_both(ct_finder *f, const ct_sight *a, const ct_sight *b, double distance_m,
                           bool venue, unsigned worker, ct_err *err)
{
    CT_TRY(list(f, a, b, distance_m, venue, worker, err));
    return list(f, b, a, distance_m, venue, worker, err);
}

static ct_status near(const void *earlier, const void *later, double distance2_m2, void *ctx,
                      unsigned worker, ct_err *err)
{
    ct_finder *const f = ctx;
    const ct_sight *const a = earlier, *const b = later;
    if (a->person == b->person || distance2_m2 > f->options.distance_m * f->options.distance_m)
        return CT_OK;
    if (a->place != CT_NO_ID && a->place == b->place) /* that is listed as at one venue */
        return CT_OK;
    return list_both(f, a, b, sqrt(distance2_m2), false, worker, err);
}

static ct_status at_venue(const void *earlier, const void *later, void *ctx, ct_err *err)
{
    ct_finder *const f = ctx;
    const ct_sight *const a = earlier, *const b = later;
    if (a->person == b->person)
        return CT_OK;
    double distance_m = NAN;
    if (!isnan(a->x) && !isnan(b->x))
        distance_m = sqrt(ct_distance_squared(ct_point_at(f->options.frame, a->x, a->y),
                                              ct_point_at(f->options.frame, b->x, b->y)));
    return list_both(f, a, b, distance_m, true, 0, err);
}

/* Tells people by rank, and places as the first worker does. */
static ct_sight settled(const ct_finder *f, const ct_sight *read, unsigned worker)
{
    const ct_finder_hand *const hand = &f->hands[worker];
    ct_sight s = *read;
    s.person = hand->rank[s.person];
    if (worker != 0 && s.place != CT_NO_ID)
        s.place = hand->place[s.place];
    return s;
}

static ct_status sweep(ct_finder *f, ct_grid *grid, ct_venues *venues, ct_err *err)
{
    for (;;) {
        const void *record;
        unsigned worker;
        const ct_status status = ct_feed_next(f->pings, &record, &worker, err);
        if (status == CT_END)
            return ct_grid_finish(grid, err);
        CT_TRY(status);
        const ct_sight s = settled(f, record, worker);
        const uint32_t which_case = ct_finder_case(f, s.person);
        const int64_t until_us = s.time_us + f->options.window_us;
        ct_finder_note(f, which_case, s.time_us, s.time_us);
        if (s.place != CT_NO_ID)
            CT_TRY(ct_venues_add(venues, s.place, s.time_us, until_us, which_case != CT_NO_ID, &s,
                                 err));
        if (!isnan(s.x)) {
            const ct_thing thing = {s.x, s.y, 0, s.time_us, until_us};
            CT_TRY(ct_grid_add(grid, &thing, &s, err));
        }
    }
}

ct_status ct_finder_find_pings(ct_finder *f, ct_err *err)
{
    const ct_grid_options options = {.frame = f->options.frame,
                                     .distance_m = f->options.distance_m,
                                     .payload_size = sizeof(ct_sight),
                                     .pool = f->options.pool,
                                     .visit = near,
                                     .ctx = f};
    ct_grid *grid = NULL;
    ct_venues *venues = NULL;
    ct_status status = ct_feed_finish(f->pings, f->options.pool, err);
    if (status == CT_OK)
        status = ct_venues_new(&venues, ct_ids_count(f->hands[0].places), sizeof(ct_sight),
                               f->options.cases != NULL, at_venue, f, err);
    if (status == CT_OK)
        status = ct_grid_new(&grid, &options, err);
    if (status == CT_OK)
        status = sweep(f, grid, venues, err);
    ct_grid_free(grid);
    ct_venues_free(venues);
    ct_feed_free(f->pings);
    f->pings = NULL;
    return status;
}
