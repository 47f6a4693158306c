/* What a finder takes, refuses and says, and that it fails cleanly. */
/* wrap: malloc */
#include "fault.h"

#include <math.h>
#include <stdio.h>

#include "contrace/contact.h"
#include "contrace/time.h"

static ct_finder_options options(void)
{
    return (ct_finder_options){.frame = CT_FRAME_WGS84,
                               .distance_m = 100,
                               .window_us = 10 * CT_MINUTE,
                               .gap_us = 30 * CT_MINUTE,
                               .memory_bytes = 1 << 20};
}

static ct_finder *made(const ct_finder_options *o)
{
    ct_finder *finder;
    assert_int_equal(ct_finder_new(&finder, o, NULL), CT_OK);
    return finder;
}

static ct_ping seen(const char *id, int64_t time_us, double x, double y, const char *place)
{
    return (ct_ping){.id = ct_str_of(id),
                     .time_us = time_us,
                     .x = x,
                     .y = y,
                     .accuracy_m = NAN,
                     .place_id = ct_str_of(place)};
}

static ct_trajectory_row went(const char *id, int64_t start_us, int64_t end_us, double x, double y,
                              double end_x, double end_y)
{
    return (ct_trajectory_row){.id = ct_str_of(id),
                               .start_us = start_us,
                               .end_us = end_us,
                               .x = x,
                               .y = y,
                               .end_x = end_x,
                               .end_y = end_y,
                               .accuracy_m = NAN,
                               .mode = -1,
                               .pings = -1};
}

static void options_out_of_range(void **state)
{
    (void)state;
    ct_finder_options o = options();
    assert_int_equal(ct_finder_options_check(&o, NULL), CT_OK);
    const double bad_m[] = {-1, NAN, INFINITY};
    for (int i = 0; i < 3; i++) {
        o = options();
        o.distance_m = bad_m[i];
        assert_int_equal(ct_finder_options_check(&o, NULL), CT_ERANGE);
    }
    o = options();
    o.window_us = -1;
    assert_int_equal(ct_finder_options_check(&o, NULL), CT_ERANGE);
    o.window_us = CT_FOREVER;
    assert_int_equal(ct_finder_options_check(&o, NULL), CT_ERANGE);
    o = options();
    o.gap_us = -1;
    assert_int_equal(ct_finder_options_check(&o, NULL), CT_ERANGE);
    o.gap_us = CT_FOREVER;
    assert_int_equal(ct_finder_options_check(&o, NULL), CT_OK);
    o.min_duration_us = -1;
    ct_finder *finder;
    assert_int_equal(ct_finder_new(&finder, &o, NULL), CT_ERANGE);
    o = options();
    o.min_probability = 1.5;
    assert_int_equal(ct_finder_options_check(&o, NULL), CT_ERANGE);
    o = options();
    o.linger_us = -1;
    assert_int_equal(ct_finder_options_check(&o, NULL), CT_ERANGE);
    o.linger_us = CT_HOUR; /* nobody is a case */
    assert_int_equal(ct_finder_options_check(&o, NULL), CT_OK);
    assert_int_equal(ct_finder_new(&finder, &o, NULL), CT_ERANGE);
}

static void bad_pings(void **state)
{
    (void)state;
    const ct_finder_options o = options();
    ct_finder *const finder = made(&o);
    const ct_ping bad[] = {
        seen("a", 0, NAN, NAN, ""),      seen("a", 0, 5, NAN, "ward"),
        seen("a", 0, NAN, 5, "ward"),    seen("a", 0, 180.1, 0, ""),
        seen("a", 0, 0, -90.1, ""),      seen("a", CT_NO_TIME, 0, 0, ""),
        seen("a", CT_FOREVER, 0, 0, ""),
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(ct_finder_add_ping(finder, &bad[i], NULL), CT_EROW);
    ct_ping ping = seen("a", 0, 0, 0, "");
    ping.accuracy_m = -1;
    assert_int_equal(ct_finder_add_ping(finder, &ping, NULL), CT_EROW);
    ping = seen("b", 0, NAN, NAN, "ward");
    assert_int_equal(ct_finder_add_ping(finder, &ping, NULL), CT_OK);
    assert_int_equal(ct_finder_run(finder, NULL), CT_OK);
    assert_int_equal(ct_finder_people(finder), 1);
    ct_finder_free(finder);
}

static void bad_rows(void **state)
{
    (void)state;
    const ct_finder_options o = options();
    ct_finder *const finder = made(&o);
    const ct_trajectory_row bad[] = {
        went("a", 10, 9, 0, 0, 0, 0),         went("a", CT_NO_TIME, 9, 0, 0, 0, 0),
        went("a", 0, CT_NO_TIME, 0, 0, 0, 0), went("a", 0, 9, NAN, 0, 0, 0),
        went("a", 0, 9, 0, 0, 0, NAN),        went("a", 0, 9, NAN, NAN, 0, 0),
        went("a", 0, 9, NAN, NAN, NAN, NAN),  went("a", 0, 9, 181, 0, 0, 0),
        went("a", 0, 9, 0, 0, 0, 91),         went("a", 9, 9, 0, 0, 0, 1),
    };
    ct_err err = {CT_OK, ""};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(ct_finder_add_row(finder, &bad[i], &err), CT_EROW);
    assert_string_equal(err.text, "at two positions in one moment");
    assert_int_equal(ct_finder_add_row(finder, &bad[0], &err), CT_EROW);
    assert_string_equal(err.text, "end before start");
    ct_trajectory_row row = went("a", 0, 9, 1, 2, NAN, NAN); /* without an end it stays */
    assert_int_equal(ct_finder_add_row(finder, &row, NULL), CT_OK);
    row = went("a", 9, 9, NAN, NAN, NAN, NAN);
    row.place_id = CT_STR("ward");
    assert_int_equal(ct_finder_add_row(finder, &row, NULL), CT_OK);
    ct_finder_free(finder);
}

static void out_of_order(void **state)
{
    (void)state;
    ct_finder_options o = options();
    ct_finder *finder = made(&o);
    const ct_ping ping = seen("a", 0, 0, 0, "");
    const ct_trajectory_row row = went("b", 0, 1, 0, 0, 0, 0);
    const ct_episode *episode;
    const ct_collision *collision;
    assert_int_equal(ct_finder_next_episode(finder, &episode, NULL), CT_ERANGE);
    assert_int_equal(ct_finder_add_ping(finder, &ping, NULL), CT_OK);
    assert_int_equal(ct_finder_add_row(finder, &row, NULL), CT_ERANGE);
    assert_int_equal(ct_finder_run(finder, NULL), CT_OK);
    assert_int_equal(ct_finder_run(finder, NULL), CT_ERANGE);
    assert_int_equal(ct_finder_add_ping(finder, &ping, NULL), CT_ERANGE);
    assert_int_equal(ct_finder_next_collision(finder, &collision, NULL), CT_ERANGE);
    assert_int_equal(ct_finder_next_episode(finder, &episode, NULL), CT_END);
    assert_int_equal(ct_finder_next_episode(finder, &episode, NULL), CT_END);
    ct_finder_free(finder);

    o.pairs = true;
    finder = made(&o);
    assert_int_equal(ct_finder_add_row(finder, &row, NULL), CT_OK);
    assert_int_equal(ct_finder_run(finder, NULL), CT_ERANGE);
    ct_finder_free(finder);

    finder = made(&o); /* no input at all */
    assert_int_equal(ct_finder_run(finder, NULL), CT_OK);
    assert_int_equal(ct_finder_next_collision(finder, &collision, NULL), CT_END);
    ct_finder_free(finder);
    ct_finder_free(NULL);
}

/* Ids are bytes: "10" is before "9", and the smaller one is the index. */
static void order_of_ids(void **state)
{
    (void)state;
    ct_finder_options o = options();
    o.pairs = true;
    ct_finder *const finder = made(&o);
    static const char *const ids[] = {"9", "010", "10", "\xc3\xa9", "z"};
    for (int i = 4; i >= 0; i--) {
        const ct_ping ping = seen(ids[i], i, 12.5, 50, "");
        assert_int_equal(ct_finder_add_ping(finder, &ping, NULL), CT_OK);
    }
    assert_int_equal(ct_finder_run(finder, NULL), CT_OK);
    static const char *const sorted[] = {"010", "10", "9", "z", "\xc3\xa9"};
    const ct_collision *c;
    for (int i = 0; i < 5; i++) {
        for (int j = i + 1; j < 5; j++) {
            assert_int_equal(ct_finder_next_collision(finder, &c, NULL), CT_OK);
            assert_true(ct_str_equal(c->index_id, ct_str_of(sorted[i])));
            assert_true(ct_str_equal(c->contact_id, ct_str_of(sorted[j])));
            assert_true(c->distance_m == 0 && c->probability == 1 && c->x == 12.5);
        }
    }
    assert_int_equal(ct_finder_next_collision(finder, &c, NULL), CT_END);
    ct_finder_free(finder);
}

static const ct_episode *next(ct_finder *finder)
{
    const ct_episode *e;
    assert_int_equal(ct_finder_next_episode(finder, &e, NULL), CT_OK);
    return e;
}

static void evidence(void **state)
{
    (void)state;
    static const struct {
        double a_m, b_m;
        int evidence;
    } grades[] = {
        {5, 100, CT_EVIDENCE_PRECISE},   {5, 101, CT_EVIDENCE_COARSE},
        {500, 500, CT_EVIDENCE_COARSE},  {NAN, 5, CT_EVIDENCE_UNKNOWN},
        {500, NAN, CT_EVIDENCE_UNKNOWN}, {0, 0, CT_EVIDENCE_PRECISE},
    };
    const ct_finder_options o = options();
    for (size_t i = 0; i < sizeof grades / sizeof *grades; i++) {
        for (int venue = 0; venue < 2; venue++) {
            ct_finder *const finder = made(&o);
            ct_ping a = seen("a", 0, 10, 10, venue ? "ward" : ""), b = a;
            b.id = CT_STR("b");
            b.time_us = CT_MINUTE;
            a.accuracy_m = grades[i].a_m;
            b.accuracy_m = grades[i].b_m;
            assert_int_equal(ct_finder_add_ping(finder, &a, NULL), CT_OK);
            assert_int_equal(ct_finder_add_ping(finder, &b, NULL), CT_OK);
            assert_int_equal(ct_finder_run(finder, NULL), CT_OK);
            const ct_episode *const e = next(finder);
            assert_int_equal(e->evidence, venue ? CT_EVIDENCE_VENUE : grades[i].evidence);
            assert_int_equal(e->setting, venue ? CT_SETTING_VENUE : CT_SETTING_DIRECT);
            assert_int_equal(e->collisions, 1); /* near and at one venue is one */
            assert_int_equal(e->duration_us, CT_MINUTE);
            assert_true(e->expected_us <= CT_MINUTE && e->expected_us > 0);
            ct_finder_free(finder);
        }
    }
}

static void filters(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        ct_finder_options o = options();
        o.min_duration_us = i == 1 ? CT_MINUTE : i == 2 ? CT_MINUTE + 1 : 0;
        o.min_probability = i == 3 ? 1 : i == 4 ? 0.5 : i == 5 ? 0.01 : 0;
        ct_finder *const finder = made(&o);
        ct_ping a = seen("a", 0, 10, 10, ""), b = seen("b", CT_MINUTE, 10.0005, 10, "");
        a.accuracy_m = 200;
        assert_int_equal(ct_finder_add_ping(finder, &a, NULL), CT_OK);
        assert_int_equal(ct_finder_add_ping(finder, &b, NULL), CT_OK);
        assert_int_equal(ct_finder_run(finder, NULL), CT_OK);
        const ct_episode *e;
        const ct_status status = ct_finder_next_episode(finder, &e, NULL);
        assert_int_equal(status, i >= 2 && i <= 4 ? CT_END : CT_OK);
        ct_finder_free(finder);
    }
}

static ct_cases *two_cases(void)
{
    ct_cases *cases;
    const ct_infectious c = {CT_STR("c"), 100, 200, CT_NO_TIME, CT_ANCHOR_NONE, CT_REPORT_TEST};
    const ct_infectious d = {CT_STR("d"), 150, 300, CT_NO_TIME, CT_ANCHOR_NONE, CT_REPORT_TEST};
    assert_int_equal(ct_cases_new(&cases, NULL), CT_OK);
    assert_int_equal(ct_cases_add(cases, &c, NULL), CT_OK);
    assert_int_equal(ct_cases_add(cases, &d, NULL), CT_OK);
    return cases;
}

static void cases_without_data(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        int64_t time_us;
        uint32_t without;
    } sights[] = {{"c", 99, 2}, {"c", 100, 1}, {"c", 200, 1}, {"c", 201, 2}, {"x", 150, 2}};
    ct_finder_options o = options();
    ct_cases *const cases = two_cases();
    o.cases = cases;
    for (size_t i = 0; i < sizeof sights / sizeof *sights; i++) {
        ct_finder *const finder = made(&o);
        const ct_ping ping = seen(sights[i].id, sights[i].time_us, 0, 0, "");
        assert_int_equal(ct_finder_cases_without_data(finder), 2);
        assert_int_equal(ct_finder_add_ping(finder, &ping, NULL), CT_OK);
        assert_int_equal(ct_finder_run(finder, NULL), CT_OK);
        assert_int_equal(ct_finder_cases_without_data(finder), sights[i].without);
        assert_int_equal(ct_finder_people(finder), 1);
        ct_finder_free(finder);
    }
    ct_cases_free(cases);
}

/* Two cases met are listed from both sides, each under its own period; others never as the index.
 */
static void both_sides(void **state)
{
    (void)state;
    ct_finder_options o = options();
    ct_cases *const cases = two_cases();
    o.cases = cases;
    o.gap_us = 0;
    ct_finder *const finder = made(&o);
    const ct_trajectory_row rows[] = {
        went("c", 0, 1000, 0, 0, 0, 0),
        went("d", 0, 1000, 0, 0, 0, 0),
        went("x", 0, 1000, 0, 0, 0, 0),
        went("y", 0, 1000, 0, 0, 0, 0),
    };
    static const struct {
        const char *index, *contact;
        int64_t start_us, end_us;
    } expected[] = {{"c", "d", 100, 200}, {"c", "x", 100, 200}, {"c", "y", 100, 200},
                    {"d", "c", 150, 300}, {"d", "x", 150, 300}, {"d", "y", 150, 300}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(ct_finder_add_row(finder, &rows[i], NULL), CT_OK);
    assert_int_equal(ct_finder_run(finder, NULL), CT_OK);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const ct_episode *const e = next(finder);
        assert_true(ct_str_equal(e->index_id, ct_str_of(expected[i].index)));
        assert_true(ct_str_equal(e->contact_id, ct_str_of(expected[i].contact)));
        assert_int_equal(e->start_us, expected[i].start_us);
        assert_int_equal(e->end_us, expected[i].end_us);
        assert_int_equal(e->duration_us, e->end_us - e->start_us);
    }
    const ct_episode *e;
    assert_int_equal(ct_finder_next_episode(finder, &e, NULL), CT_END);
    ct_finder_free(finder);
    ct_cases_free(cases);
}

/* At one place, one of them moving and the other without a position: where the index was then. */
static void place_alone(void **state)
{
    (void)state;
    ct_finder_options o = options();
    o.frame = CT_FRAME_PLANAR;
    o.window_us = 0;
    ct_finder *const finder = made(&o);
    ct_trajectory_row a = went("a", 0, 1000, 0, 0, 500, 0);
    ct_trajectory_row b = went("b", 250, 750, NAN, NAN, NAN, NAN);
    a.place_id = b.place_id = CT_STR("bus 7");
    assert_int_equal(ct_finder_add_row(finder, &a, NULL), CT_OK);
    assert_int_equal(ct_finder_add_row(finder, &b, NULL), CT_OK);
    assert_int_equal(ct_finder_run(finder, NULL), CT_OK);
    const ct_episode *const e = next(finder);
    assert_int_equal(e->start_us, 250);
    assert_int_equal(e->end_us, 750);
    assert_int_equal(e->duration_us, 500);
    assert_int_equal(e->expected_us, 500);
    assert_true(e->x == 125 && e->y == 0);
    assert_true(isnan(e->min_distance_m) && isnan(e->mean_distance_m));
    ct_finder_free(finder);
}

/* Pings that are read twice: what may follow what. */
static void two_readings(void **state)
{
    (void)state;
    ct_finder_options o = options();
    const ct_ping ping = seen("p1", 0, 0, 0, ""), bad = seen("c", 0, 200, 0, "");
    ct_finder *finder = made(&o);
    assert_int_equal(ct_finder_add_case_ping_by(finder, 0, &ping, NULL), CT_ERANGE);
    assert_int_equal(ct_finder_cases_known(finder, NULL), CT_ERANGE);
    ct_finder_free(finder);

    o.cases = two_cases();
    finder = made(&o);
    assert_int_equal(ct_finder_add_case_ping_by(finder, 0, &ping, NULL), CT_OK);
    assert_int_equal(ct_finder_add_case_ping_by(finder, 0, &bad, NULL), CT_EROW);
    assert_int_equal(ct_finder_cases_known(finder, NULL), CT_OK);
    assert_int_equal(ct_finder_cases_known(finder, NULL), CT_ERANGE);
    assert_int_equal(ct_finder_add_case_ping_by(finder, 0, &ping, NULL), CT_ERANGE);
    assert_int_equal(ct_finder_add_ping(finder, &bad, NULL), CT_EROW);
    assert_int_equal(ct_finder_run(finder, NULL), CT_OK); /* the second reading saw nothing */
    const ct_episode *episode;
    assert_int_equal(ct_finder_next_episode(finder, &episode, NULL), CT_END);
    ct_finder_free(finder);
    ct_cases_free((ct_cases *)(uintptr_t)o.cases);
}

/* --- Failures --- */

typedef struct life {
    bool rows, pairs;
    bool twice; /* pings are read twice */
    unsigned workers;
    ct_cases *cases;
} life;

static ct_status add_some(ct_finder *finder, const life *l, bool ahead)
{
    for (int i = 0; i < 40; i++) {
        char id[16];
        snprintf(id, sizeof id, "p%d", i % 7);
        const double x = 27 + 0.0001 * (i % 5);
        const char *const place = i % 3 ? "" : "v";
        if (l->rows) {
            ct_trajectory_row row =
                went(id, i * CT_MINUTE, (i + 6) * CT_MINUTE, x, -29, x + (i % 2 ? 0.02 : 0), -29);
            row.place_id = ct_str_of(place);
            row.accuracy_m = 50;
            CT_TRY(ct_finder_add_row(finder, &row, NULL));
        } else {
            const bool is_case = l->twice && i % 7 == 0;
            const ct_ping ping =
                seen(is_case ? "c" : id, i * (l->twice ? 10 : CT_MINUTE), x, -29, place);
            const unsigned worker = (unsigned)i % (l->workers > 0 ? l->workers : 1);
            CT_TRY(ahead ? ct_finder_add_case_ping_by(finder, worker, &ping, NULL)
                         : ct_finder_add_ping_by(finder, worker, &ping, NULL));
        }
    }
    return ahead ? ct_finder_cases_known(finder, NULL) : CT_OK;
}

static ct_status search(ct_finder *finder, const life *l)
{
    if (l->twice)
        CT_TRY(add_some(finder, l, true));
    CT_TRY(add_some(finder, l, false));
    CT_TRY(ct_finder_run(finder, NULL));
    for (;;) {
        const ct_collision *c;
        const ct_episode *e;
        const ct_status status = l->pairs ? ct_finder_next_collision(finder, &c, NULL)
                                          : ct_finder_next_episode(finder, &e, NULL);
        if (status != CT_OK)
            return status == CT_END ? CT_OK : status;
    }
}

static ct_status live(void *ctx)
{
    const life *const l = ctx;
    ct_finder_options o = options();
    ct_finder *finder = NULL;
    ct_pool *pool = NULL;
    ct_status status = l->workers > 1 ? ct_pool_new(&pool, l->workers, NULL) : CT_OK;
    o.pool = pool;
    o.pairs = l->pairs;
    o.cases = l->cases;
    if (status == CT_OK)
        status = ct_finder_new(&finder, &o, NULL);
    if (status == CT_OK)
        status = search(finder, l);
    ct_finder_free(finder);
    ct_pool_free(pool);
    return status;
}

static void memory_runs_out(void **state)
{
    (void)state;
    ct_cases *const cases = two_cases();
    life lives[] = {
        {.pairs = true},
        {.cases = cases},
        {.cases = cases, .twice = true},
        {.cases = cases, .twice = true, .workers = 2},
        {.rows = true},
        {.workers = 2},
        {.rows = true, .workers = 2},
    };
    for (size_t i = 0; i < sizeof lives / sizeof *lives; i++)
        assert_true(ct_fault_every(live, &lives[i]) > 10);
    ct_cases_free(cases);
}

/* More than memory holds, and no folder to put it. */
static void no_temp_disk(void **state)
{
    (void)state;
    char *const kept = getenv("TMPDIR");
    char folder[512] = "";
    if (kept != NULL)
        snprintf(folder, sizeof folder, "%s", kept);
    assert_int_equal(setenv("TMPDIR", "/nonexistent/folder", 1), 0);
    ct_finder_options o = options();
    o.memory_bytes = 1;
    ct_finder *const finder = made(&o);
    ct_err err = {CT_OK, ""};
    ct_status status = CT_OK;
    for (int i = 0; status == CT_OK && i < 60000; i++) {
        char id[16];
        snprintf(id, sizeof id, "p%d", i);
        const ct_ping ping = seen(id, i, 0, 0, "");
        status = ct_finder_add_ping(finder, &ping, &err);
    }
    assert_int_equal(status, CT_EIO);
    ct_finder_free(finder);
    if (kept != NULL)
        assert_int_equal(setenv("TMPDIR", folder, 1), 0);
    else
        assert_int_equal(unsetenv("TMPDIR"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_out_of_range),
        cmocka_unit_test(bad_pings),
        cmocka_unit_test(bad_rows),
        cmocka_unit_test(out_of_order),
        cmocka_unit_test(order_of_ids),
        cmocka_unit_test(evidence),
        cmocka_unit_test(filters),
        cmocka_unit_test(cases_without_data),
        cmocka_unit_test(two_readings),
        cmocka_unit_test(both_sides),
        cmocka_unit_test(place_alone),
        cmocka_unit_test(memory_runs_out),
        cmocka_unit_test(no_temp_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
