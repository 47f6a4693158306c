/* A ping's faults, and its table of columns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contrace/ping.h"

static ct_ping at(double x, double y, const char *place)
{
    return (ct_ping){.id = CT_STR("a"), .x = x, .y = y, .place_id = ct_str_of(place)};
}

static void a_position_or_a_place_is_enough(void **state)
{
    (void)state;
    ct_ping ping = at(10, 50, "");
    assert_null(ct_ping_fault(&ping));
    assert_true(ct_ping_has_position(&ping));
    ping = at(NAN, NAN, "ward 3");
    assert_null(ct_ping_fault(&ping));
    assert_false(ct_ping_has_position(&ping));
    ping = at(10, 50, "ward 3");
    assert_null(ct_ping_fault(&ping));
}

static void half_a_position_is_none(void **state)
{
    (void)state;
    ct_ping ping = at(10, NAN, "ward 3");
    assert_string_equal(ct_ping_fault(&ping), "half a position");
    ping = at(NAN, 50, "");
    assert_string_equal(ct_ping_fault(&ping), "half a position");
    assert_false(ct_ping_has_position(&ping));
}

static void nowhere_is_a_fault(void **state)
{
    (void)state;
    const ct_ping ping = at(NAN, NAN, "");
    assert_string_equal(ct_ping_fault(&ping), "neither a position nor a place_id");
}

static void columns_are_those_of_the_contract(void **state)
{
    (void)state;
    static const char *const names[] = {"id",  "time",       "lon",    "lat",     "x_m",
                                        "y_m", "accuracy_m", "source", "place_id"};
    assert_int_equal(ct_ping_schema.col_count, sizeof names / sizeof *names);
    for (size_t i = 0; i < ct_ping_schema.col_count; i++)
        assert_string_equal(ct_ping_schema.cols[i].name, names[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_position_or_a_place_is_enough),
        cmocka_unit_test(half_a_position_is_none),
        cmocka_unit_test(nowhere_is_a_fault),
        cmocka_unit_test(columns_are_those_of_the_contract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
