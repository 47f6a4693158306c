/* Contacts at places where one of the two was long, against a count of every second. */
/* wrap: malloc */
#include "fault.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "contrace/dwell.h"
#include "contrace/time.h"

enum { PEOPLE = 4, ROWS = 40, CONTACTS = 30 };

static uint64_t state_of_chance;

static int64_t below(int64_t n)
{
    state_of_chance = state_of_chance * UINT64_C(6364136223846793005) + 1;
    return (int64_t)((state_of_chance >> 33) % (uint64_t)n);
}

static const char *name(int64_t person)
{
    static const char *const names[] = {"d", "b", "c", "a"};
    return names[person];
}

typedef struct world {
    ct_dwell_options options;
    ct_trajectory_row rows[ROWS];
    ct_episode contacts[CONTACTS];
} world;

static world made(uint64_t seed)
{
    world w = {.options = {.frame = CT_FRAME_PLANAR, .distance_m = 3, .memory_bytes = 1 << 20}};
    state_of_chance = seed;
    w.options.span_us = (200 + below(2000)) * CT_SECOND;
    w.options.dwell_us = w.options.span_us / (2 + below(6)) + CT_SECOND / 2;
    int64_t now[PEOPLE] = {0};
    for (int i = 0; i < ROWS; i++) {
        const int64_t who = below(PEOPLE), wait = below(2) * below(60), takes = 1 + below(300);
        ct_trajectory_row *const r = &w.rows[i];
        *r = (ct_trajectory_row){.id = ct_str_of(name(who)),
                                 .start_us = (now[who] + wait) * CT_SECOND,
                                 .end_us = (now[who] + wait + takes) * CT_SECOND,
                                 .x = (double)below(12),
                                 .y = (double)below(3)};
        r->end_x = below(2) ? r->x : (double)below(12);
        r->end_y = r->end_x == r->x ? r->y : (double)below(3);
        if (below(10) == 0)
            r->end_x = r->end_y = NAN;              /* it stays */
        now[who] += below(4) ? wait + takes : wait; /* the next may overlap it */
    }
    for (int i = 0; i < CONTACTS; i++) {
        const int64_t index = below(PEOPLE);
        w.contacts[i] = (ct_episode){.index_id = ct_str_of(name(index)),
                                     .contact_id = ct_str_of(name((index + 1) % PEOPLE)),
                                     .start_us = i,
                                     .end_us = below(4000) * CT_SECOND,
                                     .x = below(20) ? (double)below(12) : NAN,
                                     .y = (double)below(3),
                                     .generation = 1};
    }
    return w;
}

/* How many seconds this person was near the place, of those that count. */
static int64_t seconds(const world *w, ct_str id, const ct_episode *e)
{
    int64_t sum = 0;
    for (int64_t s = (e->end_us - w->options.span_us) / CT_SECOND; s < e->end_us / CT_SECOND; s++) {
        const double us = ((double)s + 0.5) * 1e6;
        bool near = false;
        for (int i = 0; i < ROWS && !near; i++) {
            const ct_trajectory_row *const r = &w->rows[i];
            if (!ct_str_equal(r->id, id) || us < (double)r->start_us || us > (double)r->end_us)
                continue;
            const double part = (us - (double)r->start_us) / (double)(r->end_us - r->start_us);
            const double x = isnan(r->end_x) ? r->x : r->x + part * (r->end_x - r->x);
            const double y = isnan(r->end_x) ? r->y : r->y + part * (r->end_y - r->y);
            near = hypot(x - e->x, y - e->y) <= w->options.distance_m;
        }
        sum += near;
    }
    return sum;
}

static ct_status take_all(ct_dwell *d, const world *w)
{
    for (int i = 0; i < ROWS; i++)
        CT_TRY(ct_dwell_add_row(d, &w->rows[i], NULL));
    for (int i = 0; i < CONTACTS; i++)
        CT_TRY(ct_dwell_take(d, &w->contacts[i], NULL));
    return CT_OK;
}

static void every_second(void **state)
{
    (void)state;
    int kept = 0, left_out = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        const world w = made(seed);
        const ct_episode *e = NULL;
        ct_dwell *d;
        assert_int_equal(ct_dwell_new(&d, &w.options, NULL), CT_OK);
        assert_int_equal(take_all(d, &w), CT_OK);
        ct_status status = ct_dwell_next(d, &e, NULL);
        for (int i = 0; i < CONTACTS; i++) {
            const ct_episode *const c = &w.contacts[i];
            const bool listed = status == CT_OK && e->start_us == c->start_us;
            const int64_t a = isnan(c->x) ? 0 : seconds(&w, c->index_id, c);
            const int64_t b = isnan(c->x) ? 0 : seconds(&w, c->contact_id, c);
            const int64_t longest = (a > b ? a : b) * CT_SECOND;
            /* passing by, a second may be seen that is none */
            if (llabs(longest - w.options.dwell_us) > 20 * CT_SECOND)
                assert_int_equal(listed, longest >= w.options.dwell_us);
            kept += listed;
            left_out += !listed;
            if (!listed)
                continue;
            assert_true(ct_str_equal(e->index_id, c->index_id));
            assert_true(ct_str_equal(e->contact_id, c->contact_id));
            assert_true(ct_str_equal(e->case_id, c->index_id));
            status = ct_dwell_next(d, &e, NULL);
        }
        assert_int_equal(status, CT_END);
        assert_int_equal(ct_dwell_add_row(d, &w.rows[0], NULL), CT_ERANGE);
        ct_dwell_free(d);
    }
    assert_true(kept > 100 && left_out > 100);
}

/* Pings each half a window around them, each moment once. */
static void pings(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        const ct_dwell_options o = {.frame = CT_FRAME_PLANAR,
                                    .distance_m = 1,
                                    .window_us = 10 * CT_MINUTE,
                                    .dwell_us = 30 * CT_MINUTE + i,
                                    .span_us = CT_DAY,
                                    .memory_bytes = 1 << 20};
        ct_dwell *d;
        const ct_episode *e;
        assert_int_equal(ct_dwell_new(&d, &o, NULL), CT_OK);
        for (int m = 0; m <= 20; m += 4) {
            const ct_ping p = {.id = CT_STR("a"), .time_us = m * CT_MINUTE, .x = 0, .y = 1};
            assert_int_equal(ct_dwell_add_ping(d, &p, NULL), CT_OK);
        }
        const ct_episode c = {.index_id = CT_STR("x"),
                              .contact_id = CT_STR("a"),
                              .end_us = CT_HOUR,
                              .generation = -1};
        assert_int_equal(ct_dwell_take(d, &c, NULL), CT_OK);
        assert_int_equal(ct_dwell_next(d, &e, NULL), i == 0 ? CT_OK : CT_END);
        if (i == 0)
            assert_int_equal(e->case_id.len, 0);
        else
            assert_int_equal(ct_dwell_left_out(d), 1);
        ct_dwell_free(d);
    }
    ct_dwell_free(NULL);
}

static ct_status live(void *ctx)
{
    const world *const w = ctx;
    ct_dwell *d = NULL;
    const ct_episode *e;
    ct_status status = ct_dwell_new(&d, &w->options, NULL);
    if (status == CT_OK)
        status = take_all(d, w);
    while (status == CT_OK)
        status = ct_dwell_next(d, &e, NULL);
    ct_dwell_free(d);
    return status == CT_END ? CT_OK : status;
}

static void fails_cleanly(void **state)
{
    (void)state;
    world w = made(5);
    assert_true(ct_fault_every(live, &w) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_second),
        cmocka_unit_test(pings),
        cmocka_unit_test(fails_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
