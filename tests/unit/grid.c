#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fault.h"

#include "contrace/grid.h"
#include "contrace/time.h"

/* wrap: malloc */

typedef struct seen {
    unsigned pairs;
    uint64_t earlier, later; /* of the last one */
    double distance2;
    unsigned stop_at;
} seen;

static ct_status see(const void *earlier, const void *later, double distance2_m2, void *ctx,
                     unsigned worker, ct_err *err)
{
    seen *s = ctx;
    assert_int_equal(worker, 0);
    s->earlier = *(const uint64_t *)earlier;
    s->later = *(const uint64_t *)later;
    s->distance2 = distance2_m2;
    return ++s->pairs == s->stop_at ? ct_fail(err, CT_ESTOP, "enough") : CT_OK;
}

static ct_grid *grid_of(ct_frame frame, double distance_m, seen *s)
{
    const ct_grid_options options = {
        .frame = frame, .distance_m = distance_m, .payload_size = 8, .visit = see, .ctx = s};
    ct_grid *grid;
    assert_int_equal(ct_grid_new(&grid, &options, NULL), CT_OK);
    return grid;
}

static ct_status add(ct_grid *grid, uint64_t name, double x, double y, int64_t from, int64_t until)
{
    const ct_thing thing = {.x = x, .y = y, .from_us = from, .until_us = until};
    return ct_grid_add(grid, &thing, &name, NULL);
}

static void test_options(void **state)
{
    (void)state;
    const struct {
        double distance_m;
        size_t payload_size;
    } bad[] = {{-1, 8}, {NAN, 8}, {INFINITY, 8}, {1, 0}, {1, 12}, {1, 264}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const ct_grid_options options = {
            .distance_m = bad[i].distance_m, .payload_size = bad[i].payload_size, .visit = see};
        ct_grid *grid;
        ct_err err;
        assert_int_equal(ct_grid_new(&grid, &options, &err), CT_ERANGE);
        assert_null(grid);
    }
    ct_grid_free(NULL);
}

static void test_range_and_order(void **state)
{
    (void)state;
    seen s = {0};
    ct_grid *grid = grid_of(CT_FRAME_WGS84, 50, &s);
    assert_int_equal(add(grid, 1, 180.1, 0, 0, 0), CT_ERANGE);
    assert_int_equal(add(grid, 1, 0, -90.1, 0, 0), CT_ERANGE);
    assert_int_equal(add(grid, 1, NAN, 0, 0, 0), CT_ERANGE);
    assert_int_equal(add(grid, 1, 0, 0, 1, 0), CT_ERANGE);
    const ct_thing wide = {.radius_m = INFINITY};
    const uint64_t name = 1;
    assert_int_equal(ct_grid_add(grid, &wide, &name, NULL), CT_ERANGE);
    assert_int_equal(add(grid, 1, 0, 0, 5, 5), CT_OK);
    assert_int_equal(add(grid, 2, 0, 0, 4, 9), CT_ERANGE);
    /* what was refused has left no trace */
    assert_int_equal(add(grid, 3, 0, 0, 5, 9), CT_OK);
    assert_int_equal(ct_grid_finish(grid, NULL), CT_OK);
    assert_true(s.pairs == 1 && s.earlier == 1 && s.later == 3 && s.distance2 == 0);
    ct_grid_free(grid);
}

static void test_at_the_distance(void **state)
{
    (void)state;
    seen s = {0};
    ct_grid *grid = grid_of(CT_FRAME_PLANAR, 5, &s);
    assert_int_equal(add(grid, 1, 0, 0, 0, 10), CT_OK);
    assert_int_equal(add(grid, 2, 3, 4, 10, 20), CT_OK); /* at the distance, at the window */
    assert_int_equal(add(grid, 3, 3.0000001, 4, 10, 20), CT_OK);
    assert_int_equal(add(grid, 4, 100, 100, 11, 20), CT_OK);
    assert_int_equal(ct_grid_finish(grid, NULL), CT_OK);
    assert_int_equal(s.pairs, 2); /* 1-2 and 2-3 */
    ct_grid_free(grid);
}

static void test_radii_reach(void **state)
{
    (void)state;
    seen s = {0};
    ct_grid *grid = grid_of(CT_FRAME_PLANAR, 1, &s);
    const ct_thing things[] = {
        {.x = 0, .radius_m = 1000}, {.x = 1201, .radius_m = 200}, {.x = 1202, .radius_m = 0.5}};
    for (uint64_t i = 0; i < 3; i++)
        assert_int_equal(ct_grid_add(grid, &things[i], &i, NULL), CT_OK);
    assert_int_equal(ct_grid_finish(grid, NULL), CT_OK);
    assert_int_equal(s.pairs, 2); /* 0-1 exactly, 1-2 */
    ct_grid_free(grid);
}

static void test_nothing(void **state)
{
    (void)state;
    seen s = {0};
    ct_grid *grid = grid_of(CT_FRAME_PLANAR, 0, &s);
    assert_int_equal(ct_grid_finish(grid, NULL), CT_OK);
    assert_int_equal(add(grid, 1, 0, 0, 0, 0), CT_OK); /* and it goes on */
    assert_int_equal(ct_grid_finish(grid, NULL), CT_OK);
    assert_int_equal(add(grid, 2, 0, 0, 0, 0), CT_OK);
    assert_int_equal(ct_grid_finish(grid, NULL), CT_OK);
    assert_int_equal(s.pairs, 1);
    ct_grid_free(grid);
}

static void test_visitor_stops(void **state)
{
    (void)state;
    seen s = {.stop_at = 3};
    ct_grid *grid = grid_of(CT_FRAME_PLANAR, 1, &s);
    for (uint64_t i = 0; i < 100; i++)
        assert_int_equal(add(grid, i, 0, 0, 0, 0), CT_OK);
    ct_err err;
    assert_int_equal(ct_grid_finish(grid, &err), CT_ESTOP);
    assert_string_equal(err.text, "enough");
    assert_int_equal(s.pairs, 3);
    assert_int_equal(add(grid, 1, 0, 0, 0, 0), CT_ESTOP);
    assert_int_equal(ct_grid_finish(grid, NULL), CT_ESTOP);
    assert_int_equal(s.pairs, 3);
    ct_grid_free(grid);
}

/* A long stream needs the memory of what lives at the same time. */
static void test_memory_stays(void **state)
{
    (void)state;
    seen s = {0};
    ct_grid *grid = grid_of(CT_FRAME_WGS84, 10, &s);
    size_t most = 0;
    for (uint64_t i = 0; i < 300000; i++) {
        const double x = (double)(i * 7919 % 3600) / 10 - 180;
        const int64_t stays = i % 1000 == 0 ? 20000 : 300; /* some stay for long */
        assert_int_equal(add(grid, i, x, 1, (int64_t)i, (int64_t)i + stays), CT_OK);
        if (i % 1000 == 0 && ct_grid_bytes(grid) > most)
            most = ct_grid_bytes(grid);
    }
    assert_int_equal(ct_grid_finish(grid, NULL), CT_OK);
    assert_true(most > 10000 && most < 3000000);
    ct_grid_free(grid);
}

/* --- Memory that runs out --- */

static ct_status count_pair(const void *earlier, const void *later, double distance2_m2, void *ctx,
                            unsigned worker, ct_err *err)
{
    (void)earlier, (void)later, (void)distance2_m2, (void)worker, (void)err;
    ++*(unsigned *)ctx;
    return CT_OK;
}

static ct_status whole_life(void *ctx)
{
    unsigned pairs = 0;
    const ct_grid_options options = {.frame = CT_FRAME_PLANAR,
                                     .distance_m = 1,
                                     .payload_size = 8,
                                     .pool = ctx,
                                     .visit = count_pair,
                                     .ctx = &pairs};
    ct_grid *grid;
    ct_err err;
    CT_TRY(ct_grid_new(&grid, &options, &err));
    ct_status status = CT_OK;
    for (uint64_t i = 0; i < 6000 && status == CT_OK; i++) {
        const ct_thing thing = {.x = (double)(i * 31 % 97),
                                .y = (double)(i * 17 % 91),
                                .radius_m = i % 10 == 0 ? 3 : 0,
                                .from_us = (int64_t)i,
                                .until_us = (int64_t)(i + (i % 7 == 0 ? 3000 : 50))};
        status = ct_grid_add(grid, &thing, &i, &err);
    }
    if (status == CT_OK)
        status = ct_grid_finish(grid, &err);
    if (status == CT_OK && pairs < 100)
        status = CT_EROW;
    ct_grid_free(grid);
    return status;
}

static void test_no_memory(void **state)
{
    (void)state;
    assert_true(ct_fault_every(whole_life, NULL) > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options),         cmocka_unit_test(test_range_and_order),
        cmocka_unit_test(test_at_the_distance), cmocka_unit_test(test_radii_reach),
        cmocka_unit_test(test_nothing),         cmocka_unit_test(test_visitor_stops),
        cmocka_unit_test(test_memory_stays),    cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
