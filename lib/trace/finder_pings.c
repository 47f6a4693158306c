#include "finder_pings.h"

#include "contrace/number.h"

#include "finder_sweep.h"

ct_status ct_finder_expect_pings(ct_finder *f, ct_err *err)
{
    const ct_finder_options *const o = &f->options;
    const bool exact = o->pairs && o->brief && !o->radii && !(o->min_probability > 0);
    f->sight_size = exact ? offsetof(ct_sight, accuracy_m) : sizeof(ct_sight);
    return ct_feed_new(&f->pings, f->sight_size, f->workers, o->memory_bytes / 2, err);
}

/* Can a sighting at this time be within the window of one in an infectious period? */
static bool matters(const ct_finder *f, int64_t us)
{
    return us + f->options.window_us >= f->from_us && us - f->options.window_us <= f->until_us;
}

static ct_status settle_hand(ct_finder *f, unsigned worker, ct_err *err)
{
    ct_finder_hand *const hand = &f->hands[worker];
    ct_str names[CT_WAITING];
    uint32_t people[CT_WAITING];
    for (size_t i = 0, from = 0; i < hand->waiting_count; from = hand->name_ends[i++])
        names[i] = (ct_str){hand->names.ptr + from, hand->name_ends[i] - from};
    CT_TRY(ct_ids_add_all(hand->people, names, hand->waiting_count, people, err));
    for (size_t i = 0; i < hand->waiting_count; i++) {
        ct_sight *const s = &hand->waiting[i];
        s->person = people[i];
        if (s->time_us != CT_NO_TIME)
            CT_TRY(ct_feed_add(f->pings, worker, s, err));
    }
    hand->waiting_count = 0;
    hand->names.len = 0;
    return CT_OK;
}

ct_status ct_finder_settle_pings(ct_finder *f, ct_err *err)
{
    for (unsigned i = 0; i < f->workers; i++)
        CT_TRY(settle_hand(f, i, err));
    return CT_OK;
}

static void stretch_span(ct_finder_hand *hand, int64_t us)
{
    hand->first_us = ct_earlier(hand->first_us, us);
    hand->last_us = ct_later(hand->last_us, us);
    hand->finer |= us % CT_SECOND != 0;
}

ct_status ct_finder_take_ping(ct_finder *f, unsigned worker, const ct_ping *ping, ct_err *err)
{
    ct_finder_hand *const hand = &f->hands[worker];
    ct_sight s = {
        .time_us = CT_NO_TIME, .x = ping->x, .y = ping->y, .accuracy_m = ping->accuracy_m};
    if (matters(f, ping->time_us)) {
        s.time_us = ping->time_us;
        stretch_span(hand, s.time_us);
        CT_TRY(ct_finder_place(hand, ping->place_id, &s.place, err));
    }
    CT_TRY(ct_buf_append(&hand->names, ping->id, err));
    hand->name_ends[hand->waiting_count] = hand->names.len;
    hand->waiting[hand->waiting_count++] = s;
    return hand->waiting_count == CT_WAITING ? settle_hand(f, worker, err) : CT_OK;
}

static void tell_more(const ct_finder *f, const ct_sight *index, const ct_sight *contact,
                      bool venue, ct_meeting *m)
{
    m->probability =
        ct_finder_probability(f, venue, m->closest_m, index->accuracy_m, contact->accuracy_m);
    m->x = index->x;
    m->y = index->y;
    m->count = 1;
    m->claimed = venue || !(f->nearness.least > 0) || m->closest_m <= f->options.distance_m;
    m->setting = venue ? CT_SETTING_VENUE : CT_SETTING_DIRECT;
    m->evidence =
        venue ? CT_EVIDENCE_VENUE
              : ct_evidence_of(f->options.distance_m, index->accuracy_m, contact->accuracy_m);
}

ct_status ct_finder_list_slip(ct_finder *f, ct_seen index, ct_seen contact, double distance_m,
                              unsigned worker, ct_err *err)
{
    const ct_wide slip = ct_slip_of(&f->slips, index.person, contact.person, index.time_us,
                                    contact.time_us, distance_m);
    return ct_meetings_add_slip(&f->meetings, worker, index.person, slip, err);
}

ct_status ct_finder_list_pings(ct_finder *f, const ct_sight *index, const ct_sight *contact,
                               double distance_m, bool venue, unsigned worker, ct_err *err)
{
    const int64_t i_us = index->time_us, c_us = contact->time_us;
    if (f->meetings.slips != NULL)
        return ct_finder_list_slip(f, (ct_seen){index->person, i_us},
                                   (ct_seen){contact->person, c_us}, distance_m, worker, err);
    const bool swap = !f->options.pairs && c_us < i_us;
    ct_meeting meeting = {
        .index = index->person,
        .contact = contact->person,
        .start_us = swap ? c_us : i_us,
        .end_us = swap ? i_us : c_us,
        .closest_m = f->brief ? ct_round(distance_m, 3) : distance_m,
    };
    if (!f->brief)
        tell_more(f, index, contact, venue, &meeting);
    return ct_meetings_add(&f->meetings, worker, &meeting, err);
}

ct_status ct_finder_list_sights(ct_finder *f, const ct_sight *index, const ct_sight *contact,
                                double distance_m, bool venue, unsigned worker, ct_err *err)
{
    ct_when when;
    if (!ct_finder_lists(f, index->person, contact->person, ct_finder_case(f, index->person),
                         &when) ||
        index->time_us < when.from_us || index->time_us > when.until_us)
        return CT_OK;
    return ct_finder_list_pings(f, index, contact, distance_m, venue, worker, err);
}

ct_status ct_finder_find_pings(ct_finder *f, ct_err *err)
{
    const ct_status status = ct_finder_sweep(f, err);
    ct_feed_free(f->pings);
    f->pings = NULL;
    return status;
}
