#include "finder_pings.h"

#include "contrace/grid.h"

#include "finder_venue.h"

typedef struct sight {
    int64_t time_us;
    uint32_t person; /* its number; its rank once the search has begun */
    uint32_t place, which_case;
    uint32_t unused; /* always 0: ties are ordered by bytes */
    double x, y, accuracy_m;
} sight;

static void time_key(const void *record, uint64_t key[2], void *ctx)
{
    (void)ctx;
    const sight *const s = record;
    key[0] = ct_time_key(s->time_us);
    key[1] = s->person;
}

ct_status ct_finder_begin_pings(ct_finder *f, ct_err *err)
{
    const ct_order order = {.key = time_key};
    return ct_sorter_new(&f->input, sizeof(sight), &order, f->options.memory_bytes / 2,
                         f->options.pool, err);
}

/* Can a sighting at this time be within the window of one in an infectious period? */
static bool matters(const ct_finder *f, int64_t us)
{
    return us + f->options.window_us >= f->from_us && us - f->options.window_us <= f->until_us;
}

ct_status ct_finder_take_ping(ct_finder *f, const ct_ping *ping, ct_err *err)
{
    sight s = {
        .time_us = ping->time_us, .x = ping->x, .y = ping->y, .accuracy_m = ping->accuracy_m};
    CT_TRY(ct_finder_person(f, ping->id, &s.person, &s.which_case, err));
    ct_finder_note(f, s.which_case, s.time_us, s.time_us);
    if (!matters(f, s.time_us))
        return CT_OK;
    CT_TRY(ct_finder_place(f, ping->place_id, &s.place, err));
    return ct_sorter_add(f->input, &s, err);
}

static void tell_more(const ct_finder *f, const sight *index, const sight *contact, bool venue,
                      ct_meeting *m)
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

static ct_status list(ct_finder *f, const sight *index, const sight *contact, double distance_m,
                      bool venue, unsigned worker, ct_err *err)
{
    const int64_t i_us = index->time_us, c_us = contact->time_us;
    ct_when when;
    if (!ct_finder_lists(f, index->person, contact->person, index->which_case, &when) ||
        i_us < when.from_us || i_us > when.until_us)
        return CT_OK;
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

static ct_status list_both(ct_finder *f, const sight *a, const sight *b, double distance_m,
                           bool venue, unsigned worker, ct_err *err)
{
    CT_TRY(list(f, a, b, distance_m, venue, worker, err));
    return list(f, b, a, distance_m, venue, worker, err);
}

static ct_status near(const void *earlier, const void *later, double distance2_m2, void *ctx,
                      unsigned worker, ct_err *err)
{
    ct_finder *const f = ctx;
    const sight *const a = earlier, *const b = later;
    if (a->person == b->person || distance2_m2 > f->options.distance_m * f->options.distance_m)
        return CT_OK;
    if (a->place != CT_NO_ID && a->place == b->place) /* that is listed as at one venue */
        return CT_OK;
    return list_both(f, a, b, sqrt(distance2_m2), false, worker, err);
}

static ct_status at_venue(const void *earlier, const void *later, void *ctx, ct_err *err)
{
    ct_finder *const f = ctx;
    const sight *const a = earlier, *const b = later;
    if (a->person == b->person)
        return CT_OK;
    double distance_m = NAN;
    if (!isnan(a->x) && !isnan(b->x))
        distance_m = sqrt(ct_distance_squared(ct_point_at(f->options.frame, a->x, a->y),
                                              ct_point_at(f->options.frame, b->x, b->y)));
    return list_both(f, a, b, distance_m, true, 0, err);
}

static ct_status sweep(ct_finder *f, ct_grid *grid, ct_venues *venues, ct_err *err)
{
    for (;;) {
        const void *record;
        const ct_status status = ct_sorter_next(f->input, &record, err);
        if (status == CT_END)
            return ct_grid_finish(grid, err);
        CT_TRY(status);
        sight s = *(const sight *)record;
        s.person = f->rank[s.person];
        const int64_t until_us = s.time_us + f->options.window_us;
        if (s.place != CT_NO_ID)
            CT_TRY(ct_venues_add(venues, s.place, s.time_us, until_us, s.which_case != CT_NO_ID, &s,
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
                                     .payload_size = sizeof(sight),
                                     .pool = f->options.pool,
                                     .visit = near,
                                     .ctx = f};
    ct_grid *grid = NULL;
    ct_venues *venues = NULL;
    ct_status status = ct_sorter_finish(f->input, err);
    if (status == CT_OK)
        status = ct_venues_new(&venues, ct_ids_count(f->places), sizeof(sight),
                               f->options.cases != NULL, at_venue, f, err);
    if (status == CT_OK)
        status = ct_grid_new(&grid, &options, err);
    if (status == CT_OK)
        status = sweep(f, grid, venues, err);
    ct_grid_free(grid);
    ct_venues_free(venues);
    return status;
}
