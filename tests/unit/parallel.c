/* wrap: malloc */
#include "fault.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "contrace/parallel.h"

enum { MOST_WORKERS = 8, MOST_TASKS = 5000 };

typedef struct job {
    atomic_uint begun[MOST_TASKS];
    atomic_bool in_use[MOST_WORKERS];
    atomic_uint clashes;
    unsigned workers;
    unsigned fails_every; /* 0: never */
    size_t fails_from;
    size_t slow; /* this task takes a while */
} job;

static ct_status run_task(void *ctx, size_t task, unsigned worker, ct_err *err)
{
    job *const j = ctx;
    if (worker >= j->workers || atomic_exchange(&j->in_use[worker], true))
        atomic_fetch_add(&j->clashes, 1);
    atomic_fetch_add(&j->begun[task], 1);
    if (task == j->slow)
        usleep(3000);
    ct_status status = CT_OK;
    if (j->fails_every && task >= j->fails_from && (task - j->fails_from) % j->fails_every == 0)
        status = ct_fail(err, CT_EINPUT, "task %zu failed", task);
    atomic_store(&j->in_use[worker % MOST_WORKERS], false);
    return status;
}

static ct_pool *new_pool(unsigned workers)
{
    ct_pool *pool;
    assert_int_equal(ct_pool_new(&pool, workers, NULL), CT_OK);
    assert_int_equal(ct_pool_workers(pool), workers);
    return pool;
}

static void runs_every_task_once(void **state)
{
    (void)state;
    static const size_t COUNTS[] = {0, 1, 2, 3, 7, 100, MOST_TASKS};
    static job j;
    for (unsigned workers = 1; workers <= MOST_WORKERS; workers++) {
        ct_pool *const pool = new_pool(workers);
        for (size_t round = 0; round < 70; round++) {
            const size_t tasks = COUNTS[round % 7];
            memset(&j, 0, sizeof j);
            j.workers = workers;
            j.slow = MOST_TASKS;
            ct_err err = {CT_OK, "untouched"};
            assert_int_equal(ct_pool_run(pool, tasks, run_task, &j, &err), CT_OK);
            assert_string_equal(err.text, "untouched");
            for (size_t i = 0; i < MOST_TASKS; i++)
                assert_int_equal(atomic_load(&j.begun[i]), i < tasks);
            assert_int_equal(atomic_load(&j.clashes), 0);
        }
        ct_pool_free(pool);
    }
    ct_pool_free(NULL);
}

/* The lowest-numbered failure is reported, even if it comes last, and the tasks begun are those up
 * to it, and maybe a few more. */
static void reports_the_first_failure_by_number(void **state)
{
    (void)state;
    static job j;
    for (unsigned workers = 1; workers <= MOST_WORKERS; workers++) {
        ct_pool *const pool = new_pool(workers);
        for (size_t from = 0; from < 20; from++) {
            memset(&j, 0, sizeof j);
            j.workers = workers;
            j.slow = from;
            j.fails_from = from;
            j.fails_every = 1 + (unsigned)from % 3;
            ct_err err;
            char expected[64];
            snprintf(expected, sizeof expected, "task %zu failed", from);
            assert_int_equal(ct_pool_run(pool, MOST_TASKS, run_task, &j, &err), CT_EINPUT);
            assert_int_equal(err.status, CT_EINPUT);
            assert_string_equal(err.text, expected);
            for (size_t i = 0; i <= from; i++)
                assert_int_equal(atomic_load(&j.begun[i]), 1);
            assert_int_equal(atomic_load(&j.begun[MOST_TASKS - 1]), 0);
            assert_int_equal(ct_pool_run(pool, MOST_TASKS, run_task, &j, NULL), CT_EINPUT);
        }
        /* a pool is good for more work after a failure */
        memset(&j, 0, sizeof j);
        j.workers = workers;
        assert_int_equal(ct_pool_run(pool, 100, run_task, &j, NULL), CT_OK);
        ct_pool_free(pool);
    }
}

static void refuses_no_workers_and_too_many(void **state)
{
    (void)state;
    ct_pool *pool;
    ct_err err;
    assert_int_equal(ct_pool_new(&pool, 0, &err), CT_ERANGE);
    assert_int_equal(ct_pool_new(&pool, 1025, &err), CT_ERANGE);
    assert_string_equal(err.text, "workers outside 1 to 1024");
}

static void is_freed_unused(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 50; i++)
        ct_pool_free(new_pool(1 + i % MOST_WORKERS));
}

static void counts_processors(void **state)
{
    (void)state;
    assert_true(ct_processors() >= 1);
    assert_true((long)ct_processors() <= sysconf(_SC_NPROCESSORS_CONF));
}

static ct_status live(void *ctx)
{
    job *const j = ctx;
    ct_pool *pool;
    CT_TRY(ct_pool_new(&pool, 3, NULL));
    const ct_status status = ct_pool_run(pool, 50, run_task, j, NULL);
    ct_pool_free(pool);
    return status;
}

static void fails_cleanly_without_memory(void **state)
{
    (void)state;
    static job j = {.workers = 3};
    assert_int_equal(ct_fault_every(live, &j), 1);
}

struct nested {
    ct_pool *pool;
    atomic_uint ran;
};

static ct_status inner_task(void *ctx, size_t task, unsigned worker, ct_err *err)
{
    struct nested *nested = ctx;
    assert_int_equal(worker, 0);
    atomic_fetch_add(&nested->ran, 1);
    return task == 40 ? ct_fail(err, CT_EROW, "inner %zu", task) : CT_OK;
}

static ct_status outer_task(void *ctx, size_t task, unsigned worker, ct_err *err)
{
    (void)worker;
    struct nested *nested = ctx;
    return ct_pool_run(nested->pool, task == 90 ? 50 : 3, inner_task, nested, err);
}

static void a_task_may_run_tasks(void **state)
{
    (void)state;
    for (unsigned workers = 1; workers <= 4; workers++) {
        struct nested nested = {.pool = new_pool(workers)};
        ct_err err;
        assert_int_equal(ct_pool_run(nested.pool, 60, outer_task, &nested, &err), CT_OK);
        assert_int_equal(nested.ran, 60 * 3);
        assert_int_equal(ct_pool_run(nested.pool, 91, outer_task, &nested, &err), CT_EROW);
        assert_string_equal(err.text, "inner 40");
        ct_pool_free(nested.pool);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_task_may_run_tasks),
        cmocka_unit_test(runs_every_task_once),
        cmocka_unit_test(reports_the_first_failure_by_number),
        cmocka_unit_test(refuses_no_workers_and_too_many),
        cmocka_unit_test(is_freed_unused),
        cmocka_unit_test(counts_processors),
        cmocka_unit_test(fails_cleanly_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
