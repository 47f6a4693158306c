#include "risk_grade.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrace/time.h"

/* To six significant digits, where a tie may go either way. Powers of ten up to 10^22 are exact, so
 * that what a whole number of six digits makes with them is the decimal; text is the one exact way
 * to the others. Both calls follow the same locale. */
static double six_digits(double v)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    enum { MOST = 22 };
    if (v == 0)
        return 0;
    for (int p = 0; p <= MOST; p++)
        if (v < 1e6 && v * powers[p] >= 1e5)
            return rint(v * powers[p]) / powers[p];
    char text[32];
    (void)snprintf(text, sizeof text, "%.5e", v);
    return strtod(text, NULL);
}

static int compare_starts(const void *a, const void *b)
{
    const ct_spell *x = a, *y = b;
    return (x->start_us > y->start_us) - (x->start_us < y->start_us);
}

double ct_met_distance_weight(const ct_met *met, const ct_policy *policy)
{
    const ct_distance_weight *w = &policy->by_distance;
    if (met->evidence == CT_EVIDENCE_VENUE)
        return ct_distance_weight_at(w, policy->venue_distance_m);
    if (met->evidence != CT_EVIDENCE_PRECISE || isnan(met->mean_distance_m))
        return ct_distance_weight_within(w, policy->distance_m);
    return ct_distance_weight_at(w, met->mean_distance_m);
}

static ct_status make_room(struct ct_spells *spells, size_t more, ct_err *err)
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

/* What weighs an episode but for the day. */
struct weights {
    double by_distance, by_report, by_setting;
};

static struct weights weights_of(const ct_met *met, const ct_infectious *index,
                                 const ct_policy *policy)
{
    return (struct weights){
        .by_distance = ct_met_distance_weight(met, policy),
        .by_report = policy->by_report[index ? index->report : CT_REPORT_TEST],
        .by_setting = policy->by_setting[met->setting >= 0 ? met->setting : CT_SETTING_DIRECT],
    };
}

/* The weight of the day from us on, and up to when. A case of no known date counts as on its worst
 * day. */
static double day_weight(const ct_policy *policy, const ct_infectious *index, int64_t us,
                         int64_t *until_us)
{
    *until_us = CT_FOREVER;
    if (!index || index->anchor == CT_ANCHOR_NONE)
        return ct_day_weight_most(&policy->by_day);
    const double weight = ct_day_weight_at(&policy->by_day, us - index->anchor_us, until_us);
    if (*until_us != CT_FOREVER)
        *until_us += index->anchor_us;
    return weight;
}

/* Cuts an episode where the weight of the day changes, so that each piece has one: else a longer
 * episode might weigh less where it was before. */
static ct_status add_pieces(const ct_met *met, const ct_infectious *index, const ct_policy *policy,
                            struct ct_spells *spells, ct_err *err)
{
    const struct weights weights = weights_of(met, index, policy);
    const double length_us = (double)(met->end_us - met->start_us);
    for (int64_t at_us = met->start_us, until_us;; at_us = until_us) {
        const double by_day = day_weight(policy, index, at_us, &until_us);
        if (until_us > met->end_us)
            until_us = met->end_us;
        const double part = length_us > 0 ? (double)(until_us - at_us) / length_us : 1;
        CT_TRY(make_room(spells, 1, err));
        ct_spell *spell = &spells->items[spells->count++];
        *spell = (ct_spell){.start_us = at_us, .end_us = until_us};
        double *amount_us = spell->amount_us;
        amount_us[CT_RECORDED] = (double)met->recorded_us * part;
        amount_us[CT_EXPECTED] = (double)met->expected_us * part;
        amount_us[CT_BY_DISTANCE] = amount_us[CT_EXPECTED] * weights.by_distance;
        amount_us[CT_BY_DAY] = amount_us[CT_BY_DISTANCE] * (by_day * weights.by_report);
        amount_us[CT_DOSE] = amount_us[CT_BY_DAY] * weights.by_setting;
        if (until_us == met->end_us)
            return CT_OK;
    }
}

static ct_status load(ct_grader *grader, struct ct_spells *spells, bool add, ct_err *err)
{
    for (size_t i = 1; i < spells->count; i++) {
        if (spells->items[i].start_us < spells->items[i - 1].start_us) {
            qsort(spells->items, spells->count, sizeof *spells->items, compare_starts);
            break;
        }
    }
    const ct_summing summing = {grader->policy->weighs ? CT_AMOUNTS : CT_PLAIN_AMOUNTS, add};
    return ct_rolling_load(&grader->rolling, spells->items, spells->count, summing, err);
}

/* How many episodes from the first on are with one case. */
static size_t same_case(const ct_met *met, size_t count)
{
    size_t n = 1;
    while (n < count && met[n].index == met->index)
        n++;
    return n;
}

/* Weighs the episodes with one case, and sums them up. */
static ct_status load_case(ct_grader *grader, const ct_met *met, size_t count, ct_err *err)
{
    const ct_infectious *index = grader->case_of(grader->ctx, met->index);
    grader->spells.count = 0;
    for (size_t i = 0; i < count; i++)
        CT_TRY(add_pieces(&met[i], index, grader->policy, &grader->spells, err));
    return load(grader, &grader->spells, false, err);
}

/* The last moment of a span, which may be endless. */
static int64_t span_end(int64_t from_us, int64_t length_us)
{
    int64_t end_us;
    return __builtin_add_overflow(from_us, length_us, &end_us) ? CT_FOREVER : end_us;
}

struct found {
    const ct_met *met; /* the episodes the worst span is made of */
    size_t count;
    uint32_t index;
    ct_worst worst;
    double total_us, day_us; /* recorded: in all, and the most in any 24 hours */
};

/* The most recorded time in any 24 hours. */
static double fullest_day(const ct_grader *grader, const ct_worst *worst)
{
    if (grader->policy->rolling_us == CT_DAY)
        return worst->fullest_us;
    ct_worst day;
    ct_rolling_worst(&grader->rolling, CT_DAY, &day);
    return day.fullest_us;
}

static ct_status find_by_case(ct_grader *grader, const ct_met *met, size_t count,
                              struct found *found, ct_err *err)
{
    for (size_t i = 0, n; i < count; i += n) {
        n = same_case(met + i, count - i);
        CT_TRY(load_case(grader, met + i, n, err));
        ct_worst worst;
        ct_rolling_worst(&grader->rolling, grader->policy->rolling_us, &worst);
        found->day_us = fmax(found->day_us, fullest_day(grader, &worst));
        const bool is_worse = ct_rolling_is_worse(worst.amount_us, found->worst.amount_us);
        const bool is_better = ct_rolling_is_worse(found->worst.amount_us, worst.amount_us);
        if (i > 0 && (is_better || (!is_worse && worst.from_us >= found->worst.from_us)))
            continue;
        double total_us[CT_AMOUNTS];
        ct_rolling_total(&grader->rolling, total_us);
        found->met = met + i;
        found->count = n;
        found->index = met[i].index;
        found->worst = worst;
        found->total_us = total_us[CT_RECORDED];
    }
    return CT_OK;
}

/* All cases as one. */
static ct_status load_together(ct_grader *grader, const ct_met *met, size_t count, ct_err *err)
{
    struct ct_spells *together = &grader->together;
    together->count = 0;
    for (size_t i = 0, n; i < count; i += n) {
        n = same_case(met + i, count - i);
        CT_TRY(load_case(grader, met + i, n, err));
        if (n == count) /* one case is all */
            return CT_OK;
        CT_TRY(make_room(together, 4 * grader->spells.count, err));
        together->count += ct_rolling_spells(&grader->rolling, together->items + together->count);
    }
    return load(grader, together, grader->policy->add, err);
}

static ct_status find_together(ct_grader *grader, const ct_met *met, size_t count,
                               struct found *found, ct_err *err)
{
    const int64_t length_us = grader->policy->rolling_us;
    double total_us[CT_AMOUNTS];
    CT_TRY(load_together(grader, met, count, err));
    ct_rolling_worst(&grader->rolling, length_us, &found->worst);
    ct_rolling_total(&grader->rolling, total_us);
    found->met = met;
    found->count = count;
    found->index = met->index;
    found->total_us = total_us[CT_RECORDED];
    found->day_us = fullest_day(grader, &found->worst);
    const int64_t from_us = found->worst.from_us;
    double most_us[CT_AMOUNTS] = {0};
    for (size_t i = 0, n; i < count; i += n) {
        n = same_case(met + i, count - i);
        if (n == count)
            break;
        CT_TRY(load_case(grader, met + i, n, err));
        double here_us[CT_AMOUNTS];
        ct_rolling_within(&grader->rolling, from_us, span_end(from_us, length_us), here_us);
        if (i == 0 || ct_rolling_is_worse(here_us, most_us)) {
            memcpy(most_us, here_us, sizeof most_us);
            found->index = met[i].index;
        }
    }
    return CT_OK;
}

/* The time of an episode in a closed span, recorded or expected, whichever is more; -1 if they have
 * no moment in common. */
static double time_in_span(const ct_met *met, int64_t from_us, int64_t until_us)
{
    const int64_t start_us = met->start_us > from_us ? met->start_us : from_us;
    const int64_t end_us = met->end_us < until_us ? met->end_us : until_us;
    if (start_us > end_us)
        return -1;
    const double amount_us = fmax((double)met->recorded_us, (double)met->expected_us);
    if (met->start_us == met->end_us)
        return amount_us;
    return amount_us * ((double)(end_us - start_us) / (double)(met->end_us - met->start_us));
}

/* The kind with the most time; of equals, the first. -1 stands for kinds that nobody named. */
static int most_of(const double *time_us, int kinds)
{
    int most = -1;
    for (int kind = 0; kind < kinds; kind++)
        if (time_us[kind] >= 0 && (most < 0 || time_us[kind] > time_us[most]))
            most = kind;
    return most;
}

enum { EVIDENCES = CT_EVIDENCE_UNKNOWN + 1 };

static void tally(double *time_us, double more_us)
{
    *time_us = *time_us < 0 ? more_us : *time_us + more_us;
}

static void tell_basis(const struct found *found, int64_t length_us, ct_risk *risk)
{
    double settings[CT_SETTINGS], evidences[EVIDENCES];
    for (int i = 0; i < CT_SETTINGS; i++)
        settings[i] = -1;
    for (int i = 0; i < EVIDENCES; i++)
        evidences[i] = -1;
    bool assumed = false;
    const int64_t from_us = found->worst.from_us;
    for (size_t i = 0; i < found->count; i++) {
        const ct_met *met = &found->met[i];
        const double time_us = time_in_span(met, from_us, span_end(from_us, length_us));
        if (time_us < 0)
            continue;
        if (met->setting >= 0)
            tally(&settings[met->setting], time_us);
        tally(&evidences[met->evidence >= 0 ? met->evidence : CT_EVIDENCE_UNKNOWN], time_us);
        assumed = assumed || (met->assumed && (time_us > 0 || risk->time_part == 0));
    }
    risk->setting = most_of(settings, CT_SETTINGS);
    risk->evidence = assumed ? CT_EVIDENCE_UNKNOWN : most_of(evidences, EVIDENCES);
}

/* What is told of all episodes, whatever the worst span is. */
static void sum_up(const ct_met *met, size_t count, ct_risk *risk)
{
    *risk = (ct_risk){.rank = -1,
                      .episodes = (int64_t)count,
                      .generation = met->generation,
                      .near_probability = NAN,
                      .min_distance_m = NAN,
                      .first_exposure_us = met->start_us,
                      .last_exposure_us = met->end_us,
                      .x = met->x,
                      .y = met->y};
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || met[i].index != met[i - 1].index)
            risk->cases++;
        if (met[i].start_us < risk->first_exposure_us)
            risk->first_exposure_us = met[i].start_us;
        if (met[i].end_us > risk->last_exposure_us) {
            risk->last_exposure_us = met[i].end_us;
            risk->x = met[i].x;
            risk->y = met[i].y;
        }
        risk->near_probability = fmax(risk->near_probability, met[i].probability);
        risk->min_distance_m = fmin(risk->min_distance_m, met[i].min_distance_m);
    }
}

static int64_t until(int64_t last_us, int64_t more_us)
{
    return more_us > 0 ? last_us + more_us : CT_NO_TIME;
}

/* What 64 bits do not hold counts as the most they do. */
static int64_t held(double us)
{
    return us < 0x1p63 ? llround(us) : INT64_MAX;
}

/* part / whole; 0 where there is nothing to be a part of. */
static double share(double part, double whole)
{
    return whole > 0 ? six_digits(part / whole) : 0;
}

/* Each part is what the weights of its kind make of what the parts before it leave, so that all
 * multiply to the score. */
static void score(const double *amount_us, const ct_policy *policy, ct_risk *risk)
{
    const double time_us = fmax(amount_us[CT_RECORDED], amount_us[CT_EXPECTED]);
    const double dose_us = amount_us[policy->weighs ? CT_DOSE : CT_EXPECTED];
    const double unit = policy->infection > 0 ? -log1p(-policy->infection) : 1;
    const double exact = unit * (dose_us / (double)policy->exposure_us);
    risk->category = exact >= policy->high_score     ? CT_CATEGORY_HIGH
                     : exact >= policy->medium_score ? CT_CATEGORY_MEDIUM
                                                     : CT_CATEGORY_LOW;
    risk->score = six_digits(exact);
    risk->probability = policy->infection > 0 ? six_digits(-expm1(-exact)) : NAN;
    risk->time_part = six_digits(unit * (time_us / (double)policy->exposure_us));
    risk->certainty_part = share(amount_us[CT_EXPECTED], time_us);
    risk->distance_part = risk->infectiousness_part = risk->setting_part = 1;
    if (policy->weighs) {
        risk->distance_part = share(amount_us[CT_BY_DISTANCE], amount_us[CT_EXPECTED]);
        risk->infectiousness_part = share(amount_us[CT_BY_DAY], amount_us[CT_BY_DISTANCE]);
        risk->setting_part = share(amount_us[CT_DOSE], amount_us[CT_BY_DAY]);
    }
}

ct_status ct_grade(ct_grader *grader, const ct_met *met, size_t count, ct_graded *out, ct_err *err)
{
    const ct_policy *policy = grader->policy;
    struct found found = {0};
    CT_TRY(policy->accumulate ? find_together(grader, met, count, &found, err)
                              : find_by_case(grader, met, count, &found, err));
    ct_risk *risk = &out->risk;
    sum_up(met, count, risk);
    out->contact = met->contact;
    out->index = found.index;
    risk->exposure_us = held(found.worst.amount_us[CT_RECORDED]);
    risk->expected_us = held(found.worst.amount_us[CT_EXPECTED]);
    risk->worst_from_us = found.worst.from_us;
    risk->most_24h_us = held(found.day_us);
    risk->total_us = held(found.total_us);
    score(found.worst.amount_us, policy, risk);
    tell_basis(&found, policy->rolling_us, risk);
    risk->quarantine_until_us = until(risk->last_exposure_us, policy->quarantine_us);
    risk->follow_up_until_us = until(risk->last_exposure_us, policy->follow_up_us);
    const ct_infectious *index = grader->case_of(grader->ctx, found.index);
    risk->anchor_us = index ? index->anchor_us : CT_NO_TIME;
    risk->onset_known =
        !index || index->anchor == CT_ANCHOR_NONE ? -1 : index->anchor == CT_ANCHOR_ONSET;
    return CT_OK;
}

void ct_grader_release(ct_grader *grader)
{
    ct_rolling_release(&grader->rolling);
    free(grader->spells.items);
    free(grader->together.items);
    *grader = (ct_grader){0};
}
