#include "contact_rows.h"

/* Two rows seen from the index: the time in which both may be where they are and the index is
 * infectious, and that of it which both claim (empty: from after until). */
typedef struct pair {
    ct_finder *f;
    const ct_presence *index, *contact;
    ct_when when, claimed;
    const ct_legs *index_legs, *contact_legs; /* NULL: at rest, or not needed */
    bool moving;                              /* the distance changes: both have legs */
    bool venue;
    double reach_m; /* how far apart is near; not of a venue */
} pair;

static bool pair_of(ct_finder *f, const ct_presence *index, const ct_presence *contact, pair *out)
{
    ct_when when;
    if (contact->lingers ||
        !ct_finder_lists(f, index->person, contact->person, index->which_case, &when))
        return false;
    if (index->lingers) /* what was infectious stays so */
        when = (ct_when){CT_NO_TIME, CT_FOREVER};
    *out = (pair){.f = f, .index = index, .contact = contact};
    out->when.from_us = ct_later(when.from_us, ct_later(index->from_us, contact->from_us));
    out->when.until_us = ct_earlier(when.until_us, ct_earlier(index->until_us, contact->until_us));
    out->claimed.from_us =
        ct_later(out->when.from_us, ct_later(index->start_us, contact->start_us));
    out->claimed.until_us =
        ct_earlier(out->when.until_us, ct_earlier(index->end_us, contact->end_us));
    return out->when.from_us <= out->when.until_us;
}

static ct_status add_legs(pair *p, ct_finder_scratch *scratch, ct_err *err)
{
    const ct_frame frame = p->f->options.frame;
    CT_TRY(ct_legs_of(&scratch->legs[0], frame, p->index, err));
    CT_TRY(ct_legs_of(&scratch->legs[1], frame, p->contact, err));
    p->index_legs = &scratch->legs[0];
    p->contact_legs = &scratch->legs[1];
    p->moving = true;
    return CT_OK;
}

static ct_together together(const pair *p, int64_t from_us, int64_t until_us)
{
    return (ct_together){p->index_legs, p->contact_legs, from_us, until_us};
}

static double probability_at(const pair *p, double distance_m)
{
    return ct_finder_probability(p->f, p->venue, distance_m, p->index->accuracy_m,
                                 p->contact->accuracy_m);
}

static bool exact(const pair *p)
{
    return !(p->index->accuracy_m > 0) && !(p->contact->accuracy_m > 0);
}

/* Expected time within the distance, of what both claim in this time. distance_m: that of a pair
 * that does not move. */
static double expected_us(const pair *p, int64_t from_us, int64_t until_us, double distance_m)
{
    from_us = ct_later(from_us, p->claimed.from_us);
    until_us = ct_earlier(until_us, p->claimed.until_us);
    if (from_us >= until_us)
        return 0;
    if (!p->moving || ct_by_place_alone(p->venue, p->index->accuracy_m, p->contact->accuracy_m))
        return (double)(until_us - from_us) * probability_at(p, distance_m);
    const ct_together t = together(p, from_us, until_us);
    const double reach_m = p->f->options.distance_m;
    if (exact(p))
        return (double)ct_together_within_us(&t, reach_m);
    return ct_together_expected_us(&t, reach_m, p->index->accuracy_m, p->contact->accuracy_m);
}

static uint8_t setting_of(const pair *p)
{
    if (p->index->lingers)
        return CT_SETTING_LINGERING;
    return p->venue ? CT_SETTING_VENUE : CT_SETTING_DIRECT;
}

static ct_meeting meeting_of(const pair *p, const ct_meet *spell)
{
    const double reach_m = p->f->options.distance_m;
    ct_meeting m = {
        .index = p->index->person,
        .contact = p->contact->person,
        .closest_m = spell->closest_m,
        .probability = probability_at(p, spell->closest_m),
        .setting = setting_of(p),
        .evidence = p->venue
                        ? CT_EVIDENCE_VENUE
                        : ct_evidence_of(reach_m, p->index->accuracy_m, p->contact->accuracy_m),
        .count = 1,
    };
    ct_presence_position(p->index, p->f->options.frame, p->index_legs, spell->closest_us, &m.x,
                         &m.y);
    return m;
}

static ct_status add_part(const pair *p, ct_meeting *m, int64_t from_us, int64_t until_us,
                          bool claimed, unsigned worker, ct_err *err)
{
    m->start_us = from_us;
    m->end_us = until_us;
    m->claimed = claimed;
    m->mean_m = m->closest_m;
    if (p->moving && from_us < until_us) {
        const ct_together t = together(p, from_us, until_us);
        m->mean_m = ct_together_mean_m(&t);
    }
    CT_TRY(ct_meetings_add(&p->f->meetings, worker, m, err));
    m->count = 0; /* what is said once is said */
    m->expected_us = 0;
    return CT_OK;
}

/* Where nearness goes by chance, only what is recorded within the distance adds to the duration. */
static ct_status add_claimed(const pair *p, ct_meeting *m, int64_t from_us, int64_t until_us,
                             unsigned worker, ct_err *err)
{
    const double distance_m = p->f->options.distance_m;
    if (p->venue || !(p->f->nearness.least > 0))
        return add_part(p, m, from_us, until_us, true, worker, err);
    if (!p->moving)
        return add_part(p, m, from_us, until_us, m->closest_m <= distance_m, worker, err);
    ct_spells *const within = &p->f->scratch[worker].within;
    const ct_together t = together(p, from_us, until_us);
    CT_TRY(ct_together_spells(&t, distance_m, within, err));
    for (size_t i = 0; i < within->count; i++) {
        const ct_meet *const w = &within->items[i];
        if (from_us < w->start_us)
            CT_TRY(add_part(p, m, from_us, w->start_us, false, worker, err));
        if (w->start_us < w->end_us)
            CT_TRY(add_part(p, m, w->start_us, w->end_us, true, worker, err));
        from_us = w->end_us;
    }
    return from_us < until_us ? add_part(p, m, from_us, until_us, false, worker, err) : CT_OK;
}

/* A spell of contact, in up to three parts: before both claim it, while they do, and after. */
static ct_status add_spell(const pair *p, const ct_meet *spell, double expected, unsigned worker,
                           ct_err *err)
{
    ct_meeting m = meeting_of(p, spell);
    const int64_t from_us = ct_later(spell->start_us, p->claimed.from_us);
    const int64_t until_us = ct_earlier(spell->end_us, p->claimed.until_us);
    m.expected_us = from_us < until_us ? 0 : expected; /* it goes with what both claim */
    if (from_us >= until_us)
        return add_part(p, &m, spell->start_us, spell->end_us, false, worker, err);
    if (spell->start_us < from_us)
        CT_TRY(add_part(p, &m, spell->start_us, from_us, false, worker, err));
    m.expected_us = expected;
    CT_TRY(add_claimed(p, &m, from_us, until_us, worker, err));
    if (until_us < spell->end_us)
        CT_TRY(add_part(p, &m, until_us, spell->end_us, false, worker, err));
    return CT_OK;
}

static ct_status list_steady(const pair *p, unsigned worker, ct_err *err)
{
    const ct_frame frame = p->f->options.frame;
    double distance_m = NAN;
    if (ct_presence_has_position(p->index) && ct_presence_has_position(p->contact))
        distance_m = sqrt(ct_distance_squared(ct_point_at(frame, p->index->x, p->index->y),
                                              ct_point_at(frame, p->contact->x, p->contact->y)));
    const ct_when *const w = &p->when;
    const ct_meet spell = {w->from_us, w->until_us, w->from_us, distance_m};
    return add_spell(p, &spell, expected_us(p, w->from_us, w->until_us, distance_m), worker, err);
}

/* Time in which both claim where they are, but are not within the distance, adds to the expected
 * time too: up to the first spell to that, from each on to it, up to the next. */
static ct_status list_spells(pair *p, const ct_spells *spells, unsigned worker, ct_err *err)
{
    for (size_t i = 0; i < spells->count; i++) {
        const ct_meet *const spell = &spells->items[i];
        const int64_t from_us = i == 0 ? p->when.from_us : spell->start_us;
        const int64_t until_us =
            i + 1 < spells->count ? spells->items[i + 1].start_us : p->when.until_us;
        CT_TRY(add_spell(p, spell, expected_us(p, from_us, until_us, NAN), worker, err));
    }
    return CT_OK;
}

/* Of the parts of a row that share a moment, the later one owns it. */
static bool owns(const ct_part *part, int64_t us)
{
    return part->motion.start_us <= us &&
           (us < part->motion.end_us || part->motion.end_us == part->presence.until_us);
}

/* Does the first contact of two rows, at this moment, belong to these two of their parts? Of all
 * pairs of parts the grid visits, it does to exactly one. */
static bool part_owns(const ct_part *index, const ct_part *contact, int64_t us)
{
    return owns(index, us) && owns(contact, us);
}

ct_status ct_rows_list_near(ct_finder *f, const ct_presence *index, const ct_presence *contact,
                            const ct_part *index_part, const ct_part *contact_part, unsigned worker,
                            ct_err *err)
{
    pair p;
    if (!pair_of(f, index, contact, &p))
        return CT_OK;
    p.reach_m = ct_nearness_reach_m(&f->nearness, index->accuracy_m, contact->accuracy_m);
    if (index_part == NULL)
        return list_steady(&p, worker, err);
    if (p.reach_m < 0)
        return CT_OK;
    ct_finder_scratch *const scratch = &f->scratch[worker];
    CT_TRY(add_legs(&p, scratch, err));
    const ct_together t = together(&p, p.when.from_us, p.when.until_us);
    int64_t first_us;
    if (!ct_together_first(&t, p.reach_m, &first_us) ||
        !part_owns(index_part, contact_part, first_us))
        return CT_OK;
    CT_TRY(ct_together_spells(&t, p.reach_m, &scratch->spells, err));
    return list_spells(&p, &scratch->spells, worker, err);
}

ct_status ct_rows_list_venue(ct_finder *f, const ct_presence *index, const ct_presence *contact,
                             ct_err *err)
{
    pair p;
    if (!pair_of(f, index, contact, &p))
        return CT_OK;
    p.venue = true;
    ct_finder_scratch *const scratch = &f->scratch[0];
    const bool both = ct_presence_has_position(index) && ct_presence_has_position(contact);
    if (!both && ct_presence_has_position(index)) {
        CT_TRY(ct_legs_of(&scratch->legs[0], f->options.frame, index, err));
        p.index_legs = &scratch->legs[0];
    }
    if (!both || (index->pieces == 0 && contact->pieces == 0))
        return list_steady(&p, 0, err);
    CT_TRY(add_legs(&p, scratch, err));
    const ct_together t = together(&p, p.when.from_us, p.when.until_us);
    CT_TRY(ct_together_spells(&t, INFINITY, &scratch->spells, err));
    return list_spells(&p, &scratch->spells, 0, err);
}
