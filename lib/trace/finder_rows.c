#include "finder_rows.h"

#include <stdlib.h>

#include "contrace/grid.h"

#include "contact_rows.h"
#include "finder_stretch.h"
#include "finder_venue.h"

/* A path is filed in things no longer than this, so that the grid need not look at all that lies
 * along it; where the reach is longer anyway, in longer ones. */
static const double THING_M = 200;
enum { THINGS_MOST = 4096 };

/* How far positions computed in two ways may be apart, and a chord below the surface. */
static const double SLACK_M = 0.05;

static void time_key(const void *record, uint64_t key[2], void *ctx)
{
    (void)ctx;
    const ct_part *const part = record;
    key[0] = ct_time_key(part->motion.start_us);
    key[1] = part->presence.person;
}

/* --- Into parts, which the grid takes in the order of time --- */

static ct_status put(ct_finder *f, const ct_presence *p, const ct_motion *motion, ct_err *err)
{
    const ct_part part = {*p, *motion};
    return ct_sorter_add(f->parts, &part, err);
}

static ct_status put_leg(ct_finder *f, const ct_presence *p, const ct_motion *leg, ct_err *err)
{
    const double length_m = sqrt(ct_distance_squared(leg->from, leg->to));
    const double each_m = fmax(THING_M, 4 * f->options.distance_m);
    double wanted = fmin(ceil(length_m / each_m), THINGS_MOST);
    wanted = fmax(1, fmin(wanted, (double)(leg->end_us - leg->start_us)));
    const unsigned n = (unsigned)wanted;
    for (unsigned i = 0; i < n; i++) {
        ct_motion motion = {ct_part_us(leg->start_us, leg->end_us, i, n),
                            ct_part_us(leg->start_us, leg->end_us, i + 1, n), leg->from, leg->to};
        motion.from = ct_motion_at(leg, motion.start_us);
        motion.to = ct_motion_at(leg, motion.end_us);
        CT_TRY(put(f, p, &motion, err));
    }
    return CT_OK;
}

static ct_status put_presence(ct_finder *f, ct_presence *p, ct_err *err)
{
    ct_legs *const legs = &f->scratch[0].legs[0];
    if (!ct_presence_has_position(p)) {
        const ct_motion nowhere = {p->from_us, p->until_us, {NAN, NAN, NAN}, {NAN, NAN, NAN}};
        return put(f, p, &nowhere, err);
    }
    if (p->x != p->end_x || p->y != p->end_y) {
        const double from[2] = {p->x, p->y}, to[2] = {p->end_x, p->end_y};
        const double length_m = ct_path_length_m(f->options.frame, from, to);
        const int64_t span_us = p->end_us - p->start_us;
        p->pieces = ct_path_pieces(f->options.frame, length_m);
        if (p->pieces > span_us)
            p->pieces = (uint32_t)span_us;
    }
    CT_TRY(ct_legs_of(legs, f->options.frame, p, err));
    for (size_t i = 0; i < legs->count; i++)
        CT_TRY(put_leg(f, p, &legs->items[i], err));
    return CT_OK;
}

/* Where a case stayed while it was infectious, its air stays when it leaves. */
static ct_status put_air(ct_finder *f, const ct_presence *p, ct_err *err)
{
    if (f->options.linger_us == 0 || p->which_case == CT_NO_ID || p->pieces > 0)
        return CT_OK;
    const ct_infectious *const c = ct_cases_at(f->options.cases, p->which_case);
    if (p->start_us > c->until_us || p->end_us < c->from_us)
        return CT_OK;
    ct_presence air = *p;
    air.lingers = 1;
    air.row = UINT32_MAX - p->row; /* not that of another row */
    air.start_us = air.from_us = ct_earlier(p->end_us, c->until_us);
    air.end_us = air.until_us = air.start_us + f->options.linger_us;
    return put_presence(f, &air, err);
}

static ct_status put_parts(ct_finder *f, ct_presence *p, ct_err *err)
{
    p->person = f->hands[0].rank[p->person];
    p->which_case = ct_finder_case(f, p->person);
    ct_finder_note(f, p->which_case, p->start_us, p->end_us);
    if (f->options.cases != NULL && (p->until_us < f->from_us || p->from_us > f->until_us))
        return CT_OK;
    CT_TRY(put_presence(f, p, err));
    return put_air(f, p, err);
}

/* --- Through the grid --- */

static bool at_rest(const ct_part *part)
{
    return part->presence.pieces == 0;
}

static ct_status near(const void *earlier, const void *later, double distance2_m2, void *ctx,
                      unsigned worker, ct_err *err)
{
    ct_finder *const f = ctx;
    const ct_part *const a = earlier, *const b = later;
    const ct_presence *const p = &a->presence, *const q = &b->presence;
    if (p->person == q->person || (p->place != CT_NO_ID && p->place == q->place))
        return CT_OK;
    if (at_rest(a) && at_rest(b)) {
        if (!ct_nearness_near2(&f->nearness, distance2_m2, p->accuracy_m, q->accuracy_m))
            return CT_OK;
        CT_TRY(ct_rows_list_near(f, p, q, NULL, NULL, worker, err));
        return ct_rows_list_near(f, q, p, NULL, NULL, worker, err);
    }
    ct_meet meet;
    const double most_m = f->options.distance_m +
                          ct_nearness_margin_m(&f->nearness, p->accuracy_m) +
                          ct_nearness_margin_m(&f->nearness, q->accuracy_m);
    if (!ct_motion_meet(&a->motion, &b->motion, most_m + SLACK_M, &meet))
        return CT_OK;
    CT_TRY(ct_rows_list_near(f, p, q, a, b, worker, err));
    return ct_rows_list_near(f, q, p, b, a, worker, err);
}

static ct_status at_venue(const void *earlier, const void *later, void *ctx, ct_err *err)
{
    ct_finder *const f = ctx;
    const ct_presence *const p = earlier, *const q = later;
    if (p->person == q->person)
        return CT_OK;
    CT_TRY(ct_rows_list_venue(f, p, q, err));
    return ct_rows_list_venue(f, q, p, err);
}

static ct_status to_grid(ct_finder *f, ct_grid *grid, const ct_part *part, ct_err *err)
{
    const ct_presence *const p = &part->presence;
    const ct_motion *const m = &part->motion;
    const double margin_m = ct_nearness_margin_m(&f->nearness, p->accuracy_m);
    ct_thing thing = {.x = p->x,
                      .y = p->y,
                      .radius_m = margin_m,
                      .from_us = m->start_us,
                      .until_us = m->end_us,
                      .aside = f->options.cases != NULL && p->which_case == CT_NO_ID};
    if (p->pieces > 0) {
        const ct_point middle = {(m->from.x + m->to.x) / 2, (m->from.y + m->to.y) / 2,
                                 (m->from.z + m->to.z) / 2};
        ct_point_position(f->options.frame, middle, &thing.x, &thing.y);
        if (f->options.frame == CT_FRAME_WGS84) /* for a way through the earth it is any */
            thing.y = fmin(fmax(thing.y, -90), 90);
        const ct_point center = ct_point_at(f->options.frame, thing.x, thing.y);
        thing.radius_m +=
            sqrt(fmax(ct_distance_squared(m->from, center), ct_distance_squared(m->to, center))) +
            SLACK_M;
    }
    return ct_grid_add(grid, &thing, part, err);
}

static ct_status sweep(ct_finder *f, ct_grid *grid, ct_venues *venues, ct_err *err)
{
    for (;;) {
        const void *record;
        const ct_status status = ct_sorter_next(f->parts, &record, err);
        if (status == CT_END)
            return ct_grid_finish(grid, err);
        CT_TRY(status);
        const ct_part *const part = record;
        const ct_presence *const p = &part->presence;
        if (p->place != CT_NO_ID && part->motion.start_us == p->from_us)
            CT_TRY(ct_venues_add(venues, p->place, p->from_us, p->until_us,
                                 p->which_case != CT_NO_ID, p, err));
        if (ct_presence_has_position(p) && ct_nearness_possible(&f->nearness, p->accuracy_m))
            CT_TRY(to_grid(f, grid, part, err));
    }
}

static ct_status sweep_all(ct_finder *f, ct_err *err)
{
    const ct_grid_options options = {.frame = f->options.frame,
                                     .distance_m = f->options.distance_m,
                                     .payload_size = sizeof(ct_part),
                                     .pool = f->options.pool,
                                     .visit = near,
                                     .ctx = f};
    ct_grid *grid = NULL;
    ct_venues *venues = NULL;
    ct_status status = ct_venues_new(&venues, ct_ids_count(f->hands[0].places), sizeof(ct_presence),
                                     f->options.cases != NULL, at_venue, f, err);
    if (status == CT_OK)
        status = ct_grid_new(&grid, &options, err);
    if (status == CT_OK)
        status = sweep(f, grid, venues, err);
    ct_grid_free(grid);
    ct_venues_free(venues);
    return status;
}

ct_status ct_finder_find_rows(ct_finder *f, ct_err *err)
{
    const ct_order order = {.key = time_key};
    f->scratch = calloc(f->workers, sizeof *f->scratch);
    if (f->scratch == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for the search for contacts");
    CT_TRY(ct_sorter_new(&f->parts, sizeof(ct_part), &order, f->options.memory_bytes / 4,
                         f->options.pool, err));
    CT_TRY(ct_rows_stretch(f, put_parts, err));
    ct_sorter_free(f->rows);
    f->rows = NULL;
    CT_TRY(ct_sorter_finish(f->parts, err));
    CT_TRY(sweep_all(f, err));
    ct_sorter_free(f->parts);
    f->parts = NULL;
    return CT_OK;
}
