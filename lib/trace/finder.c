#include "search.h"

#include <stdlib.h>

#include "columns.h"
#include "finder_aboard.h"
#include "finder_cases.h"
#include "finder_pings.h"
#include "finder_rows.h"
#include "finder_stretch.h"

/* Some 18,000 years: sums of three such times still fit. */
static const int64_t SPAN_MOST_US = INT64_C(1) << 59;

static bool in_span(int64_t us)
{
    return us >= -SPAN_MOST_US && us <= SPAN_MOST_US;
}

static ct_status no_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "no memory for the search for contacts");
}

ct_status ct_finder_options_check(const ct_finder_options *o, ct_err *err)
{
    if (!(o->distance_m >= 0 && o->distance_m <= CT_METRES_MAX))
        return ct_fail(err, CT_ERANGE, "distance outside 0 to 1e9 m");
    if (o->window_us < 0 || o->window_us > SPAN_MOST_US)
        return ct_fail(err, CT_ERANGE, "window negative, or longer than 18,000 years");
    if (o->gap_us < 0 || o->min_duration_us < 0)
        return ct_fail(err, CT_ERANGE, "gap or least duration negative");
    if (o->linger_us < 0 || o->linger_us > SPAN_MOST_US)
        return ct_fail(err, CT_ERANGE, "lingering negative, or longer than 18,000 years");
    if (o->radii && o->min_probability > 0)
        return ct_fail(err, CT_ERANGE,
                       "near by the distance and both accuracies, or by least probability: not "
                       "both");
    if (!(o->min_probability <= 1))
        return ct_fail(err, CT_ERANGE, "least probability above 1");
    return CT_OK;
}

/* The time that any period touches; without a case there is none. */
static ct_status take_cases(ct_finder *f, ct_err *err)
{
    const ct_cases *const cases = f->options.cases;
    f->from_us = cases == NULL ? CT_NO_TIME : CT_FOREVER;
    f->until_us = cases == NULL ? CT_FOREVER : CT_NO_TIME;
    if (cases == NULL)
        return CT_OK;
    const size_t count = ct_cases_count(cases);
    f->seen = calloc(count + 1, sizeof *f->seen);
    if (f->seen == NULL)
        return no_memory(err);
    for (size_t i = 0; i < count; i++) {
        const ct_infectious *const c = ct_cases_at(cases, i);
        f->from_us = c->from_us < f->from_us ? c->from_us : f->from_us;
        f->until_us = c->until_us > f->until_us ? c->until_us : f->until_us;
    }
    if (count > 0 && f->until_us != CT_FOREVER)
        f->until_us += f->options.linger_us;
    return CT_OK;
}

static ct_status new_hands(ct_finder *f, ct_err *err)
{
    f->hands = calloc(f->workers, sizeof *f->hands);
    if (f->hands == NULL)
        return no_memory(err);
    for (unsigned i = 0; i < f->workers; i++) {
        CT_TRY(ct_ids_new(&f->hands[i].people, err));
        CT_TRY(ct_ids_new(&f->hands[i].places, err));
        f->hands[i].first_us = CT_FOREVER;
        f->hands[i].last_us = CT_NO_TIME;
    }
    return CT_OK;
}

ct_status ct_finder_new(ct_finder **out, const ct_finder_options *options, ct_err *err)
{
    CT_TRY(ct_finder_options_check(options, err));
    if (options->linger_us > 0 && (options->cases == NULL || options->pairs))
        return ct_fail(err, CT_ERANGE, "only the air of a case lingers, and not in pairs of pings");
    ct_finder *const f = calloc(1, sizeof *f);
    if (f == NULL)
        return no_memory(err);
    f->options = *options;
    f->nearness = ct_nearness_of(options->distance_m, options->radii, options->min_probability);
    f->workers = options->pool != NULL ? ct_pool_workers(options->pool) : 1;
    ct_status status = take_cases(f, err);
    if (status == CT_OK)
        status = new_hands(f, err);
    if (status == CT_OK)
        status = ct_finder_expect_pings(f, err);
    if (status != CT_OK) {
        ct_finder_free(f);
        return status;
    }
    *out = f;
    return CT_OK;
}

/* The first record decides what all are. */
static ct_status begin(const ct_finder *f, ct_finder_hand *hand, ct_finder_state state, ct_err *err)
{
    if (f->done || (hand->state != state && hand->state != CT_FINDER_EMPTY))
        return ct_fail(err, CT_ERANGE, "pings and rows in one search, or more after its end");
    if (state == CT_FINDER_PINGS && f->options.linger_us > 0)
        return ct_fail(err, CT_ERANGE, "air lingers where rows stay, but these are pings");
    hand->state = state;
    return CT_OK;
}

static ct_status check_position(const ct_finder *f, double x, double y, ct_err *err)
{
    const bool planar = f->options.frame == CT_FRAME_PLANAR;
    if (!(fabs(x) <= (planar ? CT_METRES_MAX : 180) && fabs(y) <= (planar ? CT_METRES_MAX : 90)))
        return ct_fail(err, CT_EROW,
                       planar ? "a coordinate is out of range -1e9..1e9"
                              : "a longitude or latitude is out of range");
    return CT_OK;
}

static ct_status check_accuracy(double accuracy_m, ct_err *err)
{
    if (!isnan(accuracy_m) && !(accuracy_m >= 0 && accuracy_m <= CT_METRES_MAX))
        return ct_fail(err, CT_EROW, "accuracy_m is out of range 0..1e9");
    return CT_OK;
}

ct_status ct_finder_check_ping(const ct_finder *f, const ct_ping *ping, ct_err *err)
{
    const char *const fault = ct_ping_fault(ping);
    if (fault != NULL)
        return ct_fail(err, CT_EROW, "%s", fault);
    if (!in_span(ping->time_us))
        return ct_fail(err, CT_EROW, "time is missing or out of range");
    if (ct_ping_has_position(ping))
        CT_TRY(check_position(f, ping->x, ping->y, err));
    return check_accuracy(ping->accuracy_m, err);
}

ct_status ct_finder_add_ping_by(ct_finder *f, unsigned worker, const ct_ping *ping, ct_err *err)
{
    CT_TRY(ct_finder_check_ping(f, ping, err));
    CT_TRY(begin(f, &f->hands[worker], CT_FINDER_PINGS, err));
    return f->vicinity != NULL ? ct_finder_pass_ping(f, worker, ping, err)
                               : ct_finder_take_ping(f, worker, ping, err);
}

ct_status ct_finder_add_ping(ct_finder *f, const ct_ping *ping, ct_err *err)
{
    return ct_finder_add_ping_by(f, 0, ping, err);
}

ct_status ct_finder_add_row(ct_finder *f, const ct_trajectory_row *row, ct_err *err)
{
    if (!in_span(row->start_us) || !in_span(row->end_us))
        return ct_fail(err, CT_EROW, "start or end is missing or out of range");
    if (row->end_us < row->start_us)
        return ct_fail(err, CT_EROW, "end before start");
    if (isnan(row->x) != isnan(row->y) || isnan(row->end_x) != isnan(row->end_y))
        return ct_fail(err, CT_EROW, "half a position");
    if (isnan(row->x) && !isnan(row->end_x))
        return ct_fail(err, CT_EROW, "the position at the end is there, at the start it is not");
    if (isnan(row->x) && row->place_id.len == 0)
        return ct_fail(err, CT_EROW, "neither a position nor a place_id");
    if (!isnan(row->x))
        CT_TRY(check_position(f, row->x, row->y, err));
    if (!isnan(row->end_x)) {
        CT_TRY(check_position(f, row->end_x, row->end_y, err));
        if (row->start_us == row->end_us && (row->x != row->end_x || row->y != row->end_y))
            return ct_fail(err, CT_EROW, "at two positions in one moment");
    }
    CT_TRY(check_accuracy(row->accuracy_m, err));
    if (f->rows == NULL)
        CT_TRY(ct_finder_expect_rows(f, err));
    CT_TRY(begin(f, &f->hands[0], CT_FINDER_ROWS, err));
    return ct_finder_take_row(f, row, err);
}

ct_status ct_finder_add_passenger(ct_finder *f, const ct_passenger *p, ct_err *err)
{
    if (f->done || f->options.pairs || f->vicinity != NULL)
        return ct_fail(err, CT_ERANGE, "passengers after the search, or in pairs of pings");
    if (!in_span(p->from_us) || !in_span(p->until_us))
        return ct_fail(err, CT_EROW, "from or until is missing or out of range");
    return ct_finder_take_passenger(f, p, err);
}

/* Do pairs of the pings taken in fit on slips? */
static bool fits_slips(ct_finder *f, uint32_t people)
{
    int64_t first_us = CT_FOREVER, last_us = CT_NO_TIME;
    bool seconds = true;
    for (unsigned i = 0; i < f->workers; i++) {
        const ct_finder_hand *const hand = &f->hands[i];
        first_us = ct_earlier(first_us, hand->first_us);
        last_us = ct_later(last_us, hand->last_us);
        seconds = seconds && !hand->finer;
    }
    /* at a venue any two are near */
    const bool far = f->options.radii || ct_ids_count(f->hands[0].places) > 0;
    return first_us <= last_us &&
           ct_slip_form_of(&f->slips, people, first_us, last_us, seconds, f->options.window_us,
                           far ? 4 * CT_METRES_MAX : f->options.distance_m);
}

ct_status ct_finder_expect_meetings(ct_finder *f, bool of_pings, uint32_t index_people, ct_err *err)
{
    f->of_pings = of_pings;
    f->brief = f->options.pairs && f->options.brief && !(f->options.min_probability > 0);
    size_t size = CT_MEETING_WHOLE;
    if (of_pings)
        size = f->brief ? CT_MEETING_BRIEF : CT_MEETING_OF_PINGS;
    const bool slips = f->brief && fits_slips(f, index_people);
    if (slips)
        size = sizeof(ct_wide);
    f->found = calloc(f->workers, sizeof *f->found);
    if (f->found == NULL)
        return no_memory(err);
    CT_TRY(ct_meetings_init(&f->meetings, size, index_people > 0 ? index_people : 1, f->workers,
                            f->options.memory_bytes / 2, err));
    f->meetings.slips = slips ? &f->slips : NULL;
    if (of_pings) /* the room of the input is free by the time that piles are sorted */
        f->meetings.page_bytes += f->options.memory_bytes / 2 / f->workers;
    return CT_OK;
}

/* What was taken in, all hands together. */
static ct_status state_of(const ct_finder *f, ct_finder_state *out, ct_err *err)
{
    *out = f->hands[0].state;
    for (unsigned i = 1; i < f->workers; i++) {
        const ct_finder_state state = f->hands[i].state;
        if (*out == CT_FINDER_EMPTY)
            *out = state;
        else if (state != CT_FINDER_EMPTY && state != *out)
            return ct_fail(err, CT_ERANGE, "pings and rows in one search");
    }
    return CT_OK;
}

ct_status ct_finder_run(ct_finder *f, ct_err *err)
{
    ct_finder_state state;
    if (f->done)
        return ct_fail(err, CT_ERANGE, "a search that was run already");
    f->done = true;
    CT_TRY(state_of(f, &state, err));
    if (state == CT_FINDER_ROWS && (f->options.pairs || f->vicinity != NULL))
        return ct_fail(err, CT_ERANGE, "pairs of pings are asked for, but the input is rows");
    if (f->vicinity != NULL)
        return ct_finder_rank_found(f, err);
    if (state == CT_FINDER_EMPTY && f->aboard == NULL)
        return CT_OK;
    CT_TRY(ct_finder_settle_pings(f, err));
    CT_TRY(ct_finder_join_hands(f, err));
    CT_TRY(ct_finder_expect_meetings(f, state == CT_FINDER_PINGS, ct_finder_people(f), err));
    CT_TRY(ct_finder_find_aboard(f, err));
    if (state == CT_FINDER_PINGS)
        return ct_finder_find_pings(f, err);
    return state == CT_FINDER_ROWS ? ct_finder_find_rows(f, err) : CT_OK;
}

/* Reads pile after pile. */
static ct_status next(ct_finder *f, bool pairs, const void **out, ct_err *err)
{
    if (!f->done || f->options.pairs != pairs)
        return ct_fail(err, CT_ERANGE, "asked for what this search does not give");
    if (f->meetings.piles == NULL)
        return CT_END;
    for (;;) {
        const ct_status status = ct_found_next(&f->found[0], f, out, err);
        if (status != CT_END || f->piles_read == ct_piles_count(f->meetings.piles))
            return status;
        CT_TRY(ct_found_take(&f->found[0], f, f->piles_read++, err));
    }
}

ct_status ct_finder_next_collision(ct_finder *f, const ct_collision **out, ct_err *err)
{
    const void *record = NULL;
    CT_TRY(next(f, true, &record, err));
    *out = record;
    return CT_OK;
}

ct_status ct_finder_next_episode(ct_finder *f, const ct_episode **out, ct_err *err)
{
    const void *record = NULL;
    CT_TRY(next(f, false, &record, err));
    *out = record;
    return CT_OK;
}

uint64_t ct_finder_found(const ct_finder *f)
{
    const ct_piles *const piles = f->meetings.piles;
    uint64_t found = 0;
    for (uint32_t i = 0; piles != NULL && i < ct_piles_count(piles); i++)
        found += ct_piles_records(piles, i);
    return found;
}

uint32_t ct_finder_people(const ct_finder *f)
{
    return ct_ids_count(f->hands[0].people);
}

uint32_t ct_finder_cases_without_data(const ct_finder *f)
{
    uint32_t without = 0;
    for (size_t i = 0; f->options.cases != NULL && i < ct_cases_count(f->options.cases); i++)
        without += !f->seen[i];
    return without;
}

void ct_finder_free(ct_finder *f)
{
    if (f == NULL)
        return;
    for (unsigned i = 0; f->scratch != NULL && i < f->workers; i++) {
        ct_legs_release(&f->scratch[i].legs[0]);
        ct_legs_release(&f->scratch[i].legs[1]);
        ct_spells_release(&f->scratch[i].spells);
        ct_spells_release(&f->scratch[i].within);
    }
    free(f->scratch);
    for (unsigned i = 0; f->found != NULL && i < f->workers; i++)
        ct_found_release(&f->found[i]);
    free(f->found);
    ct_meetings_release(&f->meetings);
    for (unsigned i = 0; f->hands != NULL && i < f->workers; i++) {
        ct_ids_free(f->hands[i].people);
        ct_ids_free(f->hands[i].places);
        free(f->hands[i].rank);
        free(f->hands[i].place);
        ct_buf_release(&f->hands[i].of_cases);
        ct_buf_release(&f->hands[i].names);
    }
    free(f->hands);
    ct_feed_free(f->pings);
    ct_vicinity_free(f->vicinity);
    free(f->ranks);
    ct_sorter_free(f->rows);
    ct_sorter_free(f->parts);
    ct_aboard_free(f->aboard);
    free(f->seen);
    free(f->case_at);
    free(f);
}
