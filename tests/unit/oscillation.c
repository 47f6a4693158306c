/* Hops between cells, worked out by hand. */
/* wrap: malloc */
#include "fault.h"

#include <string.h>

#include "contrace/cleaner.h"

enum { PINGS_MAX = 300 };

struct track {
    ct_ping pings[PINGS_MAX];
    size_t count;
};

/* Adds a ping of a cell so many seconds after the last. Cells A, B, C... are 1 km apart on a line;
 * small letters are a check-in there. */
static void add(struct track *track, char cell, int64_t later_s)
{
    const bool place = cell >= 'a';
    const int64_t before_us = track->count == 0 ? 0 : track->pings[track->count - 1].time_us;
    track->pings[track->count++] = (ct_ping){.id = CT_STR("p"),
                                             .time_us = before_us + later_s * CT_SECOND,
                                             .x = 1000 * (cell - (place ? 'a' : 'A')),
                                             .y = 0,
                                             .accuracy_m = 1000,
                                             .place_id = place ? CT_STR("shop") : CT_STR("")};
}

static void add_all(struct track *track, const char *cells, int64_t step_s)
{
    for (; *cells; cells++)
        add(track, *cells, step_s);
}

static void assert_keeps(const struct track *track, const char *kept)
{
    char got[PINGS_MAX + 1];
    ct_oscillation *oscillation;
    ct_split split;
    assert_int_equal(ct_oscillation_new(&oscillation, CT_FRAME_PLANAR, CT_HOUR, 300 / 3.6, NULL),
                     CT_OK);
    assert_int_equal(ct_oscillation_split(oscillation, track->pings, track->count, &split, NULL),
                     CT_OK);
    for (size_t i = 0; i < split.kept_count; i++)
        got[i] =
            (char)((split.kept[i].place_id.len > 0 ? 'a' : 'A') + (int)(split.kept[i].x / 1000));
    got[split.kept_count] = '\0';
    assert_string_equal(got, kept);
    assert_int_equal(split.kept_count + split.dropped_count, track->count);
    ct_oscillation_free(oscillation);
}

static void assert_cells_keep(const char *cells, int64_t step_s, const char *kept)
{
    struct track track = {.count = 0};
    add_all(&track, cells, step_s);
    assert_keeps(&track, kept);
}

static void a_suspicious_sequence_with_a_cycle_is_settled(void **state)
{
    (void)state;
    assert_cells_keep("ABA", 30, "AA");
    assert_cells_keep("ABA", 31, "ABA"); /* three in 62 s */
    assert_cells_keep("AB", 30, "AB");
    assert_cells_keep("ABC", 20, "ABC"); /* no cell returns: a way */
    assert_cells_keep("AABBCCDD", 7, "AABBCCDD");
    assert_cells_keep("ABBAB", 10, "BBB"); /* B has more pings */
    assert_cells_keep("ABAB", 10, "AA");   /* as many: the earlier */
    assert_cells_keep("ACACBCB", 5, "BB"); /* 5 km to the others; from C 6 km, from A 8 km */
}

static void what_lies_round_the_cycle_stays(void **state)
{
    (void)state;
    assert_cells_keep("DABAE", 10, "DAAE");
    assert_cells_keep("ABACDC", 10, "AACC"); /* two cycles */
    assert_cells_keep("abA", 10, "abA");     /* check-ins are not looked at */
    assert_cells_keep("AbA", 10, "AbA");
}

/* The cell that returns is seen a minute before or behind, no more. */
static void a_sequence_is_expanded(void **state)
{
    (void)state;
    for (int64_t away_s = 60; away_s <= 61; away_s++) {
        struct track track = {.count = 0};
        add(&track, 'A', 0);
        add(&track, 'B', away_s);
        add_all(&track, "CD", 30);
        add(&track, 'A', 59);
        assert_keeps(&track, away_s == 60 ? "AA" : "ABCDA");
    }
}

static void what_is_too_fast_is_suspicious(void **state)
{
    (void)state;
    struct track track = {.count = 0};
    add_all(&track, "AZ", 55); /* 25 km less 2 km in 55 s */
    add(&track, 'A', 60);
    assert_keeps(&track, "AA");
    track.pings[1].x = 3000; /* 1 km: possible */
    assert_keeps(&track, "ADA");
}

static void stable_periods_on_one_cell_are_one(void **state)
{
    (void)state;
    for (int64_t apart_s = 119; apart_s <= 120; apart_s++) {
        struct track track = {.count = 0};
        add_all(&track, "AAA", 300);
        add(&track, 'B', 50);
        add(&track, 'A', apart_s - 50);
        add_all(&track, "AA", 300);
        assert_keeps(&track, apart_s == 119 ? "AAAAAA" : "AAABAAA");
        track.pings[6].time_us -= CT_SECOND; /* and then the second is too short for one */
        assert_keeps(&track, "AAABAAA");
    }
}

/* Who goes from A to B through where both are seen: B is not dropped from where it is stable. */
static void stable_periods_are_kept(void **state)
{
    (void)state;
    struct track track = {.count = 0};
    add_all(&track, "AAA", 300);
    add_all(&track, "BAB", 15);
    add_all(&track, "BBB", 300);
    assert_keeps(&track, "AAAABBBB");
}

static void long_storms_end(void **state)
{
    (void)state;
    struct track track = {.count = 0};
    for (int i = 0; i < 100; i++)
        add_all(&track, i % 2 == 0 ? "AB" : "AC", 1);
    char kept[PINGS_MAX];
    memset(kept, 'A', 100);
    kept[100] = '\0';
    assert_keeps(&track, kept);
}

static void the_cleaner_does_both(void **state)
{
    (void)state;
    struct track track = {.count = 0};
    add_all(&track, "AABAAZAA", 20);
    ct_cleaner *cleaner;
    ct_cleaned cleaned;
    const ct_cleaner_options options = {.frame = CT_FRAME_PLANAR,
                                        .max_speed_mps = 300 / 3.6,
                                        .oscillation = true,
                                        .max_gap_us = CT_HOUR};
    assert_int_equal(ct_cleaner_new(&cleaner, &options, NULL), CT_OK);
    assert_int_equal(ct_cleaner_clean(cleaner, track.pings, track.count, &cleaned, NULL), CT_OK);
    assert_int_equal(cleaned.kept_count, 6);
    assert_int_equal(cleaned.dropped_count, 2);
    assert_int_equal(cleaned.dropped[0].why, CT_UNCLEAN_OSCILLATION);
    assert_true(cleaned.dropped[0].ping.x == 1000);
    assert_int_equal(cleaned.dropped[1].why, CT_UNCLEAN_SPEED);
    assert_true(cleaned.dropped[1].ping.x == 25000);
    assert_int_equal(ct_cleaner_clean(cleaner, track.pings, 0, &cleaned, NULL), CT_OK);
    assert_int_equal(cleaned.kept_count + cleaned.dropped_count, 0);
    ct_cleaner_free(cleaner);
}

static void wrong_use_is_refused(void **state)
{
    (void)state;
    ct_oscillation *oscillation;
    ct_split split;
    assert_int_equal(ct_oscillation_new(&oscillation, CT_FRAME_PLANAR, 0, 1, NULL), CT_ERANGE);
    assert_int_equal(ct_oscillation_new(&oscillation, CT_FRAME_PLANAR, 1, 0, NULL), CT_ERANGE);
    assert_int_equal(ct_oscillation_new(&oscillation, CT_FRAME_PLANAR, 1, NAN, NULL), CT_ERANGE);
    assert_int_equal(ct_oscillation_new(&oscillation, CT_FRAME_PLANAR, 1, INFINITY, NULL), CT_OK);
    struct track track = {.count = 0};
    add_all(&track, "AA", 0);
    assert_int_equal(ct_oscillation_split(oscillation, track.pings, 2, &split, NULL), CT_ERANGE);
    ct_oscillation_free(oscillation);
    ct_oscillation_free(NULL);
    ct_cleaner_free(NULL);
}

static ct_status life(void *ctx)
{
    struct track *track = ctx;
    ct_cleaner *cleaner;
    ct_cleaned cleaned;
    const ct_cleaner_options options = {.frame = CT_FRAME_PLANAR,
                                        .max_speed_mps = 300 / 3.6,
                                        .oscillation = true,
                                        .max_gap_us = CT_HOUR};
    CT_TRY(ct_cleaner_new(&cleaner, &options, NULL));
    const ct_status status = ct_cleaner_clean(cleaner, track->pings, track->count, &cleaned, NULL);
    ct_cleaner_free(cleaner);
    return status;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    struct track track = {.count = 0};
    add_all(&track, "AABAAZAA", 20);
    assert_int_equal(ct_fault_every(life, &track), 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_suspicious_sequence_with_a_cycle_is_settled),
        cmocka_unit_test(what_lies_round_the_cycle_stays),
        cmocka_unit_test(a_sequence_is_expanded),
        cmocka_unit_test(what_is_too_fast_is_suspicious),
        cmocka_unit_test(stable_periods_on_one_cell_are_one),
        cmocka_unit_test(stable_periods_are_kept),
        cmocka_unit_test(long_storms_end),
        cmocka_unit_test(the_cleaner_does_both),
        cmocka_unit_test(wrong_use_is_refused),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
