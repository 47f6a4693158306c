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

static ct_status load(ct_grader *grader, struct ct_spells *spells, bool add, ct_err *err)
{
    for (size_t i = 1; i < spells->count; i++) {
        if (spells->items[i].start_us < spells->items[i - 1].start_us) {
            qsort(spells->items, spells->count, sizeof *spells->items, compare_starts);
            break;
        }
    }
    const ct_summing summing = {grader->weigher->policy->weighs ? CT_AMOUNTS : CT_PLAIN_AMOUNTS,
                                add};
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
        CT_TRY(ct_weigh(grader->weigher, &met[i], index, &grader->spells, err));
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

static ct_status find_by_case(ct_grader *grader, const ct_met *met, size_t count,
                              struct found *found, ct_err *err)
{
    for (size_t i = 0, n; i < count; i += n) {
        n = same_case(met + i, count - i);
        CT_TRY(load_case(grader, met + i, n, err));
        ct_worst worst;
        ct_rolling_worst(&grader->rolling, grader->weigher->policy->rolling_us, &worst);
        found->day_us = fmax(found->day_us, ct_rolling_fullest(&grader->rolling, CT_DAY));
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

/* The case that gives most; of equals, the first. */
struct giver {
    bool known;
    uint32_t index;
    double amount_us[CT_AMOUNTS];
};

static void consider(struct giver *giver, uint32_t index, const double *amount_us)
{
    if (giver->known && !ct_rolling_is_worse(amount_us, giver->amount_us))
        return;
    giver->known = true;
    giver->index = index;
    memcpy(giver->amount_us, amount_us, sizeof giver->amount_us);
}

/* All cases as one. *most is the one that gives most of everything. */
static ct_status load_together(ct_grader *grader, const ct_met *met, size_t count,
                               struct giver *most, ct_err *err)
{
    ct_spells *together = &grader->together;
    together->count = 0;
    for (size_t i = 0, n; i < count; i += n) {
        double total_us[CT_AMOUNTS];
        n = same_case(met + i, count - i);
        CT_TRY(load_case(grader, met + i, n, err));
        ct_rolling_total(&grader->rolling, total_us);
        consider(most, met[i].index, total_us);
        if (n == count) /* one case is all */
            return CT_OK;
        CT_TRY(ct_spells_reserve(together, 4 * grader->spells.count, err));
        together->count += ct_rolling_spells(&grader->rolling, together->items + together->count);
    }
    return load(grader, together, grader->weigher->policy->add, err);
}

/* The case that gives most of a span. */
static ct_status find_giver(ct_grader *grader, const ct_met *met, size_t count, int64_t from_us,
                            int64_t until_us, struct giver *most, ct_err *err)
{
    for (size_t i = 0, n; i < count; i += n) {
        double here_us[CT_AMOUNTS];
        n = same_case(met + i, count - i);
        CT_TRY(load_case(grader, met + i, n, err));
        ct_rolling_within(&grader->rolling, from_us, until_us, here_us);
        consider(most, met[i].index, here_us);
    }
    return CT_OK;
}

static ct_status find_together(ct_grader *grader, const ct_met *met, size_t count,
                               struct found *found, ct_err *err)
{
    const int64_t length_us = grader->weigher->policy->rolling_us;
    double total_us[CT_AMOUNTS];
    struct giver most = {0}, most_of_span = {0};
    CT_TRY(load_together(grader, met, count, &most, err));
    ct_rolling_worst(&grader->rolling, length_us, &found->worst);
    ct_rolling_total(&grader->rolling, total_us);
    found->met = met;
    found->count = count;
    found->total_us = total_us[CT_RECORDED];
    found->day_us = ct_rolling_fullest(&grader->rolling, CT_DAY);
    found->index = most.index;
    if (length_us == CT_FOREVER || same_case(met, count) == count)
        return CT_OK;
    const int64_t from_us = found->worst.from_us;
    CT_TRY(
        find_giver(grader, met, count, from_us, span_end(from_us, length_us), &most_of_span, err));
    found->index = most_of_span.index;
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
    const ct_policy *policy = grader->weigher->policy;
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
