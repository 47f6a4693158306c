/* wrap: malloc */
#include "fault.h"

#include <string.h>
#include <unistd.h>

#include "contrace/pipeline.h"

enum { MOST_WORKERS = 6, MOST_ITEMS = 20, LENGTH = 2000, NEVER = -1 };

struct item {
    int number, square;
};

struct job {
    int length, taken, settled;
    int take_fails, work_fails, settle_fails; /* at which number */
    bool slow;                                /* some items take longer than others */
    atomic_int taking, settling, working;
};

static ct_status take(void *item, unsigned worker, void *ctx, ct_err *err)
{
    struct job *job = ctx;
    struct item *it = item;
    assert_true(worker < MOST_WORKERS);
    assert_int_equal(atomic_fetch_add(&job->taking, 1), 0);
    it->number = job->taken++;
    atomic_fetch_sub(&job->taking, 1);
    if (it->number == job->take_fails)
        return ct_fail(err, CT_EINPUT, "take %d", it->number);
    return it->number < job->length ? CT_OK : CT_END;
}

static ct_status work(void *item, unsigned worker, void *ctx, ct_err *err)
{
    (void)worker;
    struct job *job = ctx;
    struct item *it = item;
    atomic_fetch_add(&job->working, 1);
    if (job->slow && it->number % 7 == 0)
        usleep(200);
    it->square = it->number * it->number;
    atomic_fetch_sub(&job->working, 1);
    if (job->work_fails != NEVER && it->number >= job->work_fails)
        return ct_fail(err, CT_EIO, "work %d", it->number);
    return CT_OK;
}

static ct_status settle(void *item, void *ctx, ct_err *err)
{
    struct job *job = ctx;
    const struct item *it = item;
    assert_int_equal(atomic_fetch_add(&job->settling, 1), 0);
    assert_int_equal(it->number, job->settled);
    assert_int_equal(it->square, it->number * it->number);
    job->settled++;
    atomic_fetch_sub(&job->settling, 1);
    if (it->number == job->settle_fails)
        return ct_fail(err, CT_ERANGE, "settle %d", it->number);
    return CT_OK;
}

static const ct_pipeline stages = {take, work, settle, NULL};

static ct_status run(struct job *job, ct_pool *pool, size_t items, ct_err *err)
{
    struct item room[MOST_ITEMS];
    ct_pipeline pipeline = stages;
    pipeline.ctx = job;
    return ct_pipeline_run(&pipeline, pool, room, sizeof *room, items, err);
}

static struct job a_job(int length)
{
    return (struct job){
        .length = length, .take_fails = NEVER, .work_fails = NEVER, .settle_fails = NEVER};
}

static void settles_all_in_order(void **state)
{
    (void)state;
    for (unsigned workers = 0; workers <= MOST_WORKERS; workers++) {
        ct_pool *pool = NULL;
        if (workers > 0)
            assert_int_equal(ct_pool_new(&pool, workers, NULL), CT_OK);
        for (size_t items = 1; items <= MOST_ITEMS; items += 3) {
            struct job job = a_job(items % 2 ? LENGTH : (int)items - 2);
            job.slow = items == 7;
            assert_int_equal(run(&job, pool, items, NULL), CT_OK);
            assert_int_equal(job.settled, job.length);
        }
        assert_true(ct_pipeline_items(pool) >= 1);
        ct_pool_free(pool);
    }
}

static void reports_the_first_failure_in_order(void **state)
{
    (void)state;
    ct_pool *pool;
    assert_int_equal(ct_pool_new(&pool, MOST_WORKERS, NULL), CT_OK);
    for (int round = 0; round < 50; round++) {
        ct_err err = {CT_OK, ""};
        struct job job = a_job(LENGTH);
        job.slow = true;
        job.work_fails = 35;
        assert_int_equal(run(&job, pool, 12, &err), CT_EIO);
        assert_string_equal(err.text, "work 35");
        assert_int_equal(job.settled, 35);

        job = a_job(LENGTH);
        job.take_fails = 21;
        job.work_fails = 22;
        assert_int_equal(run(&job, pool, 12, &err), CT_EINPUT);
        assert_string_equal(err.text, "take 21");
        assert_int_equal(job.settled, 21);

        job = a_job(LENGTH);
        job.settle_fails = 14;
        job.work_fails = 15;
        assert_int_equal(run(&job, pool, 12, &err), CT_ERANGE);
        assert_string_equal(err.text, "settle 14");
        assert_int_equal(job.settled, 15);
        assert_int_equal(run(&job, pool, 12, NULL), CT_EIO);
    }
    ct_pool_free(pool);
}

static ct_status whole_life(void *ctx)
{
    (void)ctx;
    struct job job = a_job(50);
    ct_pool *pool;
    CT_TRY(ct_pool_new(&pool, 2, NULL));
    const ct_status status = run(&job, pool, 4, NULL);
    ct_pool_free(pool);
    return status;
}

static void survives_lack_of_memory(void **state)
{
    (void)state;
    assert_true(ct_fault_every(whole_life, NULL) >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settles_all_in_order),
        cmocka_unit_test(reports_the_first_failure_in_order),
        cmocka_unit_test(survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
