/* Generations of contacts of rows and passengers, what is refused, and that it fails cleanly. */
/* wrap: malloc */
#include "fault.h"

#include <math.h>
#include <stdio.h>

#include "contrace/time.h"
#include "contrace/tracer.h"

static ct_tracer_options options(const ct_cases *cases)
{
    return (ct_tracer_options){.rule = {.frame = CT_FRAME_PLANAR,
                                        .distance_m = 1,
                                        .cases = cases,
                                        .memory_bytes = 1 << 20},
                               .generations = 4,
                               .latent_us = CT_DAY};
}

static ct_cases *one_case(void)
{
    ct_cases *cases;
    const ct_infectious c = {.id = CT_STR("case"), .from_us = 0, .until_us = 10 * CT_DAY};
    assert_int_equal(ct_cases_new(&cases, NULL), CT_OK);
    assert_int_equal(ct_cases_add(cases, &c, NULL), CT_OK);
    return cases;
}

static ct_status stay(ct_tracer *tracer, const char *id, int64_t day, double x)
{
    const ct_trajectory_row row = {.id = ct_str_of(id),
                                   .start_us = day * CT_DAY,
                                   .end_us = day * CT_DAY + CT_HOUR,
                                   .x = x,
                                   .y = 0,
                                   .end_x = x,
                                   .end_y = 0,
                                   .accuracy_m = NAN};
    return ct_tracer_add_row(tracer, &row, NULL);
}

static ct_status ride(ct_tracer *tracer, const char *id, int64_t day)
{
    const ct_passenger p = {.vehicle_id = CT_STR("bus"),
                            .id = ct_str_of(id),
                            .from_us = day * CT_DAY,
                            .until_us = day * CT_DAY + CT_HOUR,
                            .row = -1,
                            .kind = CT_VEHICLE_SEALED_COACH};
    return ct_tracer_add_passenger(tracer, &p, NULL);
}

/* case - a on day 0, a - b on day 2 on a bus, b - c on day 3, and again a - c on day 4. */
static ct_status add_all(ct_tracer *tracer)
{
    CT_TRY(stay(tracer, "case", 0, 0));
    CT_TRY(stay(tracer, "a", 0, 0));
    CT_TRY(ride(tracer, "a", 2));
    CT_TRY(ride(tracer, "b", 2));
    CT_TRY(stay(tracer, "b", 3, 5));
    CT_TRY(stay(tracer, "c", 3, 5));
    CT_TRY(stay(tracer, "a", 4, 9));
    CT_TRY(stay(tracer, "c", 4, 9));
    return stay(tracer, "b", 4, 9);
}

static void four_generations(void **state)
{
    (void)state;
    /* b, reached on day 2, can pass it on from day 3 on. c is reached by b on day 3 with three
     * contacts, by a on day 4 with two: both are told, but not that b met c again by then. */
    static const struct {
        const char *index, *contact;
        int64_t day, generation;
    } rows[] = {{"a", "b", 2, 2},
                {"a", "b", 4, 2},
                {"a", "c", 4, 2},
                {"b", "c", 3, 3},
                {"case", "a", 0, 1}};
    ct_cases *const cases = one_case();
    const ct_tracer_options o = options(cases);
    ct_tracer *tracer;
    const ct_episode *e;
    assert_int_equal(ct_tracer_new(&tracer, &o, NULL), CT_OK);
    assert_int_equal(ct_tracer_next(tracer, &e, NULL), CT_ERANGE);
    assert_int_equal(add_all(tracer), CT_OK);
    assert_int_equal(ct_tracer_run(tracer, NULL), CT_OK);
    assert_int_equal(ct_tracer_run(tracer, NULL), CT_ERANGE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(ct_tracer_next(tracer, &e, NULL), CT_OK);
        assert_true(ct_str_equal(e->index_id, ct_str_of(rows[i].index)));
        assert_true(ct_str_equal(e->contact_id, ct_str_of(rows[i].contact)));
        assert_true(ct_str_equal(e->case_id, CT_STR("case")));
        assert_int_equal(e->start_us, rows[i].day * CT_DAY);
        assert_int_equal(e->duration_us, CT_HOUR);
        assert_int_equal(e->generation, rows[i].generation);
    }
    assert_int_equal(ct_tracer_next(tracer, &e, NULL), CT_END);
    assert_int_equal(ct_tracer_people(tracer), 4);
    assert_int_equal(ct_tracer_cases_without_data(tracer), 0);
    ct_tracer_free(tracer);
    ct_cases_free(cases);
}

static void refused(void **state)
{
    (void)state;
    ct_cases *const cases = one_case();
    ct_tracer *tracer;
    ct_tracer_options o = options(cases);
    o.generations = 0;
    assert_int_equal(ct_tracer_new(&tracer, &o, NULL), CT_ERANGE);
    o.generations = CT_GENERATIONS_MAX + 1;
    assert_int_equal(ct_tracer_new(&tracer, &o, NULL), CT_ERANGE);
    o = options(cases);
    o.latent_us = -1;
    assert_int_equal(ct_tracer_new(&tracer, &o, NULL), CT_ERANGE);
    o = options(NULL);
    assert_int_equal(ct_tracer_new(&tracer, &o, NULL), CT_ERANGE);
    o = options(cases);
    o.rule.pairs = true;
    assert_int_equal(ct_tracer_new(&tracer, &o, NULL), CT_ERANGE);
    o = options(cases);
    assert_int_equal(ct_tracer_new(&tracer, &o, NULL), CT_OK);
    assert_int_equal(stay(tracer, "x", 0, NAN), CT_EROW);
    ct_tracer_free(tracer);
    ct_tracer_free(NULL);
    ct_cases_free(cases);
}

static ct_status live(void *ctx)
{
    const ct_tracer_options o = options(ctx);
    ct_tracer *tracer = NULL;
    const ct_episode *e;
    ct_status status = ct_tracer_new(&tracer, &o, NULL);
    if (status == CT_OK)
        status = add_all(tracer);
    if (status == CT_OK)
        status = ct_tracer_run(tracer, NULL);
    while (status == CT_OK)
        status = ct_tracer_next(tracer, &e, NULL);
    ct_tracer_free(tracer);
    return status == CT_END ? CT_OK : status;
}

static void fails_cleanly(void **state)
{
    (void)state;
    ct_cases *const cases = one_case();
    assert_true(ct_fault_every(live, cases) > 50);
    ct_cases_free(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_generations),
        cmocka_unit_test(refused),
        cmocka_unit_test(fails_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
