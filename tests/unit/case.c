/* Infectious periods from the dates of a case, and the table of cases. */
/* wrap: malloc */
#include "fault.h"

#include <stdio.h>

#include "contrace/case.h"
#include "contrace/time.h"

static const ct_policy policy = {
    .before_us = 2 * CT_DAY,
    .after_us = 10 * CT_DAY,
    .dates = {CT_ANCHOR_ONSET, CT_ANCHOR_SPECIMEN, CT_ANCHOR_DIAGNOSED},
};

/* A case with nothing known. */
static ct_case plain(void)
{
    ct_case c;
    ct_schema_clear(&ct_case_schema, &c);
    c.id = CT_STR("0012345");
    return c;
}

static void hold(ct_case c, int64_t from_us, int64_t until_us, ct_anchor anchor, int64_t anchor_us)
{
    ct_infectious p;
    assert_int_equal(ct_case_infectious(&c, &policy, &p, NULL), CT_OK);
    assert_true(ct_str_equal(p.id, c.id));
    assert_int_equal(p.from_us, from_us);
    assert_int_equal(p.until_us, until_us);
    assert_int_equal(p.anchor, anchor);
    assert_int_equal(p.anchor_us, anchor_us);
}

static void from_dates(void **state)
{
    (void)state;
    ct_case c = plain();
    hold(c, CT_NO_TIME, CT_FOREVER, CT_ANCHOR_NONE, CT_NO_TIME);
    c.diagnosed_us = 30 * CT_DAY;
    hold(c, 28 * CT_DAY, 40 * CT_DAY, CT_ANCHOR_DIAGNOSED, 30 * CT_DAY);
    c.specimen_us = 31 * CT_DAY;
    hold(c, 29 * CT_DAY, 41 * CT_DAY, CT_ANCHOR_SPECIMEN, 31 * CT_DAY);
    c.onset_us = 20 * CT_DAY;
    hold(c, 18 * CT_DAY, 30 * CT_DAY, CT_ANCHOR_ONSET, 20 * CT_DAY);
}

static void dates_in_the_order_of_the_policy(void **state)
{
    (void)state;
    const ct_policy tests_first = {.before_us = CT_DAY,
                                   .dates = {CT_ANCHOR_SPECIMEN, CT_ANCHOR_ONSET, CT_ANCHOR_NONE}};
    ct_infectious p;
    ct_case c = plain();
    c.diagnosed_us = 30 * CT_DAY;
    assert_int_equal(ct_case_infectious(&c, &tests_first, &p, NULL), CT_OK);
    assert_int_equal(p.anchor, CT_ANCHOR_NONE); /* the policy does not name it */
    assert_int_equal(p.report, CT_REPORT_CLINICAL);
    c.onset_us = 20 * CT_DAY;
    assert_int_equal(ct_case_infectious(&c, &tests_first, &p, NULL), CT_OK);
    assert_int_equal(p.anchor, CT_ANCHOR_ONSET);
    c.specimen_us = 25 * CT_DAY;
    assert_int_equal(ct_case_infectious(&c, &tests_first, &p, NULL), CT_OK);
    assert_int_equal(p.anchor, CT_ANCHOR_SPECIMEN);
    assert_int_equal(p.from_us, 24 * CT_DAY);
    assert_int_equal(p.report, CT_REPORT_TEST);
    c = plain();
    assert_int_equal(ct_case_infectious(&c, &tests_first, &p, NULL), CT_OK);
    assert_int_equal(p.report, CT_REPORT_SELF);
}

static void ended_by_isolation(void **state)
{
    (void)state;
    ct_case c = plain();
    c.isolated_us = 25 * CT_DAY;
    hold(c, CT_NO_TIME, 25 * CT_DAY, CT_ANCHOR_NONE, CT_NO_TIME);
    c.onset_us = 20 * CT_DAY;
    hold(c, 18 * CT_DAY, 25 * CT_DAY, CT_ANCHOR_ONSET, 20 * CT_DAY);
    c.isolated_us = 40 * CT_DAY; /* later than the period's own end */
    hold(c, 18 * CT_DAY, 30 * CT_DAY, CT_ANCHOR_ONSET, 20 * CT_DAY);
    c.isolated_us = 18 * CT_DAY; /* one moment is left */
    hold(c, 18 * CT_DAY, 18 * CT_DAY, CT_ANCHOR_ONSET, 20 * CT_DAY);
}

static void given(void **state)
{
    (void)state;
    ct_case c = plain();
    c.onset_us = 20 * CT_DAY;
    c.infectious_from_us = 10 * CT_DAY;
    hold(c, 10 * CT_DAY, 30 * CT_DAY, CT_ANCHOR_ONSET, 20 * CT_DAY);
    c.infectious_until_us = 12 * CT_DAY;
    hold(c, 10 * CT_DAY, 12 * CT_DAY, CT_ANCHOR_ONSET, 20 * CT_DAY);
    c.isolated_us = 11 * CT_DAY;
    hold(c, 10 * CT_DAY, 11 * CT_DAY, CT_ANCHOR_ONSET, 20 * CT_DAY);
    c = plain();
    c.infectious_from_us = 10 * CT_DAY;
    hold(c, 10 * CT_DAY, CT_FOREVER, CT_ANCHOR_NONE, CT_NO_TIME);
}

static void contradictions(void **state)
{
    (void)state;
    ct_infectious p;
    ct_err err = {CT_OK, ""};
    ct_case c = plain();
    c.infectious_from_us = 10;
    c.infectious_until_us = 9;
    assert_int_equal(ct_case_infectious(&c, &policy, &p, &err), CT_EROW);
    assert_string_equal(err.text, "the infectious period ends before it begins");
    c = plain();
    c.onset_us = 20 * CT_DAY;
    c.isolated_us = 18 * CT_DAY - 1;
    assert_int_equal(ct_case_infectious(&c, &policy, &p, NULL), CT_EROW);
}

static void without_end(void **state)
{
    (void)state;
    const ct_policy endless = {.before_us = CT_FOREVER,
                               .after_us = CT_FOREVER,
                               .dates = {CT_ANCHOR_ONSET, CT_ANCHOR_NONE}};
    ct_infectious p;
    ct_case c = plain();
    c.onset_us = -5;
    assert_int_equal(ct_case_infectious(&c, &endless, &p, NULL), CT_OK);
    assert_int_equal(p.from_us, CT_NO_TIME);
    c.onset_us = 5;
    assert_int_equal(ct_case_infectious(&c, &endless, &p, NULL), CT_OK);
    assert_int_equal(p.until_us, CT_FOREVER);
}

static void table(void **state)
{
    (void)state;
    ct_cases *cases;
    assert_int_equal(ct_cases_new(&cases, NULL), CT_OK);
    for (int i = 0; i < 300; i++) {
        char id[16];
        snprintf(id, sizeof id, "c%d", i);
        const ct_infectious c = {ct_str_of(id), i, i + 1, CT_NO_TIME, CT_ANCHOR_NONE,
                                 CT_REPORT_TEST};
        assert_int_equal(ct_cases_add(cases, &c, NULL), CT_OK);
        assert_int_equal(ct_cases_add(cases, &c, NULL), CT_EROW);
    }
    assert_int_equal(ct_cases_count(cases), 300);
    assert_null(ct_cases_find(cases, CT_STR("c300")));
    assert_null(ct_cases_find(cases, CT_STR("")));
    assert_int_equal(ct_cases_find(cases, CT_STR("c17"))->from_us, 17);
    assert_true(ct_str_equal(ct_cases_at(cases, 299)->id, CT_STR("c299")));
    ct_cases_free(cases);
    ct_cases_free(NULL);
}

static ct_status fill(void *ctx)
{
    (void)ctx;
    ct_cases *cases = NULL;
    ct_status status = ct_cases_new(&cases, NULL);
    for (int i = 0; status == CT_OK && i < 70; i++) {
        char id[16];
        snprintf(id, sizeof id, "c%d", i);
        const ct_infectious c = {ct_str_of(id), 0, 1, CT_NO_TIME, CT_ANCHOR_NONE, CT_REPORT_TEST};
        status = ct_cases_add(cases, &c, NULL);
    }
    ct_cases_free(cases);
    return status;
}

static void memory_runs_out(void **state)
{
    (void)state;
    assert_true(ct_fault_every(fill, NULL) > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_dates),
        cmocka_unit_test(dates_in_the_order_of_the_policy),
        cmocka_unit_test(ended_by_isolation),
        cmocka_unit_test(given),
        cmocka_unit_test(contradictions),
        cmocka_unit_test(without_end),
        cmocka_unit_test(table),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
