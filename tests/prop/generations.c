/* Contacts of contacts, held against every path of contacts walked one by one. */
#include "contrace/tracer.h"

#include "world_pings.h"

enum { PEOPLE = 7, GENERATIONS = 3 };

typedef struct lineage {
    int64_t at_us; /* CT_FOREVER: not reached */
    int from;      /* the case, by person */
} lineage;

static void name_of(char out[WORLD_ID], int person)
{
    snprintf(out, WORLD_ID, "p%u", (unsigned)person % 100);
}

static const world_case *case_of(const world *w, int person)
{
    char id[WORLD_ID];
    name_of(id, person);
    return world_case_of(&w->cases, id);
}

/* The episodes of one person with one other, this one being able to pass it on in this time. */
static void met(const world *w, int index, int contact, int64_t from_us, int64_t until_us,
                world_list *out)
{
    world one = *w;
    char i[WORLD_ID], c[WORLD_ID];
    world_list all = {0}, pair = {.size = sizeof(world_collision)};
    name_of(i, index);
    name_of(c, contact);
    one.cases = (world_cases){.given = true, .count = 1};
    memcpy(one.cases.items[0].id, i, WORLD_ID);
    one.cases.items[0].from_us = from_us;
    one.cases.items[0].until_us = until_us;
    all_collisions(&one, &all);
    for (size_t n = 0; n < all.count; n++) {
        const world_collision *const f = world_at(&all, n);
        if (strcmp(f->index, i) == 0 && strcmp(f->contact, c) == 0)
            *(world_collision *)world_push(&pair) = *f;
    }
    all_episodes(&one, &pair, out);
    drop(&all);
    drop(&pair);
}

/* When one person reaches another that is able from this time on. */
static int64_t arrival(const world *w, int index, int contact, int64_t from_us, int64_t until_us)
{
    world_list episodes = {0};
    int64_t at_us = CT_FOREVER;
    met(w, index, contact, from_us, until_us, &episodes);
    if (episodes.count > 0) {
        const world_episode *const first = world_at(&episodes, 0);
        at_us = first->e.start_us > from_us ? first->e.start_us : from_us;
    }
    drop(&episodes);
    return at_us;
}

/* The earliest time at which any path of up to this many contacts ends at this person. */
static int64_t walked(const world *w, int64_t latent_us, int contacts, int person)
{
    int64_t at_us = CT_FOREVER;
    for (int before = 0; before < PEOPLE; before++) {
        const world_case *const c = case_of(w, before);
        if (before == person || case_of(w, person) || (!c && contacts == 1))
            continue;
        int64_t from_us = c ? c->from_us : walked(w, latent_us, contacts - 1, before);
        if (!c && from_us != CT_FOREVER)
            from_us += latent_us;
        if (from_us == CT_FOREVER)
            continue;
        const int64_t t = arrival(w, before, person, from_us, c ? c->until_us : CT_FOREVER);
        at_us = t < at_us ? t : at_us;
    }
    return at_us;
}

/* Which case it descends from: that of whom it was reached by first. */
static int descent(const world *w, int64_t latent_us, lineage known[][PEOPLE], int g, int person)
{
    if (g > 1 && known[g][person].at_us == known[g - 1][person].at_us)
        return known[g - 1][person].from;
    int from = -1;
    for (int before = 0; before < PEOPLE; before++) {
        const world_case *const c = case_of(w, before);
        if (before == person || (g == 1 ? !c : c != NULL))
            continue;
        const lineage *const by = &known[g - 1][before];
        if (g > 1 && by->at_us == CT_FOREVER)
            continue;
        const int64_t able_us = c ? c->from_us : by->at_us + latent_us;
        const int64_t end_us = c ? c->until_us : CT_FOREVER;
        const int its = c ? before : by->from;
        if (arrival(w, before, person, able_us, end_us) == known[g][person].at_us &&
            (from < 0 || its < from))
            from = its;
    }
    return from;
}

typedef struct expected {
    world_episode episode;
    int64_t generation;
    int from;
} expected;

static void list(const world *w, int64_t latent_us, lineage known[][PEOPLE], int g, int index,
                 world_list *out)
{
    const world_case *const c = case_of(w, index);
    if (g == 1 ? !c : c != NULL)
        return;
    int64_t from_us = c ? c->from_us : known[g - 1][index].at_us;
    int64_t until_us = c ? c->until_us : g == 2 ? CT_FOREVER : known[g - 2][index].at_us;
    if (!c && (from_us == CT_FOREVER || from_us == until_us))
        return;
    if (!c) {
        from_us += latent_us;
        until_us = until_us == CT_FOREVER ? until_us : until_us + latent_us - 1;
    }
    for (int contact = 0; contact < PEOPLE; contact++) {
        world_list episodes = {0};
        if (contact == index || (g > 1 && case_of(w, contact)))
            continue;
        met(w, index, contact, from_us, until_us, &episodes);
        for (size_t i = 0; i < episodes.count; i++) {
            const world_episode *const e = world_at(&episodes, i);
            const int64_t at_us = e->e.start_us > from_us ? e->e.start_us : from_us;
            if (g > 1 && known[g - 1][contact].at_us <= at_us)
                continue;
            *(expected *)world_push(out) = (expected){*e, g, c ? index : known[g - 1][index].from};
        }
        drop(&episodes);
    }
}

static int by_pair(const void *a, const void *b)
{
    const expected *const p = a, *const q = b;
    const int by = by_start(&p->episode, &q->episode);
    return by != 0 ? by : (p->generation > q->generation) - (p->generation < q->generation);
}

static void all_generations(const world *w, int64_t latent_us, world_list *out)
{
    lineage known[GENERATIONS + 1][PEOPLE];
    out->size = sizeof(expected);
    for (int g = 0; g <= GENERATIONS; g++) {
        for (int i = 0; i < PEOPLE; i++) {
            known[g][i] = (lineage){CT_FOREVER, -1};
            if (g > 0)
                known[g][i].at_us = walked(w, latent_us, g, i);
            if (known[g][i].at_us != CT_FOREVER)
                known[g][i].from = descent(w, latent_us, known, g, i);
        }
    }
    for (int g = 1; g <= GENERATIONS; g++)
        for (int i = 0; i < PEOPLE; i++)
            list(w, latent_us, known, g, i, out);
    if (out->count)
        qsort(out->items, out->count, out->size, by_pair);
}

static void trace(const world *w, int64_t latent_us, unsigned workers, world_list *out)
{
    ct_cases *const cases = world_case_table(&w->cases);
    ct_tracer_options options = {w->options, GENERATIONS, latent_us};
    ct_pool *pool = NULL;
    ct_tracer *tracer;
    if (workers > 1)
        WORLD_OK(ct_pool_new(&pool, workers, err));
    options.rule.cases = cases;
    options.rule.pool = pool;
    options.rule.memory_bytes = workers > 1 ? 1 << 20 : 64 << 20;
    WORLD_OK(ct_tracer_new(&tracer, &options, err));
    for (size_t i = 0; i < w->pings.count; i++) {
        const seen *const s = world_at(&w->pings, i);
        const ct_ping ping = {ct_str_of(s->id), s->time_us,         s->x, s->y, s->accuracy_m,
                              CT_STR("gps"),    ct_str_of(s->place)};
        WORLD_OK(ct_tracer_add_ping(tracer, &ping, err));
    }
    WORLD_OK(ct_tracer_run(tracer, err));
    out->size = sizeof(expected);
    const ct_episode *e;
    while (ct_tracer_next(tracer, &e, NULL) == CT_OK) {
        expected *const x = world_push(out);
        char from[WORLD_ID];
        world_id(x->episode.index, e->index_id);
        world_id(x->episode.contact, e->contact_id);
        world_id(from, e->case_id);
        x->episode.e = *e;
        x->generation = e->generation;
        x->from = atoi(from + 1);
    }
    ct_tracer_free(tracer);
    ct_pool_free(pool);
    ct_cases_free(cases);
}

static void hold_generations(world *w, int64_t latent_us, uint64_t counts[])
{
    world_list all = {0};
    all_generations(w, latent_us, &all);
    for (unsigned workers = 1; workers <= 2; workers++) {
        world_list found = {0};
        trace(w, latent_us, workers, &found);
        assert_int_equal(found.count, all.count);
        for (size_t i = 0; i < found.count; i++) {
            const expected *const f = world_at(&found, i), *const a = world_at(&all, i);
            assert_string_equal(f->episode.index, a->episode.index);
            assert_string_equal(f->episode.contact, a->episode.contact);
            assert_int_equal(f->episode.e.start_us, a->episode.e.start_us);
            assert_int_equal(f->episode.e.end_us, a->episode.e.end_us);
            assert_int_equal(f->episode.e.collisions, a->episode.e.collisions);
            assert_int_equal(f->generation, a->generation);
            assert_int_equal(f->from, a->from);
            counts[f->generation]++;
        }
        drop(&found);
        world_shuffle(w->pings.items, w->pings.count, w->pings.size, 9);
    }
    drop(&all);
    drop(&w->pings);
}

static void paths(void **state)
{
    (void)state;
    uint64_t counts[GENERATIONS + 1] = {0};
    for (uint64_t seed = 1; seed <= 150; seed++) {
        uint64_t r = seed * 6151;
        world w;
        world_init(&w, CT_FRAME_PLANAR, 1, 2 * CT_MINUTE);
        w.options.gap_us = world_below(&r, 10) * CT_MINUTE;
        w.cases.given = true;
        w.cases.count = 1 + (size_t)world_below(&r, 2);
        for (size_t i = 0; i < w.cases.count; i++) {
            name_of(w.cases.items[i].id, (int)i);
            w.cases.items[i].from_us = world_below(&r, 30) * CT_MINUTE;
            w.cases.items[i].until_us = w.cases.items[i].from_us + world_below(&r, 60) * CT_MINUTE;
        }
        for (int64_t n = 40 + world_below(&r, 120); n > 0; n--)
            see(&w, (int)world_below(&r, PEOPLE), world_below(&r, 120) * CT_MINUTE,
                (double)world_below(&r, 4), (double)world_below(&r, 3));
        hold_generations(&w, world_below(&r, 3) * 5 * CT_MINUTE, counts);
    }
    for (int g = 1; g <= GENERATIONS; g++)
        assert_true(counts[g] > 100); /* the worlds have something to tell */
}

/* a meets b on day 0, b meets c on day 1 and d on day 2; e met b before. */
static void chain(void **state)
{
    (void)state;
    world w;
    world_list found = {0};
    world_init(&w, CT_FRAME_PLANAR, 1, 0);
    w.cases = (world_cases){true, {{"p0", 0, CT_DAY}}, 1};
    see(&w, 4, 0, 50, 0);
    see(&w, 1, 0, 50, 0);
    see(&w, 0, CT_HOUR, 0, 0);
    see(&w, 1, CT_HOUR, 0, 0);
    see(&w, 1, CT_DAY, 10, 0);
    see(&w, 2, CT_DAY, 10, 0);
    see(&w, 1, 2 * CT_DAY, 20, 0);
    see(&w, 3, 2 * CT_DAY, 20, 0);
    trace(&w, CT_DAY, 1, &found);
    assert_int_equal(found.count, 2);
    const expected *const first = world_at(&found, 0), *const second = world_at(&found, 1);
    assert_string_equal(first->episode.contact, "p1");
    assert_int_equal(first->generation, 1);
    assert_string_equal(second->episode.index, "p1");
    assert_string_equal(second->episode.contact, "p3");
    assert_int_equal(second->generation, 2);
    assert_int_equal(second->from, 0);
    drop(&found);
    drop(&w.pings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(chain), cmocka_unit_test(paths)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
