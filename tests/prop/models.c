/* Every model that ships against sums taken minute by minute, with the formulas of its publication
 * written down here once more; and what holds of any: the parts multiply to the score, and a
 * longer, nearer or more infectious exposure never lowers it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrace/risk.h"
#include "contrace/time.h"

enum { CASES = 3, EPISODES_MOST = 6, MINUTES = 3 * 1440, WORLDS = 100 };

#define ONSET (1604188800 * CT_SECOND) /* 2020-11-01T00:00:00Z */

static uint64_t random_state = 77;

static int64_t draw(int64_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (int64_t)(random_state % (uint64_t)below);
}

/* --- The models, as published --- */

static double inverse_square(double d)
{
    return d <= 1 ? 1 : 1 / (d * d);
}

static double attenuation(double d)
{
    return d < 3 ? 0.8 : d < 8 ? 1 : d < 14 ? 0.1 : 0;
}

static double nowhere(double d)
{
    (void)d;
    return 1;
}

static double he_2020(double t)
{
    const double a = 20.516508, b = 1.592124, x = t + 12.272481, mode = (a - 1) / b;
    return x > 0 ? pow(x / mode, a - 1) * exp(b * (mode - x)) : 0;
}

static double briers_2020(double t)
{
    return exp(-0.5 * ((t - 0.5) / 2.75) * ((t - 0.5) / 2.75));
}

static double transmission_risk(double t)
{
    static const double value[] = {0.8, 1.2, 1.4, 1.6, 1.6, 1.6, 1.2, 1, 0.6};
    const double day = floor(t) + 4;
    return day >= 0 && day < 9 ? value[(int)day] : 0;
}

static double always(double t)
{
    (void)t;
    return 1;
}

static const struct model {
    const char *name;
    double (*by_distance)(double metres), (*by_day)(double days);
    double unit_min, rate, within_m, lingering, outdoor;
    int rolling_min; /* 0: all */
    bool together, is_dose, nearer_is_worse;
} models[] = {
    {"cdc-2020", nowhere, always, 15, 1, 1.8288, 1, 1, 1440, false, false, true},
    {"gaen-v2", attenuation, transmission_risk, 1, 1, 14, 1, 1, 1440, true, false, false},
    {"nhs-2020", inverse_square, briers_2020, 1, 1, 8, 1, 1, 0, true, false, true},
    {"default", inverse_square, he_2020, 60, 0.0110609, 100, 0.43, 0.0535, 0, true, true, true},
};

/* --- The oracle --- */

typedef struct world {
    ct_episode episodes[EPISODES_MOST];
    int64_t onset_day[CASES]; /* of the case, in days from ONSET */
    int from_min[EPISODES_MOST], length_min[EPISODES_MOST], of[EPISODES_MOST];
    size_t count;
} world;

static double disc_mean(const struct model *m)
{
    enum { RINGS = 28000 }; /* rings end where the steps of 3, 8 and 14 m do */
    double sum = 0;
    for (int r = 0; r < RINGS; r++)
        sum += m->by_distance(m->within_m * (r + 0.5) / RINGS) * (2 * r + 1);
    return sum / RINGS / RINGS;
}

/* A minute of an episode, but for the day. */
static double dose_of(const struct model *m, const world *w, size_t e)
{
    const ct_episode *episode = &w->episodes[e];
    const double distance = episode->evidence == CT_EVIDENCE_VENUE ? m->by_distance(2)
                            : episode->evidence == CT_EVIDENCE_PRECISE
                                ? m->by_distance(episode->mean_distance_m)
                                : disc_mean(m);
    const double setting = episode->setting == CT_SETTING_LINGERING ? m->lingering
                           : episode->setting == CT_SETTING_OUTDOOR ? m->outdoor
                                                                    : 1;
    return (double)episode->expected_us / 60e6 / w->length_min[e] * distance * setting;
}

/* Minute by minute, with the infectiousness of that hour: of one case the densest, of several
 * all. The worst span of whole minutes. */
static double oracle(const struct model *m, const world *w)
{
    static double minutes[CASES][MINUTES + 1], sums[CASES + 1][MINUTES + 1];
    memset(minutes, 0, sizeof minutes);
    memset(sums, 0, sizeof sums);
    for (size_t e = 0; e < w->count; e++) {
        const double a_minute = dose_of(m, w, e);
        const int c = w->of[e];
        for (int t = w->from_min[e]; t < w->from_min[e] + w->length_min[e]; t++) {
            const int hour = t / 60;
            const double days = (hour + 0.5) / 24 - (double)w->onset_day[c];
            minutes[c][t] = fmax(minutes[c][t], a_minute * m->by_day(days));
        }
    }
    for (int t = 0; t < MINUTES; t++) {
        double all = 0;
        for (int c = 0; c < CASES; c++) {
            sums[c][t + 1] = sums[c][t] + minutes[c][t];
            all += minutes[c][t];
        }
        sums[CASES][t + 1] = sums[CASES][t] + all;
    }
    double worst = 0;
    const int length = m->rolling_min > 0 ? m->rolling_min : MINUTES;
    for (int c = m->together ? CASES : 0; c < CASES + m->together; c++)
        for (int from = 0; from + length <= MINUTES; from++)
            worst = fmax(worst, sums[c][from + length] - sums[c][from]);
    return worst / m->unit_min * m->rate;
}

static void make_world(world *w)
{
    static const char *const ids[] = {"a", "b", "c"};
    w->count = 1 + (size_t)draw(EPISODES_MOST);
    for (int c = 0; c < CASES; c++)
        w->onset_day[c] = draw(5) - 1;
    for (size_t i = 0; i < w->count; i++) {
        ct_episode *e = &w->episodes[i];
        ct_schema_clear(&ct_episode_schema, e);
        w->of[i] = (int)draw(CASES);
        w->from_min[i] = (int)draw(MINUTES - 700);
        w->length_min[i] = 1 + (int)draw(draw(2) ? 30 : 600);
        e->index_id = ct_str_of(ids[w->of[i]]);
        e->contact_id = CT_STR("x");
        e->start_us = ONSET + w->from_min[i] * CT_MINUTE;
        e->end_us = e->start_us + w->length_min[i] * CT_MINUTE;
        e->duration_us = e->end_us - e->start_us;
        e->expected_us = w->length_min[i] * draw(CT_MINUTE + 1);
        e->mean_distance_m = (double)draw(160) / 10;
        e->evidence = (int)draw(CT_EVIDENCE_UNKNOWN + 1);
        e->setting = (int)draw(CT_SETTINGS + 1) - 1;
    }
}

/* --- The toolkit --- */

static ct_risk rank(const ct_policy *policy, const world *w)
{
    ct_cases *cases = NULL;
    ct_ranker *ranker = NULL;
    assert_int_equal(ct_cases_new(&cases, NULL), CT_OK);
    for (int c = 0; c < CASES; c++) {
        static const char *const ids[] = {"a", "b", "c"};
        const ct_infectious period = {ct_str_of(ids[c]), CT_NO_TIME,
                                      CT_FOREVER,        ONSET + w->onset_day[c] * CT_DAY,
                                      CT_ANCHOR_ONSET,   CT_REPORT_TEST};
        assert_int_equal(ct_cases_add(cases, &period, NULL), CT_OK);
    }
    const ct_ranker_options options = {.policy = policy, .cases = cases};
    assert_int_equal(ct_ranker_new(&ranker, &options, NULL), CT_OK);
    for (size_t i = 0; i < w->count; i++) {
        ct_account account;
        assert_int_equal(ct_ranker_add(ranker, &w->episodes[i], &account, NULL), CT_OK);
    }
    assert_int_equal(ct_ranker_run(ranker, NULL), CT_OK);
    const ct_risk *row = NULL;
    assert_int_equal(ct_ranker_next(ranker, &row, NULL), CT_OK);
    const ct_risk got = *row;
    ct_ranker_free(ranker);
    ct_cases_free(cases);
    return got;
}

static bool same(double a, double b, double tolerance)
{
    return fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b));
}

static void models_are_as_published(void **state)
{
    (void)state;
    for (size_t m = 0; m < sizeof models / sizeof *models; m++) {
        ct_policy policy;
        assert_int_equal(ct_policy_load(&policy, models[m].name, NULL), CT_OK);
        for (int i = 0; i < WORLDS; i++) {
            world w;
            make_world(&w);
            const ct_risk r = rank(&policy, &w);
            assert_true(same(r.score, oracle(&models[m], &w), 2e-5));
            const double parts = r.time_part * r.distance_part * r.infectiousness_part *
                                 r.setting_part * r.certainty_part;
            assert_true(same(r.score, parts, 4e-5)); /* six roundings of 5e-6 at most */
            if (models[m].is_dose)
                assert_true(same(r.probability, 1 - exp(-r.score), 2e-5));
            else
                assert_true(isnan(r.probability));
            assert_true(r.category == (r.score >= policy.high_score     ? CT_CATEGORY_HIGH
                                       : r.score >= policy.medium_score ? CT_CATEGORY_MEDIUM
                                                                        : CT_CATEGORY_LOW));
        }
    }
}

/* Makes one episode longer, surer or nearer. */
static void worsen(world *w, const struct model *m)
{
    const size_t i = (size_t)draw((int64_t)w->count);
    ct_episode *e = &w->episodes[i];
    const int64_t a_minute_us = e->expected_us / w->length_min[i], more = 1 + draw(60);
    switch (draw(3)) {
    case 0:
        w->length_min[i] += (int)more;
        e->end_us += more * CT_MINUTE;
        e->duration_us += more * CT_MINUTE;
        e->expected_us += more * a_minute_us;
        break;
    case 1:
        e->expected_us = w->length_min[i] * (a_minute_us + (CT_MINUTE - a_minute_us) / 2);
        break;
    default:
        if (m->nearer_is_worse)
            e->mean_distance_m /= 2;
        break;
    }
}

static void more_never_lowers_a_score(void **state)
{
    (void)state;
    for (size_t m = 0; m < sizeof models / sizeof *models; m++) {
        ct_policy policy;
        assert_int_equal(ct_policy_load(&policy, models[m].name, NULL), CT_OK);
        for (int i = 0; i < 400; i++) {
            world w;
            make_world(&w);
            ct_risk before = rank(&policy, &w);
            for (int step = 0; step < 6; step++) {
                worsen(&w, &models[m]);
                const ct_risk after = rank(&policy, &w);
                assert_true(after.score >= before.score);
                assert_true(after.category <= before.category);
                before = after;
            }
        }
    }
}

/* One minute with a case that fell ill on one day, or on another. */
static void who_is_more_infectious_scores_more(void **state)
{
    (void)state;
    for (size_t m = 0; m < sizeof models / sizeof *models; m++) {
        ct_policy policy;
        assert_int_equal(ct_policy_load(&policy, models[m].name, NULL), CT_OK);
        for (int i = 0; i < 400; i++) {
            world w;
            make_world(&w);
            w.count = 1;
            w.episodes[0].expected_us /= w.length_min[0];
            w.episodes[0].end_us = w.episodes[0].start_us + CT_MINUTE;
            w.episodes[0].duration_us = CT_MINUTE;
            double weight[2], score[2];
            for (int day = 0; day < 2; day++) {
                w.onset_day[w.of[0]] = draw(16) - 10;
                weight[day] =
                    models[m].by_day((w.from_min[0] + 0.5) / 1440 - (double)w.onset_day[w.of[0]]);
                score[day] = rank(&policy, &w).score;
            }
            assert_true(weight[0] > weight[1]   ? score[0] >= score[1]
                        : weight[0] < weight[1] ? score[0] <= score[1]
                                                : score[0] == score[1]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models_are_as_published),
        cmocka_unit_test(more_never_lowers_a_score),
        cmocka_unit_test(who_is_more_infectious_scores_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
