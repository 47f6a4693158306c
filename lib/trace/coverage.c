#include "contrace/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "contrace/sorter.h"
#include "contrace/time.h"

static const ct_col cols[] = {
    {.name = "id",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_coverage_day, id),
     .help = "the case"},
    {.name = "day",
     .kind = CT_KIND_TEXT,
     .flags = CT_COL_REQUIRED,
     .offset = offsetof(ct_coverage_day, day),
     .help = "a day of the infectious period, UTC"},
    {.name = "period_s",
     .kind = CT_KIND_DURATION,
     .offset = offsetof(ct_coverage_day, period_us),
     .help = "how much of the day is of the period, seconds"},
    {.name = "data_s",
     .kind = CT_KIND_DURATION,
     .offset = offsetof(ct_coverage_day, data_us),
     .help = "how much of that has data, seconds"},
    {.name = "share",
     .kind = CT_KIND_NUMBER,
     .offset = offsetof(ct_coverage_day, share),
     .least = 0,
     .most = 1,
     .decimals = 6,
     .help = "data_s / period_s"},
};

const ct_schema ct_coverage_schema = {"coverage", sizeof(ct_coverage_day), cols,
                                      sizeof cols / sizeof *cols};

/* A time of a case that has data: half open, and below 0 where it is over. */
typedef struct stretch {
    uint64_t rank; /* of the case */
    int64_t from_us, until_us;
} stretch;

struct ct_coverage {
    const ct_cases *cases;
    int64_t before_us, after_us;
    uint32_t *at;   /* by rank: the place in the table */
    uint32_t *rank; /* by place in the table */
    ct_sorter *sorter;
    int64_t first_us, last_us; /* of all records; first after last: none */
    bool reading;
    stretch held; /* the next to look at, if its rank is that of a case */
    uint32_t now; /* the rank of the case under way */
    int64_t from_us, until_us, day_us;
    char day[CT_TIME_MAX];
    ct_coverage_day out;
};

static void key(const void *record, uint64_t keys[2], void *ctx)
{
    (void)ctx;
    const stretch *const s = record;
    keys[0] = s->rank;
    keys[1] = ct_time_key(s->from_us);
}

static int by_id(const void *a, const void *b, void *ctx)
{
    const ct_cases *const cases = ctx;
    const uint32_t p = *(const uint32_t *)a, q = *(const uint32_t *)b;
    return ct_str_compare(ct_cases_at(cases, p)->id, ct_cases_at(cases, q)->id);
}

static ct_status no_memory(ct_err *err)
{
    return ct_fail(err, CT_ENOMEM, "no memory for the coverage of cases");
}

static ct_status order_cases(ct_coverage *c, ct_err *err)
{
    const size_t count = ct_cases_count(c->cases);
    c->at = malloc((count + 1) * sizeof *c->at);
    c->rank = malloc((count + 1) * sizeof *c->rank);
    if (c->at == NULL || c->rank == NULL)
        return no_memory(err);
    for (uint32_t i = 0; i < count; i++)
        c->at[i] = i;
    qsort_r(c->at, count, sizeof *c->at, by_id, (void *)(uintptr_t)c->cases);
    for (uint32_t i = 0; i < count; i++)
        c->rank[c->at[i]] = i;
    return CT_OK;
}

ct_status ct_coverage_new(ct_coverage **out, const ct_cases *cases, int64_t window_us,
                          uint64_t memory_bytes, ct_err *err)
{
    const ct_order order = {.key = key};
    ct_coverage *const c = calloc(1, sizeof *c);
    if (c == NULL)
        return no_memory(err);
    c->cases = cases;
    c->before_us = window_us / 2;
    c->after_us = window_us - c->before_us;
    c->first_us = CT_FOREVER;
    c->last_us = CT_NO_TIME;
    ct_status status = order_cases(c, err);
    if (status == CT_OK)
        status = ct_sorter_new(&c->sorter, sizeof(stretch), &order, memory_bytes, NULL, err);
    if (status != CT_OK) {
        ct_coverage_free(c);
        return status;
    }
    *out = c;
    return CT_OK;
}

ct_status ct_coverage_add(ct_coverage *c, ct_str id, int64_t start_us, int64_t end_us, ct_err *err)
{
    if (c->reading)
        return ct_fail(err, CT_ERANGE, "more records after the coverage was asked for");
    c->first_us = start_us < c->first_us ? start_us : c->first_us;
    c->last_us = end_us > c->last_us ? end_us : c->last_us;
    const ct_infectious *const found = ct_cases_find(c->cases, id);
    if (found == NULL)
        return CT_OK;
    const stretch s = {.rank = c->rank[found - ct_cases_at(c->cases, 0)],
                       .from_us = start_us - c->before_us,
                       .until_us = end_us + c->after_us};
    if (s.until_us < found->from_us || s.from_us > found->until_us)
        return CT_OK;
    return ct_sorter_add(c->sorter, &s, err);
}

static int64_t day_of(int64_t us)
{
    const int64_t into_us = us % CT_DAY;
    return us - (into_us < 0 ? into_us + CT_DAY : into_us);
}

/* The next case under way. A period that ends with a day's last microsecond ends with the day. */
static void begin_case(ct_coverage *c)
{
    const ct_infectious *const i = ct_cases_at(c->cases, c->at[c->now]);
    c->from_us = i->from_us == CT_NO_TIME ? c->first_us : i->from_us;
    c->until_us = i->until_us == CT_FOREVER ? c->last_us : i->until_us;
    if (c->until_us < c->from_us)
        return;
    c->day_us = day_of(c->from_us);
    if (c->until_us > c->from_us && c->until_us + 1 == day_of(c->until_us) + CT_DAY)
        c->until_us++;
}

static ct_status hold_next(ct_coverage *c, ct_err *err)
{
    const void *record;
    const ct_status status = ct_sorter_next(c->sorter, &record, err);
    if (status == CT_OK)
        c->held = *(const stretch *)record;
    else if (status == CT_END)
        c->held.rank = UINT64_MAX;
    return status == CT_END ? CT_OK : status;
}

static int64_t earlier(int64_t a_us, int64_t b_us)
{
    return a_us < b_us ? a_us : b_us;
}

static int64_t later(int64_t a_us, int64_t b_us)
{
    return a_us > b_us ? a_us : b_us;
}

/* Adds up what lies in this part of a day, in the order of starts: each moment once. What reaches
 * into the next day is still held. */
static ct_status sum_up(ct_coverage *c, int64_t from_us, int64_t until_us, int64_t *sum_us,
                        ct_err *err)
{
    int64_t at_us = from_us;
    *sum_us = 0;
    while (c->held.rank < c->now || (c->held.rank == c->now && c->held.from_us < until_us)) {
        if (c->held.rank == c->now) {
            const int64_t begin_us = later(c->held.from_us, at_us);
            const int64_t end_us = earlier(c->held.until_us, until_us);
            *sum_us += later(end_us - begin_us, 0);
            at_us = later(at_us, end_us);
        }
        if (c->held.rank == c->now && c->held.until_us > until_us)
            break;
        CT_TRY(hold_next(c, err));
    }
    return CT_OK;
}

static ct_status give_day(ct_coverage *c, const ct_coverage_day **out, ct_err *err)
{
    const int64_t from_us = later(c->from_us, c->day_us);
    const int64_t until_us = earlier(c->until_us, c->day_us + CT_DAY);
    int64_t data_us;
    CT_TRY(sum_up(c, from_us, until_us, &data_us, err));
    ct_time_format(c->day, c->day_us);
    const int64_t period_us = until_us - from_us;
    c->out = (ct_coverage_day){
        .id = ct_cases_at(c->cases, c->at[c->now])->id,
        .day = {c->day, sizeof "2026-11-21" - 1},
        .period_us = period_us,
        .data_us = data_us,
        .share = period_us > 0 ? (double)data_us / (double)period_us : NAN,
    };
    *out = &c->out;
    c->day_us += CT_DAY;
    return CT_OK;
}

ct_status ct_coverage_next(ct_coverage *c, const ct_coverage_day **out, ct_err *err)
{
    if (!c->reading) {
        CT_TRY(ct_sorter_finish(c->sorter, err));
        CT_TRY(hold_next(c, err));
        c->reading = true;
        if (ct_cases_count(c->cases) > 0)
            begin_case(c);
    }
    while (c->now < ct_cases_count(c->cases)) {
        const bool moment = c->until_us == c->from_us && c->day_us == day_of(c->from_us);
        if (c->from_us <= c->until_us && (c->day_us < c->until_us || moment))
            return give_day(c, out, err);
        if (++c->now < ct_cases_count(c->cases))
            begin_case(c);
    }
    return CT_END;
}

void ct_coverage_free(ct_coverage *c)
{
    if (c == NULL)
        return;
    ct_sorter_free(c->sorter);
    free(c->at);
    free(c->rank);
    free(c);
}
