#include "contrace/parallel.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

enum { WORKERS_MAX = 1024 };

typedef struct helper {
    ct_pool *pool;
    unsigned worker; /* from 1: the caller is worker 0 */
    pthread_t thread;
} helper;

struct ct_pool {
    unsigned workers, started; /* threads are workers 1 to started */
    pthread_mutex_t lock;
    pthread_cond_t begin, done;
    /* under the lock */
    size_t round; /* the number of the job in hand */
    unsigned busy;
    bool in_hand; /* a job is: whoever asks for another is one of its tasks */
    bool closing;
    size_t failed_task;
    ct_status failed;
    ct_err why;
    /* the job in hand: set before a round begins, constant while it lasts */
    ct_task_fn *fn;
    void *ctx;
    size_t tasks;
    /* Tasks are begun in the order of their numbers. So when one fails, all before it have been
     * begun, and will be finished: the lowest-numbered failure is the same in every run. */
    atomic_size_t next;
    atomic_bool stop;
    helper helpers[];
};

static void note_failure(ct_pool *pool, size_t task, ct_status status, const ct_err *why)
{
    pthread_mutex_lock(&pool->lock);
    if (pool->failed == CT_OK || task < pool->failed_task) {
        pool->failed = status;
        pool->failed_task = task;
        pool->why = *why;
    }
    pthread_mutex_unlock(&pool->lock);
}

static void work(ct_pool *pool, unsigned worker)
{
    while (!atomic_load_explicit(&pool->stop, memory_order_relaxed)) {
        const size_t task = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
        if (task >= pool->tasks)
            return;
        ct_err why = {CT_OK, ""};
        const ct_status status = pool->fn(pool->ctx, task, worker, &why);
        if (status != CT_OK) {
            atomic_store_explicit(&pool->stop, true, memory_order_relaxed);
            note_failure(pool, task, status, &why);
        }
    }
}

static void *helper_main(void *arg)
{
    const helper *const self = arg;
    ct_pool *const pool = self->pool;
    size_t round = 0;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (pool->round == round && !pool->closing)
            pthread_cond_wait(&pool->begin, &pool->lock);
        if (pool->closing)
            break;
        round = pool->round;
        pthread_mutex_unlock(&pool->lock);
        work(pool, self->worker);
        pthread_mutex_lock(&pool->lock);
        if (--pool->busy == 0)
            pthread_cond_signal(&pool->done);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* Starts the threads with the signals meant for the process left to the caller's thread. Those that
 * a thread brings upon itself stay with it. */
static int start_helpers(ct_pool *pool)
{
    static const int OWN[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGPIPE};
    sigset_t blocked, before;
    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++)
        sigdelset(&blocked, OWN[i]);
    pthread_sigmask(SIG_BLOCK, &blocked, &before);
    int failed = 0;
    for (unsigned i = 0; i + 1 < pool->workers && !failed; i++) {
        helper *const h = &pool->helpers[i];
        *h = (helper){.pool = pool, .worker = i + 1};
        failed = pthread_create(&h->thread, NULL, helper_main, h);
        if (!failed)
            pool->started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

ct_status ct_pool_new(ct_pool **out, unsigned workers, ct_err *err)
{
    if (workers < 1 || workers > WORKERS_MAX)
        return ct_fail(err, CT_ERANGE, "workers outside 1 to %d", (int)WORKERS_MAX);
    ct_pool *const pool = calloc(1, sizeof *pool + (workers - 1) * sizeof(helper));
    if (!pool)
        return ct_fail(err, CT_ENOMEM, "out of memory");
    pool->workers = workers;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->begin, NULL);
    pthread_cond_init(&pool->done, NULL);
    const int failed = start_helpers(pool);
    if (failed) {
        ct_pool_free(pool);
        return ct_fail_errno(err, CT_EIO, failed, "cannot start %u threads", workers);
    }
    *out = pool;
    return CT_OK;
}

static ct_status run_alone(size_t tasks, ct_task_fn *fn, void *ctx, ct_err *err)
{
    for (size_t task = 0; task < tasks; task++)
        CT_TRY(fn(ctx, task, 0, err));
    return CT_OK;
}

ct_status ct_pool_run(ct_pool *pool, size_t tasks, ct_task_fn *fn, void *ctx, ct_err *err)
{
    const bool alone = pool->started == 0 || tasks <= 1;
    pthread_mutex_lock(&pool->lock);
    if (pool->in_hand) {
        pthread_mutex_unlock(&pool->lock);
        return run_alone(tasks, fn, ctx, err);
    }
    pool->in_hand = true;
    pool->fn = fn;
    pool->ctx = ctx;
    pool->tasks = tasks;
    pool->failed = CT_OK;
    atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
    atomic_store_explicit(&pool->stop, false, memory_order_relaxed);
    if (!alone) {
        pool->busy = pool->started;
        pool->round++;
        pthread_cond_broadcast(&pool->begin);
    }
    pthread_mutex_unlock(&pool->lock);

    work(pool, 0);

    pthread_mutex_lock(&pool->lock);
    while (pool->busy > 0)
        pthread_cond_wait(&pool->done, &pool->lock);
    pool->in_hand = false;
    const ct_status status = pool->failed;
    if (status != CT_OK && err)
        *err = pool->why;
    pthread_mutex_unlock(&pool->lock);
    return status;
}

unsigned ct_pool_workers(const ct_pool *pool)
{
    return pool->workers;
}

void ct_pool_free(ct_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->closing = true;
    pthread_cond_broadcast(&pool->begin);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->started; i++)
        pthread_join(pool->helpers[i].thread, NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->begin);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

unsigned ct_processors(void)
{
    /* a machine may have more processors than a cpu_set_t has bits */
    for (size_t most = CPU_SETSIZE; most <= 1 << 20; most *= 4) {
        cpu_set_t *const set = CPU_ALLOC(most);
        if (!set)
            break;
        const size_t size = CPU_ALLOC_SIZE(most);
        const int failed = sched_getaffinity(0, size, set) != 0 ? errno : 0;
        const int count = failed ? 0 : CPU_COUNT_S(size, set);
        CPU_FREE(set);
        if (count > 0)
            return (unsigned)count;
        if (failed != EINVAL)
            break;
    }
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (unsigned)online : 1;
}
