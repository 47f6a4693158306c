/* Episodes cut by the hour and weighed: what is looked up is what the curve says. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "contrace/contact.h"
#include "contrace/time.h"

#include "../../lib/trace/risk_weigh.h"

#define ONSET (1604188800 * CT_SECOND) /* 2020-11-01T00:00:00Z */

static const ct_infectious onset = {.anchor_us = ONSET, .anchor = CT_ANCHOR_ONSET};

/* Seventy days, that begin and end within an hour: past both ends of what is looked up. */
static void each_hour_has_the_weight_of_its_curve(void **state)
{
    (void)state;
    static ct_weigher weigher;
    static const char *const names[] = {"default", "nhs-2020", "gaen-v2", "cdc-2020"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        ct_policy policy;
        ct_spells spells = {0};
        assert_int_equal(ct_policy_load(&policy, names[n], NULL), CT_OK);
        ct_weigher_init(&weigher, &policy);
        const ct_met met = {.start_us = ONSET - 35 * CT_DAY + 7 * CT_MINUTE,
                            .end_us = ONSET + 35 * CT_DAY + 7 * CT_MINUTE,
                            .recorded_us = 70 * CT_DAY,
                            .expected_us = 35 * CT_DAY,
                            .evidence = CT_EVIDENCE_PRECISE,
                            .setting = -1};
        assert_int_equal(ct_weigh(&weigher, &met, &onset, &spells, NULL), CT_OK);
        int64_t at_us = met.start_us, until_us;
        double recorded_us = 0;
        for (size_t i = 0; i < spells.count; i++) {
            const ct_spell *s = &spells.items[i];
            const double weight = ct_day_weight_at(&policy.by_day, at_us - ONSET, &until_us);
            until_us = until_us == CT_FOREVER ? CT_FOREVER : until_us + ONSET;
            until_us = until_us < met.end_us ? until_us : met.end_us;
            assert_true(s->start_us == at_us && s->end_us == until_us);
            assert_true(s->amount_us[CT_BY_DAY] == s->amount_us[CT_BY_DISTANCE] * weight);
            assert_true(s->amount_us[CT_EXPECTED] == s->amount_us[CT_RECORDED] / 2);
            recorded_us += s->amount_us[CT_RECORDED];
            at_us = until_us;
        }
        assert_true(at_us == met.end_us);
        assert_true(fabs(recorded_us - (double)met.recorded_us) < 1);
        free(spells.items);
    }
}

/* Nothing is known of the case: its worst day, in one piece. */
static void a_case_of_no_date_weighs_most(void **state)
{
    (void)state;
    static ct_weigher weigher;
    ct_policy policy;
    ct_spells spells = {0};
    assert_int_equal(ct_policy_load(&policy, "gaen-v2", NULL), CT_OK);
    ct_weigher_init(&weigher, &policy);
    const ct_infectious undated = {.anchor_us = CT_NO_TIME, .anchor = CT_ANCHOR_NONE};
    const ct_met met = {.start_us = ONSET,
                        .end_us = ONSET + CT_DAY,
                        .recorded_us = CT_HOUR,
                        .expected_us = CT_HOUR,
                        .evidence = CT_EVIDENCE_VENUE,
                        .setting = CT_SETTING_LINGERING};
    assert_int_equal(ct_weigh(&weigher, &met, &undated, &spells, NULL), CT_OK);
    assert_int_equal(ct_weigh(&weigher, &met, NULL, &spells, NULL), CT_OK);
    assert_int_equal(spells.count, 2);
    for (size_t i = 0; i < 2; i++) {
        const double *amount_us = spells.items[i].amount_us;
        assert_true(amount_us[CT_BY_DISTANCE] == 0.8 * (double)CT_HOUR);
        assert_true(amount_us[CT_BY_DAY] == amount_us[CT_BY_DISTANCE] * 1.6);
        assert_true(amount_us[CT_DOSE] == amount_us[CT_BY_DAY]);
    }
    free(spells.items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_hour_has_the_weight_of_its_curve),
        cmocka_unit_test(a_case_of_no_date_weighs_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
