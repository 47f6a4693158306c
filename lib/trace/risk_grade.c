#include "risk_grade.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "contrace/time.h"

/* To six significant digits. Text is the one exact way to decimals; both calls follow the same
 * locale. */
static double six_digits(double v)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%.5e", v);
    return strtod(text, NULL);
}

static int compare_starts(const void *a, const void *b)
{
    const ct_spell *x = a, *y = b;
    return (x->start_us > y->start_us) - (x->start_us < y->start_us);
}

static ct_status load(ct_grader *grader, const ct_met *met, size_t count, bool sorted, ct_err *err)
{
    if (count > grader->room) {
        const size_t room = count < 2 * grader->room ? 2 * grader->room : count;
        ct_spell *spells = realloc(grader->spells, room * sizeof *spells);
        if (!spells)
            return ct_fail(err, CT_ENOMEM, "out of memory: grading a contact");
        grader->spells = spells;
        grader->room = room;
    }
    for (size_t i = 0; i < count; i++)
        grader->spells[i] = met[i].spell;
    if (!sorted)
        qsort(grader->spells, count, sizeof *grader->spells, compare_starts);
    return ct_rolling_load(&grader->rolling, grader->spells, count, err);
}

/* How many episodes from the first on are with one case. */
static size_t same_case(const ct_met *met, size_t count)
{
    size_t n = 1;
    while (n < count && met[n].index == met->index)
        n++;
    return n;
}

struct found {
    const ct_met *met; /* the episodes the worst span is made of */
    size_t count;
    uint32_t index;
    ct_worst worst;
    int64_t total_us, fullest_us;
};

static bool is_worse(const ct_worst *a, const ct_worst *b)
{
    for (int amount = CT_AMOUNTS; amount-- > 0;)
        if (a->amount_us[amount] != b->amount_us[amount])
            return a->amount_us[amount] > b->amount_us[amount];
    return a->from_us < b->from_us;
}

static ct_status find_by_case(ct_grader *grader, const ct_met *met, size_t count,
                              struct found *found, ct_err *err)
{
    for (size_t i = 0, n; i < count; i += n) {
        n = same_case(met + i, count - i);
        CT_TRY(load(grader, met + i, n, true, err));
        ct_worst worst;
        ct_rolling_worst(&grader->rolling, grader->policy->rolling_us, &worst);
        if (worst.fullest_us > found->fullest_us)
            found->fullest_us = worst.fullest_us;
        if (i > 0 && !is_worse(&worst, &found->worst))
            continue;
        int64_t total_us[CT_AMOUNTS];
        ct_rolling_total(&grader->rolling, total_us);
        found->met = met + i;
        found->count = n;
        found->index = met[i].index;
        found->worst = worst;
        found->total_us = total_us[CT_RECORDED];
    }
    return CT_OK;
}

static ct_status find_together(ct_grader *grader, const ct_met *met, size_t count,
                               struct found *found, ct_err *err)
{
    const int64_t length_us = grader->policy->rolling_us;
    int64_t amount_us[CT_AMOUNTS];
    CT_TRY(load(grader, met, count, false, err));
    ct_rolling_worst(&grader->rolling, length_us, &found->worst);
    ct_rolling_total(&grader->rolling, amount_us);
    found->met = met;
    found->count = count;
    found->total_us = amount_us[CT_RECORDED];
    found->fullest_us = found->worst.fullest_us;
    ct_worst most = {0};
    for (size_t i = 0, n; i < count; i += n) {
        n = same_case(met + i, count - i);
        CT_TRY(load(grader, met + i, n, true, err));
        ct_worst here = {0};
        ct_rolling_within(&grader->rolling, found->worst.from_us, found->worst.from_us + length_us,
                          here.amount_us);
        if (i == 0 || is_worse(&here, &most)) {
            most = here;
            found->index = met[i].index;
        }
    }
    return CT_OK;
}

/* The time of an episode in a closed span, recorded or expected, whichever is more; -1 if they have
 * no moment in common. */
static double time_in_span(const ct_spell *spell, int64_t from_us, int64_t until_us)
{
    const int64_t start_us = spell->start_us > from_us ? spell->start_us : from_us;
    const int64_t end_us = spell->end_us < until_us ? spell->end_us : until_us;
    if (start_us > end_us)
        return -1;
    const double amount_us =
        fmax((double)spell->amount_us[CT_RECORDED], (double)spell->amount_us[CT_EXPECTED]);
    if (spell->start_us == spell->end_us)
        return amount_us;
    return amount_us * ((double)(end_us - start_us) / (double)(spell->end_us - spell->start_us));
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

enum { SETTINGS = CT_SETTING_LINGERING + 1, EVIDENCES = CT_EVIDENCE_UNKNOWN + 1 };

static void tally(double *time_us, double more_us)
{
    *time_us = *time_us < 0 ? more_us : *time_us + more_us;
}

static void tell_basis(const struct found *found, int64_t length_us, ct_risk *risk)
{
    double settings[SETTINGS], evidences[EVIDENCES];
    for (int i = 0; i < SETTINGS; i++)
        settings[i] = -1;
    for (int i = 0; i < EVIDENCES; i++)
        evidences[i] = -1;
    bool assumed = false;
    for (size_t i = 0; i < found->count; i++) {
        const ct_met *met = &found->met[i];
        const double time_us =
            time_in_span(&met->spell, found->worst.from_us, found->worst.from_us + length_us);
        if (time_us < 0)
            continue;
        if (met->setting >= 0)
            tally(&settings[met->setting], time_us);
        tally(&evidences[met->evidence >= 0 ? met->evidence : CT_EVIDENCE_UNKNOWN], time_us);
        assumed = assumed || (met->assumed && (time_us > 0 || risk->time_part == 0));
    }
    risk->setting = most_of(settings, SETTINGS);
    risk->evidence = assumed ? CT_EVIDENCE_UNKNOWN : most_of(evidences, EVIDENCES);
}

/* What is told of all episodes, whatever the worst span is. */
static void sum_up(const ct_met *met, size_t count, ct_risk *risk)
{
    *risk = (ct_risk){.rank = -1,
                      .episodes = (int64_t)count,
                      .probability = NAN,
                      .min_distance_m = NAN,
                      .first_exposure_us = met->spell.start_us,
                      .last_exposure_us = met->spell.end_us,
                      .onset_known = -1};
    for (size_t i = 0; i < count; i++) {
        const ct_spell *spell = &met[i].spell;
        if (i == 0 || met[i].index != met[i - 1].index)
            risk->cases++;
        if (spell->start_us < risk->first_exposure_us)
            risk->first_exposure_us = spell->start_us;
        if (spell->end_us > risk->last_exposure_us)
            risk->last_exposure_us = spell->end_us;
        risk->probability = fmax(risk->probability, met[i].probability);
        risk->min_distance_m = fmin(risk->min_distance_m, met[i].min_distance_m);
    }
}

static int64_t until(int64_t last_us, int64_t more_us)
{
    return more_us > 0 ? last_us + more_us : CT_NO_TIME;
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
    risk->exposure_us = found.worst.amount_us[CT_RECORDED];
    risk->expected_us = found.worst.amount_us[CT_EXPECTED];
    risk->worst_from_us = found.worst.from_us;
    risk->fullest_us = found.fullest_us;
    risk->total_us = found.total_us;
    const double asked_us = (double)policy->exposure_us;
    const double expected_us = (double)risk->expected_us;
    const double time_us = fmax((double)risk->exposure_us, expected_us);
    const double score = expected_us / asked_us, fullest = (double)found.fullest_us / asked_us;
    risk->category = score >= policy->high_score      ? CT_CATEGORY_HIGH
                     : fullest >= policy->medium_time ? CT_CATEGORY_MEDIUM
                                                      : CT_CATEGORY_LOW;
    risk->score = six_digits(score);
    risk->time_part = six_digits(time_us / asked_us);
    risk->certainty_part = time_us > 0 ? six_digits(expected_us / time_us) : NAN;
    tell_basis(&found, policy->rolling_us, risk);
    risk->quarantine_until_us = until(risk->last_exposure_us, policy->quarantine_us);
    risk->follow_up_until_us = until(risk->last_exposure_us, policy->follow_up_us);
    return CT_OK;
}

void ct_grader_release(ct_grader *grader)
{
    ct_rolling_release(&grader->rolling);
    free(grader->spells);
    *grader = (ct_grader){0};
}
