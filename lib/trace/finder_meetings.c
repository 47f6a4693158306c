#include "finder_meetings.h"

#include <stdlib.h>
#include <string.h>

#include "contrace/sorter.h"

_Static_assert(sizeof(ct_meeting) == 80, "no padding: meetings are compared as bits");

struct head {
    const ct_meeting *meeting; /* NULL: this sorter is at its end */
    uint64_t key[2];
};

struct ct_meetings {
    const uint32_t *rank;
    unsigned workers;
    ct_sorter **sorters;
    struct head *heads;
    unsigned last; /* whose head was given out last */
    bool reading;
};

static void key(const void *record, uint64_t keys[2], void *ctx)
{
    const ct_meeting *const m = record;
    const uint32_t *const rank = ctx;
    keys[0] = (uint64_t)rank[m->index] << 32 | rank[m->contact];
    keys[1] = ct_time_key(m->start_us);
}

/* What is left only has to be a total order: it is that of the bits. */
enum { REST_AT = offsetof(ct_meeting, closest_m), REST = (sizeof(ct_meeting) - REST_AT) / 8 };

static void rest_of(const ct_meeting *m, uint64_t bits[REST])
{
    memcpy(bits, (const char *)m + REST_AT, REST * sizeof *bits);
}

static int tie(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const ct_meeting *const p = a, *const q = b;
    if (p->end_us != q->end_us)
        return p->end_us < q->end_us ? -1 : 1;
    uint64_t rest_a[REST], rest_b[REST];
    rest_of(p, rest_a);
    rest_of(q, rest_b);
    for (int i = 0; i < REST; i++) {
        if (rest_a[i] != rest_b[i])
            return rest_a[i] < rest_b[i] ? -1 : 1;
    }
    return 0;
}

ct_status ct_meetings_new(ct_meetings **out, unsigned workers, const uint32_t *rank,
                          uint64_t memory_bytes, ct_err *err)
{
    /* the order's context is never written through */
    const ct_order order = {.key = key, .tie = tie, .ctx = (void *)(uintptr_t)rank};
    ct_meetings *const meetings = calloc(1, sizeof *meetings);
    if (meetings == NULL)
        return ct_fail(err, CT_ENOMEM, "no memory for what is found");
    meetings->rank = rank;
    meetings->workers = workers;
    meetings->sorters = calloc(workers, sizeof(ct_sorter *));
    meetings->heads = calloc(workers, sizeof *meetings->heads);
    ct_status status = CT_OK;
    if (meetings->sorters == NULL || meetings->heads == NULL)
        status = ct_fail(err, CT_ENOMEM, "no memory for what is found");
    /* no pool: they sort inside of its tasks */
    for (unsigned i = 0; status == CT_OK && i < workers; i++)
        status = ct_sorter_new(&meetings->sorters[i], sizeof(ct_meeting), &order,
                               memory_bytes / workers, NULL, err);
    if (status != CT_OK) {
        ct_meetings_free(meetings);
        return status;
    }
    *out = meetings;
    return CT_OK;
}

ct_status ct_meetings_add(ct_meetings *meetings, unsigned worker, const ct_meeting *meeting,
                          ct_err *err)
{
    return ct_sorter_add(meetings->sorters[worker], meeting, err);
}

static ct_status finish_one(void *ctx, size_t task, unsigned worker, ct_err *err)
{
    (void)worker;
    const ct_meetings *const meetings = ctx;
    return ct_sorter_finish(meetings->sorters[task], err);
}

ct_status ct_meetings_finish(ct_meetings *meetings, ct_pool *pool, ct_err *err)
{
    if (pool != NULL)
        return ct_pool_run(pool, meetings->workers, finish_one, meetings, err);
    for (unsigned i = 0; i < meetings->workers; i++)
        CT_TRY(finish_one(meetings, i, 0, err));
    return CT_OK;
}

static ct_status advance(ct_meetings *meetings, unsigned i, ct_err *err)
{
    struct head *const head = &meetings->heads[i];
    const void *record;
    const ct_status status = ct_sorter_next(meetings->sorters[i], &record, err);
    if (status == CT_END) {
        head->meeting = NULL;
        return CT_OK;
    }
    CT_TRY(status);
    head->meeting = record;
    key(record, head->key, (void *)(uintptr_t)meetings->rank);
    return CT_OK;
}

static bool before(const struct head *a, const struct head *b)
{
    for (int i = 0; i < 2; i++) {
        if (a->key[i] != b->key[i])
            return a->key[i] < b->key[i];
    }
    return tie(a->meeting, b->meeting, NULL) < 0;
}

ct_status ct_meetings_next(ct_meetings *meetings, const ct_meeting **out, ct_err *err)
{
    for (unsigned i = 0; !meetings->reading && i < meetings->workers; i++)
        CT_TRY(advance(meetings, i, err));
    if (meetings->reading && meetings->heads[meetings->last].meeting != NULL)
        CT_TRY(advance(meetings, meetings->last, err));
    meetings->reading = true;
    const struct head *first = NULL;
    for (unsigned i = 0; i < meetings->workers; i++) {
        const struct head *const head = &meetings->heads[i];
        if (head->meeting != NULL && (first == NULL || before(head, first)))
            first = head;
    }
    if (first == NULL)
        return CT_END;
    meetings->last = (unsigned)(first - meetings->heads);
    *out = first->meeting;
    return CT_OK;
}

void ct_meetings_free(ct_meetings *meetings)
{
    if (meetings == NULL)
        return;
    for (unsigned i = 0; meetings->sorters != NULL && i < meetings->workers; i++)
        ct_sorter_free(meetings->sorters[i]);
    free(meetings->sorters);
    free(meetings->heads);
    free(meetings);
}
