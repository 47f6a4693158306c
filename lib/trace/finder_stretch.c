#include "finder_stretch.h"

#include <stdlib.h>

/* The years 1 to 9999, first and last moment: what lies beyond them could not be written. */
static const int64_t FIRST_US = INT64_C(-62135596800) * CT_SECOND;
static const int64_t LAST_US = INT64_C(253402300800) * CT_SECOND - 1;

static void person_key(const void *record, uint64_t key[2], void *ctx)
{
    (void)ctx;
    const ct_presence *const p = record;
    key[0] = p->person;
    key[1] = ct_time_key(p->start_us);
}

ct_status ct_finder_expect_rows(ct_finder *f, ct_err *err)
{
    const ct_order order = {.key = person_key};
    return ct_sorter_new(&f->rows, sizeof(ct_presence), &order, f->options.memory_bytes / 4,
                         f->options.pool, err);
}

ct_status ct_finder_take_row(ct_finder *f, const ct_trajectory_row *row, ct_err *err)
{
    const bool stays = isnan(row->end_x);
    ct_presence p = {
        .start_us = row->start_us,
        .end_us = row->end_us,
        .x = row->x,
        .y = row->y,
        .end_x = stays ? row->x : row->end_x,
        .end_y = stays ? row->y : row->end_y,
        .accuracy_m = row->accuracy_m,
    };
    CT_TRY(ct_ids_add(f->hands[0].people, row->id, &p.person, err));
    /* what cannot matter cannot keep another row from stretching into what does */
    if (p.end_us + f->options.window_us < f->from_us ||
        p.start_us - f->options.window_us > f->until_us)
        return CT_OK;
    CT_TRY(ct_finder_place(&f->hands[0], row->place_id, &p.place, err));
    return ct_sorter_add(f->rows, &p, err);
}

/* Rows of one person in the order of their starts. Those that reach furthest so far (several, if
 * they end together) wait until it is known how far they may be stretched. */
typedef struct queue {
    ct_presence *items;
    size_t count, capacity;
    int64_t end_us; /* of them all */
} queue;

typedef struct stretcher {
    ct_finder *f;
    ct_stretched_fn *fn;
    int64_t before_us, after_us;
    queue waiting;
    ct_presence last; /* as read */
    bool any;
    uint32_t rows;         /* of this person so far */
    int64_t start_us;      /* of the last row */
    int64_t end_before_us; /* the latest end of the rows that started before start_us */
    int64_t end_us;        /* the latest end of all */
} stretcher;

/* Nothing stands in the way of those waiting before limit_us. */
static ct_status let_go(stretcher *s, int64_t limit_us, ct_err *err)
{
    for (size_t i = 0; i < s->waiting.count; i++) {
        ct_presence *const p = &s->waiting.items[i];
        p->until_us = ct_earlier(p->end_us + s->after_us, ct_later(limit_us, p->end_us));
        CT_TRY(s->fn(s->f, p, err));
    }
    s->waiting.count = 0;
    return CT_OK;
}

static ct_status wait_for_next(queue *waiting, const ct_presence *p, ct_err *err)
{
    if (waiting->count == waiting->capacity) {
        const size_t wanted = waiting->capacity == 0 ? 8 : 2 * waiting->capacity;
        ct_presence *const grown = realloc(waiting->items, wanted * sizeof *grown);
        if (grown == NULL)
            return ct_fail(err, CT_ENOMEM, "no memory for %zu rows that end together", wanted);
        waiting->items = grown;
        waiting->capacity = wanted;
    }
    waiting->items[waiting->count++] = *p;
    waiting->end_us = p->end_us;
    return CT_OK;
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool same_row(const ct_presence *a, const ct_presence *b)
{
    return a->start_us == b->start_us && a->end_us == b->end_us && a->place == b->place &&
           same(a->x, b->x) && same(a->y, b->y) && same(a->end_x, b->end_x) &&
           same(a->end_y, b->end_y) && same(a->accuracy_m, b->accuracy_m);
}

static ct_status take(stretcher *s, ct_presence p, ct_err *err)
{
    if (!s->any || p.person != s->last.person) {
        CT_TRY(let_go(s, LAST_US, err));
        s->rows = 0;
        s->start_us = p.start_us;
        s->end_before_us = FIRST_US;
        s->end_us = CT_NO_TIME;
    } else if (same_row(&p, &s->last)) {
        return CT_OK;
    }
    s->any = true;
    s->last = p;
    if (p.start_us > s->start_us) {
        s->end_before_us = s->end_us;
        s->start_us = p.start_us;
    }
    p.row = s->rows++;
    p.from_us = ct_later(p.start_us - s->before_us, ct_earlier(s->end_before_us, p.start_us));
    if (p.end_us < s->end_us) { /* covered by one that reaches further */
        p.until_us = p.end_us;
        return s->fn(s->f, &p, err);
    }
    if (p.end_us > s->end_us)
        CT_TRY(let_go(s, p.start_us, err));
    s->end_us = p.end_us;
    return wait_for_next(&s->waiting, &p, err);
}

ct_status ct_rows_stretch(ct_finder *f, ct_stretched_fn *fn, ct_err *err)
{
    const int64_t before_us = f->options.window_us / 2;
    stretcher s = {
        .f = f, .fn = fn, .before_us = before_us, .after_us = f->options.window_us - before_us};
    const void *record;
    ct_status status = ct_sorter_finish(f->rows, err);
    while (status == CT_OK) {
        status = ct_sorter_next(f->rows, &record, err);
        if (status == CT_OK)
            status = take(&s, *(const ct_presence *)record, err);
    }
    if (status == CT_END)
        status = let_go(&s, LAST_US, err);
    free(s.waiting.items);
    return status;
}
