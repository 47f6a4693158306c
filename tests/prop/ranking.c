/* wrap: malloc */
/* What holds of any list: parts and scores, whatever the order, the memory and the threads, and
 * whichever allocation fails. */
#include "../unit/fault.h"
#include "../unit/ranked.h"

enum { WORLD = 300 };

static void make_world(ct_episode *episodes)
{
    static const char *const people[] = {"p0", "p1", "p2", "p3", "p4", "p5",
                                         "p6", "p7", "p8", "p9", "q0", "q1"};
    for (size_t i = 0; i < WORLD; i++) {
        const int64_t start = draw(5000), length = draw(40);
        episodes[i] = met(people[draw(4)], people[4 + draw(8)], start, start + length,
                          draw(5) ? (double)draw(1000) / 1e4 : -1);
        episodes[i].duration_us -= draw(episodes[i].duration_us / 2 + 1);
    }
}

static void the_parts_make_the_score(void **state)
{
    (void)state;
    ct_episode episodes[WORLD];
    for (int world = 0; world < 50; world++) {
        make_world(episodes);
        policy.accumulate = world % 2;
        rank_all(NULL, episodes, WORLD);
        assert_int_equal(list.count, 8);
        for (size_t i = 0; i < list.count; i++) {
            const ct_risk *r = &list.rows[i];
            assert_true(r->certainty_part <= 1);
            assert_true(r->expected_us <= r->exposure_us && r->exposure_us <= r->most_24h_us);
            assert_true(r->exposure_us <= r->total_us);
            /* each of the three is rounded by at most 5e-6 of itself */
            assert_true(fabs(r->time_part * r->certainty_part - r->score) <= 1.6e-5 * r->score);
        }
    }
    policy.accumulate = false;
}

static void more_exposure_never_lowers_a_score(void **state)
{
    (void)state;
    ct_episode episodes[WORLD];
    for (int world = 0; world < 6; world++) {
        make_world(episodes);
        policy.accumulate = world % 2;
        double score = 0;
        int category = CT_CATEGORY_LOW;
        for (size_t i = 0; i < WORLD; i++)
            episodes[i].contact_id = CT_STR("x");
        for (size_t n = 1; n <= WORLD; n++) {
            const ct_risk *r = rank_all(NULL, episodes, n);
            assert_true(r->score >= score);
            assert_true(r->category <= category);
            score = r->score;
            category = r->category;
        }
    }
    policy.accumulate = false;
}

/* As text: every digit, whatever the bytes between the fields. */
static size_t print(const struct list *from, char *to, size_t room)
{
    size_t at = 0;
    for (size_t i = 0; i < from->count; i++) {
        const ct_risk *r = &from->rows[i];
        at += (size_t)snprintf(
            to + at, room - at, "%d %s %d %a %a %a %ld %ld %ld %ld %ld %s %d %d %d %d\n",
            (int)r->rank, from->ids[i][0], r->category, r->score, r->time_part, r->certainty_part,
            (long)r->exposure_us, (long)r->expected_us, (long)r->worst_from_us,
            (long)r->most_24h_us, (long)r->total_us, from->ids[i][1], (int)r->cases,
            (int)r->episodes, r->evidence, r->setting);
        assert_true(at < room);
    }
    return at;
}

static void input_order_memory_and_threads_do_not_matter(void **state)
{
    (void)state;
    enum { PEOPLE = 380, EPISODES = 40000, ROOM = 200 * PEOPLE };
    static char names[PEOPLE][16], expected[ROOM], got[ROOM];
    ct_episode *episodes = malloc(EPISODES * sizeof *episodes);
    ct_pool *pool = NULL;
    assert_non_null(episodes);
    assert_int_equal(ct_pool_new(&pool, 2, NULL), CT_OK);
    for (int i = 0; i < PEOPLE; i++)
        snprintf(names[i], sizeof names[i], "%x", i * 7919 % 65536);
    for (size_t i = 0; i < EPISODES; i++) {
        const int64_t start = draw(50000);
        episodes[i] = met("case", names[draw(PEOPLE)], start, start + draw(40), 0.01);
    }
    const struct setup setups[] = {{.memory = 64 << 20},
                                   {.memory = 0},
                                   {.memory = 3 << 20, .pool = pool},
                                   {.memory = 64 << 20, .pool = pool}};
    for (size_t s = 0; s < 4; s++) {
        assert_int_equal(rank(&setups[s], episodes, EPISODES, &list, NULL), CT_OK);
        assert_int_equal(list.count, PEOPLE);
        const size_t len = print(&list, s ? got : expected, ROOM);
        if (s > 0)
            assert_memory_equal(got, expected, len);
        for (size_t i = EPISODES - 1; i > 0; i--) {
            const size_t j = (size_t)draw((int64_t)i + 1);
            const ct_episode t = episodes[i];
            episodes[i] = episodes[j];
            episodes[j] = t;
        }
    }
    ct_pool_free(pool);
    free(episodes);
}

struct life {
    ct_episode episodes[WORLD];
    ct_pool *pool;
};

static ct_status live(void *ctx)
{
    const struct life *life = ctx;
    const struct setup setup = {.pool = life->pool};
    return rank(&setup, life->episodes, WORLD, &list, NULL);
}

static void memory_runs_out(void **state)
{
    (void)state;
    static struct life life;
    make_world(life.episodes);
    assert_true(ct_fault_every(live, &life) > 10);
    policy.accumulate = true;
    assert_true(ct_fault_every(live, &life) > 10);
    assert_int_equal(ct_pool_new(&life.pool, 2, NULL), CT_OK);
    assert_true(ct_fault_every(live, &life) > 10);
    ct_pool_free(life.pool);
    policy.accumulate = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parts_make_the_score),
        cmocka_unit_test(more_exposure_never_lowers_a_score),
        cmocka_unit_test(input_order_memory_and_threads_do_not_matter),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, load_policy, NULL);
}
