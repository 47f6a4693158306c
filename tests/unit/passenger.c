/* What is known of a passenger, and when that is too little. */
/* wrap: malloc */
#include "fault.h"

#include "contrace/contact.h"
#include "contrace/time.h"

static ct_passenger somebody(int kind, const char *coach, int64_t row, const char *seat)
{
    return (ct_passenger){.vehicle_id = CT_STR("v"),
                          .id = CT_STR("a"),
                          .from_us = 0,
                          .until_us = CT_HOUR,
                          .coach = ct_str_of(coach),
                          .row = row,
                          .seat = ct_str_of(seat),
                          .crew = -1,
                          .kind = kind};
}

static void hold(int kind, const char *coach, int64_t row, const char *seat, ct_status status,
                 int64_t expected_row)
{
    ct_passenger p = somebody(kind, coach, row, seat);
    assert_int_equal(ct_passenger_complete(&p, -1, NULL), status);
    if (status == CT_OK)
        assert_int_equal(p.row, expected_row);
}

static void what_is_needed(void **state)
{
    (void)state;
    hold(CT_VEHICLE_PLANE, "", 12, "", CT_OK, 12);
    hold(CT_VEHICLE_PLANE, "", -1, "12A", CT_OK, 12);
    hold(CT_VEHICLE_PLANE, "", -1, "7f", CT_OK, 7);
    hold(CT_VEHICLE_PLANE, "", 3, "12A", CT_OK, 3); /* what is said goes first */
    hold(CT_VEHICLE_PLANE, "", -1, "12", CT_EROW, 0);
    hold(CT_VEHICLE_PLANE, "", -1, "A12", CT_EROW, 0);
    hold(CT_VEHICLE_PLANE, "", -1, "12-A", CT_EROW, 0);
    hold(CT_VEHICLE_PLANE, "", -1, "99999999999999999999A", CT_EROW, 0);
    hold(CT_VEHICLE_PLANE, "", -1, "", CT_EROW, 0);
    hold(CT_VEHICLE_PLANE, "", 1000001, "", CT_EROW, 0);
    hold(CT_VEHICLE_CLOSED_TRAIN, "5", -1, "", CT_OK, -1);
    hold(CT_VEHICLE_CLOSED_TRAIN, "", 4, "", CT_EROW, 0);
    hold(CT_VEHICLE_ORDINARY_TRAIN, "5", 4, "", CT_OK, 4);
    hold(CT_VEHICLE_ORDINARY_TRAIN, "5", -1, "4A", CT_EROW, 0); /* a seat is no bay */
    hold(CT_VEHICLE_ORDINARY_TRAIN, "", 4, "", CT_EROW, 0);
    hold(CT_VEHICLE_SEALED_COACH, "", -1, "", CT_OK, -1);
    hold(CT_VEHICLE_VENTILATED_COACH, "", -1, "", CT_EROW, 0);
    hold(CT_VEHICLE_SHIP, "114", -1, "", CT_OK, -1);
    hold(CT_VEHICLE_SHIP, "", -1, "", CT_EROW, 0);
    ct_passenger crew = somebody(CT_VEHICLE_ORDINARY_TRAIN, "", -1, "");
    crew.crew = 1;
    assert_int_equal(ct_passenger_complete(&crew, -1, NULL), CT_OK);
    ct_passenger p = somebody(-1, "", -1, "");
    assert_int_equal(ct_passenger_complete(&p, -1, NULL), CT_EROW); /* of what? */
    assert_int_equal(ct_passenger_complete(&p, CT_VEHICLE_SEALED_COACH, NULL), CT_OK);
    assert_int_equal(p.kind, CT_VEHICLE_SEALED_COACH);
    p.until_us = -1;
    assert_int_equal(ct_passenger_complete(&p, -1, NULL), CT_EROW);
}

static ct_finder_options options(void)
{
    return (ct_finder_options){.frame = CT_FRAME_WGS84, .memory_bytes = 1 << 20};
}

static void one_kind_a_vehicle(void **state)
{
    (void)state;
    ct_finder_options o = options();
    ct_finder *finder;
    assert_int_equal(ct_finder_new(&finder, &o, NULL), CT_OK);
    ct_passenger p = somebody(CT_VEHICLE_PLANE, "", 4, "");
    assert_int_equal(ct_finder_add_passenger(finder, &p, NULL), CT_OK);
    p.kind = CT_VEHICLE_SHIP;
    assert_int_equal(ct_finder_add_passenger(finder, &p, NULL), CT_EROW);
    p.vehicle_id = CT_STR("w");
    assert_int_equal(ct_finder_add_passenger(finder, &p, NULL), CT_OK);
    p.until_us = CT_FOREVER;
    assert_int_equal(ct_finder_add_passenger(finder, &p, NULL), CT_EROW);
    assert_int_equal(ct_finder_run(finder, NULL), CT_OK);
    assert_int_equal(ct_finder_add_passenger(finder, &p, NULL), CT_ERANGE);
    ct_finder_free(finder);
    o.pairs = true;
    assert_int_equal(ct_finder_new(&finder, &o, NULL), CT_OK);
    assert_int_equal(ct_finder_add_passenger(finder, &p, NULL), CT_ERANGE);
    ct_finder_free(finder);
}

static ct_status fly(void *ctx)
{
    (void)ctx;
    const ct_finder_options o = options();
    ct_finder *finder = NULL;
    const ct_episode *episode;
    ct_passenger a = somebody(CT_VEHICLE_PLANE, "", 4, ""), b = somebody(0, "main", 5, "");
    b.id = CT_STR("b");
    ct_status status = ct_finder_new(&finder, &o, NULL);
    if (status == CT_OK)
        status = ct_finder_add_passenger(finder, &a, NULL);
    if (status == CT_OK)
        status = ct_finder_add_passenger(finder, &b, NULL);
    if (status == CT_OK)
        status = ct_finder_run(finder, NULL);
    int episodes = 0;
    while (status == CT_OK && (status = ct_finder_next_episode(finder, &episode, NULL)) == CT_OK)
        episodes++;
    ct_finder_free(finder);
    return status == CT_END && episodes == 1 ? CT_OK : status;
}

static void fails_cleanly(void **state)
{
    (void)state;
    assert_true(ct_fault_every(fly, NULL) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_needed),
        cmocka_unit_test(one_kind_a_vehicle),
        cmocka_unit_test(fails_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
