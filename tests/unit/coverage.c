/* The share of each case's days with data, against a count of every minute. */
/* wrap: malloc */
#include "fault.h"

#include <stdio.h>

#include "contrace/coverage.h"
#include "contrace/time.h"

enum { MINUTES = 4 * 1440, CASES = 3, RECORDS = 12 };

typedef struct world {
    int64_t from[CASES], until[CASES]; /* minutes, or open */
    int64_t start[RECORDS], end[RECORDS];
    int of[RECORDS]; /* CASES: of somebody else */
    int64_t window;
} world;

static uint64_t state_of_chance;

static int64_t below(int64_t n)
{
    state_of_chance = state_of_chance * UINT64_C(6364136223846793005) + 1;
    return (int64_t)((state_of_chance >> 33) % (uint64_t)n);
}

static const char *name(int person)
{
    static const char *const names[] = {"c", "a", "b", "x"}; /* not in their order */
    return names[person];
}

static world made(uint64_t seed)
{
    world w = {.window = 2 * below(40)};
    state_of_chance = seed;
    for (int i = 0; i < CASES; i++) {
        w.from[i] = below(6) == 0 ? -1 : below(MINUTES - 1);
        w.until[i] = w.from[i] < 0 || below(6) == 0 ? -1 : w.from[i] + 1 + below(MINUTES / 2);
    }
    for (int i = 0; i < RECORDS; i++) {
        w.of[i] = (int)below(CASES + 1);
        w.start[i] = below(MINUTES);
        w.end[i] = w.start[i] + below(3) * below(700);
    }
    return w;
}

static ct_cases *table(const world *w)
{
    ct_cases *cases;
    assert_int_equal(ct_cases_new(&cases, NULL), CT_OK);
    for (int i = 0; i < CASES; i++) {
        const ct_infectious c = {
            .id = ct_str_of(name(i)),
            .from_us = w->from[i] < 0 ? CT_NO_TIME : w->from[i] * CT_MINUTE,
            .until_us = w->until[i] < 0 ? CT_FOREVER : w->until[i] * CT_MINUTE,
        };
        assert_int_equal(ct_cases_add(cases, &c, NULL), CT_OK);
    }
    return cases;
}

static ct_status add_all(ct_coverage *coverage, const world *w, ct_err *err)
{
    for (int i = 0; i < RECORDS; i++)
        CT_TRY(ct_coverage_add(coverage, ct_str_of(name(w->of[i])), w->start[i] * CT_MINUTE,
                               w->end[i] * CT_MINUTE, err));
    return CT_OK;
}

/* Is there a record of this case in the minute that begins here? */
static bool covered(const world *w, int who, int64_t minute)
{
    for (int i = 0; i < RECORDS; i++) {
        if (w->of[i] == who && w->start[i] - w->window / 2 <= minute &&
            minute < w->end[i] + w->window / 2)
            return true;
    }
    return false;
}

static void hold_case(const world *w, int who, ct_coverage *coverage)
{
    int64_t from = w->from[who], until = w->until[who];
    for (int i = 0; i < RECORDS; i++) {
        if (w->from[who] < 0)
            from = from < 0 || w->start[i] < from ? w->start[i] : from;
        if (w->until[who] < 0)
            until = w->end[i] > until ? w->end[i] : until;
    }
    for (int64_t day = from / 1440; day * 1440 < until && from < until; day++) {
        int64_t period = 0, data = 0;
        for (int64_t m = day * 1440; m < (day + 1) * 1440; m++) {
            period += m >= from && m < until;
            data += m >= from && m < until && covered(w, who, m);
        }
        const ct_coverage_day *got;
        assert_int_equal(ct_coverage_next(coverage, &got, NULL), CT_OK);
        assert_true(ct_str_equal(got->id, ct_str_of(name(who))));
        char expected[32];
        snprintf(expected, sizeof expected, "1970-01-%02d", (int)day + 1);
        assert_true(ct_str_equal(got->day, ct_str_of(expected)));
        assert_int_equal(got->period_us, period * CT_MINUTE);
        assert_int_equal(got->data_us, data * CT_MINUTE);
        assert_true(got->share == (double)data / (double)period);
    }
}

static void every_minute(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        const world w = made(seed);
        ct_cases *const cases = table(&w);
        ct_coverage *coverage;
        const ct_coverage_day *day;
        assert_int_equal(ct_coverage_new(&coverage, cases, w.window * CT_MINUTE, 0, NULL), CT_OK);
        assert_int_equal(add_all(coverage, &w, NULL), CT_OK);
        hold_case(&w, 1, coverage);
        hold_case(&w, 2, coverage);
        hold_case(&w, 0, coverage);
        assert_int_equal(ct_coverage_next(coverage, &day, NULL), CT_END);
        assert_int_equal(ct_coverage_next(coverage, &day, NULL), CT_END);
        ct_err err = {0};
        assert_int_equal(ct_coverage_add(coverage, CT_STR("a"), 0, 1, &err), CT_ERANGE);
        ct_coverage_free(coverage);
        ct_cases_free(cases);
    }
}

static void nothing_at_all(void **state)
{
    (void)state;
    const world w = {.from = {-1, 0, -1}, .until = {-1, 2880, 7}};
    ct_cases *const cases = table(&w);
    ct_coverage *coverage;
    const ct_coverage_day *day;
    assert_int_equal(ct_coverage_new(&coverage, cases, 0, 0, NULL), CT_OK);
    for (int i = 0; i < 2; i++) { /* the case whose period is known has its two days */
        assert_int_equal(ct_coverage_next(coverage, &day, NULL), CT_OK);
        assert_int_equal(day->period_us, CT_DAY);
        assert_int_equal(day->data_us, 0);
    }
    assert_int_equal(ct_coverage_next(coverage, &day, NULL), CT_END);
    ct_coverage_free(coverage);
    ct_cases_free(cases);
    ct_coverage_free(NULL);
}

static ct_status live(void *ctx)
{
    const world w = made(7);
    ct_coverage *coverage = NULL;
    const ct_coverage_day *day;
    ct_status status = ct_coverage_new(&coverage, ctx, CT_MINUTE, 0, NULL);
    if (status == CT_OK)
        status = add_all(coverage, &w, NULL);
    while (status == CT_OK)
        status = ct_coverage_next(coverage, &day, NULL);
    ct_coverage_free(coverage);
    return status == CT_END ? CT_OK : status;
}

static void fails_cleanly(void **state)
{
    (void)state;
    const world w = made(7);
    ct_cases *const cases = table(&w);
    assert_true(ct_fault_every(live, cases) > 3);
    ct_cases_free(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_minute),
        cmocka_unit_test(nothing_at_all),
        cmocka_unit_test(fails_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
