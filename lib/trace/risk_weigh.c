#include "risk_weigh.h"

#include <math.h>
#include <stdlib.h>

#include "contrace/contact.h"
#include "contrace/time.h"

static const int64_t REACH_US = CT_WEIGHER_DAYS * CT_DAY;

ct_status ct_spells_reserve(ct_spells *spells, size_t more, ct_err *err)
{
    if (more <= spells->room - spells->count)
        return CT_OK;
    const size_t room = spells->count + (more < spells->count ? spells->count : more) + 64;
    ct_spell *items = realloc(spells->items, room * sizeof *items);
    if (!items)
        return ct_fail(err, CT_ENOMEM, "out of memory: grading a contact");
    spells->items = items;
    spells->room = room;
    return CT_OK;
}

void ct_weigher_init(ct_weigher *weigher, const ct_policy *policy)
{
    const ct_distance_weight *by_distance = &policy->by_distance;
    *weigher = (ct_weigher){
        .policy = policy,
        .at_venue = ct_distance_weight_at(by_distance, policy->venue_distance_m),
        .anywhere = ct_distance_weight_within(by_distance, policy->distance_m),
        .on_worst_day = ct_day_weight_most(&policy->by_day),
        .is_curve = policy->by_day.kind == CT_DAY_GAMMA || policy->by_day.kind == CT_DAY_NORMAL};
    for (int i = 0; weigher->is_curve && i < CT_WEIGHER_HOURS; i++) {
        int64_t until_us;
        weigher->by_hour[i] = ct_day_weight_at(&policy->by_day, i * CT_HOUR - REACH_US, &until_us);
    }
}

static double weight_of_distance(const ct_weigher *weigher, const ct_met *met)
{
    if (met->evidence == CT_EVIDENCE_VENUE)
        return weigher->at_venue;
    if (met->evidence != CT_EVIDENCE_PRECISE || isnan(met->mean_distance_m))
        return weigher->anywhere;
    return ct_distance_weight_at(&weigher->policy->by_distance, met->mean_distance_m);
}

/* The weight of the day from us on, and up to when. */
static double weight_of_day(const ct_weigher *weigher, const ct_infectious *index, int64_t us,
                            int64_t *until_us)
{
    *until_us = CT_FOREVER;
    if (!index || index->anchor == CT_ANCHOR_NONE)
        return weigher->on_worst_day;
    const int64_t since_us = us - index->anchor_us;
    if (weigher->is_curve && since_us >= -REACH_US && since_us < REACH_US) {
        const int64_t hour = (since_us + REACH_US) / CT_HOUR;
        *until_us = (hour + 1) * CT_HOUR - REACH_US + index->anchor_us;
        return weigher->by_hour[hour];
    }
    const double weight = ct_day_weight_at(&weigher->policy->by_day, since_us, until_us);
    if (*until_us != CT_FOREVER)
        *until_us += index->anchor_us;
    return weight;
}

ct_status ct_weigh(const ct_weigher *weigher, const ct_met *met, const ct_infectious *index,
                   ct_spells *spells, ct_err *err)
{
    const ct_policy *policy = weigher->policy;
    const double by_distance = weight_of_distance(weigher, met);
    const double by_report = policy->by_report[index ? index->report : CT_REPORT_TEST];
    const double by_setting =
        policy->by_setting[met->setting >= 0 ? met->setting : CT_SETTING_DIRECT];
    const double length_us = (double)(met->end_us - met->start_us);
    for (int64_t at_us = met->start_us, until_us;; at_us = until_us) {
        const double by_day = weight_of_day(weigher, index, at_us, &until_us);
        if (until_us > met->end_us)
            until_us = met->end_us;
        const double part = length_us > 0 ? (double)(until_us - at_us) / length_us : 1;
        CT_TRY(ct_spells_reserve(spells, 1, err));
        ct_spell *spell = &spells->items[spells->count++];
        *spell = (ct_spell){.start_us = at_us, .end_us = until_us};
        double *amount_us = spell->amount_us;
        amount_us[CT_RECORDED] = (double)met->recorded_us * part;
        amount_us[CT_EXPECTED] = (double)met->expected_us * part;
        amount_us[CT_BY_DISTANCE] = amount_us[CT_EXPECTED] * by_distance;
        amount_us[CT_BY_DAY] = amount_us[CT_BY_DISTANCE] * (by_day * by_report);
        amount_us[CT_DOSE] = amount_us[CT_BY_DAY] * by_setting;
        if (until_us == met->end_us)
            return CT_OK;
    }
}
