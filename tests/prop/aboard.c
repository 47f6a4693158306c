/* Who was on board with whom, held against every two passengers looked at in turn. */
#include "world.h"

enum { RIDERS = 60, PEOPLE = 12 };

typedef struct rider {
    char id[WORLD_ID], vehicle[WORLD_ID], coach[WORLD_ID];
    int64_t from_us, until_us;
    int row, kind;
    bool crew;
} rider;

typedef struct span {
    int64_t from_us, until_us;
} span;

static bool whole_coach(const rider *crew, const rider *other)
{
    return crew->crew && (crew->coach[0] == '\0' || strcmp(crew->coach, other->coach) == 0);
}

/* The rules, in the words they were published in. */
static bool near(const rider *a, const rider *b)
{
    const bool coach = strcmp(a->coach, b->coach) == 0;
    const int rows = abs(a->row - b->row);
    if (a->crew || b->crew)
        return whole_coach(a, b) || whole_coach(b, a);
    switch (a->kind) {
    case CT_VEHICLE_PLANE:
    case CT_VEHICLE_VENTILATED_COACH:
        return rows <= 3;
    case CT_VEHICLE_CLOSED_TRAIN:
    case CT_VEHICLE_SHIP:
        return coach;
    case CT_VEHICLE_ORDINARY_TRAIN:
        return coach && rows <= 1;
    default:
        return true;
    }
}

static int by_from(const void *a, const void *b)
{
    const span *const p = a, *const q = b;
    return (p->from_us > q->from_us) - (p->from_us < q->from_us);
}

/* All that two people had of each other, as one episode; false if nothing. */
static bool together(const rider *riders, const world_cases *cases, const char *index,
                     const char *contact, ct_episode *out)
{
    const world_case *const c = world_case_of(cases, index);
    span spans[RIDERS * RIDERS];
    int64_t count = 0;
    for (size_t i = 0; i < RIDERS; i++) {
        for (size_t j = 0; j < RIDERS; j++) {
            const rider *const a = &riders[i], *const b = &riders[j];
            int64_t from = a->from_us > b->from_us ? a->from_us : b->from_us;
            int64_t until = a->until_us < b->until_us ? a->until_us : b->until_us;
            from = c && c->from_us > from ? c->from_us : from;
            until = c && c->until_us < until ? c->until_us : until;
            if (strcmp(a->id, index) == 0 && strcmp(b->id, contact) == 0 &&
                strcmp(a->vehicle, b->vehicle) == 0 && from <= until && near(a, b))
                spans[count++] = (span){from, until};
        }
    }
    if (count == 0)
        return false;
    qsort(spans, (size_t)count, sizeof *spans, by_from);
    *out = (ct_episode){.start_us = spans[0].from_us, .end_us = INT64_MIN, .collisions = count};
    for (int64_t i = 0; i < count; i++) {
        const int64_t from = spans[i].from_us > out->end_us ? spans[i].from_us : out->end_us;
        out->duration_us += spans[i].until_us > from ? spans[i].until_us - from : 0;
        out->end_us = spans[i].until_us > out->end_us ? spans[i].until_us : out->end_us;
    }
    return true;
}

static void find(const rider *riders, const world_cases *cases, unsigned workers, world_list *out)
{
    ct_cases *const table = world_case_table(cases);
    ct_pool *pool = NULL;
    ct_finder *finder;
    if (workers > 1)
        WORLD_OK(ct_pool_new(&pool, workers, err));
    const ct_finder_options options = {.frame = CT_FRAME_WGS84,
                                       .gap_us = CT_FOREVER,
                                       .cases = table,
                                       .pool = pool,
                                       .memory_bytes = 8 << 20};
    WORLD_OK(ct_finder_new(&finder, &options, err));
    for (size_t i = 0; i < RIDERS; i++) {
        const rider *const r = &riders[i];
        ct_passenger p = {.vehicle_id = ct_str_of(r->vehicle),
                          .id = ct_str_of(r->id),
                          .from_us = r->from_us,
                          .until_us = r->until_us,
                          .coach = ct_str_of(r->coach),
                          .row = r->row,
                          .crew = r->crew,
                          .kind = r->kind};
        WORLD_OK(ct_passenger_complete(&p, -1, err));
        WORLD_OK(ct_finder_add_passenger(finder, &p, err));
    }
    WORLD_OK(ct_finder_run(finder, err));
    world_take_episodes(finder, out);
    ct_finder_free(finder);
    ct_pool_free(pool);
    ct_cases_free(table);
}

static void hold(const rider *riders, const world_cases *cases, unsigned workers)
{
    world_list found = {0};
    size_t at = 0;
    find(riders, cases, workers, &found);
    for (int i = 0; i < PEOPLE; i++) {
        for (int j = 0; j < PEOPLE; j++) {
            char index[WORLD_ID], contact[WORLD_ID];
            snprintf(index, sizeof index, "p%02d", i);
            snprintf(contact, sizeof contact, "p%02d", j);
            ct_episode all;
            if ((cases->given ? i == j || !world_case_of(cases, index) : i >= j) ||
                !together(riders, cases, index, contact, &all))
                continue;
            const world_episode *const f = world_at(&found, at++);
            assert_string_equal(f->index, index);
            assert_string_equal(f->contact, contact);
            assert_int_equal(f->e.start_us, all.start_us);
            assert_int_equal(f->e.end_us, all.end_us);
            assert_int_equal(f->e.duration_us, all.duration_us);
            assert_int_equal(f->e.expected_us, all.duration_us);
            assert_int_equal(f->e.collisions, all.collisions);
            assert_int_equal(f->e.setting, CT_SETTING_VEHICLE);
            assert_int_equal(f->e.evidence, CT_EVIDENCE_VENUE);
            assert_true(f->e.probability == 1 && isnan(f->e.min_distance_m) && isnan(f->e.x));
        }
    }
    assert_int_equal(at, found.count);
    free(found.items);
}

static void journeys(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        uint64_t r = seed * 7907;
        rider riders[RIDERS] = {0};
        world_cases cases = {.given = seed % 2 == 0, .count = seed % 2 == 0 ? 3 : 0};
        for (size_t i = 0; i < cases.count; i++) {
            snprintf(cases.items[i].id, WORLD_ID, "p%02d", (int)i);
            cases.items[i].from_us = world_below(&r, 60) * CT_MINUTE;
            cases.items[i].until_us = cases.items[i].from_us + world_below(&r, 60) * CT_MINUTE;
        }
        for (size_t i = 0; i < RIDERS; i++) {
            rider *const x = &riders[i];
            const int vehicle = (int)world_below(&r, 4);
            snprintf(x->id, WORLD_ID, "p%02d", (int)world_below(&r, PEOPLE));
            snprintf(x->vehicle, WORLD_ID, "v%d", vehicle);
            x->kind = (int)((seed + (uint64_t)vehicle) % 6);
            x->crew = world_below(&r, 8) == 0;
            if (!x->crew || world_below(&r, 2) == 0)
                snprintf(x->coach, WORLD_ID, "%d", (int)world_below(&r, 3));
            x->row = (int)world_below(&r, 12);
            x->from_us = world_below(&r, 90) * CT_MINUTE;
            x->until_us = x->from_us + world_below(&r, 40) * CT_MINUTE;
        }
        hold(riders, &cases, 1);
        world_shuffle(riders, RIDERS, sizeof *riders, seed);
        hold(riders, &cases, 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(journeys)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
